"""The manual's commands for a store in PostgreSQL, as they stand: made, backed up, restored."""

from __future__ import annotations

import shutil
from pathlib import Path

import psycopg
import pytest

from conftest import commit_all, run_yanlu
from doubles.door import make_office
from doubles.manual import block, run
from doubles.postgres import Server
from intake.arrivals import arrival
from yanlu.intake.store import port
from yanlu.intake.store.database import SECRET, opened, rows
from yanlu.intake.store.writer import commit

ADDRESS = "postgresql:///yanlu"


def test_a_database_that_was_lost_comes_back_with_the_commands_of_the_manual(
    postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office, backups, home = (
        make_office(tmp_path / "office"),
        tmp_path / "backups",
        tmp_path / "home",
    )
    there = {"/mnt/backup/yanlu": backups}
    for name, value in (("PGHOST", postgres.folder), ("PGUSER", "yanlu"), ("HOME", home)):
        monkeypatch.setenv(name, str(value))
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    create = block("intake-postgres", "create").replace("createuser yanlu\n", "")  # there is one
    folder = home / ".local/state/yanlu/yanlu.shili.example"
    backups.mkdir()
    run(create, office)
    with opened(port.Server(ADDRESS, folder)) as store:
        (folder / SECRET).write_bytes(b"k" * 32)
        one = arrival()
        commit(store, [one], 0)
    run(block("intake-postgres", "backup"), office, there=there)
    run("dropdb yanlu", office)
    shutil.rmtree(folder)
    run(create, office)
    said = run(block("intake-postgres", "restore"), office, there=there)
    assert "已恢复 1 条" in said
    assert (folder / SECRET).read_bytes() == b"k" * 32
    with opened(port.Server(ADDRESS, folder)) as store:
        assert rows(store.main, "SELECT * FROM restored") == [{"submission": one.id}]
        assert rows(store.keys, "SELECT key FROM key") == [{"key": one.keys["text"]}]
        assert commit(store, [arrival()], 0) == [True]
    commit_all(office)
    told = run_yanlu(office, "doctor", "--store", ADDRESS)
    assert "PostgreSQL：版本够新" in told.stdout, told.stderr
    assert "archive_timeout = 5min" in told.stdout  # as a server is that nobody has set up for it
    assert "搬家留下的文件：这台电脑上没有" in told.stdout
    refused = run_yanlu(office, "intake", "backup", str(tmp_path / "no"), "--store", ADDRESS)
    assert refused.returncode == 2
    assert "pg_dump" in refused.stderr
    assert not (tmp_path / "no").exists()
    run("dropdb yanlu", office)


def test_without_its_keys_a_restored_database_is_not_taken(
    postgres: Server, tmp_path: Path
) -> None:
    with psycopg.connect(postgres.url(), autocommit=True) as asking:
        asking.execute("CREATE DATABASE keyless")
    office, backup = make_office(tmp_path / "office"), tmp_path / "backup"
    backup.mkdir()
    address = postgres.url("keyless")
    state = {"XDG_STATE_HOME": str(tmp_path)}
    lacking = run_yanlu(office, "intake", "restore", str(backup), "--store", address, **state)
    assert SECRET in lacking.stderr
    (backup / SECRET).write_bytes(b"k" * 32)
    none = run_yanlu(office, "intake", "restore", str(backup), "--store", address, **state)
    assert "没有收件库" in none.stderr
    with opened(port.Server(address, tmp_path / "elsewhere")) as store:
        commit(store, [arrival(keys={})], 0)
    keyless = run_yanlu(office, "intake", "restore", str(backup), "--store", address, **state)
    assert "keys.dump" in keyless.stderr
