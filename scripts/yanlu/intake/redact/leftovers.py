"""Long numbers of no known make-up: local telephone numbers, and what a person must judge."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from yanlu.intake.redact.amounts import CUE_REACH, has_cue, has_unit, is_amount
from yanlu.intake.redact.checks import is_day
from yanlu.intake.redact.lists import words
from yanlu.intake.redact.runs import FEWEST, Run
from yanlu.intake.redact.shadow import Find, Shadow

LOCAL = (7, 8)  # digits of a telephone number without its area code
LETTERS = re.compile(r"(?<![a-z])[a-z]{1,6}[-_]?$")


def find_leftovers(shadow: Shadow, run: Run, start: int, end: int) -> Iterator[Find]:
    """What the digits from `start` to before `end` of a run may be."""
    if end - start < FEWEST:
        return
    if _is_local(shadow, run, start, end):
        yield Find(run.at[start], run.behind(end), "phone")
    elif _is_spelled_out(shadow, run, start, end) or _is_grouped(shadow, run, start, end):
        yield Find(run.at[start], run.behind(end), "file-number", certain=False)
    else:
        for first, last in run.pieces(start, end):
            if last - first >= FEWEST:
                yield from _piece(shadow, run, first, last)


def _is_local(shadow: Shadow, run: Run, start: int, end: int) -> bool:
    known = end - start in LOCAL and run.is_tidy(start, end) and not _has_years(run, start, end)
    return known and has_cue(shadow, run.at[start], "landline")


def _is_spelled_out(shadow: Shadow, run: Run, start: int, end: int) -> bool:
    return set(run.groups(start, end)) == {1} and not is_amount(shadow, run, start, end)


def _is_grouped(shadow: Shadow, run: Run, start: int, end: int) -> bool:
    """Three groups or more, eleven digits or more, and neither days nor a list."""
    groups = run.groups(start, end)
    if len(groups) < 3 or end - start < 11 or min(groups) < 2:
        return False
    listed = run.lists(start, end) or _has_years(run, start, end)
    return not listed and not has_unit(shadow, run.behind(end))


def _has_years(run: Run, start: int, end: int) -> bool:
    """Whether one of several groups looks like a year or a day, as in 2019-2023."""
    parts = [run.digits[first:last] for first, last in run.pieces(start, end)]
    return len(parts) > 1 and any(
        (len(part) == 4 and part[:2] in ("19", "20")) or (len(part) == 8 and is_day(part))
        for part in parts
    )


def _piece(shadow: Shadow, run: Run, first: int, last: int) -> Iterator[Find]:
    """Digits without anything between them."""
    if _is_public(shadow, run, first, last) or is_amount(shadow, run, first, last):
        return
    local = last - first in LOCAL
    certain = local and has_cue(shadow, run.at[first], "landline")
    phone = certain or (local and run.digits[first] not in "01")
    begin = _with_letters(shadow, run.at[first])
    yield Find(begin, run.behind(last), "phone" if phone else "file-number", certain)


def _is_public(shadow: Shadow, run: Run, first: int, last: int) -> bool:
    """A day, the places after a decimal point, or a number of something public."""
    digits = run.digits[first:last]
    if len(digits) == 8 and is_day(digits):
        return True
    decimal = run.gaps[first] == "." and first > 0
    before = shadow.text[max(0, run.at[first] - CUE_REACH) : run.at[first]]
    return decimal or any(word in before for word in words("numbers", "plain", "public"))


def _with_letters(shadow: Shadow, place: int) -> int:
    found = LETTERS.search(shadow.text[max(0, place - 8) : place])
    return place - (len(found[0]) if found else 0)


@cache
def _starred() -> re.Pattern[str]:
    # begins with a character, not with a look behind, so that `re` tries digits only
    return re.compile(r"[0-9](?<![0-9][0-9])[0-9]{1,9}[*x×●○•#?■□]{2,14}[0-9]{1,6}[0-9x]?(?![0-9])")


def find_starred(shadow: Shadow) -> Iterator[Find]:
    """Numbers of which the writer left some digits out: the others still tell."""
    for found in _starred().finditer(shadow.digits):
        size = len(found[0])
        if size in (15, 18):
            yield Find(found.start(), found.end(), "identity")
        elif size >= FEWEST:
            yield Find(found.start(), found.end(), "phone" if size < 15 else "bank-card")
