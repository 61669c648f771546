"""Parents by their child's name: 朵朵妈妈、浩然爸爸等十几位家长."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from yanlu.intake.redact.lists import HAN, choice, words
from yanlu.intake.redact.persons import is_given, is_usual, surname_at
from yanlu.intake.redact.shadow import Find, Shadow
from yanlu.intake.redact.words import is_everyday, is_listed, is_thing

JOINT = re.compile(r"\s?[、,和与及跟同]\s?")


def find_parents(shadow: Shadow) -> Iterator[Find]:
    """A given name before a word for a parent; a word (浩然) only beside another parent."""
    text = shadow.text
    found = [one for one in _parents().finditer(text) if _may_be_child(one["child"])]
    for one in found:
        beside = any(other is not one and _touch(text, one, other) for other in found)
        if beside or not is_thing(one["child"]):
            yield Find(*one.span("child"), "name", certain=False)
    for one in _parents_of_named().finditer(text):
        if _is_named(one["child"]):
            yield Find(*one.span("child"), "name", certain=False)


def _is_named(child: str) -> bool:
    """Whether these are a surname and two usual characters that make no word."""
    surname, given = surname_at(child, 0), child[1:]
    if surname in ("", child[:2]) or is_everyday(child[:2]) or is_listed(given):
        return False
    return is_usual(given) and given not in words("stated", "parents", "no_child")


@cache
def _parents() -> re.Pattern[str]:
    parent = choice(words("stated", "parents", "of_child"))
    begins = rf"(?:(?<!{HAN})|(?<=[和与及跟同]))"
    return re.compile(rf"{begins}(?P<child>{HAN}{{2}}){parent}(?!们)")


@cache
def _parents_of_named() -> re.Pattern[str]:
    """时文博爸爸: with the surname."""
    parent = choice(one for one in words("stated", "parents", "of_child") if len(one) > 1)
    return re.compile(rf"(?:(?<!{HAN})|(?<=[和与及跟同]))(?P<child>{HAN}{{3}}){parent}(?!们)")


def _may_be_child(child: str) -> bool:
    """Whether these two characters may be a given name, and no word for people: 宝宝, 学生."""
    no_child = (*words("stated", "parents", "no_child"), *words("stated", "signature", "no_child"))
    roles = words("names", "cues", "roles")
    usual = is_given(child, 2) and is_usual(child)
    return usual and child not in no_child and child not in roles and not is_listed(child)


def _touch(text: str, one: re.Match[str], other: re.Match[str]) -> bool:
    """Whether they are neighbours in a list."""
    first, second = sorted((one, other), key=lambda found: found.start())
    return JOINT.fullmatch(text, first.end(), second.start()) is not None
