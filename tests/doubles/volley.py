"""Letters as fast as one thread can send them: whole requests made before, over kept connections.

As a program: `python volley.py PORTS LETTERS SECONDS CONNECTIONS HEARD`. `PORTS` are those of
several services, with commas, each of which gets as many connections; one that is away is tried
again and again. `LETTERS` is what `pack` wrote. Of each answer no more is looked at than where it
ends, its status, and the receipt, which stands in `HEARD` afterwards: a line each, so that whoever
ran it can ask the store for every one.
"""

from __future__ import annotations

import json
import mmap
import resource
import select
import socket
import struct
import subprocess
import sys
import time
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from doubles.citizen import code_in

_LENGTH = struct.Struct(">I")
_RECEIPT = b'<p class="number">'
_LONG = 400  # bytes of a receipt's code with what stands around its groups
_PATIENCE = 20.0  # seconds for the last answers, after which a connection hangs
_STEP = 0.2  # seconds between two looks at the clock where nothing comes


@dataclass
class Volley:
    """What was heard. `seconds`: from the first letter to the last; `cpu`: what sending took.

    `statuses`: answers by status; `accepted`: receipts within that time; `slowest`: the longest
    wait in seconds, by status; `hung`: connections that said nothing any more; `cut`: those that
    were closed.
    """

    seconds: float = 0.0
    cpu: float = 0.0
    accepted: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    slowest: dict[str, float] = field(default_factory=dict)
    hung: int = 0
    cut: int = 0

    @property
    def rate(self) -> float:
        """Receipts a second."""
        return self.accepted / self.seconds


def pack(path: Path, letters: Iterable[bytes]) -> None:
    """Requests, one after another, each behind its length."""
    with path.open("wb") as file:
        for one in letters:
            file.write(_LENGTH.pack(len(one)) + one)


def volley(
    ports: Sequence[int], letters: Path, seconds: float, connections: int
) -> tuple[Volley, list[str]]:
    """Send for so long, in a process of its own; what came, and the codes of the receipts."""
    heard = letters.with_suffix(".heard")
    given = [",".join(map(str, ports)), str(letters), str(seconds), str(connections), str(heard)]
    done = subprocess.run(
        [sys.executable, "-m", "doubles.volley", *given],
        check=True, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[1],
    )  # fmt: skip
    told = json.loads(done.stdout)
    told["statuses"] = Counter(told["statuses"])
    return Volley(**told), heard.read_text("ascii").split()


def _unpacked(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as whole:
        place = 0
        while place < len(whole):
            (length,) = _LENGTH.unpack_from(whole, place)
            place += _LENGTH.size + length
            yield whole[place - length : place]


@dataclass
class _Wire:
    """One connection: what it has heard of the answer under way, and since when it waits."""

    socket: socket.socket
    port: int
    said: bytes = b""
    whole: int = 0  # bytes of the answer, once its head is known
    sent: bool = False
    once: bool = False  # the letter asked to close it afterwards
    since: float = 0.0


@dataclass
class _Sending:
    letters: Iterator[bytes]
    end: float
    done: Volley = field(default_factory=Volley)
    receipts: list[bytes] = field(default_factory=list)
    wires: dict[int, _Wire] = field(default_factory=dict)
    poll: select.epoll = field(default_factory=select.epoll)
    away: deque[tuple[float, int]] = field(default_factory=deque)  # ports to be tried, and when

    def begin(self, ports: Sequence[int], connections: int) -> None:
        for number in range(connections):
            self._open(ports[number % len(ports)])

    def _open(self, port: int) -> None:
        wire = _Wire(socket.socket(), port, since=time.monotonic())
        wire.socket.setblocking(False)
        wire.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        wire.socket.connect_ex(("127.0.0.1", port))
        self.wires[wire.socket.fileno()] = wire
        self.poll.register(wire.socket, select.EPOLLOUT)

    def _connected(self, wire: _Wire) -> None:
        if wire.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            self._close(wire)
            self.away.append((time.monotonic() + _STEP, wire.port))
            return
        self.poll.modify(wire.socket, select.EPOLLIN)
        self._send(wire, time.monotonic())

    def _send(self, wire: _Wire, now: float) -> None:
        letter = next(self.letters, None) if now < self.end else None
        if letter is None:
            self._close(wire)
            return
        wire.said, wire.whole, wire.since = b"", 0, now
        wire.sent = True
        wire.once = b"\r\nConnection: close\r\n" in letter[:400]
        with suppress(BrokenPipeError, ConnectionResetError):  # which the next look hears of
            wire.socket.sendall(letter)

    def _close(self, wire: _Wire) -> None:
        self.poll.unregister(wire.socket)
        del self.wires[wire.socket.fileno()]
        wire.socket.close()

    def run(self) -> None:
        while (now := time.monotonic()) < self.end + _PATIENCE and (self.wires or now < self.end):
            while self.away and self.away[0][0] <= now < self.end:
                self._open(self.away.popleft()[1])
            for number, event in self.poll.poll(_STEP):
                wire = self.wires[number]
                self._connected(wire) if event & select.EPOLLOUT else self._hear(wire)
        self.done.hung = sum(wire.sent for wire in self.wires.values())

    def _hear(self, wire: _Wire) -> None:
        try:
            chunk = wire.socket.recv(1 << 16)
        except ConnectionResetError:
            chunk = b""
        if not chunk:
            self.done.cut += 1
            self._close(wire)
            self.away.append((time.monotonic(), wire.port))
            return
        wire.said += chunk
        if not wire.whole:
            wire.whole = _length(wire.said)
        if wire.whole and len(wire.said) >= wire.whole:
            self._answered(wire)

    def _answered(self, wire: _Wire) -> None:
        now, status = time.monotonic(), wire.said[9:12].decode()
        self.done.statuses[status] += 1
        wait = now - wire.since
        if wait > self.done.slowest.get(status, 0.0):
            self.done.slowest[status] = wait
        place = wire.said.find(_RECEIPT) if status == "200" else -1
        if place >= 0:
            self.receipts.append(wire.said[place : place + _LONG])
            self.done.accepted += now < self.end
        if wire.once:
            self._close(wire)
            self.away.append((now, wire.port))
        else:
            self._send(wire, now)


def _length(said: bytes) -> int:
    """Of the whole answer, as its head tells; 0 while the head is not complete."""
    head = said.find(b"\r\n\r\n")
    if head < 0:
        return 0
    told = said[:head].lower().partition(b"content-length: ")[2]
    return head + 4 + int(told.split(b"\r\n", 1)[0])


def main() -> None:
    """Send, then say what was heard."""
    ports, letters, seconds, connections, heard = sys.argv[1:]
    began = time.monotonic()
    sending = _Sending(_unpacked(Path(letters)), began + float(seconds))
    sending.begin([*map(int, ports.split(","))], int(connections))
    sending.run()
    done = sending.done
    done.seconds = min(time.monotonic() - began, float(seconds))
    spent = resource.getrusage(resource.RUSAGE_SELF)
    done.cpu = spent.ru_utime + spent.ru_stime
    codes = [code_in(one.decode("utf-8", "ignore")) or "?" for one in sending.receipts]
    Path(heard).write_text("\n".join(codes), "ascii")
    print(json.dumps(vars(done)))


if __name__ == "__main__":
    main()
