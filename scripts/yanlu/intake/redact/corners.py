"""Parts of buildings and of streets: 明德楼304教室, 解放路附12号, 后院地下室.

A person must look at all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from yanlu.intake.redact.lists import HAN, choice, words
from yanlu.intake.redact.placenames import places
from yanlu.intake.redact.shadow import Find, Shadow

HINT = re.compile(r"教室|附[0-9]|院|从[0-9]")
STREET_REACH = 24  # characters before the houses of a stretch in which their street stands


def find_corners(shadow: Shadow) -> Iterator[Find]:
    """Rooms for lessons, branches of a number, stretches of a street, yards."""
    text = shadow.digits
    if not HINT.search(text):
        return
    for pattern in (_classrooms(), _branches(), _yards()):
        for found in pattern.finditer(text):
            yield _unsure(*found.span("place"))
    for found in _stretches().finditer(text):
        near = shadow.text[max(0, found.start() - STREET_REACH) : found.start()]
        told = _behind_stretch().match(shadow.text, found.end())
        if told and any(street in near for street in places("streets")):
            yield _unsure(*found.span("first"))
            yield _unsure(*found.span("last"))


def _unsure(start: int, end: int) -> Find:
    return Find(start, end, "address", certain=False)


@cache
def _classrooms() -> re.Pattern[str]:
    """明德楼304教室: which building, and which room of it."""
    return re.compile(
        rf"(?P<place>(?:(?![的在是到和与第中]){HAN}){{2}}楼(?:[0-9十]{{1,3}}[层楼])?[0-9]{{3,4}}号?教室)"
    )


@cache
def _branches() -> re.Pattern[str]:
    """解放路附12号."""
    no_more = choice(words("addresses", "corners", "no_branch"))
    streets = "".join(sorted({street[-1] for street in places("streets")}))
    return re.compile(
        rf"(?<=[{streets}号村区院])(?P<place>附[0-9十]{{1,3}}号(?:之[0-9])?)(?!{no_more})"
    )


@cache
def _yards() -> re.Pattern[str]:
    """放在后院地下室."""
    put = choice(words("addresses", "corners", "put"))
    yard, part = (choice(words("addresses", "corners", key)) for key in ("yards", "in_yards"))
    return re.compile(rf"{put}(?P<place>{yard}[的里]?{part})")


@cache
def _stretches() -> re.Pattern[str]:
    """从52号到70号那一段: `_behind_stretch` tells it from days and gates."""
    return re.compile(r"从(?P<first>[0-9]{1,4}号)[到至](?P<last>[0-9]{1,4}号)")


@cache
def _behind_stretch() -> re.Pattern[str]:
    return re.compile(choice(words("addresses", "corners", "stretch")))
