"""Clients that begin and never end, of every sort."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from contextlib import suppress

from doubles.citizen import FORM, head, rest

_KIND = f"Content-Type: {FORM}"
BEGUN = {
    "idle": b"",
    "head": b"POST /suggest/send HTTP/1.1\r\nHost: x\r\n",
    "body": head("/suggest/send", _KIND, "Content-Length: 1000") + b"title=",
    "chunked": head("/suggest/send", _KIND, "Transfer-Encoding: chunked") + b"6\r\ntitle=\r\n",
    "kept open": b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
}
_DROPS = {"head": b"X-A: b\r\n", "body": b"a", "chunked": b"1\r\na\r\n"}
Clients = Mapping[str, list[socket.socket]]


def hang(port: int, count: int) -> Clients:
    """So many clients, as many of each sort."""
    clients: dict[str, list[socket.socket]] = {sort: [] for sort in BEGUN}
    for number in range(count):
        sort = list(BEGUN)[number % len(BEGUN)]
        client = socket.create_connection(("127.0.0.1", port), timeout=30)
        client.sendall(BEGUN[sort])
        clients[sort].append(client)
    return clients


def drip(clients: Clients) -> None:
    """A few bytes more from each that still can."""
    for sort, drop in _DROPS.items():
        for client in clients[sort]:
            with suppress(OSError):  # closed, as it should be in time
                client.sendall(drop)


def still_open(clients: Clients) -> int:
    """How many have not been closed; all of them are, after this."""
    count = 0
    for client in (one for several in clients.values() for one in several):
        client.settimeout(0.2)
        try:
            rest(client)
        except TimeoutError:
            count += 1
        client.close()
    return count
