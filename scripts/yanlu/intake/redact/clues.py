"""What speaks for and against a name at a place: its characters, its words, its neighbours.

Each clue is a few words in Latin letters and what was seen. What it weighs was learned
(`data/clues.csv`, README.md there), so that nobody need understand why 说 behind a name
weighs less than 说 behind 老师; what is looked at stands here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from yanlu.intake.redact.candidates import (
    NO_WORD,
    Candidate,
    Words,
    foreign_end,
    title_at,
)
from yanlu.intake.redact.lists import given_characters, surnames, words
from yanlu.intake.redact.persons import (
    FOLLOWED,
    MAYBE,
    STOP,
    WORD,
    ends_name,
    is_han,
    names_place,
)
from yanlu.intake.redact.words import is_everyday, is_listed, remembered, word_class

LEVEL = 0xD8  # first byte of GB 2312 from which on its characters are rare
LEVELS = {STOP: "stop", FOLLOWED: "followed", WORD: "word", MAYBE: "maybe", 0: "none"}


@dataclass(frozen=True)
class Left:
    """What stands before a place: the sort of character, the cue, the last word."""

    sort: str
    cue: str
    clues: tuple[str, ...]
    tag: str


@dataclass(frozen=True)
class Right:
    """What stands behind a place: the sort of character or title, how clearly a name ends."""

    sort: str
    level: str
    title: str
    clues: tuple[str, ...]
    tag: str
    torn: str


def left_of(known: Words, place: int) -> Left:
    """What stands before a place."""
    text = known.text
    char, (word, tag) = text[place - 1 : place] if place else "", known.ending.get(place, NO_WORD)
    sort, cue = _sort(char) if place else "start", known.cues.get(place, "")
    prev = char if is_han(char) else ""
    return Left(sort, cue, (f"left {sort} cue {cue}", f"prev {prev}", f"before {word[-2:]}"), tag)


def right_of(known: Words, place: int) -> Right:
    """What stands behind a place."""
    text = known.text
    char, title = text[place : place + 1], title_at(text, place)
    sort = "title" if title else _sort(char) if text[place:].strip() else "end"
    word, tag = known.beginning.get(place, NO_WORD)
    torn = "home" if char == "家" else "" if word else "torn" if _is_torn(text, place) else "split"
    clues = [f"behind {char if is_han(char) else ''}", f"behind2 {word[:2]}"]
    if names_place(text, place):
        clues.append("place")
    return Right(sort, LEVELS[ends_name(text, place)], title, tuple(clues), tag, torn)


def _is_torn(text: str, place: int) -> bool:
    return is_everyday(text[place - 1 : place + 1])


@remembered
def _sort(char: str) -> str:
    """Whether a character ends a clause, lists, opens something, or is a letter or a digit."""
    sorts = words_by_sort()
    if char in sorts:
        return sorts[char]
    if is_han(char):
        return "han"
    return "digit" if char.isdigit() else "latin" if char.isalpha() else "other"


@cache
def words_by_sort() -> dict[str, str]:
    """Signs by what they do."""
    sorts = {"\n": "line", " ": "space"}
    for sort in ("comma", "stop", "list", "colon", "bracket"):
        sorts |= dict.fromkeys(words("names", "clues", sort), sort)
    return sorts


def clues(known: Words, one: Candidate, left: Left, right: Right) -> Iterator[str]:
    """The clues for a candidate between its neighbours, besides those of either neighbour."""
    text, given = known.text, one.given(known.text)
    kind = surnames().get(one.surname, "none") + ("-prefixed" if one.prefix else "")
    size = f"{kind}{len(given)}"
    shape, word = _shape(text, one, kind, given), _word(text, one, given)
    inner, cue = _inner(known, one.start, one.end), left.cue
    yield from (
        f"shape {shape}",
        f"shape {shape} word {word}",
        f"shape {shape} level {right.level}",
        f"word {word}",
        f"left {left.sort} right {right.sort}",
        f"cue {cue} word {word}",
        f"cue {cue} shape {shape}",
        f"cue {cue} level {right.level}",
        f"cue {cue} left {left.sort} level {right.level} {size}",
        f"cue {cue} inner {inner}",
        f"before {left.tag} {kind}",
        f"behind {right.tag} {kind}",
        f"inner {inner} {kind}",
        f"torn {right.torn} {size}",
        f"title {right.title} {kind}",
        f"title {right.title} {left.sort}",
        f"surname {one.surname}",
        f"whole {text[one.start : one.end] if word[0] in 'alb' else ''}",
        f"again {text.count(text[one.start : one.end]) > 1} {size}",
    )
    if given:
        yield from (f"first {given[0]}", f"last {given[-1]}", f"last {given[-1]} {right.sort}")
    if left.sort != "han" and right.sort != "han":
        yield f"alone {left.sort} {right.sort} {shape}"
        yield f"alone {size} {word}"


def _shape(text: str, one: Candidate, kind: str, given: str) -> str:
    """The kind of surname, and of each character whether names are usually made of it."""
    characters = "".join(map(_character, given))
    if one.surname:
        return f"{kind}/{characters}"
    foreign = foreign_end(text, one.start) == one.end
    return f"none/{len(given)}{'t' if foreign else characters if len(given) < 4 else ''}"


@remembered
def _character(char: str) -> str:
    """Usual, rare or other."""
    if char in given_characters():
        return "u"
    coded = char.encode("gb2312", "ignore")
    return "r" if not coded or coded[0] >= LEVEL else "o"


def _word(text: str, one: Candidate, given: str) -> str:
    """Whether all of it, or what stands behind the surname, is a word, and of which kind."""
    whole = text[one.start : one.end]
    if is_listed(whole):
        return "listed"
    if tag := word_class(whole):
        return f"all-{tag}"
    begins = is_everyday(whole[:2])
    if len(given) == 2 and (tag := word_class(given)):
        return f"given-{tag}{'+' if begins else ''}"
    return "begins" if len(whole) > 2 and begins else "no"


def _inner(known: Words, start: int, end: int) -> str:
    """The words that it is made of: how long they are, and their parts of speech."""
    parts, place = [], start
    while place < end:
        word, tag = known.beginning.get(place, NO_WORD)
        if not word:
            return "inside"
        parts.append(f"{len(word)}{tag[:2]}")
        place += len(word)
    return "+".join(parts) + (">" if place > end else "")
