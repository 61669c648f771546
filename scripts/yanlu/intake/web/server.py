"""The door to granian: listening, stopping within seconds, whatever clients do."""

from __future__ import annotations

import asyncio
import errno
import gc
import resource
import signal
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server
from granian.utils.proxies import wrap_asgi_with_proxy_headers
from starlette.types import ASGIApp

from yanlu.errors import ServeError

HOST = "127.0.0.1"
HEAD_MILLISECONDS = 5_000  # for the head of a request; also how long a connection may idle
GRACE = 5.0  # seconds for requests under way when the service is told to stop
_BUFFER = 64 << 10  # bytes of a connection that are held: heads, and parts of bodies
_CONNECTIONS = 1024  # at once, twice the places for letters; more wait in the kernel
_WAITING = 2048  # connections that the kernel holds meanwhile; of more it forgets what they sent
_YOUNG = 10_000  # objects made and not freed between two searches for cycles


@dataclass(frozen=True)
class Face:
    """An application and the port on which it answers."""

    app: ASGIApp
    port: int


@contextmanager
def held(port: int) -> Iterator[None]:
    """Keep a port for oneself while preparing; granian would share one that is taken.

    Raises:
        ServeError: another program has it.
    """
    with socket.socket() as guard:
        guard.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            guard.bind((HOST, port))
            guard.listen()
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            raise ServeError(
                f"端口 {port} 已经被别的程序占用。请关掉那个程序，"
                f"或者用 --port 换一个，例如 {port + 1}。"
            ) from None
        yield


def behind(proxies: Sequence[str], app: ASGIApp) -> ASGIApp:
    """Take the client's address from X-Forwarded-For where one of these networks says it."""
    if not proxies:
        return app
    wrapped: ASGIApp = wrap_asgi_with_proxy_headers(app, list(proxies))
    return wrapped


def run(
    faces: Sequence[Face],
    ready: Callable[[], None],
    alive: Callable[[], bool],
    end: Callable[[], None],
) -> int:
    """Serve until SIGINT or SIGTERM, then finish what is under way; answers the signal.

    `end` is called when nothing more is taken, so that what is under way does not take long.

    Raises:
        ServeError: it could not listen, or what `alive` watches over has ended.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core would hold what people wrote
    _spare_collections()
    return asyncio.run(_run(faces, ready, alive, end))


def _spare_collections() -> None:
    """Look for cycles in what requests leave behind, not again and again in lists and code.

    These stay until the end; going through them took a seventh of the time of a request.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG)


async def _run(
    faces: Sequence[Face],
    ready: Callable[[], None],
    alive: Callable[[], bool],
    end: Callable[[], None],
) -> int:
    loop = asyncio.get_running_loop()
    asked: asyncio.Future[int] = loop.create_future()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, _resolve, asked, number)
    servers = [_server(face) for face in faces]
    serving = [asyncio.create_task(server.serve()) for server in servers]
    try:
        for face in faces:
            await _listening(face.port, serving)
        ready()
        while not asked.done():
            await asyncio.wait([asked, *serving], timeout=1, return_when="FIRST_COMPLETED")
            if not alive() or any(task.done() for task in serving):
                raise ServeError("服务里有一部分自己停了，服务结束。请看日志里的原因，再启动。")
        return asked.result()
    finally:
        end()
        for server in servers:
            server.stop()
        await asyncio.wait(serving, timeout=GRACE)


def _resolve(asked: asyncio.Future[int], number: int) -> None:
    if not asked.done():
        asked.set_result(number)


def _server(face: Face) -> Any:
    return Server(
        face.app,
        address=HOST,
        port=face.port,
        interface=Interfaces.ASGI,
        http=HTTPModes.http1,  # with HTTP/2 allowed, a connection that says nothing is never closed
        http1_settings=HTTP1Settings(
            header_read_timeout=HEAD_MILLISECONDS, max_buffer_size=_BUFFER
        ),
        websockets=False,
        backlog=_WAITING,
        backpressure=_CONNECTIONS,
        log_enabled=False,
    )


async def _listening(port: int, serving: Sequence[asyncio.Task[None]]) -> None:
    """Wait until the port answers."""
    for _ in range(200):
        try:
            _, writer = await asyncio.open_connection(HOST, port)
        except OSError:
            if any(task.done() for task in serving):
                break
            await asyncio.sleep(0.02)
        else:
            writer.close()
            return
    raise ServeError(f"端口 {port} 没有打开，服务没有启动。")
