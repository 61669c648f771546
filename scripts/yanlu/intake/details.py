"""What was hidden of a writer must not come back in the words of the office.

The raw text is sealed: what was masked in it can be compared only where the private key is.
It is opened for the comparison alone, and shown to nobody.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from yanlu.errors import IntakeError
from yanlu.intake.redact import kinds, redact
from yanlu.intake.review import raw_of
from yanlu.intake.seal import Suite
from yanlu.intake.store.database import Store

_LEAST = 2  # characters; one alone stands in every text
_APART = re.compile(r"[\s\-－—·]")
_LISTED = re.compile(r"[，,；;、\n]")
_DOUBTFUL = frozenset({"name", "address"})


def hidden_details(
    store: Store, suite: Suite, held: Mapping[str, Any], private: str, keep: Collection[str]
) -> frozenset[str]:
    """What was masked in the raw text of a record, and its contact; empty once it is erased.

    `keep` are official numbers and addresses, as for `redact`. For the eyes of no one.

    Raises:
        IntakeError, StoreError: the key does not open it.
    """
    if held["text"] is None and held["contact"] is None:
        return frozenset()
    raw = raw_of(store, suite, held, private)
    texts = (*raw.text.values(), raw.appeal)
    found = [detail for text in texts for detail in _masked(text, keep)]
    found += [part for value in raw.contact.values() for part in _LISTED.split(value)]
    return frozenset(bare for detail in found if len(bare := _bare(detail)) >= _LEAST)


def _masked(text: str, keep: Collection[str]) -> Iterator[str]:
    for span in redact(text, keep).spans:
        if not kinds()[span.kind].masked:
            continue
        detail = text[span.start : span.end]
        yield detail
        if span.kind == "name" and span.certain and len(detail) == 3:
            yield detail[1:]  # a given name alone calls a person as well


def refuse_details(text: str, details: Collection[str]) -> None:
    """Refuse words that repeat something that was hidden; nothing of it is told.

    Raises:
        IntakeError: they do.
    """
    bare = _bare(text)
    if any(detail in bare for detail in details):
        raise IntakeError(
            "文字里重复了原文里遮盖的内容或者联系方式，没有写入。"
            "请对照遮盖后的文字（yanlu review show），改成不指向任何人的说法。"
        )


def refuse_doubtful(text: str, keep: Collection[str]) -> None:
    """Refuse what may be a name or an address, where nobody can compare it with the raw text.

    Raises:
        IntakeError: there is such; the message names the kinds alone.
    """
    found = {span.kind for span in redact(text, keep).spans} & _DOUBTFUL
    if found:
        titles = "、".join(sorted(kinds()[kind].title for kind in found))
        raise IntakeError(
            f"理由里可能有{titles}，没有写入。请改写，只说为什么是同一件事；"
            "在存有私钥的电脑上可以加 --key，与原文对照以后再定。"
        )


def _bare(text: str) -> str:
    return _APART.sub("", text).lower()
