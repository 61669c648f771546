"""Looking once more: what people put into a published text by hand may tell who wrote."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from yanlu.intake.redact import kinds, redact
from yanlu.packages.suggestions import Suggestion


def told(suggestion: Suggestion, keep: Collection[str]) -> list[str]:
    """Names of what is found with certainty in a text or its head, never the thing itself.

    `keep` are official numbers and addresses, as for `redact`.
    """
    replies = (suggestion.reply, *(earlier.text for earlier in suggestion.earlier))
    parts = (suggestion.title, suggestion.text, *replies, *_said(suggestion.front))
    written = {part for part in parts if part}  # most steps say nothing
    spans = [span for part in written for span in redact(part, keep).spans if span.certain]
    found = {kinds()[span.kind] for span in spans}
    return sorted(kind.title for kind in found if kind.masked)


def _said(front: Mapping[str, Any]) -> Iterator[str]:
    """What people wrote into a head: everything else there is a code or a month."""
    yield front.get("reason", "")
    for step in front["history"]:
        yield step.get("note", "")
    for promise in front.get("promises", ()):
        yield promise["what"]
        yield promise.get("evidence", "")


def faults(place: str, suggestion: Suggestion, keep: Collection[str]) -> Iterator[str]:
    """A sentence, where a published file tells something; `place` is where it lies."""
    found = told(suggestion, keep)
    if found:
        yield (
            f"{place}：文字里还有{'、'.join(found)}。"
            "请遮盖以后再提交；已经提交过的，见手册“出了事”。"
        )
