"""Names in Latin letters: Zhang Wei in any place, other names behind a cue."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from yanlu.intake.redact.lists import choice, words
from yanlu.intake.redact.persons import longest_end
from yanlu.intake.redact.shadow import Find, Shadow

WORD = r"[a-z'\-]{1,19}"
TWO = re.compile(
    rf"([a-z](?<![a-z0-9@._/\-].){WORD})[ .]{{1,2}}([a-z]{WORD})(?: ([a-z]{WORD}))?(?![a-z0-9@._/])"
)


def find_latin(shadow: Shadow) -> Iterator[Find]:
    """Two or three words; a person must say whether they are a name."""
    text = shadow.text
    for found in TWO.finditer(text):
        cue = longest_end(text, found.start(), _cues())
        if len(cue) > 1 or text.endswith(("name is ", "i am "), 0, found.start()):
            yield Find(found.start(), found.end(), "name", certain=False)
            continue
        for start, end in ((1, 2), (2, 3)):
            if _is_chinese(found[start], found[end]):
                yield Find(found.start(start), found.end(end), "name", certain=False)


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
def _surnames() -> frozenset[str]:
    return frozenset(words("names", "pinyin", "surnames"))


@cache
def _given() -> re.Pattern[str]:
    starts, ends = (choice(words("names", "pinyin", key)) for key in ("starts", "ends"))
    return re.compile(rf"(?:{starts}?{ends}[-']?){{1,2}}")
