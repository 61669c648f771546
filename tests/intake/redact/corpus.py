"""Texts with identities planted in them, and many spellings of every number.

The vectors lie in `tests/vectors/redact/`; README.md there says how they were made.
"""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from intake.redact.spellings import respelled

VECTORS = Path(__file__).parents[2] / "vectors" / "redact"
PARTS = ("development", "heldout")
MARKUP = re.compile(r"⟦([a-z-]+):(.*?)⟧")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
REGIONS = ("110105", "310101", "320583", "440106", "510107", "650102", "540102", "820000")
CARDS = ("622202", "622848", "621700", "436742", "601382", "955880", "356890", "520083")


@dataclass(frozen=True)
class Planted:
    """A text, which identity lies where in it, and whether a person must read it."""

    text: str
    plants: tuple[tuple[int, int, str], ...]
    needs_person: bool = False


def written() -> list[str]:
    """All parts that lie there, also one that nothing was made with: `planted-judge.txt`."""
    return sorted(path.stem.removeprefix("planted-") for path in VECTORS.glob("planted-*.txt"))


def clean(part: str) -> list[str]:
    """Suggestions that hold no identity, ↵ in them a line break."""
    lines = (VECTORS / f"clean-{part}.txt").read_text("utf-8").splitlines()
    return [line.replace("↵", "\n") for line in lines]


def planted(part: str) -> list[Planted]:
    """Texts with identities, as citizens write them."""
    lines = (VECTORS / f"planted-{part}.txt").read_text("utf-8").splitlines()
    rows = (line.split("\t", 1) for line in lines)
    return [parse(text, who == "person") for who, text in rows]


def parse(marked: str, needs_person: bool = False) -> Planted:
    """Read ⟦kind:text⟧ marks out of a text, in which ↵ stands for a line break."""
    text, plants, place = "", [], 0
    marked = marked.replace("↵", "\n")
    for found in MARKUP.finditer(marked):
        text += marked[place : found.start()]
        plants.append((len(text), len(text) + len(found[2]), found[1]))
        text += found[2]
        place = found.end()
    return Planted(text + marked[place:], tuple(plants), needs_person)


def generated(part: str, kind: str, rng: random.Random) -> Iterator[tuple[str, Planted]]:
    """An identity of a kind in every template of a part and every spelling, by spelling."""
    for template in _templates()[part][kind]:
        place, number = _place(rng) if kind == "house" else ("", MAKERS[kind](rng))
        for spelling, written in respelled(kind, number, rng):
            start = template.index("{}") + len(place)
            text = template.replace("{}", place + written)
            yield spelling, Planted(text, ((start, start + len(written), kind),))


@cache
def _templates() -> dict[str, Any]:
    return tomllib.loads((VECTORS / "templates.toml").read_text("utf-8"))


def parts() -> dict[str, Any]:
    """What names and addresses are made of."""
    found: dict[str, Any] = _templates()["parts"]
    return found


def _digits(rng: random.Random, size: int) -> str:
    return "".join(rng.choice("0123456789") for _ in range(size))


def resident_id(rng: random.Random) -> str:
    """A number of right make-up that is given to nobody (the serial number is 000)."""
    birth = f"{rng.randint(1940, 2015)}{rng.randint(1, 12):02}{rng.randint(1, 28):02}"
    body = f"{rng.choice(REGIONS)}{birth}000"
    total = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


def _old_resident_id(rng: random.Random) -> str:
    birth = f"{rng.randint(30, 84):02}{rng.randint(1, 12):02}{rng.randint(1, 28):02}"
    return f"{rng.choice(REGIONS[:5])}{birth}00{rng.randint(1, 9)}"


def card(rng: random.Random) -> str:
    """A card number whose check digit is right."""
    prefix = rng.choice(CARDS)
    size = rng.choice([16, 19]) if prefix.startswith("6") else 16
    body = f"{prefix}0000{_digits(rng, size - 11)}"
    doubled = sum(sum(divmod(2 * int(digit), 10)) for digit in body[::-2])
    return body + str(-(doubled + sum(int(digit) for digit in body[-2::-2])) % 10)


def _mobile(rng: random.Random) -> str:
    return f"1{rng.choice('3456789')}{_digits(rng, 1)}0000{_digits(rng, 4)}"


def _landline(rng: random.Random) -> str:
    area, size = rng.choice([("010", 4), ("021", 4), ("0512", 4), ("0755", 4), ("0936", 3)])
    return f"{area}{rng.choice('2345678')}000{_digits(rng, size)}"


def _passport(rng: random.Random) -> str:
    head = rng.choice(["E", "G", "EA", "EK", "C", "CA", "W", "H", "M", "L", "D", "SE", "P"])
    return head + _digits(rng, 9 - len(head))


def _plate(rng: random.Random) -> str:
    head = rng.choice("京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼")
    four = _digits(rng, 4)
    tail = rng.choice([f"{four}5", f"A{four}", f"{four}Q", f"D0{four}", f"{four}0F", f"{four}学"])
    return f"{head}{rng.choice('ABCDEFGHJK')}{tail}"


def _case_number(rng: random.Random) -> str:
    court = rng.choice(["沪0101", "京02", "粤03", "最高法", "苏0583", "鲁"])
    kind = rng.choice(["民初", "民终", "刑初", "行初", "执", "民申", "行终", "执恢"])
    return f"（{rng.randint(2010, 2024)}）{court}{kind}{rng.randint(1, 9999)}号"


def _bare_case(rng: random.Random) -> str:
    """The same without brackets around the year, or without a year."""
    court, kind = rng.choice(["沪0101", "京02", "粤0304"]), rng.choice(["民初", "刑终", "执恢"])
    year = rng.choice([f"{rng.randint(2010, 2024)}", f"{rng.randint(2010, 2024)}年", ""])
    return f"{year}{court}{kind}{rng.choice(['', '字第'])}{rng.randint(10, 9999)}号"


def _counted_case(rng: random.Random) -> str:
    """Its serial as it is read aloud: 第一千二百三十四号."""
    serial = rng.choice(["四十五", "第一千二百三十四", "二百零六", "第三千零一十", "十二", "廿一"])
    court, kind = rng.choice(["沪0101", "京02", "粤0304"]), rng.choice(["民初", "刑终", "执恢"])
    return f"（{rng.randint(2010, 2024)}）{court}{kind}{serial}号"


def _dated_number(rng: random.Random) -> str:
    year, size = rng.randint(2015, 2024), rng.randint(2, 5)
    return rng.choice(["信{}-{}", "民调{}-{}号", "{}年第{}号"]).format(year, _digits(rng, size))


def _forces_plate(rng: random.Random) -> str:
    return rng.choice(["WJ京{}5", "WJ粤{}X", "WJ01-{}5"]).format(_digits(rng, 4))


def _birthday(rng: random.Random) -> str:
    month, day = rng.randint(1, 12), rng.randint(1, 28)
    year = rng.choice(["", f"{rng.randint(1935, 2015)}年", f"{rng.randint(1935, 2015)}年的"])
    return f"{year}{month}月{day}{rng.choice('日号')}"


def _spread_room(rng: random.Random) -> str:
    room = " ".join(f"{rng.randint(1, 9)}0{rng.randint(1, 9)}")
    return f"{rng.randint(1, 30)}{rng.choice(['-', ' - '])}{rng.randint(1, 6)}-{room}"


def _birth_date(rng: random.Random) -> str:
    year, month, day = rng.randint(1935, 2015), rng.randint(1, 12), rng.randint(1, 28)
    forms = ("{0}年{1}月{2}日", "{0}-{1:02}-{2:02}", "{0}.{1}.{2}", "{0}/{1:02}/{2:02}")
    return rng.choice([*forms, "{0}{1:02}{2:02}"]).format(year, month, day)


def _file_number(rng: random.Random) -> str:
    return f"{rng.choice(['', 'GD', 'XF', 'B'])}{rng.randint(2015, 2024)}{_digits(rng, 8)}"


def _account(rng: random.Random) -> str:
    names = (f"wx{_digits(rng, 6)}", f"li_ming{_digits(rng, 3)}", f"{_digits(rng, 9)}1")
    return rng.choice(names)


def _email(rng: random.Random) -> str:
    host = rng.choice(["qq.com", "163.com", "gmail.com", "sina.com.cn", "outlook.com"])
    return f"{rng.choice(['zhang_wei', 'li.na88', 'wangxm'])}{_digits(rng, 2)}@{host}"


def _link(rng: random.Random) -> str:
    pages = ("https://weibo.com/u/", "https://www.example.com/p?uid=", "http://t.cn/A6")
    return f"{rng.choice(pages)}{_digits(rng, 7)}"


def _place(rng: random.Random) -> tuple[str, str]:
    """The name of a street, an estate or a village, and the numbers behind it."""
    kind, forms = rng.choice(list(parts()["houses"].items()))
    return rng.choice([*parts().get(kind, [""])]), _house(rng, rng.choice(forms))


def _house(rng: random.Random, form: str = "{a}栋{b}单元{c}室") -> str:
    numbers = {"a": rng.randint(1, 40), "b": rng.randint(1, 6), "c": rng.randint(101, 2905)}
    estate = rng.choice(parts()["estates"])
    return form.format(**numbers, e=estate, h=rng.randint(1, 999))


def _name(rng: random.Random) -> str:
    known = parts()
    surname = rng.choice([*known["surnames"], rng.choice(known["compound"])])
    return f"{surname}{rng.choice(known['given'])}"


MAKERS: dict[str, Callable[[random.Random], str]] = {
    "mobile": _mobile,
    "landline": _landline,
    "resident_id": resident_id,
    "old_resident_id": _old_resident_id,
    "card": card,
    "passport": _passport,
    "plate": _plate,
    "case_number": _case_number,
    "bare_case": _bare_case,
    "counted_case": _counted_case,
    "dated_number": _dated_number,
    "forces_plate": _forces_plate,
    "birthday": _birthday,
    "spread_room": _spread_room,
    "birth_date": _birth_date,
    "file_number": _file_number,
    "account": _account,
    "email": _email,
    "link": _link,
    "house": _house,
    "name": _name,
}
