"""What is owed to a reader: `data/guidance/situations.csv` and the steps of `owed.csv`.

A step names a rule of the deadline table by its code without the profile; how long it is stands
there alone.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from yanlu.overlay import in_data

STEPS = "data/guidance/owed.csv"
Row = Mapping[str, str]


class Counted(StrEnum):
    """From which day a step is counted; LATER: from one that nobody knows yet."""

    CHOSEN = "chosen"
    PREVIOUS = "previous"
    LATER = "later"


@dataclass(frozen=True)
class Step:
    """One thing that is owed: by which rule, and what can be done where it does not come.

    `own` tells that the reader has to act; `door` is a page of the site, from its root.
    """

    rule: str
    own: bool
    counted: Counted
    missing: str
    basis: str
    door: str
    door_title: str


@dataclass(frozen=True)
class Situation:
    """What a reader has done, the day that is asked for, and the steps that follow."""

    code: str
    name: str
    starts_at: str
    answer: str
    note: str
    last_checked: str
    steps: tuple[Step, ...]


def read_situations(data: Path) -> list[Situation]:
    """Every situation with its steps, in the order of the files, which follow their schemas."""
    rows = _rows(data, "owed")
    return [
        Situation(
            **{name: row[name] for name in ("code", "name", "starts_at", "answer", "note")},
            last_checked=row["last_checked"],
            steps=tuple(_step(step) for step in rows if step["situation"] == row["code"]),
        )
        for row in _rows(data, "situations")
    ]


def owed_faults(data: Path, rules: Collection[str]) -> list[str]:
    """Rows that name no rule in use or cannot be counted; `rules` are the codes that are used."""
    rows, situations = _rows(data, "owed"), _rows(data, "situations")
    if not situations:
        return [
            "data/guidance/situations.csv 里一个情形也没有，“该等到什么”那一页做不成。"
            "请从 git 里恢复；要用随软件来的，把这个文件和 owed.csv 都删去。"
        ]
    faults = [*_unknown(rows, rules)]
    for situation in situations:
        steps = [
            (line, row)
            for line, row in enumerate(rows, start=2)  # the first line holds the columns' names
            if row["situation"] == situation["code"]
        ]
        faults += _uncounted(situation["code"], steps)
    return faults


def _unknown(rows: Sequence[Row], rules: Collection[str]) -> Iterator[str]:
    for line, row in enumerate(rows, start=2):
        if row["rule"] not in rules:
            yield (
                f"{STEPS} 第 {line} 行 列 rule：期限表里没有它，或者没有启用。"
                "请改用 yanlu deadlines list 列出的代码，或者删去这一行。"
            )


def _uncounted(code: str, steps: Sequence[tuple[int, Row]]) -> Iterator[str]:
    """Steps out of order, a step counted from one that has no day, no day at all."""
    dated = False
    for place, (line, row) in enumerate(steps, start=1):
        if row["step"] != str(place):
            yield f"{STEPS} 第 {line} 行 列 step：步骤没有从 1 起按顺序写。请按先后重新编号。"
        if row["counted"] == Counted.PREVIOUS and not dated:
            yield (
                f"{STEPS} 第 {line} 行 列 counted：上一步没有日子可接。"
                "请改成 chosen 或 later，或者先写上一步。"
            )
        dated = row["counted"] != Counted.LATER
    if all(row["counted"] != Counted.CHOSEN for _, row in steps):
        yield (
            f"data/guidance/situations.csv 的 {code}：{STEPS} 里没有一步从选的那天算起。"
            "请补上 counted 为 chosen 的一步，或者删去这个情形。"
        )


def _step(row: Row) -> Step:
    return Step(
        **{name: row[name] for name in ("rule", "missing", "basis", "door", "door_title")},
        own=row["whose"] == "you",
        counted=Counted(row["counted"]),
    )


def _rows(data: Path, name: str) -> list[dict[str, str]]:
    path = in_data(data, f"guidance/{name}.csv")
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
