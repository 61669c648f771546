"""What a later version of a suggestion's file may not do to an earlier one.

A reader who has seen a page must find on a later one all that was said before: steps are
added and never taken back, and an answer that was corrected stays below the new one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from yanlu.packages.suggestions import Suggestion


def amendment_faults(before: Suggestion, after: Suggestion | None) -> Iterator[str]:
    """What is wrong with a file that readers once saw as `before`; None: it is gone."""
    if after is None:
        yield "公布过的建议不能删掉文件：请改成已撤下（publication: removed），留下经过"
        return
    kept = after.front["history"][: len(before.front["history"])]
    if list(map(_told, before.front["history"])) != list(map(_told, kept)):
        yield "以前公布过的经过被改掉或者删去了；只能在后面添加"
    if after.front["publication"] == "removed":
        return
    if before.front["publication"] == "removed":
        yield "已撤下的不能再公布"
    if not _replies(before) <= _replies(after):
        yield "回复改过了，原来的没有留在下面（加一行 <!-- 原回复 年-月 -->，再写原来的回复）"


def _told(step: Any) -> tuple[str, str, str | None]:
    """What of a step must stay; its note may be put better."""
    return step["state"], step["month"], step.get("body")


def _replies(suggestion: Suggestion) -> set[str]:
    return {suggestion.reply, *(earlier.text for earlier in suggestion.earlier)} - {""}
