"""Serve the finished site on this machine, with the headers that a real server should send."""

from __future__ import annotations

import errno
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from yanlu.errors import ServeError

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class _Handler(SimpleHTTPRequestHandler):
    """Files under the site's root path; nothing about a reader is logged."""

    extensions_map = {  # noqa: RUF012 - the library's own attribute
        **SimpleHTTPRequestHandler.extensions_map,
        ".csv": "text/csv; charset=utf-8",
        ".html": "text/html; charset=utf-8",
        ".json": "application/json; charset=utf-8",
        ".xml": "application/xml; charset=utf-8",
    }

    def __init__(self, *arguments: Any, root: str, **named: Any) -> None:
        self.root = root
        super().__init__(*arguments, **named)

    def send_head(self) -> Any:
        """Answer under the root, for GET and HEAD; send visitors of other places there."""
        if self.path.startswith(self.root):
            return super().send_head()
        self.send_response(HTTPStatus.FOUND)
        self.send_header("Location", self.root)
        self.send_header("Content-Length", "0")
        self.end_headers()
        return None

    def translate_path(self, path: str) -> str:
        """The file behind an address: the root is a name of the folder, not a part of it."""
        return super().translate_path("/" + path[len(self.root) :])

    def list_directory(self, path: Any) -> None:
        """A folder without a page of its own is not a page."""
        del path
        self.send_error(HTTPStatus.NOT_FOUND)

    def end_headers(self) -> None:
        """Send the security headers with every answer."""
        for name, value in HEADERS.items():
            self.send_header(name, value)
        super().end_headers()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer with the site's own page where nothing is found."""
        page = Path(self.directory) / "404.html"
        if code != HTTPStatus.NOT_FOUND or not page.is_file():
            super().send_error(code, message, explain)
            return
        content = page.read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002 - the library's name
        """Say nothing: an address or a path in a log is a trace of a reader."""


def open_server(site: Path, port: int, root: str) -> ThreadingHTTPServer:
    """Listen on 127.0.0.1.

    Raises:
        ServeError: the port is taken.
    """
    handler = partial(_Handler, directory=str(site), root=root)
    try:
        return ThreadingHTTPServer(("127.0.0.1", port), handler)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        raise ServeError(
            f"端口 {port} 已经被别的程序占用。"
            f"请关掉那个程序，或者换一个：scripts/serve --port {port + 1}"
        ) from None
