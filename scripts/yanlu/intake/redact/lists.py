"""The word lists beside this module, each read once, and the patterns that they make."""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

# One Chinese character: the unified ideographs of all planes, and those for compatibility.
HAN = "[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"


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


def choice(options: Iterable[str]) -> str:
    """A pattern that matches any of the words, the longest first."""
    ordered = sorted(set(options), key=lambda word: (-len(word), word))
    return "(?:" + "|".join(re.escape(word) for word in ordered) + ")"


def members(characters: Iterable[str]) -> str:
    """A pattern that matches any one of the characters."""
    return "[" + "".join(re.escape(char) for char in characters) + "]"


def _text(name: str) -> str:
    return files(__package__).joinpath("data", name).read_text("utf-8")
