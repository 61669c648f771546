"""`/log/`: the log as it is served, made from its text alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from yanlu.receipts.log import Log
from yanlu.receipts.policies import Policy
from yanlu.receipts.tiles import tile_files

CHECKPOINT, POLICY, ENTRIES = "checkpoint", "policy.txt", "entries.txt"


def site_files(log: Log, policy: Policy) -> Iterator[tuple[str, bytes]]:
    """Every file, as (path relative to `/log/`, content); none before the first checkpoint."""
    if not log.size:
        return
    yield CHECKPOINT, str(log.notes[log.size]).encode()
    yield POLICY, str(policy).encode()
    yield ENTRIES, listed(log.entries)
    for size, note in log.notes.items():
        yield f"history/{size}.checkpoint", str(note).encode()
    yield from tile_files(log.tree, log.entries, log.notes)


def listed(entries: Sequence[bytes]) -> bytes:
    """The lines for people: an index, a tab, the line."""
    return b"".join([b"%d\t%s\n" % line for line in enumerate(entries)])
