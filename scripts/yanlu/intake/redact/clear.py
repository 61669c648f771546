"""Names that are clear by their characters, whatever stands around: 问题出在车永贵身上.

A surname and two characters of given names that make no word with anything beside them are seldom
anything else: some 3 of 1000 clean texts hold such. A person must look at all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from yanlu.intake.redact.lists import choice, given_characters, members, often, surnames, words
from yanlu.intake.redact.persons import (
    ANY,
    heads,
    is_plain,
    is_usual,
    name_size,
    names_place,
    surname_at,
)
from yanlu.intake.redact.shadow import Find, Shadow
from yanlu.intake.redact.transcribed import whole_names
from yanlu.intake.redact.words import is_everyday, is_thing, is_torn

NO_LAST = "长一二三家城集庄林高大先成子"  # with these end places, and words that are torn


def find_clear(shadow: Shadow) -> Iterator[Find]:
    """Surnames with two usual characters, and transcribed names that are often met."""
    text = shadow.text
    for found in _usual().finditer(text):
        start = found.start()
        surname = surname_at(text, start)
        end = start + len(surname) + 2
        if surname and _is_clear(text, start, end):
            yield Find(start, end, "name", certain=False)
    for found in _wholes().finditer(text):
        torn = is_torn(text, found.start()) or is_everyday(text[found.end() - 1 : found.end() + 1])
        if not torn and not is_thing(found[0]):
            yield Find(*found.span(), "name", certain=False)


def find_rare(shadow: Shadow) -> Iterator[Find]:
    """在瞿建业手里: behind a surname that nothing else is written with, whatever they are."""
    for found in _rare().finditer(shadow.text):
        size = name_size(shadow.text, found.start(), ANY)
        if size and _is_unlike_words(shadow.text, found.start(), size):
            yield Find(found.start(), found.start() + size, "name", certain=False)


def _is_clear(text: str, start: int, end: int) -> bool:
    """Whether a surname and two characters make no word, also with what stands beside."""
    given, whole = text[end - 2 : end], text[start:end]
    governs = not _governing().isdisjoint(whole)
    if governs or len(whole) < end - start or not is_usual(given):
        return False
    if given[-1] in NO_LAST or given[-1] in words("names", "given", "places"):
        return False
    people = text.startswith("族", end)  # 鄂伦春族
    word = people or is_everyday(whole) or is_everyday(whole[:2]) or is_thing(given)
    return not word and not is_torn(text, start) and not is_everyday(text[end - 1 : end + 1])


def _is_unlike_words(text: str, start: int, size: int) -> bool:
    """Whether no word begins with the surname, and no place ends with the last character."""
    end, last = start + size, text[start + size - 1]
    place = (
        last in f"{NO_LAST}树花草木"
        or last in words("names", "given", "places")
        or names_place(text, end)
    )
    begins = any(is_everyday(text[start : start + one]) for one in (2, 3))
    return not (place or begins or is_torn(text, start) or text.startswith("族", end))


@cache
def _rare() -> re.Pattern[str]:
    """Surnames of one character that is no everyday one: 瞿, 邝."""
    singles = (name for name in surnames() if len(name) == 1 and is_plain(name))
    return re.compile(members(sorted(name for name in singles if name not in often())))


@cache
def _governing() -> frozenset[str]:
    return frozenset(words("stated", "between", "governing"))


@cache
def _usual() -> re.Pattern[str]:
    """The first character of a surname before two of given names."""
    usual = members(sorted(given_characters()))
    return re.compile(rf"{heads()}(?={usual}{{2}}|.{usual}{{2}})")


@cache
def _wholes() -> re.Pattern[str]:
    return re.compile(choice(whole_names()))
