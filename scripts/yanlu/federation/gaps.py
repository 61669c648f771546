"""What a collected roll-up lacks itself, told on: a gap of a city must not vanish in the province.

All of it is read from the `coverage.csv` that the office below has sealed. Whatever that says of
others is shown only where it is a plain name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from yanlu.packages.rollups import COLLECTED, Covered
from yanlu.settings import Codes

_UNITS = {"city": "市州", "district": "县区", "town": "乡镇、街道", "village": "村、社区"}
_NAMED, _NESTED = 20, 3  # names of what is missing; offices of which their own gaps are told, too
_NAME = re.compile(r"(?:[^\W_]|[·（）—-]){1,60}")  # only a name, also as Markdown
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_SAID = re.compile(r"(?:[^\W_]|[·（）—，；、-]){1,2000}")
Gaps = tuple[str, str, str]  # the last columns of `coverage.csv`: held, of, gaps
NO_GAPS: Gaps = ("", "", "")


def unit_of(regions: Codes, used: Iterable[str]) -> str:
    """A word for offices that report these regions: 县区, where all are on that level."""
    levels = {regions.rows.get(code, {}).get("level", "") for code in used}
    return _UNITS.get(levels.pop(), "单位") if len(levels) == 1 else "单位"


def gaps(coverage: Sequence[Covered], regions: Codes) -> Gaps:
    """How many are in a roll-up, of how many, and in words which are not; the words may be ""."""
    absent = [_named(one) for one in coverage if one.status != COLLECTED]
    partly = [f"{_named(one)}（{_told(one)}）" for one in coverage if one.is_partly]
    held, of = len(coverage) - len(absent), len(coverage)
    head = f"{of}个{unit_of(regions, (one.region for one in coverage))}中{held}个"
    said = [head] * bool(absent or partly)
    said += [f"缺{_cut(absent, _NAMED)}"] * bool(absent)
    said += [f"其中{_cut(partly, _NESTED)}"] * bool(partly)
    whole = "，".join(said)
    return str(held), str(of), whole if not whole or _SAID.fullmatch(whole) else head


def _named(office: Covered) -> str:
    if _NAME.fullmatch(office.name):
        return office.name
    return office.id if _ID.fullmatch(office.id) and len(office.id) <= 60 else "一个单位"


def _told(office: Covered) -> str:
    return office.gaps if _SAID.fullmatch(office.gaps) else "不全"


def _cut(names: Sequence[str], most: int) -> str:
    return "、".join(names[:most]) + (f"等{len(names)}个" if len(names) > most else "")
