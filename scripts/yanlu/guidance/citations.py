"""Where a text cites articles: of which law, in which version, in which line.

A citation is a law's name in 《》, its version in （）, and the articles after them. Articles
without a name before them are bare: they belong to a law that the page names elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_NUMBER = "[一二三四五六七八九十百千零〇]+|[0-9]+"
_PART = rf"第(?:{_NUMBER})[款项]"
_ARTICLE = rf"第(?:{_NUMBER})条(?:之[一二三四五六七八九十]+)?(?:{_PART}|[、和至]{_PART})*"
_RUN = rf"{_ARTICLE}(?:\s?(?:、|，|和|及|与|或者|以及|至|到)\s?{_ARTICLE})*"
_NAMED = re.compile(rf"《([^《》]+)》(?:（([^（）]*)）)?(?:\s?({_RUN}))?")
_BARE = re.compile(_RUN)
_STEP = re.compile(rf"(至|到)?\s?第({_NUMBER})条")
_WORDS = "零一二三四五六七八九"
_DIGITS = {word: value for value, word in enumerate(_WORDS)} | {"〇": 0}
_TENS = {"十": 10, "百": 100, "千": 1000}


@dataclass(frozen=True)
class Citation:
    """Articles of a law; `law` is empty where they are bare, `articles` where it is only named."""

    line: int
    law: str
    version: str
    articles: tuple[int, ...]


def citations(text: str, first: int = 1) -> Iterator[Citation]:
    """Every citation in a text whose first line has this number."""
    for line, words in enumerate(text.splitlines(), first):
        if "《" in words or "条" in words:
            yield from _of_line(line, words)


def _of_line(line: int, words: str) -> Iterator[Citation]:
    for found in _NAMED.finditer(words):
        yield Citation(line, found[1], found[2] or "", articles(found[3] or ""))
    for bare in _BARE.finditer(_NAMED.sub("《》", words)):
        yield Citation(line, "", "", articles(bare[0]))


def articles(run: str) -> tuple[int, ...]:
    """Numbers of the articles in words like 第三条、第五条至第七条第二款."""
    found: list[int] = []
    for until, number in _STEP.findall(run):
        last = numeral(number)
        begins = found[-1] + 1 if until and found else last
        found += range(begins, last + 1)
    return tuple(found)


def numeral(words: str) -> int:
    """The value of a Chinese or Arabic number below ten thousand."""
    if words.isascii():
        return int(words)
    total, digit = 0, 0
    for word in words:
        if word in _TENS:
            total, digit = total + (digit or 1) * _TENS[word], 0
        else:
            digit = _DIGITS[word]
    return total + digit


def written(number: int) -> str:
    """An article's number in Chinese, below ten thousand: 第一百零三条."""
    words = ""
    for place, name in (1000, "千"), (100, "百"), (10, "十"), (1, ""):
        digit = number // place % 10
        if digit:
            gap = words and number // place // 10 % 10 == 0
            words += f"{'零' if gap else ''}{_WORDS[digit]}{name}"
    return f"第{words.removeprefix('一') if 10 <= number < 20 else words}条"
