"""Web addresses that lead to a person, an account or something shared."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from urllib.parse import urlsplit

from yanlu.intake.redact.lists import HAN, choice, each, words
from yanlu.intake.redact.shadow import Find, Shadow

REST = r"[a-z0-9\-._~:/?#@!$&*+;=%|\[\]]"
SPACED = r"(?:\s[0-9](?![0-9])){3,40}"  # digits of an identifier, one by one
IDENTIFIER = re.compile(r"[0-9]{5,}|[a-z]+[0-9][a-z0-9]{4,}|[0-9]+[a-z][a-z0-9]{4,}")
HEADS = re.compile(r"[a-z0-9\-]")  # with which an address begins
SPOKEN = re.compile(rf"{HAN}+$")


def find_urls(shadow: Shadow) -> Iterator[Find]:
    """Addresses with identifiers; those of official pages stay."""
    for found in each(_urls(), HEADS, shadow.digits):
        end = _trimmed(shadow, found.start(), found.end())
        if _is_personal(shadow.digits[found.start() : end]):
            yield Find(found.start(), end, "url")


@cache
def _urls() -> re.Pattern[str]:
    host = rf"(?:[a-z0-9\-]{{1,63}}\.){{1,5}}{choice(words('online', 'url', 'ends'))}(?![a-z0-9])"
    return re.compile(
        rf"(?:https?|ftp)\s?:\s?//\s?{REST}{{3,2000}}(?:{SPACED})?"
        rf"|(?<![a-z0-9@.\-]){host}(?:[:/?#]{REST}{{0,2000}}(?:{SPACED})?)?"
    )


def _trimmed(shadow: Shadow, start: int, end: int) -> int:
    """Where the address ends: one or two numerals behind it begin the next word."""
    spoken = SPOKEN.search(shadow.text[start:end])
    if spoken and len(spoken[0]) <= 2:
        end -= len(spoken[0])
    return start + len(shadow.digits[start:end].rstrip(".,;:!?"))


def _is_personal(address: str) -> bool:
    """Whether it holds a query, an account, a share code, or leads to a personal page."""
    bare = re.sub(r"\s", "", address)
    try:
        parts = urlsplit(bare if "://" in bare else f"//{bare}")
    except ValueError:  # a bracket that is no IPv6 address: nobody can say where it leads
        return True
    host = parts.netloc.rpartition("@")[2].partition(":")[0]
    if "@" in parts.netloc or re.search(r"[=0-9]", parts.query) or "=" in parts.fragment:
        return True
    if any(host == one or host.endswith(f".{one}") for one in words("online", "url", "hosts")):
        return parts.path not in ("", "/")
    return not host.endswith(words("online", "url", "official")) and _owns(parts.path)


def _owns(path: str) -> bool:
    """Whether a path names an owner or an identifier."""
    segments = [part for part in path.split("/") if part]
    owned = any(part in words("online", "url", "segments") for part in segments[:-1])
    return owned or "@" in path or IDENTIFIER.search(path) is not None
