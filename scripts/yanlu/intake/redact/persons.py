"""What Chinese names of persons look like: surname, given name, and where they end."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache

from yanlu.intake.redact.lists import HAN, choice, given_characters, members, surnames, words
from yanlu.intake.redact.words import (
    LONGEST_WORD,
    begins_word,
    is_everyday,
    is_listed,
    is_thing,
    is_torn,
    remembered,
    word_class,
)

NOT_NOUNS = frozenset("vadpcrumqf")  # first letters of rjieba's tags of all other words
PARTICLES = frozenset("dpcrumqf")  # of those, the ones that are no verbs and adjectives
PLACE_NAMES = frozenset({"ns", "nz"})  # what the dictionary takes many given names for
# How clearly a name has ended: by a stop, by a word of several characters that follows names,
# by any word, by one character that follows names.
STOP, FOLLOWED, WORD, MAYBE = 30, 20, 15, 12
ANY = -100  # points of a name: the likeliest length, however unlikely
SURNAME_SIZES = (4, 3, 2, 1)  # characters; the longest are tried first
ENOUGH = 10  # points of a whole name from which it may be one


def is_han(char: str) -> bool:
    """Whether this is one Chinese character."""
    return "\u4e00" <= char <= "\u9fff" or _han().match(char) is not None


@cache
def _han() -> re.Pattern[str]:
    return re.compile(HAN)


def surname_at(text: str, place: int) -> str:
    """The surname that begins here, the longest first, or nothing."""
    for surname in _by_head().get(text[place : place + 1], ()):
        if text.startswith(surname, place):
            return surname
    return ""


@cache
def _by_head() -> Mapping[str, list[str]]:
    """Surnames by their first character, the longest first."""
    heads: dict[str, list[str]] = {}
    for size in SURNAME_SIZES:
        for surname in (one for one in surnames() if len(one) == size):
            heads.setdefault(surname[0], []).append(surname)
    return heads


@cache
def heads() -> str:
    """A pattern for the first character of any surname."""
    return members(sorted(_by_head()))


def longest_end(text: str, end: int, options: frozenset[str]) -> str:
    """The longest of some words (of up to six characters) that ends here, or nothing."""
    tails = _tails(options)
    if text[end - 2 : end] not in tails and text[end - 1 : end] not in tails:
        return ""
    for start in range(max(0, end - 6), end):
        if text[start:end] in options:
            return text[start:end]
    return ""


@lru_cache(maxsize=64)
def _tails(options: frozenset[str]) -> frozenset[str]:
    """The last two characters of all words: most places are told by them."""
    return frozenset(word[-2:] for word in options)


def is_plain(surname: str) -> bool:
    """Whether it is a surname more often than an everyday word."""
    return surnames().get(surname) in ("plain", "compound")


def is_function(surname: str) -> bool:
    """Whether it is a preposition, a verb or the like more often than a surname."""
    return surnames().get(surname) == "function"


def is_usual(given: str) -> bool:
    """Whether given names are often made of these characters."""
    return given_characters().issuperset(given)


def name_size(text: str, place: int, fewest: int = 0) -> int:
    """How many characters from here are most likely a name; 0 where none begins here.

    `fewest` is how many points it must have: 0 behind words that only names follow.
    """
    surname = surname_at(text, place)
    if not surname:
        return 0
    given = place + len(surname)
    likely = []
    for size in (1, 2):
        if not is_given(text[given : given + size], size):
            break
        likely.append((_points(text, place, len(surname), size), len(surname) + size))
    points, size = max(likely, default=(0, 0))
    return size if points >= fewest else 0


def is_given(given: str, size: int) -> bool:
    """Whether so many characters can be a given name at all."""
    return len(given) == size and _given().fullmatch(given) is not None


@cache
def _given() -> re.Pattern[str]:
    return re.compile(rf"(?:(?!{members(words('names', 'given', 'never'))}){HAN})*")


def _points(text: str, place: int, surname: int, size: int) -> int:
    """How likely a name of this length is: by its end, by its characters, by what it tears."""
    behind = place + surname + size
    given = text[place + surname : behind]
    ends = ends_name(text, behind)
    across = text[behind - 1 : behind + 1]
    torn = ends < FOLLOWED and is_everyday(across)
    # 樊志刚跑: a place that is seldom heard of tears no usual name.
    torn = torn and not (size == 2 and word_class(across) == "ns" and is_usual(given))
    runs_on = _followers().fullmatch(given[-1]) is not None  # 魏强和 is 魏强 and another
    known = sum(map(given_characters().__contains__, given))
    usual = 3 * known - 6 * (size - known) + (2 if size == 2 else 0)
    return ends + usual - (8 if runs_on else 0) - (15 if torn else 0)


def is_likely_name(text: str, place: int, size: int, announced: bool = True) -> bool:
    """Whether this can be no everyday word, nor the name of a place.

    Where no cue announces it, no word may reach into it from before either.
    """
    surname, behind = surname_at(text, place), place + size
    if names_place(text, behind) or reads_as_word(text, place, size):
        return False
    if not announced and (text[behind - 1] in _places() or is_torn(text, place)):
        return False
    given, ends = text[place + len(surname) : behind], ends_name(text, behind)
    usual = is_usual(given)
    if is_plain(surname):
        particle = word_class(given)[:1] in PARTICLES and ends < STOP
        return not particle and (usual or (announced and ends > ENOUGH))
    return usual and _is_surname(text, place, size - len(surname), ends)


def _is_surname(text: str, place: int, given: int, ends: int) -> bool:
    """Whether an everyday word is a surname here: not 常联系, not 和家长."""
    function = is_function(text[place])
    if function and (is_everyday(text[place : place + 2]) or (given < 2 and ends < FOLLOWED)):
        return False
    if function and is_thing(text[place + 1 : place + 1 + given]):
        return False
    tags = [word_class(text[place + 1 : place + 1 + size])[:1] for size in (2, 3)]
    acts = any(tag and (function or tag in NOT_NOUNS) for tag in tags)
    return ends >= FOLLOWED or not acts


def reads_as_word(text: str, place: int, size: int) -> bool:
    """Whether an everyday word begins here and the text reads on behind it.

    叶子 in 叶子落了 is one; in 叶子涵说 it is not, for nothing begins with 涵说.
    """
    after = words("names", "given", "after")
    shortest = max(2, len(surname_at(text, place)) + 1)
    for end in range(place + shortest, min(place + 4, len(text)) + 1):
        ends = ends_name(text, end)
        whole = end == place + size and not is_listed(text[place:end])
        named = whole and word_class(text[place:end]) in PLACE_NAMES
        reads_on = (ends or text[end] in after) and not (named and ends >= FOLLOWED)
        if reads_on and is_everyday(text[place:end]):
            return True
    return False


def names_place(text: str, behind: int) -> bool:
    """Whether what stands behind makes it the name of a place."""
    place = _places_after().match(text, behind)
    return place is not None and _followers().match(text, behind) is None


def ends_name(text: str, place: int) -> int:
    """How clearly a name has ended here, in points; 0: not at all."""
    return _ends_before(text[place : place + _longest_follower()])


@remembered
def _ends_before(following: str) -> int:
    if not is_han(following[:1]):
        return STOP
    follower = _followers().match(following)
    if follower:
        return MAYBE if len(follower[0]) == 1 else FOLLOWED
    return WORD if begins_word(following, 0) else 0


@cache
def _longest_follower() -> int:
    return max(LONGEST_WORD, *map(len, words("names", "cues", "followers")))


@cache
def _followers() -> re.Pattern[str]:
    followers = choice(words("names", "cues", "followers"))
    return re.compile(rf"{followers}|[一二三四五六七八九]十|[0-9]")


@cache
def _places_after() -> re.Pattern[str]:
    return re.compile(choice(words("names", "given", "places_after")))


def _places() -> tuple[str, ...]:
    return words("names", "given", "places")
