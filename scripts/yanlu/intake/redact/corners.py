"""Parts of buildings and of streets: 中医院2号楼6层18床, 明德楼304教室, 解放路附12号, 后院地下室.

A person must look at all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from yanlu.intake.redact.lists import HAN, choice, words
from yanlu.intake.redact.placenames import places
from yanlu.intake.redact.shadow import Find, Shadow

HINT = re.compile(r"床|教室|附[0-9]|排[0-9]|院|从[0-9]|楼[东西南北]")
NUM = r"[0-9十]{1,3}"
STREET_REACH = 24  # characters before the houses of a stretch in which their street stands


def find_corners(shadow: Shadow) -> Iterator[Find]:
    """Beds, rooms for lessons, rows, branches of a number, stretches of a street, yards."""
    text = shadow.digits
    if not HINT.search(text):
        return
    for pattern in (_beds(), _classrooms(), _rows(), _branches(), _yards(), _floors()):
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
def _beds() -> re.Pattern[str]:
    """2号楼6层18床, 3楼12床."""
    house = rf"(?:[a-z]?[0-9]{{1,3}}号?[楼栋幢座](?:{NUM}[层楼])?|{NUM}[层楼])"
    ward = rf"(?:{HAN}{{0,4}}[科区]|[0-9]{{1,4}}病?[室房])?"
    no_more = rf"(?!{choice(words('addresses', 'corners', 'beds_but'))})"
    counted = "".join(f"(?<!{word})" for word in words("addresses", "corners", "beds_counted"))
    return re.compile(
        rf"(?<![0-9]){counted}(?P<place>{house}{ward}[加第]?[0-9]{{1,3}}号?床){no_more}"
    )


@cache
def _classrooms() -> re.Pattern[str]:
    """明德楼304教室: which building, and which room of it."""
    return re.compile(
        rf"(?P<place>(?:(?![的在是到和与第中]){HAN}){{2}}楼(?:{NUM}[层楼])?[0-9]{{3,4}}号?教室)"
    )


@cache
def _rows() -> re.Pattern[str]:
    """老5排2号, 前3排5号."""
    return re.compile(rf"(?P<place>[老新东西南北前后]{NUM}排{NUM}[号户门])(?!座)")


@cache
def _branches() -> re.Pattern[str]:
    """解放路附12号."""
    no_more = choice(words("addresses", "corners", "no_branch"))
    streets = "".join(sorted({street[-1] for street in places("streets")}))
    return re.compile(rf"(?<=[{streets}号村区院])(?P<place>附{NUM}号(?:之[0-9])?)(?!{no_more})")


@cache
def _yards() -> re.Pattern[str]:
    """放在后院地下室."""
    put = choice(words("addresses", "corners", "put"))
    yard, part = (choice(words("addresses", "corners", key)) for key in ("yards", "in_yards"))
    return re.compile(rf"{put}(?P<place>{yard}[的里]?{part})")


@cache
def _floors() -> re.Pattern[str]:
    """养老院2楼东头: where in a house of lodgers."""
    inn = choice(words("addresses", "dwellings", "inns"))
    return re.compile(rf"{inn}(?P<place>{NUM}[楼层][东西南北][头侧边](?!口))")


@cache
def _stretches() -> re.Pattern[str]:
    """从52号到70号那一段: `_behind_stretch` tells it from days and gates."""
    return re.compile(r"从(?P<first>[0-9]{1,4}号)[到至](?P<last>[0-9]{1,4}号)")


@cache
def _behind_stretch() -> re.Pattern[str]:
    return re.compile(choice(words("addresses", "corners", "stretch")))
