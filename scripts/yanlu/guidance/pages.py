"""Written pages as the checks see them: a head of a few plain settings, and numbered lines."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_SETTING = re.compile(r"([a-z_]+):\s*(.*)")
_ITEM = re.compile(r"\s+-\s+(.*)")


@dataclass(frozen=True)
class Page:
    """A page of `content/`.

    `head` holds the settings that are one word, `lists` those that are lists, each item with
    its line; `text` is what readers see, without code, and begins in the line `first`.
    """

    place: str
    head: Mapping[str, str]
    lists: Mapping[str, Sequence[tuple[int, str]]]
    text: str
    first: int

    @property
    def guide(self) -> bool:
        """Whether it tells people what the law says."""
        return self.place.startswith("content/guide/")


def read_page(place: str, content: str) -> Page:
    """A page as it lies in the file; one without a head has no settings."""
    head, text, first = "", content, 1
    if content.startswith("---\n"):
        head, fence, text = content[4:].partition("\n---\n")
        first = head.count("\n") + 4 if fence else 1
    single: dict[str, str] = {}
    lists: dict[str, list[tuple[int, str]]] = {}
    last = ""
    for line, words in enumerate(head.splitlines(), 2):
        if setting := _SETTING.fullmatch(words):
            last, single[last] = setting[1], setting[2].strip("\"'")
        elif item := _ITEM.fullmatch(words):
            lists.setdefault(last, []).append((line, item[1]))
    return Page(place, single, lists, _FENCED.sub(_blank, text), first)


def _blank(found: re.Match[str]) -> str:
    """As many lines, so that those after them keep their numbers."""
    return "\n" * found[0].count("\n")
