"""Earlier suggestions that say much the same: texts are compared, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import ROOT
from intake.arrivals import arrival
from yanlu.intake.likeness import Proposal, gathered, likely
from yanlu.intake.store.database import Store, change, opened
from yanlu.intake.store.writer import commit

ALIKE = {"title": "路灯太暗", "matter": "青河路的路灯晚上不亮。", "proposal": "请检修路灯。"}
OTHER = {"title": "公交改线", "matter": "公交车不到医院。", "proposal": "请延长线路。"}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with opened(tmp_path / "store") as opened_store:
        yield opened_store


def _held(store: Store, said: dict[str, str], **facts: Any) -> str:
    one = arrival(redacted=said, **facts)
    commit(store, [one], 0)
    return one.id


def _likely(store: Store, data: Path, name: str) -> list[str]:
    return [one.name for one in likely(store, data, name, 5)]


def test_who_says_the_same_in_other_words_comes_first(store: Store, tmp_path: Path) -> None:
    for _ in range(6):
        _held(store, OTHER)
    earlier = _held(store, ALIKE)
    new = _held(
        store, {"title": "晚上看不见", "matter": "青河路没有亮的路灯。", "proposal": "修。"}
    )
    assert _likely(store, tmp_path, new)[0] == earlier


def test_nothing_but_the_text_counts(store: Store, tmp_path: Path) -> None:
    facts = {"topic": "lighting", "region": "roxbury", "channel": "phone.call", "contact": b"same"}
    _held(store, OTHER, **facts)
    new = _held(store, {"title": "钓鱼", "matter": "水边很滑。", "proposal": "加木板。"}, **facts)
    assert _likely(store, tmp_path, new) == []


@pytest.mark.parametrize(
    "end", ["fate = 'withdrawn'", "fate = 'redirected'", "redacted = NULL", "kind = 'claim'"]
)
def test_what_was_taken_back_or_is_no_suggestion_is_not_found(
    store: Store, tmp_path: Path, end: str
) -> None:
    _held(store, ALIKE)
    change(store.main, f"UPDATE submission SET {end}")  # noqa: S608 - our own words
    assert _likely(store, tmp_path, _held(store, ALIKE)) == []


def test_published_ones_that_the_store_does_not_hold_are_found_too(store: Store) -> None:
    said = {
        "title": "斑马线抬高",
        "matter": "小学门口的斑马线做成抬高的。",
        "proposal": "请画上黄色。",
    }
    found = likely(store, ROOT / "data", _held(store, said), 5)
    assert "小学门口的斑马线，请抬高一点" in [one.title for one in found]


def test_what_its_writer_erased_is_not_found_by_its_page_either(store: Store) -> None:
    new = _held(store, ALIKE)
    found = likely(store, ROOT / "data", new, 1)[0].name
    commit(store, [arrival(id=found)], 0)
    change(store.main, "UPDATE submission SET redacted = NULL WHERE id = ?", (found,))
    assert found not in _likely(store, ROOT / "data", new)


def test_a_search_leaves_no_copy_of_a_text_on_the_disk(store: Store, tmp_path: Path) -> None:
    _held(store, ALIKE)
    before = sorted(tmp_path.rglob("*"))
    _likely(store, tmp_path, _held(store, ALIKE))
    assert sorted(tmp_path.rglob("*")) == before


@given(st.text(max_size=60), st.text(max_size=60))
@settings(deadline=None)
def test_any_text_can_be_asked_for_and_finds_itself(text: str, other: str) -> None:
    with gathered([Proposal("other", other), Proposal("own", text)]) as texts:
        found = texts.likeliest(text, 2)
    letters = [c for c in text.lower() if c.isalnum()]
    assert (len(letters) > 1) <= ("own" in [one.name for one in found])
    assert json.dumps([one.title for one in found])
