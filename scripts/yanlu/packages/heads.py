"""Files with a head: a YAML head that follows a shipped JSON Schema, and text below it.

Everything in a head is text, whatever it looks like, so that no day and no number is turned
into anything else; and what is wrong is told by its place, never by a word of the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator

from yanlu.errors import PackageError
from yanlu.packages.schemas import load_schema

FENCE = "---\n"
LARGEST = 1 << 16  # bytes of a file

Head = Mapping[str, Any]


def open_text(path: Path, what: str) -> str:
    """The text of a file that may be a `what` (as 一条建议).

    Raises:
        PackageError: it is too large, or not UTF-8.
    """
    if path.stat().st_size > LARGEST:
        raise PackageError(f"文件超过 {LARGEST // 1024} KiB，不会是{what}")
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        raise PackageError("文件不是 UTF-8 编码") from None


def read_head(content: str, schema: str) -> tuple[Head, str]:
    """The head of a file, and what stands below it.

    Raises:
        PackageError: there is no head, or not one that the schema allows.
    """
    _, fence, rest = content.partition(FENCE)
    head, closing, below = rest.partition(f"\n{FENCE}")
    if not fence or not closing or not content.startswith(FENCE):
        raise PackageError("缺少头部：文件的第一行和头部的最后一行都应当是“---”")
    try:
        front: Head = yaml.load(head, Loader=yaml.CBaseLoader)  # noqa: S506 - texts only
    except yaml.YAMLError:
        raise PackageError("头部不是正确的 YAML") from None
    for fault in head_faults(front, schema):
        raise PackageError(fault)
    return front, below


def write_head(front: Head) -> str:
    """A head with its two fences."""
    return f"{FENCE}{yaml.safe_dump(dict(front), allow_unicode=True, sort_keys=False)}{FENCE}"


def head_faults(front: Any, schema: str) -> Iterator[str]:
    """What the schema of this name does not allow: places and rules, no values."""
    for error in _validator(schema).iter_errors(front):
        place = ".".join(str(step) for step in error.absolute_path)
        yield f"头部{f'的 {place} ' if place else ''}不符合规定（{error.validator}）"


@cache
def _validator(schema: str) -> Draft202012Validator:
    dates = Draft202012Validator.FORMAT_CHECKER
    return Draft202012Validator(load_schema(schema), format_checker=dates)
