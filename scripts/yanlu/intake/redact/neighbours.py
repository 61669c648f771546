"""Homes by what stands beside them: 超市后面第三家, 村东头把边那户."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from yanlu.intake.redact.lists import choice, words
from yanlu.intake.redact.placenames import CLAUSE, REACH, proper
from yanlu.intake.redact.shadow import Find, Shadow
from yanlu.intake.redact.words import segment


def find_neighbours(shadow: Shadow) -> Iterator[Find]:
    """From the landmark on; a person must look."""
    for home in _homes().finditer(shadow.digits):
        near = max(0, home.start() - REACH)
        side = _side().search(shadow.text, near, home.start())
        if side:
            before = CLAUSE.split(shadow.text[near : side.start()])[-1]
            name = proper(before) or (segment(before)[-1][0] if before else "")
            yield Find(side.start() - len(name), home.end(), "address", certain=False)


@cache
def _homes() -> re.Pattern[str]:
    """Which of several homes: 第3家, 那户, 头一家."""
    nth = r"(?:第[0-9十]{1,3}|最后一?|头一?|[把靠]边那?)(?:家|户|个?门|间|栋|幢|排|座|块)"
    alone = rf"[那这]户|[那这]家(?=人|{choice(words('addresses', 'neighbours', 'alone'))}|[^\w]|$)"
    but = choice(words("addresses", "neighbours", "but"))
    return re.compile(rf"(?:{nth}|{alone})(?!{but})")


@cache
def _side() -> re.Pattern[str]:
    """On which side of the landmark, perhaps with the row."""
    sides = choice(words("addresses", "neighbours", "sides"))
    return re.compile(rf"{sides}(?:的|数|起|边)?(?:第.{{1,2}}排)?的?\Z")
