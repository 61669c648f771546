"""A text as it is meant to be read: one spelling for many, with the way back.

The shadow folds compatibility forms (NFKC), digits of all scripts, case and traditional
characters, and drops what has no picture: zero-width and format characters, combining
marks. Each of its characters knows which characters of the input it stands for.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise

from yanlu.intake.redact.lists import members, table

SILENT = frozenset({"Cc", "Cf", "Cs", "Mn", "Me"})  # general categories without a picture
STAYING = r"\n -@\[-~\u3001\u3002"  # of the usual characters without most of the Chinese
BREAKS = "\n\v\f\r\x1c\x1d\x1e\x85\u2028\u2029"


@dataclass(frozen=True)
class Find:
    """A detection over the characters of a shadow, from `start` to before `end`."""

    start: int
    end: int
    kind: str
    certain: bool = True


@dataclass(frozen=True)
class Shadow:
    """`text` for words, `digits` (of equal length) with every numeral as an ASCII digit.

    `starts` and `ends` are offsets of the input, one for each character.
    """

    text: str
    digits: str
    starts: Sequence[int]
    ends: Sequence[int]

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Where a stretch of the shadow lies in the input."""
        return self.starts[start], self.ends[end - 1]


def cast(text: str) -> Shadow:
    """The shadow of a text; linear in its length."""
    others = {char: _fold(char) for char in set(_changing().findall(text))}
    shade = _changing().sub(lambda found: others[found[0]], text)
    if all(len(letters) == 1 for letters in others.values()):  # one for one, as nearly always
        return Shadow(shade, _as_digits(shade), range(len(text)), range(1, len(text) + 1))
    folded = (others.get(char, char) for char in text)
    starts: list[int] = []
    ends: list[int] = []
    for index, (char, letters) in enumerate(zip(text, folded, strict=True)):
        starts += [index] * len(letters)
        ends += [index + 1] * len(letters)
        if not letters and ends and unicodedata.category(char) in ("Mn", "Me"):
            ends[-1] = index + 1  # a mark belongs to the character that it sits on
    return Shadow(shade, _as_digits(shade), starts, ends)


@cache
def _changing() -> re.Pattern[str]:
    """Characters that may be read as others; all but these stay as they are."""
    bounds = [0x4DFF, *sorted(ord(char) for char in _variants()), 0xA000]
    kept = "".join(
        f"{chr(last + 1)}-{chr(first - 1)}" for last, first in pairwise(bounds) if first - last > 1
    )
    return re.compile(f"[^{STAYING}{kept}]")


@lru_cache(maxsize=1 << 14)
def _fold(char: str) -> str:
    if char in BREAKS:
        return "\n"
    if char.isspace():
        return " "
    if char in table("glyphs")["letters"]["blank"]:
        return ""
    digit = unicodedata.digit(char, None)
    if digit is not None:
        return str(digit)
    variants = _variants()
    folded = unicodedata.normalize("NFKC", char)
    bare = folded[1] if len(folded) == 3 and folded[0] == "(" else folded
    shown = (one for one in bare if unicodedata.category(one) not in SILENT)
    return "".join(variants.get(one, one) for one in shown).lower()


@cache
def _variants() -> Mapping[str, str]:
    return {pair[0]: pair[1] for pair in table("glyphs")["variants"]["pairs"].split()}


@cache
def _numerals() -> tuple[re.Pattern[str], Mapping[str, str]]:
    rows = table("glyphs")["numerals"]
    digits = {char: digit for digit, chars in rows.items() for char in chars}
    return re.compile(members(digits)), digits


@cache
def _lookalikes() -> tuple[re.Pattern[str], Mapping[int, str]]:
    rows = table("glyphs")["lookalikes"]
    letters = members("".join(rows.values()))
    pattern = re.compile(rf"{letters}(?<=\d{letters}){letters}{{0,3}}(?=\d)")
    return pattern, str.maketrans({char: digit for digit, chars in rows.items() for char in chars})


def _as_digits(shade: str) -> str:
    pattern, letters = _lookalikes()
    numerals, digits = _numerals()
    read = numerals.sub(lambda found: digits[found[0]], shade)
    return pattern.sub(lambda found: found[0].translate(letters), read)
