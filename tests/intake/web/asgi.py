"""The service inside the test's own process: many requests in little time."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from doubles.citizen import FORM, WRITTEN, Answer
from yanlu.headers import HEADERS
from yanlu.intake.rates import Allowance
from yanlu.intake.store.port import StorePlace, home
from yanlu.intake.web.app import intake_app
from yanlu.intake.web.log import Log
from yanlu.intake.web.service import Bounds, Service, Website, opened_service
from yanlu.settings import open_portal
from yanlu.website.inserts import form_choices

BOUNDLESS = Allowance(1_000_000, 1_000_000, 10)


@dataclass
class Inside:
    """The application, called as its server calls it."""

    app: Any
    service: Service
    store: Path
    written = WRITTEN

    def send(self, path: str, fields: Sequence[tuple[str, str]]) -> Answer:
        """Send a form."""
        return self.post(path, urlencode(fields, errors="replace").encode(), FORM)

    def crowd(self, path: str, many: Sequence[Sequence[tuple[str, str]]]) -> list[Answer]:
        """Send forms at once."""

        async def all_of_them() -> list[Answer]:
            bodies = [urlencode(fields).encode() for fields in many]
            return await asyncio.gather(*(self._exchange(path, body, FORM) for body in bodies))

        return asyncio.run(all_of_them())

    def post(self, path: str, body: bytes, kind: str) -> Answer:
        """Send bytes."""
        return asyncio.run(self._exchange(path, body, kind))

    async def _exchange(self, path: str, body: bytes, kind: str) -> Answer:
        heard: list[dict[str, Any]] = []
        scope = {
            "type": "http", "method": "POST", "path": path, "raw_path": path.encode(),
            "query_string": b"", "root_path": "", "scheme": "http", "http_version": "1.1",
            "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
            "headers": [
                (b"host", b"127.0.0.1"),
                (b"content-type", kind.encode("latin-1")),
                (b"content-length", str(len(body)).encode()),
            ],
        }  # fmt: skip

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            heard.append(message)

        await self.app(scope, receive, send)
        headers = {k.decode(): v.decode() for k, v in heard[0]["headers"]}
        text = b"".join(m.get("body", b"") for m in heard[1:]).decode()
        return Answer(heard[0]["status"], headers, text)


@contextmanager
def inside_of(office: Path, store: StorePlace) -> Iterator[Inside]:
    """The application of an office, with a store of its own."""
    portal = open_portal(office)
    website = Website(office / "public", HEADERS, form_choices)
    with opened_service(
        portal, store, website, Log(sys.stderr), Bounds(sends=BOUNDLESS)
    ) as service:
        yield Inside(intake_app(service), service, home(store))
