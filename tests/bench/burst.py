"""A burst: how many letters are accepted in one minute on two cores, and what the rest is told.

A letter is accepted when its receipt was sent, which is after its record is durable. It comes from
a confirm page as one sends it there: with a nonce, with masks, from an address of its own. That
page itself (`bench.intake`, "looked") is not part of the minute: it stores nothing.
"""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.bench.intake import PROXY, WRITTEN

from doubles.citizen import letter
from doubles.door import Running, free_ports, make_office, started
from doubles.volley import Volley, pack, volley
from yanlu.intake.accept import TEXTS, code_hash
from yanlu.intake.nonce import issue
from yanlu.intake.office import open_desk
from yanlu.intake.redact import Redaction
from yanlu.intake.store.database import opened, rows
from yanlu.intake.web.forms import read_form
from yanlu.intake.web.masks import write_masks
from yanlu.receipts.codes import read_code
from yanlu.settings import open_portal

SECONDS = 60.0
CONNECTIONS = 256
CROWD = 3000  # connections at once: far more than are let in
KILLED = 2.0  # seconds of load, after which the service is killed
ROOM = 1600  # letters a second that are made ready before
SHELL = 6000  # bytes of a page around what it says, as on the site
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Burst:
    """A minute. `bare`: answers a second of the same server that reads and answers, no more.

    `cpu`: microseconds for each accepted letter, by who spent them; `grown`: MiB by which the
    service grew within the minute; `acknowledged`, `missing`: receipts, and those of them that
    the store did not have after the service was killed under load.
    """

    minute: Volley
    bare: float
    cpu: Mapping[str, float]
    grown: float
    acknowledged: int
    missing: int

    @property
    def ratio(self) -> float:
        """Accepted letters for each bare answer."""
        return self.minute.rate / self.bare


def measure(seconds: float = SECONDS) -> Burst:
    """A minute of load, then a kill under the same load, then the store is asked for each."""
    with _door() as (running, aside):
        letters = Letters(running.store.parent / "office", running.store)
        letters.pack(aside / "warm", 300)
        letters.pack(aside / "minute", int(ROOM * seconds))
        letters.pack(aside / "killed", int(ROOM * KILLED * 2))
        bare = _bare(aside / "minute", min(seconds, 10))
        _, receipts = volley([running.port], aside / "warm", 2, 16)
        before, size = _spent(running.process.pid), _resident(running.process.pid)
        minute, more = volley([running.port], aside / "minute", seconds, CONNECTIONS)
        after = _spent(running.process.pid)
        grown = _resident(running.process.pid) - size
        receipts += more + _killed(running, aside / "killed")
        missing = len({*map(hashed, receipts)} - _held(running.store))
    count = max(1, minute.statuses["200"])
    cpu = {name: 1e6 * (spent - before.get(name, 0.0)) / count for name, spent in after.items()}
    cpu["sender"] = 1e6 * minute.cpu / count
    return Burst(minute, bare, cpu, grown, len(receipts), missing)


@dataclass(frozen=True)
class Crowded:
    """More than can be held: answers by status, the longest waits, connections that hang."""

    volley: Volley
    grown: float
    missing: int


def crowded(seconds: float = 20.0) -> Crowded:
    """Thousands at once, each with a letter; all must be answered, with a receipt or honestly."""
    with _door() as (running, aside):
        letters = Letters(running.store.parent / "office", running.store)
        letters.pack(aside / "warm", 300)
        letters.pack(aside / "crowd", int(ROOM * seconds * 3), "Connection: close")
        volley([running.port], aside / "warm", 2, 16)
        size = _resident(running.process.pid)
        done, receipts = volley([running.port], aside / "crowd", seconds, CROWD)
        grown = _resident(running.process.pid) - size
        missing = len({*map(hashed, receipts)} - _held(running.store))
    return Crowded(done, grown, missing)


@contextmanager
def _door() -> Iterator[tuple[Running, Path]]:
    """A service with pages as long as those of the site, and a folder for letters."""
    with tempfile.TemporaryDirectory(prefix="yanlu-bench-") as aside:
        office = make_office(Path(aside) / "office")
        frame = office / "public" / "suggest" / "answer" / "index.html"
        shell = f"<!-- {'x' * SHELL} --></body>"
        frame.write_text(frame.read_text("utf-8").replace("</body>", shell), "utf-8")
        with started(office, Path(aside) / "store", PROXY) as running:
            yield running, Path(aside)


class Letters:
    """Letters that differ in their words and nonces; each is searched for masks as all are.

    `folder` is where the secret of the office lies.
    """

    def __init__(self, office: Path, folder: Path) -> None:
        portal = open_portal(office)
        self._desk, self._root = open_desk(portal, folder), portal.settings.office.root
        self._masks = {name: self._desk.mask(WRITTEN[name]) for name in TEXTS}
        self._number = 0
        ours, theirs = self._redactions("第7封。"), self._desk.mask(self._proposal("第7封。"))
        assert ours["proposal"] == theirs  # what is put together here is what the mask would say

    def pack(self, path: Path, count: int, *lines: str) -> None:
        """So many, to be sent from `path`; `lines` are added to their heads."""
        pack(path, (self._letter(*lines) for _ in range(count)))

    def _letter(self, *lines: str) -> bytes:
        self._number += 1
        end = f"第{self._number}封。"
        form = read_form([*{**WRITTEN, "proposal": self._proposal(end)}.items()])
        nonce = issue(self._desk.key, int(time.time()) - 10, form.typed)
        masks = write_masks(self._desk.key, nonce, self._redactions(end).values())
        fields = [*form.typed, ("nonce", nonce), ("masks", masks)]
        return letter(f"{self._root}suggest/send", fields, _address(), *lines)

    @staticmethod
    def _proposal(end: str) -> str:
        return WRITTEN["proposal"] + end

    def _redactions(self, end: str) -> Mapping[str, Redaction]:
        own = self._masks["proposal"]
        more = Redaction(own.redacted + end, own.spans, own.needs_person)
        return {**self._masks, "proposal": more}


def _address() -> str:
    return "X-Forwarded-For: 10." + ".".join(str(secrets.randbelow(256)) for _ in range(3))


def _killed(running: Running, letters: Path) -> list[str]:
    """Receipts that were given until a kill under load."""
    timer = threading.Timer(KILLED, running.process.kill)
    timer.start()
    _, receipts = volley([running.port], letters, KILLED * 2, CONNECTIONS)
    timer.join()
    return receipts


def hashed(code: str) -> bytes:
    """Under what the store has the letter of a receipt."""
    return code_hash(read_code(code))


def _held(store: Path) -> set[bytes]:
    with opened(store) as held:
        return {row["code_hash"] for row in rows(held.main, "SELECT code_hash FROM submission")}


def _bare(letters: Path, seconds: float) -> float:
    """Answers a second of the same server behind which nothing is done."""
    (port,) = free_ports(1)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.bare", str(port), str(SHELL + 3000)],
        stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    try:
        assert process.stdout
        assert "ready" in process.stdout.readline()
        done, _ = volley([port], letters, seconds, CONNECTIONS)
    finally:
        process.kill()
        process.communicate()
    return done.statuses["200"] / done.seconds


def _spent(pid: int) -> dict[str, float]:
    """Seconds of CPU of a process by the names of its threads, and of its children."""
    found: dict[str, float] = {}
    for task in Path(f"/proc/{pid}/task").iterdir():
        with suppress(OSError):
            name = (task / "comm").read_text().strip()
            name = "service" if int(task.name) == pid else name
            found[name] = found.get(name, 0.0) + _ticks(task / "stat")
            for child in (task / "children").read_text().split():
                found["scribe"] = found.get("scribe", 0.0) + _ticks(Path(f"/proc/{child}/stat"))
    return found


def _ticks(stat: Path) -> float:
    parts = stat.read_text().rpartition(")")[2].split()
    return (int(parts[11]) + int(parts[12])) / _TICK


def _resident(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(one.split()[1]) for one in lines if one.startswith("VmRSS")) / 1024


if __name__ == "__main__":
    print(measure(float(sys.argv[2])) if sys.argv[1] == "minute" else crowded(float(sys.argv[2])))
