"""Files of suggestions: what is written reads back, and what is wrong is told without its text."""

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yanlu.errors import PackageError
from yanlu.packages.suggestions import (
    Suggestion,
    read_suggestion,
    suggestion_faults,
    suggestion_files,
    suggestion_path,
    write_suggestion,
)

ROOT = Path(__file__).parents[2]
FRONT = {
    "id": "7k3m9x2p",
    "topic": "lighting",
    "region": "dorchester",
    "month": "2026-10",
    "fate": "registered",
    "publication": "summary",
    "bodies": {"lead": "body-urban"},
    "history": [{"state": "received", "month": "2026-10"}],
}
words = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1).map(
    lambda text: " ".join(text.split())
)
lines = st.lists(words.filter(bool), min_size=1, max_size=5).map("\n".join)


@given(words.filter(bool), lines, st.just("") | lines)
def test_a_file_reads_back_as_it_was_written(title: str, text: str, reply: str) -> None:
    suggestion = Suggestion(FRONT, title, text, reply)
    assert read_suggestion(write_suggestion(suggestion)) == suggestion


def test_a_tombstone_has_no_text() -> None:
    stone = Suggestion({**FRONT, "publication": "removed", "fate": "withdrawn"})
    assert read_suggestion(write_suggestion(stone)) == stone


def test_a_text_that_would_pass_for_a_reply_is_not_written() -> None:
    with pytest.raises(PackageError, match="单独有一行"):
        write_suggestion(Suggestion(FRONT, "题目", "开头\n<!-- 回复 -->\n采纳"))


@pytest.mark.parametrize(
    "content", ["", "没有头部", "---\nid: [\n---\n\n# a\n", "---\nname: 张三\n---\n\n# a\n"]
)
def test_what_is_no_suggestion_is_refused_without_a_word_of_it(content: str) -> None:
    with pytest.raises(PackageError) as refusal:
        read_suggestion(content)
    assert "张三" not in str(refusal.value)


def test_wrong_codes_and_places_are_faults_of_the_check(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "data" / "codes", tmp_path / "codes")
    good = Suggestion(FRONT, "修路灯", "路灯坏了。")
    bad = Suggestion({**FRONT, "id": "8k3m9x2p", "topic": "nothing"}, "修路灯", "路灯坏了。")
    owed = {"body": "body-urban", "by": "2026-12-31", "what": "修好"}
    promise = {**owed, "was": [{**owed, "body": "body-x", "month": "2026-10"}]}
    former = Suggestion({**FRONT, "id": "9k3m9x2p", "promises": [promise]}, "修路灯", "坏了。")
    for suggestion in (good, bad, former):
        path = tmp_path / suggestion_path(suggestion.front)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(write_suggestion(suggestion), "utf-8")
    (tmp_path / "suggestions" / "2025").mkdir()
    moved = tmp_path / "suggestions" / "2025" / "7k3m9x2p.md"
    moved.write_text(write_suggestion(good), "utf-8")
    said = [str(fault) for fault in suggestion_faults(tmp_path, suggestion_files(tmp_path))]
    assert len(said) == 3
    assert "不一致" in said[0]
    assert "nothing" in said[1]
    assert "代码 body-x 不在" in said[2]
