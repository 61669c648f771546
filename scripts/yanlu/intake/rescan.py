"""Looking once more: what people put into a published text by hand may tell who wrote."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from yanlu.intake.redact import kinds, official_numbers, redact
from yanlu.packages.suggestions import FOLDER, Suggestion, read_suggestion


def told(suggestion: Suggestion, keep: Collection[str]) -> list[str]:
    """Names of what is found with certainty in a text or its reply, never the thing itself.

    `keep` are official numbers and addresses, as for `redact`.
    """
    parts = (suggestion.title, suggestion.text, suggestion.reply)
    spans = [span for part in parts for span in redact(part, keep).spans if span.certain]
    found = {kinds()[span.kind] for span in spans}
    return sorted(kind.title for kind in found if kind.masked)


def faults(data: Path) -> Iterator[str]:
    """A sentence for each published file that tells something, for `yanlu check`.

    Raises:
        PackageError: a file is none; `packages.check` says so before.
    """
    keep = official_numbers(data)
    for path in sorted((data / FOLDER).rglob("*.md")):
        found = told(read_suggestion(path.read_text("utf-8")), keep)
        if found:
            place = path.relative_to(data).as_posix()
            yield (
                f"data/{place}：文字里还有{'、'.join(found)}。"
                "请遮盖以后再提交；已经提交过的，见手册“出了事”。"
            )
