"""Names in a list with a name: a person must say whether the others are names too.

赵铁柱、钱多多、孙小圣三人联名: whoever is found makes the rest of the list suspected,
and so does a cue before the list or a count of people behind it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from yanlu.intake.redact.lists import HAN, words
from yanlu.intake.redact.names import JOINED
from yanlu.intake.redact.persons import (
    ANY,
    ends_name,
    is_function,
    is_given,
    is_han,
    is_plain,
    longest_end,
    name_size,
    names_place,
    surname_at,
)
from yanlu.intake.redact.shadow import Find, Shadow
from yanlu.intake.redact.words import begins_word, is_everyday, is_listed, is_torn

JOINT = rf"(?:{JOINED.pattern})"
JOINED_TO = re.compile(rf"{JOINT}$")
# Behind a list of people: 等十二户, 三人, 联名.
PEOPLE = r"等(?!级|候|待)|联名|联署|附议|[0-9一二三四五六七八九十两几数]{1,3}(?:人|位|名|户)"
BOUNDED = re.compile(rf"{HAN}{{2,4}}?(?=(?!{HAN}).|$|[和与及跟]{HAN}|[都均]|{PEOPLE})")
COUNTED = re.compile(PEOPLE)
# Behind two names alone: 等村民, 等十二户.
OF_PEOPLE = re.compile(
    r"等[0-9一二三四五六七八九十百两几数多余]{0,4}"
    r"(?:[户人位名家]|村民|居民|业主|住户|家长|社员|学生|同学|老人|职工|工友|商户|群众)"
)
COUNTED_LIST = re.compile(rf"(?:[、,]\s?{HAN}{{2,4}}?)+(?=\s?(?:[都均皆]|{PEOPLE}))")
MEMBER = re.compile(rf"{HAN}+")
LISTING = re.compile(rf"、(?={HAN})")  # where a list goes on
BEFORE = 8  # characters before a joint in which a name and its cue lie


def find_companions(shadow: Shadow, known: Iterable[Find]) -> Iterator[Find]:
    """Names beside names, in both directions, as far as a list goes."""
    text = shadow.text
    names = sorted((find.start, find.end) for find in known if find.kind == "name")
    if not names and "、" not in text:
        return
    starts, ends = {start for start, _ in names}, {end for _, end in names}
    for start, end in names:
        yield from _counted(text, end)
        yield from _ahead(text, end, starts)
        yield from _behind(text, start, ends)
    if "、" in text:
        yield from _unannounced(text, ends)


def _counted(text: str, end: int) -> Iterator[Find]:
    """Whatever stands behind a name in a list of people that is counted or does something."""
    listed = COUNTED_LIST.match(text, end)
    for member in MEMBER.finditer(listed[0]) if listed else ():
        start, behind = end + member.start(), end + member.end()
        if not member[0].endswith(("人", *words("names", "cues", "people_ends"))):
            yield Find(start, behind, "name", certain=False)


def _ahead(text: str, end: int, starts: set[int]) -> Iterator[Find]:
    while (joint := JOINED.match(text, end)) and joint.end() not in starts:
        size = member_size(text, joint.end())
        if not size:
            return
        end = joint.end() + size
        yield Find(joint.end(), end, "name", certain=False)


def _behind(text: str, start: int, ends: set[int]) -> Iterator[Find]:
    while joint := JOINED_TO.search(text[max(0, start - 4) : start]):
        end = start - len(joint[0])
        if end in ends or any(place in ends for place in (end - 1, end + 1)):
            return
        found = next((place for place in range(max(0, end - 4), end - 1)
                      if _begins_here(text, place) and place + member_size(text, place) == end),
                     None)  # fmt: skip
        if found is None:
            return
        start = found
        yield Find(start, end, "name", certain=False)


def _begins_here(text: str, place: int) -> bool:
    """Whether a stop, another member, or a word for people stands before."""
    before = text[max(0, place - BEFORE) : place]
    if not is_han(before[-1:]) or JOINED_TO.search(before):
        return True
    cued = longest_end(before, len(before), _cues()) != ""
    return cued or before.endswith(words("names", "cues", "perhaps"))


def member_size(text: str, place: int) -> int:
    """How many characters from here may be a name in a list; 0: none."""
    surname = surname_at(text, place)
    if not surname:
        return 0
    bounded = BOUNDED.match(text, place)
    size = len(bounded[0]) if bounded else name_size(text, place, ANY)
    given = text[place + len(surname) : place + size]
    if not 1 <= len(given) <= 3 or not is_given(given, len(given)):
        return 0
    return size if _may_be(text, place, size, surname, bounded is not None) else 0


def _may_be(text: str, place: int, size: int, surname: str, bounded: bool) -> bool:
    """Whether no everyday word and no place stands here."""
    name, given = text[place : place + size], text[place + len(surname) : place + size]
    named = bounded and is_plain(surname) and len(given) == 2  # 瞿万里, 陶南山
    place_name = given[-1] in words("names", "given", "places") and not named
    if names_place(text, place + size) or place_name:
        return False
    if given in words("names", "titles", "long"):
        return False
    if is_function(surname) and (len(given) < 2 or is_everyday(name[:2]) or not bounded):
        return False
    if bounded:
        return not is_listed(name) and (len(name) == 2 or not is_everyday(name))
    return ends_name(text, place + size) > 0 and not begins_word(text, place)


def _unannounced(text: str, ends: set[int]) -> Iterator[Find]:
    """Lists of which nobody was found: two or more behind a word for people, three before one."""
    reached = 0
    for joint in LISTING.finditer(text):
        if joint.start() < reached or joint.start() in ends:
            continue  # reached from a name that was found
        cued, first = _first(text, joint.start())
        members = [] if first is None else [first, *_ahead(text, first.end, set())]
        counted = len(members) > 2 and COUNTED.match(text, members[-1].end)
        words = [is_everyday(text[one.start : one.end]) for one in members]
        people = len(members) > 1 and OF_PEOPLE.match(text, members[-1].end) and not any(words)
        if (counted or people or (cued and len(members) > 1)) and not all(words):
            reached = members[-1].end
            yield from members


def _first(text: str, end: int) -> tuple[bool, Find | None]:
    """The first of a list, and whether it stands behind a cue, where it may be a word too."""
    perhaps = None
    for start in range(max(0, end - 3), end - 1):
        surname = surname_at(text, start)
        given = text[start + len(surname) : end]
        word = is_function(surname) and (len(given) < 2 or is_everyday(text[start : start + 2]))
        if not surname or word or not _is_given(given):
            continue
        first = Find(start, end, "name", certain=False)
        before = text[max(0, start - BEFORE) : start].rstrip(" :")
        if longest_end(before, len(before), _cues()):
            return True, first
        if perhaps is None and not is_torn(text, start):
            perhaps = first
    return False, perhaps


def _is_given(given: str) -> bool:
    known = len(given) in (1, 2) and is_given(given, len(given))
    return known and given[-1] not in words("names", "given", "places")


@cache
def _cues() -> frozenset[str]:
    return frozenset((*words("names", "cues", "labels"), *words("names", "cues", "roles")))
