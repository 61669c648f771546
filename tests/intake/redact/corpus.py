"""Texts with identities planted in them, and many spellings of every number.

The vectors lie in `tests/vectors/redact/`; README.md there says how they were made.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

VECTORS = Path(__file__).parents[2] / "vectors" / "redact"
MARKUP = re.compile(r"⟦([a-z-]+):(.*?)⟧")
FULL = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)})
HAN = str.maketrans("0123456789", "〇一二三四五六七八九")
SPOKEN = str.maketrans("0123456789", "零幺二三四五六七八九")
FORMAL = str.maketrans("0123456789", "零壹贰叁肆伍陆柒捌玖")
CIRCLED = str.maketrans("0123456789", "⓪①②③④⑤⑥⑦⑧⑨")
MATHEMATICAL = str.maketrans({str(digit): chr(0x1D7CE + digit) for digit in range(10)})
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
TABLES = {
    "numerals": HAN,
    "spoken": SPOKEN,
    "formal": FORMAL,
    "circled": CIRCLED,
    "mathematical": MATHEMATICAL,
    "arabic": ARABIC,
}
GAPS = {
    "spaced": " ",
    "wide spaced": "　",
    "hyphened": "-",
    "dotted": ".",
    "zero-width": "\u200b",
    "joined": "\u200d",
    "word joiner": "\u2060",
}


@dataclass(frozen=True)
class Planted:
    """A text, where which identity lies in it, and whether a person must read it."""

    text: str
    plants: tuple[tuple[int, int, str], ...]
    needs_person: bool = False


def clean(part: str) -> list[str]:
    """Clean suggestions of one part, `development` or `heldout`."""
    return (VECTORS / f"clean-{part}.txt").read_text("utf-8").splitlines()


def planted(part: str) -> list[Planted]:
    """Texts with identities of one part."""
    lines = (VECTORS / f"planted-{part}.txt").read_text("utf-8").splitlines()
    rows = (line.split("\t", 1) for line in lines)
    return [parse(text, who == "person") for who, text in rows]


def parse(marked: str, needs_person: bool = False) -> Planted:
    """Read ⟦kind:text⟧ marks out of a text."""
    text, plants, place = "", [], 0
    for found in MARKUP.finditer(marked):
        text += marked[place : found.start()]
        plants.append((len(text), len(text) + len(found[2]), found[1]))
        text += found[2]
        place = found.end()
    return Planted(text + marked[place:], tuple(plants), needs_person)


def spellings(number: str, rng: random.Random) -> Iterator[tuple[str, str]]:
    """One number in every spelling, each with the name of the spelling."""
    digits = [index for index, char in enumerate(number) if char.isdigit()]
    yield "plain", number
    yield "full width", number.translate(FULL)
    for name, table in TABLES.items():
        yield name, number.translate(table)
    for name, gap in GAPS.items():
        yield name, gap.join(number)
    yield "keycaps", "".join(f"{char}\ufe0f\u20e3" if char.isdigit() else char for char in number)
    tables: list[Callable[[str], str]] = [
        str, lambda c: c.translate(FULL), lambda c: c.translate(HAN), lambda c: c.translate(SPOKEN)
    ]  # fmt: skip
    yield "mixed", "".join(rng.choice(tables)(char) for char in number)
    half = digits[len(digits) // 2]
    yield "half and half", number[:half] + number[half:].translate(HAN)
    yield "mixed and spaced", " ".join(rng.choice(tables)(char) for char in number)
    yield "mixed and zero-width", "\u200c".join(rng.choice(tables)(char) for char in number)


def resident_id(rng: random.Random) -> str:
    """A number of right make-up that is given to nobody (the serial number is 000)."""
    region = rng.choice(
        ["110105", "310101", "320583", "440106", "510107", "650102", "540102", "430104", "820000"]
    )
    birth = f"{rng.randint(1940, 2015)}{rng.randint(1, 12):02}{rng.randint(1, 28):02}"
    body = f"{region}{birth}000"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True))
    return body + "10X98765432"[total % 11]


def old_resident_id(rng: random.Random) -> str:
    """Fifteen digits, as issued until 1999."""
    birth = f"{rng.randint(30, 84):02}{rng.randint(1, 12):02}{rng.randint(1, 28):02}"
    return f"{rng.choice(['110105', '310101', '440106', '510107'])}{birth}00{rng.randint(1, 9)}"


def card(rng: random.Random) -> str:
    """A card number whose check digit is right."""
    prefix = rng.choice(
        ["622202", "622848", "621700", "436742", "601382", "955880", "356890", "520083"]
    )
    size = rng.choice([16, 19] if prefix.startswith(("6", "9")) else [16])
    body = prefix + "0000" + "".join(rng.choice("0123456789") for _ in range(size - 11))
    doubled = sum(sum(divmod(2 * int(digit), 10)) for digit in body[::-2])
    return body + str(-(doubled + sum(int(digit) for digit in body[-2::-2])) % 10)


def mobile(rng: random.Random) -> str:
    """A mobile number; the exchange 0000 is in no one's use."""
    return f"1{rng.choice('3456789')}{rng.randint(0, 9)}0000{rng.randint(0, 9999):04}"


def landline(rng: random.Random) -> str:
    """An area code and a local number."""
    area, size = rng.choice(
        [("010", 4), ("021", 4), ("0512", 4), ("0755", 4), ("0898", 4), ("0936", 3), ("0571", 4)]
    )
    return (
        f"{area}{rng.choice('2345678')}000{''.join(rng.choice('0123456789') for _ in range(size))}"
    )


def passport(rng: random.Random) -> str:
    """Passports and travel permits."""
    head = rng.choice(["E", "G", "EA", "EK", "C", "CA", "W", "H", "M", "L", "D", "SE", "P"])
    return head + "".join(rng.choice("0123456789") for _ in range(9 - len(head)))


def plate(rng: random.Random) -> str:
    """Plates with blue, green, yellow and black ground."""
    head = rng.choice(
        "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
    ) + rng.choice("ABCDEFGHJK")
    number = "".join(rng.choice("0123456789") for _ in range(4))
    return head + rng.choice(
        [
            number + "5",
            "A" + number,
            number + "Q",
            "D0" + number,
            number + "0F",
            number + "学",
            number + "警",
            number + "挂",
        ]
    )


def case_number(rng: random.Random) -> str:
    """A case of a court."""
    court = rng.choice(["沪0101", "京02", "粤03", "最高法", "苏0583", "鲁"])
    kind = rng.choice(["民初", "民终", "刑初", "行初", "执", "民申", "行终", "执恢"])
    return f"（{rng.randint(2010, 2024)}）{court}{kind}{rng.randint(1, 9999)}号"


def birth_date(rng: random.Random) -> str:
    """A day, as people write it."""
    year, month, day = rng.randint(1935, 2015), rng.randint(1, 12), rng.randint(1, 28)
    return rng.choice(
        [
            f"{year}年{month}月{day}日",
            f"{year}-{month:02}-{day:02}",
            f"{year}.{month}.{day}",
            f"{year}/{month:02}/{day:02}",
            f"{year}{month:02}{day:02}",
        ]
    )


def file_number(rng: random.Random) -> str:
    """A ticket."""
    return (
        rng.choice(["", "GD", "XF", "B"])
        + f"{rng.randint(2015, 2024)}{rng.randint(0, 99999999):08}"
    )


def account(rng: random.Random) -> str:
    """A QQ number or a WeChat account."""
    return rng.choice(
        [
            str(rng.randint(10000000, 3999999999)),
            f"wx{rng.randint(1000, 999999)}",
            f"li_ming{rng.randint(10, 9999)}",
        ]
    )
