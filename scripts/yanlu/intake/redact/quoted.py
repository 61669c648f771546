"""Names behind words for what is written: 背面写着“申玉莲”, 落款是“聂春梅”, 胸牌写的欧阳建."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from yanlu.intake.redact.lists import HAN, choice, words
from yanlu.intake.redact.persons import (
    ENOUGH,
    is_given,
    is_plain,
    is_usual,
    name_size,
    surname_at,
)
from yanlu.intake.redact.shadow import Find, Shadow
from yanlu.intake.redact.words import is_everyday, is_listed, word_class

QUOTED = re.compile(r"[“\"'‘「『]")


def find_quoted(shadow: Shadow) -> Iterator[Find]:
    """What stands in quotes there and is no word; a person must look at it."""
    text = shadow.text
    for found in _written().finditer(text) if QUOTED.search(text) else ():
        if _is_name(found["name"]):
            yield Find(*found.span("name"), "name", certain=False)
    for found in _worn().finditer(text):
        size = name_size(text, found.end(), ENOUGH)
        if size and not is_listed(text[found.end() : found.end() + size]):
            yield Find(found.end(), found.end() + size, "name", certain=False)


@cache
def _written() -> re.Pattern[str]:
    cues = choice(words("stated", "quoted", "cues"))
    return re.compile(
        rf"{cues}(?:的?[是为叫])?[\s:]?{QUOTED.pattern}(?P<name>{HAN}{{2,4}})[”\"'’」』]"
    )


@cache
def _worn() -> re.Pattern[str]:
    """What a badge reads."""
    badges, reads = (choice(words("stated", "quoted", key)) for key in ("badges", "reads"))
    return re.compile(rf"{badges}上?{reads}{{1,2}}的?[是叫为]?[\s:,]?(?={HAN}{{2}})")


def _is_name(name: str) -> bool:
    """Whether it has the form of a name: 温桂芝, but not 安全出口 or 施工中."""
    surname = surname_at(name, 0)
    given = name[len(surname) :]
    if not surname or not 1 <= len(given) <= 2 or not is_given(given, len(given)):
        return False
    if is_listed(name) or word_class(name)[:1] in ("v", "d", "l", "i", "b"):
        return False
    if len(given) == 1:
        return is_plain(surname) and not is_everyday(name)
    torn = is_everyday(name[:2]) or is_everyday(given)
    return is_usual(given) or not (torn or is_everyday(name))
