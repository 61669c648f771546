"""The word lists hang together."""

from __future__ import annotations

import csv
from pathlib import Path

from yanlu.intake.redact import kinds
from yanlu.intake.redact.lists import given_characters, surnames, table
from yanlu.intake.redact.persons import surname_at
from yanlu.intake.redact.scan import DETECTORS

DATA = Path(__file__).parents[3] / "scripts" / "yanlu" / "intake" / "redact" / "data"


def test_every_kind_has_a_title_and_a_reason_and_masks_their_own_placeholder() -> None:
    placeholders = [kind.placeholder for kind in kinds().values() if kind.masked]
    assert len(set(placeholders)) == len(placeholders)
    assert all(mark[0] + mark[-1] == "〔〕" for mark in placeholders)
    assert all(kind.title and kind.why.endswith("。") for kind in kinds().values())
    assert not any(kind.placeholder for kind in kinds().values() if not kind.masked)


def test_no_surname_stands_twice() -> None:
    with (DATA / "surnames.csv").open(encoding="utf-8") as file:
        rows = [row["surname"] for row in csv.DictReader(file)]
    assert len(set(rows)) == len(rows) > 400
    assert set(surnames().values()) == {"plain", "word", "function", "compound"}


def test_every_surname_is_read_whole() -> None:
    assert [one for one in surnames() if surname_at(f"{one}，", 0) != one] == []


def test_given_names_hold_no_character_that_never_is_in_one() -> None:
    assert not given_characters() & set(table("names")["given"]["never"])


def test_every_list_of_words_is_without_repeats() -> None:
    repeated = {}
    for path in DATA.glob("*.toml"):
        for section, entries in table(path.stem).items():
            for key, value in entries.items():
                if isinstance(value, list) and all(isinstance(one, str) for one in value):
                    twice = {one for one in value if value.count(one) > 1}
                    repeated |= {f"{path.stem}.{section}.{key}": twice} if twice else {}
    assert repeated == {}


def test_every_detector_says_what_it_finds() -> None:
    assert all(detector.__doc__ for detector in DETECTORS)
