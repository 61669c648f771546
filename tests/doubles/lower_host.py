"""A web server of lower offices on loopback, which can be told to play tricks."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

Trick = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Host:
    """The address of a folder, what was asked of it, and the tricks by the ends of paths."""

    address: str
    asked: list[str] = field(default_factory=list)
    tricks: dict[str, Trick] = field(default_factory=dict)

    def forget(self) -> list[str]:
        """What was asked until now."""
        asked, self.asked[:] = list(self.asked), []
        return asked


@contextmanager
def hosted(folder: Path, certified: Path | None = None) -> Iterator[Host]:
    """Serve a folder with marks (ETag) and kept connections, until the end.

    Over TLS where there is a folder with a certificate of `localhost`.
    """
    host = Host("")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # head and body are written one after the other

        def do_GET(self) -> None:
            host.asked.append(self.path)
            for end, trick in host.tricks.items():
                if self.path.endswith(end):
                    with suppress(ConnectionError):  # the client has had enough
                        trick(self)
                    return
            _file(self, folder / self.path.lstrip("/"))

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    host.address = f"http://127.0.0.1:{server.server_address[1]}/"
    if certified:
        told = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        told.load_cert_chain(certified / "fullchain.pem", certified / "privkey.pem")
        server.socket = told.wrap_socket(server.socket, server_side=True)
        host.address = f"https://localhost:{server.server_address[1]}/"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield host
    finally:
        server.shutdown()
        server.server_close()


def _file(asked: BaseHTTPRequestHandler, path: Path) -> None:
    if not path.is_file():
        return _head(asked, 404, {"Content-Length": "0"})
    content = path.read_bytes()
    etag = f'"{sha256(content).hexdigest()[:16]}"'
    if asked.headers.get("If-None-Match") == etag:
        return _head(asked, 304, {"ETag": etag})
    _head(asked, 200, {"ETag": etag, "Content-Length": str(len(content))})
    asked.wfile.write(content)
    return None


def _head(asked: BaseHTTPRequestHandler, status: int, headers: dict[str, str]) -> None:
    asked.send_response(status)
    for name, value in headers.items():
        asked.send_header(name, value)
    asked.end_headers()


def answers(status: int, **headers: str) -> Trick:
    """An answer without a body."""
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda asked: _head(asked, status, {"Content-Length": "0", **told})


def announces(size: int) -> Trick:
    """A file of a size that is announced; some of it comes."""

    def trick(asked: BaseHTTPRequestHandler) -> None:
        _head(asked, 200, {"Content-Length": str(size)})
        asked.wfile.write(b"x" * 1000)
        asked.close_connection = True

    return trick


def pours(asked: BaseHTTPRequestHandler) -> None:
    """A file of which the size is not told, and that has no end."""
    _head(asked, 200, {"Connection": "close"})
    while True:
        asked.wfile.write(b"x" * 65536)


def drips(asked: BaseHTTPRequestHandler) -> None:
    """A file that never ends, a byte at a time."""
    _head(asked, 200, {"Connection": "close"})
    while True:
        asked.wfile.write(b"x")
        time.sleep(0.05)


def drips_of(size: int) -> Trick:
    """A file of a size that is announced, and that takes for ever."""

    def trick(asked: BaseHTTPRequestHandler) -> None:
        _head(asked, 200, {"Content-Length": str(size)})
        while True:
            asked.wfile.write(b"x")
            time.sleep(0.05)

    return trick


def stalls_of(size: int) -> Trick:
    """A file of a size that is announced, of which nothing comes after the first bytes."""

    def trick(asked: BaseHTTPRequestHandler) -> None:
        _head(asked, 200, {"Content-Length": str(size)})
        asked.wfile.write(b"x")
        falls_silent(asked)

    return trick


def drips_heads(asked: BaseHTTPRequestHandler) -> None:
    """An answer of which not even the head ends."""
    asked.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while True:
        asked.wfile.write(b"x")
        time.sleep(0.05)


def falls_silent(asked: BaseHTTPRequestHandler) -> None:
    """An answer that never comes."""
    time.sleep(5)
    asked.close_connection = True
