"""The intake under load: accepted requests against bare SQLite, waits, and slow clients."""

from __future__ import annotations

import asyncio
import secrets
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from doubles.citizen import Answer, Figures, Heard, confirmed, crowd, letter
from doubles.crashes import Round, crash, judge
from doubles.door import Running, make_office, started
from doubles.hostile import attack, resident
from doubles.slow import drip, hang, still_open
from yanlu.intake.nonce import SOONEST
from yanlu.intake.store.database import opened, rows, write

CONNECTIONS = 64
REQUESTS = 1500  # a round
ROUNDS = 3
FLOOR_SECONDS = 4.0
GROUP = 64
SLOW_CLIENTS = 100
CRASHES, RECEIPTS = 10, 1000
HOSTILE = 10_000
PROXY = "--trusted-proxy=127.0.0.1/32"
WRITTEN = {  # about 300 characters with something to mask, as people write
    "title": "幸福路小学门口放学时太堵，请划出接送区",
    "matter": "每天下午四点半放学，接孩子的汽车、电动车全停在校门口的两条车道上，公交车过不去，"
    "救护车上个月也堵过一次。我问过交警和学校，都说没有地方停。雨天更乱，孩子要从车缝里钻过去，"
    "上周有一个孩子被电动车碰倒，幸好没有大事。我叫王小明，电话13912345678，住在幸福路8号院3单元501，"
    "门口值勤的李师傅也知道这件事，可以问他。",
    "proposal": "一是把校门东边空着的旧菜场先平整出来，下午四点到五点半给接送的车停；"
    "二是在校门口划黄线，只许停三分钟；三是请交警在这一个小时派一个人。做得好，别的学校也可以照着办。",
    "topic": "parking",
    "region": "dorchester",
    "consent_summary": "yes",
}


@dataclass(frozen=True)
class Rate:
    """One round within a minute; all are numbers a second but for the waits of the senders.

    `looked`: confirm pages, with redaction. `accepted`: letters sent from such pages, sealed and
    durable. `cold`: letters whose page carried no masks, so that they are redacted when sent.
    `bare`: rows that SQLite alone takes, 64 at a time. `half`, `most`: milliseconds.
    """

    looked: float
    accepted: float
    cold: float
    bare: float
    half: float
    most: float

    @property
    def ratio(self) -> float:
        """Accepted requests for each bare row."""
        return self.accepted / self.bare

    @property
    def cold_ratio(self) -> float:
        """The same for letters that are redacted as they are sent."""
        return self.cold / self.bare


@contextmanager
def door(*arguments: str) -> Iterator[Running]:
    """A service with an office of its own."""
    with tempfile.TemporaryDirectory(prefix="yanlu-bench-") as aside:
        office = make_office(Path(aside) / "office")
        with started(office, Path(aside) / "store", PROXY, *arguments) as running:
            yield running


def measure() -> list[Rate]:
    """Bare rows and the three kinds of requests in turn, on the same disk, in the same minute."""
    with door() as running:
        _crowd(running, _letters(running.store, 200))
        return [_round(running) for _ in range(ROUNDS)]


def _round(running: Running) -> Rate:
    first = floor(running.store)
    pages: list[bytes] = []
    looked = _crowd(running, _looks(REQUESTS), lambda _sent, _status, page: pages.append(page))
    cold = _crowd(running, _letters(running.store, REQUESTS))
    time.sleep(SOONEST)  # the confirm pages must be older than that
    sent = _crowd(running, [_from(page) for page in pages])
    bare = (first + floor(running.store)) / 2
    return Rate(looked.rate, sent.rate, cold.rate, bare, sent.wait(0.5), sent.wait(0.99))


def _crowd(running: Running, sent: list[bytes], heard: Heard = lambda *_: None) -> Figures:
    """All of them at once; every one must be answered with what it asks for."""
    figures = asyncio.run(crowd(running.port, iter(sent), CONNECTIONS, heard))
    assert figures.statuses == [200] * len(sent), set(figures.statuses)
    return figures


def _written(number: int) -> dict[str, str]:
    return {**WRITTEN, "proposal": f"{WRITTEN['proposal']}第{number}封。"}


def _looks(count: int) -> list[bytes]:
    return [letter("/suggest/check", [*_written(n).items()], _sender()) for n in range(count)]


def _letters(store: Path, count: int) -> list[bytes]:
    return [letter("/suggest/send", confirmed(store, _written(n)), _sender()) for n in range(count)]


def _from(page: bytes) -> bytes:
    """The letter that a browser sends from a confirm page."""
    fields = Answer(200, {}, page.decode()).fields("/suggest/send")
    return letter("/suggest/send", fields, _sender())


def _sender() -> str:
    """Each from an address of its own, as citizens come."""
    return "X-Forwarded-For: 10." + ".".join(str(secrets.randbelow(256)) for _ in range(3))


def floor(like: Path) -> float:
    """Rows a second that SQLite takes in transactions of 64: our schema, rows as in `like`."""
    with opened(like) as store:
        sample = rows(store.main, "SELECT * FROM submission LIMIT 1")[0]
    places = ", ".join("?" * len(sample))
    query = f"INSERT INTO submission VALUES ({places})"  # noqa: S608 - question marks only

    def row() -> list[object]:
        unique = [secrets.token_hex(8), secrets.token_bytes(32), secrets.token_bytes(32)]
        return [*unique, *list(sample.values())[3:]]

    with tempfile.TemporaryDirectory(dir=like.parent) as aside, opened(Path(aside)) as store:
        groups = [[row() for _ in range(GROUP)] for _ in range(int(FLOOR_SECONDS * 400))]
        began, done = time.perf_counter(), 0
        while time.perf_counter() - began < FLOOR_SECONDS and done < len(groups):
            write(store.main, lambda main, group=groups[done]: main.executemany(query, group))
            done += 1
        return GROUP * done / (time.perf_counter() - began)


@dataclass(frozen=True)
class Slow:
    """A minute of slow clients: how many were still open at its end, the worst health answer."""

    clients: int
    open: int
    health: float


def slow() -> Slow:
    """A hundred clients that never end what they began, and one that asks for the health."""
    with door() as running:
        clients, worst = hang(running.port, SLOW_CLIENTS), 0.0
        end = time.monotonic() + 60
        while time.monotonic() < end:
            drip(clients)
            began = time.monotonic()
            assert running.look("/healthz").status == 200
            worst = max(worst, time.monotonic() - began)
            time.sleep(1)
        return Slow(SLOW_CLIENTS, still_open(clients), worst)


def crashes() -> list[Round]:
    """Rounds of SIGKILL under load on one store, each judged after the next start."""
    done = []
    with tempfile.TemporaryDirectory(prefix="yanlu-bench-") as aside:
        office = make_office(Path(aside) / "office")
        for number in range(CRASHES):
            store = Path(aside) / f"store-{number}"
            _, receipts = crash(started(office, store, PROXY), RECEIPTS)
            done.append(judge(started(office, store, PROXY), receipts))
    return done


@dataclass(frozen=True)
class Attacked:
    """Hostile requests: answers by status, faults, and MiB by which the service grew."""

    requests: int
    statuses: dict[int, int]
    faults: list[str]
    grown: float


def attacked() -> Attacked:
    """Memory is looked at from a tenth of the way on: before it, caches fill."""
    with door() as running:
        first = attack(running, HOSTILE // 10, seed=1)
        before = resident(running.process.pid)
        rest = attack(running, HOSTILE - HOSTILE // 10, seed=2)
        grown = resident(running.process.pid) - before
    statuses = dict(sorted((Counter(first.statuses) + Counter(rest.statuses)).items()))
    return Attacked(HOSTILE, statuses, [*first.faults, *rest.faults], grown)


_MEASURED = {"load": measure, "slow": slow, "crash": crashes, "hostile": attacked}

if __name__ == "__main__":
    print(_MEASURED[sys.argv[1]]())
