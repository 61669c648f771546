"""Names with something between their characters: 周 涛, 李四 光, 龚.雪.莲, 罗、永、浩."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from yanlu.intake.redact.lists import HAN, choice, members, surnames, words
from yanlu.intake.redact.persons import (
    ends_name,
    is_function,
    is_given,
    is_han,
    is_plain,
    is_usual,
    longest_end,
    name_size,
    surname_at,
)
from yanlu.intake.redact.shadow import Find, Shadow
from yanlu.intake.redact.words import begins_word, is_everyday, is_thing, word_class

MARKS = " ._-‐–—―~*|/\\+·・•‧'`^=#&"  # what people put between characters
GAP = members(MARKS) + "{1,3}"
GAPS = re.compile(rf"{members(MARKS)}(?<={HAN}.){members(MARKS)}{{0,2}}(?={HAN})")
STOPS = re.compile(
    rf"([,、;:。…])(?<={HAN}.)(?={HAN}\1{HAN})"
)  # between characters if the same comes twice
LONGEST = 8  # characters that are read: a name and what may follow it
BEFORE = 24  # characters before a name in which its cue ends
BLANK = re.compile(r"\s")


@dataclass(frozen=True)
class Stretch:
    """Chinese characters from one place on without what lies between them.

    `ends[i]` is the place behind the i-th in the text; `breaks` are the numbers of characters
    after which something lies between them.
    """

    letters: str
    ends: tuple[int, ...]
    breaks: tuple[int, ...]


def find_spaced(shadow: Shadow) -> Iterator[Find]:
    """Spaced-out names behind any cue, and three or four lone characters without one."""
    text, reached = shadow.text, 0
    for gap, between in _gaps(text):
        for start in range(max(gap - 3, reached), gap):
            found = _spaced(text, start, between)
            if found:
                yield found
                reached = found.end
                break


def _gaps(text: str) -> Iterator[tuple[int, re.Pattern[str]]]:
    """Where something stands between two Chinese characters, and what is read as a gap there."""
    for gap in GAPS.finditer(text):
        yield gap.start(), _between(GAP)
    for stop in STOPS.finditer(text):
        yield stop.start(), _between(re.escape(stop[1]))


@cache
def _between(gap: str) -> re.Pattern[str]:
    return re.compile(rf"({gap})?({HAN})")


def _spaced(text: str, start: int, between: re.Pattern[str]) -> Find | None:
    if text[start] not in _heads():
        return None
    stretch = _stretch(text, start, between)
    size = spaced_size(stretch)
    if not size:
        return None
    end = stretch.ends[size - 1]
    cue = True if _titled().match(text, end) else _cue_before(text, start)
    if _is_apart(stretch, size, cue is True and not _is_spread(text, start)):
        return None
    if cue is None and not _stands_alone(text, start, stretch, size):
        return None
    return Find(start, end, "name", certain=cue is True)


@cache
def _titled() -> re.Pattern[str]:
    return re.compile(rf"\s?{choice(words('names', 'titles', 'long'))}")


def _is_spread(text: str, start: int) -> bool:
    """Whether the text before is spaced out too, so that gaps say nothing."""
    before = text[max(0, start - BEFORE) : start].rstrip()
    return re.search(rf"{HAN} {HAN}\W*$", before) is not None


@cache
def _heads() -> frozenset[str]:
    """First characters of surnames."""
    return frozenset(surname[0] for surname in surnames())


def _stretch(text: str, start: int, between: re.Pattern[str]) -> Stretch:
    letters, ends, breaks, place = "", [], [], start
    while len(letters) < LONGEST and (found := between.match(text, place)):
        if found[1] and letters:
            breaks.append(len(letters))
        letters += found[2]
        place = found.end()
        ends.append(place)
    return Stretch(letters, tuple(ends), tuple(breaks))


def spaced_size(stretch: Stretch) -> int:
    """How many characters are a name that something lies within; 0: none."""
    surname = len(surname_at(stretch.letters, 0))
    sizes = [size for size in (*stretch.breaks, len(stretch.letters)) if size <= surname + 2]
    if not surname or not sizes or not stretch.breaks or stretch.breaks[0] > surname + 1:
        return 0
    size = _whole(stretch, surname, sizes)
    given = stretch.letters[surname:size]
    fits = size > max(surname, stretch.breaks[0]) and is_given(given, len(given))
    return size if fits else 0


def _whole(stretch: Stretch, surname: int, sizes: list[int]) -> int:
    """Up to the last gap in reach, or one further where the last character runs on."""
    letters, size = stretch.letters, sizes[-1]
    following = next((one for one in stretch.breaks if one > size), len(letters))
    if size == surname + 2 and following == size + 1:  # one by one, on and on
        return 0 if begins_word(letters, 0) else name_size(letters, 0)
    if following == size:
        return size
    if size == surname:
        return name_size(letters, 0)
    return size + 1 if size == surname + 1 and not ends_name(letters, size) else size


def _is_apart(stretch: Stretch, size: int, cued: bool) -> bool:
    """Whether it is a word of its own behind the gap (王 先生), or one word in all (高 层).

    `cued`: a cue without gaps announces it, so that the gap is in the name alone.
    """
    surname = surname_at(stretch.letters, 0)
    given = stretch.letters[len(surname) : size]
    if given in words("names", "titles", "long"):
        return True
    if len([one for one in stretch.breaks if one < size]) > 1:
        return False
    if len(given) > 1 and (is_function(surname) or (is_thing(given) and not is_usual(given))):
        return True
    return not cued and (is_function(surname) or is_everyday(stretch.letters[:size]))


def _cue_before(text: str, start: int) -> bool | None:
    """Whether a word that announces names ends here: True, a weaker one: False, none: None."""
    before = BLANK.sub("", text[max(0, start - BEFORE) : start])
    bare = _link().sub("", before)
    if any(word in before[len(bare) :] for word in words("stated", "roles", "naming")):
        return True  # 名字是
    if longest_end(bare, len(bare), _sure_cues()) or (bare != before and bare.endswith("人")):
        return True
    if bare.endswith(words("names", "cues", "perhaps")) and len(bare) > 1:
        return False
    if bare.endswith(words("names", "cues", "people_ends")):
        return False if any(word_class(bare[-size:])[:1] == "n" for size in (2, 3)) else None
    return False if before.endswith(":") else None


@cache
def _sure_cues() -> frozenset[str]:
    keys = ("labels", "selves", "roles")
    return frozenset(cue for key in keys for cue in words("names", "cues", key))


@cache
def _link() -> re.Pattern[str]:
    called = choice(words("names", "cues", "links"))
    return re.compile(rf"(?:[(][^()]{{0,8}}[)]|{called}|[:,=_|/\\\-—.。\"“'‘(【\[*]){{1,4}}$")


def _stands_alone(text: str, start: int, stretch: Stretch, size: int) -> bool:
    """Whether nothing but three or four lone characters stand between two stops."""
    if stretch.breaks != tuple(range(1, size)) or size not in (3, 4):
        return False
    apart = len(stretch.ends) == size and not is_han(text[max(0, start - 2) : start].strip()[-1:])
    return apart and is_plain(surname_at(stretch.letters, 0))
