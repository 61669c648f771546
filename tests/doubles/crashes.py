"""Rounds of killing the service under load, and what was promised in them."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from doubles.citizen import WRITTEN, code_in, confirmed, crowd, post
from doubles.door import Running
from yanlu.intake.accept import code_hash
from yanlu.intake.store.database import opened, rows
from yanlu.receipts.codes import read_code

CONNECTIONS = 24
_ASKED_AGAIN = 50


@dataclass(frozen=True)
class Round:
    """What became of the receipts of one round."""

    acknowledged: int
    missing: int
    stored: int
    twice: int
    changed: int


def crash(serving: AbstractContextManager[Running], after: int) -> tuple[Path, dict[bytes, str]]:
    """Kill a service with SIGKILL when it has given so many receipts: requests → codes."""
    receipts: dict[bytes, str] = {}
    with serving as door:

        def heard(sent: bytes, status: int, body: bytes) -> None:
            code = code_in(body.decode())
            if status == 200 and code:
                receipts[sent] = code
            if len(receipts) == after:
                door.process.kill()

        asyncio.run(crowd(door.port, letters(door.store), CONNECTIONS, heard))
    return door.store, receipts


def letters(store: Path) -> Iterator[bytes]:
    """Confirmed suggestions without end, each from an address of its own."""
    for number in itertools.count():
        written = {**WRITTEN, "title": f"{WRITTEN['title']}，第{number}处"}
        yield post("/suggest/send", confirmed(store, written), _from())


def _from() -> str:
    address = ".".join(str(random.randrange(256)) for _ in range(3))  # noqa: S311 - not a secret
    return f"X-Forwarded-For: 10.{address}"


def judge(serving: AbstractContextManager[Running], receipts: dict[bytes, str]) -> Round:
    """Start the service again, and compare what it holds with what it had promised."""
    with serving as door:
        with opened(door.store) as store:
            held = [
                row["code_hash"] for row in rows(store.main, "SELECT code_hash FROM submission")
            ]
        promised = {code_hash(read_code(code)) for code in receipts.values()}
        again: dict[bytes, str | None] = {}

        def heard(sent: bytes, _status: int, body: bytes) -> None:
            again[sent] = code_in(body.decode())

        some = random.sample(sorted(receipts), min(_ASKED_AGAIN, len(receipts)))
        asyncio.run(crowd(door.port, iter(some), 4, heard))
    return Round(
        acknowledged=len(receipts),
        missing=len(promised - set(held)),
        stored=len(held),
        twice=len(held) - len(set(held)) + len(receipts) - len(promised),
        changed=sum(code != receipts[sent] for sent, code in again.items()),
    )
