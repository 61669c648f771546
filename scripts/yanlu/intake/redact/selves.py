"""Writers who give their names: 本人洪亮，, 我是常青村的常青，, 爱人甘露都是, 乌云其木格反映：.

What stands around leaves no room for anything but a name, so that it may be a word; a person
must look at all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from yanlu.intake.redact.lists import HAN, choice, table, words
from yanlu.intake.redact.persons import MAYBE, ends_name, is_given, is_usual, surname_at
from yanlu.intake.redact.shadow import Find, Shadow
from yanlu.intake.redact.stated import is_leftover
from yanlu.intake.redact.words import PERSONS, is_everyday, word_class

NAMED = ("n", "a", "z", "t", "i", "s", "b")  # first letters of tags of words that are names
NAME = rf"(?P<name>{HAN}{{2,4}}?)(?:(?!{HAN})|(?=是(?!否)))"
HOME = "村|社区|屯|寨|组|镇|乡|街"  # who is from there gives the name, not the trade
ORIGIN = re.compile(
    rf"(?:我是|我系|本人是|本人系)(?:{HAN}{{1,12}}(?P<home>{HOME})的|{HAN}{{2,14}}的){NAME}"
)
BEGINS = re.compile(rf"(?:\A|[\n。!?;]\s*)(?P<name>{HAN}{{2,8}}?)\Z")
CLAUSE = 10  # characters in which a name that begins a sentence lies


def find_selves(shadow: Shadow) -> Iterator[Find]:
    """Names that writers give themselves and those near to them."""
    for start, end in (*_announced(shadow.text), *_near(shadow.text), *_writing(shadow.text)):
        yield Find(start, end, "name", certain=False)


def _announced(text: str) -> Iterator[tuple[int, int]]:
    """本人洪亮，, 我是常青村的常青，."""
    for found in _cued().finditer(text):
        if _names_self(found["name"], strong=True):
            yield found.span("name")
    for found in ORIGIN.finditer(text):
        if _names_self(found["name"], strong=found["home"] is not None):
            yield found.span("name")


def _near(text: str) -> Iterator[tuple[int, int]]:
    """爱人甘露都是, 同村的费有田也."""
    for found in _nearest().finditer(text):
        place = found.end()
        size = 3 if _is_whole(text, place) else 2 if _is_short(text, place) else 0
        if size:
            yield place, place + size


def _writing(text: str) -> Iterator[tuple[int, int]]:
    """乌云其木格反映：."""
    for found in _writes().finditer(text):
        begin = BEGINS.search(text, max(0, found.start() - CLAUSE), found.start())
        if begin and _begins_sentence(begin["name"]):
            yield begin.span("name")


def _is_short(text: str, place: int) -> bool:
    """Whether two characters that may be a word are a name here."""
    name, end = text[place : place + 2], place + 2
    if is_everyday(text[end - 1 : end + 1]) or not ends_name(text, end):
        return False
    joined = text.startswith(words("stated", "selves", "joins"), end)
    named = word_class(name)[:1] == "n" or (joined and is_usual(name[1:]))
    return named and _names_self(name, strong=True, any_word=joined)


def _is_whole(text: str, place: int) -> bool:
    """Whether surname and given name stand here that no word tears: 同村的费有田也."""
    name, end = text[place : place + 3], place + 3
    if is_everyday(text[end - 1 : end + 1]) or ends_name(text, end) < MAYBE:
        return False
    half = any(map(is_usual, name[1:])) and ends_name(text, place + 2) == 0
    return (
        (half or is_usual(name[1:]))
        and len(surname_at(name, 0)) == 1
        and _names_self(name, strong=False)
    )


@cache
def _cued() -> re.Pattern[str]:
    return re.compile(rf"{choice(words('stated', 'selves', 'cues'))}\s?{NAME}")


@cache
def _nearest() -> re.Pattern[str]:
    return re.compile(rf"{choice(words('stated', 'selves', 'near'))}(?={HAN}{{3}})")


@cache
def _writes() -> re.Pattern[str]:
    return re.compile(rf"{choice(words('stated', 'selves', 'writes'))}\s?:")


def _names_self(name: str, strong: bool, any_word: bool = False) -> bool:
    """Whether it has the form of a name and is no word for people or for how they are."""
    surname = surname_at(name, 0)
    given = name[len(surname) :]
    if not surname or not 1 <= len(given) <= 2 or not is_given(given, len(given)):
        return False
    if name in _nobody() or given in _titles() or name[-1] in _ends():
        return False
    kind = word_class(name)
    if len(name) > 2:
        return kind[:2] in ("", "nr") and not is_everyday(name[:2]) and not is_everyday(given)
    return (
        any_word
        or kind == ""
        or kind[:2] in ("nr", "ns", "nz")
        or (strong and _is_apt(kind, given))
    )


def _is_apt(kind: str, given: str) -> bool:
    """Whether people are called by words of this kind."""
    return kind[0] in NAMED or (kind[0] == "d" and is_usual(given))


def _begins_sentence(name: str) -> bool:
    surname = surname_at(name, 0)
    if len(name) > 3 and len(surname) < 2:
        return is_leftover(name) or word_class(name) in PERSONS or name.endswith(_foreign())
    return name not in _nobody() and _names_self(name, strong=False)


@cache
def _foreign() -> tuple[str, ...]:
    """Parts of names of other origin: 乌云其木格 is a place for the dictionary."""
    return tuple(table("names")["transcribed"]["wholes"].split())


@cache
def _ends() -> frozenset[str]:
    """Characters that end words for people."""
    return frozenset((*words("names", "cues", "people_ends"), "人", "员", "性", "期", "岁"))


@cache
def _nobody() -> frozenset[str]:
    roles = (role for key in ("one", "sure") for role in words("stated", "roles", key))
    cues = (cue for key in ("labels", "roles") for cue in words("names", "cues", key))
    never = (*words("stated", "roles", "no_name"), *words("stated", "signature", "not_names"))
    return frozenset((*roles, *cues, *never, *words("stated", "selves", "but")))


@cache
def _titles() -> frozenset[str]:
    return frozenset(words("names", "titles", "long"))
