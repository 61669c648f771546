"""Names of Uyghur, Tibetan, Mongolian and other origin in Chinese characters.

Names with a dot between their parts always go to a person: where they begin and end is
known to nobody but their bearers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from yanlu.intake.redact.lists import HAN, choice, members, table, words
from yanlu.intake.redact.persons import ends_name, is_han, names_place
from yanlu.intake.redact.shadow import Find, Shadow
from yanlu.intake.redact.words import PERSONS, is_thing, is_torn, segment

ANY_DOT = re.compile(r"[·•‧・∙⋅]")
DOT = re.compile(rf"\s?{ANY_DOT.pattern}\s?")
FEWEST = 3  # characters by which no word is taken for a name
LONGEST = 12  # characters of one part
BEFORE = re.compile(rf"{HAN}{{1,{LONGEST}}}$")
BEHIND = re.compile(rf"{HAN}{{1,{LONGEST}}}(?:{DOT.pattern}{HAN}{{1,{LONGEST}}}){{0,4}}")


def find_dotted(shadow: Shadow) -> Iterator[Find]:
    """阿依古丽·买买提, and the same with other marks where the characters are known."""
    text = shadow.text
    for dot in DOT.finditer(text) if ANY_DOT.search(text) else ():
        before = BEFORE.search(text, max(0, dot.start() - LONGEST), dot.start())
        behind = BEHIND.match(text, dot.end())
        if before and behind:
            start = before.start() + _first_part(before[0])
            end = behind.start() + _last_part(behind[0])
            if not (is_thing(text[start : dot.start()]) and is_thing(text[dot.end() : end])):
                yield Find(start, end, "name", certain=False)
    for found in _loosely_dotted().finditer(text):
        if not is_thing(found[1]) and not is_thing(found[2]):
            yield Find(found.start(), found.end(), "name", certain=False)


def find_titled_transcribed(shadow: Shadow) -> Iterator[Find]:
    """洛桑扎西医生: a name without dots before a title."""
    for found in _titled().finditer(shadow.text):
        if not any(is_thing(found[0][:size]) for size in (2, 3, 4)):
            yield Find(found.start(), found.end(), "name", certain=False)


def find_transcribed(shadow: Shadow) -> Iterator[Find]:
    """扎西, 热依汗, 呼日查: names of one part where a person is to be expected.

    Either a name that is often met, or characters of such names that form no words.
    """
    text = shadow.text
    for found in _runs().finditer(text):
        if (found[0] in whole_names() or _is_no_word(found[0])) and _expected(text, *found.span()):
            yield Find(found.start(), found.end(), "name", certain=False)


def _is_no_word(run: str) -> bool:
    tokens = [word for word, tag in segment(run) if tag not in PERSONS]
    return all(len(word) < 2 for word in tokens) and sum(map(_is_core, run)) >= FEWEST


def _is_core(char: str) -> bool:
    return char in words("names", "transcribed", "core")


def _expected(text: str, start: int, end: int) -> bool:
    """Whether a stop, a cue or a word that links stands before, and a name can end behind."""
    before = text[max(0, start - 6) : start]
    cued = not is_han(before[-1:]) or before.endswith(_people())
    cued = cued or before.endswith(words("names", "cues", "people_ends"))
    return (
        cued
        and not is_torn(text, start)
        and ends_name(text, end) > 0
        and not names_place(text, end)
    )


@cache
def _people() -> tuple[str, ...]:
    """Cues, and what links names to what stands before."""
    keys = ("labels", "selves", "roles", "perhaps")
    cues = [cue for key in keys for cue in words("names", "cues", key)]
    return (*cues, *words("names", "given", "linking"), *words("names", "given", "verbs"))


@cache
def whole_names() -> frozenset[str]:
    """Transcribed names that are one by themselves: 卓玛."""
    return frozenset(table("names")["transcribed"]["wholes"].split())


@cache
def _runs() -> re.Pattern[str]:
    core = words("names", "transcribed", "core")
    first = members(sorted({*core, *(name[0] for name in whole_names())}))
    second = members(sorted({*core, *(name[1] for name in whole_names())}))
    run = rf"(?<={members(core)}){members(core)}{{{FEWEST - 1},{LONGEST}}}"
    wholes = "|".join(rf"(?<={name[0]}){name[1:]}" for name in sorted(whole_names(), reverse=True))
    return re.compile(rf"{first}(?={second})(?:{run}|{wholes})")


@cache
def _characters() -> str:
    return members(words("names", "transcribed", "characters"))


@cache
def _loosely_dotted() -> re.Pattern[str]:
    part = rf"({_characters()}{{2,8}})"
    return re.compile(rf"{part}\s?[.\-—_/\s]\s?{part}")


@cache
def _titled() -> re.Pattern[str]:
    return re.compile(rf"{_characters()}{{3,8}}(?={choice(words('names', 'titles', 'long'))})")


@cache
def _first_own() -> re.Pattern[str]:
    return re.compile(rf"{_characters()}{{2,{LONGEST}}}$")


@cache
def _last_own() -> re.Pattern[str]:
    return re.compile(rf"{_characters()}{{2,{LONGEST}}}")


def _first_part(before: str) -> int:
    """Where the first part begins: behind the last cue, or with its transcribed characters."""
    cues = [found.end() for found in _cues().finditer(before) if found.end() < len(before)]
    own = _first_own().search(before)
    return max([*cues, own.start() if own and not cues else 0, len(before) - 8])


def _last_part(behind: str) -> int:
    """Where the last part ends: its transcribed characters, or before what follows names."""
    last = max((dot.end() for dot in DOT.finditer(behind)), default=0)
    own = _last_own().match(behind, last)
    sizes = range(own.end() if own else last + 1, len(behind))
    return next((size for size in sizes if ends_name(behind, size)), len(behind))


@cache
def _cues() -> re.Pattern[str]:
    lists = ("labels", "roles", "selves", "perhaps", "before_dotted")
    return re.compile(choice(cue for key in lists for cue in words("names", "cues", key)))
