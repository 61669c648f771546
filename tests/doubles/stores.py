"""Stores of tests that lie in PostgreSQL, though the test itself names a folder.

A fixture sets the variable, and programs that a test starts have it from there: every folder of a
store then stands for a database of its own on that server.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import psycopg

from yanlu.intake.store import backup, database
from yanlu.intake.store.erasure import empty_logs
from yanlu.intake.store.port import SECRET, Server, Store, StorePlace

SERVER = "YANLU_TEST_SERVER"  # an address with {} for the name of a database
TEMPLATE = "yanlu_template"
_own = (database.open_store, database.is_there)


def name_of(folder: Path) -> str:
    """The database that stands for a folder."""
    return f"t{hashlib.sha256(str(folder.absolute()).encode()).hexdigest()[:16]}"


def place(folder: Path) -> StorePlace:
    """Where the store of a folder lies, as the variable says."""
    server = os.environ.get(SERVER)
    return Server(server.format(name_of(folder)), folder) if server else folder


def made(folder: Path) -> StorePlace:
    """The same; its database is made where it is not there yet."""
    known = place(folder)
    if isinstance(known, Server):
        with _asking() as link:
            query = "SELECT 1 FROM pg_database WHERE datname = %s"
            if not link.execute(query, (name_of(folder),)).fetchone():
                link.execute(f"CREATE DATABASE {name_of(folder)} TEMPLATE {TEMPLATE}")
    return known


def drop_all() -> None:
    """Away with the databases of a test."""
    with _asking() as link:
        query = "SELECT datname FROM pg_database WHERE datname ~ '^t[0-9a-f]{16}$'"
        for (name,) in link.execute(query).fetchall():
            link.execute(f"DROP DATABASE {name} WITH (FORCE)")


def held(store: Store) -> bytes:
    """Every byte that the store keeps in its files, an hour after what was done to it."""
    if not os.environ.get(SERVER):
        return b"".join(path.read_bytes() for path in sorted(store.folder.iterdir()))
    store.main.change("UPDATE stale SET since = since - make_interval(hours => 2)")
    assert empty_logs(store)
    return lying(store)


def lying(store: Store) -> bytes:
    """Every byte that lies in the files of its database now, written through."""
    with _asking() as link:
        link.execute("CHECKPOINT")
        query = "SELECT oid, current_setting('data_directory') FROM pg_database WHERE datname = %s"
        [(number, data)] = link.execute(query, (name_of(store.folder),)).fetchall()
    files = (Path(data) / "base" / str(number)).iterdir()
    return b"".join(path.read_bytes() for path in sorted(files))


def tables(store: Store) -> list[str]:
    """The tables of the records."""
    if not os.environ.get(SERVER):
        return [row["name"] for row in store.main.rows("SELECT name FROM sqlite_schema")]
    with _asking(name_of(store.folder)) as link:
        query = "SELECT tablename FROM pg_tables WHERE schemaname = 'records' ORDER BY 1"
        return [name for (name,) in link.execute(query).fetchall()]


def without_room(store: Store) -> Store:
    """The same store, on a disk that has no room for anything more.

    PostgreSQL tells so itself, and as late as it can: when what was written is to be durable.
    """
    if not os.environ.get(SERVER):
        return replace(store, floor=1 << 60)
    with _asking(name_of(store.folder)) as link:
        link.execute(raising("disk_full"))
        for table in tables(store):
            link.execute(
                f"CREATE CONSTRAINT TRIGGER no_room AFTER INSERT OR UPDATE OR DELETE ON "
                f"records.{table} DEFERRABLE INITIALLY DEFERRED FOR EACH ROW "
                "EXECUTE FUNCTION records.raise_it()"
            )
    return store


def raising(condition: str) -> str:
    """What makes `records.raise_it`, for triggers: a server that refuses by that condition."""
    return (
        "CREATE OR REPLACE FUNCTION records.raise_it() RETURNS TRIGGER LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION USING ERRCODE = '{condition}'; END $$"
    )


def back_up(folder: Path, target: Path, now: datetime) -> Path:
    """A backup by the tools that belong to where the store lies."""
    if not os.environ.get(SERVER):
        return backup.back_up(folder, target, now)
    made = target / now.strftime("%Y%m%dT%H%M%S")
    made.mkdir(parents=True)
    shutil.copy(folder / SECRET, made)
    _run("pg_dump", "--format=custom", f"--file={made / 'dump'}", "--dbname", _url(folder))
    return made


def lose(folder: Path) -> None:
    """Away with the store."""
    shutil.rmtree(folder)
    if os.environ.get(SERVER):
        with _asking() as link:
            link.execute(f"DROP DATABASE {name_of(folder)} WITH (FORCE)")


def restore(made: Path, folder: Path) -> int:
    """A store where there is none, as of its backup; how many records it holds."""
    if not os.environ.get(SERVER):
        return backup.restore(made, folder)
    folder.mkdir()
    with _asking() as link:
        link.execute(f"CREATE DATABASE {name_of(folder)}")
    _run("pg_restore", "--dbname", _url(folder), str(made / "dump"))
    return backup.accept_restored(made, Server(_url(folder), folder))


def _run(*command: str) -> None:
    subprocess.run(command, check=True)


def _url(folder: Path) -> str:
    return os.environ[SERVER].format(name_of(folder))


def _asking(name: str = "postgres") -> psycopg.Connection:
    return psycopg.connect(os.environ[SERVER].format(name), autocommit=True)


def _opened(folder: StorePlace) -> Store:
    return _own[0](made(folder) if isinstance(folder, Path) else folder)


def _is_there(folder: StorePlace) -> bool:
    known = place(folder) if isinstance(folder, Path) else folder
    if not isinstance(known, Server) or not isinstance(folder, Path):
        return _own[1](known)
    with _asking() as link:
        query = "SELECT 1 FROM pg_database WHERE datname = %s"
        return bool(link.execute(query, (name_of(folder),)).fetchone()) and _own[1](known)


def redirect() -> None:
    """From now on, in this process, folders stand for databases if the variable says so."""
    if os.environ.get(SERVER):
        database.open_store, database.is_there = _opened, _is_there


def undo() -> None:
    """Folders are folders again."""
    database.open_store, database.is_there = _own
