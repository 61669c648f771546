"""Tests of the failure table that run on both databases, and the server on which they do."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator

import pytest

from conftest import ROOT
from doubles import stores
from doubles.postgres import Server, postgres_server
from yanlu.intake.store import port
from yanlu.intake.store.database import opened

TABLE = tomllib.loads((ROOT / "tests/vectors/intake/failures.toml").read_text("utf-8"))
ON_FILES = frozenset(test for row in TABLE.values() for test in row["tests"])
ON_SERVER = frozenset(test for row in TABLE.values() for test in row["server"])
_HERE = ROOT / "tests" / "intake"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that the table names for both runs twice: on files, and on PostgreSQL.

    One that it names for PostgreSQL alone must have that server, or the table is wrong.
    """
    file = metafunc.definition.path.relative_to(_HERE).as_posix()
    test = f"{file}::{metafunc.function.__name__}"
    if test in ON_SERVER & ON_FILES:
        metafunc.parametrize("database", ["files", "server"], indirect=True)
    elif test in ON_SERVER:
        assert "postgres" in metafunc.fixturenames, f"{test} never meets PostgreSQL"


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that all share, with an empty store from which others are copied."""
    with postgres_server("--wal-segsize=1") as server:  # so that a small file can be too large
        import psycopg

        with psycopg.connect(server.url(), autocommit=True) as link:
            link.execute(f"CREATE DATABASE {stores.TEMPLATE}")
        home = tmp_path_factory.mktemp("home")
        with opened(port.Server(server.url(stores.TEMPLATE), home)):
            pass
        yield server


@pytest.fixture(autouse=True)
def database(request: pytest.FixtureRequest) -> str:
    """Where the stores of this test lie: in files, unless the table names it for a server."""
    kind = getattr(request, "param", "files")
    if kind == "server":
        request.getfixturevalue("on_server")
    return str(kind)


@pytest.fixture
def on_server(postgres: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """From now on the folders of stores stand for databases."""
    monkeypatch.setenv(stores.SERVER, postgres.url("{}"))
    stores.redirect()
    try:
        yield
    finally:
        stores.undo()
        stores.drop_all()
