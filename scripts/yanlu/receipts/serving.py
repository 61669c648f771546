"""`/log/`: the log as it is served, made from its text alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from yanlu.receipts.log import Log
from yanlu.receipts.policies import Policy
from yanlu.receipts.tiles import tile_files

CHECKPOINT, POLICY, ENTRIES = "checkpoint", "policy.txt", "entries.txt"


def witnessed(log: Log, policy: Policy) -> Log:
    """The log as far as enough witnesses have signed; the whole of it where they never did.

    They sign after the sealer. What is served before they have, every reader would refuse.
    """
    enough = [size for size, note in log.notes.items() if policy.has_quorum(note)]
    size = max(enough, default=log.size)
    return Log(log.days, {at: note for at, note in log.notes.items() if at <= size})


def site_files(log: Log, policy: Policy) -> Iterator[tuple[str, bytes]]:
    """Every file, as (path relative to `/log/`, content); none before the first checkpoint."""
    log = witnessed(log, policy)
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
