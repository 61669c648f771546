"""The word lists beside this module, each read once, and the patterns that they make."""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

# One Chinese character: the unified ideographs of all planes, and those for compatibility.
HAN = "[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"

FIRST, LEVEL = 0xA1, 0xD8  # bytes of GB 2312: the first, and from which on characters are rare

# Characters of nearly every text. What is asked about single characters is asked about the others.
USUAL = "\n -~\u2014\u2018-\u201d\u2026\u3001-\u3011\u4e00-\u9fff\uff01-\uff5e"
UNUSUAL = re.compile(f"[^{USUAL}]")
_IS_HAN = re.compile(HAN)


@cache
def table(name: str) -> Mapping[str, Any]:
    """One TOML file of `data/`."""
    return tomllib.loads(_text(f"{name}.toml"))


@cache
def words(name: str, section: str, key: str) -> tuple[str, ...]:
    """A list of words (or the characters of a string) of one section of a file."""
    return tuple(table(name)[section][key])


@cache
def surnames() -> Mapping[str, str]:
    """Surnames by their kind: `plain`, `word` (an everyday word too), `function` or `compound`.

    Those of the third kind are prepositions, verbs and the like more often than names.
    """
    rows = csv.DictReader(_text("surnames.csv").splitlines())
    return {row["surname"]: row["kind"] for row in rows}


@cache
def given_characters() -> frozenset[str]:
    """Characters that given names are often made of."""
    return frozenset(_text("given.txt")) - {"\n"}


@cache
def often() -> frozenset[str]:
    """The characters that are written often, by GB 2312."""
    pairs = (
        bytes((first, second)) for first in range(FIRST, LEVEL) for second in range(FIRST, 255)
    )
    return frozenset("".join(pair.decode("gb2312", "ignore") for pair in pairs))


def lines(name: str) -> list[str]:
    """The lines of one file of `data/`."""
    return _text(name).splitlines()


def choice(options: Iterable[str], between: str = "") -> str:
    """A pattern that matches any of the words, the longest first.

    Words with a beginning in common share it, so that a text is compared with it once.
    `between` is a pattern for what may stand between two Chinese characters of a word.
    """
    return f"(?:{either(options, between)})"


def either(options: Iterable[str], between: str = "") -> str:
    """The same without brackets, for a place among other branches.

    Where all branches of a pattern begin with a character, `re` looks for these characters
    only; brackets within brackets would hide them from it.
    """
    return _branches(set(options), between)


def _branches(tails: set[str], between: str, before: str = "") -> str:
    """What may follow the character `before`; the end of a word comes last."""
    heads: dict[str, set[str]] = {}
    for tail in sorted(tails - {""}):
        heads.setdefault(tail[0], set()).add(tail[1:])
    branches = [
        (between if _IS_HAN.match(before) and _IS_HAN.match(head) else "")
        + re.escape(head)
        + _rest(rest, between, head)
        for head, rest in heads.items()
    ]
    return "|".join([*branches, ""] if "" in tails else branches)


def _rest(tails: set[str], between: str, head: str) -> str:
    branches = _branches(tails, between, head)
    return branches if len(tails) == 1 else f"(?:{branches})"


def members(characters: Iterable[str]) -> str:
    """A pattern that matches any one of the characters."""
    return "[" + "".join(re.escape(char) for char in characters) + "]"


def each(pattern: re.Pattern[str], heads: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """What `pattern.finditer` finds, where every match begins with a character of `heads`.

    Meant for patterns that begin with something optional or a look around: `re` would try
    them at every place.
    """
    end = 0
    for head in heads.finditer(text):
        if head.start() >= end and (found := pattern.match(text, head.start())):
            end = found.end()
            yield found


def _text(name: str) -> str:
    return files(__package__).joinpath("data", name).read_text("utf-8")
