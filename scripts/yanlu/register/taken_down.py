"""What a suggestion that was taken down still has to tell: whatever is counted.

Title, text, replies, reasons and other words may go, at any time and with no word said. Steps,
outcome, bodies and promised days stay, or a takedown would take what is late or was refused out
of the books.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from yanlu.packages.suggestions import Suggestion
from yanlu.register.amended import (
    answer_faults,
    mark_faults,
    named_changes,
    promise_faults,
    steps_stay,
)


def stone_faults(past: Sequence[Suggestion], stone: Suggestion) -> Iterator[str]:
    """What a tombstone lost of the last version before it that was in order.

    `past` are the published versions, the oldest first. A tombstone keeps no earlier replies, so
    no older version is asked: that one had to keep what they told. One that took something back
    was refused by every build and does not count, or a takedown could follow a silent change.
    """
    told, *later = past
    for version in later:
        if not list(_lost(told, version)):
            told = version
    yield from (f"撤下只能拿掉文字：{fault}" for fault in _lost(told, stone))


def _lost(before: Suggestion, after: Suggestion) -> Iterator[str]:
    if not steps_stay(before.front, after.front):
        yield "以前公布过的经过被改掉或者删去了"
    yield from answer_faults(before, after)
    yield from promise_faults(before.front, after.front)
    yield from mark_faults(
        before.front, after.front, list(named_changes(before.front, after.front))
    )


def noted_steps(stone: Suggestion, past: Sequence[Suggestion]) -> Sequence[Mapping[str, str]]:
    """The steps of a tombstone with the notes that they once had: those too may go."""
    notes = {
        place: {"note": step["note"]}
        for one in past
        for place, step in enumerate(one.front["history"])
        if "note" in step
    }
    return [{**notes.get(p, {}), **step} for p, step in enumerate(stone.front["history"])]
