"""How easily a page reads: length of its sentences, and characters that few have learnt.

These are the two factors that every classic measure of readability rests on, in the form that
can be counted in Chinese without dividing words. 一级字表 of 《通用规范汉字表》 (2013) holds the
3,500 characters for basic education, which nine years of school teach; a share of others is
what such a reader must look up. A sentence ends where the reader may rest: 。！？；.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from yanlu.guidance.pages import Page

MOST = 30.0  # characters in a sentence, on average
RARE = 1.0  # per cent of characters that are in no list of the first level
_READERS = ("content/guide/", "content/suggest/", "content/check/")  # pages for everybody
_UNREAD = re.compile(r"`[^`]*`|\]\([^)]*\)|<[^>]*>|\{[^}]*\}|《[^》]*》|https?://\S+")
_APART = re.compile(r"^(?:#|\||\s*$)")  # headings, tables: no sentences
_END = re.compile("[。！？；]")
_COUNTED = re.compile(r"[\u4e00-\u9fff]|[0-9A-Za-z]+")
_HAN = re.compile("[\u4e00-\u9fff]")


@dataclass(frozen=True)
class Ease:
    """Mean characters in a sentence, and the share (per cent) of characters beyond the list."""

    sentence: float
    rare: float
    strange: str


def ease(text: str) -> Ease:
    """Measure a text in Markdown. A number or a Latin word counts as one character."""
    plain = _UNREAD.sub("", text)
    lines = [line for line in plain.splitlines() if not _APART.match(line)]
    sentences = [s for line in lines for s in _END.split(line) if _HAN.search(s)]
    counted = sum(len(_COUNTED.findall(sentence)) for sentence in sentences)
    signs = _HAN.findall(plain)
    strange = [sign for sign in signs if sign not in _common()]
    return Ease(
        counted / max(len(sentences), 1),
        100 * len(strange) / max(len(signs), 1),
        "".join(sorted(set(strange))),
    )


def reading_notes(page: Page) -> Iterator[str]:
    """Reminders of a page that asks more of readers than nine years of school."""
    if not page.place.startswith(_READERS):
        return
    found = ease(page.text)
    if found.sentence > MOST:
        yield (
            f"{page.place}：一句话平均{found.sentence:.0f}个字，多于{MOST:.0f}个，读起来吃力。"
            "请把长句拆开。"
        )
    if found.rare > RARE:
        yield (
            f"{page.place}：每100个字里有{found.rare:.1f}个不是常用字（{found.strange}）。"
            "请换成常用的字，或者在旁边解释。"
        )


@cache
def _common() -> frozenset[str]:
    text = files(__package__).joinpath("common.txt").read_text("utf-8")
    return frozenset("".join(text.split()))
