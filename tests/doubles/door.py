"""An office at the door: its folder, and its service in a process of its own."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from doubles import stores
from doubles.citizen import Answer, Fields, ask, look

ROOT = Path(__file__).parents[2]
FRAME = (
    '<!doctype html><html lang="zh-Hans"><head><meta charset="utf-8"><title>收件</title></head>'
    "<body><main><article>\n<!-- answer -->\n</article></main></body></html>"
)
YANLU = (str(Path(sys.executable).with_name("yanlu")), "intake", "serve")
NARROW = (sys.executable, str(Path(__file__).with_name("narrow_door.py")))
Serving = Callable[..., AbstractContextManager["Running"]]


@dataclass
class Running:
    """A service that runs."""

    process: subprocess.Popen[str]
    port: int
    metrics_port: int
    store: Path
    log: Path

    def send(self, path: str, fields: Fields, **headers: str) -> Answer:
        """Send a form."""
        return ask(self.port, path, fields, **headers)

    def look(self, path: str) -> Answer:
        """Open a page."""
        return look(self.port, path)

    def metric(self, name: str) -> float:
        """A count of the moment."""
        lines = look(self.metrics_port, "/metrics").text.splitlines()
        return sum(float(line.split()[-1]) for line in lines if line.startswith(name))

    def events(self) -> list[dict[str, object]]:
        """The log so far."""
        return [json.loads(line) for line in self.log.read_text("utf-8").splitlines()]


def free_ports(count: int) -> list[int]:
    """Ports that nobody has at the moment."""
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def make_office(folder: Path) -> Path:
    """A portal with the reference office's data and theme, and the frame of a built site."""
    for name in ("codes", "guidance"):
        shutil.copytree(ROOT / "data" / name, folder / "data" / name)
    shutil.copy(ROOT / "data" / "office.toml", folder / "data" / "office.toml")
    (folder / "theme").symlink_to(ROOT / "theme")
    frame = folder / "public" / "suggest" / "answer" / "index.html"
    frame.parent.mkdir(parents=True)
    frame.write_text(FRAME, "utf-8")
    return folder


def _named(store: Path, program: Sequence[str]) -> tuple[object, dict[str, str]]:
    """The store as the program is told of it; beside a database, its folder is that of the user."""
    place = stores.made(store)
    if program != YANLU or isinstance(place, Path):
        return store, {}
    state = store.with_suffix(".state") / "yanlu" / "yanlu.shili.example"
    if not state.is_symlink():
        store.mkdir(exist_ok=True)
        state.parent.mkdir(parents=True)
        state.symlink_to(store)
    return place.address, {"XDG_STATE_HOME": str(store.with_suffix(".state"))}


@contextmanager
def started(
    office: Path, store: Path, *arguments: str, program: Sequence[str] = YANLU, **environment: str
) -> Iterator[Running]:
    """A service until the end of the block; what it says goes into a file beside the store."""
    port, metrics_port = free_ports(2)
    ports = (f"--port={port}", f"--metrics-port={metrics_port}")
    place, home = _named(store, program)
    command = [*program, *ports, f"--store={place}", *arguments]
    log = store.with_suffix(".log")
    with log.open("a") as file:
        process = subprocess.Popen(
            command,
            cwd=office,
            stdout=subprocess.PIPE,
            stderr=file,
            text=True,
            env={**os.environ, **home, **environment},
        )
        try:
            assert process.stdout
            assert "已经就绪" in process.stdout.readline(), log.read_text("utf-8")
            yield Running(process, port, metrics_port, store, log)
        finally:
            process.kill()
            process.communicate(timeout=10)
