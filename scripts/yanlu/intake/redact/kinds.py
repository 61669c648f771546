"""What is looked for, what stands in its place, and what a citizen is told about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from yanlu.intake.redact.lists import table


@dataclass(frozen=True)
class Kind:
    """One class of what makes people recognisable.

    `masked` kinds are replaced by `placeholder`. The others are marked: they stay in the text
    and are shown to the reviewer; a `strong` one alone makes a person read the raw text.
    """

    code: str
    title: str
    masked: bool
    why: str
    placeholder: str = ""
    strong: bool = False


@cache
def kinds() -> Mapping[str, Kind]:
    """All kinds by code; where two overlap, the first of them names the mask."""
    return {code: Kind(code=code, **entry) for code, entry in table("kinds").items()}


@cache
def ranks() -> Mapping[str, int]:
    """The place of each kind in that order."""
    return {code: place for place, code in enumerate(kinds())}
