"""How far a name that was found goes on: a mask never leaves one character of it to be read."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from yanlu.intake.redact.lists import words
from yanlu.intake.redact.persons import is_given, is_usual, surname_at
from yanlu.intake.redact.shadow import Find, Shadow
from yanlu.intake.redact.words import PERSONS, is_everyday, is_thing, tagged

REACH = 8  # characters behind a name by which the next word is told


def whole(shadow: Shadow, find: Find) -> Find:
    """The same name with the third character, where the words behind it leave that one over.

    沈佩 in 沈佩华视力: 视力 is a word, so that 华 belongs to the name; in 沈佩也 it does not.
    """
    text, end = shadow.text, find.end
    if end - find.start != 2 or len(surname_at(text, find.start)) != 1:
        return find
    third = text[end : end + 1]
    if not third or third in _goes_on() or not (is_usual(third) and is_given(third, 1)):
        return find
    if is_everyday(text[find.start : end]) and not is_usual(text[end - 1]):
        return find
    following = tagged(text[end : end + REACH])
    left_over = len(following) > 1 and following[0][0] == third and len(following[1][0]) > 1
    named = len(following) > 1 and following[0][1] not in PERSONS and is_thing(following[1][0])
    return replace(find, end=end + 1) if left_over and named else find


@cache
def _goes_on() -> frozenset[str]:
    """Characters with which a sentence goes on behind a name."""
    return frozenset(words("names", "cues", "followers")) | frozenset(
        words("stated", "roles", "no_first")
    )
