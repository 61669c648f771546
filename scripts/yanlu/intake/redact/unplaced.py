"""Blocks, groups and floors by themselves: 17幢的业主, 前进组季长顺, 二组的水渠, 我家三楼.

Nothing certain says that somebody lives there, only that nothing public is numbered so; a
person must look at all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from yanlu.intake.redact.groups import NUMERAL
from yanlu.intake.redact.houses import is_public
from yanlu.intake.redact.lists import HAN, choice, members, words
from yanlu.intake.redact.persons import name_size
from yanlu.intake.redact.shadow import Find, Shadow
from yanlu.intake.redact.words import is_everyday

NAMED = 30  # points of `name_size`: a name of usual characters, and a stop behind it
GROUP = re.compile("[0-9十][组队社小]")  # asked for speed
BLOCK = r"[a-z]?[0-9]{1,3}\s?(?:栋|幢|号楼|号院|单元|#楼)(?:[东西南北中][头户侧门边])?"
ROOM = r"[1-9][0-9]{0,1}(?:0[1-9]|[1-3][0-9])室"


def find_unplaced(shadow: Shadow) -> Iterator[Find]:
    """All of them."""
    text = shadow.digits
    for found in _blocks().finditer(text):
        if not is_public(shadow.text[max(0, found.start() - 10) : found.start()]):
            yield _unsure(*found.span())
    for found in _halls().finditer(text) if "号" in text else ():
        yield _unsure(*found.span())
    yield from _of_groups(shadow)
    for found in _rooms().finditer(text):
        yield _unsure(*found.span("part" if found["part"] else "own"))


def _of_groups(shadow: Shadow) -> Iterator[Find]:
    """By a number or by a name."""
    for found in _groups().finditer(shadow.digits) if GROUP.search(shadow.digits) else ():
        yield _unsure(*found.span("first" if found["first"] else "home"))
    for found in _named_groups().finditer(shadow.text):
        if _is_named(shadow.text, found):
            yield _unsure(*found.span("part"))


def _unsure(start: int, end: int) -> Find:
    return Find(start, end, "address", certain=False)


@cache
def _blocks() -> re.Pattern[str]:
    """17幢的, 5号楼, 301室: neither counted nor public."""
    counts = words("addresses", "unplaced", "counts")
    before = "".join(f"(?<!{re.escape(count)})" for count in counts)
    but = choice(words("addresses", "unplaced", "blocks_but"))
    return re.compile(
        rf"(?=[a-z]?[0-9]){before}(?<![0-9a-z.~\-])(?:{BLOCK}|{ROOM})(?!{but}|楼(?![上下前后顶道门口]))"
    )


@cache
def _halls() -> re.Pattern[str]:
    """北区5号宿舍楼, 37号后院: told by what is numbered, whatever stands before."""
    own = choice(words("addresses", "unplaced", "halls"))
    yard = choice(words("addresses", "unplaced", "yards"))
    campus = "(?:[东南西北中新老]|[a-z])(?:校区|[区院苑园])"
    room = r"(?:\s?[0-9]{3,4}[室号]?(?![0-9年月元人路米个]))?"
    return re.compile(
        rf"(?:{campus}\s?)?(?<![0-9a-z第有共])[0-9]{{1,4}}号(?:{own}(?![区管建改]){room}|{yard}(?!{HAN}?[厂院楼]))"
    )


@cache
def _groups() -> re.Pattern[str]:
    """二组的水渠 at the beginning of a clause; 住沙河子四组."""
    but = choice(words("addresses", "lone_groups", "but"))
    lives = choice(words("addresses", "unplaced", "lives"))
    group = rf"第?(?<![0-9十百第]){NUMERAL}(?:组|小?队|社)(?!的?{but})"
    return re.compile(
        rf"(?:(?<!{HAN})(?P<first>{group})(?=的)|{lives}(?P<home>{HAN}{{1,6}}?{group}))"
    )


@cache
def _rooms() -> re.Pattern[str]:
    """老供销社楼上2号, 门卫室旁101, 拉线的是402的."""
    beside = choice(words("addresses", "unplaced", "beside"))
    but = choice(words("addresses", "groups", "no_house"))
    return re.compile(
        rf"{beside}(?P<part>[0-9]{{1,4}}[号室](?!{but}|楼)|[1-9](?:0[1-9]|[1-3][0-9])(?![0-9年月日元路米个%.]))"
        rf"|(?:是|住)(?P<own>[1-9][0-9]?(?:0[1-9]|[1-3][0-9])(?=[的,。]))"
    )


@cache
def _named_groups() -> re.Pattern[str]:
    """前进组 between two stops, behind a village, or before a name or 村民."""
    lands = members(words("addresses", "unplaced", "lands"))
    people = choice(words("addresses", "lone_groups", "people"))
    lives = choice(words("addresses", "unplaced", "lives"))
    return re.compile(
        rf"(?:(?<!{HAN})|(?<={lands})|{lives})(?P<part>{HAN}{{1,3}}[组社])(?=[\s,。;、!?()的]|$|{people}|(?P<who>{HAN}))"
    )


def _is_named(text: str, found: re.Match[str]) -> bool:
    """Whether it is no group of something else, and a stop, people or a name follow."""
    part, end = found["part"], found.end("part")
    if is_everyday(part) or part[:-1] in words("addresses", "unplaced", "of_other"):
        return False
    if part[:-1].endswith(words("addresses", "unplaced", "of_other")):
        return False
    return not found["who"] or name_size(text, end, NAMED) > 0
