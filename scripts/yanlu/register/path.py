"""Whether the path that a suggestion's file tells is one that it can have taken."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, pairwise
from typing import Any

from yanlu.model import FATES, Fate, Month
from yanlu.packages.suggestions import first_promised

_NOT_ADOPTED = "not-adopted"
_BEGINS = frozenset({Fate.RECEIVED, Fate.SCREENED, Fate.REGISTERED})
_WITH_NOTE = frozenset({Fate.RETURNED, Fate.MERGED})
_DONE = frozenset({Fate.CARRIED_OUT, Fate.CLOSED})
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
    yield from _steps(front)
    yield from _bodies(front)
    fate, last = front["fate"], steps[-1]["state"]
    if fate != last:
        yield f"进展写的是“{_shown(fate)}”，经过的最后一步却是“{_shown(last)}”"
    yield from _ends(front)
    yield from _outcome(front)
    yield from _promises(front, now)
    yield from _promised_days(front)
    yield from _marks(front, now)


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
    first = front["history"][0]
    if first["state"] == Fate.RECEIVED and first["month"] != front["month"]:
        yield "经过里“已收到”的月份，与收到的月份（month）不一致"
    if months[-1] > str(now):
        yield f"经过里有还没有到的月份（这次提交在{now.title}）"


def _steps(front: Front) -> Iterator[str]:
    """Steps that say why; of what was taken down, words may be gone."""
    for step in front["history"] if front["publication"] != "removed" else ():
        if Fate(step["state"]) in _WITH_NOTE and "note" not in step:
            yield f"经过里的“{_shown(step['state'])}”没有写理由（note）"


def _bodies(front: Front) -> Iterator[str]:
    """Who is asked must be who was last asked: a transfer is easily noted in one place only."""
    lead, others = front["bodies"]["lead"], front["bodies"].get("with", ())
    if lead in others:
        yield "承办单位又写成了协办单位（bodies.with）"
    asked = None
    for step in front["history"]:
        if step["state"] == Fate.FORWARDED:
            asked = step.get("body")
        elif step["state"] == Fate.RETURNED and step.get("body") != asked:
            yield "经过里交还的单位，不是转交给的那个单位"
    if asked not in (None, lead):
        yield "承办单位（bodies.lead）不是最后一次转交给的那个单位"
    workers = {s.get("body", lead) for s in front["history"] if s["state"] == Fate.HANDLING}
    if not workers <= {lead, *others}:
        yield "经过里办理的单位，不是承办单位，也不是协办单位"


def _ends(front: Front) -> Iterator[str]:
    """A withdrawn text is gone, and only what was merged lies elsewhere."""
    fate = Fate(front["fate"])
    if fate is Fate.WITHDRAWN and front["publication"] != "removed":
        yield "已撤回的还在公布（应当是 publication: removed，没有标题和文字）"
    if fate is not Fate.MERGED and "merged_into" in front:
        yield "写了并入哪一条（merged_into），进展却不是“已并案”"


def _outcome(front: Front) -> Iterator[str]:
    """What an outcome goes together with."""
    outcome = front.get("outcome")
    if outcome and Fate.REPLIED not in {step["state"] for step in front["history"]}:
        yield "写了回复结果，经过里却没有“已回复”"
    if outcome in TAKEN_UP and "conversion" not in front:
        yield "采纳了的，没有写转化途径（conversion）"
    if outcome == _NOT_ADOPTED and "conversion" in front:
        yield "没有采纳的，不会有转化途径（conversion）"


def _promises(front: Front, now: Month) -> Iterator[str]:
    """What is to come after an answer: who owes it, until when, and what shows that it came."""
    fate, promises = Fate(front["fate"]), front.get("promises", ())
    taken_up = front.get("outcome") in TAKEN_UP
    if taken_up and fate is Fate.CLOSED and not promises:
        yield "采纳了的，不能没有承诺（promises）就办结"
    if fate in _ANSWERED and not promises:
        yield f"进展是“{FATES[fate].shown}”，却没有写承诺（promises）"
    if (fate in _ANSWERED or promises) and not taken_up:
        yield "只有采纳或者部分采纳的，才有承诺和落实"
    owed = [first_promised(promise) for promise in promises if "evidence" not in promise]
    if fate in _DONE and owed:
        yield f"{FATES[fate].shown}的，每个承诺都要写凭据（evidence）"
    if fate is Fate.PROMISE_OVERDUE and promises and not any(_passed(by, now) for by in owed):
        yield "进展是“落实逾期”，却没有过了期限还缺凭据的承诺"


def _promised_days(front: Front) -> Iterator[str]:
    replies = (step["month"] for step in front["history"] if step["state"] == Fate.REPLIED)
    replied = next(replies, front["month"])
    if any(first_promised(promise)[:7] < replied for promise in front.get("promises", ())):
        yield "承诺的期限（by）早于回复的月份"


def _marks(front: Front, now: Month) -> Iterator[str]:
    """Months in which a page or a promise was amended: in order, and none to come."""
    amended = [mark["month"] for mark in front.get("amended", ())]
    if amended != sorted(amended):
        yield "修改说明（amended）应当按时间排，最近的在最后面"
    months = [[past["month"] for past in p.get("was", ())] for p in front.get("promises", ())]
    if any(each != sorted(each, reverse=True) for each in months):
        yield "承诺的原样（was）应当按时间排，最近的在最前面"
    if any(not front["month"] <= month <= str(now) for month in chain(amended, *months)):
        yield "修改的月份（amended、was）早于收到的月份，或者还没有到"


def _passed(by: str, now: Month) -> bool:
    """Whether a promised day can be over; of `now`, only the month is known."""
    return by < now.end.isoformat()


def _shown(state: str) -> str:
    return FATES[Fate(state)].shown
