"""The routes of the intake, and what holds for all: headers, a line of log, pages of refusal."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from yanlu.intake.store.database import DiskError
from yanlu.intake.web.health import Health
from yanlu.intake.web.log import UNSTORED, size_class
from yanlu.intake.web.origin import is_foreign
from yanlu.intake.web.refusals import Refused, undone
from yanlu.intake.web.reporting import Reporting
from yanlu.intake.web.service import Service
from yanlu.intake.web.status import CLEARED, Status
from yanlu.intake.web.suggest import Suggest

PRIVATE = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
_PAGES = {  # address → where its form stands, for those who come there without one
    "suggest/check": "suggest/write/",
    "suggest/send": "suggest/write/",
    "suggest/edit": "suggest/write/",
    "suggest/report": "about/report/",
    "check/status": "check/",
    "check/rights": "check/",
    "check/receipt": "check/",
}
ENDED = 499  # in the log alone: the service stopped before the answer was out, which is no fault
MACHINES = frozenset({"/healthz", "/readyz"})
Endpoint = Callable[[Request], Awaitable[Response]]


def intake_app(service: Service) -> ASGIApp:
    """The whole service."""
    suggest, status, health = Suggest(service), Status(service), Health(service)
    posts: Mapping[str, Endpoint] = {
        "suggest/check": suggest.check,
        "suggest/send": suggest.send,
        "suggest/edit": suggest.edit,
        "suggest/report": Reporting(service).report,
        "check/status": status.status,
        "check/rights": status.act,
        "check/receipt": status.receipt,
    }
    routes = [_form_route(service, path, act) for path, act in posts.items()]
    routes += [Route("/healthz", health.alive), Route("/readyz", health.ready)]
    refusing = Refusing(service)
    app = Starlette(
        routes=routes,
        exception_handlers={
            Refused: refusing.refused,
            HTTPException: refusing.lost,
            ClientDisconnect: refusing.gone,
            DiskError: refusing.away,
            Exception: refusing.failed,
        },
    )
    app.router.redirect_slashes = False  # it would repeat the Host header in an address
    return watched(app, service)


def intake_paths(root: str) -> frozenset[str]:
    """The addresses that the service answers."""
    return MACHINES | {root + path for path in _PAGES}


def _form_route(service: Service, path: str, act: Endpoint) -> Route:
    """A form's address: taken from our own pages; whoever only looks is sent to the form."""

    async def endpoint(request: Request) -> Response:
        if request.method != "POST":
            return RedirectResponse(service.root + _PAGES[path], 303)
        if is_foreign(request.headers, service.origin):
            raise Refused("foreign")
        return await act(request)

    return Route(service.root + path, endpoint, methods=["GET", "POST"])


@dataclass(frozen=True)
class Refusing:
    """Pages for what is not taken."""

    service: Service

    async def refused(self, request: Request, error: Any) -> Response:
        """A refusal of our own: `error` is a Refused."""
        return self._page(request, error)

    def _page(self, request: Request, error: Refused) -> Response:
        said = error.refusal
        self.service.counters.refused[said.reason] += 1
        more = [error.more] if error.more else []
        page = self.service.pages.answer(
            "refused",
            said.status,
            title=said.title,
            sentences=[*more, *said.sentences],
            fields=error.fields,
            retry=error.retry,
        )
        if said.wait:
            page.headers["Retry-After"] = str(said.wait)
        if said.reason in ("slow", "large"):
            page.headers["Connection"] = "close"  # the rest of the body is not wanted
        if request.scope["path"].startswith(f"{self.service.root}check/"):
            page.headers.update(CLEARED)
        return page

    async def lost(self, request: Request, error: Any) -> Response:
        """An address or a method that there is not: `error` is Starlette's HTTPException."""
        page = self._page(request, Refused("method" if error.status_code == 405 else "nowhere"))
        page.headers.update(error.headers or {})
        return page

    async def gone(self, request: Request, error: Exception) -> Response:  # noqa: ARG002 - Starlette's interface
        """The client left before the end: nobody reads this."""
        return PlainTextResponse("", 400)

    async def away(self, request: Request, error: Exception) -> Response:
        """The store does not answer: its words are for staff."""
        self.service.log.say(UNSTORED, why=str(error))
        return self._page(request, Refused(undone(error)))

    async def failed(self, request: Request, error: Exception) -> Response:
        """Unforeseen: the log gets its kind, the citizen a page without detail."""
        self.service.log.say("failed", request=request.state.request, error=type(error).__name__)
        return self._page(request, Refused("fault"))


def watched(app: ASGIApp, service: Service) -> ASGIApp:
    """Around everything: the headers of every answer, and one line of log without a person."""
    headers = {**service.headers, **PRIVATE}
    fixed = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    named = intake_paths(service.root)  # whatever else is asked for is not written down

    async def watching(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        began, number, status = time.perf_counter(), secrets.token_hex(4), 500
        state = scope.setdefault("state", {})
        state["request"] = number

        async def told(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                own = {name for name, _ in message["headers"]}  # such as a policy of its own
                message["headers"] += [pair for pair in fixed if pair[0] not in own]
            await send(message)

        try:
            await app(scope, receive, told)
        except asyncio.CancelledError:
            status = ENDED
            raise
        finally:
            route = scope["path"] if scope["path"] in named else "none"
            if route not in MACHINES or status != 200:
                took = round((time.perf_counter() - began) * 1000, 1)
                size = size_class(state.get("size", 0))
                said = {"request": number, "route": route, "status": status, "ms": took}
                service.log.say("answer", **said, size=size)

    return watching
