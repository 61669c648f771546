"""What a later version of a suggestion's file may not do to an earlier one.

A reader who has seen a page must find on a later one all that was said before: steps are
added and never taken back, an answer that was corrected stays below the new one, and so does
a promise. Title and text may be put otherwise, since they are the office's summary or may tell
too much, and so may topic, place, month, evidence and the notes of steps, which may be wrong;
but the page says that they were. Masks can be put in anywhere and at any time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from yanlu.model import Fate
from yanlu.packages.heads import Head
from yanlu.packages.suggestions import Suggestion
from yanlu.register.masks import only_masked
from yanlu.register.path import TAKEN_UP

_NAMED = {
    "topic": "主题", "region": "地区", "month": "收到的月份", "call": "所属征集",
    "publication": "公开方式",
}  # fmt: skip
_ANSWER = {"outcome": "结果", "reason": "理由", "conversion": "转化途径"}

_CAME_BACK = (
    "已撤下的又公布了，页面上没有说明：本人撤回、删除的不能再公布；"
    "重新写了摘要或者重新遮盖的，在头部的 amended 加一项，写明哪个月、为什么"
)


def amendment_faults(before: Suggestion, after: Suggestion | None) -> Iterator[str]:
    """What is wrong with a file that readers once saw as `before`; None: it is gone."""
    if after is None:
        yield (
            "公布过的建议不能删掉文件，也不能移到另一年的文件夹："
            "要撤下的，请改成已撤下（publication: removed），留下经过"
        )
        return
    if not steps_stay(before.front, after.front):
        yield "以前公布过的经过被改掉或者删去了；只能在后面添加"
    if after.front["publication"] == "removed":
        return  # of it `stone_faults` tells
    if before.front["publication"] == "removed":
        if len(after.front.get("amended", ())) <= len(before.front.get("amended", ())):
            yield _CAME_BACK
        yield from answer_faults(before, after)
        yield from promise_faults(before.front, after.front)
        return
    if not all(_found(reply, _replies(after)) for reply in _replies(before)):
        yield "回复改过了，原来的没有留在下面（加一行 <!-- 原回复 年-月 -->，再写原来的回复）"
    yield from answer_faults(before, after)
    yield from promise_faults(before.front, after.front)
    yield from mark_faults(before.front, after.front, list(_changed(before, after)))


def _changed(before: Suggestion, after: Suggestion) -> Iterator[str]:
    """Parts that are not what they were, but for masks and what a later step brings along."""
    old, new = before.front, after.front
    parts = {"题目": (before.title, after.title), "正文": (before.text, after.text)}
    yield from (name for name, (was, now) in parts.items() if not only_masked(was, now))
    yield from named_changes(old, new)
    notes = zip(map(_note, old["history"]), map(_note, new["history"]), strict=False)
    if not all(only_masked(was, now) for was, now in notes):
        yield "经过里的说明（note）"


def named_changes(old: Head, new: Head) -> Iterator[str]:
    """Parts of a head that are not what they were, and are codes, months or addresses."""
    for key, name in _NAMED.items():
        if old.get(key) != new.get(key) and "removed" not in (old.get(key), new.get(key)):
            yield f"{name}（{key}）"
    if not _same_bodies(old, new):
        yield "承办和协办单位（bodies）"
    if not all(_same_evidence(one, new) for one in old.get("promises", ())):
        yield "落实的凭据（evidence）"


def _same_bodies(old: Head, new: Head) -> bool:
    """Whether nobody dropped out: one more may help, and a further transfer names others."""
    if _count(new, Fate.FORWARDED) > _count(old, Fate.FORWARDED):
        return True
    was, now = old["bodies"], new["bodies"]
    return bool(was["lead"] == now["lead"]) and set(was.get("with", ())) <= set(now.get("with", ()))


def _note(step: Mapping[str, str]) -> str:
    return step.get("note", "")


def mark_faults(before: Head, after: Head, changed: Sequence[str]) -> Iterator[str]:
    """What was `changed` must be owned up to by one more mark, and marks stay."""
    old, new = before.get("amended", ()), after.get("amended", ())
    stay = len(old) <= len(new) and all(map(_same_mark, old, new))
    if not stay:
        yield "公布过的修改说明（amended）被改掉或者删去了；只能在后面添加"
    elif changed and len(new) == len(old):
        yield (
            f"公布过的{'、'.join(changed)}改过了，页面上没有说明"
            "（在头部的 amended 加一项：month 写月份，what 写改了什么、为什么；"
            "只是遮盖的，换成〔电话〕这样的字样，不用说明）"
        )


def _same_mark(old: Mapping[str, str], new: Mapping[str, str]) -> bool:
    return old["month"] == new["month"] and only_masked(old["what"], new["what"])


def steps_stay(before: Head, after: Head) -> bool:
    """Whether all steps are there that were told, and new ones come after them."""
    old, new = before["history"], after["history"]
    return list(map(_told, old)) == list(map(_told, new[: len(old)]))


def _told(step: Any) -> tuple[str, str, str | None]:
    """What of a step must stay; its note may be put better, and the page says so."""
    return step["state"], step["month"], step.get("body")


def _replies(suggestion: Suggestion) -> set[str]:
    return {suggestion.reply, *(earlier.text for earlier in suggestion.earlier)} - {""}


def _found(text: str, among: set[str]) -> bool:
    return text in among or any(only_masked(text, other) for other in among)


def answer_faults(before: Suggestion, after: Suggestion) -> Iterator[str]:
    """What was decided changes only with an answer that says so: corrected, or a second one."""
    changed = [
        f"{name}（{key}）"
        for key, name in _ANSWER.items()
        if key in before.front and not _stays(before.front[key], key, after.front)
    ]
    corrected = before.reply and _found(before.reply, {past.text for past in after.earlier})
    again = _count(after.front, Fate.REPLIED) > _count(before.front, Fate.REPLIED)
    if changed and not corrected and not again:
        yield (
            f"公布过的{'、'.join(changed)}改过了，回复没有更正，也没有再研究以后再回复；"
            "要改，先更正回复，原来的留在下面"
        )


def _stays(said: str, key: str, after: Head) -> bool:
    """Whether a part of an answer is still said; words may go from what was taken down."""
    gone = key == "reason" and after["publication"] == "removed" and key not in after
    return gone or only_masked(said, after.get(key, ""))


def _count(head: Head, fate: Fate) -> int:
    return sum(step["state"] == fate for step in head["history"])


def promise_faults(before: Head, after: Head) -> Iterator[str]:
    """Promises are added or kept; only an answer that takes nothing up any more ends them."""
    told = list(after.get("promises", ()))
    lost = False
    for old in before.get("promises", ()):
        found = next((new for new in told if _kept(old, new)), None)
        lost = lost or found is None
        if found is not None:
            told.remove(found)
    if lost and after.get("outcome") in TAKEN_UP:
        yield (
            "公布过的承诺或者凭据被改掉或者删去了；要改承诺，"
            "把原来的 what、body、by 和修改的月份（month）写在这个承诺的 was 里"
        )


def _kept(old: Head, new: Head) -> bool:
    """Whether a promise, and all that it was before, is found in a later one."""
    versions = [new, *new.get("was", ())]
    told = [old, *old.get("was", ())]
    shown = "evidence" in new or "evidence" not in old
    return shown and all(any(_same(one, other) for other in versions) for one in told)


def _same_evidence(old: Head, after: Head) -> bool:
    """Whether a kept promise is still shown to be by the same page; of a lost one others tell."""
    found = [new.get("evidence") for new in after.get("promises", ()) if _kept(old, new)]
    return "evidence" not in old or not found or old["evidence"] in found


def _same(one: Head, other: Head) -> bool:
    """Words may be gone of what was taken down, and only of that."""
    same = (one["body"], one["by"]) == (other["body"], other["by"])
    dated = "month" not in one or one["month"] == other.get("month")
    gone = "what" not in one or "what" not in other
    return same and dated and (gone or only_masked(one["what"], other["what"]))
