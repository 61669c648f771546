"""One number, written in all the ways that people and those who hide numbers write it."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

FULL = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)})
SCRIPTS = {
    "numerals": str.maketrans("0123456789", "〇一二三四五六七八九"),
    "spoken": str.maketrans("0123456789", "零幺二三四五六七八九"),
    "formal": str.maketrans("0123456789", "零壹贰叁肆伍陆柒捌玖"),
    "circled": str.maketrans("0123456789", "⓪①②③④⑤⑥⑦⑧⑨"),
    "mathematical": str.maketrans({str(digit): chr(0x1D7CE + digit) for digit in range(10)}),
    "arabic": str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"),
}
VISIBLE = {"spaced": " ", "wide spaced": "　", "hyphened": "-", "dotted": "."}
INVISIBLE = {"zero-width": "\u200b", "joined": "\u200d", "word joiner": "\u2060"}
TOGETHER = (
    "email",
    "link",
    "house",
    "spread_room",
)  # nobody puts marks between all characters of these


def respelled(kind: str, number: str, rng: random.Random) -> Iterator[tuple[str, str]]:
    """Each spelling with its name; names of persons only with what cannot be seen."""
    yield "plain", number
    for name, gap in INVISIBLE.items():
        yield name, gap.join(number)
    if kind != "name":
        yield from _in_scripts(number, rng)
        if kind not in TOGETHER:
            yield from _apart(number, rng)


def _in_scripts(number: str, rng: random.Random) -> Iterator[tuple[str, str]]:
    yield "full width", number.translate(FULL)
    for name, script in SCRIPTS.items():
        yield name, number.translate(script)
    yield "keycaps", "".join(f"{c}\ufe0f\u20e3" if c.isdigit() else c for c in number)
    half = len(number) // 2
    yield "half and half", number[:half] + number[half:].translate(SCRIPTS["numerals"])
    yield "mixed", "".join(_any(rng)(char) for char in number)
    yield "mixed and zero-width", "\u200c".join(_any(rng)(char) for char in number)


def _apart(number: str, rng: random.Random) -> Iterator[tuple[str, str]]:
    for name, gap in VISIBLE.items():
        yield name, gap.join(number)
    yield "mixed and spaced", " ".join(_any(rng)(char) for char in number)


def _any(rng: random.Random) -> Callable[[str], str]:
    tables = (FULL, SCRIPTS["numerals"], SCRIPTS["spoken"], {})
    table = rng.choice(tables)
    return lambda char: char.translate(table)
