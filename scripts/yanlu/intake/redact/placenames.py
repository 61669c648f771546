"""Proper names of estates, streets and villages: where they begin, and which are none."""

from __future__ import annotations

import re
from functools import cache

from yanlu.intake.redact.lists import HAN, choice, words
from yanlu.intake.redact.shadow import Shadow
from yanlu.intake.redact.words import segment, word_class

REACH = 14  # characters in which a name and what belongs to it must lie
LONGEST = 7  # characters of a name, without its end
CLAUSE = re.compile(r"[,。;!?\n]")
# What may stand between an estate and its houses: 二期, 南区, (北门).
PHASE = re.compile(
    r"[\s,]*(?:第?[0-9一二三四五六七八九十]{1,2}期|[东南西北中a-z0-9一二三四五六七八九十]区"
    r"|[(][^()]{1,4}[)]|的)?[\s,]*$"
)


def places(key: str) -> tuple[str, ...]:
    """A list of words about places."""
    return words("addresses", "words", key)


def around(shadow: Shadow, start: int, end: int) -> tuple[str, str]:
    """The clause before a stretch, and the next characters, numerals as digits."""
    before = CLAUSE.split(shadow.text[max(0, start - REACH) : start])[-1]
    return before, shadow.digits[end : end + 4]


def lives(before: str) -> bool:
    """Whether somebody is said to live here."""
    return _residence().search(before) is not None


@cache
def _residence() -> re.Pattern[str]:
    return re.compile(rf"{choice(places('residence'))}(?!院[楼部])")


def is_on_street(before: str) -> bool:
    """Whether the name of a street ends here."""
    trimmed = before.rstrip()
    return trimmed.endswith(places("streets")) and not trimmed.endswith(places("ways"))


def name_before(shadow: Shadow, end: int, ending: str) -> int | None:
    """Where the proper name begins that ends here with one of these words, if one does."""
    near = max(0, end - REACH)
    stretch = PHASE.sub("", shadow.text[near:end])
    found = _endings(ending).search(stretch) if stretch.endswith(places(ending)) else None
    if not found:
        return None
    name = proper(found[1], found[2])
    if not name and ending == "streets":
        name = found[1][-2:]  # 二道街
    if not name or name in places("generic") or (found[2] == "小区" and is_generic(name)):
        return None
    return near + found.end(1) - len(name)


@cache
def _endings(ending: str) -> re.Pattern[str]:
    return re.compile(rf"((?:{HAN}|[a-z0-9]){{1,10}}?)({choice(places(ending))})$")


def is_generic(name: str) -> bool:
    """Whether it names no one place, as 老旧 or 我们 before 小区."""
    return name in places("generic") or name.endswith(_generic_ends())


@cache
def _generic_ends() -> tuple[str, ...]:
    return tuple(word for word in places("generic") if len(word) > 1)


def proper(before: str, ending: str = "") -> str:
    """The part of a stretch that can be the name: its last words that are no others.

    `ending` is what follows it: 城 in 东方名城 belongs to the word 名城.
    """
    name = ""
    for word, tag in reversed(segment(before + ending)):
        if len(name) < len(ending):
            name = word + name
            continue
        ends = _is_bound(word) or tag in places("function_tags") or word in places("residence")
        acts = len(name) > len(ending) and tag in places("action_tags")
        if (ends and word != "之") or acts or len(name + word) > LONGEST + len(ending):
            break
        name = word + name
    return name[: len(name) - len(ending)]


def _is_bound(word: str) -> bool:
    """Whether a name begins behind this word: 江宁区, 街道, but not 城市."""
    if word in places("bounds"):
        return True
    unknown = len(word) != 2 or word_class(word) in ("", "v", "p")
    return word[-1] in places("bound_characters") and unknown
