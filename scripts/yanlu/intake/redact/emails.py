"""E-mail addresses, plain and spelled out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from yanlu.intake.redact.lists import HAN, choice, each, words
from yanlu.intake.redact.shadow import Find, Shadow

WINDOW = 80  # characters before and behind an @ in which its address lies
TOGETHER = r"(?:[a-z0-9_%+\-]|[.点。](?=[a-z0-9_])){1,64}"
APART = r"[a-z0-9](?:\s?[._\-]?\s[a-z0-9._\-]){1,40}"
LOCAL = re.compile(rf"(?:{TOGETHER}|{APART})\s{{0,2}}$")
# Behind a real @ any host counts; behind what only stands for one, a known end is asked for.
ANY_HOST = re.compile(
    rf"(?:(?:[a-z0-9\-]{{1,63}}|{HAN}{{1,8}})[.]){{1,5}}(?:[a-z0-9\-]{{2,63}}|中国)"
)
HAN_LOCAL = re.compile(rf"{HAN}{{2,4}}$")  # RFC 6531 lets names be in any script


def find_emails(shadow: Shadow) -> Iterator[Find]:
    """Addresses around an @, or what stands for one."""
    for found in each(_at(), _heads(), shadow.digits):
        before = shadow.digits[max(0, found.start() - WINDOW) : found.start()]
        behind = _domain().match(shadow.digits, found.end(), found.end() + WINDOW)
        if found[0] == "@":
            behind = ANY_HOST.match(shadow.digits, found.end(), found.end() + WINDOW) or behind
        local = LOCAL.search(before) or (HAN_LOCAL.search(before) if found[0] == "@" else None)
        if behind and local:
            yield Find(found.start() - len(local[0]), behind.end(), "email")


@cache
def _at() -> re.Pattern[str]:
    return re.compile(r"\s?" + choice(words("online", "email", "at")))


@cache
def _heads() -> re.Pattern[str]:
    return re.compile(rf"[\s{''.join(re.escape(at[0]) for at in words('online', 'email', 'at'))}]")


@cache
def _domain() -> re.Pattern[str]:
    """Labels and dots up to a known end, or a well-known host alone (…艾特163)."""
    dot = rf"\s{{0,2}}{choice(words('online', 'email', 'dot'))}\s{{0,2}}"
    label = rf"(?:[a-z0-9](?:\s[a-z0-9])+(?![a-z0-9])|[a-z0-9\-]{{1,63}}|扣扣|{HAN}{{1,20}})"
    ends = words("online", "email", "ends")
    end = rf"{choice([*ends, *map(' '.join, ends)])}(?![a-z])"
    host = rf"{choice(words('online', 'email', 'hosts'))}(?![a-z0-9])"
    return re.compile(rf"\s{{0,2}}(?:(?:{label}{dot}){{1,4}}{end}|{host})")
