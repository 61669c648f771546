"""Whether the path that a suggestion's file tells is one that it can have taken."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from yanlu.model import FATES, Fate, Month

_BEGINS = frozenset({Fate.RECEIVED, Fate.SCREENED, Fate.REGISTERED})
_WITH_BODY = frozenset({Fate.REGISTERED, Fate.FORWARDED, Fate.RETURNED, Fate.HANDLING})
_ANSWERED = frozenset({Fate.PROMISED, Fate.PROMISE_OVERDUE, Fate.CARRIED_OUT})
TAKEN_UP = frozenset({"adopted", "partly-adopted"})  # outcomes after which something is to come

Front = Mapping[str, Any]


def path_faults(front: Front, now: Month) -> Iterator[str]:
    """What is wrong with the path of one suggestion; `now` is the month of the commit.

    The head follows the schema; what is looked at here is how its parts go together.
    """
    steps = front["history"]
    yield from _order(steps)
    yield from _months(front, now)
    yield from _steps(steps)
    fate, last = front["fate"], steps[-1]["state"]
    if fate != last:
        yield f"进展写的是“{_shown(fate)}”，经过的最后一步却是“{_shown(last)}”"
    yield from _outcome(front)


def _order(steps: Sequence[Front]) -> Iterator[str]:
    """Moves that the table of fates does not allow."""
    if Fate(steps[0]["state"]) not in _BEGINS:
        yield f"经过不能从“{_shown(steps[0]['state'])}”开始"
    for before, after in pairwise(steps):
        allowed = FATES[Fate(before["state"])].goes_to
        if Fate(after["state"]) not in allowed:
            ways = "、".join(sorted(f"{FATES[fate].shown}（{fate}）" for fate in allowed))
            yield (
                f"“{_shown(before['state'])}”以后不能是“{_shown(after['state'])}”，"
                f"只能是：{ways or '没有了，已经结束'}"
            )
    if [step["state"] for step in steps].count(Fate.RESTUDIED) > 1:
        yield "再研究只有一次"


def _months(front: Front, now: Month) -> Iterator[str]:
    months = [front["month"], *(step["month"] for step in front["history"])]
    if sorted(months) != months:
        yield "经过的月份前后颠倒，或者早于收到的月份"
    if months[-1] > str(now):
        yield f"经过里有还没有到的月份（这次提交在{now.title}）"


def _steps(steps: Sequence[Front]) -> Iterator[str]:
    for step in steps:
        if Fate(step["state"]) in _WITH_BODY and "body" not in step:
            yield f"经过里的“{_shown(step['state'])}”没有写是哪个单位（body）"
        if step["state"] == Fate.RETURNED and "note" not in step:
            yield "经过里的“已交还”没有写理由（note）"


def _outcome(front: Front) -> Iterator[str]:
    """What an answer must be followed by."""
    fate, outcome = Fate(front["fate"]), front.get("outcome")
    promises = front.get("promises", ())
    if outcome and Fate.REPLIED not in {step["state"] for step in front["history"]}:
        yield "写了回复结果，经过里却没有“已回复”"
    if outcome in TAKEN_UP and "conversion" not in front:
        yield "采纳了的，没有写转化途径（conversion）"
    if outcome in TAKEN_UP and fate is Fate.CLOSED and not promises:
        yield "采纳了的，不能没有承诺（promises）就办结"
    if fate in _ANSWERED and not promises:
        yield f"进展是“{FATES[fate].shown}”，却没有写承诺（promises）"
    if fate in _ANSWERED and outcome not in TAKEN_UP:
        yield "只有采纳或者部分采纳的，才有落实"
    if fate is Fate.CARRIED_OUT and not all("evidence" in promise for promise in promises):
        yield "已落实的，每个承诺都要写凭据（evidence）"


def _shown(state: str) -> str:
    return FATES[Fate(state)].shown
