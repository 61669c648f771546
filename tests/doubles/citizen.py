"""Citizens as their browsers act: forms read out of pages, sent over real sockets."""

from __future__ import annotations

import asyncio
import http.client
import re
import socket
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlencode

from yanlu.intake.nonce import issue
from yanlu.intake.web.forms import read_form

Pairs = Sequence[tuple[str, str]]
Fields = Pairs | Mapping[str, str]
Heard = Callable[[bytes, int, bytes], None]
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=here"
WRITTEN = {
    "title": "给街心公园的步道加一排路灯",
    "matter": "步道晚上没有灯，散步的老人和孩子看不清台阶。",
    "proposal": "请市政部门沿步道加一排路灯，先在有台阶的地方装。",
    "topic": "lighting",
    "region": "dorchester",
    "consent_summary": "yes",
}


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    text: str

    def fields(self, action: str) -> list[tuple[str, str]]:
        """The hidden fields of the form that is sent to `action`."""
        reader = _Forms(action)
        reader.feed(self.text)
        return reader.found

    @property
    def code(self) -> str | None:
        """The receipt's code, if this is a receipt."""
        return code_in(self.text)


def code_in(text: str) -> str | None:
    """The code on a receipt."""
    number = re.search(r'<p class="number">(.*?)</p>', text)
    return "-".join(re.findall(r"<span>(\w{4})</span>", number[1])) if number else None


class _Forms(HTMLParser):
    """Hidden fields of one form, as a browser reads them."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self.action = action
        self.inside = False
        self.found: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.inside = given.get("action") == self.action
        if tag == "input" and self.inside and given.get("type") == "hidden":
            self.found.append((str(given["name"]), given.get("value") or ""))


def ask(
    port: int,
    path: str,
    fields: Fields | None = None,
    *,
    method: str = "POST",
    body: bytes | None = None,
    kind: str = FORM,
    **headers: str,
) -> Answer:
    """One request, as a browser sends a form; `headers` are written with underscores."""
    sent = urlencode(fields).encode() if fields is not None else body
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    if sent is not None:
        named.setdefault("Content-Type", kind)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(method, path, sent, named)
        answer = connection.getresponse()
        text = answer.read().decode()
        return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, text)
    finally:
        connection.close()


def look(port: int, path: str) -> Answer:
    """Open a page."""
    return ask(port, path, method="GET")


def raw(port: int, sent: bytes, patience: float = 20.0) -> bytes:
    """Send bytes as they are, and everything that comes back until the other side closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=patience) as connection:
        connection.sendall(sent)
        return rest(connection)


def rest(connection: socket.socket) -> bytes:
    """Everything until the other side closes, however it does; still open, this fails in time."""
    said = b""
    try:
        while chunk := connection.recv(65536):
            said += chunk
    except ConnectionResetError:
        pass
    return said


def head(path: str, *lines: str, method: str = "POST") -> bytes:
    """The head of a request."""
    return "\r\n".join((f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", *lines, "", "")).encode()


def confirmed(
    store: Path, fields: Mapping[str, str], *, seconds: int = 10
) -> list[tuple[str, str]]:
    """The form as it is sent from a confirm page that was shown so many seconds ago."""
    form = read_form(list(fields.items()))
    key = (store / "intake.key").read_bytes()
    return [*form.typed, ("nonce", issue(key, int(time.time()) - seconds, form.typed))]


def post(path: str, fields: Pairs, *lines: str) -> bytes:
    """A whole request as bytes."""
    body = urlencode(fields).encode()
    return head(path, f"Content-Type: {FORM}", f"Content-Length: {len(body)}", *lines) + body


def parts(fields: Pairs, *, tail: str = "--here--\r\n") -> bytes:
    """The body of a form as our pages have it sent: multipart, with the boundary `here`."""
    heads = (f'Content-Disposition: form-data; name="{name}"\r\n\r\n{v}\r\n' for name, v in fields)
    return ("".join(f"--here\r\n{one}" for one in heads) + tail).encode()


def letter(path: str, fields: Pairs, *lines: str) -> bytes:
    """As `post`, the way that our pages have it sent."""
    body = parts(fields)
    told = (f"Content-Type: {MULTIPART}", f"Content-Length: {len(body)}", *lines)
    return head(path, *told) + body


@dataclass
class Figures:
    """What a crowd saw."""

    began: float = 0.0
    seconds: float = 0.0
    waits: list[float] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Answers a second that were 200."""
        return self.statuses.count(200) / self.seconds

    def wait(self, share: float) -> float:
        """So many milliseconds at most for this share of the requests."""
        return 1000 * sorted(self.waits)[int(share * (len(self.waits) - 1))]


async def crowd(
    port: int,
    requests: Iterator[bytes],
    connections: int,
    heard: Heard = lambda *_: None,
) -> Figures:
    """Many at once, each on a connection of its own; ends with the requests or the server.

    `heard` is told of each request, the status and the body of its answer.
    """
    figures = Figures(began=time.perf_counter())

    async def one() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for sent in requests:
            began = time.perf_counter()
            writer.write(sent)
            status, body = await _answer(reader)
            figures.waits.append(time.perf_counter() - began)
            figures.statuses.append(status)
            heard(sent, status, body)
        writer.close()

    done = await asyncio.gather(*(one() for _ in range(connections)), return_exceptions=True)
    odd = [e for e in done if e and not isinstance(e, OSError | EOFError)]
    if odd:
        raise odd[0]
    figures.seconds = time.perf_counter() - figures.began
    return figures


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    told = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = re.search(rb"content-length: (\d+)", told)
    assert length is not None, told
    return int(told[9:12]), await reader.readexactly(int(length[1]))
