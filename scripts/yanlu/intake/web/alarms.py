"""How things stand on the way from the store to the public, and what somebody must look after.

Counts, days and seconds only: nothing here tells one letter from another, or who wrote it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from yanlu.intake.delivery import Delivery
from yanlu.intake.lease import SECONDS
from yanlu.intake.owed import NOTIFY, Periods, suspected_late, unanswered_late
from yanlu.intake.reports import About, open_reports
from yanlu.intake.store.database import Connection, rows
from yanlu.intake.store.events import overdue
from yanlu.intake.store.records import oldest_waiting
from yanlu.intake.store.tries import Since
from yanlu.receipts.promises import TERM

_REFUSED = 300.0  # seconds for which a store that took nothing is told of
_ROUND = 300  # seconds without a round: the worker makes two a minute
_TRIES = 5  # failed tries of one batch: half an hour
_PAUSE = 2400  # seconds: longer than a forge that is only down makes us wait
_ROOM = 4  # times the space below which nothing is accepted any more
_ONWARD = tuple(state for state in Delivery if state not in (Delivery.MERGED, Delivery.KEPT))


@dataclass(frozen=True)
class Standing:
    """What the store tells of its worker and its forge.

    `unpublished`: how many letters there are in each state before the public; `oldest`: days
    since the oldest of them came, or the oldest claim or accusation that was not sent on.
    `late`: by how many days the periods of deadlines.csv are exceeded (0: they are not) for the
    oldest of them, for one that was taken for spam and never seen, and for an answer.
    `tries` and `pause` are those of the frozen batch that has them highest: failed tries, and
    seconds until the next. `since_round`: seconds since a worker of any process began a round;
    `since_fault`: seconds since this one's last fault; `since_refusal`: seconds since the
    store last would not take a record. `reported`: what readers have seen of persons on the
    site and nobody has settled. `backups`: how the last ones went. `unsealed`: lines whose
    promised day is over and which nobody has found in the log.
    """

    unpublished: Mapping[Delivery, int]
    oldest: int
    late: Mapping[str, int]
    tries: int
    pause: int
    since_round: int
    since_fault: float
    since_refusal: float
    reported: int
    backups: Since
    unsealed: int


def standing(
    main: Connection,
    periods: Periods,
    now: int,
    day: date,
    since_fault: float,
    since_refusal: float,
    backups: Since,
) -> Standing:
    """How things stand at `now` (Unix seconds), on `day` at the office."""
    letters = {r["delivery"]: r["n"] for r in rows(main, _LETTERS)}
    first = oldest_waiting(main)
    batch = rows(main, _BATCHES)[0]
    lease = rows(main, "SELECT until FROM lease WHERE name = 'publisher'")
    return Standing(
        unpublished={state: letters.get(state, 0) for state in _ONWARD},
        oldest=(day - date.fromisoformat(first)).days if first else 0,
        late={
            "oldest": periods.late(NOTIFY, first, day),
            "suspected": suspected_late(main, periods, day),
            "unanswered": unanswered_late(main, periods, day),
        },
        tries=batch["tries"] or 0,
        pause=max(0, (batch["next_try"] or 0) - now),
        since_round=now - (lease[0]["until"] - SECONDS if lease else 0),
        since_fault=since_fault,
        since_refusal=since_refusal,
        reported=sum(held["about"] == About.PERSONAL for held in open_reports(main)),
        backups=backups,
        unsealed=overdue(main, day - TERM),
    )


_LETTERS = (
    "SELECT delivery, count(*) AS n FROM submission WHERE lane = 'ordinary' GROUP BY delivery"
)
_BATCHES = (
    "SELECT max(tries) AS tries, max(next_try) AS next_try FROM batch WHERE delivery = 'frozen'"
)


def alarms(now: Standing, writer: bool, free: float, floor: int) -> Mapping[str, bool]:
    """What needs a person, by the failure it comes from; the log says the rest in words.

    `free` and `floor` are bytes: those there are, and those below which nothing is accepted.
    """
    return {
        "writer": not writer or now.since_refusal < _REFUSED,
        "disk": free < _ROOM * floor,
        "worker": now.since_round > _ROUND,
        "forge": now.tries >= _TRIES or now.pause > _PAUSE or now.since_fault < _ROUND,
        "missing": bool(now.unpublished[Delivery.MISSING]),
        "vanished": bool(now.unpublished[Delivery.VANISHED]),
        "reported": now.reported > 0,
        "unsealed": now.unsealed > 0,
        "backup": now.backups.is_failing,
        **{name: days > 0 for name, days in now.late.items()},
    }
