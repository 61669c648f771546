"""The double as a server on this machine."""

from __future__ import annotations

import hashlib
import json
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from doubles.github import contract
from doubles.github.faults import Fault, Script
from doubles.github.hub import Hub, RefusedError
from doubles.github.routes import Answer, Asked, answer, refusal

VERSION = "2022-11-28"
GONE = {"assignee", "merge_commit_sha", "has_downloads"}  # from version 2026-03-10 on


@dataclass
class Request:
    """What came over the wire."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any

    @property
    def line(self) -> str:
        """Method and path, as faults and the record of calls have them."""
        return f"{self.method} {self.path}"


@dataclass
class Double:
    """A hub, its faults, every call in order, and what either side got wrong."""

    hub: Hub
    script: Script = field(default_factory=Script)
    calls: list[str] = field(default_factory=list)
    seen: list[dict[str, str]] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    served: int = 0

    def fail(self, on: str, **how: Any) -> None:
        """Switch on one fault."""
        self.script.faults.append(Fault(on, **how))

    def rest(self) -> None:
        """Wait until every call is over, also those whose client has gone."""
        while self.served < len(self.calls):
            time.sleep(0.01)

    def answer(self, request: Request) -> Answer:
        """The true answer, held against the description on its way in and out."""
        hub = self.hub
        path = request.path.replace("/repositories/1", f"/repos/{hub.owner}/{hub.name}", 1)
        found = contract.operation(request.method, path)
        if found is None:
            self.violations.append(f"{request.line}: not an operation that we use")
            return refusal(404, "Not Found")
        faults = contract.request_faults(found, request.query, request.body)
        if faults:
            self.violations += faults
            return refusal(400, "Problems parsing JSON")
        with hub.lock:
            made = self._authorised(found, request)
        if made.items is not None:
            made = _page(made, request, hub)
        self.violations += contract.answer_faults(found, made.status, made.body)
        return made

    def _authorised(self, found: contract.Operation, request: Request) -> Answer:
        authorization, login = request.headers.get("authorization", ""), ""
        if "owner" in found.values:
            try:
                login = self.hub.account(authorization).login
            except RefusedError as error:
                return refusal(error.status, str(error))
            place = (found.values["owner"].lower(), found.values["repo"].lower())
            if place != (self.hub.owner.lower(), self.hub.name.lower()):
                return refusal(404, "Not Found")
        asked = Asked(found.values, request.query, request.body, login, authorization)
        return answer(self.hub, found.id, asked)


def _page(made: Answer, request: Request, hub: Hub) -> Answer:
    """One page of a list, and the address of the next as GitHub writes it, by number."""
    items = made.items or []
    size = min(int(request.query.get("per_page", 30)), hub.page)
    page = int(request.query.get("page", 1))
    headers = {}
    if page * size < len(items):
        path = request.path.replace(f"/repos/{hub.owner}/{hub.name}", "/repositories/1", 1)
        query = "&".join(f"{k}={v}" for k, v in {**request.query, "page": page + 1}.items())
        headers["Link"] = f'<{hub.address}{path}?{query}>; rel="next"'
    return Answer(made.status, items[(page - 1) * size : page * size], headers=headers)


def _rendered(body: Any, headers: dict[str, str]) -> Any:
    """A body as the media type and the version that were asked for have it."""
    if isinstance(body, list):
        return [_rendered(item, headers) for item in body]
    if not isinstance(body, dict):
        return body
    made = {key: _rendered(value, headers) for key, value in body.items()}
    if "full+json" in headers.get("accept", "") and "body" in made:
        made |= {"body_html": f"<p>{made['body']}</p>", "body_text": made["body"]}
    if headers.get("x-github-api-version") == VERSION:
        return made
    return {key: value for key, value in made.items() if key not in GONE}


class _Handler(BaseHTTPRequestHandler):
    """One connection; the server knows its double."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # one packet an answer: two would wait for each other
    server: _Server

    def _serve(self) -> None:
        double = self.server.double
        request = self._read()
        double.calls.append(request.line)
        double.seen.append(request.headers)
        try:
            self._answer(double, request)
        finally:
            double.served += 1

    def _answer(self, double: Double, request: Request) -> None:
        fault = double.script.next(request.line) or Fault("")
        time.sleep(fault.delay)
        lost = fault.drop or fault.status
        made = double.answer(request) if fault.effect or not lost else Answer(0)
        if fault.drop:
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
            return
        if fault.status:
            made = refusal(fault.status, fault.message)
        made.headers |= fault.headers
        body = _rendered(made.body, request.headers)
        self._send(made, fault.alter(body) if fault.alter else body, request)

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _serve  # noqa: N815 - http.server's names

    def _read(self) -> Request:
        parts = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length)) if length else None
        headers = {key.lower(): value for key, value in self.headers.items()}
        query = dict(parse_qsl(parts.query))
        return Request(self.command, unquote(parts.path), query, headers, body)

    def _send(self, made: Answer, body: Any, request: Request) -> None:
        content = b"" if body is None else json.dumps(body).encode()
        tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
        if request.method == "GET" and request.headers.get("if-none-match") == tag:
            made, content = Answer(304), b""
        self.send_response_only(made.status)
        headers = {
            "Date": format_datetime(self.server.double.hub.now(), usegmt=True),
            "Content-Type": "application/json; charset=utf-8",
            "Content-Length": str(len(content)), "ETag": tag,
            "X-RateLimit-Limit": "5000", "X-RateLimit-Remaining": "4999",
        }  # fmt: skip
        for name, value in (headers | made.headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
        """Say nothing: the double keeps its own record."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, double: Double) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.double = double

    def handle_error(self, *_: object) -> None:
        """A client that hangs up is no error of ours; anything else is one."""
        error = sys.exception()
        if not isinstance(error, ConnectionError):
            self.double.violations.append(f"the double itself failed: {error!r}")


@contextmanager
def serve(hub: Hub) -> Iterator[Double]:
    """The double on a free port, until the end of the block."""
    double = Double(hub)
    with _Server(double) as server:
        hub.address = f"http://127.0.0.1:{server.server_address[1]}"
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield double
        server.shutdown()
