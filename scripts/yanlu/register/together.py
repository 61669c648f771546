"""One answer for those who wrote to a call: the same words, and where its result stands.

A call's result tells which opinions were adopted and why (《重大行政决策程序暂行条例》, 2019,
art. 32); answering each who wrote is the portal's own promise, and all may be answered alike. The
answer leaves a suggestion at 已回复, not 已办结: whoever wrote it may still ask that it be studied
again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from yanlu.model import Fate, Month
from yanlu.packages.calls import Call
from yanlu.packages.suggestions import Suggestion

MAY_BE_ANSWERED = frozenset({Fate.REGISTERED, Fate.HANDLING})


@dataclass(frozen=True)
class Answer:
    """What is answered, by whom and why; `conversion` (conversions.csv) where it is adopted.

    `promises` are as in the head of a suggestion.
    """

    outcome: str
    reason: str
    text: str
    body: str
    conversion: str | None = None
    promises: Sequence[Mapping[str, str]] = ()


def pointed(text: str, call: Call, root: str = "/") -> str:
    """The words of an answer to a call, with the address of its result below them."""
    return f"{text}\n\n{_where(call)}[{call.front['title']}]({root}calls/{call.front['id']}/)。"


def spelled(text: str, call: Call, base_url: str) -> str:
    """The same where no link can be followed."""
    where = f"“{call.front['title']}”（{base_url}calls/{call.front['id']}/）"
    return f"{text}\n\n{_where(call)}{where}。"


def _where(call: Call) -> str:
    day = call.front["result"]["published"]
    return f"这次征集的意见分成几组、哪些采纳了、为什么，{day[:4]}年{int(day[5:7])}月已经公布，见"


def answered(suggestion: Suggestion, answer: Answer, month: Month) -> Suggestion:
    """A suggestion that may be answered, with this answer, and its promises, as its next steps."""
    states = [Fate.REPLIED, Fate.PROMISED] if answer.promises else [Fate.REPLIED]
    steps = [{"state": str(s), "month": str(month), "body": answer.body} for s in states]
    front: dict[str, Any] = {
        **suggestion.front,
        "fate": str(states[-1]),
        "history": [*suggestion.front["history"], *steps],
        "outcome": answer.outcome,
        "reason": answer.reason,
    }
    if answer.conversion:
        front["conversion"] = answer.conversion
    if answer.promises:
        front["promises"] = [dict(promise) for promise in answer.promises]
    return replace(suggestion, front=front, reply=answer.text)
