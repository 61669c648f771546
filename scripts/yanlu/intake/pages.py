"""What of a page outlasts a tombstone: the office's reply, for the summary that may follow.

A tombstone has no text, and the store knows of a published file its head alone. The reply is the
office's own; it is kept as a note of the history, which goes when the writer erases the record.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from yanlu.errors import PackageError
from yanlu.intake.forge.port import Forge
from yanlu.intake.store.database import Connection
from yanlu.intake.store.events import Told
from yanlu.intake.store.records import REPLY_KEPT, Note, happen, history
from yanlu.packages.suggestions import Earlier, Suggestion, suggestion_of

Replies = tuple[str, tuple[Earlier, ...]]  # the one in force, and those that it corrected


def pages(
    forge: Forge, there: Mapping[str, str], records: Iterable[Mapping[str, Any]]
) -> dict[str, Suggestion | None]:
    """The files of those that were published; None: there is none to read.

    `there` are the content names of the files on the main branch, by id.
    """
    published = [r["id"] for r in records if r["head"]]
    names = {name: there[name] for name in published if name in there}
    contents = forge.contents(names.values()) if names else {}
    found = {name: _read(contents[content]) for name, content in names.items()}
    return {name: found.get(name) for name in published}


def _read(content: bytes) -> Suggestion | None:
    """What cannot be read is told of where it is adopted, and holds no tombstone up."""
    try:
        return suggestion_of(content)
    except PackageError:
        return None


def keep_replies(main: Connection, name: str, page: Suggestion, day: str, by: str) -> None:
    """Keep the replies of a page that is about to be taken down."""
    if page.reply:
        said = {"reply": page.reply, "earlier": [[e.month, e.text] for e in page.earlier]}
        note = Note(json.dumps(said, ensure_ascii=False))
        happen(main, name, day, REPLY_KEPT, by=by, note=note)


def kept_replies(main: Connection, name: str) -> Replies:
    """The replies of the page that was taken down last; empty where it had none."""
    notes = [h["note"] for h in history(main, name) if h["what"] == REPLY_KEPT and h["note"]]
    if not notes:
        return "", ()
    said: dict[str, Any] = json.loads(notes[-1])
    return said["reply"], tuple(Earlier(month, text) for month, text in said["earlier"])


def answer_told(page: Suggestion) -> Told | None:
    """What a published answer says, for the log: its words, and all that is promised in it.

    Promises stand in the head; they are bound as canonical JSON, with what was done about them.
    """
    if not page.reply:
        return None
    words = {"text": page.reply, "reason": page.front.get("reason", "")}
    if promises := page.front.get("promises"):
        words["promises"] = json.dumps(promises, ensure_ascii=False, sort_keys=True)
    return Told({"outcome": page.front.get("outcome", "")}, words)
