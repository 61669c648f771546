"""A real nginx in front of a finished site, told what the site says of its headers."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from conftest import ROOT

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
    place = next(place for place in PLACES if (place / "usr/sbin/nginx").is_file())
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    kinds = place / "etc/nginx/mime.types"
    file = folder / "nginx.conf"
    facts = {"folder": folder, "kinds": kinds, "port": port, "site": site}
    file.write_text(CONFIGURATION.format(**facts), "utf-8")
    command = [str(place / "usr/sbin/nginx"), "-e", "stderr", "-p", str(folder), "-c", str(file)]
    with (folder / "said").open("w") as said:
        process = subprocess.Popen(command, stderr=said)
    try:
        for _ in range(100):
            with socket.socket() as asked:
                asked.settimeout(0.1)
                if not asked.connect_ex(("127.0.0.1", port)):
                    break
            assert process.poll() is None, (folder / "said").read_text()
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.terminate()
        process.wait(10)
