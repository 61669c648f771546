"""What readers were told stays: steps, replies and files, read from real git histories."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import commit_all
from register.history import commit, git
from register.walks import NOW, REPLY, TEXT, TITLE, course, put, shortest, step, suggestion, walks
from yanlu.cli.looks import place_of
from yanlu.git import Reach, past_contents
from yanlu.model import FATES, Fate, Month
from yanlu.packages.suggestions import (
    Earlier,
    Suggestion,
    open_suggestion,
    suggestion_files,
)
from yanlu.register.amended import amendment_faults
from yanlu.register.backdated import backdated_faults
from yanlu.register.check import FILES, amended_faults, file_faults, link_of
from yanlu.register.history import backdated, merged_into_gone, version_of
from yanlu.register.masks import only_masked
from yanlu.register.taken_down import stone_faults

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
    past = [(p.path, version_of(p)) for p in past_contents(folder, [FILES], Reach.PUBLISHED)]
    return [str(fault) for fault in amended_faults(folder, past, NOW)]


def test_steps_that_are_added_one_commit_at_a_time_are_no_fault(tmp_path: Path) -> None:
    walk = shortest(Fate.CARRIED_OUT)
    first, *later = course(walk)[2:]
    put(tmp_path, first)
    commit_all(tmp_path)
    for told in later:
        put(tmp_path, told)
        assert _said(tmp_path) == []
        commit(tmp_path)
        assert _said(tmp_path) == []


@given(walks())
def test_a_longer_walk_amends_a_shorter_one_and_never_the_other_way(walk: list[Fate]) -> None:
    *earlier, after = course(walk)
    for before in earlier:
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


def test_a_note_may_be_put_better_where_the_page_says_so(told: Path) -> None:
    better = _changed(3, note="说得更清楚。")
    put(told, better)
    assert any("经过里的说明（note）改过了" in said for said in _said(told))
    front = {**better.front, "amended": [{"month": "2026-11", "what": "理由写得不全。"}]}
    put(told, Suggestion(front, better.title, better.text, better.reply))
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


def test_what_was_taken_down_does_not_come_back_silently(told: Path) -> None:
    put(told, suggestion(ANSWERED, publication="removed"))
    commit(told)
    put(told, REPLIED)
    assert any("已撤下的又公布了，页面上没有说明" in said for said in _said(told))
    put(told, suggestion(ANSWERED, amended=[{"month": "2026-11", "what": "换了摘要。"}]))
    assert _said(told) == []


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


@pytest.mark.parametrize("right", [[*ANSWERED, Fate.PROMISED], ANSWERED[:-1]])
def test_a_step_against_the_table_which_no_build_let_pass_may_be_put_right(
    tmp_path: Path, right: list[Fate]
) -> None:
    put(tmp_path, HANDLING)
    commit_all(tmp_path)
    put(tmp_path, suggestion([*ANSWERED[:-1], Fate.PROMISED]))
    commit(tmp_path)
    put(tmp_path, suggestion(right))
    assert _said(tmp_path) == []
    commit(tmp_path)
    assert _said(tmp_path) == []


PROMISED = suggestion([*ANSWERED, Fate.PROMISED])
OWED: dict[str, Any] = PROMISED.front["promises"][0]
PAST = {**OWED, "month": "2026-11"}
Edits = dict[str, Any]


def _edited(title: str = TITLE, text: str = TEXT, **changes: Any) -> Suggestion:
    earlier = changes.pop("earlier", ())
    return Suggestion({**PROMISED.front, **changes}, title, text, PROMISED.reply, earlier)


SILENT: dict[str, tuple[Edits, str]] = {
    "a later day": ({"promises": [{**OWED, "by": "2028-10-31"}]}, "承诺"),
    "another promise": ({"promises": [{**OWED, "what": "看看"}]}, "承诺"),
    "a promise less": ({"promises": []}, "承诺"),
    "a later day with a made-up past": (
        {"promises": [{**OWED, "by": "2028-10-31", "was": [{**PAST, "by": "2028-09-30"}]}]},
        "承诺",
    ),
    "another outcome": ({"outcome": "partly-adopted"}, "结果（outcome）"),
    "another reason": ({"reason": "别的理由。"}, "理由（reason）"),
    "another conversion": ({"conversion": "policy"}, "转化途径"),
    "another text": ({"text": "请不要铺。"}, "正文"),
    "a text cut short": ({"text": TEXT[:5]}, "正文"),
    "another title": ({"title": "别铺"}, "题目"),
    "another topic": ({"topic": "parks"}, "主题（topic）"),
    "another place": ({"region": "mattapan"}, "地区（region）"),
    "another month": ({"month": "2026-05"}, "收到的月份（month）"),
    "a call that it never answered": ({"call": "lifts-2027"}, "所属征集（call）"),
    "words that were a summary": ({"publication": "words"}, "公开方式（publication）"),
    "another body without a transfer": ({"bodies": {"lead": "body-parks"}}, "承办和协办单位"),
    "a note": (
        {"history": [{**one, "note": "别的。"} for one in PROMISED.front["history"]]}, "说明",
    ),
    "a note less": (
        {"history": [{k: v for k, v in one.items() if k != "note"}
                     for one in PROMISED.front["history"]]}, "说明",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SILENT)
def test_what_was_published_does_not_change_silently(name: str) -> None:
    edits, words = SILENT[name]
    (said,) = amendment_faults(PROMISED, _edited(**edits))
    assert words in said
    assert "铺" not in said


MARK = {"month": "2026-11", "what": "东门写成了西门。"}
HELPED = {"lead": "body-urban", "with": ["body-parks"]}
AGAIN = [*PROMISED.front["history"], step(Fate.FORWARDED, body="body-parks")]
OPEN: dict[str, Edits] = {
    "another topic, place, month and note with a mark": {
        "topic": "parks", "region": "mattapan", "month": "2026-05", "amended": [MARK],
        "history": [{**one, "note": "别的。"} for one in PROMISED.front["history"]],
    },
    "one who helps": {"bodies": HELPED},
    "another body by a transfer": {"bodies": {"lead": "body-parks"}, "history": AGAIN},
    "a masked note": {
        "history": [{**one, "note": "〔姓名〕"} for one in PROMISED.front["history"]],
    },
    "one promise more": {"promises": [OWED, {**OWED, "what": "再铺一段"}]},
    "evidence": {"promises": [{**OWED, "evidence": "/e/"}]},
    "a promise that keeps the old one": {
        "promises": [{**OWED, "by": "2027-03-31", "was": [PAST]}],
    },
    "a corrected reply": {"reason": "新的理由。", "earlier": [Earlier("2026-10", REPLY)]},
    "a text with a mark": {"text": "东门请铺平。", "title": "铺平东门", "amended": [MARK]},
    "masks": {"text": TEXT.replace("坑洼", "〔地址〕"), "reason": "〔姓名〕由。"},
}  # fmt: skip


def test_evidence_is_not_swapped_silently() -> None:
    shown = _edited(**OPEN["evidence"])
    other = [{**OWED, "evidence": "/other/"}]
    (said,) = amendment_faults(shown, _edited(promises=other))
    assert "落实的凭据（evidence）" in said
    assert list(amendment_faults(shown, _edited(promises=other, amended=[MARK]))) == []


def test_whoever_helps_is_not_dropped_silently() -> None:
    (said,) = amendment_faults(_edited(bodies=HELPED), PROMISED)
    assert "承办和协办单位（bodies）" in said


@pytest.mark.parametrize("name", OPEN)
def test_what_is_owned_up_to_or_masked_is_no_fault(name: str) -> None:
    assert list(amendment_faults(PROMISED, _edited(**OPEN[name]))) == []


def test_a_mark_and_a_former_promise_stay_and_own_up_to_one_change() -> None:
    once = _edited(**OPEN["a text with a mark"])
    later = [{**OWED, "by": "2027-03-31", "was": [PAST]}]
    assert any("amended" in said for said in amendment_faults(once, _edited(once.title, once.text)))
    again = _edited(once.title, "又一次。", amended=[MARK])
    assert any("正文" in said for said in amendment_faults(once, again))
    lost = _edited(promises=[{**OWED, "by": "2027-03-31"}])
    assert any("承诺" in said for said in amendment_faults(_edited(promises=later), lost))


@given(st.text("铺平〔路，", max_size=12), st.data())
def test_masks_may_be_put_in_anywhere_and_nothing_else(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    masked = f"{text[:start]}〔电话〕{text[end:]}"
    assert only_masked(text, text)
    assert only_masked(text, masked) == (start < end)
    assert not only_masked(text, f"{text}又")
    assert not only_masked(masked, text)


MERGED = shortest(Fate.MERGED)
OTHERS = {name: suggestion(shortest(Fate.REGISTERED), id=name) for name in ("8k3m9x2p", "9k3m9x2p")}


@pytest.mark.parametrize("end", [None, "removed", "merged"])
def test_a_merge_stays_unless_the_other_is_gone_or_merged(tmp_path: Path, end: str | None) -> None:
    put(tmp_path, suggestion(MERGED, merged_into="8k3m9x2p"), *OTHERS.values())
    commit_all(tmp_path)
    put(tmp_path, suggestion(MERGED, merged_into="9k3m9x2p"))
    if end == "removed":
        gone = {"id": "8k3m9x2p", "publication": "removed"}
        put(tmp_path, suggestion(shortest(Fate.REGISTERED), **gone))
    elif end:
        put(tmp_path, suggestion(MERGED, id="8k3m9x2p", merged_into="9k3m9x2p"))
    said = [one for one in _said(tmp_path) if one.startswith(PLACE)]
    assert [("不能改成并入别处" in one) for one in said] == ([] if end else [True])


def _gone(folder: Path) -> list[str]:
    data = folder / "data"
    opened = {place_of(data, path): open_suggestion(path) for path in suggestion_files(data)}
    links = {place: link_of(one) for place, one in opened.items()}
    return [str(fault) for fault in merged_into_gone(folder, links)]


def test_nothing_is_merged_into_what_is_gone_and_what_was_merged_before_hinders_no_withdrawal(
    tmp_path: Path,
) -> None:
    gone = suggestion([*shortest(Fate.REGISTERED), Fate.WITHDRAWN], id="8k3m9x2p")
    put(tmp_path, suggestion(MERGED), OTHERS["8k3m9x2p"])
    commit_all(tmp_path)
    put(tmp_path, gone)
    assert _gone(tmp_path) == []
    commit(tmp_path)
    assert _gone(tmp_path) == []
    put(tmp_path, suggestion(MERGED, id="9k3m9x2p", merged_into="8k3m9x2p"))
    (said,) = _gone(tmp_path)
    assert "9k3m9x2p.md：并入的 8k3m9x2p 那时已经撤回" in said
    commit(tmp_path)
    assert _gone(tmp_path) == [said]


def test_a_new_file_with_an_old_answer_is_noted_and_one_that_was_there_is_not(told: Path) -> None:
    put(told, suggestion(ANSWERED, id="8k3m9x2p"))
    assert list(backdated(told, "HEAD", Month(2026, 11))) == []
    (note,) = backdated(told, "HEAD", Month(2026, 12))
    assert str(note).startswith("data/suggestions/2026/8k3m9x2p.md：新公布的文件里")
    commit(told)
    assert list(backdated(told, "HEAD", Month(2026, 12))) == []


def _dated(month: str, note: str = "") -> Suggestion:
    """Its answer is of this month; nothing but that is told."""
    steps = [dict(one) for one in HANDLING.front["history"]]
    answer = {"state": "replied", "month": month, "body": "body-urban"}
    return suggestion(ANSWERED, history=[*steps, {**answer, "note": note} if note else answer])


@pytest.mark.parametrize("committed", [False, True], ids=["in the work tree", "committed"])
def test_an_answer_that_was_dated_back_says_so_on_the_page_or_is_refused(
    tmp_path: Path, committed: bool
) -> None:
    put(tmp_path, HANDLING)
    commit(_begun(tmp_path))  # in November
    for told, refused in (
        (_dated("2026-10"), False),
        (_dated("2026-09"), True),
        (_dated("2026-09", "9月已经当面答复，现在补记。"), False),
    ):
        put(tmp_path, told)
        if committed:
            commit(tmp_path)
        said = [one for one in _said(tmp_path) if "才写进来" in one]
        assert [("写的是2026年9月，2026年11月才写进来" in one) for one in said] == [True] * refused
        if committed:
            git(tmp_path, "reset", "-q", "--hard", "HEAD~1")


def _begun(folder: Path) -> Path:
    git(folder, "init", "-q")
    return folder


def test_what_had_happened_before_a_file_was_published_may_be_old(tmp_path: Path) -> None:
    put(tmp_path, _dated("2026-02"))
    commit(_begun(tmp_path))
    put(tmp_path, suggestion([*ANSWERED, Fate.CLOSED], history=[
        *_dated("2026-02").front["history"], step(Fate.CLOSED, "2026-11"),
    ]))  # fmt: skip
    assert _said(tmp_path) == []


@given(st.integers(1, 12), st.integers(1, 12), st.integers(1, 12))
def test_a_step_was_written_when_the_first_version_that_has_it_was_committed(
    named: int, first: int, later: int
) -> None:
    before: list[dict[str, str]] = [step(Fate.HANDLING, "2025-12")]
    steps = [*before, {"state": "replied", "month": f"2026-{named:02d}", "body": "body-urban"}]
    past = [(Month(2026, first), steps), (Month(2025, 12), before)]
    told = list(backdated_faults(steps, Month(2026, later), past))
    assert bool(told) == (named + 1 < min(first, later))


def test_no_fault_repeats_a_reply(told: Path) -> None:
    put(told, _answer(BETTER))
    said = "".join(_said(told))
    assert said
    assert "铺平" not in said
    assert all(standing.shown not in said for standing in FATES.values())


STONE = {**PROMISED.front, "publication": "removed"}
BARE = {"body": OWED["body"], "by": OWED["by"]}
LOST: dict[str, tuple[Edits, str]] = {
    "the outcome": ({"outcome": "kept-for-reference"}, "结果（outcome）"),
    "the conversion": ({"conversion": "policy"}, "转化途径"),
    "a promised day": ({"promises": [{**BARE, "by": "2028-10-31"}]}, "承诺"),
    "one of two promises alike": ({"promises": [BARE]}, "承诺"),
    "who promised": ({"promises": [{**BARE, "body": "body-parks"}, BARE]}, "承诺"),
    "the body": ({"bodies": {"lead": "body-parks"}}, "承办和协办单位"),
    "the month": ({"month": "2026-05"}, "收到的月份"),
    "a step": ({"history": PROMISED.front["history"][:-1], "fate": "replied"}, "经过"),
}  # fmt: skip
TWICE = {"promises": [OWED, {**OWED, "what": "再铺一段"}]}


@pytest.mark.parametrize("name", LOST)
def test_a_takedown_that_takes_what_is_counted_is_found_also_after_a_silent_change(
    name: str,
) -> None:
    edits, words = LOST[name]
    before = _edited(**TWICE)
    stone = Suggestion({**STONE, "promises": [BARE, BARE], **edits})
    silent = Suggestion({**before.front, **edits}, TITLE, TEXT, before.reply)
    for past in ([before], [before, silent], [before, stone, stone]):
        said = list(stone_faults(past, stone))
        assert any(words in one for one in said)
        assert "铺" not in "".join(said)


def test_a_tombstone_without_any_words_keeps_all_that_is_counted(tmp_path: Path) -> None:
    steps = [{key: s[key] for key in ("state", "month", "body")} for s in STONE["history"]]
    bare = {key: value for key, value in STONE.items() if key != "reason"}
    stone = Suggestion({**bare, "history": steps, "promises": [BARE, BARE]})
    corrected = _edited(**TWICE, earlier=[Earlier("2026-10", BETTER)])
    put(tmp_path, _edited(**TWICE))
    commit_all(tmp_path)
    put(tmp_path, corrected)
    commit(tmp_path)
    put(tmp_path, stone)
    assert _said(tmp_path) == []
    assert list(file_faults(PLACE, stone, NOW)) == []
    masked = {**OWED, "what": "〔已撤下〕"}
    assert (
        list(stone_faults([corrected], Suggestion({**STONE, "promises": [masked, masked]}))) == []
    )


def test_a_tombstone_is_held_against_the_last_version_and_goes_on_from_there() -> None:
    better = _edited(outcome="partly-adopted", earlier=[Earlier("2026-10", REPLY)])
    stone = Suggestion({**STONE, "outcome": "partly-adopted"})
    assert list(stone_faults([PROMISED, better], stone)) == []
    assert list(stone_faults([PROMISED, better], Suggestion(STONE)))
    kept = [*stone.front["history"], step(Fate.CARRIED_OUT)]
    shown = {"fate": "carried-out", "promises": [{**BARE, "evidence": "/e/"}]}
    further = Suggestion({**stone.front, "history": kept, **shown})
    assert list(stone_faults([PROMISED, better, stone], further)) == []
    assert list(stone_faults([PROMISED, better, stone, further], stone))


def test_a_takedown_does_not_date_an_answer_back_and_the_note_of_one_may_go(
    tmp_path: Path,
) -> None:
    steps = [step(ANSWERED[0]), *(step(state, "2026-08") for state in ANSWERED[1:])]
    bare = {**steps[-1]}
    del bare["note"]
    put(tmp_path, suggestion(ANSWERED[:-1], history=steps[:-1]))
    commit(_begun(tmp_path))  # in November
    stone = suggestion(ANSWERED, history=[*steps[:-1], bare], publication="removed")
    put(tmp_path, stone)
    assert [one for one in _said(tmp_path) if "才写进来" in one]
    put(tmp_path, suggestion(ANSWERED, history=steps))  # its note says that it came late
    commit(tmp_path)
    put(tmp_path, stone)
    assert _said(tmp_path) == []


def test_what_a_tombstone_told_does_not_change_when_it_comes_back() -> None:
    stone = Suggestion({**STONE, "promises": [BARE]})
    assert list(amendment_faults(stone, _edited(amended=[MARK]))) == []
    for edits in ({"outcome": "partly-adopted"}, {"promises": [{**OWED, "by": "2028-10-31"}]}):
        assert list(amendment_faults(stone, _edited(**edits, amended=[MARK])))


@pytest.mark.parametrize("committed", [False, True], ids=["in the work tree", "committed"])
def test_a_mark_of_a_change_names_the_month_in_which_it_was_made(
    tmp_path: Path, committed: bool
) -> None:
    old = {"month": "2026-08", "what": "以前就写着的。"}
    put(tmp_path, _edited(amended=[old], month="2026-06"))
    commit(_begun(tmp_path))  # in November
    off = {**OWED, "by": "2027-03-31"}
    for month, refused in (("2026-11", []), ("2026-10", []), ("2026-09", ["2026年9月"] * 2)):
        was = [{**OWED, "month": month}]
        marks = [old, {"month": month, "what": "改了题目。"}]
        put(tmp_path, _edited("铺平步道", amended=marks, promises=[{**off, "was": was}]))
        if committed:
            commit(tmp_path)
        said = [one for one in _said(tmp_path) if "页面是哪个月改的" in one]
        assert [words in one for words, one in zip(refused, said, strict=True)] == [True] * len(
            said
        )
        git(tmp_path, "reset", "-q", "--hard", "HEAD~1" if committed else "HEAD")
