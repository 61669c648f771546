"""Estates and villages by name, their groups, and whatever stands behind 住址."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from yanlu.intake.redact.houses import NUMBER, numbered
from yanlu.intake.redact.lists import HAN, choice, each, either, table, words
from yanlu.intake.redact.placenames import REACH, is_generic, places, proper
from yanlu.intake.redact.shadow import Find, Shadow
from yanlu.intake.redact.words import PERSONS, is_everyday, word_class

NAMES = frozenset({"", "n", "ns", "nz", "nt", "s", *PERSONS})  # parts of speech of names


def find_groups(shadow: Shadow) -> Iterator[Find]:
    """Groups of a village and houses in it, found from their number backwards."""
    if not _hint().search(shadow.text):
        return
    for found in each(_groups(), _heads(), shadow.digits):
        before = shadow.text[max(0, found.start() - REACH) : found.start()]
        village = _village().search(before)
        if village:
            start = found.start() - len(village[2]) - len(proper(village[1]))
            yield Find(start, found.end(), "address")
        elif found["group"]:
            yield Find(found.start() - before.endswith("第"), found.end(), "address")


@cache
def _hint() -> re.Pattern[str]:
    return re.compile(choice((*places("villages"), *words("addresses", "groups", "long"), "组")))


@cache
def _heads() -> re.Pattern[str]:
    rules = table("addresses")["groups"]
    return numbered((*rules["long"], *rules["short"], "小组", "号"))


@cache
def _groups() -> re.Pattern[str]:
    rules = table("addresses")["groups"]
    house = rf"(?:\s?{NUMBER}\s?号)?"
    group = rf"(?P<group>{choice(rules['long'])}){house}"
    short = rf"(?:小组|{choice(rules['short'])}(?!{choice(rules['no_group'])})){house}"
    return re.compile(rf"{NUMBER}\s?(?:{group}|{short}|号(?!{choice(rules['no_house'])}))")


@cache
def _village() -> re.Pattern[str]:
    parts = choice(words("addresses", "groups", "parts"))
    name = rf"(?:{HAN}|[0-9a-z]){{1,6}}{choice(places('villages'))}"
    return re.compile(rf"({name})({parts}?\s?第?\s?)$")


CHINESE = re.compile(rf"{HAN}+$")
CALLED = re.compile(rf"小区(?:名称|名字|名)?[叫是为]({HAN}{{2,8}})(?=[,。;、\s]|$)")


def find_estates(shadow: Shadow) -> Iterator[Find]:
    """Estates by name: 和平小区, but not 老旧小区."""
    for found in CALLED.finditer(shadow.text):
        if not is_everyday(found[1]):
            yield Find(found.start(1), found.end(1), "address")
    for found in _named_ends().finditer(shadow.text):
        run = CHINESE.search(shadow.text[max(0, found.start() - 8) : found.start()])
        name = proper(run[0], found[0]) if run else ""
        if _names_quarter(name) if found[0] == "小区" else name:
            yield Find(found.start() - len(name), found.end(), "address")


@cache
def _named_ends() -> re.Pattern[str]:
    return re.compile(rf"小区(?![域间])|{either(places('telling'))}")


def _names_quarter(name: str) -> bool:
    """Whether it is a proper name before 小区: a known noun, or no known word at all."""
    if not 2 <= len(name) <= 5 or name[0] in "不没都":
        return False
    if is_generic(name) or word_class(name) not in NAMES:
        return False
    return word_class(name) != "" or word_class(name[-2:]) in NAMES


def find_homes(shadow: Shadow) -> Iterator[Find]:
    """Estates and villages by name, where somebody says that they live there."""
    for found in _living().finditer(shadow.text):
        name = proper(found[1], found[2])
        longer = shadow.text[found.end() : found.end() + 1] in places("longer_names")
        if len(name) >= 2 and not is_generic(name) and not longer:
            yield Find(found.end(1) - len(name), found.end(2), "address")


@cache
def _living() -> re.Pattern[str]:
    cue = choice((*places("residence"), *places("origin")))
    return re.compile(rf"{cue}[在于]?((?:{HAN}|[0-9]){{1,16}}?)({choice(places('homes'))})")


def find_labelled(shadow: Shadow) -> Iterator[Find]:
    """Whatever stands behind 住址, from below the district on."""
    for found in _labels().finditer(shadow.text):
        rough = re.match(rf"{HAN}*(?:区|县|市|镇|乡|街道)", found[1])
        public = len(rough[0]) if rough and rough.end() < len(found[1]) else 0
        yield Find(found.start(1) + public, found.end(1), "address")


@cache
def _labels() -> re.Pattern[str]:
    labels = choice(places("labels"))
    return re.compile(rf"{labels}\s?(?:[是为:在]|:是)\s?([^\s。;,、!?〔〕]{{2,40}})")
