"""Places by number where only what stands on both sides tells: 周家坝四社, 廉租房4栋105.

A person must look at all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from yanlu.intake.redact.groups import NUMERAL
from yanlu.intake.redact.houses import is_public
from yanlu.intake.redact.lists import HAN, choice, members, words
from yanlu.intake.redact.persons import STOP, ends_name, is_plain, is_usual, name_size, surname_at
from yanlu.intake.redact.shadow import Find, Shadow

BEFORE = 10  # characters before a number that may name a public building
ROOM = r"[1-9][0-9]?(?:0[1-9]|[1-3][0-9])"
LATER = r"(?![0-9年月日元路米个万:.%人次号线])"
NUM = r"(?:[a-z]?[0-9]{1,4}|[0-9]?[十百廿][0-9]?十?[0-9]?)"
PART = rf"{NUM}(?:[\-–—]{NUM}){{0,2}}\s?(?:号楼|号院|号|栋|幢|座|排|单元|间|室|户|房|门|层|楼)"
ALONE = re.compile(
    rf"(?:(?<=[,。;!?:、)\s])|\A)(?:[a-z]?[0-9]{{1,3}}[\-–—]){{1,2}}{ROOM}(?=[,。;!?、(\s]|\Z)"
)
SEVERAL = re.compile(
    r"(?:(?<=附近)|(?<=[、和与]))[0-9]{1,3}号楼(?=的?[老住居业邻人])|[0-9]{1,3}号楼(?=[、和与]\s?[0-9]{1,3}号楼)"
)
LABELLED = re.compile(
    rf"(?:地址|住址|住处|住所)\s?[:是在]\s?{HAN}{{2,12}}?[村屯寨庄湾沟坪坝](?P<place>{HAN}{{1,10}})(?=[,。;\s]|\Z)"
)
LISTED = re.compile(rf"(?:(?<=[:、,;(\s和户])|\A)(?P<place>{ROOM}室?)\s?(?={HAN})")
SHELTER = re.compile("[房棚篷屋户洞包箱楼舍点排库门]区?第?[0-9a-z十]")
HINT = re.compile(r"[组队社屯]")  # asked for speed


def find_numbered(shadow: Shadow) -> Iterator[Find]:
    """Groups behind what may be a village, shelters, blocks in a row, and what 地址 announces."""
    text = shadow.digits
    for found in _groups().finditer(text) if HINT.search(text) else ():
        if not shadow.text.endswith(words("addresses", "numbered", "no_lands"), 0, found.start()):
            yield _unsure(*found.span())
    for pattern in _told(text):
        for found in pattern.finditer(text):
            yield _unsure(*found.span("place" if "place" in pattern.groupindex else 0))
    for found in SEVERAL.finditer(text):
        if not is_public(shadow.text[max(0, found.start() - BEFORE) : found.start()]):
            yield _unsure(*found.span())


def _told(text: str) -> Iterator[re.Pattern[str]]:
    """What is told by words, as far as they stand there."""
    yield from (_ours(), _streets(), LABELLED, ALONE)
    if SHELTER.search(text):
        yield _shelters()


def find_tenants(shadow: Shadow) -> Iterator[Find]:
    """101柯美兰、203靳开发: rooms and who lives in them."""
    text = shadow.text
    for found in LISTED.finditer(shadow.digits):
        place = found.end()
        size = name_size(text, place, 0)
        given = text[place + len(surname_at(text, place)) : place + size]
        made = size > 1 and (is_plain(text[place]) or is_usual(given))
        if made and ends_name(text, place + size) >= STOP:
            yield _unsure(*found.span("place"))
            yield Find(place, place + size, "name", certain=False)


def _unsure(start: int, end: int) -> Find:
    return Find(start, end, "address", certain=False)


@cache
def _groups() -> re.Pattern[str]:
    """周家坝四社, 何家埭11组: whatever stands behind, but for what makes another word of it."""
    lands = members(words("addresses", "numbered", "lands"))
    groups = choice(words("addresses", "numbered", "groups"))
    but = choice((*words("addresses", "lone_groups", "but"), "校"))
    sided = r"[上中下前后东西南北新老大小][队组社](?=[0-9十]+[多余几]?户|[,。的那和、]|\Z)"
    return re.compile(rf"(?<={HAN}{lands})(?:第?{NUMERAL}{groups}(?!{but})|{sided})")


@cache
def _ours() -> re.Pattern[str]:
    """我们上坝组到中心校: a part of a village by its name, behind the writer."""
    ours = choice(words("addresses", "hamlets", "ours"))
    made = members(words("addresses", "hamlets", "characters"))
    return re.compile(
        rf"{ours}(?P<place>(?!(?:一|两|几|大|小|老){{1,2}}[组队])[{made[1:-1]}]{{1,3}}(?:组|社|生产队))(?![织成长员会团区建的])"
    )


@cache
def _shelters() -> re.Pattern[str]:
    """临时板房6号, 廉租房4栋105."""
    kinds, before = (
        choice(words("addresses", "numbered", key)) for key in ("shelters", "before_shelters")
    )
    room = rf"(?:\s?[\-–—]?\s?{ROOM}室?{LATER})?"
    alone = rf"{ROOM}室?{LATER}"
    group = rf"(?:第?{NUMERAL}(?:组|小?队|社|屯))?"
    return re.compile(
        rf"(?P<place>{group}{before}?{kinds}[区]?第?(?:(?:{PART}){{1,3}}{room}|{alone}))"
    )


@cache
def _streets() -> re.Pattern[str]:
    """红旗村后街，: a street of a village that ends its clause."""
    streets = choice(words("addresses", "numbered", "streets"))
    return re.compile(rf"(?<={HAN}[村屯寨庄])(?P<place>{streets})(?=[,。;、)!\s]|\Z)")
