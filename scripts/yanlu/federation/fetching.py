"""What a lower office serves, read from its site or from a folder: so much, so long, no further.

Only the files that are asked for, from the host that was named, unpacked, over a connection that
is kept; who serves more than was announced, longer than agreed, or from elsewhere is told so.
"""

from __future__ import annotations

import http.client
import re
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Protocol
from urllib.parse import urljoin, urlsplit

from yanlu.errors import (
    CutShortError,
    FederationError,
    TruncatedError,
    UnreachableError,
    quoted,
)
from yanlu.federation.watch import Watch
from yanlu.packages.lower_offices import LowerOffice

_AGENT = "yanlu-federation"
_PIECE = 64 * 1024
_GONE, _MOVED, _UNCHANGED, _FINE = (404, 410), (301, 302, 303, 307, 308), 304, 200
_HOST = re.compile("https?://([A-Za-z0-9.-]{1,80})")
_ETAG = re.compile(r'(W/)?"[!#-~]{0,200}"')


@dataclass(frozen=True)
class Limits:
    """How long (seconds) and how many at a time.

    `silence`: without a byte; `file`: for one file; `source`: for all of one office.
    """

    silence: float = 30
    file: float = 180
    source: float = 1800
    at_once: int = 8
    per_host: int = 2


@dataclass(frozen=True)
class Answer:
    """A file, or None where it is still the one of the mark that was sent along."""

    content: bytes | None
    etag: str = ""


class Source(Protocol):
    """Where the files of one office are read."""

    def ask(self, place: str, most: int, etag: str = "") -> Answer:
        """A file by its place below the site, of at most so many bytes.

        Raises:
            FederationError: it is too long, takes too long, or lies elsewhere.
            TruncatedError: there is no such file.
            CutShortError: it stopped or broke off on its way.
            UnreachableError: the office does not answer.
        """


@dataclass(frozen=True)
class Folder:
    """The built site of an office in a folder, as it came on a disk."""

    folder: Path

    def ask(self, place: str, most: int, etag: str = "") -> Answer:  # noqa: ARG002
        """A file of the folder; of a folder there are no marks."""
        path = self.folder / place
        if not self.folder.is_dir():
            raise UnreachableError("没有这个文件夹。请检查 address，或者插上磁盘。")
        try:
            if not path.is_file():
                raise _missing(place)
            _refuse_longer(place, path.stat().st_size, most)
            with path.open("rb") as file:
                return Answer(_within(place, file.read(most + 1), most))
        except OSError:
            raise UnreachableError(f"{place} 打不开。请检查权限。") from None


@dataclass
class Site:
    """The site of an office at an address, over one connection that is kept."""

    address: str
    limits: Limits
    watch: Watch
    tls: ssl.SSLContext | None
    until: float  # when all has to be done, on the clock that only goes forward

    def __post_init__(self) -> None:
        parts = urlsplit(self.address)
        host, silence = str(parts.hostname), self.limits.silence
        self._line: http.client.HTTPConnection
        if parts.scheme == "https":
            self._line = http.client.HTTPSConnection(
                host, parts.port, timeout=silence, context=self.tls
            )
        else:
            self._line = http.client.HTTPConnection(host, parts.port, timeout=silence)

    def ask(self, place: str, most: int, etag: str = "") -> Answer:
        """A file of the site."""
        seconds = min(self.limits.file, self.until - time.monotonic())
        if seconds <= 0:
            told = f"用了 {self.limits.source:.0f} 秒还没有取完，先停下"
            raise FederationError(f"{told}。取完的留着，下次接着取。")
        kept = self._line.sock is not None
        with _in_our_words():
            try:
                return self._asked(place, most, etag, seconds)
            except ConnectionError:
                if not kept:  # else the server may have given it up meanwhile
                    raise
                return self._asked(place, most, etag, seconds)

    def close(self) -> None:
        """End the connection."""
        self._line.close()

    def _asked(self, place: str, most: int, etag: str, seconds: float) -> Answer:
        whole = False
        try:
            if self._line.sock is None:
                self._line.connect()
            with self._in_time(self._line.sock, place, seconds):
                path = urlsplit(urljoin(self.address, place)).path
                self._line.request("GET", path, headers=_headers(etag))
                with self._line.getresponse() as response:
                    answer = _answer(response, place, most, asked_for=etag)
            whole = True
            return answer
        finally:
            if not whole:  # what is left of it would be taken for the next answer
                self._line.close()

    @contextmanager
    def _in_time(self, wire: socket.socket, place: str, seconds: float) -> Iterator[None]:
        self.watch.begin(wire, seconds)
        try:
            yield
        except (OSError, http.client.HTTPException, ValueError, CutShortError):
            if self.watch.end(wire):
                raise _endless(place, seconds) from None
            raise
        finally:
            late = self.watch.end(wire)
        if late:
            raise _endless(place, seconds)


@contextmanager
def _in_our_words() -> Iterator[None]:
    try:
        yield
    except TimeoutError:
        raise UnreachableError("连上以后没有答复。请过一会儿再试。") from None
    except ssl.SSLCertVerificationError as error:
        raise UnreachableError(f"证书不对（{quoted(error.verify_message)}），没有连。") from None
    except (OSError, http.client.HTTPException):
        raise UnreachableError("连不上，或者中途断了。请检查地址和网络，再试一次。") from None
    except ValueError:
        raise UnreachableError("答复的写法不对，看不懂。") from None


def _headers(etag: str) -> dict[str, str]:
    told = {"User-Agent": _AGENT, "Accept-Encoding": "identity"}
    return {**told, "If-None-Match": etag} if etag else told


def _answer(response: http.client.HTTPResponse, place: str, most: int, *, asked_for: str) -> Answer:
    status, told = response.status, response.headers
    if status == _UNCHANGED and asked_for:  # else it says so of what we never had
        return Answer(None)
    if status in _MOVED:
        raise _moved(place, told.get("Location", ""))
    if status in _GONE:
        raise _missing(place)
    if status != _FINE:
        raise UnreachableError(f"{place}：服务器答复 {status}。请过一会儿再试。")
    if told.get("Content-Encoding", "identity") != "identity":
        raise FederationError(f"{place}：服务器发来的是压缩过的，没有照要求发原样的。")
    announced = response.length or 0  # 0 too where it was not told
    _refuse_longer(place, announced, most)
    content = _within(place, _body(response, place, most), most)
    if len(content) < announced:
        raise CutShortError(
            f"{place} 应当有 {announced:,} 个字节，发到第 {len(content):,} 个就断了。请再收一次。"
        )
    etag = told.get("ETag", "")
    return Answer(content, etag if _ETAG.fullmatch(etag) else "")


def _body(response: http.client.HTTPResponse, place: str, most: int) -> bytes:
    try:
        return b"".join(_pieces(response, most))
    except TimeoutError:
        raise CutShortError(f"{place} 发到一半就没有动静了，断开了。请再收一次。") from None
    except (OSError, http.client.HTTPException):
        raise CutShortError(f"{place} 发到一半断了。请再收一次。") from None


def _pieces(response: http.client.HTTPResponse, most: int) -> Iterator[bytes]:
    """What comes, until its end or more than there may be."""
    read = 0
    while read <= most and (piece := response.read1(_PIECE)):
        read += len(piece)
        yield piece


def _within(place: str, content: bytes, most: int) -> bytes:
    if len(content) > most:
        raise FederationError(f"{place} 比登记的长（应当不超过 {most:,} 个字节），没有再读。")
    return content


def _refuse_longer(place: str, announced: int, most: int) -> None:
    if announced > most:
        raise FederationError(f"{place} 有 {announced:,} 个字节，应当不超过 {most:,} 个，没有读。")


def _endless(place: str, seconds: float) -> FederationError:
    return FederationError(f"{place} 过了 {seconds:.0f} 秒还没有发完，断开了。")


def _missing(place: str) -> TruncatedError:
    return TruncatedError(f"缺少 {place}：没有这个文件。")


def _moved(place: str, target: str) -> FederationError:
    named = _HOST.match(target)
    host = named[1] if named else "同一个网站的另一个网址"
    return FederationError(
        f"{place} 转到了别处（{host}），没有跟过去。"
        "请向该单位核对，真的搬了的，改 data/sources.toml 的 address。"
    )


@dataclass
class Hosts:
    """Opens offices, which share what certificates count."""

    limits: Limits
    watch: Watch
    _tls: ssl.SSLContext | None = None
    _lock: Lock = field(default_factory=Lock)

    @contextmanager
    def opened(self, office: LowerOffice, portal: Path) -> Iterator[Source]:
        """Where an office is read; a folder is meant relative to the portal's."""
        if not office.is_remote:
            yield Folder(portal / office.address)
            return
        until = time.monotonic() + self.limits.source
        tls = self._trusted() if office.address.startswith("https:") else None
        site = Site(office.address, self.limits, self.watch, tls, until)
        try:
            yield site
        finally:
            site.close()

    def _trusted(self) -> ssl.SSLContext:
        """Whose certificates count: what takes longest of a connection is to read them."""
        with self._lock:
            self._tls = self._tls or ssl.create_default_context()
            return self._tls
