"""A store moves to PostgreSQL: all of it, while letters come in, and never are two in charge."""

from __future__ import annotations

import hashlib
import itertools
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from conftest import ROOT, run_yanlu
from doubles.door import make_office
from doubles.postgres import Server as Postgres
from intake.arrivals import arrival
from yanlu.errors import StoreError
from yanlu.intake.store import moving
from yanlu.intake.store.comparing import tables
from yanlu.intake.store.database import (
    SECRET,
    STORE,
    DiskError,
    Server,
    Store,
    change,
    open_store,
    opened,
    refuse_gone,
    rows,
    write,
)
from yanlu.intake.store.events import SLOT
from yanlu.intake.store.leftover import left_behind
from yanlu.intake.store.moving import Moved, move
from yanlu.intake.store.port import KEYS_SQL, RECORDS_SQL
from yanlu.intake.store.records import Arrival, First, happen
from yanlu.intake.store.writer import Writer, commit

DOUBLES = ROOT / "tests" / "doubles"
DAY = "2026-11-25"
# One row of each table that letters alone do not fill; `{}` is a letter.
BESIDE = (
    "INSERT INTO batch (id, frozen, delivery) VALUES ('b1', '{{}}', 'frozen')",
    "UPDATE submission SET batch = 'b1' WHERE id = '{}'",
    "INSERT INTO gone VALUES (x'00ff', '2026-10')",
    "INSERT INTO rating VALUES ('{}', 'good', '2026-11-26')",
    "INSERT INTO appeal VALUES ('{}', '2026-11-26', x'0001')",
    "INSERT INTO registration VALUES ('{}', x'0a')",
    "INSERT INTO restored VALUES ('{}')",
    "INSERT INTO report VALUES ('r1', '2026-11-26', 'personal', '', 'age', x'01', x'02', "
    "NULL, NULL, NULL)",
    "INSERT INTO pending VALUES ('{}', 'release', '张', '2026-11-26')",
    "INSERT INTO signer VALUES ('李', NULL, NULL, '王', '2026-11-26')",
    "INSERT INTO lease VALUES ('publisher', 7, 'somebody', 1)",
    "INSERT INTO log_answer VALUES ('{}', x'03')",
)


@pytest.fixture
def server(postgres: Postgres, tmp_path: Path, numbers: Iterator[int]) -> Server:
    """A database that is empty."""
    name = f"store{next(numbers)}"
    made = [
        "psql",
        "-qh",
        postgres.folder,
        "-U",
        "yanlu",
        "-c",
        f"CREATE DATABASE {name}",
        "postgres",
    ]
    subprocess.run(made, check=True)
    return Server(postgres.url(name), tmp_path / "home")


@pytest.fixture(scope="module")
def numbers() -> Iterator[int]:
    return itertools.count()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A store that has something in every table."""
    place = tmp_path / "files"
    with opened(place) as store:
        (place / SECRET).write_bytes(b"k" * 32)
        letters = [_letter() for _ in range(40)]
        commit(store, letters, 0)
        one, other = letters[0].id, letters[1].id

        def fill(main: moving.Connection) -> None:
            for query in BESIDE:
                change(main, query.format(one))
            change(main, "INSERT INTO merger VALUES (?, ?)", (one, other))
            happen(main, one, DAY, "screened", by="张")

        write(store.main, fill)
    return place


def _letter() -> Arrival:
    return arrival(
        first=First(DAY, '{"event": "submitted", "origin": "x"}', os.urandom(48)),
        contact=os.urandom(99),
        log_keys=os.urandom(15 * SLOT),
        proof=(os.urandom(32), 1),
        keys={"text": os.urandom(32), "contact": os.urandom(32)},
    )


def _silently(_: str) -> None:
    """Nobody looks."""


def _moved(folder: Path, server: Server) -> Moved | None:
    return move(folder, server, _silently)


def _content(store: Store) -> dict[str, list[list[object]]]:
    """Every row of every table, but for the mark of the move."""
    told: dict[str, list[list[object]]] = {}
    with opened(Path(str(store.folder) + "-empty")) as plain:
        sides = ((plain.main, store.main, RECORDS_SQL), (plain.keys, store.keys, KEYS_SQL))
        for shape, connection, schemas in sides:
            for table in tables(shape, schemas):
                found = rows(connection, f"SELECT * FROM {table.name}")  # noqa: S608 - names of ours
                kept = [[one[name] for name in sorted(table.columns)] for one in found]
                told[table.name] = sorted(kept, key=repr)
    return {name: found for name, found in told.items() if name != "moving"}


def _takes(place: Path | Server) -> bool:
    """Whether a letter is accepted there now."""
    try:
        with opened(place) as store:
            return commit(store, [_letter()], 0) == [True]
    except StoreError:
        return False


def test_every_row_moves_and_the_files_refuse_whoever_knows_nothing_of_it(
    folder: Path, server: Server
) -> None:
    running = open_store(folder)  # as a service that was started before
    before = _content(running)
    assert all(before.values()) or [name for name, found in before.items() if not found] == [
        "coming"
    ]
    told = _moved(folder, server)
    assert told
    assert told.records["submission"][0].count == told.records["submission"][1].count == 40
    assert told.keys["key"][0].digest == told.keys["key"][1].digest
    with opened(server) as store:
        assert _content(store) == before
        numbers = "SELECT max(number) AS n FROM happening"
        highest = rows(store.main, numbers)[0]["n"]
        assert commit(store, [_letter()], 0) == [True]
        assert rows(store.main, numbers)[0]["n"] == highest + 1
    assert (server.folder / SECRET).read_bytes() == b"k" * 32
    with pytest.raises(StoreError, match="已经搬到 postgresql://"):
        write(running.main, refuse_gone)  # by which /readyz tells
    with pytest.raises(DiskError, match="已经搬到别处"):
        commit(running, [_letter()], 0)
    for query in (
        "INSERT OR IGNORE INTO spent VALUES (x'07', 1)",
        "REPLACE INTO lease VALUES ('publisher', 9, 'old', 2)",
        "UPDATE submission SET fate = 'closed'",
        "DELETE FROM log_line",
    ):
        with pytest.raises(StoreError):
            write(running.main, lambda main, query=query: change(main, query))
    with pytest.raises(StoreError):
        write(running.keys, lambda keys: change(keys, "DELETE FROM key"))
    assert _content(running) == before
    running.close()
    with pytest.raises(StoreError, match="已经搬到 postgresql://"):
        open_store(folder)
    assert _moved(folder, server) is None  # once more: nothing is left to do


def test_files_that_were_left_behind_are_told_of_until_they_are_deleted_and_no_others(
    folder: Path, server: Server
) -> None:
    with opened(server.folder) as other:  # of files, of an earlier program, where the secret is
        change(other.main, "DROP TABLE moving")
    assert left_behind(folder) == {}
    assert left_behind(server) == {server.folder: False}
    assert _moved(folder, server)
    assert left_behind(folder) == {folder: True}
    assert left_behind(server) == {folder: True, server.folder: False}
    for path in (folder / STORE, *server.folder.glob("*.sqlite*")):
        path.unlink()
    assert left_behind(server) == {folder: True}  # the keys are still there
    for path in folder.glob("*.sqlite*"):
        path.unlink()
    assert left_behind(server) == {}


def test_letters_that_are_acknowledged_while_it_moves_are_all_there(
    folder: Path, server: Server
) -> None:
    given: list[bytes] = []
    busy, refused = threading.Event(), threading.Event()

    def serve() -> None:
        with opened(folder) as store:
            writer = Writer(store, 0)
            with suppress(StoreError):
                while True:
                    sent = [_letter() for _ in range(5)]
                    asked = [writer.submit(one) for one in sent]
                    for one, answer in zip(sent, asked, strict=True):
                        answer.result(30)
                        given.append(one.code_hash)
                    if len(given) >= 20:
                        busy.set()
            refused.set()
            writer.stop()

    service = threading.Thread(target=serve)
    service.start()
    assert busy.wait(30)
    assert _moved(folder, server)
    assert refused.wait(30)
    service.join()
    with opened(server) as store:
        held = {row["code_hash"] for row in rows(store.main, "SELECT code_hash FROM submission")}
    assert len(given) >= 20
    assert set(given) <= held


@pytest.mark.parametrize(
    ("moment", "is_gone"),
    [("copying", False), ("switching", False), ("marked", True), ("gone", True)],
)
def test_a_move_that_is_killed_leaves_one_store_in_charge_and_is_gone_on_with(
    folder: Path, server: Server, moment: str, is_gone: bool
) -> None:
    place = [str(folder), server.address, str(server.folder)]
    done = subprocess.run(
        [sys.executable, "-m", "moving_process", moment, *place], cwd=DOUBLES, check=False
    )
    assert done.returncode == -signal.SIGKILL
    assert (_takes(folder), _takes(server)) == (not is_gone, is_gone)
    told = _moved(folder, server)
    assert (told is None) == is_gone
    with opened(server) as store:
        assert len(rows(store.main, "SELECT 1 FROM submission")) == 41
        assert len(rows(store.keys, "SELECT 1 FROM key")) == 82
    assert (_takes(folder), _takes(server)) == (False, True)
    with pytest.raises(StoreError):
        write(moving.sqlite.open_files(folder)[1], lambda keys: change(keys, "DELETE FROM key"))


def test_what_was_changed_and_deleted_between_two_passes_is_so_on_the_server(
    folder: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    once: list[Callable[[], None]] = [lambda: _changed(folder)]

    def say(_: str) -> None:
        if len(said) == 1 and once:
            once.pop()()
        said.append(_)

    said: list[str] = []
    monkeypatch.setattr(moving, "FEW", -1)  # all passes, as when many letters come
    assert move(folder, server, say)
    files = moving.open_anyway(folder)
    with opened(server) as store:
        assert _content(store) == _content(files)
    files.close()


def _changed(folder: Path) -> None:
    """A letter is purged, and its nonce sent again; a number of the history is given twice."""
    with opened(folder) as store:
        old = rows(store.main, "SELECT * FROM submission ORDER BY id DESC")[0]

        def purge(main: moving.Connection) -> None:
            for table in ("happening", "log_event", "rating", "appeal", "registration", "restored",
                          "pending", "merger"):  # fmt: skip
                change(main, f"DELETE FROM {table} WHERE submission = ?", (old["id"],))  # noqa: S608 - names of ours
            change(main, "DELETE FROM merger WHERE lead = ?", (old["id"],))
            change(main, "INSERT INTO gone VALUES (?, '2026-11')", (old["code_hash"],))
            change(main, "DELETE FROM submission WHERE id = ?", (old["id"],))
            change(main, "DELETE FROM happening WHERE number > 30")

        write(store.main, purge)
        write(
            store.keys,
            lambda keys: change(keys, "DELETE FROM key WHERE submission = ?", (old["id"],)),
        )
        commit(store, [arrival(nonce_hash=old["nonce_hash"]), _letter()], 0)


def test_a_target_that_is_used_or_another_ones_is_refused_and_nothing_is_changed(
    folder: Path, server: Server, tmp_path: Path
) -> None:
    with opened(server) as used:
        with pytest.raises(StoreError, match="正用着"):
            _moved_at_once(folder, server)
        del used
    assert _takes(folder)
    assert _begun_only(folder, server)
    with pytest.raises(StoreError, match="还没有搬完"):
        open_store(server)
    with pytest.raises(StoreError, match="已经有别的收件"):
        _moved(_other(tmp_path), server)
    (server.folder / SECRET).write_bytes(b"o" * 32)
    with pytest.raises(StoreError, match="已经有另一把"):
        _moved(folder, server)
    (server.folder / SECRET).unlink()
    assert _moved(folder, server)
    with pytest.raises(StoreError, match="没有收件库"):
        _moved(tmp_path / "nowhere", server)
    assert not (tmp_path / "nowhere").exists()


def _begun_only(folder: Path, server: Server) -> bool:
    """A move that ends with its first pass."""

    def say(_: str) -> None:
        raise StoreError("enough")

    with pytest.raises(StoreError, match="enough"):
        move(folder, server, say)
    return True


def test_nothing_but_the_move_writes_into_a_store_that_is_coming_so_nothing_is_deleted_there(
    folder: Path, server: Server
) -> None:
    _begun_only(folder, server)
    store = moving.open_anyway(server)  # as by a service that had it open when it was marked
    report = (
        "INSERT INTO report VALUES ('r2', '2026-11-26', 'mistake', '', '', x'', x'', '', '', '')"
    )
    for connection, query in (
        (store.main, report.replace("x''", "'x'")),
        (store.main, "DELETE FROM signer"),
        (store.keys, "UPDATE coming SET submission = ''"),
    ):
        with pytest.raises(DiskError, match="还没有搬完"):
            write(connection, lambda to, query=query: change(to, query))
    with pytest.raises(DiskError, match="还没有搬完"):
        commit(store, [_letter()], 0)
    store.close()
    assert _moved(folder, server)
    assert _takes(server)


def test_a_target_that_was_started_with_another_secret_is_refused_before_anything_is_changed(
    folder: Path, server: Server
) -> None:
    with opened(server) as store:
        assert store.main.agrees(b"o" * 32)  # as by a service whose key lies on another machine
    with pytest.raises(StoreError, match=r"另一把 intake\.key 启动过"):
        _moved(folder, server)
    assert _takes(folder)
    with opened(server) as store:
        assert rows(store.main, "SELECT 1 FROM moving") == []
        change(store.main, "UPDATE format SET secret = NULL")
    (folder / SECRET).rename(folder / "lost")
    with pytest.raises(StoreError, match="不见了，没有搬"):
        _moved(folder, server)
    (folder / "lost").rename(folder / SECRET)
    assert _moved(folder, server)
    with opened(server) as store:
        assert store.main.agrees(hashlib.sha256(b"k" * 32).digest())
        assert not store.main.agrees(hashlib.sha256(b"o" * 32).digest())


def test_rows_that_can_never_be_written_are_told_with_their_table(
    folder: Path, server: Server
) -> None:
    told: list[str] = []
    _begun_only(folder, server)
    with psycopg.connect(server.address) as link:
        link.execute("ALTER TABLE records.rating ADD CHECK (grade <> 'good')")
    with pytest.raises(StoreError, match=r"不一样：rating。没有搬.*再运行一次"):
        move(folder, server, told.append)
    assert any("下一遍再写：rating 1 行" in one for one in told)
    assert _takes(folder)


def test_the_command_says_what_was_compared_and_what_is_left_to_do(
    folder: Path, server: Server, tmp_path: Path
) -> None:
    office, state = make_office(tmp_path / "office"), str(tmp_path / "state")
    given = ("intake", "migrate", server.address, "--store")
    wrong = run_yanlu(office, *given, server.address, XDG_STATE_HOME=state)
    assert (wrong.returncode, wrong.stdout) == (2, "")
    done = run_yanlu(office, *given, str(folder), XDG_STATE_HOME=state)
    assert done.returncode == 0, done.stderr
    assert "submission：40 行，两边一样" in done.stdout
    assert "七天以内删掉" in done.stdout
    again = run_yanlu(office, *given, str(folder), XDG_STATE_HOME=state)
    assert "已经搬完、核对过，这一次没有再搬" in again.stdout


def _other(tmp_path: Path) -> Path:
    with opened(tmp_path / "other") as store:
        commit(store, [_letter()], 0)
    return tmp_path / "other"


def _moved_at_once(folder: Path, server: Server, links: int = 2) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(moving, "_GRACE", 0.0)
        patch.setattr(moving, "_LINKS", links)
        _moved(folder, server)
