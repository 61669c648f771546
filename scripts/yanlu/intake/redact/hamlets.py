"""Parts of a village that go by a name: 石桥村上湾屯, 白沙村河西队, 王家湾村民小组."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from yanlu.intake.redact.lists import HAN, choice, members, surnames, words
from yanlu.intake.redact.placenames import REACH, places, proper
from yanlu.intake.redact.shadow import Find, Shadow
from yanlu.intake.redact.words import is_everyday, is_thing, segment, word_class

PLACES = frozenset({"ns", "nz", "nr", "nrt", "s", "f"})  # tags of what places are called by
NUMERALS = "一二三四五六七八九十两"
LONGEST = 4  # characters of a name without its end


def find_hamlets(shadow: Shadow) -> Iterator[Find]:
    """Groups by name with the village before them if there is one."""
    text = shadow.text
    for found in _long().finditer(text) if _holds(text, "long") else ():
        start = _named_from(text, found.start())
        if start is not None:
            yield Find(start, _end(text, found.end()), "address")
    for village in _village_ends().finditer(text) if _holds(text, "villages") else ():
        part = _part().match(text, village.end())
        if part and _names_part(part["name"], part["end"]):
            name = proper(_run(text, village.start()), village[0])
            if name:
                start = village.start() - len(name)
                yield Find(start, _end(text, part.end()), "address")


def find_inhabited(shadow: Shadow) -> Iterator[Find]:
    """石桥村杏树坪三十户, 我们王家塝: people are said to live there; a person must look."""
    text = shadow.text
    for village in _village_ends().finditer(text) if _holds(text, "villages") else ():
        part = _inhabited().match(shadow.digits, village.end())
        name = text[village.end() : part.end("name")] if part else ""
        any_village = text[max(0, village.start() - 1) : village.start()] in ("农", "乡")
        if (
            name
            and name[0] not in "和与及跟同的、在到从向至里"
            and not (any_village or is_thing(name))
        ):
            start = village.start() - len(proper(_run(text, village.start()), village[0]))
            yield Find(start, village.end() + len(name), "address", certain=False)
    for part in _ours().finditer(text):
        name, end = part["name"] or part["group"], part["end"] or "组"
        if _names_part(name, end) and not is_thing(name + end):
            start = part.start("name" if part["name"] else "group")
            yield Find(start, start + len(name + end), "address", certain=False)


@cache
def _inhabited() -> re.Pattern[str]:
    people = choice(words("addresses", "hamlets", "inhabited"))
    return re.compile(rf"(?P<name>{HAN}{{2,4}}?)(?:[0-9十百几多余来]*{people})")


@cache
def _ours() -> re.Pattern[str]:
    """A part of a village behind 我们, and a group at the beginning of a clause."""
    ends = choice(words("addresses", "hamlets", "ends"))
    but = members(words("addresses", "hamlets", "but"))
    ours = choice(words("addresses", "hamlets", "ours"))
    name = rf"(?P<name>{HAN}{{1,{LONGEST}}}?)(?P<end>{ends})(?!{but})"
    group = rf"(?P<group>(?<!{HAN})(?![第{NUMERALS}]){HAN}{{2,3}})(?=组(?!{but}))"
    return re.compile(rf"{ours}{name}|{group}")


def _holds(text: str, key: str) -> bool:
    """Whether the last character of any such word is there at all: asked for speed."""
    return any(char in text for char in _last(key))


@cache
def _last(key: str) -> frozenset[str]:
    return frozenset(word[-1] for word in words("addresses", "hamlets", key))


@cache
def _long() -> re.Pattern[str]:
    rules = words("addresses", "hamlets", "long")
    return re.compile(rf"{choice(rules)}(?!{choice(words('addresses', 'groups', 'no_group'))})")


def _run(text: str, end: int) -> str:
    found = re.search(rf"{HAN}{{1,{REACH}}}$", text[max(0, end - REACH) : end])
    return found[0] if found else ""


def _named_from(text: str, end: int) -> int | None:
    """Where the name of a group begins that ends here, its village's with it."""
    name = proper(_run(text, end))
    whole = name
    village = _village_within().match(name)
    name = name[village.end() :] if village else name
    any_group = name in words("addresses", "hamlets", "generic") or name[:1] in "全各每本该某"
    if not 1 <= len(name) <= LONGEST + 2 or any_group:
        return None
    if len(name) < 2 and not village:
        return None
    tags = {tag for word, tag in segment(name) if word not in surnames()}
    named = (
        word_class(name) in PLACES
        or _placey().fullmatch(name)
        or tags <= {*PLACES, "n", "ng", "m", "x"}
    )
    return end - len(whole) if named else None


@cache
def _village_within() -> re.Pattern[str]:
    return re.compile(rf"{HAN}+{choice(places('villages'))}(?={HAN})")


@cache
def _village_ends() -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(words('addresses', 'hamlets', 'villages'))})(?={HAN})")


@cache
def _part() -> re.Pattern[str]:
    ends = choice(words("addresses", "hamlets", "ends"))
    but = members(words("addresses", "hamlets", "but"))
    return re.compile(
        rf"(?P<name>(?![和与及跟同的、在到从向至]){HAN}{{1,{LONGEST}}}?)(?P<end>{ends}{{1,3}})(?!{but})"
    )


def _names_part(name: str, end: str) -> bool:
    """Whether it is a proper name: 东山, 河西, 李家老; not 舞蹈, 合作, 大 before 坝."""
    if name in words("addresses", "hamlets", "generic"):
        return False
    if len(name) == 1 and end in words("addresses", "hamlets", "slopes"):  # 南坡
        return False
    whole = word_class(name + end)
    if is_everyday(name + end) and whole not in PLACES:
        return False
    if name + end in words("addresses", "hamlets", "things"):
        return False
    tag = word_class(name)
    if tag in {"ns", "nr", "nrt", "s", "f"} or _placey().fullmatch(name):
        return True
    if end in words("addresses", "hamlets", "land"):
        return len(name) == 2 and tag in {"", "nz", "j", "m", "b"}
    old = name[0] in "老新旧" and end in words("addresses", "hamlets", "yards")
    return old and word_class(name[1:])[:1] == "n"


@cache
def _placey() -> re.Pattern[str]:
    """Characters that such names are made of."""
    singles = members(name for name in surnames() if len(name) == 1)
    made = members(words("addresses", "hamlets", "characters"))
    return re.compile(rf"(?:{singles}(?:家|氏)?)?{made}{{0,3}}(?<!家)|{singles}家{made}{{0,2}}")


def _end(text: str, end: int) -> int:
    others = _others().match(text, end)
    return others.end() if others else end


@cache
def _others() -> re.Pattern[str]:
    """东队西队, 东队和西队: more groups of the same village."""
    made = members(words("addresses", "hamlets", "characters"))
    but = members(words("addresses", "hamlets", "but"))
    return re.compile(rf"(?:[、,和及与跟]?{made}{{1,3}}[组队社屯](?!{but}))+")
