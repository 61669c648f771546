"""Read released packages back: nothing is read whose hash does not hold."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from yanlu.errors import InputError, PackageError
from yanlu.model import Cell, Event, Month, Release
from yanlu.packages.schemas import Validator, load_schema, validator

LIST = "statistics/releases.csv"  # in data/


def method_of(base: int, version: int) -> dict[str, Any]:
    """How a descriptor names the method that made a release.

    The first releases were made before there was a second version, and they are frozen: a
    descriptor without a version means the first.
    """
    named = {"name": "small-count-rounding", "base": base}
    return {**named, "version": version} if version > 1 else named


@dataclass(frozen=True)
class Listing:
    """One line of `data/statistics/releases.csv`: what was published when, and why."""

    month: Month
    version: int
    issued: date
    why: str
    base: int

    def row(self) -> list[str]:
        """As it stands in the file."""
        numbers = (str(self.month), str(self.version), self.issued.isoformat())
        return [*numbers, self.why, str(self.base)]


def release_folder(data: Path, month: Month, version: int) -> Path:
    """Where a release lies."""
    return data / "statistics" / str(month) / f"v{version}"


def listed(data: Path) -> Sequence[Listing]:
    """All releases in the order of the file; none where nothing was published yet.

    Raises:
        PackageError: the list cannot be read.
    """
    path = data / LIST
    return listings(path.read_bytes()) if path.is_file() else []


def listings(content: bytes, place: str = LIST) -> Sequence[Listing]:
    """The lines of a list of releases, in their order; `place` is where it lies in `data/`.

    Raises:
        PackageError: it cannot be read.
    """
    try:
        rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
        return [_listing(row) for row in rows]
    except (KeyError, ValueError, TypeError, InputError):
        raise PackageError(f"data/{place} 的格式不对。请运行 yanlu check 查看行号。") from None


def _listing(row: dict[str, str]) -> Listing:
    month, issued = Month.parse(row["month"]), date.fromisoformat(row["issued"])
    return Listing(month, int(row["version"]), issued, row["reason"], int(row["base"]))


@dataclass(frozen=True)
class Replacement:
    """One line of `data/statistics/replaced.csv`: a published cube whose content was changed."""

    month: Month
    version: int
    sha256: str
    day: date
    note: str


def replacements(data: Path) -> Sequence[Replacement]:
    """What the office owns up to having replaced; none where there is no such file.

    Raises:
        PackageError: the file cannot be read.
    """
    path = data / "statistics" / "replaced.csv"
    if not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        try:
            return [_replacement(row) for row in csv.DictReader(file)]
        except (KeyError, ValueError, TypeError, InputError):
            raise PackageError(
                "data/statistics/replaced.csv 的格式不对。请运行 yanlu check 查看行号。"
            ) from None


def _replacement(row: dict[str, str]) -> Replacement:
    month, day = Month.parse(row["month"]), date.fromisoformat(row["date"])
    return Replacement(month, int(row["version"]), row["sha256"], day, row["note"])


def newest(data: Path) -> Sequence[Listing]:
    """The version in force of each month, oldest month first."""
    return in_force(listed(data))


def in_force(entries: Iterable[Listing]) -> Sequence[Listing]:
    """The newest version of each month, oldest month first."""
    latest = {entry.month: entry for entry in sorted(entries, key=lambda e: e.version)}
    return [latest[month] for month in sorted(latest)]


def read_release(data: Path, month: Month, version: int) -> Release:
    """One listed release, verified against the list and the hashes of its descriptor.

    Raises:
        PackageError: not listed, or a file is missing, altered or not sealed with SHA-256.
    """
    entry = next((e for e in listed(data) if (e.month, e.version) == (month, version)), None)
    if entry is None:
        raise PackageError(f"{month} 第 {version} 版不在 data/statistics/releases.csv 里。")
    folder = release_folder(data, month, version)
    descriptor = read_descriptor(folder)
    if not agrees(descriptor, entry):
        raise PackageError(
            f"{month} 第 {version} 版的描述文件与发布清单不符。请运行 yanlu check，从 git 里恢复。"
        )
    cube = next(r for r in descriptor["resources"] if r["name"] == "cube")
    return Release(
        month,
        version,
        entry.base,
        _method(descriptor),
        cube_counts(sealed_bytes(folder, cube)),
        str(descriptor["nonce"]),
        descriptor.get("why"),
    )


def agrees(descriptor: dict[str, Any], entry: Listing) -> bool:
    """Whether a descriptor tells of the release that is listed, rounded by the same base."""
    stated = {
        "name": f"statistics-{entry.month}",
        "period": str(entry.month),
        "version": str(entry.version),
        "cutoff": entry.month.end.isoformat(),
        "method": method_of(entry.base, _method(descriptor)),
        "why": entry.why or None,
        "revises": entry.version - 1 or None,
    }
    return all(descriptor.get(name) == value for name, value in stated.items())


def _method(descriptor: dict[str, Any]) -> int:
    return int(descriptor["method"].get("version", 1))


def cube_counts(content: bytes) -> dict[Cell, int]:
    """The counts of a `cube.csv`.

    Raises:
        PackageError: it is not one.
    """
    try:
        rows = csv.DictReader(io.StringIO(content.decode("utf-8"), newline=""))
        return {_cell(row): int(row["count"]) for row in rows}
    except (KeyError, ValueError, TypeError):
        raise PackageError("这份 cube.csv 读不懂。请运行 yanlu check。") from None


def _cell(row: dict[str, str]) -> Cell:
    return Cell(row["region"], row["topic"], row["channel"], Event(row["event"]))


def read_descriptor(folder: Path, shape: str = "release.schema") -> dict[str, Any]:
    """`datapackage.json`, whole and of the agreed shape, a file in `schemas/`.

    Raises:
        PackageError: it is not.
    """
    path = folder / "datapackage.json"
    where = "data/" + "/".join(path.parts[-4:])
    try:
        descriptor: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        raise PackageError(f"{where} 缺失或不是正确的 JSON。请从 git 里恢复。") from None
    if not _shape(shape).is_valid(descriptor):
        raise PackageError(f"{where} 的内容不全或者不符合约定。请从 git 里恢复。")
    return descriptor


@cache
def _shape(name: str) -> Validator:
    return validator(load_schema(name))


def sealed_bytes(folder: Path, resource: dict[str, Any]) -> bytes:
    """The content of a file of a package.

    Raises:
        PackageError: it is not as its descriptor has sealed it.
    """
    content = (folder / str(resource["path"])).read_bytes()
    seal = f"sha256:{hashlib.sha256(content).hexdigest()}"
    if resource.get("hash") != seal or resource.get("bytes") != len(content):
        raise PackageError(
            f"{folder.parent.name}/{folder.name}/{resource['path']} 与发布时的校验值不符。"
            "发布过的文件不能改动：请从 git 里恢复，更正要用 yanlu stats publish --revise。"
        )
    return content
