"""The web server of the manual: its very files on loopback ports, with Debian's nginx.conf."""

from __future__ import annotations

import http.client
import re
import shutil
import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conftest import ROOT
from doubles.citizen import Answer, head
from doubles.door import free_ports
from doubles.nginx import place, running

FILES = ROOT / "content" / "about" / "files"
HOST = "yanlu.shili.example"
# In the place of the service: it says back what it was told.
ECHO = """
server {{
    listen 127.0.0.1:{port};
    return 200 "$http_host|$http_x_forwarded_for|$http_x_forwarded_proto|$request_uri";
}}
"""
_TEMPORARY = "{kind}_temp_path {folder}/{kind};"
_ALONE = "daemon off; master_process off;"


@dataclass(frozen=True)
class Front:
    """The server: what it answers, and what it leaves on the disk."""

    folder: Path
    plain: int
    tls: int

    def ask(self, path: str, *, host: str = HOST, six: bool = False, **more: Any) -> Answer:
        """One request over TLS, by IPv4 or IPv6, checked against its own certificate."""
        return _answer(self._secured(host, six=six), host, path, more)

    def begin(self, path: str) -> socket.socket:
        """A form of which the first byte comes, and no more."""
        begun = self._secured(HOST, six=False)
        begun.sendall(head(path, "Content-Length: 9").replace(b"127.0.0.1", HOST.encode()) + b"x")
        return begun

    def ask_plainly(self, path: str, *, host: str = HOST, six: bool = False) -> Answer:
        """One request without TLS."""
        return _answer(_connected(self.plain, six=six), host, path, {})

    def _secured(self, host: str, *, six: bool) -> ssl.SSLSocket:
        context = ssl.create_default_context(cafile=str(self.folder / "tls" / "fullchain.pem"))
        return context.wrap_socket(_connected(self.tls, six=six), server_hostname=host)

    def log(self) -> str:
        """All that every log of this server says."""
        return "".join(path.read_text("utf-8") for path in sorted(self.folder.glob("log/*/*")))


def _connected(port: int, *, six: bool) -> socket.socket:
    return socket.create_connection(("::1" if six else "127.0.0.1", port), timeout=30)


def _answer(wire: socket.socket, host: str, path: str, more: Mapping[str, Any]) -> Answer:
    connection = http.client.HTTPConnection(host)
    connection.sock = wire
    try:
        connection.request(
            more.get("method", "GET"), path, more.get("body"), more.get("headers", {})
        )
        answer = connection.getresponse()
        text = answer.read().decode()
        return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, text)
    finally:
        connection.close()


@contextmanager
def standing(
    folder: Path, site: Path, service: int, change: Callable[[str], str] = str, more: str = ""
) -> Iterator[Front]:
    """The server in front of `site` and of the service on that port; all it writes is in `folder`.

    `change` is what staff change in the files, `more` a server beside it.
    """
    plain, tls = free_ports(2)
    for name in ("tls", "log/yanlu", "log/nginx", "conf.d", "snippets"):
        (folder / name).mkdir(parents=True)
    certify(folder / "tls", HOST)
    there = {
        "/etc/nginx": folder, "/etc/ssl/yanlu": folder / "tls", "/var/log": folder / "log",
        "/run/nginx.pid": folder / "pid", "/srv/yanlu/public": site,
        "127.0.0.1:8001": f"127.0.0.1:{service}",
    }  # fmt: skip

    def put(target: str, text: str) -> None:
        for named, real in there.items():
            text = text.replace(named, str(real))
        ports = {"80": plain, "443": tls}
        text = re.sub(r"listen (80|443)\b", lambda m: f"listen 127.0.0.1:{ports[m[1]]}", text)
        text = re.sub(r"listen \[::\]:(80|443)", lambda m: f"listen [::1]:{ports[m[1]]}", text)
        (folder / target).write_text(text, "utf-8")

    put("nginx.conf", (place() / "etc/nginx/nginx.conf").read_text("utf-8"))
    shutil.copy(place() / "etc/nginx/mime.types", folder)
    put("conf.d/yanlu.conf", change((FILES / "yanlu-nginx.conf").read_text("utf-8")))
    put("snippets/yanlu.conf", change((FILES / "yanlu-nginx-common.conf").read_text("utf-8")))
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    beside = [_TEMPORARY.format(kind=kind, folder=folder) for kind in kinds]
    put("conf.d/here.conf", "\n".join([*beside, more]))
    with running(folder / "nginx.conf", plain, "-g", _ALONE):
        yield Front(folder, plain, tls)


def certify(folder: Path, host: str) -> None:
    """A key, and a certificate of this name that nobody has signed but itself."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-keyout", folder / "privkey.pem", "-out", folder / "fullchain.pem",
         "-days", "2", "-subj", f"/CN={host}", "-addext", f"subjectAltName=DNS:{host}"],
        check=True, capture_output=True,
    )  # fmt: skip
