"""The rules of `data/codes/deadlines.csv`: how long, from which day, by which article."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from yanlu.errors import DeadlineError
from yanlu.settings import read_codes

NATIONAL = "national"
REPLY = "suggestion-reply"  # the office's own promise: no law sets a term for suggestions


class Unit(StrEnum):
    """Which days count: all of them, or those on which offices work."""

    CALENDAR = "calendar"
    WORKING = "working"


@dataclass(frozen=True)
class Rule:
    """One period: so many days of a unit, from the day after the event `starts_at` names.

    `extends` is the code of the period that this one lengthens, or "".
    """

    code: str
    name: str
    starts_at: str
    length: int
    unit: Unit
    who: str
    law: str
    version: str
    article: str
    applies_to: str
    valid_from: date
    valid_to: date | None = None
    extends: str = ""

    @property
    def basis(self) -> str:
        """The law and the article, as one cites them."""
        return f"{self.law}（{self.version}）{self.article}"

    def holds(self, day: date) -> bool:
        """Whether the rule was in force on a day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


def read_rules(data: Path, profile: str) -> dict[str, Rule]:
    """The rules that an office uses: the national ones, and its own in their place.

    A local rule with the code `<profile>.<code>` takes the place of the national `<code>`.

    Rows that are not enabled, or of which no length is known, are left out.

    Raises:
        SettingsError: there is no such list, or a code stands in it twice.
        DeadlineError: a row that does not say what it must.
    """
    rows = read_codes(data / "codes" / "deadlines.csv").rows.values()
    found: dict[str, Rule] = {}
    for wanted in dict.fromkeys((NATIONAL, profile)):
        for row in rows:
            if row["profile"] == wanted and row["enabled"] == "true" and row["length"]:
                rule = _rule(row)
                found[rule.code.removeprefix(f"{profile}.")] = rule
    return found


def _rule(row: Mapping[str, str]) -> Rule:
    kept = {name: row[name] for name in ("code", "name", "starts_at", "who", "law", "version")}
    try:
        return Rule(
            **kept,
            length=int(row["length"]),
            unit=Unit(row["unit"]),
            article=row["article"],
            applies_to=row["applies_to"],
            valid_from=date.fromisoformat(row["valid_from"]),
            valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
            extends=row["extends"],
        )
    except ValueError:
        raise DeadlineError(
            f"data/codes/deadlines.csv 的 {row['code']}：长度、单位或者日期写得不对。"
            "请运行 yanlu check 查看行号。"
        ) from None
