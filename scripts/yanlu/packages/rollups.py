"""`data/rollups/<month>/v<n>/`: published figures of several offices, added up, as a data package.

It carries beside the code lists `coverage.csv`: which lower offices are in it, and of each other
one why it is not. No day stands in it and nothing is drawn by chance: the same published packages
give the same bytes.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from yanlu.errors import DisclosureError, PackageError
from yanlu.locks import alone
from yanlu.model import Event, Month, ReleasedRollUp, RollUp
from yanlu.packages.faults import Fault, unsealed, validate
from yanlu.packages.lower_offices import upwards
from yanlu.packages.read import (
    Listing,
    cube_counts,
    listings,
    read_descriptor,
    sealed_bytes,
)
from yanlu.packages.schemas import CARRIED, TABLES, load_schema
from yanlu.packages.write import (
    aside_of,
    carry,
    csv_text,
    enlist,
    move_in,
    sealed,
    write_descriptor,
)
from yanlu.settings import Codes

FOLDER = "rollups"
FILES = (
    f"{FOLDER}/*/v*/datapackage.json",
    *(f"{FOLDER}/*/v*/{name}.csv" for name in ("cube", *CARRIED, "coverage")),
)
COLLECTED, MISSING, REFUSED = "collected", "missing", "refused"
SHAPE = "rollup.schema"


@dataclass(frozen=True)
class Covered:
    """A lower office in `coverage.csv`; `status` is one of the three above.

    `version` and `digest` (of its `datapackage.json`) are "" where nothing of it was taken in, and
    then `reason` says why, for readers. Of one that has added up itself `held` and `of` are how
    many are in its own sum and of how many; `gaps` says in words what is missing there, "" where
    nothing is. The three are "" of all others, and in roll-ups that were written before there
    were such columns.
    """

    id: str
    name: str
    region: str
    address: str
    status: str
    version: str = ""
    digest: str = ""
    reason: str = ""
    held: str = ""
    of: str = ""
    gaps: str = ""

    @property
    def is_partly(self) -> bool:
        """Whether it is in the sum, and has added up itself without some that it should have."""
        return self.status == COLLECTED and self.gaps != ""


@dataclass(frozen=True)
class Origin:
    """A package that is in the sum: whose, where it lies, which version, its hash."""

    title: str
    path: str
    version: str
    hash: str


@dataclass(frozen=True)
class Told:
    """What a reader must know of a roll-up beside its numbers; `unit` is a word for lower offices.

    `origins` are all packages in it, the own one among them.
    """

    office: str
    unit: str
    coverage: Sequence[Covered]
    origins: Sequence[Origin]
    licence: Mapping[str, str]

    @property
    def held(self) -> int:
        """How many lower offices are in the sum."""
        return sum(1 for one in self.coverage if one.status == COLLECTED)

    @property
    def partly(self) -> Sequence[Covered]:
        """Those in the sum that lack some of their own."""
        return [one for one in self.coverage if one.is_partly]

    @property
    def words(self) -> str:
        """How much of all is in the sum, as readers see it: 13个县区中12个."""
        there = f"{len(self.coverage)}个{self.unit}中{self.held}个"
        return f"{there}，其中{len(self.partly)}个自己也不全" if self.partly else there


@dataclass(frozen=True)
class Held:
    """A roll-up as it was written, with what it tells of its sources."""

    rollup: RollUp
    coverage: Sequence[Covered]
    origins: Sequence[Origin]

    @property
    def taken(self) -> Sequence[Covered]:
        """The lower offices that are in the sum, in the order of the list."""
        return [one for one in self.coverage if one.status == COLLECTED]

    def by_office(
        self, regions: Codes, channels: Collection[str]
    ) -> Mapping[str, Mapping[Event, int]]:
        """Counts of what came through these channels, by the id of a lower office; "" is ours.

        Offices stand in the order of the list, those without any figures too; ours only where
        there is a cell of it. All that lies in the region of an office is of that office.
        """
        theirs = {one.region: one.id for one in self.taken}
        sums = {id_: dict.fromkeys(Event, 0) for id_ in theirs.values()}
        for cell, count in self.rollup.counts.items():
            id_ = next((theirs[r] for r in upwards(cell.region, regions) if r in theirs), "")
            found = sums.setdefault(id_, dict.fromkeys(Event, 0))
            if cell.channel in channels:
                found[cell.event] += count
        return sums


def method_of_rollup(base: int) -> dict[str, Any]:
    """How a descriptor names what made it: small counts were rounded by those who published."""
    return {"name": "sum-of-published", "base": base}


def rollup_folder(data: Path, month: Month, version: int) -> Path:
    """Where a roll-up lies."""
    return data / FOLDER / str(month) / f"v{version}"


def listed_rollups(data: Path) -> Sequence[Listing]:
    """All roll-ups in the order of their list; none where nothing was rolled up yet.

    Raises:
        PackageError: the list cannot be read.
    """
    path = data / TABLES["rollups"]
    return listings(path.read_bytes(), TABLES["rollups"]) if path.is_file() else []


def write_rollup(released: ReleasedRollUp, told: Told, *, data: Path, issued: date) -> Path:
    """Write `data/rollups/<month>/v<n>/` and list it in `rollups.csv`, whole or not at all.

    Raises:
        PackageError: the package does not pass its own validation, or another version is there.
    """
    rollup = released.rollup
    folder = rollup_folder(data, rollup.month, rollup.version)
    entry = Listing(rollup.month, rollup.version, issued, rollup.why or "", rollup.base)
    with alone(data), aside_of(folder) as aside:
        _write_package(rollup, told, data, aside)
        others = listed_rollups(data)
        if any((e.month, e.version) == (entry.month, entry.version) for e in others):
            raise PackageError(
                f"{rollup.month} 第 {rollup.version} 版汇总刚刚由另一个程序写了，没有再写。"
                "请看一眼结果。"
            )
        move_in(aside, folder)
        enlist(data / TABLES["rollups"], [*others, entry], folder)
    return folder


def _write_package(rollup: RollUp, told: Told, data: Path, folder: Path) -> None:
    carry(data, folder)
    rows = [[*map(str, cell), str(count)] for cell, count in sorted(rollup.counts.items())]
    _write_table(folder / "cube.csv", "rolled", rows)
    _write_table(folder / "coverage.csv", "coverage", map(astuple, told.coverage))
    write_descriptor(_descriptor(rollup, told, folder), folder)


def _write_table(path: Path, schema: str, rows: Iterable[Iterable[str]]) -> None:
    header = [field["name"] for field in load_schema(schema)["fields"]]
    path.write_text(csv_text([header, *rows]), "utf-8", newline="")


def _descriptor(rollup: RollUp, told: Told, folder: Path) -> dict[str, Any]:
    month, base = rollup.month, rollup.base
    own = "和本单位" if len(told.origins) > told.held else ""
    there = f"{told.words}，" if told.partly else told.words
    gaps = "，算进来的单位自己缺哪些见它的gaps一列" if told.partly else ""
    revision = {"revises": rollup.revises, "why": rollup.why} if rollup.revises else {}
    cube = {**sealed("cube", folder / "cube.csv"), "schema": load_schema("rolled")}
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": f"rollup-{month}",
        "title": f"{told.office}：{month.title}汇总（{told.words}）",
        "description": (
            f"{month.title}内发生的事件数，由{there}{own}已经公布的数加起来，"
            "按地区、主题、渠道和事件分。"
            f"各单位公布以前，小于{base}的数已舍入为0或{base}；没有列出的组合，各单位都是0。"
            f"没有算进来的单位和原因见coverage.csv{gaps}：它们的件数不在这里，不是0。"
        ),
        "version": str(rollup.version),
        "period": str(month),
        "cutoff": month.end.isoformat(),
        "method": method_of_rollup(base),
        "coverage": {
            "held": told.held,
            "of": len(told.coverage),
            "partly": len(told.partly),
        },
        **revision,
        "licenses": [dict(told.licence)],
        "sources": [vars(origin) for origin in told.origins],
        "resources": [
            cube,
            *(sealed(name, folder / f"{name}.csv") for name in (*CARRIED, "coverage")),
        ],
    }


def read_rollup(data: Path, month: Month, version: int) -> Held:
    """One listed roll-up, verified against the list and the hashes of its descriptor.

    Raises:
        PackageError: not listed, or a file is missing, altered or not sealed with SHA-256.
        DisclosureError: it has a number below the base.
    """
    found = (e for e in listed_rollups(data) if (e.month, e.version) == (month, version))
    entry = next(found, None)
    if entry is None:
        raise PackageError(f"{month} 第 {version} 版汇总不在 data/{TABLES['rollups']} 里。")
    return rollup_in(rollup_folder(data, month, version), entry)


def rollup_in(folder: Path, entry: Listing) -> Held:
    """The roll-up in a folder, which is the listed one. Raises as `read_rollup`."""
    descriptor = read_descriptor(folder, SHAPE)
    if not _agrees(descriptor, entry):
        raise PackageError(
            f"{entry.month} 第 {entry.version} 版汇总的描述文件与清单不符。请从 git 里恢复。"
        )
    resources = {resource["name"]: resource for resource in descriptor["resources"]}
    content = sealed_bytes(folder, resources["coverage"]).decode("utf-8")
    rows = csv.DictReader(io.StringIO(content, newline=""))
    counts = cube_counts(sealed_bytes(folder, resources["cube"]))
    why = descriptor.get("why")
    try:
        coverage = [_covered(row) for row in rows]
    except TypeError:
        raise PackageError(f"{entry.month} 汇总的 coverage.csv 读不懂。请从 git 里恢复。") from None
    return Held(
        RollUp(entry.month, entry.version, entry.base, counts, why),
        coverage,
        [Origin(**source) for source in descriptor["sources"]],
    )


def _covered(row: Mapping[str, str | None]) -> Covered:
    """Raises TypeError where a row has more or fewer cells than the header, or lacks a column."""
    if None in row.values():
        raise TypeError
    return Covered(**row)  # type: ignore[arg-type]  # just looked at


def _agrees(descriptor: Mapping[str, Any], entry: Listing) -> bool:
    """Whether a descriptor tells of the roll-up that is listed."""
    stated = {
        "name": f"rollup-{entry.month}",
        "period": str(entry.month),
        "version": str(entry.version),
        "cutoff": entry.month.end.isoformat(),
        "method": method_of_rollup(entry.base),
        "why": entry.why or None,
        "revises": entry.version - 1 or None,
    }
    return all(descriptor.get(name) == value for name, value in stated.items())


def rollup_faults(data: Path) -> Iterator[Fault]:
    """What is wrong with the roll-ups that were written."""
    try:
        entries = {(str(e.month), f"v{e.version}"): e for e in listed_rollups(data)}
    except PackageError:
        return  # the list's own faults are among the tables'
    there = {
        (path.parent.name, path.name) for path in (data / FOLDER).glob("*/v*") if path.is_dir()
    }
    for month, version in sorted(there ^ entries.keys()):
        where = "清单里没有它" if (month, version) in there else "清单里有它，文件夹不见了"
        yield _fault(f"data/{FOLDER}/{month}/{version}", where)
    for month, version in sorted(there & entries.keys()):
        folder = data / FOLDER / month / version
        yield from _package_faults(
            folder, entries[month, version], f"data/{FOLDER}/{month}/{version}/"
        )


def _package_faults(folder: Path, entry: Listing, prefix: str) -> Iterator[Fault]:
    if entry.version > 1 and not (folder.parent / f"v{entry.version - 1}").is_dir():
        yield _fault(prefix.rstrip("/"), "前一版不见了")
    try:
        descriptor = read_descriptor(folder, SHAPE)
        sealed_first = [*unsealed(descriptor, prefix), *validate(descriptor, folder, prefix)]
        if sealed_first:
            yield from sealed_first
            return
        held = rollup_in(folder, entry)
    except (PackageError, DisclosureError) as error:
        yield _fault(f"{prefix}datapackage.json", str(error).rstrip("。"))
        return
    taken = held.taken
    told = descriptor["coverage"]
    partly = sum(1 for one in taken if one.is_partly)
    said = (told["held"], told["of"], told.get("partly", 0))
    if said != (len(taken), len(held.coverage), partly):
        yield _fault(f"{prefix}coverage.csv", "与描述里写的单位数不符")
    if not {one.digest for one in taken} <= {origin.hash for origin in held.origins}:
        yield _fault(f"{prefix}coverage.csv", "与描述里写的来源不符")


def changed_rollups(data: Path, past: Iterable[tuple[str, bytes]]) -> Iterator[Fault]:
    """Files of roll-ups that are no more, or no more as they were first published.

    `past` are paths (below the folder of the portal) and published contents, the newest first.
    """
    first = dict(past)  # of several contents of a path the last, which is the oldest
    for place, content in sorted(first.items()):
        path = data.parent / place
        if not path.is_file() or path.read_bytes() != content:
            yield _fault(place, "公布过的汇总被改了，或者没有了")


def _fault(file: str, what: str) -> Fault:
    todo = "请从 git 里恢复；没有提交过的，删去这个文件夹和清单里的这一行，再运行汇总"
    return Fault(file, 0, "", what, todo)
