"""Whether a text is written so that detectors of Chinese cannot read it."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from yanlu.intake.redact.lists import UNUSUAL, table

FOREIGN_LETTERS = 4  # of scripts other than Chinese and Latin: one word
LATIN_WORDS = 8  # a sentence; abbreviations and trade marks are fewer
WORD = re.compile(r"[A-Za-z\u00c0-\u024f][A-Za-z\u00c0-\u024f]+")


def is_beyond_detectors(text: str) -> bool:
    """Whether there is a word of another script, or a sentence in Latin letters.

    Names are recognised in Chinese only; whatever else is welcome and is read by a person.
    """
    if text.isascii():
        return _is_latin(text)
    foreign = sum(1 for char in set(UNUSUAL.findall(text)) if _is_foreign(char))
    return foreign >= FOREIGN_LETTERS or _is_latin(text)


def _is_latin(text: str) -> bool:
    return len(WORD.findall(text)) >= LATIN_WORDS


@lru_cache(maxsize=1 << 14)
def _is_foreign(char: str) -> bool:
    if char < "\u0370" or not unicodedata.category(char).startswith("L"):
        return False
    return not any(first <= ord(char) <= last for first, last in table("glyphs")["scripts"]["read"])
