"""Requests that nobody means well by, and what must hold of every answer to them."""

from __future__ import annotations

import random
import re
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

from doubles.citizen import FORM, WRITTEN, confirmed, head
from doubles.door import Running

PROBE = "yanlu-probe"
NASTY = (
    f"<{PROBE}>", f"\"><{PROBE} onload=1>", f"' {PROBE}=1 '", f"</textarea><{PROBE}>",
    f"<script>{PROBE}</script>", f"<!-- {PROBE}", "{{ 7*7 }}", "{% raw %}", "' OR 1=1 --",
    "\u202e\u202d\u2066\u2069\u200e\u200f\u061c", "\x00\x01\x08\x0b\x1b\x7f\x85",
    "\ufeff\ufff9\ue000", "\u0301" * 50, "يولغا چىراغ كېرەك", "བོད་ཡིག", "ᠮᠣᠩᠭᠣᠯ", "𠀀𠮷",
    "\U0001f468\u200d\U0001f469\u200d\U0001f466", "13912345678", "110101199003078515",
    "我叫王小明", "字" * 500, "1" * 2000, "a=b&c=d;e", "%00%", "\r\n\r\nHTTP/1.1 200 OK",
)  # fmt: skip
NAMES = (
    *WRITTEN, "word", "phone", "email", "post", "names", "kind", "writer", "child", "call",
    "nonce", "masks", "work", "homepage", "again", "code", "act", "wish", "surprise", PROBE,
    "about", "page", "said", "contact", "receipt",
)  # fmt: skip
PATHS = ("/suggest/check", "/suggest/send", "/suggest/edit", "/suggest/report", "/check/status",
         "/check/rights", "/check/receipt")  # fmt: skip
ODD_PATHS = (
    "/", "//", "/healthz", "/suggest/../check", f"/%00<{PROBE}>", "/" + "a" * 5000, "*", "",
)  # fmt: skip
OURS = {("src", "/assets/js/work.js"), ("defer", None)}  # the one script of the confirm page
METHODS = ("GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "CONNECT", "BREW")
KINDS = (FORM, "multipart/form-data; boundary=here", "multipart/form-data", "text/plain",
         "application/json", f"{FORM}; charset=idna", "multipart/form-data; boundary=")  # fmt: skip
HEADS = ("Content-Length: 5", "Content-Length: -1", "Transfer-Encoding: chunked", "Host:",
         "Transfer-Encoding: gzip, chunked", "Expect: 100-continue", f"Origin: <{PROBE}>",
         f"Cookie: {PROBE}=1", "Upgrade: websocket", "Upgrade: h2c", f"Host: <{PROBE}>",
         "Sec-Fetch-Site: same-origin", f"X-{PROBE}: {'z' * 9000}", "Content-Encoding: gzip",
         f"X-Forwarded-For: {PROBE}")  # fmt: skip


def requests(chance: random.Random, store: Path) -> Iterator[bytes]:
    """Hostile requests without end; the same chance gives the same ones."""
    makers: list[Callable[[], bytes]] = [
        lambda: _form(chance, _fields(chance)),
        lambda: _form(chance, _almost(chance)),
        lambda: _form(chance, _confirmed(chance, store)),
        lambda: _parts(chance, _fields(chance)),
        lambda: _mangled(chance, _parts(chance, _almost(chance))),
        lambda: _mangled(chance, _form(chance, _almost(chance))),
        lambda: _odd(chance),
        lambda: _many(chance),
        lambda: chance.randbytes(chance.randrange(1, 300)),
    ]
    while True:
        yield chance.choice(makers)()


def _text(chance: random.Random) -> str:
    return "".join(chance.choice(NASTY) for _ in range(chance.randrange(4)))


def _fields(chance: random.Random) -> list[tuple[str, str]]:
    return [(chance.choice(NAMES), _text(chance)) for _ in range(chance.randrange(20))]


def _almost(chance: random.Random) -> list[tuple[str, str]]:
    """A good form in which one or two fields are not."""
    fields = {**WRITTEN}
    for _ in range(chance.randrange(3)):
        fields[chance.choice(NAMES)] = _text(chance)
    return list(fields.items())


def _confirmed(chance: random.Random, store: Path) -> list[tuple[str, str]]:
    """What passes to the very end: nasty words, rightly confirmed."""
    written = {**WRITTEN, "matter": f"事{_text(chance)}"[:3000], "proposal": f"办{_text(chance)}"}
    return list(confirmed(store, written))


def _form(chance: random.Random, fields: list[tuple[str, str]]) -> bytes:
    body = "&".join(f"{quote(name)}={quote(value)}" for name, value in fields).encode()
    return _sent(chance, chance.choice(PATHS), FORM, body)


def _parts(chance: random.Random, fields: list[tuple[str, str]]) -> bytes:
    body = b"".join(
        b'--here\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n'
        % (name.encode(), b'; filename="x"' * (chance.random() < 0.03), value.encode())
        for name, value in fields
    )
    return _sent(chance, chance.choice(PATHS), KINDS[1], body + b"--here--\r\n")


def _many(chance: random.Random) -> bytes:
    count = chance.choice((59, 61, 10_000))
    return _sent(chance, chance.choice(PATHS), FORM, b"&".join([b"a=1"] * count))


def _odd(chance: random.Random) -> bytes:
    path = chance.choice((*PATHS, *ODD_PATHS))
    lines = [f"Content-Type: {chance.choice(KINDS)}", *chance.sample(HEADS, chance.randrange(4))]
    told = head(path, *lines, method=chance.choice((*METHODS, "POST", "POST")))
    return told + _text(chance).encode()


def _sent(chance: random.Random, path: str, kind: str, body: bytes) -> bytes:
    lines = [f"Content-Type: {kind}", f"Content-Length: {len(body)}", "Connection: close"]
    lines.append(f"X-Forwarded-For: 10.{chance.randrange(256)}.{chance.randrange(256)}.1")
    return head(path, *lines) + body


def _mangled(chance: random.Random, sent: bytes) -> bytes:
    """Bytes changed, cut out or doubled in the body; the head stays."""
    told, _, body = sent.partition(b"\r\n\r\n")
    mangled = bytearray(body)
    for _ in range(chance.randrange(1, 6)):
        at = chance.randrange(len(mangled) + 1)
        change = chance.randrange(3)
        if change == 0:
            mangled[at : at + 1] = chance.randbytes(1)
        elif change == 1:
            del mangled[at : at + chance.randrange(30)]
        else:
            mangled[at:at] = mangled[at : at + chance.randrange(200)]
    length = b"Content-Length: %d" % len(mangled)
    return re.sub(rb"Content-Length: \d+", length, told) + b"\r\n\r\n" + bytes(mangled)


@dataclass
class Judged:
    """What came back over many requests, and what must not."""

    statuses: dict[int, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def hear(self, sent: bytes, said: bytes) -> None:
        """One answer, or none: a connection that was closed on rubbish."""
        status = int(said[9:12]) if said.startswith(b"HTTP/1.") else 0
        self.statuses[status] = self.statuses.get(status, 0) + 1
        if status >= 500:
            self.faults.append(f"{status} for {sent[:200]!r}")
        if reflected(said.partition(b"\r\n\r\n")[2].decode(errors="replace")):
            self.faults.append(f"reflected from {sent[:200]!r}")
        if PROBE.encode() in said.partition(b"\r\n\r\n")[0]:
            self.faults.append(f"a header from {sent[:200]!r}")


def attack(door: Running, count: int, seed: int) -> Judged:
    """So many hostile requests, one after another."""
    judged, made = Judged(), requests(random.Random(seed), door.store)  # noqa: S311 - not a secret
    for _, sent in zip(range(count), made, strict=False):
        judged.hear(sent, _exchange(door.port, sent))
    return judged


def _exchange(port: int, sent: bytes) -> bytes:
    """What comes back; a request without an end of its own is not waited for long."""
    whole = b"\r\nConnection: close\r\n" in sent
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        try:
            connection.sendall(sent)
        except OSError:
            return b""  # closed before all was sent
        connection.settimeout(30 if whole else 0.1)
        said = b""
        with suppress(OSError):  # closed by force, or nothing more in time
            while chunk := connection.recv(65536):
                said += chunk
        return said


class _Tags(HTMLParser):
    """Whether something of a citizen's has become markup."""

    found = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found |= PROBE in tag or (tag == "script" and set(attrs) != OURS)
        self.found |= any(PROBE in name or name.startswith("on") for name, _ in attrs)

    def handle_comment(self, data: str) -> None:
        self.found |= PROBE in data


def reflected(page: str) -> bool:
    """Whether a browser would take a probe for markup."""
    reader = _Tags()
    reader.feed(page)
    return reader.found


def resident(pid: int) -> float:
    """Memory of a process in MiB."""
    told = Path(f"/proc/{pid}/status").read_text()
    kib = re.search(r"VmRSS:\s+(\d+)", told)
    assert kib is not None
    return int(kib[1]) / 1024
