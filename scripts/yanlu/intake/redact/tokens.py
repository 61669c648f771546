"""Letters and digits behind a word that says what they number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from yanlu.intake.redact.lists import choice, words
from yanlu.intake.redact.shadow import Find, Shadow

GAP = r"[\-_./ ·]{0,2}"  # what may stand between characters of one token
TOKEN = rf"(?:[a-z](?:{GAP}[a-z]){{0,7}}{GAP})?[0-9](?:{GAP}[a-z0-9]){{2,29}}(?![a-z])"
DIGITS = re.compile(r"[0-9]")


@cache
def link() -> str:
    """A pattern for what may stand between a word and its number.

    No other words may, so that 护照费用120元 is no passport.
    """
    names = choice(words("documents", "links", "names"))
    verbs = choice(words("documents", "links", "verbs"))
    return rf"{names}?{verbs}?[\s:是为系叫(\[<《\"'“=\-#、,.]{{0,6}}"


def find_called(shadow: Shadow, section: str, kind: str, fewest: int) -> Iterator[Find]:
    """Tokens of at least so many digits, behind the words of a section."""
    for found in _called(section).finditer(shadow.digits):
        digits = len(DIGITS.findall(found["token"]))
        if digits >= fewest and not _is_other(found):
            yield Find(found.start("token"), found.end("token"), kind)


@cache
def _called(section: str) -> re.Pattern[str]:
    cues = choice(words("documents", section, "cues"))
    return re.compile(rf"(?P<cue>{cues}){link()}(?P<token>{TOKEN})")


def _is_other(found: re.Match[str]) -> bool:
    """Whether it is "id" within a word, a count, or the number of a lamp post."""
    before = found.string[max(0, found.start() - 6) : found.start()]
    if found["cue"].isascii() and before[-1:].isalpha():
        return True
    things = words("documents", "files", "public")
    public = found["cue"] == "编号" and any(thing in before for thing in things)
    return public or is_counted(found.string, found.end())


def is_counted(text: str, place: int) -> bool:
    """Whether a unit stands here, so that the number before it counts something."""
    return bool(_counters().match(text, place))


@cache
def _counters() -> re.Pattern[str]:
    return re.compile(rf"\s?{choice(words('documents', 'links', 'counters'))}")
