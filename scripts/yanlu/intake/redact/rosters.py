"""The rest of a list of people: 晨练队：老邢、老祝、大刘、胖婶.

Whatever stands in a list of which others are names is one too, be it a nickname or of no known
surname; a person must look.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from yanlu.intake.redact.lists import HAN, words
from yanlu.intake.redact.persons import MAYBE, ends_name, is_given, is_han, is_plain, surname_at
from yanlu.intake.redact.shadow import Find, Shadow
from yanlu.intake.redact.words import is_everyday, is_torn

ITEM = rf"{HAN}{{2,6}}"
MARK = r"[、,;\s]"
LIST = re.compile(rf"(?<!{HAN}){ITEM}(?:\s?{MARK}\s?{ITEM})+(?!{HAN})")
PART = re.compile(ITEM)
FELLOW = rf"(?:{HAN}{{1,4}}?[a-z]?|[a-z]{{2,12}})"
FELLOWS = re.compile(
    rf"(?:{HAN}{{1,6}}[a-z]?|[a-z]{{2,12}})(?:、{FELLOW}){{1,6}}"
    r"(?=[和跟与]我(?!们[这那])|几个|几位|俩|仨|[两三四五]个?人|等人)"
)
SHORT = 4  # characters of a name, unless others beside it show that it may be longer
LISTED = re.compile("、")
AFTER = re.compile(rf"\s?、(?={HAN}{{2}})")


def find_rosters(shadow: Shadow, known: Iterable[Find]) -> Iterator[Find]:
    """Members of lists that were not found, where others were."""
    names = {(find.start, find.end) for find in known if find.kind == "name"}
    if not names:
        return
    for roster in LIST.finditer(shadow.text):
        parts = [part.span() for part in PART.finditer(shadow.text, *roster.span())]
        found = sum(part in names for part in parts)
        if found < 1 + ("、" not in roster[0]) or found * 3 < len(parts):
            continue
        for start, end in parts:
            if (start, end) not in names and _may_be(shadow.text[start:end], found):
                yield Find(start, end, "name", certain=False)
    for start, end in names:
        yield from _next(shadow.text, end)
        yield from _previous(shadow.text, start)


def find_fellows(shadow: Shadow, known: Iterable[Find]) -> Iterator[Find]:
    """老莫、阿K、豆包几个: whatever is listed with a name before a word for several people."""
    text, names = shadow.text, {(find.start, find.end) for find in known if find.kind == "name"}
    for listed in FELLOWS.finditer(text) if "、" in text else ():
        ends = [found.start() for found in LISTED.finditer(text, *listed.span())]
        parts = list(
            zip([listed.start(), *(end + 1 for end in ends)], [*ends, listed.end()], strict=True)
        )
        if not any(end == part[1] and part[0] <= start for start, end in names for part in parts):
            continue
        for start, end in parts[1:]:
            fellow = text[start:end]
            if (start, end) not in names and (not is_han(fellow[-1]) or _may_be(fellow, 3)):
                yield Find(start, end, "name", certain=False)


def _may_be(member: str, found: int) -> bool:
    """Whether it is no word for people or for a close of the letter."""
    short = len(member) <= SHORT or found > 2
    return short and member not in _nobody() and is_given(member[1:], len(member) - 1)


@cache
def _nobody() -> frozenset[str]:
    keys = ("labels", "roles")
    cues = (word for key in keys for word in words("names", "cues", key))
    return frozenset((*cues, *words("stated", "signature", "not_names")))


def _previous(text: str, place: int) -> Iterator[Find]:
    """一家三口杜海、柳春燕: the member before, in front of which no stop stands."""
    end = place - 1
    for size in (3, 2) if text[end:place] == "、" and place > 2 else ():
        start = max(0, end - size)
        name = text[start:end]
        given = name[len(surname_at(text, start)) :]
        known = surname_at(text, start) and is_plain(surname_at(text, start))
        known = known and len(name) == size and is_given(given, len(given))
        word = is_torn(text, start) or is_everyday(name) or name in _nobody()
        if known and 0 < len(given) < 3 and not word:
            yield Find(start, end, "name", certain=False)
            return


def _next(text: str, end: int) -> Iterator[Find]:
    """温如玉、连城代为: the next member, that no stop ends."""
    joint = AFTER.match(text, end)
    for size in (3, 2) if joint else ():
        start = end + len(joint[0]) if joint else end
        name = text[start : start + size]
        given = name[len(surname_at(text, start)) :]
        known = len(name) == size and surname_at(text, start) and 0 < len(given) < 3
        known = known and is_given(given, len(given))
        if known and name not in _nobody() and ends_name(text, start + size) >= MAYBE:
            yield Find(start, start + size, "name", certain=False)
            return
