"""The path that a file tells: every walk of the table passes, every other move is a fault."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from register.walks import FILED, NOW, Front, front, shortest, step, walks
from yanlu.model import FATES, Fate, Month
from yanlu.packages.suggestions import Suggestion, read_suggestion, write_suggestion
from yanlu.register.path import path_faults

R, F, H = Fate.REGISTERED, Fate.FORWARDED, Fate.HANDLING
ANSWERED = [R, F, H, Fate.REPLIED]
PROMISED = [*ANSWERED, Fate.PROMISED]
ALLOWED = {(a, b) for a, standing in FATES.items() for b in standing.goes_to}
FORBIDDEN = [(a, b) for a in FILED for b in FILED if (a, b) not in ALLOWED]


def _said(head: Front) -> str:
    return "\n".join(path_faults(head, NOW))


@given(walks())
def test_every_walk_that_the_table_allows_passes(walk: list[Fate]) -> None:
    assert _said(front(walk)) == ""


@given(walks())
def test_every_walk_that_the_table_allows_can_be_written_and_read(walk: list[Fate]) -> None:
    head = front(walk)
    one = Suggestion(head) if head["publication"] == "removed" else Suggestion(head, "题", "文")
    assert read_suggestion(write_suggestion(one)) == one


@pytest.mark.parametrize(("before", "after"), FORBIDDEN)
def test_every_move_that_the_table_forbids_is_a_fault(before: Fate, after: Fate) -> None:
    said = _said(front([*shortest(before), after]))
    assert f"“{FATES[before].shown}”以后不能是“{FATES[after].shown}”" in said


@given(st.lists(st.sampled_from(FILED), min_size=1, max_size=8))
def test_a_walk_is_faulted_exactly_where_it_leaves_the_table(walk: list[Fate]) -> None:
    wrong = sum(pair not in ALLOWED for pair in pairwise(walk))
    assert _said(front(walk)).count("以后不能是") == wrong


@pytest.mark.parametrize("fate", sorted(set(FILED) - {Fate.RECEIVED, Fate.SCREENED, R}))
def test_a_path_begins_where_a_suggestion_begins(fate: Fate) -> None:
    assert f"经过不能从“{FATES[fate].shown}”开始" in _said(front([fate]))


MONTHS = st.builds(Month, st.integers(2025, 2028), st.integers(1, 12))


@given(walks(), st.lists(MONTHS, min_size=17, max_size=17), MONTHS, MONTHS)
def test_what_holds_in_one_month_holds_in_every_later_one(
    walk: list[Fate], months: list[Month], one: Month, other: Month
) -> None:
    head = front(walk)
    dated = list(zip(head["history"], sorted(map(str, months)), strict=False))
    head["month"] = dated[0][1]
    head["history"] = [{**told, "month": month} for told, month in dated]
    head["promises"] = [{**owed, "by": f"{months[-1]}-28"} for owed in head.get("promises", ())]
    now, later = sorted((one, other), key=str)
    if not list(path_faults(head, now)):
        assert list(path_faults(head, later)) == []


def test_a_suggestion_is_studied_again_once() -> None:
    again = [Fate.RESTUDIED, Fate.REPLIED]
    assert _said(front([*ANSWERED, *again])) == ""
    assert "再研究只有一次" in _said(front([*ANSWERED, *again, *again]))


def _with(walk: list[Fate], place: int, **changes: str | None) -> Front:
    """The walk's head with one step changed; None takes a part of it away."""
    head = front(walk)
    merged = {**head["history"][place], **changes}
    head["history"][place] = {key: value for key, value in merged.items() if value is not None}
    return head


def _promising(walk: list[Fate], **changes: Any) -> Front:
    head = front(walk)
    promise = {**head["promises"][0], **changes}
    return {**head, "promises": [{k: v for k, v in promise.items() if v is not None}]}


def _without(head: Front, *keys: str) -> Front:
    return {key: value for key, value in head.items() if key not in keys}


PLANTED: dict[str, tuple[Front, str]] = {
    "months that go back": (_with(ANSWERED, 1, month="2026-09"), "月份前后颠倒"),
    "a step before it was received": (
        front([R], history=[step(R, "2026-05")]), "早于收到的月份",
    ),
    "received in another month": (
        front([Fate.RECEIVED], month="2026-05", history=[step(Fate.RECEIVED)]),
        "与收到的月份（month）不一致",
    ),
    "a month that has not come": (_with(ANSWERED, -1, month="2026-12"), "还没有到的月份"),
    "a fate that is not the last step": (front(ANSWERED, fate="handling"), "最后一步却是"),
    "returned without a reason": (_with([R, F, Fate.RETURNED], 2, note=None), "没有写理由"),
    "merged without a reason": (_with(shortest(Fate.MERGED), 2, note=None), "没有写理由"),
    "returned by a body that was not asked": (
        _with([R, F, Fate.RETURNED], 2, body="body-parks"), "不是转交给的那个单位",
    ),
    "a lead that the transfer left behind": (
        front(ANSWERED, bodies={"lead": "body-parks", "with": ["body-urban"]}),
        "不是最后一次转交给的那个单位",
    ),
    "handled by a body that has no part": (
        _with(ANSWERED, 2, body="body-parks"), "不是承办单位，也不是协办单位",
    ),
    "a lead that helps itself": (
        front([R], bodies={"lead": "body-urban", "with": ["body-urban"]}), "又写成了协办单位",
    ),
    "a withdrawn text that still stands": (
        front([R, Fate.WITHDRAWN], publication="summary"), "已撤回的还在公布",
    ),
    "merged and handled": (front([R], merged_into="8k3m9x2p"), "进展却不是“已并案”"),
    "an outcome before the reply": (
        front([R, F, H], outcome="not-adopted", reason="理由。"), "经过里却没有“已回复”",
    ),
    "adopted as nothing": (_without(front(PROMISED), "conversion"), "没有写转化途径"),
    "not adopted and yet turned into something": (
        front(ANSWERED, conversion="policy"), "不会有转化途径",
    ),
    "adopted and closed without a promise": (
        _without(front(PROMISED) | front([*ANSWERED, Fate.CLOSED], outcome="adopted"), "promises"),
        "不能没有承诺",
    ),
    "adopted and closed before it was done": (
        front(PROMISED) | front([*ANSWERED, Fate.CLOSED], outcome="adopted"),
        "已办结的，每个承诺都要写凭据",
    ),
    "promised nothing": (_without(front(PROMISED), "promises"), "却没有写承诺"),
    "promised what was not adopted": (
        front(PROMISED, outcome="kept-for-reference"), "只有采纳或者部分采纳的",
    ),
    "a promise beside a refusal": (
        front([*ANSWERED, Fate.CLOSED], promises=front(PROMISED)["promises"]),
        "只有采纳或者部分采纳的",
    ),
    "carried out without evidence": (
        _promising([*PROMISED, Fate.CARRIED_OUT], evidence=None), "每个承诺都要写凭据",
    ),
    "promised until before the reply": (_promising(PROMISED, by="2026-09-30"), "早于回复的月份"),
    "a promise that will have been changed": (
        _promising(PROMISED, was=[{**front(PROMISED)["promises"][0], "month": "2026-12"}]),
        "还没有到",
    ),
    "a mark before it was received": (
        front(ANSWERED, amended=[{"month": "2026-05", "what": "改。"}]), "早于收到的月份",
    ),
    "overdue before its day": (
        _promising([*PROMISED, Fate.PROMISE_OVERDUE], by="2026-12-01"), "却没有过了期限",
    ),
    "overdue though all is shown": (
        _promising([*PROMISED, Fate.PROMISE_OVERDUE], evidence="/e/"), "却没有过了期限",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_fault_is_told(name: str) -> None:
    head, words = PLANTED[name]
    assert words in _said(head)


def test_a_promise_that_was_put_off_is_still_overdue() -> None:
    was = [{**front(PROMISED)["promises"][0], "month": "2026-11"}]
    assert _said(_promising([*PROMISED, Fate.PROMISE_OVERDUE], by="2027-12-01", was=was)) == ""


def test_a_path_with_transfers_and_co_bodies_passes() -> None:
    walk = [R, F, Fate.RETURNED, F, H, Fate.REPLIED]
    head = front(walk, bodies={"lead": "body-police", "with": ["body-transport"]})
    bodies = ("petitions", "transport", "transport", "police", "transport", "police")
    for one, body in zip(head["history"], bodies, strict=True):
        one["body"] = f"body-{body}"
    assert _said(head) == ""


@pytest.mark.parametrize(
    "fate", [Fate.REGISTERED, Fate.HANDLING, Fate.REPLIED, Fate.PROMISED, Fate.CARRIED_OUT]
)
def test_a_text_can_be_taken_down_at_any_stage(fate: Fate) -> None:
    assert _said(front(shortest(fate), publication="removed")) == ""


def test_no_fault_repeats_what_people_wrote() -> None:
    private = "张三13800138000"
    for head, _ in PLANTED.values():
        noted = [{**one, "note": private} for one in head["history"]]
        promises = [{**promise, "what": private} for promise in head.get("promises", ())]
        said = _said({**head, "history": noted, "reason": private, "promises": promises})
        assert "张三" not in said
        assert "138" not in said
