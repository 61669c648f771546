"""What speaks for and against a name at a place: its characters, its words, its neighbours.

Each clue is a few words in Latin letters and what was seen. What it weighs was learned
(`data/clues.csv`, README.md there), so that nobody need understand why 说 behind a name
weighs less than 说 behind 老师; what is looked at stands here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import NamedTuple

from yanlu.intake.redact.candidates import (
    NO_WORD,
    Candidate,
    Words,
    foreign_end,
    title_at,
)
from yanlu.intake.redact.lists import given_characters, often, surnames, words
from yanlu.intake.redact.persons import (
    FOLLOWED,
    MAYBE,
    STOP,
    WORD,
    ends_name,
    is_han,
    names_place,
)
from yanlu.intake.redact.words import (
    commonness,
    is_everyday,
    is_listed,
    over,
    remembered,
    word_class,
)

# What makes a few clues, and what it makes them of.
Seen = tuple[Callable[..., tuple[str, ...]], tuple[str, ...]]
LEVELS = {STOP: "stop", FOLLOWED: "followed", WORD: "word", MAYBE: "maybe", 0: "none"}


class Left(NamedTuple):
    """What stands before a place: the sort of character, the cue, the last word."""

    sort: str
    cue: str
    clues: tuple[str, ...]
    tag: str


class Right(NamedTuple):
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
    torn = f"over {over(text, place)}"
    found = (f"left {sort} cue {cue}", f"prev {prev}", f"before {word[-2:]}", torn)
    return Left(sort, cue, found, tag)


def right_of(known: Words, place: int) -> Right:
    """What stands behind a place."""
    text = known.text
    char, title = text[place : place + 1], title_at(text, place)
    sort = "title" if title else _sort(char) if place < known.end else "end"
    word, tag = known.beginning.get(place, NO_WORD)
    torn = "home" if char == "家" else "" if word else "torn" if _is_torn(text, place) else "split"
    clues = [f"behind {char if is_han(char) else ''}", f"behind2 {word[:2]}"]
    clues.append(f"past {over(text, place)}")
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
    groups, own = split(known, one, left, right)
    for group, seen in groups:
        yield from group(*seen)
    yield from own


def split(
    known: Words, one: Candidate, left: Left, right: Right
) -> tuple[tuple[Seen, ...], list[str]]:
    """The same: those that tell nothing of its characters, in groups, and those that do.

    Few sorts of everything come again in all texts, so that what a group weighs may be kept.
    """
    text, given = known.text, one.given(known.text)
    whole = text[one.start : one.end]
    kind = surnames().get(one.surname, "none") + ("-prefixed" if one.prefix else "")
    size = f"{kind}{len(given)}"
    shape, word = _shape(text, one, kind, given), _word(whole, given)
    again = str(text.count(whole) > 1)
    groups: tuple[Seen, ...] = (
        (_of_shape, (left.cue, shape, word, right.level)),
        (_of_sides, (left.cue, left.sort, right.sort, right.level, size)),
        (_of_words, (left.tag, right.tag, kind)),
        (_of_inner, (left.cue, _inner(known, one.start, one.end), kind)),
        (_of_common, (left.cue, left.sort, right.level, kind, _common(whole, given))),
        (_of_rest, (left.sort, right.title, right.torn, again, kind, size)),
    )
    if left.sort != "han" and right.sort != "han":
        groups += ((_of_alone, (left.sort, right.sort, shape, size, word)),)
    own = [f"surname {one.surname}", f"whole {whole if word[0] in 'alb' else ''}"]
    if given:
        own += (f"first {given[0]}", f"last {given[-1]}", f"last {given[-1]} {right.sort}")
    return groups, own


def _of_shape(cue: str, shape: str, word: str, level: str) -> tuple[str, ...]:
    return (
        f"cue {cue} word {word}",
        f"cue {cue} shape {shape}",
        f"cue {cue} level {level}",
        f"shape {shape}",
        f"shape {shape} word {word}",
        f"shape {shape} level {level}",
        f"word {word}",
    )


def _of_sides(cue: str, left: str, right: str, level: str, size: str) -> tuple[str, ...]:
    return f"left {left} right {right}", f"cue {cue} left {left} level {level} {size}"


def _of_words(before: str, behind: str, kind: str) -> tuple[str, ...]:
    return f"before {before} {kind}", f"behind {behind} {kind}"


def _of_inner(cue: str, inner: str, kind: str) -> tuple[str, ...]:
    return f"cue {cue} inner {inner}", f"inner {inner} {kind}"


def _of_common(cue: str, sort: str, level: str, kind: str, common: str) -> tuple[str, ...]:
    return (
        f"common {common}",
        f"common {common} cue {cue}",
        f"common {common} {kind}",
        f"common {common} {sort} {level}",
    )


def _common(whole: str, given: str) -> str:
    """How common it is as a word, its beginning is, and what stands behind its surname is."""
    begins = commonness(whole[:2]) if len(whole) > 2 else 0
    return f"{commonness(whole)}{begins}{commonness(given) if given != whole else 0}"


def _of_rest(left: str, title: str, torn: str, again: str, kind: str, size: str) -> tuple[str, ...]:
    return (
        f"title {title} {kind}",
        f"title {title} {left}",
        f"torn {torn} {size}",
        f"again {again} {size}",
    )


def _of_alone(left: str, right: str, shape: str, size: str, word: str) -> tuple[str, ...]:
    return f"alone {left} {right} {shape}", f"alone {size} {word}"


def _shape(text: str, one: Candidate, kind: str, given: str) -> str:
    """The kind of surname, and of each character whether names are usually made of it."""
    characters = given.translate(_usual())
    if one.surname:
        return f"{kind}/{characters}"
    foreign = foreign_end(text, one.start) == one.end
    return f"none/{len(given)}{'t' if foreign else characters if len(given) < 4 else ''}"


class Characters(dict[int, str]):
    """Of each character, whether it is usual in names, rare, or another."""

    def __missing__(self, char: int) -> str:
        """Rare, for others are listed."""
        return "r"


@cache
def _usual() -> Characters:
    return Characters(
        str.maketrans(dict.fromkeys(often(), "o") | dict.fromkeys(given_characters(), "u"))
    )


def _word(whole: str, given: str) -> str:
    """Whether all of it, or what stands behind the surname, is a word, and of which kind."""
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
