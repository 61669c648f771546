"""What the confirm page shows: exactly what the public would see, what was masked, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from yanlu.intake.accept import TEXTS, wish
from yanlu.intake.entry import Contact, Entry, Kind
from yanlu.intake.redact import Kind as Mask
from yanlu.intake.redact import Redaction, kinds


@dataclass(frozen=True)
class Piece:
    """A stretch of text as the public would see it: its own words, or a placeholder."""

    text: str
    mask: Mask | None = None


def pieces(redaction: Redaction) -> Iterator[Piece]:
    """The redacted text, cut at what stands in place of something: nothing else is shown."""
    rest = redaction.redacted
    for span in redaction.spans:
        mask = kinds()[span.kind]
        if mask.masked:
            before, _, rest = rest.partition(mask.placeholder)
            yield Piece(before)
            yield Piece(mask.placeholder, mask)
    yield Piece(rest)


def shown(entry: Entry, redactions: Mapping[str, Redaction]) -> dict[str, Any]:
    """The facts of the confirm page. A claim or an accusation has nothing public to show."""
    found = Counter(span.kind for r in redactions.values() for span in r.spans)
    public = entry.kind is Kind.SUGGESTION
    return {
        "public": {name: list(pieces(redactions[name])) if public else [] for name in TEXTS},
        "masked": [
            {"name": mask.title, "count": found[code], "why": mask.why}
            for code, mask in kinds().items()
            if mask.masked and found[code]
        ],
        "marked": any(r.needs_person for r in redactions.values()),
        "publication": {"unlisted": "none"}.get(wish(entry), wish(entry)) if public else "none",
        "summary_allowed": entry.summary_allowed,
        "contact": entry.contact != Contact(),
        "child": entry.child,
        "kind": entry.kind,
    }
