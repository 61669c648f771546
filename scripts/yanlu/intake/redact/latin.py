"""Names in Latin letters: Zhang Wei in any place, other names behind a cue."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from yanlu.intake.redact.lists import HAN, choice, words
from yanlu.intake.redact.persons import is_function, longest_end, surname_at
from yanlu.intake.redact.shadow import Find, Shadow

LETTER = "[a-z\u00c0-\u024f\u1e00-\u1eff]"
MARKED = re.compile(rf"{LETTER}(?<![a-z0-9]{LETTER})(?:{LETTER}|[ '\-](?={LETTER})){{3,40}}")
ACCENT = re.compile("[\u00e0-\u024f\u1e00-\u1eff]")
WITH_SURNAME = re.compile(
    rf"[a-z](?<![a-z0-9@./_\-].)[a-z]{{2,11}}\s?(?P<surname>{HAN})\s*(?=\Z|\n|[,。])"
)
WORD = r"[a-z'\-]{1,19}"
ONE = re.compile(rf"[a-z](?<={HAN}.)[a-z]{{2,11}}(?={HAN}|[,。])")
SPELLED = re.compile(
    r"(?<![a-z0-9])[\s:是为]{0,3}(?P<name>[a-z](?:[ .\-·_][a-z]){3,24})(?![a-z0-9])"
)
STOPS = ("", "。", "\n", ",", ";", "!", "?", " ", "-", "—")
TWO = re.compile(
    rf"([a-z](?<![a-z0-9@._/\-].){WORD})[ .]{{1,2}}([a-z]{WORD})(?: ([a-z]{WORD}))?(?![a-z0-9@._/])"
)


def find_latin(shadow: Shadow) -> Iterator[Find]:
    """Two or three words; a person must say whether they are a name."""
    text = shadow.text
    yield from _marked(text)
    yield from _spelled(text)
    for found in ONE.finditer(text):
        role = longest_end(text, found.start(), _persons())
        if role and found[0] not in words("names", "pinyin", "no_names"):
            yield Find(found.start(), found.end(), "name", certain=False)
    for found in WITH_SURNAME.finditer(text):
        known = surname_at(found["surname"], 0) != "" and not is_function(found["surname"])
        if known and text[max(0, found.start() - 1) : found.start()] in STOPS:
            yield Find(found.start(), found.end("surname"), "name", certain=False)
    for found in TWO.finditer(text):
        cue = longest_end(text, found.start(), _cues())
        if len(cue) > 1 or text.endswith(("name is ", "i am "), 0, found.start()):
            yield Find(found.start(), found.end(), "name", certain=False)
            continue
        for start, end in ((1, 2), (2, 3)):
            if _is_chinese(found[start], found[end]):
                yield Find(found.start(start), found.end(end), "name", certain=False)


def _marked(text: str) -> Iterator[Find]:
    """Nguyễn Thị Lan: letters with marks are seldom anything but a name here."""
    for found in MARKED.finditer(text) if ACCENT.search(text) else ():
        if len(ACCENT.findall(found[0])) > 1 or (" " in found[0] and ACCENT.search(found[0])):
            yield Find(found.start(), found.end(), "name", certain=False)


def _spelled(text: str) -> Iterator[Find]:
    """我叫 L i J i a n g: letter by letter behind a cue."""
    for found in SPELLED.finditer(text):
        if longest_end(text, found.start(), _cues()):
            yield Find(*found.span("name"), "name", certain=False)


def _is_chinese(one: str, other: str | None) -> bool:
    """Whether one is a surname in pinyin and the other one or two syllables."""
    if other is None or one == other:
        return False
    pairs = ((one, other), (other, one))
    return any(name in _surnames() and _given().fullmatch(given) for name, given in pairs)


@cache
def _cues() -> frozenset[str]:
    keys = ("labels", "selves", "roles", "perhaps")
    return frozenset(cue for key in keys for cue in words("names", "cues", key))


@cache
def _persons() -> frozenset[str]:
    """Words for one person, behind which a name in Latin letters may stand alone."""
    keys = ("one", "sure", "kin", "foreign")
    own = (role for key in keys for role in words("stated", "roles", key))
    cues = (cue for key in ("labels", "roles") for cue in words("names", "cues", key))
    return frozenset((*own, *(cue for cue in cues if len(cue) > 1)))


@cache
def _surnames() -> frozenset[str]:
    return frozenset(words("names", "pinyin", "surnames"))


@cache
def _given() -> re.Pattern[str]:
    starts, ends = (choice(words("names", "pinyin", key)) for key in ("starts", "ends"))
    return re.compile(rf"(?:{starts}?{ends}[-']?){{1,2}}")
