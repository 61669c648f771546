"""Looking once more: what people put into a published text by hand may tell who wrote."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from yanlu.errors import PackageError
from yanlu.intake.redact import kinds, official_numbers, redact
from yanlu.packages.suggestions import Suggestion, open_suggestion


def told(suggestion: Suggestion, keep: Collection[str]) -> list[str]:
    """Names of what is found with certainty in a text or its head, never the thing itself.

    `keep` are official numbers and addresses, as for `redact`.
    """
    replies = (suggestion.reply, *(earlier.text for earlier in suggestion.earlier))
    parts = (suggestion.title, suggestion.text, *replies, *_said(suggestion.front))
    spans = [span for part in parts for span in redact(part, keep).spans if span.certain]
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


def faults(data: Path, paths: Iterable[Path]) -> Iterator[str]:
    """A sentence for each of these published files that tells something.

    A file that is none is passed over: `packages.check` says what is wrong with it.
    """
    keep = official_numbers(data)
    for path in paths:
        suggestion = _read(path)
        found = told(suggestion, keep) if suggestion else []
        if found:
            place = path.relative_to(data).as_posix()
            yield (
                f"data/{place}：文字里还有{'、'.join(found)}。"
                "请遮盖以后再提交；已经提交过的，见手册“出了事”。"
            )


def _read(path: Path) -> Suggestion | None:
    try:
        return open_suggestion(path)
    except PackageError:
        return None
