"""A finished site on this machine, served as `yanlu serve` does.

As a program: `python site_door.py FOLDER ROOT PORT`.
"""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from yanlu.headers import SITE_HEADERS
from yanlu.intake.web.server import Face, run
from yanlu.intake.web.site import site_app


@contextmanager
def hosted(folder: Path, root: str) -> Iterator[str]:
    """The address of the host, with the site under `root`, until the end of the block."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, __file__, str(folder), root, str(port)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.terminate()
        process.communicate(timeout=10)


def main() -> None:
    """Serve until told to stop."""
    folder, root, port = sys.argv[1:]
    app = site_app(Path(folder), root, SITE_HEADERS)
    run([Face(app, int(port))], lambda: print("ready", flush=True), lambda: True, lambda: None)


if __name__ == "__main__":
    main()
