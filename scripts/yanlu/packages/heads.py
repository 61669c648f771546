"""Files with a head: a YAML head that follows a shipped JSON Schema, and text below it.

Everything in a head is text, whatever it looks like, so that no day and no number is turned
into anything else; and what is wrong is told by its place, never by a word of the file.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from yanlu.errors import PackageError
from yanlu.packages.head_words import told
from yanlu.packages.schemas import Validator, load_schema, validator

FENCE = "---\n"
LARGEST = 1 << 16  # bytes of a file
_LARGEST_HEAD = 1 << 14  # characters; brackets in brackets without end would stop the program

_PUT = "请删去，或者换成文件"
NO_TITLE = "正文的第一行应当是“# ”加标题"

Head = Mapping[str, Any]


class HeadError(PackageError):
    """A head that its schema does not allow; `faults` are all that is wrong with it."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("；".join(faults))
        self.faults = faults


def faults_of(error: PackageError) -> Sequence[str]:
    """What is wrong with a file that cannot be read, one by one."""
    return error.faults if isinstance(error, HeadError) else [str(error)]


def first_bytes(path: Path) -> bytes:
    """All of a file, or one byte more than it may have.

    In three calls to the system, where open() makes seven: there are many files.

    Raises:
        PackageError: a folder has this name, or a link that leads nowhere.
    """
    try:
        handle = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        raise PackageError(f"{path.name} 是失效的链接，或者刚刚删去了；{_PUT}") from None
    try:
        return os.read(handle, LARGEST + 1)
    except IsADirectoryError:
        raise PackageError(f"{path.name} 是文件夹，不是文件；{_PUT}") from None
    finally:
        os.close(handle)


def text_of(content: bytes, what: str) -> str:
    """The text of a file that may be a `what` (as 一条建议), whatever ends its lines.

    Some editors put a mark before it that tells that it is UTF-8; nobody sees it, and it is left
    out.

    Raises:
        PackageError: it is too large, or not UTF-8.
    """
    if len(content) > LARGEST:
        raise PackageError(f"文件超过 {LARGEST // 1024} KiB，不会是{what}")
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError:
        raise PackageError("文件不是 UTF-8 编码，请在编辑器里另存为 UTF-8") from None


def titled(text: str) -> tuple[str, str]:
    """The title of what stands below a head, and the words under it; of nothing, nothing.

    Raises:
        PackageError: the first line is no title.
    """
    title, _, words = text.strip().partition("\n")
    if title and not title.startswith("# "):
        raise PackageError(NO_TITLE)
    return title[2:].strip(), words.strip()


def read_head(content: str, schema: str) -> tuple[Head, str]:
    """The head of a file, and what stands below it.

    Raises:
        PackageError: there is no head, or not one that the schema allows.
    """
    _, fence, rest = content.partition(FENCE)
    head, closing, below = rest.partition(f"\n{FENCE}")
    if not fence or not closing or not content.startswith(FENCE):
        raise PackageError("缺少头部：文件的第一行和头部的最后一行都应当是“---”")
    front: Head = _parsed(head)
    if faults := list(head_faults(front, schema)):
        raise HeadError(faults)
    return front, below


class _Loader(yaml.CBaseLoader):
    """Texts only: no tag is looked up, for none of them would count."""

    def resolve(self, *_node: object) -> str:
        """The tag of a value, as the parser asks for each."""
        return ""

    def descend_resolver(self, *_node: object) -> None:
        """Nothing hangs on where in a head a value stands."""

    def ascend_resolver(self) -> None:
        """As above."""


def _plain(node: yaml.Node) -> Any:
    """Texts, lists and mappings, each name once: of two, YAML would quietly take the second.

    PyYAML's own way takes three times as long, and there are very many heads.
    """
    if isinstance(node, yaml.ScalarNode):
        return node.value
    if isinstance(node, yaml.SequenceNode):
        return [_plain(part) for part in node.value]
    mapping = {name.value: _plain(part) for name, part in map(_named, node.value)}
    if len(mapping) < len(node.value):
        raise yaml.constructor.ConstructorError(None, None, None, node.start_mark)
    return mapping


def _named(pair: tuple[yaml.Node, yaml.Node]) -> tuple[yaml.Node, yaml.Node]:
    """An item whose name is a text."""
    if not isinstance(pair[0], yaml.ScalarNode):
        raise yaml.constructor.ConstructorError(None, None, None, pair[0].start_mark)
    return pair


class _Dumper(yaml.SafeDumper):
    """Writes what is there twice a second time, for a head may not refer to its parts."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - as PyYAML asks
        return True


def _parsed(head: str) -> Any:
    """What the YAML of a head says.

    Raises:
        PackageError: it is none, or says something in a way that no head needs.
    """
    if len(head) > _LARGEST_HEAD:
        raise PackageError(f"头部超过 {_LARGEST_HEAD >> 10} 千字，不会是一个头部")
    try:
        if "*" in head and any(map(_is_alias, yaml.scan(head, Loader=_Loader))):
            raise PackageError("头部里用了 YAML 的引用（*），请照写一遍")
        node = _Loader(head).get_single_node()
        return None if node is None else _plain(node)
    except yaml.constructor.ConstructorError as error:
        raise PackageError(f"头部{_line(error)}有一项写了两遍，或者不是一项一值") from None
    except yaml.MarkedYAMLError as error:
        raise PackageError(f"头部不是正确的 YAML{_slip(head) or _line(error)}") from None
    except (yaml.YAMLError, RecursionError):
        raise PackageError("头部不是正确的 YAML") from None


_SLIPS = {  # what hands used to Chinese text write into YAML
    "的冒号是全角的“：”，请改成半角的“:”，后面空一格": re.compile(r"^[ -]*[a-z_]+：", re.MULTILINE),
    "用了制表符（Tab），请改成空格": re.compile(r"^.*?\t", re.MULTILINE),
    "的冒号后面少一个空格": re.compile(r"^[ -]*[a-z_]+:[^ \n]", re.MULTILINE),
}


def _slip(head: str) -> str:
    """Where and what the likeliest slip is; "" where there is none of these."""
    found = ((match, said) for said, slip in _SLIPS.items() if (match := slip.search(head)))
    first = min(found, key=lambda one: one[0].start(), default=None)
    return f"：第 {head.count(chr(10), 0, first[0].end()) + 2} 行{first[1]}" if first else ""


def _is_alias(token: yaml.Token) -> bool:
    """Whether it repeats another part: a few of them can stand for more than fits a memory."""
    return isinstance(token, yaml.AliasToken)


def _line(error: yaml.MarkedYAMLError) -> str:
    """Where in the file, whose first line is the fence."""
    return f"（第 {error.problem_mark.line + 2} 行起）" if error.problem_mark else ""


def write_head(front: Head) -> str:
    """A head with its two fences."""
    written = yaml.dump(dict(front), Dumper=_Dumper, allow_unicode=True, sort_keys=False)
    return f"{FENCE}{written}{FENCE}"


def head_faults(front: Any, schema: str) -> Iterator[str]:
    """All that the schema of this name does not allow: places and rules, no values."""
    errors = list(_validator(schema).iter_errors(front))
    # a day that is none follows no pattern of days either
    dated = [error.instance_path for error in errors if error.kind.name == "format"]
    for error in errors:
        if error.kind.name != "pattern" or error.instance_path not in dated:
            yield told(error, schema)


@cache
def _validator(schema: str) -> Validator:
    return validator(load_schema(schema))
