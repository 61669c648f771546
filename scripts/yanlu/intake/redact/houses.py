"""Houses and rooms: 3栋1单元502室, 88弄5号, 阳光花园5-2-301.

A home as a whole is masked from its street on; elsewhere the street stays, because a
suggestion is about a place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from yanlu.intake.redact.lists import HAN, choice, each, members, table
from yanlu.intake.redact.persons import is_han
from yanlu.intake.redact.placenames import (
    REACH,
    around,
    is_on_street,
    lives,
    name_before,
    places,
    proper,
)
from yanlu.intake.redact.shadow import Find, Shadow

DIGITS = r"[0-9](?:\s?[0-9]){0,4}"
TENS = "十百拾佰廿卅"
COUNTED = (
    rf"(?:[a-z]-?|[甲乙丙丁])?(?:{DIGITS}|[0-9{TENS}]{{1,6}})(?:[\-–—~][0-9]{{1,4}}){{0,3}}[a-z]?"
)
WING = r"楼\s?[0-9东西南北中]{1,4}(?:单元|门|房|室|层)"  # 西楼305房
HALVES = rf"[甲乙丙丁戊东西南北中](?=单元|座|栋|幢|梯|户|号楼|{WING})"
NAMED = rf"[a-z](?=\s?[座栋幢单区户])|{HALVES}"
NUMBER = rf"(?:{COUNTED}|{NAMED})"
INNER = rf"0-9a-z甲乙丙丁戊东西南北中{TENS}"  # the characters of these numbers
NO_HEAD = re.compile(r"[0-9a-z.]")  # what stands before one means that it is longer
BETWEEN = re.compile(rf"(?:(?![的和与在到]){HAN}){{2,8}}")  # an estate between street and block
ROOM = re.compile(r"[0-9]{3,4}$")
DOOR = re.compile(r"[0-9]{1,3}\s?[\-—–]\s?[0-9]{1,2}\s?[\-—–]\s?[0-9]{3,4}")
# A block, a sign, a stair or a floor, and a room: 2#1-301, 3#502.
HASHED = re.compile(
    r"(?<![0-9a-z])(?:[a-z]?[0-9]{1,3}|[a-z])\s?#\s?[\-—–]?\s?"
    r"(?:[0-9]{1,2}(?:\s?[\-—–~/#]\s?[0-9]{1,4}){1,3}|[0-9]{3,4})(?![0-9a-z])"
)
SPLIT = "甲乙丙丁戊"  # behind or before a number: one of several houses under it
SIDE = re.compile(r"[a-z东西南北中]\s?户")
BLOCKS = ("栋", "幢", "座")
ANY_BLOCK = re.compile(r"[一两几]\s?[栋幢座]")


@dataclass(frozen=True)
class House:
    """Numbers with their units, what stands around them, and where the estate's name begins."""

    text: str
    units: tuple[str, ...]
    before: str
    after: str
    estate: int | None

    @property
    def figures(self) -> str:
        """The digits of the first number."""
        return re.sub(r"[^0-9]", "", self.text.partition(self.units[0])[0])

    @property
    def is_placed(self) -> bool:
        """Whether a street, an estate or a word for living stands before."""
        return is_on_street(self.before) or self.estate is not None or lives(self.before)


def find_houses(shadow: Shadow) -> Iterator[Find]:
    """Numbers with units that lead to somebody's door, and numbers alone behind an estate."""
    last = 0
    for found in each(_chain(), _heads(), shadow.digits):
        if found.start() and NO_HEAD.match(shadow.digits[found.start() - 1]):
            continue  # the end of a longer number
        house = _house(shadow, found)
        if _is_home(house):
            start = _start(shadow, found.start(), house)
            between = BETWEEN.fullmatch(shadow.text, last, start) if last else None
            yield Find(last if between else start, found.end(), "address")
            last = found.end()
    yield from _bare_homes(shadow)
    yield from _doors(shadow)


def _bare_homes(shadow: Shadow) -> Iterator[Find]:
    """阳光花园5-2-301: behind the name of an estate, or of what may be one."""
    for found in _bare_numbers().finditer(shadow.digits):
        start = name_before(shadow, found.start(), "estates")
        before = shadow.text[max(0, found.start() - 1) : found.start()]
        if start is not None:
            yield Find(start, found.end(), "address")
        elif DOOR.fullmatch(found[0]) and is_han(before):
            yield Find(found.start(), found.end(), "address", certain=False)


def numbered(units: Iterable[str]) -> re.Pattern[str]:
    """The first character of what may be a number with one of these units behind it."""
    ends = members(sorted({unit[0] for unit in units}))
    return re.compile(rf"[第{INNER}](?=[{INNER}\-–—~\s]{{0,29}}+{ends})")


@cache
def _heads() -> re.Pattern[str]:
    return numbered((*places("fine_units"), *places("other_units")))


@cache
def _chain() -> re.Pattern[str]:
    part = rf"{NUMBER}\s?{_unit()}"
    stair = r"(?:[0-9]{1,2}\s?[\-—–]\s?)?"  # 12幢3-402
    room = (
        rf"(?:\s?[\-/]?\s?{stair}[0-9](?:\s?[0-9]){{2,3}}(?!\s?[0-9年元人路个米万户月多余几来]))?"
    )
    side = "(?:[东南西北中左右]+[户手侧])?"
    return re.compile(rf"第?{part}(?:\s?[,、\-/·.附内旁后之]?\s?{part}){{0,6}}{room}{side}")


def _unit() -> str:
    units = choice((*places("fine_units"), *places("other_units")))
    return rf"(?:[栋幢]楼(?=\s?[0-9])|{units})"  # 3栋楼2单元, but 3栋楼房


@cache
def _units() -> re.Pattern[str]:
    return re.compile(rf"{NUMBER}\s?({_unit()})")


def _doors(shadow: Shadow) -> Iterator[Find]:
    """2#1-301 wherever it stands, and 胡同甲12 without 号."""
    for found in HASHED.finditer(shadow.digits) if "#" in shadow.digits else ():
        start = name_before(shadow, found.start(), "estates")
        yield Find(found.start() if start is None else start, found.end(), "address")
    for found in _lanes().finditer(shadow.digits):
        before = shadow.text[max(0, found.start() - REACH) : found.start(1)]
        if _is_lane(before, found[1]):
            yield Find(found.start(1), found.end(), "address")


def _is_lane(before: str, number: str) -> bool:
    """Whether a lane by name stands before; any street where the number has 甲 before it."""
    split = number[0] in SPLIT
    named = before.rstrip().endswith(places("lanes"))
    return (named or split) and is_on_street(before) and not _any_lane().search(before)


@cache
def _any_lane() -> re.Pattern[str]:
    """背街小巷 is any lane."""
    return re.compile(rf"{choice(places('any_lanes'))}\s*$")


@cache
def _lanes() -> re.Pattern[str]:
    ends = members(sorted({street[-1] for street in places("streets")}))
    behind = rf"\s|[,。;、!?)]|{choice(places('behind_doors'))}|$"
    number = r"(?:[甲乙丙丁戊]\s?)?(?:[0-9]{1,4}|[0-9百十拾佰]{1,6})(?:\s?[\-—–]\s?[0-9]{1,4}){0,3}"
    return re.compile(rf"{ends}(?<=[^\s])\s?({number})(?={behind})")


@cache
def _bare_numbers() -> re.Pattern[str]:
    return re.compile(r"[0-9a-z][0-9a-z]{0,3}(?:\s?[\-—–/]\s?[0-9]{1,4}){1,3}(?![0-9年月日.:])")


def _house(shadow: Shadow, found: re.Match[str]) -> House:
    written = shadow.text[found.start() : found.end()]
    text = written[:1] + found[0][1:] if written[:1] in "一两几" else found[0]
    units = tuple(_units().findall(found[0]))
    before, after = around(shadow, found.start(), found.end())
    return House(text, units, before, after, name_before(shadow, found.start(), "estates"))


def _is_home(house: House) -> bool:
    """Whether these numbers are somebody's house rather than a count or a public building."""
    fine = set(house.units) & set(places("fine_units"))
    if is_public(house.before):
        return False
    if not fine and "号" not in house.units:
        return _is_within(house)
    if fine <= {*BLOCKS} and ANY_BLOCK.match(house.text):  # 一幢 is any, 一栋二单元 is not
        return False
    if len(house.units) > 1:
        return not _is_counted(house.before) and (bool(fine) or house.is_placed)
    if house.units[0] == "号":
        return house.is_placed and not _no_house().match(house.after)
    return _is_one_home(house, house.units[0])


def _is_within(house: House) -> bool:
    """家属院4楼2门301, 我住602房: floors and doors of a place where people live."""
    inner = set(house.units) & set(places("room_units"))
    if len(house.units) > 1:
        side = "户" in house.units and SIDE.search(house.text)  # 19楼C户
        return bool(inner) and (bool(side) or house.estate is not None or lives(house.before))
    room = house.units[0] in ("房间", "房", "户") and 3 <= len(house.figures) <= 4
    return room and (house.estate is not None or lives(house.before))


def _is_one_home(house: House, unit: str) -> bool:
    """The same for one number with a fine unit."""
    if unit in ("弄", "支弄"):
        return len(house.figures) >= 2 or house.estate is not None or is_on_street(house.before)
    if unit == "室":
        return 3 <= len(house.figures) <= 4 and house.after[:1] not in ("内", "外")
    if unit in BLOCKS:
        counted = len(house.figures) > 3 or _is_counted(house.before)
        told = house.estate is not None or lives(house.before) or house.figures == ""
        told = told or ROOM.search(house.text) is not None
        told = told or (unit != "座" and bool(_dwellers().match(house.after)))
        return told and not counted and not _counted().match(house.after)
    return not _is_counted(house.before) and not re.match(
        r"(?![0-9]{1,2}-)[0-9一两几有]", house.after
    )


def is_public(before: str) -> bool:
    """Whether the last words before a number are a public building's."""
    return _public().search(before[-10:]) is not None and not lives(before)


@cache
def _public() -> re.Pattern[str]:
    return re.compile(rf"{choice(places('public'))}(?![路街巷道桥弄村])")


def _is_counted(before: str) -> bool:
    return before.rstrip().endswith(places("counts"))


@cache
def _dwellers() -> re.Pattern[str]:
    return re.compile(rf"{choice(places('dwellers'))}|[,。;、]|$")


@cache
def _counted() -> re.Pattern[str]:
    """3栋楼房 are counted; 3栋楼下 is a place."""
    rules = table("addresses")["counted"]
    return re.compile(rf"{choice(rules['kinds'])}(?!{members(rules['but'])})")


@cache
def _no_house() -> re.Pattern[str]:
    rules = table("addresses")["not_houses"]
    return re.compile(rf"{choice(rules['after'])}|门(?!{members(rules['gate'])})")


def _start(shadow: Shadow, start: int, house: House) -> int:
    """From the estate on, from the street on where it is a home; else the street stays."""
    if house.estate is not None:
        return house.estate
    if house.units[0] == "期":  # only estates are built in phases, whatever they are called
        return start - len(proper(house.before))
    home = lives(house.before) or bool(set(house.units) & set(places("room_units")))
    street = name_before(shadow, start, "streets") if home and is_on_street(house.before) else None
    return start if street is None else street
