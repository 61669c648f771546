"""How much of a suggestion its writer allows to be public, against what stands there.

One rule for consent, withdrawal, erasure and the under-14s: what is shown never exceeds what is
allowed. Where it does, the page gives way to a tombstone in the next batch, by nobody's leave.

Two consents, neither of which holds the other: to a summary by the office, and to the writer's
own words, masked (个人信息保护法 (2021) 第二十五条 wants one for each).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from yanlu.errors import StoreError
from yanlu.intake.delivery import Delivery, deliver
from yanlu.intake.redact.controls import strip_controls
from yanlu.intake.redact.kinds import kinds
from yanlu.intake.store.database import Connection
from yanlu.intake.store.records import by_id
from yanlu.model import Fate

_NOTHING = frozenset({"removed", "unlisted"})
_PLACEHOLDER = re.compile("(〔[^〔〕]*〕)")
_OVER = frozenset({Fate.WITHDRAWN, Fate.REDIRECTED})
_IN_BATCH = frozenset({Delivery.FROZEN, Delivery.IN_REVIEW})
_TO_COME = frozenset({Delivery.APPROVED, Delivery.RETURNED, Delivery.MISSING})


def exceeds(record: Mapping[str, Any], publication: str) -> bool:
    """Whether a `publication` (as heads of files have it) shows more than is allowed."""
    return publication not in _NOTHING | allowed(record)


def allowed(record: Mapping[str, Any]) -> frozenset[str]:
    """What may be shown of it: "summary", "words", both or nothing."""
    if record["child"] or _is_over(record) or record["wish"] == "unlisted":
        return frozenset()
    if record["wish"] == "words" and record["summary_allowed"]:
        return frozenset({"words", "summary"})
    return frozenset({record["wish"]})


def narrower(record: Mapping[str, Any]) -> tuple[str, ...]:
    """The wishes that are less than the writer's present one and hold nothing new."""
    if record["wish"] == "unlisted":
        return ()
    both = allowed(record) > {"summary"}
    return ("unlisted", "summary") if both else ("unlisted",)


def publication(record: Mapping[str, Any], title: str, text: str) -> str:
    """As what a confirmed text may go out: "words", "summary", or "unlisted" (not at all).

    Words are the masked ones as the writer saw them, with more of them masked at most.

    Raises:
        StoreError: the writer agreed to the other of the two.
    """
    may = allowed(record)
    if not may:
        return "unlisted"
    masked = {part: strip_controls(said) for part, said in json.loads(record["redacted"]).items()}
    own_text = is_masked_further(own_words(masked), text)
    own_title = is_masked_further(masked["title"], title)
    if own_text and "words" in may and (own_title or "summary" in may):
        return "words"
    if not own_text and "summary" in may:
        return "summary"
    raise StoreError(_ONLY_SUMMARY if own_text and "summary" in may else _ONLY_WORDS)


_ONLY_WORDS = (
    "本人只同意公布原话，没有同意公布摘要：题目和文字都要用遮盖后的原话。"
    "可以把原话里的几处再换成〔…〕，不能改写。不合适公布的，用 yanlu review return 留在库里。"
)
_ONLY_SUMMARY = "本人只同意公布摘要，没有同意公布原话：请用自己的话写一段。"


def own_words(masked: Mapping[str, str]) -> str:
    """The writer's own text as it would be published."""
    return f"{masked['matter']}\n\n{masked['proposal']}"


def is_masked_further(masked: str, text: str) -> bool:
    """Whether `text` is `masked` with nothing changed but stretches that placeholders replace."""
    known = {kind.placeholder for kind in kinds().values() if kind.masked}
    pieces = _PLACEHOLDER.split(text.strip())
    if not known.issuperset(pieces[1::2]):
        return False  # a rewriting within brackets
    first, *middle = pieces[::2]
    rest = masked.strip()
    if not middle or not rest.startswith(first):
        return rest == first
    *middle, last = middle
    place = len(first)
    for piece in middle:  # the leftmost fit leaves most to those after it
        place = rest.find(piece, place + 1) + len(piece)
        if place < len(piece):
            return False
    return place + 1 <= len(rest) - len(last) and rest.endswith(last)


def stands(record: Mapping[str, Any]) -> str:
    """The `publication` of the file on the main branch, as last seen; "removed" for none."""
    head = json.loads(record["head"] or "{}")
    return str(head.get("publication", "removed"))


def may_come_back(record: Mapping[str, Any]) -> bool:
    """Whether a tombstone stands where its writer still allows something to be shown."""
    taken_down = record["delivery"] == Delivery.MERGED and stands(record) == "removed"
    return taken_down and bool(allowed(record))


def give_way(main: Connection, name: str) -> None:
    """Let a submission be where its writer's wish puts it, in the caller's transaction.

    What is in a batch already is the publisher's: it dissolves the batch, or warns staff and
    comes back here when the batch is settled.
    """
    record = by_id(main, name)
    if record is None:
        return
    now = Delivery(record["delivery"])
    after = _after(record, now)
    if after is not now:
        deliver(main, name, now, after)


def _after(record: Mapping[str, Any], now: Delivery) -> Delivery:
    if now in _IN_BATCH:
        return now
    if exceeds(record, stands(record)):
        return Delivery.APPROVED  # as a tombstone
    if record["head"]:
        stays_down = now in _TO_COME and not (allowed(record) and record["confirmed"])
        return Delivery.MERGED if stays_down else now
    if _is_over(record) or (now is Delivery.APPROVED and not allowed(record)):
        return Delivery.KEPT
    if now is Delivery.APPROVED and record["confirmed"] is None:
        return Delivery.WAITING  # a text that fits the narrower consent must be confirmed
    return now


def _is_over(record: Mapping[str, Any]) -> bool:
    return record["erased"] is not None or record["fate"] in _OVER
