"""What readers were told stays: steps, replies and files, read from real git histories."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from conftest import commit_all
from register.history import commit, git
from register.walks import REPLY, put, shortest, step, suggestion, walks
from yanlu.git import Reach, past_contents
from yanlu.model import FATES, Fate
from yanlu.packages.suggestions import Earlier, Suggestion
from yanlu.register.amended import amendment_faults
from yanlu.register.check import FILES, amended_faults

ANSWERED = [*shortest(Fate.HANDLING), Fate.REPLIED]
HANDLING, REPLIED = suggestion(ANSWERED[:-1]), suggestion(ANSWERED)
BETTER = "更正：地面由养护科在8月20日以前铺平，上一次把日子写错了，费用在今年的养护经费内。"
PLACE = "data/suggestions/2026/7k3m9x2p.md"


@pytest.fixture
def told(tmp_path: Path) -> Path:
    """A repository in which one suggestion was answered, after it had been handled."""
    put(tmp_path, HANDLING)
    commit_all(tmp_path)
    put(tmp_path, REPLIED)
    commit(tmp_path)
    return tmp_path


def _said(folder: Path) -> list[str]:
    past = [(p.path, p.content) for p in past_contents(folder, [FILES], Reach.PUBLISHED)]
    return [str(fault) for fault in amended_faults(folder, past)]


def test_steps_that_are_added_one_commit_at_a_time_are_no_fault(tmp_path: Path) -> None:
    walk = shortest(Fate.CARRIED_OUT)
    put(tmp_path, suggestion(walk[:3]))
    commit_all(tmp_path)
    for length in range(4, len(walk) + 1):
        put(tmp_path, suggestion(walk[:length]))
        assert _said(tmp_path) == []
        commit(tmp_path)
        assert _said(tmp_path) == []


@given(walks())
def test_a_longer_walk_amends_a_shorter_one_and_never_the_other_way(walk: list[Fate]) -> None:
    for length in range(1, len(walk)):
        before, after = suggestion(walk[:length]), suggestion(walk)
        assert list(amendment_faults(before, after)) == []
        if after.front["publication"] != "removed":
            assert any("只能在后面添加" in fault for fault in amendment_faults(after, before))


@pytest.mark.parametrize("committed", [False, True], ids=["in the work tree", "committed"])
def test_a_step_that_was_taken_back_is_found(told: Path, committed: bool) -> None:
    put(told, HANDLING)
    if committed:
        commit(told)
    assert any(f"{PLACE}：以前公布过的经过被改掉" in said for said in _said(told))


def _changed(place: int, **changes: str) -> Suggestion:
    steps = [dict(one) for one in REPLIED.front["history"]]
    steps[place] = {**steps[place], **changes}
    return suggestion(ANSWERED, history=steps)


@pytest.mark.parametrize(
    "changes", [{"month": "2026-09"}, {"body": "body-parks"}, {"state": "returned"}], ids=str
)
def test_a_step_that_was_rewritten_is_found(told: Path, changes: dict[str, str]) -> None:
    put(told, _changed(3, **changes))
    assert any("以前公布过的经过被改掉" in said for said in _said(told))


def test_a_note_may_be_put_better(told: Path) -> None:
    put(told, _changed(3, note="说得更清楚。"))
    assert _said(told) == []


def _answer(reply: str, *earlier: Earlier, **changes: Any) -> Suggestion:
    return suggestion(ANSWERED, reply, earlier, **changes)


def test_a_reply_that_was_replaced_is_found_for_ever(told: Path) -> None:
    put(told, _answer(BETTER))
    commit(told)
    put(told, _answer(BETTER), suggestion(shortest(Fate.REGISTERED), id="8k3m9x2p"))
    commit(told, "something else")
    assert [said.partition("：")[2][:5] for said in _said(told)] == ["回复改过了"]


def test_a_corrected_reply_that_keeps_the_old_one_is_no_fault(told: Path) -> None:
    put(told, _answer(BETTER, Earlier("2026-10", REPLY)))
    assert _said(told) == []
    commit(told)
    third = "又更正：改由园林科铺平，日子不变，还是8月20日以前，费用也不变。"
    put(told, _answer(third, Earlier("2026-11", BETTER), Earlier("2026-10", REPLY)))
    assert _said(told) == []


def test_an_earlier_reply_that_was_dropped_later_is_found(told: Path) -> None:
    kept = _answer(BETTER, Earlier("2026-10", REPLY))
    dropped = _answer(BETTER)
    assert list(amendment_faults(kept, dropped))
    put(told, kept)
    commit(told)
    put(told, dropped)
    assert any("回复改过了" in said for said in _said(told))


def test_a_deleted_file_is_found_and_a_tombstone_is_no_fault(told: Path) -> None:
    (told / PLACE).unlink()
    commit(told)
    assert any(f"{PLACE}：公布过的建议不能删掉文件" in said for said in _said(told))
    put(told, suggestion(ANSWERED, publication="removed"))
    assert _said(told) == []


def test_a_file_that_moved_to_another_year_is_gone_from_its_place(told: Path) -> None:
    (told / "data/suggestions/2025").mkdir()
    (told / PLACE).rename(told / "data/suggestions/2025/7k3m9x2p.md")
    commit(told)
    assert any(f"{PLACE}：公布过的建议不能删掉文件" in said for said in _said(told))


def test_what_was_taken_down_does_not_come_back(told: Path) -> None:
    put(told, suggestion(ANSWERED, publication="removed"))
    commit(told)
    put(told, REPLIED)
    assert any("已撤下的不能再公布" in said for said in _said(told))


def test_a_tombstone_keeps_the_steps(told: Path) -> None:
    put(told, suggestion(shortest(Fate.REGISTERED), publication="removed"))
    assert any("以前公布过的经过被改掉" in said for said in _said(told))


def _inbox(folder: Path) -> None:
    """A proposal in a branch of its own, edited there by staff: another body, one file less."""
    git(folder, "checkout", "-qb", "inbox/2026-11-20-0a1b2c3d")
    put(
        folder,
        *(suggestion(shortest(Fate.REGISTERED), id=name) for name in ("8k3m9x2p", "9k3m9x2p")),
    )
    commit(folder, "propose")
    steps = [step(state) for state in shortest(Fate.REGISTERED)[:-1]]
    edited = [*steps, step(Fate.REGISTERED, body="body-parks")]
    lead = {"lead": "body-parks"}
    put(folder, suggestion(shortest(Fate.REGISTERED), id="8k3m9x2p", history=edited, bodies=lead))
    (folder / "data/suggestions/2026/9k3m9x2p.md").unlink()
    commit(folder, "edited in review")
    git(folder, "checkout", "-q", "-")


def test_a_draft_that_was_edited_in_review_is_no_fault(told: Path) -> None:
    _inbox(told)
    git(told, "merge", "-q", "--no-ff", "-m", "merge", "inbox/2026-11-20-0a1b2c3d")
    assert (told / "data/suggestions/2026/8k3m9x2p.md").is_file()
    assert _said(told) == []


def test_what_a_merge_itself_takes_back_is_found(told: Path) -> None:
    _inbox(told)
    branch = "inbox/2026-11-20-0a1b2c3d"
    git(told, "merge", "-q", "--no-ff", "--no-commit", branch)
    put(told, HANDLING)
    commit(told, "merge")
    assert any(PLACE in said for said in _said(told))


def test_what_is_broken_now_is_left_to_others_and_what_was_broken_once_told_nothing(
    told: Path,
) -> None:
    good = (told / PLACE).read_text("utf-8")
    (told / PLACE).write_text("没有头部", "utf-8")
    assert _said(told) == []
    commit(told)
    (told / PLACE).write_bytes(b"\xff\xfe")
    commit(told)
    (told / PLACE).write_text(good, "utf-8")
    assert _said(told) == []


def test_no_fault_repeats_a_reply(told: Path) -> None:
    put(told, _answer(BETTER))
    said = "".join(_said(told))
    assert said
    assert "铺平" not in said
    assert all(standing.shown not in said for standing in FATES.values())
