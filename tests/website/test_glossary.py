"""The glossary explains the words that the site shows, and each can be linked to."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from conftest import ROOT
from yanlu.model import FATES

_TERM = re.compile(r"^(\S.*?) \{ #(\S+) \}\n:   (.+)$", re.MULTILINE)
GLOSSARY = (ROOT / "content" / "guide" / "glossary.md").read_text("utf-8")
TERMS = {part for words, *_ in _TERM.findall(GLOSSARY) for part in words.split("、")}


def _names(table: str) -> set[str]:
    with (ROOT / "data" / "codes" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return {row["name"] for row in csv.DictReader(file)}


def test_every_stage_of_a_suggestion_is_explained() -> None:
    assert {standing.shown for standing in FATES.values()} <= TERMS


@pytest.mark.parametrize("table", ["events", "outcomes"])
def test_every_event_and_every_outcome_is_explained(table: str) -> None:
    assert _names(table) <= TERMS


def test_each_word_has_one_address(site: Path) -> None:
    anchors = [anchor for _, anchor, _ in _TERM.findall(GLOSSARY)]
    page = (site / "guide" / "glossary" / "index.html").read_text("utf-8")
    assert sorted(re.findall(r'<dt id="([^"]+)">', page)) == sorted(set(anchors))
    assert GLOSSARY.count("\n:   ") == len(anchors)
