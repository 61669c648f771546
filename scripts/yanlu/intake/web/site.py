"""The finished site beside the service, for one machine: what a web server does in production."""

from __future__ import annotations

import mimetypes
from collections.abc import Collection, Mapping
from pathlib import Path

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send


def site_app(folder: Path, root: str, headers: Mapping[str, str]) -> ASGIApp:
    """The files of `folder` under `root`; visitors of other places are sent there."""

    async def elsewhere(request: Request) -> Response:  # noqa: ARG001 - Starlette's interface
        return RedirectResponse(root, 302)

    mimetypes.add_type("text/calendar", ".ics")  # not every system's list has it
    files = StaticFiles(directory=folder, html=True)
    routes: list[BaseRoute] = [Mount(root.rstrip("/"), files)]
    if root != "/":
        routes.append(Route("/{path:path}", elsewhere))
    app = Starlette(routes=routes)

    async def headed(scope: Scope, receive: Receive, send: Send) -> None:
        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(headers)
            await send(message)

        await app(scope, receive, told)

    return headed


def beside(service: ASGIApp, paths: Collection[str], site: ASGIApp) -> ASGIApp:
    """The service at its own addresses, the site everywhere else."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        ours = scope["type"] != "http" or scope["path"] in paths
        await (service if ours else site)(scope, receive, send)

    return app
