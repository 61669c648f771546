"""Every stretch that may be a name of somebody: where one begins, and how long it may be."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from yanlu.intake.redact.lists import HAN, members, surnames, words
from yanlu.intake.redact.persons import longest_end, surname_at
from yanlu.intake.redact.transcribed import whole_names
from yanlu.intake.redact.words import is_everyday, tagged

RUN = re.compile(rf"{HAN}+")
LONGEST = 8  # characters of a name of no known surname, behind a cue
SHORT = 4  # characters of a clause that may be nothing but a name
NO_WORD = ("", "")


@dataclass(frozen=True)
class Words:
    """The words of a text with their parts of speech, by where they begin and where they end.

    `cues`: the kinds of the words that announce names, by where they end; `end`: where the last
    character lies that is no space.
    """

    text: str
    beginning: Mapping[int, tuple[str, str]]
    ending: Mapping[int, tuple[str, str]]
    cues: Mapping[int, str]
    end: int


class Candidate(NamedTuple):
    """What may be a name; `prefix` tells that 老 or the like stands before the surname."""

    start: int
    end: int
    surname: str
    prefix: bool = False

    def given(self, text: str) -> str:
        """What stands behind the surname."""
        return text[self.start + self.prefix + len(self.surname) : self.end]


def words_of(text: str) -> Words:
    """Segment a text once."""
    beginning, ending, place = {}, {}, 0
    for word in tagged(text):
        beginning[place] = word
        place += len(word[0])
        ending[place] = word
    return Words(text, beginning, ending, dict(_cues_in(text)), len(text.rstrip()))


def candidates(known: Words) -> Iterator[Candidate]:
    """All of them, in order of where they begin: with a word, behind a cue, behind 老."""
    text, beginning, cues, heads, linking = (
        known.text,
        known.beginning,
        known.cues,
        _heads(),
        _linking(),
    )
    for run in RUN.finditer(text):
        first = run.start()
        for place in range(first, run.end()):
            cued = place in cues
            # Asked for speed: at most places no name can begin.
            free = cued or place == first or text[place - 1] in linking
            if (free or text[place] in heads) and (
                cued or place in beginning or _is_nicked(known, place)
            ):
                yield from _here(text, place, run, cued)


@cache
def _heads() -> frozenset[str]:
    """Characters with which names begin that no cue announces."""
    return _foreign_characters() | {name[0] for name in surnames()}


def _is_nicked(known: Words, place: int) -> bool:
    """Whether 老 and a surname make up one word of the dictionary: 小路."""
    return place - 1 in known.beginning and known.text[place - 1] in _prefixes()


def _here(text: str, place: int, run: re.Match[str], cued: bool) -> Iterator[Candidate]:
    surname, left = surname_at(text, place), text[place - 1 : place] if place else ""
    free = cued or place == run.start() or left in _linking()
    if not surname and not free and text[place] not in _foreign_characters():
        return
    given = place + len(surname)
    prefix = left != "" and left in _prefixes() and not _reads_on(text, place)
    if surname and (prefix or left == "姓" or _is_titled(text, given, surname)):
        yield Candidate(place - prefix, given, surname, prefix)
    sizes = (given + 1, given + 2) if surname else ()
    for end in sizes:
        if end <= run.end() and _may_be_given(text[given:end]):
            yield Candidate(place, end, surname)
    for end in _without_surname(place, run, cued) if free else ():
        if end not in sizes and end <= run.end() and _may_be_given(text[place:end]):
            yield Candidate(place, end, "")
    foreign = foreign_end(text, place)
    if foreign and foreign not in sizes:
        yield Candidate(place, foreign, "")


def _reads_on(text: str, place: int) -> bool:
    """Whether a word begins here, so that 小 belongs to nobody: 小广告."""
    return is_everyday(text[place : place + 2]) and not text.startswith("家", place + 1)


def _is_titled(text: str, place: int, surname: str) -> bool:
    """Whether a title begins here that makes no word with what stands beside it: 施工, 支队."""
    title = title_at(text, place)
    if not title or surname in words("names", "titles", "joining"):
        return False
    end = place + len(title)
    torn = len(title) == 1 and is_everyday(text[end - 1 : end + 1])
    return not torn and not is_everyday(surname + title)


def _may_be_given(characters: str) -> bool:
    """Whether every character may be one of a given name."""
    return _never().isdisjoint(characters)


@cache
def _never() -> frozenset[str]:
    """Characters of no given name."""
    return frozenset(words("names", "given", "never"))


def _without_surname(place: int, run: re.Match[str], cued: bool) -> set[int]:
    """Where a name of any make may end: 女儿可欣, 我是扎西次仁，."""
    whole = {run.end()} if 2 <= run.end() - place <= (LONGEST if cued else SHORT) else set()
    return {place + 2, place + 3} | whole


@cache
def _prefixes() -> str:
    return "".join(words("names", "clues", "prefixes"))


@cache
def _linking() -> str:
    return "".join(words("names", "clues", "linking"))


@cache
def cue_kinds() -> Mapping[str, str]:
    """Words of two and more characters that announce names, and of which kind they are."""
    kinds: dict[str, str] = {}
    for key in ("perhaps", "roles", "labels", "selves"):
        kinds |= dict.fromkeys(words("names", "cues", key), key)
    for key in ("one", "sure", "kin"):
        kinds |= dict.fromkeys(words("stated", "roles", key), key)
    kinds |= dict.fromkeys(words("stated", "called", "cues"), "called")
    return {cue: kind for cue, kind in kinds.items() if len(cue) > 1}


def _cues_in(text: str) -> Iterator[tuple[int, str]]:
    """Where cues end, and of which kind they are."""
    for found in _last_of_cues().finditer(text):
        cue = longest_end(text, found.end(), _cues())
        if cue:
            yield found.end(), cue_kinds()[cue]


@cache
def _last_of_cues() -> re.Pattern[str]:
    return re.compile(members(sorted({cue[-1] for cue in _cues()})))


@cache
def _cues() -> frozenset[str]:
    return frozenset(cue_kinds())


def title_at(text: str, place: int) -> str:
    """The title that begins here, the longest first, or nothing."""
    for title in _titles().get(text[place : place + 1], ()):
        if text.startswith(title, place):
            return title
    return ""


@cache
def _titles() -> Mapping[str, list[str]]:
    """Titles by their first character, the longest first."""
    titles: dict[str, list[str]] = {}
    known = {*words("names", "titles", "long"), *words("names", "titles", "short")}
    for title in sorted(known, key=len, reverse=True):
        titles.setdefault(title[0], []).append(title)
    return titles


def foreign_end(text: str, place: int) -> int:
    """Where characters end that names of other origin are written with; 0: too few, or none."""
    found = _foreign().match(text, place)
    if not found or (found.end() - place < 3 and found[0] not in whole_names()):
        return 0
    return found.end()


@cache
def _foreign() -> re.Pattern[str]:
    return re.compile(rf"{members(sorted(_foreign_characters()))}{{2,{LONGEST}}}")


@cache
def _foreign_characters() -> frozenset[str]:
    return frozenset({*words("names", "transcribed", "core"), *"".join(whole_names()), "莫", "让"})
