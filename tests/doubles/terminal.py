"""A terminal with somebody at it, who types the next answer whenever a question stands there."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path


def type_into(folder: Path, answer: Callable[[str], str], *command: str) -> tuple[int, str]:
    """Run a command on a terminal; its exit code and all that the screen showed.

    A question ends in a colon and a space, as click writes it; `answer` gets all that is on the
    screen then.
    """
    ours, theirs = pty.openpty()
    places = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    process = subprocess.Popen(
        command, cwd=folder, stdin=theirs, stdout=theirs, stderr=theirs,
        env={**os.environ, "PATH": places, "TERM": "dumb", "COLUMNS": "200"},
    )  # fmt: skip
    os.close(theirs)
    seen = b""
    for seen in screens(ours):
        if seen.endswith(b": "):
            os.write(ours, answer(seen.decode()).encode() + b"\n")
    os.close(ours)
    return process.wait(), seen.decode(errors="replace")


def screens(ours: int) -> Iterator[bytes]:
    """All that was shown so far, after each piece of it, until the other end is closed."""
    seen = b""
    while True:
        try:
            chunk = os.read(ours, 4096)
        except OSError:  # Linux answers EIO when the other end is closed
            return
        if not chunk:
            return
        seen += chunk
        yield seen
