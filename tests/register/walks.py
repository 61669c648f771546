"""Walks through the table of fates, and suggestions that took them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from yanlu.model import FATES, Fate, Month
from yanlu.packages.suggestions import Earlier, Suggestion, suggestion_path, write_suggestion

NOW = Month(2026, 11)
RECEIVED = "2026-06"
BEGINS = (Fate.RECEIVED, Fate.SCREENED, Fate.REGISTERED)
FILED = tuple(fate for fate in Fate if fate is not Fate.REDIRECTED)  # a claim leaves no file
TAKEN_UP = (Fate.PROMISED, Fate.PROMISE_OVERDUE, Fate.CARRIED_OUT)
REPLY = "6月我们到现场量过三次，地面确实不平。8月底前由养护科铺平这一段，费用在今年的养护经费内。"
TITLE, TEXT = "把步道铺平", "步道有一段坑洼，下雨积水，请铺平。"

Front = dict[str, Any]


def front(walk: Sequence[Fate], **changes: Any) -> Front:
    """A head that tells of this walk and has all that its end asks for, with changes."""
    fate, month = walk[-1], str(changes.get("month", RECEIVED))
    made: Front = {
        "id": "7k3m9x2p",
        "topic": "roads",
        "region": "dorchester",
        "month": month,
        "fate": str(fate),
        "publication": "removed" if fate is Fate.WITHDRAWN else "summary",
        "bodies": {"lead": "body-urban"},
        "history": [step(state, month if state is Fate.RECEIVED else "") for state in walk],
        **_ending(walk),
    }
    return {**made, **changes}


def step(state: Fate, month: str = "", **changes: str) -> dict[str, str]:
    """A step by one body, with its reason."""
    month = month or (RECEIVED if state is Fate.RECEIVED else "2026-10")
    return {"state": str(state), "month": month, "body": "body-urban", "note": "理由。", **changes}


def _ending(walk: Sequence[Fate]) -> Front:
    fate = walk[-1]
    merged: Front = {"merged_into": "8k3m9x2p"} if fate is Fate.MERGED else {}
    if not set(walk) & {Fate.REPLIED, Fate.CLOSED, *TAKEN_UP}:
        return merged
    if not set(walk) & set(TAKEN_UP):
        return {"outcome": "not-adopted", "reason": "理由。"}
    promise = {"what": "铺平", "body": "body-urban", "by": "2026-10-31"}
    proof = {"evidence": "/evidence/"} if fate is Fate.CARRIED_OUT else {}
    return {
        "outcome": "adopted",
        "reason": "理由。",
        "conversion": "convenience",
        "promises": [{**promise, **proof}],
    }


def suggestion(
    walk: Sequence[Fate], reply: str = "", earlier: Sequence[Earlier] = (), **changes: Any
) -> Suggestion:
    """A suggestion that took this walk; it has a reply where it has an outcome."""
    head = front(walk, **changes)
    if head["publication"] == "removed":
        return Suggestion(head)
    answer = reply or (REPLY if "outcome" in head else "")
    return Suggestion(head, TITLE, TEXT, answer, tuple(earlier))


def course(walk: Sequence[Fate]) -> list[Suggestion]:
    """The suggestion after each step of a walk, with the answer that it has at the end."""
    whole = front(walk)
    answer = {key: whole[key] for key in ("outcome", "reason", "conversion") if key in whole}
    told = [(walk[:length], front(walk[:length])) for length in range(1, len(walk) + 1)]
    return [suggestion(part, **(answer if "outcome" in head else {})) for part, head in told]


def put(folder: Path, *suggestions: Suggestion) -> list[Path]:
    """Write suggestions below `folder`, the folder of a portal."""
    paths = []
    for one in suggestions:
        path = folder / "data" / suggestion_path(one.front)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(write_suggestion(one), "utf-8")
        paths.append(path)
    return paths


def shortest(goal: Fate) -> list[Fate]:
    """The shortest walk from the first fate to this one."""
    ways: Mapping[Fate, list[Fate]] = {Fate.RECEIVED: [Fate.RECEIVED]}
    while goal not in ways:
        longer = {
            after: [*way, after]
            for fate, way in ways.items()
            for after in FATES[fate].goes_to
            if after not in ways
        }
        ways = {**ways, **longer}
    return ways[goal]


@st.composite
def walks(draw: st.DrawFn) -> list[Fate]:
    """Any walk that the table allows, of up to sixteen steps, studied again at most once."""
    walk = [draw(st.sampled_from(BEGINS))]
    for _ in range(draw(st.integers(0, 15))):
        used = {Fate.REDIRECTED} | ({Fate.RESTUDIED} & set(walk))
        ways = sorted(FATES[walk[-1]].goes_to - used)
        if not ways:
            break
        walk.append(draw(st.sampled_from(ways)))
    return walk
