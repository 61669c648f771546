"""Web addresses: all but those of official sites may lead to a person."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from urllib.parse import urlsplit

from yanlu.intake.redact.lists import HAN, choice, each, words
from yanlu.intake.redact.shadow import Find, Shadow

REST = r"[a-z0-9\-._~:/?#@!$&*+;=%|\[\]]"
SPACED = r"(?:\s[0-9](?![0-9])){3,40}"  # digits of an identifier, one by one
HEADS = re.compile(r"[a-z0-9\-]")  # with which an address begins
PAGE = re.compile(r"(?:https?://)?(?P<host>[a-z0-9.\-]+)(?:/[a-z0-9._/\-]*)?")
SPOKEN = re.compile(rf"{HAN}+$")


def find_urls(shadow: Shadow) -> Iterator[Find]:
    """All addresses but those of official pages and of sites that everybody knows."""
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
    """Whether it holds a query or an account, or is not known to be the public's."""
    bare = re.sub(r"\s", "", address)
    try:
        parts = urlsplit(bare if "://" in bare else f"//{bare}")
    except ValueError:  # a bracket that is no IPv6 address: nobody can say where it leads
        return True
    host = parts.netloc.rpartition("@")[2].partition(":")[0]
    if "@" in parts.netloc or re.search(r"[=0-9]", parts.query) or "=" in parts.fragment:
        return True
    if _is_below(host, words("online", "url", "official")):
        return "@" in parts.path or "~" in parts.path  # the page of one who works there
    return not _is_below(host, words("online", "url", "hosts")) or parts.path not in ("", "/")


def host_of(address: str) -> str:
    """The host of an address that tells no more than a page; else nothing."""
    found = PAGE.fullmatch(address)
    return found["host"] if found else ""


def _is_below(host: str, sites: tuple[str, ...]) -> bool:
    """Whether it is one of these sites or a part of one."""
    return any(host == one or host.endswith(f".{one}") for one in sites)
