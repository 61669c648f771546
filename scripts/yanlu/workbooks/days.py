"""Days as people and spreadsheets write them, year first; any other order is not guessed."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

YEAR_FIRST = "年月日"  # how a mapping names these spellings
UNREADABLE = "?"  # stands for what is no day; the cell itself is not carried along
_EPOCHS = {False: datetime(1899, 12, 30), True: datetime(1904, 1, 1)}  # noqa: DTZ001 - local
_SERIALS = range(18_264, 80_000)  # days from 1950 to 2119, as spreadsheets count them
_CLOCK = (
    r"(?:[T\s]*(?:星期.|周.)?\s*(?P<half>上午|下午)?\s*(?P<hour>\d{1,2})[:时点](?P<minute>\d{1,2})"
    r"(?:[:分](?P<second>\d{1,2})?(?:\.\d+)?秒?)?)?"
)
_SPELLED = re.compile(
    r"(?P<year>\d{4})\s*([-/.年])\s*(?P<month>\d{1,2})\s*(?:\2|月)\s*(?P<day>\d{1,2})\s*日?"
    + _CLOCK
)
_COMPACT = re.compile(
    r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})"
    r"(?:[T\s]*(?P<hour>\d{2}):?(?P<minute>\d{2}):?(?P<second>\d{2})?)?(?P<half>)"
)


def year_first(value: Any, *, since_1904: bool = False) -> str:
    """A day or a moment in one spelling, `2026-10-03` or `2026-10-03 09:05:00`.

    Read are dates of a spreadsheet, its day numbers (also as text), and texts with the year
    first: 2026-10-3, 2026/10/03, 2026.10.3, 2026年10月3日, 20261003, with a time of day or
    without. Midnight is no time of day: systems write it where they know the day alone.
    Anything else is `UNREADABLE`.
    """
    moment = _moment(value, since_1904=since_1904)
    if moment is None:
        return UNREADABLE
    return moment.date().isoformat() if moment.time() == time.min else f"{moment:%Y-%m-%d %H:%M:%S}"


def is_day(value: Any) -> bool:
    """Whether a cell can be read as a day."""
    return _moment(value, since_1904=False) is not None


@lru_cache(maxsize=4096)  # an export has the same few hundred days over and over
def _moment(value: Any, *, since_1904: bool) -> datetime | None:
    if isinstance(value, datetime):
        return value.replace(microsecond=0)
    if isinstance(value, date):
        return datetime.combine(value, time.min)
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    text = unicodedata.normalize("NFKC", str(value)).strip()
    if re.fullmatch(r"\d{5}(\.\d+)?", text) and int(float(text)) in _SERIALS:
        return _EPOCHS[since_1904] + timedelta(seconds=round(float(text) * 86_400))
    spelled = _SPELLED.fullmatch(text) or _COMPACT.fullmatch(text.removesuffix(".0"))
    return _of_parts(spelled) if spelled else None


def _of_parts(found: re.Match[str]) -> datetime | None:
    year, month, day, hour, minute, second = (
        int(found[part] or 0) for part in ("year", "month", "day", "hour", "minute", "second")
    )
    if found["half"] == "下午" and hour < 12:
        hour += 12
    try:
        return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - local
    except ValueError:
        return None
