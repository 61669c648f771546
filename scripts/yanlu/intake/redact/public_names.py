"""Names of the public: 《霸王别姬》, “江小白”, 梅兰芳大剧院, 王安石, 呼和浩特.

What is only guessed to be somebody's name is none where it stands in the title of a work, is a
part of the name of a place or of a maker, or belongs to the dead that everybody knows.
"""

from __future__ import annotations

import re
from functools import cache

from yanlu.intake.redact.lists import HAN, choice, table, words
from yanlu.intake.redact.persons import longest_end
from yanlu.intake.redact.shadow import Find, Shadow
from yanlu.intake.redact.words import word_class

TITLE = 20  # characters of a title or of what stands between quotation marks
WATERS = "河湖江溪山桥镇乡县村渠"  # ends of places that are listed with others of their kind
OPENING = '“‘"「『'
CLOSING = '”’"」』'


def private(shadow: Shadow, guesses: list[Find]) -> list[Find]:
    """Without those that belong to the public, and without their parts."""
    public = [find for find in guesses if is_public(shadow, find)]
    covered = {place for find in public for place in range(find.start, find.end)}
    return [find for find in guesses if covered.isdisjoint(range(find.start, find.end))]


def is_public(shadow: Shadow, find: Find) -> bool:
    """Whether what may be a name belongs to the public."""
    text, start, end = shadow.text, find.start, find.end
    if _is_in_title(text, start, end) or _is_quoted(text, start, end):
        return True
    if longest_end(text, start, _cues()):
        return False
    name = text[start:end]
    if (
        longest_end(text, start, _known())
        or name in _known()
        or text[start : end + 1] in _known()
        or name[:2] + "子" in _known()
    ):
        return True
    if _called_after().match(text, end) or _is_listed_place(text, start, end):
        return True
    return _is_on_map(text, start, end)


def _is_in_title(text: str, start: int, end: int) -> bool:
    opened = text.rfind("《", max(0, start - TITLE), start)
    return opened >= 0 and "》" not in text[opened:end] and "》" in text[end : end + TITLE]


def _is_quoted(text: str, start: int, end: int) -> bool:
    """Whether quotation marks stand around it, and nothing says that a person is meant."""
    opened = max(text.rfind(mark, max(0, start - TITLE), start) for mark in OPENING)
    closed = min(
        (place for mark in CLOSING if (place := text.find(mark, end, end + TITLE)) >= 0),
        default=-1,
    )
    if opened < 0 or closed < 0 or any(mark in text[opened + 1 : start] for mark in CLOSING):
        return False
    if text.endswith(words("public", "public", "persons_before"), 0, opened):
        return False
    return not text.startswith(words("public", "public", "persons_after"), closed + 1)


@cache
def _cues() -> frozenset[str]:
    keys = ("labels", "roles", "selves")
    return frozenset(cue for key in keys for cue in words("names", "cues", key))


@cache
def _known() -> frozenset[str]:
    rules = table("public")["public"]
    return frozenset((*rules["famous"].split(), *rules["known"].split()))


@cache
def _called_after() -> re.Pattern[str]:
    return re.compile(f"家?{choice(words('public', 'public', 'called_after'))}")


def _is_listed_place(text: str, start: int, end: int) -> bool:
    """金水河、熊耳河、贾鲁河: beside others of its kind."""
    if _listing().match(text, end):
        return True
    last = text[end - 1]
    near = text[max(0, start - 2) : start] + text[end : end + 5]
    beside = text[end : end + 1] == "、" and last in text[end + 1 : end + 5]
    return last in WATERS and (beside or f"{last}、" in near)


@cache
def _listing() -> re.Pattern[str]:
    """周浦、新场几个镇, 容县、岑溪、梧州之间: the rest of a list of places."""
    kinds = "(?:镇|乡|县|村|市|区|站|街道|地|城|路|处|座|景点|车站|州|桥)"
    return re.compile(
        rf"(?:、{HAN}{{2,4}}?){{0,12}}(?:[和与及]{HAN}{{2,4}}?)?(?:(?:等|几个|[等这]?[两二三四五六七八九十0-9几]个?){kinds}|之间)"
    )


def _is_on_map(text: str, start: int, end: int) -> bool:
    """Whether the dictionary knows a place of three characters or more: 格尔木, 呼和浩特."""
    return any(
        word_class(text[start:behind]) == "ns" and behind - start > 2
        for behind in range(max(end, start + 3), start + 6)
    )
