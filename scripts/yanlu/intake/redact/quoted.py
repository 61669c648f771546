"""Names in quotes behind words for what is written: 背面写着“申玉莲”, 落款是“聂春梅”."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from yanlu.intake.redact.lists import HAN, choice, words
from yanlu.intake.redact.persons import is_given, is_plain, is_usual, surname_at
from yanlu.intake.redact.shadow import Find, Shadow
from yanlu.intake.redact.words import is_everyday, is_listed, word_class

QUOTED = re.compile(r"[“\"'‘「『]")


def find_quoted(shadow: Shadow) -> Iterator[Find]:
    """What stands in quotes there and is no word; a person must look at it."""
    text = shadow.text
    for found in _written().finditer(text) if QUOTED.search(text) else ():
        if _is_name(found["name"]):
            yield Find(*found.span("name"), "name", certain=False)


@cache
def _written() -> re.Pattern[str]:
    cues = choice(words("stated", "quoted", "cues"))
    return re.compile(
        rf"{cues}(?:的?[是为叫])?[\s:]?{QUOTED.pattern}(?P<name>{HAN}{{2,4}})[”\"'’」』]"
    )


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
