"""The one door to rjieba: which words a stretch of Chinese is made of."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache
from typing import TypeVar

import rjieba

from yanlu.intake.redact.lists import surnames, table

Answer = TypeVar("Answer")
LONGEST_WORD = 4  # characters; longer ones are not asked for
_FORGETTING: list[Callable[[], None]] = []
PERSONS = frozenset({"nr", "nrt", "nrfg"})  # rjieba's tags of names of persons


def remembered(ask: Callable[[str], Answer]) -> Callable[[str], Answer]:
    """Ask once for each piece of a text, until `forget`."""
    asked = lru_cache(maxsize=1 << 12)(ask)
    _FORGETTING.append(asked.cache_clear)
    return asked


@remembered
def is_everyday(word: str) -> bool:
    """Whether this is a word of the dictionary (or of our list) and not a person's name.

    The dictionary takes many things for persons; without a surname they are none.
    """
    if word in _ordinary():
        return True
    tag = word_class(word)
    if tag in PERSONS:
        return word[:1] not in surnames() and word[:2] not in surnames()
    return tag != ""


@remembered
def is_thing(word: str) -> bool:
    """Whether this is a word, and not even a given name."""
    return is_listed(word) or word_class(word) not in ("", *PERSONS)


@remembered
def word_class(word: str) -> str:
    """The part of speech of a word of the dictionary, empty where it is none."""
    if len(word) < 2 or not rjieba.has_word(word):
        return ""
    tagged = rjieba.tag(word, hmm=False)
    return tagged[0][1] if len(tagged) == 1 else ""


@remembered
def commonness(word: str) -> int:
    """How common a word of the dictionary is: the digits of its count; 0: it is none."""
    if len(word) < 2 or not rjieba.has_word(word):
        return 0
    return len(str(rjieba.suggest_freq(word)))


def over(text: str, place: int) -> int:
    """How common the commonest word of up to four characters is that reaches over this place."""
    return _over(text[place - 2 : place + 2]) if 1 < place < len(text) else 0


@remembered
def _over(around: str) -> int:
    words = (around[1:3], around[:3], around[1:4], around)
    return max([commonness(word) for word in words if rjieba.has_word(word)], default=0)


def segment(text: str) -> list[tuple[str, str]]:
    """Words and their parts of speech, in order, unknown ones guessed; together the text again."""
    return rjieba.tag(text)


def pieces(text: str) -> list[str]:
    """The words of the dictionary alone, in order; what belongs to none, one by one."""
    return rjieba.cut(text, hmm=False)


def tagged(text: str) -> list[tuple[str, str]]:
    """The same with their parts of speech."""
    return rjieba.tag(text, hmm=False)


def begins_word(text: str, place: int, fewest: int = 2) -> bool:
    """Whether an everyday word of up to `LONGEST_WORD` characters begins here."""
    for end in range(place + fewest, min(place + LONGEST_WORD, len(text)) + 1):
        if is_everyday(text[place:end]):
            return True
    return False


def is_torn(text: str, place: int) -> bool:
    """Whether a word reaches over this place, so that nothing can begin here."""
    if is_everyday(text[max(0, place - 2) : place + 1]):
        return True
    if not is_everyday(text[max(0, place - 1) : place + 1]):
        return False
    return not any(is_everyday(text[max(0, place - size) : place]) for size in (2, 3, 4))


def forget() -> None:
    """Drop the words that were asked for: they are pieces of what somebody wrote."""
    for clear in _FORGETTING:
        clear()


def is_listed(word: str) -> bool:
    """Whether our own list says that this is no name, or it is a verb doubled: 松一松."""
    doubled = len(word) == 3 and word[0] == word[2] and word[1] == "一"
    return doubled or word in _ordinary()


@cache
def _ordinary() -> frozenset[str]:
    return frozenset(table("names")["given"]["ordinary"].split())
