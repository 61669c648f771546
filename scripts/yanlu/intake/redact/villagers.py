"""People of a village by a name without a known surname: 曼伞村二组的岩温骑摩托.

Behind a village or a group and 的, two or three characters of which no word is made, and which
do something, are somebody's name; a person must look at all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from yanlu.intake.redact.lists import HAN, choice, members, words
from yanlu.intake.redact.persons import FOLLOWED, ends_name, is_given, is_usual, surname_at
from yanlu.intake.redact.shadow import Find, Shadow
from yanlu.intake.redact.stated import acts, is_leftover
from yanlu.intake.redact.words import is_everyday


def find_villagers(shadow: Shadow) -> Iterator[Find]:
    """Names behind 二组的, 寨子里的, or of 岩 and 玉 behind 上个月, before what follows names."""
    text = shadow.text
    for found in _home().finditer(text):
        size = next((size for size in (3, 2) if _is_name(text, found.end(), size)), 0)
        if size:
            yield Find(found.end(), found.end() + size, "name", certain=False)
    for pair in _pairs().finditer(text):
        if not is_everyday(pair[1]) and not is_everyday(pair[2]):
            yield Find(*pair.span(), "name", certain=False)


@cache
def _pairs() -> re.Pattern[str]:
    """岩罕玉波: two of them in a row."""
    own = members(words("stated", "villagers", "own_heads"))
    return re.compile(rf"({own}{HAN})({own}{HAN})")


@cache
def _home() -> re.Pattern[str]:
    home = members(words("stated", "villagers", "homes"))
    when = choice(words("stated", "between", "when"))
    own = members(words("stated", "villagers", "own_heads"))
    return re.compile(
        rf"{home}子?[里上]?的(?={HAN}{{3}})|(?:{when}|(?<!{HAN})|个叫)(?={own}{HAN}{{2}})"
    )


def _is_name(text: str, place: int, size: int) -> bool:
    """Whether so many characters are no word, and somebody so called does something."""
    name, end = text[place : place + size], place + size
    if len(name) < size or not is_given(name, size) or not is_leftover(name):
        return False
    if is_everyday(name[:2]) or is_everyday(text[end - 1 : end + 1]):
        return False
    made = name[0] in words("stated", "villagers", "heads") or is_usual(name)
    made = made or (surname_at(name, 0) != "" and is_usual(name[1:]))
    return made and (ends_name(text, end) >= FOLLOWED or acts(text, end))
