"""What the site's own web server is told: headers and moved addresses, in the files it reads.

`_headers` and `_redirects` are read by Cloudflare Pages and Netlify, which leave them out of
the site; `_nginx.conf` is for an `include` inside nginx's `location` of the site.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from yanlu.guidance.moved import Move
from yanlu.headers import OVER_TLS, SITE_HEADERS
from yanlu.settings import Office

HEADERS, REDIRECTS, NGINX = "_headers", "_redirects", "_nginx.conf"
CACHED = {"Cache-Control": "max-age=600"}  # seconds: what is taken back is soon gone everywhere
NO_PAGE = "404.html"
# Files of which nginx's own list knows no kind (Debian 12, mime.types).
_KINDS = {"ics": "text/calendar", "csv": "text/csv", "jsonld": "application/ld+json"}
# Kinds of text, in UTF-8 all of them; text/html is always among them.
_TEXTS = (
    *("text/css", "text/plain", "text/xml", "application/javascript", "application/json"),
    *("application/atom+xml", "image/svg+xml"),
)


def host_headers(office: Office) -> Mapping[str, str]:
    """The headers of every file of the site, where its own host sends them."""
    tls = OVER_TLS if office.base_url.startswith("https:") else {}
    return {**SITE_HEADERS, **tls, **CACHED}


def write_hosting(site: Path, office: Office, moves: Iterable[Move]) -> None:
    """Write the three files into `site`."""
    moves = list(moves)
    headers, root = host_headers(office), office.root
    lines = [f"  {name}: {value}\n" for name, value in headers.items()]
    (site / HEADERS).write_text("".join([f"{root}*\n", *lines]), "utf-8")
    moved = [f"{root}{move.old} {root}{move.new} 301\n" for move in moves]
    (site / REDIRECTS).write_text("".join(moved), "utf-8")
    nginx = "".join(f"{line}\n" for line in _nginx(headers, root, moves))
    (site / NGINX).write_text(nginx, "utf-8")


def _nginx(headers: Mapping[str, str], root: str, moves: Iterable[Move]) -> Iterator[str]:
    for name, value in headers.items():
        yield f'add_header {name} "{value}" always;'
    yield f"error_page 404 {root}{NO_PAGE};"
    yield "charset utf-8;"
    yield f"charset_types {' '.join((*_TEXTS, *_KINDS.values()))};"
    for ending, kind in _KINDS.items():
        yield f"location ~ \\.{ending}$ {{ default_type {kind}; }}"
    for name in (HEADERS, REDIRECTS, NGINX):
        yield f"location = {root}{name} {{ return 404; }}"
    for move in moves:
        yield f"location = {root}{move.old} {{ return 301 {root}{move.new}; }}"
