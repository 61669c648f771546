"""Several intake processes on one PostgreSQL: how many letters, and what is lost in kills."""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.bench.burst import CONNECTIONS, ROOM, Letters, hashed
from tests.bench.intake import PROXY

from doubles.cuts import Link
from doubles.door import Running, make_office, started
from doubles.postgres import Server as Postgres
from doubles.postgres import postgres_server
from doubles.volley import Volley, volley
from yanlu.intake.office import store_folder
from yanlu.intake.store.database import Server, StorePlace, home, opened, rows
from yanlu.settings import open_portal

PROCESSES = 4
SECONDS, WARM = 20.0, 6.0
KILLS = 10
BETWEEN = 3.0  # seconds of load around each kill
FEW = 32  # connections while something is killed
_DATABASE, _LINKED = "intake", "linked"  # each has an office, and so a secret, of its own


@dataclass(frozen=True)
class Compared:
    """Letters a second: of one process on SQLite, and of several on PostgreSQL, in the same run."""

    files: float
    server: float

    @property
    def ratio(self) -> float:
        """The second for each of the first."""
        return self.server / self.files


@dataclass(frozen=True)
class Lost:
    """What became of the receipts that were given while one part was killed again and again."""

    part: str
    kills: int
    acknowledged: int
    missing: int
    refused: int  # letters that were told that they were not taken


@dataclass
class _Doors:
    """Processes that share one store, their office, and where letters for them are made."""

    office: Path
    aside: Path
    place: StorePlace
    again: Callable[[], Running]
    running: list[Running]

    def volley(self, seconds: float, connections: int, name: str) -> tuple[Volley, list[str]]:
        """Letters to all of them."""
        path = self.aside / name
        Letters(self.office, home(self.place)).pack(path, int(ROOM * seconds) + 100)
        return volley([one.port for one in self.running], path, seconds, connections)

    def missing(self, receipts: Sequence[str]) -> int:
        """How many of these letters the store does not have."""
        with opened(self.place) as store:
            held = {r["code_hash"] for r in rows(store.main, "SELECT code_hash FROM submission")}
        return len({*map(hashed, receipts)} - held)


def compare(seconds: float = SECONDS) -> Compared:
    """The one, then the other, twice, with the same sender."""
    rates: dict[int, list[float]] = {1: [], PROCESSES: []}
    for _ in range(2):
        for count, place in ((1, None), (PROCESSES, _address)):
            with _database() as server, _doors(count, place and place(server)) as doors:
                doors.volley(WARM, CONNECTIONS, "warm")  # until each has its scribe
                done, receipts = doors.volley(seconds, CONNECTIONS, "letters")
                assert not doors.missing(receipts)
                rates[count].append(done.rate)
    return Compared(max(rates[1]), max(rates[PROCESSES]))


def kills(times: int = KILLS) -> list[Lost]:
    """Ten of each: a process, the database, the link to it; under load, and started again."""
    with _database() as server:
        with _doors(PROCESSES, _address(server)) as doors:
            process = _killed("process", doors, partial(_kill_process, doors), times)
            database = _killed("database", doors, partial(_kill_database, server), times)
        with closing(Link(server.folder / ".s.PGSQL.5432")) as link:
            address = f"postgresql://yanlu@127.0.0.1:{link.port}/{_LINKED}"
            with _doors(PROCESSES, address) as doors:
                cut = _killed("link", doors, partial(_cut, link), times)
    return [process, database, cut]


def _killed(part: str, doors: _Doors, kill: Callable[[], None], times: int) -> Lost:
    """Load throughout; at a moment that chance chooses within each few seconds, the kill."""
    over = threading.Event()

    def killing() -> None:
        for _ in range(times):
            time.sleep(BETWEEN * random.uniform(0.3, 1))  # noqa: S311 - not a secret
            kill()
        over.set()

    thread = threading.Thread(target=killing)
    thread.start()
    heard: list[tuple[Volley, list[str]]] = []
    while not over.is_set():
        heard.append(doors.volley(BETWEEN * 2, FEW, f"{part}-{len(heard)}"))
    thread.join()
    receipts = [code for _, codes in heard for code in codes]
    refused = sum(n for done, _ in heard for status, n in done.statuses.items() if status != "200")
    return Lost(part, times, len(receipts), doors.missing(receipts), refused)


def _kill_process(doors: _Doors) -> None:
    place = random.randrange(len(doors.running))  # noqa: S311 - not a secret
    doors.running[place].process.kill()
    doors.running[place].process.wait()
    doors.running[place] = doors.again()


def _kill_database(server: Postgres) -> None:
    server.kill()
    server.start()


def _cut(link: Link) -> None:
    assert link.cut()  # else nobody would have noticed


def _address(server: Postgres) -> str:
    return server.url(_DATABASE)


@contextmanager
def _database() -> Iterator[Postgres]:
    with postgres_server() as server:
        for name in (_DATABASE, _LINKED):
            made = ["psql", "-qh", server.folder, "-U", "yanlu", "-c", f"CREATE DATABASE {name}"]
            subprocess.run([*made, "postgres"], check=True)
        yield server


@contextmanager
def _doors(count: int, address: str | None) -> Iterator[_Doors]:
    """So many processes, on a database or on files."""
    with ExitStack() as stack:
        aside = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="yanlu-bench-")))
        office = make_office(aside / "office")
        state = {"XDG_STATE_HOME": str(aside / "state")}
        place = store_folder(open_portal(office), address)
        if isinstance(place, Server):
            place = Server(place.address, aside / "state" / "yanlu" / place.folder.name)
        else:
            place = aside / "store"
        store = (f"--store={place.address if isinstance(place, Server) else place}",)

        def again(number: int = 0) -> Running:
            log = aside / f"door-{number}-{len(doors.running)}"
            serving = started(office, log, PROXY, *store, **state)
            return stack.enter_context(serving)

        doors = _Doors(office, aside, place, again, [])
        doors.running += [again(number) for number in range(count)]
        yield doors


if __name__ == "__main__":
    print(compare(float(sys.argv[2])) if sys.argv[1] == "rate" else kills(int(sys.argv[2])))
