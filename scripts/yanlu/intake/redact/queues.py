"""What somebody is called by in a queue or a register: 排到B217, 第YE-2024-01386号."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from yanlu.intake.redact.lists import choice, words
from yanlu.intake.redact.shadow import Find, Shadow

DIGITS = re.compile(r"[0-9]")
MARK = r"\s?[\-–—_/]\s?"
FEW, MANY = 2, 5  # digits behind a word for such numbers, and without one
OWNER, OWN = 18, re.compile("[我俺咱](?:们?家|自家|的)")  # my own tree has its tag
BEFORE = 10  # characters in which what is numbered stands
# Letters, marks between them and digits; without a word before, several groups or 第…号.
CODE = re.compile(
    rf"(?<![a-z0-9./_\-])(?P<letters>[a-z]{{1,6}})(?:{MARK})?[0-9]{{1,12}}(?:{MARK}[0-9]{{1,8}}){{0,3}}(?![a-z0-9.%@])"
)


def find_queued(shadow: Shadow) -> Iterator[Find]:
    """Letters and digits behind a word for them, in groups, or between 第 and 号."""
    text = shadow.digits
    for found in CODE.finditer(text):
        many = len(DIGITS.findall(found[0]))
        if not _is_common(found) and (
            (many >= FEW and _is_told(text, found.start()))
            or (many >= MANY and _is_grouped(text, found))
        ):
            yield Find(found.start(), found.end(), "file-number")


def _is_told(text: str, place: int) -> bool:
    """Whether a word ends here that says so."""
    return _cues().search(text, max(0, place - BEFORE), place) is not None


def _is_grouped(text: str, found: re.Match[str]) -> bool:
    """Whether it has marks in it or stands between 第 and 号."""
    ordinal = text[max(0, found.start() - 1) : found.start()] == "第" and text.startswith(
        "号", found.end()
    )
    return ordinal or bool(re.search(MARK, found[0]) and len(found["letters"]) > 1)


def _is_common(found: re.Match[str]) -> bool:
    """Whether a road, a train, a type, a standard or a lamp post is numbered: g104国道, a4纸."""
    before = found.string[max(0, found.start() - BEFORE) : found.start()]
    near = found.string[max(0, found.start() - OWNER) : found.start()]
    if OWN.search(near):
        return False
    lists = (("files", "no_registers"), ("files", "public"), ("queues", "common"))
    kinds = (kind for section, key in lists for kind in words("documents", section, key))
    letters = found["letters"] in words("documents", "queues", "no_letters")
    behind = _behind().match(found.string, found.end()) is not None
    return letters or behind or any(kind in before for kind in kinds)


@cache
def _cues() -> re.Pattern[str]:
    cues = choice(words("documents", "queues", "cues"))
    verbs = choice(words("documents", "links", "verbs"))
    return re.compile(rf"{cues}(?:编?号码?)?{verbs}?[\s:是为了的到第(\"“]{{0,3}}\Z")


@cache
def _behind() -> re.Pattern[str]:
    return re.compile(rf"\s?{choice(words('documents', 'queues', 'behind'))}")
