"""The bars of issue 4, on texts that lie in `tests/vectors/redact/`."""

from __future__ import annotations

import pytest

from intake.redact.corpus import PARTS, planted
from intake.redact.measure import STRUCTURED, altered, clean, spelled, tally, to_person, unread
from yanlu.intake.redact import kinds


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("kind", STRUCTURED)
def test_structured_identifiers_are_masked_in_every_spelling(part: str, kind: str) -> None:
    missed = spelled(part, kind, seed=4, rounds=1).missed[kind]
    assert missed == []


@pytest.mark.parametrize("part", PARTS)
def test_names_after_cue_words_are_masked(part: str) -> None:
    assert spelled(part, "name", seed=4, rounds=3).recall("name") >= 0.98


@pytest.mark.parametrize("part", PARTS)
def test_houses_and_rooms_are_masked(part: str) -> None:
    assert spelled(part, "house", seed=4, rounds=3).recall("house") >= 0.95


@pytest.mark.parametrize("part", PARTS)
def test_what_citizens_write_is_masked_or_marked(part: str) -> None:
    written = tally(planted(part))
    least = {"name": 0.98, "address": 0.95}
    short = {kind: written.missed[kind] for kind in {*written.found, *written.missed}
             if written.recall(kind) < least.get(kind, 1)}  # fmt: skip
    assert short == {}
    assert {kind for kind in written.found if kind in kinds()} == set(written.found)


@pytest.mark.parametrize("part", PARTS)
def test_what_only_a_person_can_judge_goes_to_one(part: str) -> None:
    assert unread(part) == []


@pytest.mark.parametrize("part", PARTS)
def test_clean_suggestions_seldom_go_to_a_person(part: str) -> None:
    assert len(to_person(part)) <= 0.10 * len(clean(part))
    assert len(altered(part)) <= 0.04 * len(clean(part))
