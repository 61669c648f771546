"""Two services on one database: killed, cut off, without their server; no receipt is lost."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from doubles import stores
from doubles.citizen import WRITTEN, code_in, confirmed, crowd
from doubles.crashes import letters
from doubles.door import Running, started
from doubles.postgres import Server
from doubles.wire import Wire, wire
from yanlu.intake.accept import code_hash
from yanlu.intake.store.database import opened, rows
from yanlu.receipts.codes import read_code, write_code

PROXY = "--trusted-proxy=127.0.0.1/32"
CONNECTIONS = 4  # for each service
GROUP = 40  # receipts between two troubles


@pytest.fixture
def line(postgres: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Wire]:
    """A wire to the server, over which the services and the test itself come to it."""
    with wire(postgres.folder) as made:
        monkeypatch.setenv(stores.SERVER, made.url("{}"))
        stores.redirect()
        try:
            yield made
        finally:
            stores.undo()
            made.mend()
            stores.drop_all()


@dataclass
class Heard:
    """What citizens were told, and by whom."""

    receipts: dict[bytes, str] = field(default_factory=dict)
    refused: dict[bytes, int] = field(default_factory=dict)
    _more: threading.Condition = field(default_factory=threading.Condition)

    def told(self, sent: bytes, status: int, body: bytes) -> None:
        with self._more:
            if status == 200 and (code := code_in(body.decode())):
                self.receipts[sent] = code
                self.refused.pop(sent, None)
            else:
                self.refused[sent] = status
            self._more.notify_all()
        if status != 200:
            time.sleep(0.1)  # nobody tries again at once

    def wait_for(self, wanted: Callable[[], bool]) -> None:
        """Until something is so."""
        with self._more:
            assert self._more.wait_for(wanted, 60)

    def more_receipts(self) -> None:
        """Until so many more were given."""
        goal = len(self.receipts) + GROUP
        self.wait_for(lambda: len(self.receipts) >= goal)

    def more_refusals(self) -> None:
        """Until somebody was told to try again."""
        before = len(self.refused)
        self.wait_for(lambda: len(self.refused) > before)


def _until(ended: threading.Event, store: Path) -> Iterator[bytes]:
    for letter in letters(store):
        if ended.is_set():
            return
        yield letter


def _troubled(doors: list[Running], line: Wire, postgres: Server) -> Heard:
    """Letters to both, while the link is cut, the server killed, and a service killed."""
    heard, ended = Heard(), threading.Event()

    def write(door: Running) -> None:
        asyncio.run(crowd(door.port, _until(ended, door.store), CONNECTIONS, heard.told))

    with ThreadPoolExecutor(2) as writers:
        written = [writers.submit(write, door) for door in doors]
        try:
            heard.more_receipts()
            line.cut()
            heard.more_refusals()
            line.mend()
            heard.more_receipts()
            postgres.kill()
            heard.more_refusals()
            postgres.start()
            heard.more_receipts()
            doors[0].process.kill()
            heard.more_receipts()
        finally:
            ended.set()
        for one in written:
            one.result()
    return heard


def test_of_receipts_given_while_link_server_and_service_failed_none_is_missing_or_double(
    office: Path, tmp_path: Path, postgres: Server, line: Wire
) -> None:
    folder = tmp_path / "store"
    with ExitStack() as running:
        doors = [running.enter_context(started(office, folder, PROXY)) for _ in range(2)]
        heard = _troubled(doors, line, postgres)
        again = list(heard.refused)
        asyncio.run(crowd(doors[1].port, iter(again), 4, heard.told))  # the same letters, once more
        assert set(heard.refused.values()) <= {429}
        assert doors[1].look("/readyz").text == "ok\n"
    with opened(folder) as store:
        held = [row["code_hash"] for row in rows(store.main, "SELECT code_hash FROM submission")]
        keys = {row["submission"] for row in rows(store.keys, "SELECT submission FROM key")}
        names = {row["id"] for row in rows(store.main, "SELECT id FROM submission")}
    promised = {code_hash(read_code(code)) for code in heard.receipts.values()}
    assert again
    assert len(promised) == len(heard.receipts) >= 4 * GROUP
    assert promised <= set(held)
    assert len(held) == len(set(held))
    assert names <= keys


def test_while_the_server_is_away_everybody_is_told_so_with_every_word_kept(
    office: Path, tmp_path: Path, line: Wire
) -> None:
    with started(office, tmp_path / "store", PROXY) as door:
        fields = confirmed(door.store, WRITTEN)
        line.cut()
        answer = door.send("/suggest/send", fields)
        assert answer.status == 503
        assert dict(answer.fields("/suggest/send")) == dict(fields)
        assert all(way in answer.text for way in ("打电话", "写信", "到窗口"))
        looked = door.send("/check/status", {"code": write_code(b"nobody has this.")})
        assert looked.status == 503
        assert door.look("/readyz").status == 503
        assert door.look("/healthz").status == 200
        assert {e["why"] for e in door.events() if e["event"] == "unstored"}
        line.mend()
        time.sleep(0.5)
        assert door.send("/suggest/send", fields).code
