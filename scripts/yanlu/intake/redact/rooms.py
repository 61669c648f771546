"""Rooms by their number alone: 楼上1402, 二〇四的住户, 3dong2danyuan501.

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
    for detector in (_rooms, _spelled):
        for start, end in detector(shadow):
            yield Find(start, end, "address", certain=False)


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


def _spelled(shadow: Shadow) -> Iterator[tuple[int, int]]:
    """3dong2danyuan501."""
    text = shadow.digits
    for found in SPELLED.finditer(text) if "dan" in text or "dong" in text else ():
        yield found.span()
