"""What a reader can search for: the text of finished pages, and the pieces that it falls into.

`theme/assets/js/search.js` folds and cuts what is typed in the same way.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import unescape
from operator import add

HAN = "\u3005\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_HAN, _WORD = re.compile(f"[{HAN}]"), re.compile(f"[^{HAN} ]{{2,}}")
_RUN = re.compile(f"([^{HAN} ]?[{HAN}]+)(?=([^{HAN} ]?))")  # Han, and one other on either side
_GROUPED = re.compile("(?<=[0-9])\u202f(?=[0-9])")  # 12 566 is one number
_BLANK = re.compile("[^\\S\u202f]+")
_MAIN = re.compile(r"<main\b[^>]*>(.*)</main>", re.DOTALL)
_LEFT_OUT = re.compile(
    r"<!--.*?-->|<(nav|svg|script|template)\b.*?</\1>|<a class=\"headerlink\".*?</a>", re.DOTALL
)
_INLINE = (
    "a|abbr|b|bdi|bdo|cite|code|data|del|dfn|em|i|ins|kbd|mark|q|s|samp|small|span|strong|sub|sup"
    "|time|u|var|wbr"
)
_WITHIN = re.compile(rf"</?(?:{_INLINE})(?:\s[^>]*)?>")
_CELL = re.compile(r"</?t[dh](?:\s[^>]*)?>")
_HEADING = re.compile(r"<h([1-6])(?:\s[^>]*)?>")
_TAG = re.compile(r"<[^>]+>")
_COMPATIBLE = re.compile(
    "[\u2e80-\u2fff\u3038-\u303a\u3040-\u33ff\ua000-\ufeff\U00010000-\U0010ffff]"
)
_MARK = "\x00"  # no page holds it: stands before the text of a heading


@dataclass(frozen=True)
class Line:
    """The text of one block; a match never goes over its end."""

    text: str
    heading: bool = False


@dataclass(frozen=True)
class Page:
    """A page as search knows it; `section` is the name of the part of the site it belongs to."""

    address: str
    title: str
    section: str
    lines: tuple[Line, ...]


def read_page(address: str, section: str, html: str) -> Page:
    """The title and the lines of a finished page: all in `<main>` but ways through the site."""
    main = _MAIN.search(html)
    lines = list(_lines(main[1] if main else ""))
    title = next((line for line in lines if line.heading), Line(address))
    if title in lines:
        lines.remove(title)
    return Page(address, title.text, section, tuple(lines))


def _lines(html: str) -> Iterator[Line]:
    text = _WITHIN.sub("", _LEFT_OUT.sub("", html))
    text = _CELL.sub(" ", text.replace("\n", " "))
    text = shown(unescape(_TAG.sub("\n", _HEADING.sub(f"\n{_MARK}", text))))
    for line in text.split("\n"):
        words = _BLANK.sub(" ", line.replace(_MARK, "")).strip()
        if words:
            yield Line(words, heading=line.startswith(_MARK))


class _Folded(dict[int, str]):
    """Each character in the form in which it is compared; what is no letter parts words."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        plain = unicodedata.normalize("NFKC", letter).lower()
        spelt = all(unicodedata.category(part)[0] in "LMN" for part in plain)
        self[code] = plain if spelt else " "
        return self[code]


class _Shown(dict[int, str]):
    """Han characters in their usual form, so that they are found again; others as they are."""

    def __missing__(self, code: int) -> str:
        plain = _FOLDED[code]
        self[code] = plain if _HAN.match(plain) else chr(code)
        return self[code]


_FOLDED, _SHOWN = _Folded(), _Shown()


def shown(text: str) -> str:
    """With Han characters in their usual form. Most texts hold none that has another."""
    return text.translate(_SHOWN) if _COMPATIBLE.search(text) else text


def folded(text: str) -> str:
    """In lower case and half width, with a space for all that is no letter and no digit.

    Of a number whose digits stand in groups the thin spaces go.
    """
    return _GROUPED.sub("", text).translate(_FOLDED)


def pieces(texts: Iterable[str]) -> set[str]:
    """Pairs of neighbours of which at least one is Han; of other letters and digits whole words."""
    text = folded("\n".join(texts))
    found = set(_WORD.findall(text))
    for run, after in _RUN.findall(text):
        found.update(map(add, run, run[1:] + after))
    return found
