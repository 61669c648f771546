"""The publisher on GitHub's double: each way in which staff may settle a pull request."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from doubles.github.server import Double
from intake.arrivals import arrival
from yanlu.intake.batches import Policy
from yanlu.intake.lease import take
from yanlu.intake.publisher import Publisher, Round, work
from yanlu.intake.store.database import change, opened, rows, write
from yanlu.intake.store.records import happen
from yanlu.intake.store.writer import commit

DAY, NOW = date(2026, 11, 25), 1_790_000_000


@dataclass
class Desk:
    """A publisher with one approved suggestion in its store."""

    publisher: Publisher
    name: str

    def work(self) -> Round:
        return work(self.publisher, NOW, DAY)

    @property
    def delivery(self) -> str:
        query = "SELECT delivery FROM submission WHERE id = ?"
        return str(rows(self.publisher.store.main, query, (self.name,))[0]["delivery"])


@pytest.fixture
def desk(tmp_path: Path, forge: Any) -> Iterator[Desk]:
    with opened(tmp_path / "store") as store:
        one = arrival()
        commit(store, [one], 0)

        def confirm(main: Any) -> None:
            said = {"title": "修路灯", "text": "建议修好路灯。", "publication": one.wish}
            text = json.dumps(said)
            query = "UPDATE submission SET confirmed=?, delivery='approved', fate='registered'"
            change(main, f"{query} WHERE id = ?", (text, one.id))
            happen(main, one.id, "2026-11-25", "registered", by="王某", body="body-urban")

        write(store.main, confirm)
        lease = take(store, "publisher", "a", NOW)
        assert lease is not None
        publisher = Publisher(store, lease, forge, Policy(None, 1), "main", str, frozenset())
        yield Desk(publisher, one.id)


def _merge(pull: Any) -> None:
    pull.merge()


def _close(pull: Any) -> None:
    pull.close()


@pytest.mark.parametrize(("act", "after"), [(_merge, "merged"), (_close, "returned")])
def test_what_staff_do_to_the_pull_request_is_what_the_store_says(
    desk: Desk,
    staff: Any,
    act: Callable[[Any], None],
    after: str,
) -> None:
    assert desk.work().proposed == 1
    (pull,) = staff.pull_requests(state="open")
    act(pull)
    assert desk.work().settled == 1
    assert desk.delivery == after


def test_a_public_repository_gets_nothing_and_the_office_is_told(
    desk: Desk,
    double: Double,
    staff: Any,
) -> None:
    double.hub.private = False
    done = desk.work()
    assert done.proposed == 0
    assert done.alarms
    assert desk.delivery == "approved"
    assert not list(staff.pull_requests(state="all"))
    assert not double.hub.bare.names("refs/heads/inbox/")
