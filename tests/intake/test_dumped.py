"""The manual's commands for a store in PostgreSQL, as they stand: made, backed up, restored."""

from __future__ import annotations

import os
import shutil
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from conftest import commit_all, run_yanlu
from doubles.door import make_office
from doubles.manual import block, run
from doubles.postgres import Server
from intake.arrivals import arrival
from yanlu.intake.store import port
from yanlu.intake.store.backup import expire_known
from yanlu.intake.store.database import SECRET, opened, rows
from yanlu.intake.store.writer import commit

ADDRESS = "postgresql:///yanlu"
_KEYS = "SELECT submission, purpose, key FROM key"
# What happens in the midst of a backup: one letter is erased, of another the contact changes.
MEANWHILE = """
BEGIN; DELETE FROM keys.key WHERE submission = 'erased';
UPDATE records.submission SET text = NULL WHERE id = 'erased'; COMMIT;
BEGIN; UPDATE keys.key SET key = 'new' WHERE purpose = 'contact';
UPDATE records.submission SET contact = 'new' WHERE id = 'changed'; COMMIT;
"""


def test_a_database_that_was_lost_comes_back_as_of_one_moment_with_the_commands_of_the_manual(
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
        erased, both = arrival(id="erased"), {"text": b"text", "contact": b"old"}
        commit(store, [erased, arrival(id="changed", contact=b"old", keys=both)], 0)
    _lay_old(backups)
    run(block("intake-postgres", "backup"), office, there=there, PATH=_busy(tmp_path / "busy"))
    kept, made = sorted(backups.iterdir())
    assert {one.name for one in kept.iterdir()} == {"records.dump", SECRET}
    assert {one.name for one in made.iterdir()} == {"whole.dump", "records.dump", SECRET}
    moment, aside = datetime.now(UTC), shutil.copytree(made, tmp_path / "aside")
    for days, left in ((6, {"whole.dump", "records.dump"}), (8, {"records.dump"}), (31, set())):
        expire_known(folder, moment + timedelta(days=days))  # as the service, if no other is made
        assert {one.name for one in made.glob("*.dump")} == left
    aside.rename(made)
    run("dropdb yanlu", office)
    shutil.rmtree(folder)
    run(create, office)
    said = run(block("intake-postgres", "restore"), office, there=there)
    assert "已恢复 2 条" in said
    assert (folder / SECRET).read_bytes() == b"k" * 32
    with opened(port.Server(ADDRESS, folder)) as store:
        assert len(rows(store.main, "SELECT * FROM restored")) == 2
        keys = {(r["submission"], r["purpose"]): r["key"] for r in rows(store.keys, _KEYS)}
        assert keys["erased", "text"] == erased.keys["text"]
        [held] = rows(store.main, "SELECT contact FROM submission WHERE id = 'changed'")
        assert held["contact"] == keys["changed", "contact"]
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


def _busy(folder: Path) -> str:
    """A PATH whose `pg_dump` lets a letter be erased and a contact be changed when it has ended."""
    folder.mkdir()
    program = folder / "pg_dump"
    program.write_text(
        f'#!/bin/sh\n{shutil.which("pg_dump")} "$@" && psql -q yanlu <<END\n{MEANWHILE}END\n'
    )
    program.chmod(0o755)
    return f"{folder}:{os.environ['PATH']}"


def _lay_old(backups: Path) -> None:
    """What backups of eight days and of a month ago have left, the second of them unfinished."""
    for name, days in (("20260101T000000", 8), (".20251201T000000", 31)):
        for what in ("whole.dump", "records.dump", SECRET):
            (backups / name).mkdir(exist_ok=True)
            (backups / name / what).touch()
            moment = time.time() - days * 86_400
            os.utime(backups / name / what, (moment, moment))


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
    assert "whole.dump" in keyless.stderr
