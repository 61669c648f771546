"""What may be a name behind words that often announce one: a person must look.

Wider than `names`: any word for people (护林员, 木工, 校友), any surname behind it that does
not begin an everyday word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from yanlu.intake.redact.lists import members, words
from yanlu.intake.redact.persons import (
    heads,
    is_function,
    is_plain,
    is_usual,
    longest_end,
    name_size,
    names_place,
    surname_at,
)
from yanlu.intake.redact.shadow import Find, Shadow
from yanlu.intake.redact.words import begins_word, is_everyday, word_class

ANY = -100  # points: the likeliest length, however unlikely


def find_suspected(shadow: Shadow) -> Iterator[Find]:
    """Names behind cues and behind nouns for people, as long as they are likeliest to be."""
    text = shadow.text
    for found in _ends().finditer(text):
        place = found.end()
        cue = longest_end(text, place, _cues())
        if len(cue) > 1 or (cue and surname_at(text, place) and _names_people(text, place)):
            size = _suspected(text, place, text[place - len(cue) : place + 1])
            if size:
                yield Find(place, place + size, "name", certain=False)


@cache
def _ends() -> re.Pattern[str]:
    """The last character of a cue: there are many cues, and few are before a surname."""
    return re.compile(rf"{members(sorted({cue[-1] for cue in _cues()}))}(?={heads()})")


@cache
def _cues() -> frozenset[str]:
    known = (*words("names", "cues", "labels"), *words("names", "cues", "roles"))
    return frozenset((*known, *words("names", "cues", "people_ends")))


def _names_people(text: str, place: int) -> bool:
    """Whether a noun for people ends here."""
    nouns = (text[max(0, place - size) : place] for size in (2, 3))
    return any(word_class(noun)[:1] == "n" for noun in nouns)


def _suspected(text: str, place: int, torn: str) -> int:
    """`torn`: the cue and the next character, which may be one word."""
    surname = surname_at(text, place)
    if not surname or is_function(surname) or is_everyday(torn) or begins_word(text, place):
        return 0
    size = name_size(text, place, ANY)
    given = text[place + len(surname) : place + size]
    likely = is_plain(surname) or is_usual(given)
    return size if likely and not names_place(text, place + size) else 0
