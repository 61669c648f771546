"""A real nginx in front of a finished site, told what the site says of its headers."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from conftest import ROOT
from doubles.door import free_ports

# Debian's, or what scripts/test unpacked where it is not installed.
PLACES = (Path("/"), ROOT / ".nginx")
CONFIGURATION = """
daemon off;
master_process off;
pid {folder}/pid;
error_log stderr;
events {{}}
http {{
    include {kinds};
    default_type application/octet-stream;
    gzip on;
    gzip_comp_level 6;
    gzip_types text/css application/javascript application/json text/csv image/svg+xml;
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port};
        absolute_redirect off;
        root {site};
        location / {{
            include {site}/_nginx.conf;
        }}
    }}
}}
"""


@contextmanager
def fronted(site: Path, folder: Path) -> Iterator[str]:
    """The address of `site` behind nginx, which writes into `folder`, until the end."""
    [port] = free_ports(1)
    file = folder / "nginx.conf"
    facts = {"folder": folder, "kinds": place() / "etc/nginx/mime.types", "port": port}
    file.write_text(CONFIGURATION.format(**facts, site=site), "utf-8")
    with running(file, port):
        yield f"http://127.0.0.1:{port}/"


def place() -> Path:
    """Where Debian's package lies."""
    return next(place for place in PLACES if (place / "usr/sbin/nginx").is_file())


@contextmanager
def running(file: Path, port: int, *settings: str) -> Iterator[None]:
    """An nginx with this file, which answers on this port of 127.0.0.1, until the end."""
    said = file.with_name("said")
    program = [str(place() / "usr/sbin/nginx"), "-e", "stderr", "-p", str(file.parent)]
    with said.open("w") as stream:
        process = subprocess.Popen([*program, "-c", str(file), *settings], stderr=stream)
    try:
        for _ in range(100):
            with socket.socket() as asked:
                asked.settimeout(0.1)
                if not asked.connect_ex(("127.0.0.1", port)):
                    break
            assert process.poll() is None, said.read_text()
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(10)
