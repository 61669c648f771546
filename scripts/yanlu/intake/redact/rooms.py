"""Rooms, stalls, berths and boxes by their number: 楼上1402, 18号摊位, 2-1-902, 37号信箱.

Numbers are common, so that a word before or behind must say that this one leads to a door;
a person must look at all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from yanlu.intake.redact.amounts import has_unit
from yanlu.intake.redact.houses import is_public
from yanlu.intake.redact.lists import choice, words
from yanlu.intake.redact.shadow import Find, Shadow

# A block, perhaps a stair, and a room; `_chains` tells them from dates and ranges.
CHAIN = re.compile(
    r"[0-9a-z](?<![0-9a-z.\-/][0-9a-z])[0-9]{0,2}(?:\s?[\-–—~/]\s?[0-9]{1,4}){1,3}(?![0-9a-z:.%年月])"
)
DASH = re.compile(r"\s?[\-–—~/]\s?")
DOOR = r"[0-9]?(?:0[1-9]|[1-3][0-9])"  # behind the first digit of a floor
ROOM = re.compile(rf"[1-9](?<![0-9a-z.\-/:][1-9]){DOOR}(?![0-9a-z.:%\-/年月日路公线次])")
ANY = re.compile(r"[0-9a-z十](?:[0-9a-z十]|\s?[号#\-–—~/区排楼])")  # asked for speed
BEFORE = 8  # characters before a room in which the word for it ends
SPELLED = re.compile(
    r"[0-9]{1,3}\s?(?:dong|zhuang|hao\s?lou|dan\s?yuan)"
    r"(?:[\s\-]?[0-9]{1,4}\s?(?:dong|dan\s?yuan|hao\s?lou|hao|lou|shi)?){1,4}"
)


def find_rooms(shadow: Shadow) -> Iterator[Find]:
    """Numbers of rooms and of the like with the word that says so."""
    if not ANY.search(shadow.digits):
        return
    for detector in (_chains, _rooms, _stands, _spelled):
        for start, end in detector(shadow):
            yield Find(start, end, "address", certain=False)


def _chains(shadow: Shadow) -> Iterator[tuple[int, int]]:
    """3-2-501 and, behind a word for it, 2-501."""
    for found in CHAIN.finditer(shadow.digits):
        *firsts, last = DASH.split(found[0])
        year = last[:2] in ("19", "20") and len(last) == 4
        lettered = found[0][0].isalpha() and len(firsts) > 1  # A-12-03
        room = len(last) in (3, 4) or lettered
        if not room or year or any(len(one) > 2 for one in firsts[1:]):
            continue
        if is_public(_before(shadow, found.start())):
            continue
        if len(firsts) > 1 or _ends_with_cue(shadow, found.start()):
            yield found.span()


def _before(shadow: Shadow, place: int) -> str:
    return shadow.text[max(0, place - BEFORE) : place]


def _ends_with_cue(shadow: Shadow, place: int) -> bool:
    """Whether a word for rooms ends here: 楼上, 门牌号是."""
    return _cues().search(shadow.text, max(0, place - BEFORE), place) is not None


@cache
def _cues() -> re.Pattern[str]:
    cues = choice(words("addresses", "rooms", "before"))
    return re.compile(rf"{cues}(?:编?号码?)?[是为在:\s]{{0,2}}\Z")


def _rooms(shadow: Shadow) -> Iterator[tuple[int, int]]:
    """Three or four digits behind 楼上, or before 的住户."""
    for found in ROOM.finditer(shadow.digits):
        if is_public(_before(shadow, found.start())):
            continue
        behind = _behind().match(shadow.text, found.end())
        if behind:
            yield found.start(), behind.end("unit")
        elif not has_unit(shadow, found.end()) and _ends_with_cue(shadow, found.start()):
            yield found.span()


@cache
def _behind() -> re.Pattern[str]:
    return re.compile(rf"(?P<unit>[房室号]?)的?{choice(words('addresses', 'rooms', 'behind'))}")


def _stands(shadow: Shadow) -> Iterator[tuple[int, int]]:
    """18号摊位, C区117铺, 第45号邮政信箱, 9排14户."""
    text = shadow.digits
    for unit in _units().finditer(text):
        found = _number().search(text, max(0, unit.start() - 12), unit.start())
        if found and _is_named(found, unit[0]):
            yield found.start(), unit.end()
    for found in _berths().finditer(text):
        yield found.span()


def _is_named(found: re.Match[str], unit: str) -> bool:
    """Whether it is one of them by its number and no count."""
    boxed = unit in ("信箱", "房间") and len(found["number"]) > 2
    lettered = found["number"][0].isascii() and found["number"][0].isalpha()  # 十二户 are twelve
    return boxed or bool(found["sign"] or found["zone"]) or lettered


@cache
def _units() -> re.Pattern[str]:
    return re.compile(choice(words("addresses", "rooms", "units")))


@cache
def _number() -> re.Pattern[str]:
    zone = r"(?P<zone>(?:[a-z0-9十]{1,3}\s?[区排楼层厅连]\s?|[a-z][0-9]?\s?-\s?)?)"
    return re.compile(rf"第?{zone}(?P<number>[a-z]?[0-9十百]{{1,5}})\s?(?P<sign>[号#]?)\s?\Z")


@cache
def _berths() -> re.Pattern[str]:
    floor = r"(?:(?:负[0-9]|地下)层?|b[0-9])?[\s\-]?"
    return re.compile(
        rf"车位(?:编?号码?)?[是为:\s]{{0,2}}{floor}[a-z]?-?[0-9]{{2,4}}号?(?![个元年])"
    )


def _spelled(shadow: Shadow) -> Iterator[tuple[int, int]]:
    """3dong2danyuan501."""
    text = shadow.digits
    for found in SPELLED.finditer(text) if "dan" in text or "dong" in text else ():
        yield found.span()
