"""`data/quarters/<year>-q<n>/`: what may be told of an office's quarter, written once.

`unpublished.csv` counts suggestions that have no page, by what became of them; `ratings.csv`
grades of answers, where enough people gave one. Rounded like the monthly tables; there is no
second version, for the difference of the two would tell of a single letter.
"""

from __future__ import annotations

import csv
import json
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from yanlu.errors import PackageError
from yanlu.locks import alone
from yanlu.model import Quarterly, ReleasedQuarter
from yanlu.overlay import in_data
from yanlu.packages.faults import Fault, unsealed, validate
from yanlu.packages.read import method_of
from yanlu.packages.schemas import TABLES
from yanlu.packages.write import About, csv_text, sealed

FOLDER = "quarters"
UNPUBLISHED, RATINGS = "unpublished", "ratings"
_KEY = {UNPUBLISHED: "fate", RATINGS: "grade"}
_CARRIED = "grades"  # the code list that goes along with the ratings
FILES = tuple(f"{FOLDER}/*/{name}" for name in (
    "datapackage.json", f"{UNPUBLISHED}.csv", f"{RATINGS}.csv", f"{_CARRIED}.csv",
))  # fmt: skip
_NAME = re.compile(r"20\d{2}-q[1-4]")


def write_quarter(released: ReleasedQuarter, about: About, *, data: Path, issued: date) -> Path:
    """Write the folder of a quarter, which appears whole or not at all.

    Raises:
        PackageError: the quarter was written before, or the package fails its own validation.
    """
    quarter = released.release
    folder = data / FOLDER / quarter.name
    with alone(data):
        if folder.exists():
            raise PackageError(
                f"data/{FOLDER}/{quarter.name} 已经写过，没有再写：一个季度只公布一次。"
                "从来没有提交过、要重做的，请先删去这个文件夹。"
            )
        folder.parent.mkdir(exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=".writing-", dir=folder.parent))
        try:
            _write_package(quarter, about, data, aside, issued)
            aside.chmod(0o755)
            aside.rename(folder)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
            if not any(folder.parent.iterdir()):
                folder.parent.rmdir()
    return folder


def _write_package(
    quarter: Quarterly, about: About, data: Path, folder: Path, issued: date
) -> None:
    for name, counts in quarter.tables.items():
        lines = [[code, str(count)] for code, count in counts.items()]
        text = csv_text([[_KEY[name], "count"], *lines])
        (folder / f"{name}.csv").write_text(text, "utf-8", newline="")
    if RATINGS in quarter.tables:
        source = in_data(data, TABLES[_CARRIED])
        (folder / f"{_CARRIED}.csv").write_bytes(source.read_bytes())
    descriptor = _descriptor(quarter, about, folder, issued)
    text = json.dumps(descriptor, ensure_ascii=False, indent=2) + "\n"
    (folder / "datapackage.json").write_text(text, "utf-8", newline="")
    faults = validate(descriptor, folder)
    if faults:
        said = "\n".join(f"  · {fault}" for fault in faults)
        raise PackageError(f"{quarter.name} 的数据包没有通过校验，没有写入：\n{said}")


def _descriptor(quarter: Quarterly, about: About, folder: Path, issued: date) -> dict[str, Any]:
    carried = [_CARRIED] if RATINGS in quarter.tables else []
    title = f"{quarter.quarter.year}年第{quarter.name[-1]}季度"
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": f"quarter-{quarter.name}",
        "title": f"{about.office}：{title}没有公布的建议和对回复的评价",
        "description": (
            f"没有单独页面的建议办得怎么样，对回复的评价。全单位一个季度的合计；"
            f"小于{quarter.base}的数已舍入为0或{quarter.base}，"
            f"0表示0至{quarter.base - 1}。{about.note}"
        ),
        "version": "1",
        "period": quarter.name,
        "cutoff": quarter.quarter.next.next.end.isoformat(),
        "issued": issued.isoformat(),
        "method": method_of(quarter.base, quarter.method),
        "nonce": quarter.nonce,
        "licenses": [about.licence],
        "sources": [{"title": about.source, "terms": about.terms, "note": about.note}],
        "resources": [sealed(name, folder / f"{name}.csv") for name in (*quarter.tables, *carried)],
    }


@dataclass(frozen=True)
class Told:
    """A quarter as it was published: rounded counts by fate, and by grade where they are told."""

    name: str
    title: str
    base: int
    issued: str
    unpublished: Mapping[str, int]
    ratings: Mapping[str, int]


def read_quarters(data: Path) -> list[Told]:
    """All quarters that were written, the newest first; `quarter_faults` has passed them."""
    return [_told(folder) for folder in sorted((data / FOLDER).glob("*"), reverse=True)]


def read_descriptors(data: Path) -> Mapping[str, dict[str, Any]]:
    """What the package of each quarter says of itself, the newest first."""
    return {
        folder.name: json.loads((folder / "datapackage.json").read_text("utf-8"))
        for folder in sorted((data / FOLDER).glob("*"), reverse=True)
    }


def _told(folder: Path) -> Told:
    descriptor = json.loads((folder / "datapackage.json").read_text("utf-8"))
    tables = {name: _table(folder, name) for name in _KEY}
    year, number = folder.name.split("-q")
    return Told(
        folder.name,
        f"{year}年第{number}季度",
        int(descriptor["method"]["base"]),
        str(descriptor["issued"]),
        tables[UNPUBLISHED],
        tables[RATINGS],
    )


def _table(folder: Path, name: str) -> dict[str, int]:
    path = folder / f"{name}.csv"
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {row[_KEY[name]]: int(row["count"]) for row in csv.DictReader(file)}


def quarter_faults(data: Path) -> Iterator[Fault]:
    """What is wrong with the quarters that were written."""
    for folder in sorted((data / FOLDER).glob("*")):
        place = f"data/{FOLDER}/{folder.name}/"
        try:
            descriptor = json.loads((folder / "datapackage.json").read_text("utf-8"))
            resources = {one["name"]: one for one in descriptor["resources"]}
            base, named = int(descriptor["method"]["base"]), descriptor["name"]
        except (OSError, ValueError, KeyError, TypeError):
            yield _fault(f"{place}datapackage.json", "缺失、不全或者读不出来")
            continue
        if not _NAME.fullmatch(folder.name) or named != f"quarter-{folder.name}":
            yield _fault(f"{place}datapackage.json", "名字与文件夹不一致")
        if UNPUBLISHED not in resources or not resources.keys() <= {*_KEY, _CARRIED}:
            yield _fault(f"{place}datapackage.json", "列出的表不是约定的那几张")
            continue
        found = [*unsealed(descriptor, place), *validate(descriptor, folder, place)]
        yield from found or _counts(folder, resources, place, base)


def changed_quarters(data: Path, past: Iterable[tuple[str, bytes]]) -> Iterator[Fault]:
    """Files of quarters that are no more, or no more as they were first published.

    `past` are paths (below the folder of the portal) and published contents, the newest first.
    A quarter is published once: the difference of two versions would tell of a single letter.
    """
    first = dict(past)  # of several contents of a path the last, which is the oldest
    for place, content in sorted(first.items()):
        if _now(data.parent / place) == content:
            continue
        yield Fault(
            place, 0, "", "公布过的季度被改了，或者没有了：一个季度只公布一次",
            "请从 git 里恢复最初公布的文件；不要重做，两次的差会说出某一封信",
        )  # fmt: skip


def _now(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _counts(folder: Path, resources: Mapping[str, Any], place: str, base: int) -> Iterator[Fault]:
    for name in _KEY.keys() & resources.keys():
        if any(0 < count < base for count in _table(folder, name).values()):
            yield _fault(f"{place}{name}.csv", f"有小于{base}的数，没有经过舍入")


def _fault(file: str, what: str) -> Fault:
    todo = "请从 git 里恢复；没有提交过的，删去这个文件夹，用 yanlu intake counts 重做"
    return Fault(file, 0, "", what, todo)
