"""What stands around a number: words that call it something, and units that count things."""

from __future__ import annotations

import re
from functools import cache

from yanlu.intake.redact.lists import choice, words
from yanlu.intake.redact.runs import Run
from yanlu.intake.redact.shadow import Shadow

CUE_REACH = 14  # characters in which a cue may stand before its number
CLAUSE = re.compile(r"[。;!?\n〕]")  # a placeholder ends one, or its words would be cues


def has_cue(shadow: Shadow, place: int, section: str) -> bool:
    """Whether a word for such numbers stands before, in the same clause."""
    before = shadow.text[max(0, place - CUE_REACH) : place]
    return bool(_cues(section).search(CLAUSE.split(before)[-1]))


@cache
def _cues(section: str) -> re.Pattern[str]:
    return re.compile(choice(words("numbers", section, "cues")))


def is_amount(shadow: Shadow, run: Run, first: int, last: int) -> bool:
    """Whether it is money or a count; a telephone number is seldom round."""
    before = shadow.text[max(0, run.at[first] - 1) : run.at[first]]
    if before in words("numbers", "plain", "currency"):
        return True
    is_round = run.digits[first:last].endswith("000") or last - first < 11
    return is_round and has_unit(shadow, run.behind(last))


def has_unit(shadow: Shadow, place: int) -> bool:
    """Whether a unit stands here."""
    return bool(_units().match(shadow.text, place))


@cache
def _units() -> re.Pattern[str]:
    return re.compile(r"\s?多?余?" + choice(words("numbers", "plain", "units")))
