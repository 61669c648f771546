"""A real PostgreSQL of its own for a test: Debian's programs, a new folder, a private socket."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

PATIENCE = 60  # seconds until a server answers, on a machine that is busy
_ACCOUNTS = ("postgres", "nobody")  # a server refuses to run as root


class Server:
    """One server on a socket in `folder`; every local user comes in without a password."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._programs = _programs()
        self._process: subprocess.Popen[bytes] | None = None

    def url(self, database: str = "postgres") -> str:
        """The address, as `psycopg.connect` and `ibis.connect` take it."""
        return f"postgresql://yanlu@/{database}?host={self.folder}"

    def initialise(self, *more: str) -> None:
        """Make the files of an empty server."""
        options = ("--no-sync", "--auth=trust", "--username=yanlu", "--encoding=UTF8", *more)
        subprocess.run(
            [self._programs / "initdb", *options, "--locale=C.UTF-8", self.folder / "data"],
            stdout=subprocess.DEVNULL,
            check=True,
            **self._as_somebody(),
        )

    def start(self) -> None:
        """Start, and wait until it answers; after `kill` it recovers what was committed."""
        log = (self.folder / "log").open("ab")
        settings = (
            "-c", "listen_addresses=", "-c", "max_prepared_transactions=2", "-k", self.folder,
        )  # fmt: skip
        self._process = subprocess.Popen(
            [self._programs / "postgres", "-D", self.folder / "data", *settings],
            stdout=log,
            stderr=log,
            **self._as_somebody(),
        )
        log.close()
        until = time.monotonic() + PATIENCE
        while subprocess.run([self._programs / "pg_isready", "-q", "-h", self.folder]).returncode:
            if self._process.poll() is not None or time.monotonic() > until:
                pytest.fail(f"PostgreSQL did not start:\n{(self.folder / 'log').read_text()}")
            time.sleep(0.05)

    def kill(self) -> None:
        """End the server and every process that serves a connection, as a power cut does."""
        assert self._process is not None
        pid = self._process.pid
        os.kill(pid, signal.SIGSTOP)  # or it would have children that are not in the list
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        for one in (*map(int, children), pid):
            with suppress(ProcessLookupError):  # a child may end by itself meanwhile
                os.kill(one, signal.SIGKILL)
        self._process.wait()
        until = time.monotonic() + PATIENCE
        while any(map(_lives, children)):  # one that does keeps the next server from starting
            assert time.monotonic() < until
            time.sleep(0.01)

    def cramp(self, database: str, size: int | None) -> None:
        """Let no file grow beyond `size` bytes for those who are linked to a database now.

        PostgreSQL takes that for a full disk; None ends it. A link that is made later is free.
        """
        listed = f"SELECT pid FROM pg_stat_activity WHERE datname = '{database}'"  # noqa: S608 - our own name
        asked = (self._programs / "psql", "-X", "-A", "-t", "-d", self.url(), "-c", listed)
        pids = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.split()
        limit = f"--fsize={'unlimited' if size is None else size}:"
        for pid in pids:  # by the server's own account: root of a container may not do it
            said = subprocess.run(["prlimit", limit, f"--pid={pid}"], **self._as_somebody())
            assert said.returncode == 0 or not _lives(pid)  # who has gone meanwhile needs none

    def stop(self) -> None:
        """End it in order; a server that is not running stays so."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)  # ends the connections too
            self._process.wait(PATIENCE)

    def _as_somebody(self) -> dict[str, Any]:
        shared: dict[str, Any] = {"cwd": self.folder}
        if os.geteuid() == 0:
            account = pwd.getpwuid(self.folder.stat().st_uid)
            shared |= {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
        return shared


def _lives(pid: str) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    return False


@contextmanager
def postgres_server(*options: str) -> Iterator[Server]:
    """A running server, made with `options` of initdb, gone with its folder afterwards.

    The folder is short, since the name of a socket must be, and open to the server's account,
    which pytest's own folders are not.
    """
    folder = Path(tempfile.mkdtemp(prefix="yanlu-pg-", dir="/tmp"))
    if os.geteuid() == 0:
        os.chown(folder, _account().pw_uid, _account().pw_gid)
    folder.chmod(0o755)
    server = Server(folder)
    try:
        server.initialise(*options)
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)


def _account() -> pwd.struct_passwd:
    known = {one.pw_name: one for one in pwd.getpwall()}
    return next(known[name] for name in _ACCOUNTS if name in known)


def _programs() -> Path:
    """The folder of the newest server that Debian installed."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: float(p.parts[-3])
    )
    if not found:
        pytest.fail(
            "PostgreSQL is missing: install Debian's package postgresql, or run scripts/test"
        )
    return found[-1].parent
