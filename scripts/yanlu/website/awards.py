"""The page of awards: what was rewarded, by year; a name only where its bearer agreed."""

from __future__ import annotations

from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import Any

from yanlu.packages.awards import read_awards
from yanlu.website.sheet import Sheet

ADDRESS = "register/awards/"


def awards_sheet(data: Path) -> Sheet:
    """The one page; it leads to no page of a suggestion."""

    def facts() -> dict[str, Any]:
        years = groupby(read_awards(data), key=lambda award: award.year)
        return {"years": [(year, [asdict(award) for award in given]) for year, given in years]}

    return Sheet(ADDRESS, "awards", facts)
