"""Names beside titles: 张主任, 李建国书记; a title without a name stays."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import accumulate

from yanlu.intake.redact.lists import HAN, choice, given_characters, surnames, words
from yanlu.intake.redact.persons import (
    is_function,
    is_given,
    is_han,
    is_plain,
    is_usual,
    longest_end,
    reads_as_word,
    surname_at,
)
from yanlu.intake.redact.shadow import Find, Shadow
from yanlu.intake.redact.words import is_everyday, is_thing, is_torn, pieces

CLOSE = 6  # characters before a surname by which it is told from a word


def find_titled(shadow: Shadow) -> Iterator[Find]:
    """The surname or the whole name before a title."""
    text = shadow.text
    for found in _long_titles().finditer(text):
        title = found.start()
        while title and text[title - 1] == " ":  # 王 先生
            title -= 1
        start = _named_before(text, title, found.end())
        if start is not None:
            yield Find(start, title, "name")
    for found in _short_titles().finditer(text):
        start = found.start() - 1
        if start >= 0 and _short_named(text, start, found.end()):
            yield Find(start, found.start(), "name")


@cache
def _long_titles() -> re.Pattern[str]:
    return re.compile(choice(words("names", "titles", "long")))


@cache
def _short_titles() -> re.Pattern[str]:
    followers = choice(words("names", "titles", "prefix_followers"))
    return re.compile(rf"{choice(words('names', 'titles', 'short'))}(?=$|(?!{HAN}).|{followers})")


def _named_before(text: str, title: int, end: int) -> int | None:
    """Where the name begins that ends at a title, if there is one."""
    body = text.startswith("会", end) and text[end - 1] in "员事"  # 红白理事会
    if body or is_everyday(text[end - 1 : end + 1]):  # 李会计算: the title is no title
        return None
    for start in range(max(0, title - 4), title - 1):
        if _is_full(text, start, title):
            return start
    for start in range(max(0, title - 2), title):
        if _is_surname(text, start, title, end):
            return start
    alone = _stands_alone(text, title - 1, title, end) or _is_joined(text, title - 1, end)
    return title - 1 if alone or _is_rare(text, title - 1, end) else None


def _is_rare(text: str, start: int, end: int) -> bool:
    """计科长说: a surname that is a word, where a clause begins and its bearer does something."""
    begins = start >= 0 and not is_han(text[max(0, start - 1) : start])
    rare = begins and text[start] in words("names", "titles", "rare")
    acts = rare and text.startswith(words("names", "titles", "doing"), end)
    return acts and not is_everyday(text[start:end]) and not is_everyday(text[start : start + 2])


def _is_joined(text: str, start: int, end: int) -> bool:
    """Whether a preposition or a verb is a surname here: 管理处的应处长, 包工头向老板欠."""
    if text[start : start + 1] not in words("names", "titles", "joined_surnames"):
        return False
    of = start - (text[start - 1 : start] == "的")
    near = of < start or text[start] in words("names", "titles", "no_preposition")
    asked = text.startswith(words("names", "titles", "asking"), end)  # 应老师要求
    serves = near and not asked and text.endswith(_bodies(), 0, of)
    role = longest_end(text, start, frozenset(words("names", "cues", "roles")))
    acts = len(role) > 1 and text.startswith(words("names", "titles", "acting"), end)
    return (serves or acts) and not is_everyday(text[start:end])


@cache
def _bodies() -> tuple[str, ...]:
    """Ends of offices and of other places where somebody serves."""
    bodies = words("names", "given", "bodies")
    return (*bodies, *words("names", "titles", "offices"), "办", "公司", "园", "委")


def _stands_alone(text: str, start: int, title: int, end: int) -> bool:
    """Whether segmentation leaves a surname of any kind between a word and the title: 单书记."""
    surname = text[start:title]
    if start < 1 or surname not in surnames() or is_everyday(text[start:end]):
        return False
    if text[start:end] == "车司机":  # 网约车司机
        return False
    first = max(0, start - CLOSE)
    tokens = pieces(text[first : end + 2])
    ends = list(accumulate(map(len, tokens), initial=first))
    if start not in ends or title not in ends or end not in ends:
        return False
    before = tokens[ends.index(start) - 1] if ends.index(start) else ""
    counted = before[-1:] in words("names", "given", "counting")
    return surname not in words("names", "titles", "joining") and not counted


def _is_full(text: str, start: int, title: int) -> bool:
    """Whether surname and given name stand here."""
    surname = surname_at(text, start)
    given = text[start + len(surname) : title]
    if not surname or len(given) not in (1, 2) or not is_given(given, len(given)):
        return False
    if given[-1] in words("names", "given", "bodies"):
        return False
    if is_function(surname) and (len(given) < 2 or is_thing(given)):
        return False
    half = not given_characters().isdisjoint(given)
    fits = is_usual(given) or (half and is_plain(surname) and not is_thing(given))
    clean = fits and _begins_clean(text, start, surname)
    return clean and not reads_as_word(text[:title], start, title - start)


def _is_surname(text: str, start: int, title: int, end: int) -> bool:
    """Whether a surname alone stands before the title."""
    surname = text[start:title]
    if surname not in surnames() or is_function(surname):
        return False
    whole = text[start:end]  # the dictionary has 王队长, as a word
    known = not is_plain(surname) or whole in words("names", "titles", "fixed")
    if known and is_everyday(whole):
        return False
    if is_everyday(text[start : start + 2]) and not is_plain(surname):
        return False
    return _begins_clean(text, start, surname)


def _begins_clean(text: str, start: int, surname: str) -> bool:
    """Whether no word reaches into the surname from before."""
    before = text[max(0, start - 1) : start]
    if not before or not is_han(before):
        return True
    if is_torn(text, start):
        return False
    if is_plain(surname):
        return True
    whole = any(is_everyday(text[max(0, start - size) : start]) for size in (2, 3))
    linked = whole or before in words("names", "titles", "links")
    return linked and not is_everyday(text[start - 1 : start + 1])


def _short_named(text: str, start: int, end: int) -> bool:
    surname = text[start]
    known = surname in surnames() and not is_function(surname)
    word = is_everyday(text[start:end]) or is_everyday(text[end - 1 : end + 1])
    return known and not word and _begins_clean(text, start, surname)
