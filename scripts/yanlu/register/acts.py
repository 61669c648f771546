"""What a later version of a call or of a proposal may not do to an earlier one.

They are acts of an office: the question, its period and its basis, what opinions there were,
what was proposed and answered. All of it may be put otherwise, and the page says that it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from yanlu.packages.calls import Call
from yanlu.packages.proposals import Proposal
from yanlu.register.amended import mark_faults
from yanlu.register.masks import only_masked

_CALL = {
    "title": "题目", "question": "问题", "kind": "种类", "opens": "开始的日子",
    "closes": "截止的日子", "short_because": "缩短的理由", "body": "征集单位",
    "topic": "主题", "region": "地区", "papers": "材料", "basis": "依据", "result": "结果",
}  # fmt: skip
_PROPOSAL = {
    "kind": "种类", "made": "提出的月份", "topic": "主题", "from": "提出的单位", "to": "接收的单位",
    "answer": "反馈的情况",
}  # fmt: skip
_ADDED = frozenset({"result", "answer"})  # what comes later, and is no change when it comes


def call_amendment_faults(before: Call, after: Call | None) -> Iterator[str]:
    """What is wrong with a call that readers once saw as `before`; None: it is gone."""
    if after is None:
        yield "公布过的征集不能删掉文件"
        return
    texts = {"说明": (before.text, after.text)}
    changed = _changed({**_parts(_CALL, before.front, after.front), **texts})
    yield from mark_faults(before.front, after.front, changed)


def proposal_amendment_faults(before: Proposal, after: Proposal | None) -> Iterator[str]:
    """The same for a proposal to a body."""
    if after is None:
        yield "公布过的督办建议不能删掉文件"
        return
    texts: dict[str, tuple[Any, Any]] = {
        "题目": (before.title, after.title),
        "内容": (before.text, after.text),
    }
    if before.answer:
        texts["反馈的原文"] = (before.answer, after.answer)
    changed = _changed({**_parts(_PROPOSAL, before.front, after.front), **texts})
    yield from mark_faults(before.front, after.front, changed)


def _parts(
    names: Mapping[str, str], before: Mapping[str, Any], after: Mapping[str, Any]
) -> dict[str, tuple[Any, Any]]:
    """Parts of two heads by their names; what only the later one has may have been added."""
    keys = [key for key in names if key in before or key not in _ADDED]
    return {f"{names[key]}（{key}）": (before.get(key), after.get(key)) for key in keys}


def _changed(parts: Mapping[str, tuple[Any, Any]]) -> list[str]:
    return [name for name, (old, new) in parts.items() if not _stays(old, new)]


def _stays(old: Any, new: Any) -> bool:
    """Whether a part is what it was, but for masks."""
    if isinstance(old, str) and isinstance(new, str):
        return only_masked(old, new)
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        return old.keys() == new.keys() and all(_stays(old[key], new[key]) for key in old)
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and all(map(_stays, old, new))
    return bool(old == new)
