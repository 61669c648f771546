"""Numbers under which somebody is entered: 股金证号字第0417号, 仲裁号〔2025〕824号, 闽霞渔00417."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from yanlu.intake.redact.lists import HAN, choice, words
from yanlu.intake.redact.shadow import Find, Shadow

PROVINCES = "京津冀辽沪苏浙闽鲁粤桂琼皖赣鄂湘渝川"
VESSEL = re.compile(
    rf"(?P<id>[{PROVINCES}]{HAN}{{0,3}}[渔渡货油工运拖客养机][a-z]?[0-9]{{4,6}})(?!元)"
)
HINT = re.compile("[号码][^。]{0,6}?[0-9]")  # asked for speed


def find_registered(shadow: Shadow) -> Iterator[Find]:
    """Of papers, contracts, meters and the like, and of vessels."""
    text = shadow.digits
    for pattern in (_registers(), VESSEL) if HINT.search(text) else ():
        for found in pattern.finditer(text):
            yield Find(*found.span("id"), "file-number")


@cache
def _registers() -> re.Pattern[str]:
    """What is numbered, the word for its number, and one in any of the usual forms."""
    entries, numbers = (
        choice(words("documents", "registers", key)) for key in ("entries", "numbers")
    )
    public = "".join(f"(?<!{word})" for word in words("documents", "registers", "public"))
    office = rf"(?:{HAN}{{0,6}}字?)?"
    dated = rf"{office}[〔(\[【]20[0-9]{{2}}[〕)\]】]{HAN}{{0,3}}第?[0-9]{{1,7}}号"
    told = rf"{office}第[0-9]{{2,12}}号"
    plain = r"[a-z]{0,4}[0-9]{5,20}(?:-[0-9a-z]{1,8}){0,3}(?![0-9a-z])"
    lettered = r"[a-z]{1,4}[0-9]{0,6}(?:-[0-9]{1,8}){1,3}(?![0-9a-z])"
    return re.compile(
        rf"{public}{entries}{numbers}[\s:是为(“]{{0,3}}(?P<id>{dated}|{told}|{plain}|{lettered})"
    )
