"""The one door to rjieba: which words a stretch of Chinese is made of."""

from __future__ import annotations

from functools import cache, lru_cache

import rjieba

from yanlu.intake.redact.lists import surnames, table

PERSONS = frozenset({"nr", "nrt", "nrfg"})  # rjieba's tags of names of persons


@lru_cache(maxsize=1 << 12)
def is_everyday(word: str) -> bool:
    """Whether this is a word of the dictionary (or of our list) and not a person's name.

    The dictionary takes many things for persons; without a surname they are none.
    """
    persons = word_class(word) in PERSONS
    return is_thing(word) or (persons and not {word[:1], word[:2]} & surnames().keys())


@lru_cache(maxsize=1 << 12)
def is_thing(word: str) -> bool:
    """Whether this is a word, and not even a given name."""
    return is_listed(word) or word_class(word) not in ("", *PERSONS)


@lru_cache(maxsize=1 << 12)
def word_class(word: str) -> str:
    """The part of speech of a word of the dictionary, empty where it is none."""
    if len(word) < 2 or not rjieba.has_word(word):
        return ""
    tagged = rjieba.tag(word, hmm=False)
    return tagged[0][1] if len(tagged) == 1 else ""


def segment(text: str) -> list[tuple[str, str]]:
    """Words and their parts of speech, in order; together they are the text again."""
    return rjieba.tag(text)


def begins_word(text: str, place: int, fewest: int = 2) -> bool:
    """Whether an everyday word of up to four characters begins here."""
    sizes = range(fewest, min(4, len(text) - place) + 1)
    return any(is_everyday(text[place : place + size]) for size in sizes)


def is_torn(text: str, place: int) -> bool:
    """Whether a word reaches over this place, so that nothing can begin here."""
    if is_everyday(text[max(0, place - 2) : place + 1]):
        return True
    bounded = any(is_everyday(text[max(0, place - size) : place]) for size in (2, 3, 4))
    return is_everyday(text[max(0, place - 1) : place + 1]) and not bounded


def forget() -> None:
    """Drop the words that were asked for: they are pieces of what somebody wrote."""
    for asked in (is_everyday, is_thing, word_class):
        asked.cache_clear()


def is_listed(word: str) -> bool:
    """Whether our own list says that this is no name."""
    return word in _ordinary()


@cache
def _ordinary() -> frozenset[str]:
    return frozenset(table("names")["given"]["ordinary"].split())
