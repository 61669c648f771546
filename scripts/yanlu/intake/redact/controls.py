"""Which characters without a picture may stay in a text that others will read.

Bidirectional controls can make a page say something else than its source; zero-width
characters hide words from searches. Joiners are spelling in some scripts and stay there
(Unicode 16, chapters 9 to 14; UAX 9; UAX 31, profile A1).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from yanlu.intake.redact.lists import UNUSUAL, table

JOINERS = "\u200c\u200d\u180e"
TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
DANGEROUS = frozenset({"Cc", "Cf", "Cs"})


def strip_controls(text: str) -> str:
    """The text without controls; line ends become line feeds, tabs stay."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    if not any(map(_is_control, set(UNUSUAL.findall(lines)))):
        return lines
    return "".join(
        _kept(char, lines[index - 1 : index], lines[index + 1 : index + 2])
        for index, char in enumerate(lines)
    )


def turns_direction(text: str) -> bool:
    """Whether the text holds a control that can show its characters in another order."""
    return bool(TURNS.search(text))


def _kept(char: str, before: str, after: str) -> str:
    if not _is_control(char):
        return char
    if char in "\u2028\u2029\x85\v\f":
        return "\n"
    return char if char in JOINERS and _joins(before) and _joins(after) else ""


@lru_cache(maxsize=1 << 14)
def _is_control(char: str) -> bool:
    if char in "\n\t":
        return False
    if char in "\u2028\u2029" or char in table("glyphs")["letters"]["blank"]:
        return True
    hidden = unicodedata.category(char) in DANGEROUS
    return hidden and not _within(char, table("glyphs")["joiners"]["visible"])


def _joins(char: str) -> bool:
    """Whether this is a letter or mark of a script that is spelled with joiners."""
    return char != "" and _within(char, table("glyphs")["joiners"]["ranges"])


def _within(char: str, ranges: list[list[int]]) -> bool:
    return any(first <= ord(char) <= last for first, last in ranges)
