"""Dwellings that are told by what they are: a room of an inn, the fifth house of a hamlet.

What stands before or behind a number says that it leads to one person's place; a person must
look at all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from yanlu.intake.redact.lists import HAN, choice, words
from yanlu.intake.redact.placenames import proper
from yanlu.intake.redact.shadow import Find, Shadow

SIDE = "[东西南北中上下左右前后里外]"
BEFORE = 10  # characters in which a word for living stands
NTH = r"(?:倒数)?(?:第[0-9十]{1,3}|最后一?|头一?)个?(?:家|户|间|门|院子|院|棚子|窝棚|排|栋|铺子?)"
STOP = re.compile(r"[,。;!?\n]")


def find_dwellings(shadow: Shadow) -> Iterator[Find]:
    """Rooms of inns, and houses of a part of a village."""
    text = shadow.digits
    for found in _inns().finditer(text):
        near = STOP.split(shadow.text[max(0, found.start() - BEFORE) : found.start()])[-1]
        name = proper(near, found["inn"])
        if name and (found["room"] or _lives().search(near)):
            yield _unsure(found.start() - len(name), found.end())
    for found in _rows().finditer(text):
        yield _unsure(*found.span("row"))


def _unsure(start: int, end: int) -> Find:
    return Find(start, end, "address", certain=False)


@cache
def _lives() -> re.Pattern[str]:
    return re.compile(rf"{choice(words('addresses', 'dwellings', 'living'))}(?![院户建房宿宅])")


@cache
def _inns() -> re.Pattern[str]:
    inn = choice(words("addresses", "dwellings", "inns"))
    room = r"[a-z]?[0-9]{3,4}(?![0-9元年月日米路人个张份%.])(?P<room>号?房间?|[号室]间?)?"
    return re.compile(rf"(?P<inn>{inn})(?:[0-9a-z]{{1,2}}[栋号座]?楼?)?{room}")


@cache
def _rows() -> re.Pattern[str]:
    """靠山屯北沟第五家, 新民村上街子15号."""
    no_house = choice(words("addresses", "groups", "no_house"))
    number = rf"{HAN}{{1,4}}?[0-9]{{1,3}}号(?!{no_house}|楼|公告|文件|提案)"
    return re.compile(rf"[村屯寨塆](?P<row>{HAN}{{2,3}}{NTH}(?!{HAN}*(?:公司|店))|{number})")


@cache
def tail_pattern() -> str:
    """What is no number and ends an address: 天台, 东屋, 临街铺面."""
    ends = choice(words("addresses", "dwellings", "ends"))
    sided = choice(words("addresses", "dwellings", "side_ends"))
    kind = "临街|沿街|半|老|小|大|最"
    return rf"(?:(?:{SIDE}{{1,2}}|{kind})?{ends}|{SIDE}{{1,2}}{sided})"
