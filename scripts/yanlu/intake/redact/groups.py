"""Groups of a village that stand alone: 六组村民, 我们三组, 家在牧场二队, 钱有余（一组）.

Classes, teams and parts of a whole are numbered too, so that people of a village, the writer's
own home or a name must stand beside; a person must look at all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from yanlu.intake.redact.lists import HAN, choice, members, words
from yanlu.intake.redact.persons import surname_at
from yanlu.intake.redact.shadow import Find, Shadow

NUMERAL = r"(?:[0-9]{1,2}|[0-9]?十[0-9]?)"
ANY = re.compile(r"[0-9一二三四五六七八九十][组队社屯小]")  # asked for speed
BRACKET = re.compile(
    rf"(?P<name>{HAN}{{2,4}})\s?\(\s?(?P<group>第?{NUMERAL}(?:组|队|社|屯|小队))\s?\)"
)


def find_lone_groups(shadow: Shadow) -> Iterator[Find]:
    """Numbered groups beside what says that people of a village are meant."""
    if not ANY.search(shadow.text):
        return
    for pattern in (_ours(), _with_people()):
        for found in pattern.finditer(shadow.digits):
            if shadow.text[found.start("group")] != "两":
                yield Find(*found.span("group"), "address", certain=False)
    for found in BRACKET.finditer(shadow.digits):
        name = shadow.text[found.start("name") : found.end("name")]
        if any(surname_at(name, place) for place in range(len(name) - 1)):
            yield Find(*found.span("group"), "address", certain=False)


@cache
def _group() -> str:
    but = choice(words("addresses", "lone_groups", "but"))
    return rf"(?P<group>第?(?<![0-9十百第]){NUMERAL}(?:组|小?队|社|屯)(?!的?{but}))"


@cache
def _ours() -> re.Pattern[str]:
    """我们三组, 家在牧场二队."""
    ours = choice(words("addresses", "lone_groups", "ours"))
    return re.compile(
        rf"{ours}(?:{HAN}{{0,4}}?[牧林农茶渔]场)?{_group()}(?!{HAN}{{0,2}}[0-9]{HAN})"
    )


@cache
def _with_people() -> re.Pattern[str]:
    """六组村民, and 三组去年 at the beginning of a clause."""
    people = choice(words("addresses", "lone_groups", "people"))
    when = choice(words("addresses", "lone_groups", "when"))
    other = members(words("addresses", "lone_groups", "but_before"))
    return re.compile(rf"(?<!{other}){_group()}(?=的?{people}|{when})")
