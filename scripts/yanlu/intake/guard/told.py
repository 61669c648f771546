"""What tells of a person, found with certainty by the redactor's detectors."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yanlu.intake.redact import Span

# In what people write, all that leads to a person. In tables and settings, where codes and the
# office's own telephone are in place, only what is a person's by its make-up. Mobile numbers count
# everywhere.
IN_WORDS = ("email", "identity", "bank-card", "phone", "plate", "address", "name")
IN_SAID = (*IN_WORDS[:-1], "chinese-name")  # programmers name things in English
IN_CODES = ("identity", "bank-card")
IN_NAMES = ("email", "identity", "bank-card", "plate", "chinese-name")

_MOBILE = re.compile(r"(?:86)?1[3-9]\d{9}")
_DIGIT = r"(?:\d[ .()（）\u3000\u200b-\u200f\u2010-\u2015\ufeff-]{0,2})"
_LONG = re.compile(_DIGIT + "{11}")  # no number that is a person's has fewer digits
_CHINESE = re.compile("[㐀-鿿]")
_WORDS = re.compile(f"[㐀-鿿]|@|{_DIGIT}{{7}}")  # without one, no text tells of anybody
# Digits that stand by chance: checksums, and fractions that are no number of a person
_CHANCE = re.compile(
    r"(?<![0-9A-Za-z])(?=[0-9]*[a-f])[0-9a-f]{40,}(?![0-9A-Za-z])"
    r"|(?<!\d)(?!1[3-9]\d\.\d{8}(?!\d))\d{1,9}\.(?!(?:1[3-9]\d{9}|\d{17}[\dx])(?!\d))\d{5,}",
    re.IGNORECASE,
)

# Lines of a drawing: any telephone number is among so many digits
_DRAWN = re.compile(
    r"""\b(?:d|points|transform|viewBox)\s*=\s*(["'])[MZLHVCSQTAE\d\s.,+()-]*\1""", re.IGNORECASE
)
_ENDS = re.compile(r"\r\n|[\r\n]")


def persons_in(text: str, sought: Collection[str], data: Path) -> Iterator[tuple[int, str]]:
    """Numbers of lines with what they tell; `data` has the directory, whose numbers stay.

    Where only numbers are sought, only lines with long ones are searched.
    """
    coded = sought is IN_CODES
    lines = _undrawn(text).splitlines()
    numbered = list(enumerate(lines, 1))
    if coded:
        numbered = [(number, line) for number, line in numbered if _LONG.search(_bare(line))]
    elif not _WORDS.search(text):
        return
    shown = "\n".join(_bare(line) if coded else line for _, line in numbered)
    if not shown.strip():
        return
    # late: it loads the word lists, half a second
    from yanlu.intake.redact import kinds, official_numbers, redact

    for span in redact(shown, official_numbers(data)).spans:
        found = shown[span.start : span.end]
        if _is_sought(span, found, sought):
            place = shown.count("\n", 0, span.start)
            yield numbered[place][0], kinds()[span.kind].title


def _undrawn(text: str) -> str:
    """A text without the lines of drawings, on as many lines."""
    return _DRAWN.sub(lambda drawn: "".join(_ENDS.findall(drawn[0])), text)


def _bare(line: str) -> str:
    """A line without digits that stand in it by chance."""
    return _CHANCE.sub("", line)


def _is_sought(span: Span, found: str, sought: Collection[str]) -> bool:
    if span.certain and span.kind in sought:
        return True
    if span.certain and span.kind == "name":
        return "chinese-name" in sought and bool(_CHINESE.search(found))
    # a word that joins it in one span makes the span unsure, and the number no less a number
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", found))
    return span.kind == "phone" and bool(_MOBILE.fullmatch(digits))
