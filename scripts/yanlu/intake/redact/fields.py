"""What stands in the field of a form: 姓名：敖日格乐, 签名：图尔荪江, From: Kevin Lau.

Whatever is written there is a name, of any script and of any make; a person must look at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from yanlu.intake.redact.lists import HAN, choice, words
from yanlu.intake.redact.persons import is_han, surname_at
from yanlu.intake.redact.shadow import Find, Shadow
from yanlu.intake.redact.words import is_everyday, is_listed, pieces

LONGEST = 8  # characters of a name in Chinese characters
SPELLED = r"[a-z](?:[ .\-·_][a-z]){3,24}(?![a-z])"  # L i J i a n g u o
VALUE = rf"(?P<value>{SPELLED}|[^\s,;。、:!?()\[\]/|0-9_*@#+=<>“”\"]+(?:[ .][a-z]+){{0,3}})"
STOPPED = r"(?=[\s,;。、:!?()/|0-9]|\Z)"


def find_fields(shadow: Shadow) -> Iterator[Find]:
    """Values behind labels and a colon, and behind labels that begin a line."""
    for found in _fields().finditer(shadow.text):
        if _may_be_name(found["value"]):
            yield Find(*found.span("value"), "name", certain=False)


@cache
def _fields() -> re.Pattern[str]:
    labels = choice(words("stated", "fields", "labels"))
    latin = choice(words("stated", "fields", "latin"))
    name = r"(?:姓名|名字|签名|签字)?\s?(?:\([^)\n]{0,8}\))?"
    begins = rf"(?:(?<!{HAN})|(?<=[的是]))(?<![a-z0-9])"
    line = rf"(?:\A|(?<=\n)){labels}{name}[ \t]{{1,4}}"
    linked = rf"{begins}(?:{labels}{name}|{latin})\s?:[ \t]{{0,4}}"
    return re.compile(rf"(?:{line}|{linked}){VALUE}{STOPPED}")


def _may_be_name(value: str) -> bool:
    """Whether nothing shows that nobody is named: a body, a group, a word for no name."""
    if not is_han(value[0]):
        letters = value.replace(" ", "").replace(".", "")
        named = letters.isalpha() or re.fullmatch(SPELLED, value) is not None
        return named and value not in words("names", "pinyin", "no_names")
    own = (*words("names", "cues", "none"), *words("stated", "signature", "not_names"))
    if len(value) > LONGEST or value in own or is_listed(value):
        return False
    if value.endswith(words("stated", "fields", "bodies")):
        return False
    if not set(words("names", "given", "never")).isdisjoint(value[1:]):
        return False
    return _is_short(value) or all(len(one) < 3 for one in pieces(value))


def _is_short(value: str) -> bool:
    """Whether it has the length of a name and is no everyday word of no surname."""
    return len(value) < 5 and (surname_at(value, 0) != "" or not is_everyday(value))
