"""The door of the desk: pages on this machine for one browser, and for whoever signs in there.

The address that the command prints lets one browser in, once. From then on a cookie tells it: only
for this host, this run's own path and our own pages (SameSite). Every answer goes to this very
host name (no DNS rebinding), from no other site's page, and every form carries a token besides.
Nothing is logged, and nothing may be stored by the browser.
"""

from __future__ import annotations

import hmac
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from yanlu.errors import YanluError
from yanlu.headers import HEADERS
from yanlu.intake.web.forms import read_pairs
from yanlu.intake.web.log import Log
from yanlu.intake.web.origin import is_foreign
from yanlu.intake.web.refusals import Refused
from yanlu.intake.web.server import HOST
from yanlu.templates import Environment

COOKIE = "desk"
IDLE = 30 * 60.0  # seconds without a request, after which a name has to be given again
LONGEST = 20  # characters of a name
_OWN = frozenset({"token", "sign-in"})
Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Asked:
    """A request of somebody who has signed in: who, what was typed, and parts of the address."""

    by: str
    typed: Pairs = ()
    parts: Mapping[str, str] = field(default_factory=dict)
    fault: str = ""

    def one(self, name: str) -> str:
        """The first value of a field; empty where there is none."""
        return next((value for key, value in self.typed if key == name), "").strip()

    def many(self, name: str) -> list[str]:
        """All values of a field."""
        return [value for key, value in self.typed if key == name]


@dataclass(frozen=True)
class Page:
    """A template of the desk, and what it is told."""

    template: str
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Done:
    """Something was done: where to go on, below the root, and what is said there."""

    to: str
    said: str


@dataclass(frozen=True)
class Place:
    """An address below the root. `hidden` are fields that are never shown again."""

    path: str
    show: Callable[[Asked], Page]
    act: Callable[[Asked], Page | Done] | None = None
    hidden: frozenset[str] = frozenset()


@dataclass
class Session:
    """The one browser that was let in; all of it is gone with the process."""

    start: str | None = field(default_factory=lambda: secrets.token_urlsafe(32))
    root: str = field(default_factory=lambda: f"/{secrets.token_urlsafe(9)}/")
    cookie: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    form: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    by: str = ""
    seen: float = 0.0
    said: str = ""

    def let_in(self, token: str) -> bool:
        """Whether this is the address that was printed; it is so once."""
        start = self.start
        fits = start is not None and hmac.compare_digest(start.encode(), token.encode())
        if fits:
            self.start = None
        return fits

    def knows(self, cookie: str) -> bool:
        """Whether this is the browser that was let in."""
        return self.start is None and hmac.compare_digest(self.cookie.encode(), cookie.encode())

    def who(self, now: float) -> str:
        """Who is signed in; nobody after a while without a request."""
        if now - self.seen > IDLE:
            self.by = ""
        self.seen = now
        return self.by


@dataclass(frozen=True)
class DeskPages:
    """The pages, and what they are made with.

    `words` puts a refusal into the words of the desk; `files` are contents and types by name.
    """

    places: Sequence[Place]
    templates: Environment
    common: Mapping[str, Any]
    words: Callable[[str], str]
    files: Mapping[str, tuple[bytes, str]]
    log: Log
    session: Session = field(default_factory=Session)
    clock: Callable[[], float] = time.monotonic

    def page(self, page: Page, status: int = 200) -> HTMLResponse:
        """A page as an answer; what was to be said once is said on it."""
        session = self.session
        told = {"root": session.root, "form_token": session.form}
        told |= {"by": session.by, "said": session.said}
        session.said = ""
        facts = {**self.common, **told, "fault": "", "values": {}, **page.facts}
        template = self.templates.get_template(f"{page.template}.html")
        return HTMLResponse(template.render(facts), status)

    def refused(self, sentence: str, status: int) -> HTMLResponse:
        """A page that only says why not."""
        return self.page(Page("refused", {"sentence": sentence}), status)


def desk_app(desk: DeskPages, port: int) -> ASGIApp:
    """The whole desk, as it answers on `port`."""
    root = desk.session.root
    routes = [
        Route(root + "start/{token}", partial(_start, desk), methods=["GET"]),
        *(Route(root + name, partial(_file, *whole)) for name, whole in desk.files.items()),
        Route(root + "leave", partial(_leave, desk), methods=["POST"]),
        *(_route(desk, place) for place in desk.places),
    ]
    app = Starlette(
        routes=routes,
        exception_handlers={
            HTTPException: partial(_lost, desk),
            Refused: partial(_not_taken, desk),
            Exception: partial(_failed, desk),
        },
    )
    app.router.redirect_slashes = False
    return _guarded(app, port)


def start_address(desk: DeskPages, port: int) -> str:
    """The address that lets a browser in."""
    return f"http://{HOST}:{port}{desk.session.root}start/{desk.session.start}"


async def _start(desk: DeskPages, request: Request) -> Response:
    if not desk.session.let_in(request.path_params["token"]):
        return _stranger()
    answer = RedirectResponse(desk.session.root, 303)
    answer.set_cookie(
        COOKIE, desk.session.cookie, path=desk.session.root, httponly=True, samesite="strict"
    )
    return answer


async def _file(content: bytes, kind: str, request: Request) -> Response:  # noqa: ARG001 - Starlette's interface
    return Response(content, media_type=kind)


async def _leave(desk: DeskPages, request: Request) -> Response:
    _refuse_strange(desk, request)
    _refuse_untold(desk, await read_pairs(request))
    desk.session.by = ""
    return RedirectResponse(desk.session.root, 303)


def _route(desk: DeskPages, place: Place) -> Route:
    async def endpoint(request: Request) -> Response:
        _refuse_strange(desk, request)
        typed: Pairs = []
        if request.method == "POST":
            typed = await read_pairs(request)
            _refuse_untold(desk, typed)
        return await _signed_in(desk, place, request, typed)

    methods = ["GET", "POST"]  # POST anywhere: to sign in
    return Route(desk.session.root + place.path, endpoint, methods=methods)


def _refuse_strange(desk: DeskPages, request: Request) -> None:
    if not desk.session.knows(request.cookies.get(COOKIE, "")):
        raise HTTPException(403)


def _refuse_untold(desk: DeskPages, typed: Pairs) -> None:
    """A form that does not carry the token of our own pages is not ours."""
    if not hmac.compare_digest(dict(typed).get("token", "").encode(), desk.session.form.encode()):
        raise HTTPException(403)


async def _signed_in(desk: DeskPages, place: Place, request: Request, typed: Pairs) -> Response:
    """Whoever has given no name yet, or not for long, gives one, and loses nothing by it."""
    named = dict(typed).get("sign-in")
    carried = [pair for pair in typed if pair[0] not in _OWN]
    by = desk.session.who(desk.clock())
    if named is not None:
        fault = _name_fault(named)
        if fault:
            return _sign_in(desk, place, carried, fault)
        desk.session.by = by = named.strip()
        if not carried:
            return RedirectResponse(request.url.path, 303)
    elif not by:
        return _sign_in(desk, place, carried, "")
    asked = Asked(by, carried, request.path_params)
    acts = request.method == "POST" and named is None and place.act is not None
    return await _answered(desk, place, asked, acts)


def _name_fault(name: str) -> str:
    if not name.strip():
        return "请写上您的姓名。"
    if len(name.strip()) > LONGEST or not name.strip().isprintable() or "（" in name:
        return f"请只写姓名，最多{LONGEST}个字。代别人的不用写，程序按审核人的名单自己记。"
    return ""


def _sign_in(desk: DeskPages, place: Place, carried: Pairs, fault: str) -> Response:
    kept = [pair for pair in carried if pair[0] not in place.hidden]
    return desk.page(Page("sign-in", {"carried": kept, "fault": fault}), 422 if fault else 200)


async def _answered(desk: DeskPages, place: Place, asked: Asked, acts: bool) -> Response:
    """What was asked for; where it is refused, the same page with all that was typed, and why."""
    if not acts or place.act is None:
        return await run_in_threadpool(_shown, desk, place, asked, 200)
    try:
        done = await run_in_threadpool(place.act, asked)
    except YanluError as error:
        kept = [pair for pair in asked.typed if pair[0] not in place.hidden]
        again = replace(asked, typed=kept, fault=desk.words(str(error)))
        return await run_in_threadpool(_shown, desk, place, again, 422)
    if isinstance(done, Page):
        return desk.page(done)
    desk.session.said = done.said
    return RedirectResponse(desk.session.root + done.to, 303)


def _shown(desk: DeskPages, place: Place, asked: Asked, status: int) -> Response:
    try:
        page = place.show(asked)
    except YanluError as error:
        return desk.refused(desk.words(str(error)), 422)
    facts = {"fault": asked.fault, "values": dict(asked.typed), **page.facts}
    return desk.page(replace(page, facts=facts), status)


async def _lost(desk: DeskPages, request: Request, error: Any) -> Response:
    if error.status_code == 403 or not desk.session.knows(request.cookies.get(COOKIE, "")):
        return _stranger()
    return desk.refused("没有这一页。请从“要办的”重新进去。", error.status_code)


def _stranger() -> Response:
    """Nothing of the desk: whoever asks may be any program on this machine."""
    return HTMLResponse(
        '<!doctype html><html lang="zh-Hans"><meta charset="utf-8"><title>工作台</title>'
        "<p>这个网址用过了，或者不完整。请关掉工作台，再打开一次。</p>",
        403,
    )


async def _not_taken(desk: DeskPages, request: Request, error: Any) -> Response:  # noqa: ARG001 - Starlette's interface
    """A form that cannot be read: `error` is a Refused."""
    said = error.refusal
    return desk.refused("".join((said.title, "。", *said.sentences)), said.status)


async def _failed(desk: DeskPages, request: Request, error: Exception) -> Response:  # noqa: ARG001 - Starlette's interface
    """Unforeseen: its kind alone is said, since the message may quote a letter."""
    desk.log.say("failed", error=type(error).__name__)
    return desk.refused(
        f"程序出错了（{type(error).__name__}），可能没有写入。请回到“要办的”看一看，"
        "再把刚才点了什么（不含内容）告诉维护的人。",
        500,
    )


def _guarded(app: ASGIApp, port: int) -> ASGIApp:
    """Around everything: this host name alone, no page of another site, headers on every answer."""
    host, origin = f"{HOST}:{port}", f"http://{HOST}:{port}"
    fixed = {**HEADERS, "Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
    pairs = [(name.lower().encode(), value.encode()) for name, value in fixed.items()]

    async def guarding(scope: Scope, receive: Receive, send: Send) -> None:
        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] += pairs
            await send(message)

        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        headers = Request(scope).headers
        if headers.get("host") != host or is_foreign(headers, origin):
            await Response(status_code=403)(scope, receive, told)
            return
        await app(scope, receive, told)

    return guarding
