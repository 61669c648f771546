"""One worker at a time: a lease with a fencing number, checked inside every transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from yanlu.errors import StoreError
from yanlu.intake.holder import has_ended
from yanlu.intake.store.database import Connection, Store, change, rows, write_records

Result = TypeVar("Result")
SECONDS = 120  # a holder that has not renewed by then may be replaced
Ended = Callable[[str], bool]


@dataclass(frozen=True)
class Lease:
    """What a holder may write by; worthless as soon as another has taken over."""

    store: Store
    name: str
    fence: int

    def write(self, act: Callable[[Connection], Result]) -> Result:
        """One act on the records in one transaction, if the lease is still ours.

        Raises:
            StoreError: another process has taken over, or the store is not where it was;
                nothing was written.
        """

        def fenced(main: Connection) -> Result:
            held = rows(main, "SELECT fence FROM lease WHERE name = ?", (self.name,))
            if not held or held[0]["fence"] != self.fence:
                raise StoreError("另一个进程接手了发布，这一个停下来，没有写入。")
            return act(main)

        return write_records(self.store, fenced)


def take(store: Store, name: str, holder: str, now: int, ended: Ended = has_ended) -> Lease | None:
    """Take or renew a lease; None while another holds it. `now` is Unix seconds.

    Of a holder that is known to have ended (`ended`, by its name) it is taken over at once. A
    lease that ends later than any could is from a clock that has been put back since; its
    holder, if there still is one, finds out by the number.

    Raises:
        StoreError: the store is not where it was, or cannot be written.
    """

    def act(main: Connection) -> Lease | None:
        held = rows(main, "SELECT * FROM lease WHERE name = ?", (name,))
        if held and held[0]["holder"] != holder and _runs(held[0], now, ended):
            return None
        ours = bool(held) and held[0]["holder"] == holder
        fence = (held[0]["fence"] + (not ours)) if held else 1
        change(
            main,
            "INSERT INTO lease (name, fence, holder, until) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (name) DO UPDATE SET fence = excluded.fence, "
            "holder = excluded.holder, until = excluded.until",
            (name, fence, holder, now + SECONDS),
        )
        return Lease(store, name, fence)

    return write_records(store, act)


def _runs(held: Mapping[str, Any], now: int, ended: Ended) -> bool:
    return now < held["until"] <= now + SECONDS and not ended(held["holder"])
