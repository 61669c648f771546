"""What frictionless finds, said so that an office clerk can mend it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from yanlu.packages.lookups import with_lists


@dataclass(frozen=True, order=True)
class Fault:
    """One thing to mend: file, row (0: the whole file), column, what is wrong, what to do."""

    file: str
    row: int
    column: str
    what: str
    todo: str

    def __str__(self) -> str:
        row = f" 第 {self.row} 行" if self.row else ""
        column = f" 列 {self.column}" if self.column else ""
        return f"{self.file}{row}{column}：{self.what}。{self.todo}。"


def validate(
    descriptor: Mapping[str, Any],
    folder: Path,
    prefix: str = "",
    passed: set[bytes] | None = None,
) -> list[Fault]:
    """Every fault of every resource of a data package, without a value from any cell.

    Resources must be sealed with `sha256:` and `bytes` unless `prefix` names working
    tables (those under review in git, which have no seal). `passed` are short names of tables
    that stand alone and were found to be in order: releases carry the same lists along. New
    ones are added.
    """
    from frictionless import FrictionlessException, Package  # a third of a second to load

    try:
        package = Package.from_descriptor(dict(descriptor), basepath=str(folder))
        if _is_whole(package, descriptor, folder, set() if passed is None else passed):
            return []
        report = Package.from_descriptor(dict(descriptor), basepath=str(folder)).validate()
    except FrictionlessException as error:
        return [_described(f"{prefix}datapackage.json", error.error)]
    whole = [_described(f"{prefix}datapackage.json", error) for error in report.errors]
    return whole + [
        _described(f"{prefix}{task.place}", error) for task in report.tasks for error in task.errors
    ]


def _is_whole(
    package: Any, descriptor: Mapping[str, Any], folder: Path, passed: set[bytes]
) -> bool:
    """Whether frictionless finds nothing, asked in a way that costs half; it alone says what.

    The package is changed.
    """
    from frictionless import FrictionlessException, Resource

    try:
        package.to_descriptor(validate=True)
    except FrictionlessException:
        return False
    pointed = with_lists(descriptor, folder)
    if pointed is None:
        return False
    tables = list(package.resources)
    for one in pointed.lists:
        package.add_resource(Resource.from_descriptor(one))
    for table, keys, name in zip(tables, pointed.keys, pointed.names, strict=True):
        table.schema.foreign_keys = keys
        if name in passed:
            continue
        if not table.validate().valid:
            return False
        if name:
            passed.add(name)
    return True


def unsealed(descriptor: Mapping[str, Any], prefix: str) -> list[Fault]:
    """Resources without a SHA-256 seal.

    frictionless passes a missing hash and reads an unprefixed one as MD5; both are refused.
    """
    return [
        Fault(f"{prefix}{resource.get('path')}", 0, "", *_words("unsealed"))
        for resource in descriptor["resources"]
        if not str(resource.get("hash", "")).startswith("sha256:") or "bytes" not in resource
    ]


def plain_fault(kind: str, file: str, row: int = 0, column: str = "") -> Fault:
    """A fault of our own kinds, in the same words file."""
    return Fault(file, row, column, *_words(kind))


def _described(file: str, error: Any) -> Fault:
    row = getattr(error, "row_number", 0) or 0
    names: Sequence[str] = getattr(error, "field_names", None) or ()
    column = getattr(error, "field_name", None) or ("、".join(names) if row else "")
    return Fault(file, row, column, *_words(error.type))


def _words(kind: str) -> tuple[str, str]:
    words = _catalogue()
    said = words.get(kind, words["other"])
    return said["what"].format(kind=kind), said["todo"]


@cache
def _catalogue() -> dict[str, dict[str, str]]:
    return tomllib.loads(files(__package__).joinpath("faults.toml").read_text("utf-8"))
