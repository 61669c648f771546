"""The store in PostgreSQL: several processes at once, and a server that goes away or may forget."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from conftest import ROOT
from doubles import postgres as postgres_double
from doubles import stores
from doubles.wire import Wire, wire
from intake.arrivals import arrival
from intake.loop import NOW
from yanlu.errors import IntakeError, StoreError
from yanlu.intake.lease import SECONDS, take
from yanlu.intake.office import desk_at, store_given
from yanlu.intake.store import link, postgres
from yanlu.intake.store.database import (
    SECRET,
    SECRET_BYTES,
    Connection,
    DiskError,
    Server,
    Store,
    UnsureError,
    change,
    existing,
    opened,
    refuse_lasting,
    refuse_unsafe,
    rows,
    write,
    write_act,
)
from yanlu.intake.store.erasure import destroy_keys, empty_logs, forget_keys
from yanlu.intake.store.writer import Writer, commit
from yanlu.settings import open_portal


@pytest.fixture
def place(postgres: postgres_double.Server, tmp_path: Path) -> Iterator[Server]:
    """An empty store in a database of this test's own."""
    os.environ[stores.SERVER] = postgres.url("{}")
    try:
        made = stores.made(tmp_path / "store")
        assert isinstance(made, Server)
        yield made
    finally:
        stores.drop_all()
        del os.environ[stores.SERVER]


@pytest.fixture
def store(place: Server) -> Iterator[Store]:
    with opened(place) as store:
        yield store


@pytest.fixture
def line(postgres: postgres_double.Server) -> Iterator[Wire]:
    with wire(postgres.folder) as made:
        yield made


def _behind(line: Wire, place: Server) -> Server:
    return Server(line.url(stores.name_of(place.folder)), place.folder)


def _counted(store: Store) -> int:
    return int(rows(store.main, "SELECT count(*) AS n FROM submission")[0]["n"])


def test_of_two_acts_at_once_the_second_sees_what_the_first_did(place: Server) -> None:
    def add_one(_: int) -> None:
        with opened(place) as store:

            def act(main: Connection) -> None:
                held = rows(main, "SELECT until FROM spent")
                time.sleep(0.01)
                if held:
                    change(main, "UPDATE spent SET until = ?", (held[0]["until"] + 1,))
                else:
                    change(main, "INSERT INTO spent VALUES (?, ?)", (b"p", 1))

            for _ in range(5):
                write_act(store, act)

    with ThreadPoolExecutor(4) as crowd:
        list(crowd.map(add_one, range(4)))
    with existing(place) as store:
        assert rows(store.main, "SELECT until FROM spent") == [{"until": 20}]


def test_several_processes_that_make_a_store_at_once_make_one(
    postgres: postgres_double.Server, tmp_path: Path
) -> None:
    with psycopg.connect(postgres.url(), autocommit=True) as asking:
        asking.execute("CREATE DATABASE fresh")
    place = Server(postgres.url("fresh"), tmp_path / "home")
    with pytest.raises(StoreError, match="没有收件库"), existing(place):
        pass

    def add(_: int) -> list[bool]:
        with opened(place) as store:
            return commit(store, [arrival()], 0)

    with ThreadPoolExecutor(4) as crowd:
        assert list(crowd.map(add, range(4))) == [[True]] * 4
    with existing(place) as store:
        assert _counted(store) == 4
        assert len(rows(store.main, "SELECT store FROM format")) == 1


def test_whoever_waits_too_long_for_another_is_told_and_has_written_nothing(
    store: Store, place: Server
) -> None:
    store.main.wait_by(lambda looks: looks < 1)
    with opened(place) as other, other.main.transaction(), pytest.raises(DiskError, match="占用"):
        write(store.main, lambda main: change(main, "DELETE FROM submission"))
    assert commit(store, [arrival()], 0) == [True]


def test_an_act_that_goes_on_after_a_statement_failed_is_not_called_done(store: Store) -> None:
    def act(main: Connection) -> None:
        with pytest.raises(StoreError, match="冲突"):
            change(main, "INSERT INTO spent VALUES (?, ?)", (b"q", None))

    with pytest.raises(StoreError, match="整步都没有写入"):
        write(store.main, act)


def test_a_history_is_never_altered(store: Store) -> None:
    commit(store, [arrival()], 0)
    with pytest.raises(StoreError, match="冲突"):
        change(store.main, "UPDATE happening SET what = 'replied'")


HOLDING = f"""
import sys, time
from pathlib import Path
from yanlu.errors import IntakeError, StoreError
from yanlu.intake.lease import take
from yanlu.intake.office import desk_at
from yanlu.intake.store import link
from yanlu.intake.store.database import Server, change, opened
link.FROZEN = 1
with opened(Server(sys.argv[1], Path(sys.argv[2]))) as store:
    lease = take(store, "publisher", "a", {NOW})
    def act(main):
        change(main, "UPDATE lease SET holder = 'written'")
        print("inside", flush=True)
        sys.stdin.readline()
    try:
        lease.write(act)
    except StoreError as refusal:
        print(refusal, flush=True)
"""  # noqa: S608 - a program


def test_a_holder_that_is_stopped_inside_its_transaction_writes_nothing_when_it_wakes(
    store: Store, place: Server
) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDING, place.address, str(place.folder)],
        env={**os.environ, "PYTHONPATH": str(ROOT / "scripts")},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert holder.stdout is not None
    with holder:
        assert holder.stdout.readline() == "inside\n"
        holder.send_signal(signal.SIGSTOP)
        lease = take(store, "publisher", "b", NOW + SECONDS)  # once the server gives it up
        holder.send_signal(signal.SIGCONT)
        told = holder.communicate("\n", timeout=20)[0]
    assert "连接断了" in told
    assert lease is not None
    assert lease.fence == 2
    assert rows(store.main, "SELECT holder FROM lease") == [{"holder": "b"}]
    lease.write(lambda main: change(main, "DELETE FROM lease"))


def test_a_link_that_is_cut_is_told_and_made_anew_and_nothing_is_lost(
    place: Server, line: Wire
) -> None:
    with opened(_behind(line, place)) as store:
        assert commit(store, [arrival()], 0) == [True]
        line.cut()
        with pytest.raises(DiskError, match="连不上"):
            commit(store, [arrival()], 0)
        with pytest.raises(DiskError, match="连不上"):
            _counted(store)
        line.mend()
        time.sleep(0.3)
        assert commit(store, [arrival()], 0) == [True]
        assert _counted(store) == 2


def test_cut_while_it_commits_nobody_is_told_that_it_was_not_written(
    place: Server, line: Wire
) -> None:
    one = arrival()
    with opened(_behind(line, place)) as store:
        _counted(store)  # both links are there
        rows(store.keys, "SELECT 1 FROM key")
        line.cut_after(b"COMMIT")
        with pytest.raises(UnsureError):
            write(store.main, lambda main: change(main, "INSERT INTO spent VALUES (?, 1)", (b"p",)))
        line.mend()
        time.sleep(0.3)
        assert rows(store.main, "SELECT until FROM spent") == [{"until": 1}]
        assert commit(store, [one], 0) == [True]
        assert commit(store, [one], 0) == [False]


def test_a_server_that_falls_over_while_it_commits_may_have_written_and_nobody_is_told_otherwise(
    store: Store, place: Server
) -> None:
    """It says so before it hangs up: what came before, its last words do not tell."""
    with psycopg.connect(place.address, autocommit=True) as admin:
        admin.execute(
            "CREATE FUNCTION fall() RETURNS TRIGGER LANGUAGE plpgsql AS "
            "$$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$; "
            "CREATE CONSTRAINT TRIGGER fall AFTER INSERT ON records.spent "
            "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION fall()"
        )
    with pytest.raises(UnsureError, match="不能确定"):
        write(store.main, lambda main: change(main, "INSERT INTO spent VALUES (?, 1)", (b"p",)))
    assert commit(store, [arrival()], 0) == [True]


def test_a_fault_of_the_server_is_told_by_its_code_alone_and_nothing_was_written(
    store: Store, place: Server
) -> None:
    writer = Writer(store)
    with psycopg.connect(place.address, autocommit=True) as admin:
        admin.execute(stores.raising("XX000"))
        admin.execute(
            "CREATE TRIGGER fault BEFORE INSERT ON records.submission "
            "FOR EACH ROW EXECUTE FUNCTION records.raise_it()"
        )
        for code in ("XX000", "58030", "53200"):  # a quota, a broken disk, memory
            admin.execute(stores.raising(code))
            with pytest.raises(DiskError, match=f"{code}.*没有写入"):
                writer.submit(arrival()).result(10)
    assert writer.alive
    writer.stop()
    assert _counted(store) == 0


def test_a_store_whose_tables_are_gone_is_told_and_nothing_is_made_in_its_place(
    store: Store, place: Server
) -> None:
    assert commit(store, [arrival()], 0) == [True]
    with psycopg.connect(place.address, autocommit=True) as admin:
        admin.execute("DROP SCHEMA records CASCADE")
        with pytest.raises(DiskError, match="不见了"):
            _counted(store)
        with pytest.raises(DiskError, match="不见了"):
            commit(store, [arrival()], 0)
        assert admin.execute("SELECT to_regnamespace('records')").fetchone() == (None,)


def test_what_was_erased_is_told_so_though_the_disk_has_no_room_to_write_the_table_anew(
    store: Store, place: Server, postgres: postgres_double.Server
) -> None:
    gone = arrival()
    commit(store, [gone], 0)
    with psycopg.connect(place.address, autocommit=True) as admin:  # more than a MiB of keys
        admin.execute(
            "INSERT INTO keys.key SELECT n::text, 'text', sha256(n::text::bytea) "
            "FROM generate_series(1, 15000) AS n"
        )
    name = stores.name_of(place.folder)
    postgres.cramp(name, (1 << 20) + 100)
    destroy_keys(store, [gone.id], ("text",))
    assert not empty_logs(store)
    postgres.cramp(name, None)
    assert empty_logs(store)
    assert gone.keys["text"] not in stores.held(store)


def test_a_server_that_says_nothing_is_given_up_and_asked_anew(
    place: Server, line: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link.Link, "silence", 0.5)
    monkeypatch.setattr(postgres, "_AT_ONCE", 0.1)
    with opened(_behind(line, place)) as store:
        assert _counted(store) == 0
        line.silent = True
        with pytest.raises(DiskError, match="连不上"):
            _counted(store)
        began = time.monotonic()
        with pytest.raises(DiskError, match="连不上"):
            _counted(store)
        assert time.monotonic() - began < 0.2  # nobody waits for it again so soon
        line.mend()
        time.sleep(2.2)
        assert _counted(store) == 0


def test_another_store_behind_the_same_address_takes_nothing(place: Server, line: Wire) -> None:
    with opened(_behind(line, place)) as store:
        _counted(store)
        with opened(place) as other:
            change(other.main, "UPDATE format SET store = 'another'")
        line.cut()
        line.mend()
        with pytest.raises(DiskError, match="换成了另一个"):
            commit(store, [arrival()], 0)


@pytest.mark.parametrize(("setting", "value"), [("fsync", "off"), ("full_page_writes", "off")])
def test_a_server_that_may_forget_is_refused(
    place: Server, postgres: postgres_double.Server, setting: str, value: str
) -> None:
    def ask(statement: str) -> None:
        with psycopg.connect(postgres.url(), autocommit=True) as asking:
            asking.execute(statement)
            asking.execute("SELECT pg_reload_conf()")
        time.sleep(0.3)

    ask(f"ALTER SYSTEM SET {setting} = {value}")
    try:
        with pytest.raises(DiskError, match=f"{setting} = on"):
            refuse_unsafe(place)
        with pytest.raises(DiskError, match=f"{setting} = on"), opened(place):
            pass
    finally:
        ask(f"ALTER SYSTEM RESET {setting}")
    refuse_unsafe(place)


def test_a_log_that_keeps_what_was_deleted_is_told_with_the_settings_of_the_manual(
    place: Server, postgres: postgres_double.Server
) -> None:
    page = (ROOT / "content/about/intake-postgres.md").read_text("utf-8")
    names = ("wal_recycle", "wal_keep_size", "checkpoint_timeout", "archive_timeout")
    settings = [next(re.finditer(rf"`({name}) = (\w+)`", page)).groups() for name in names]
    with pytest.raises(DiskError, match="archive_timeout = 5min，wal_recycle = off"):
        refuse_lasting(place)
    with psycopg.connect(postgres.url(), autocommit=True) as asking:
        for name, value in settings:
            asking.execute(f"ALTER SYSTEM SET {name} = '{value}'")
        asking.execute("SELECT pg_reload_conf()")
        try:
            until = time.monotonic() + 10
            while _keeps_long(place):
                assert time.monotonic() < until
        finally:
            for name, _ in settings:
                asking.execute(f"ALTER SYSTEM RESET {name}")
            asking.execute("SELECT pg_reload_conf()")


def _keeps_long(place: Server) -> bool:
    try:
        refuse_lasting(place)
    except DiskError:
        return True
    return False


def test_what_a_user_turned_off_for_himself_is_on_for_us(place: Server) -> None:
    careless = Server(f"{place.address}&options=-c%20synchronous_commit%3Doff", place.folder)
    with opened(careless) as store:
        said = rows(store.main, "SELECT current_setting('synchronous_commit') AS is")
    assert said == [{"is": "on"}]


def test_a_database_in_another_encoding_is_refused(
    postgres: postgres_double.Server, tmp_path: Path
) -> None:
    with psycopg.connect(postgres.url(), autocommit=True) as asking:
        asking.execute(
            "CREATE DATABASE latin ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"
        )
    with pytest.raises(DiskError, match="UTF8"):
        refuse_unsafe(Server(postgres.url("latin"), tmp_path))


def test_a_password_in_the_address_is_refused_and_not_repeated(tmp_path: Path) -> None:
    told = [f"postgresql:///x?{name}=geheim" for name in _SECRETS]
    for address in ("postgresql://u:geheim@/x", *told):
        with pytest.raises(StoreError, match="PGPASSFILE") as refused:
            refuse_unsafe(Server(address, tmp_path))
        assert "geheim" not in str(refused.value)


_SECRETS = ("password", "sslpassword", "scram_client_key", "oauth_client_secret")


def test_a_message_names_the_machine_and_the_database_and_nothing_else_of_an_address(
    tmp_path: Path,
) -> None:
    shown = {
        "postgresql://geheim@db.example:5433/x?user=geheim&sslmode=require": "db.example:5433/x",
        "postgres:///x?host=/geheim": "/x",
        "postgresql://[geheim": "…",
    }
    for address, rest in shown.items():
        assert str(Server(address, tmp_path)) == f"postgresql://{rest}"
    with pytest.raises(DiskError, match=r"127\.0\.0\.1:1/x") as away:
        refuse_unsafe(Server("postgresql://geheim@127.0.0.1:1/x", tmp_path))
    assert "geheim" not in str(away.value)


@pytest.mark.parametrize(
    "given",
    [
        "POSTGRESQL://u:geheim@h/x",
        "postgres:/u:geheim@h/x",
        "host=h password=geheim",
        "mysql://u:geheim@h/x",
        "u:geheim@h/x",
    ],
)
def test_a_mistyped_address_is_no_folder_and_is_not_repeated(given: str) -> None:
    with pytest.raises(IntakeError, match="postgresql:///库名") as refused:
        store_given(given)
    assert "geheim" not in str(refused.value)


def test_a_folder_is_taken_as_it_is_written() -> None:
    for folder in ("/var/lib/yanlu/store", "../a:b", "store"):
        assert store_given(folder) == Path(folder)


def test_to_another_machine_only_a_proven_server_is_spoken_to(tmp_path: Path) -> None:
    def mode(address: str) -> str:
        return str(link.options(Server(address, tmp_path), "records")["sslmode"])

    assert mode("postgresql://db.example/x") == "verify-full"
    assert mode("postgresql://127.0.0.1,db.example/x") == "verify-full"
    assert mode("postgresql:///x?hostaddr=10.1.2.3") == "verify-full"
    assert mode("postgresql://localhost/x?hostaddr=10.1.2.3") == "verify-full"
    assert mode("postgresql:///x?service=far") == "verify-full"
    assert mode("postgresql:///x") == "prefer"
    assert mode("postgresql://127.0.0.1/x") == "prefer"
    assert mode("postgresql://db.example/x?sslmode=verify-ca") == "verify-ca"


def test_an_act_sees_what_was_committed_while_it_waited_whatever_the_default_is(
    place: Server,
) -> None:
    with psycopg.connect(place.address, autocommit=True) as admin:
        name = admin.info.dbname
        admin.execute(f"ALTER DATABASE {name} SET default_transaction_isolation='repeatable read'")
    with opened(place) as store:
        told = write(store.main, lambda main: rows(main, "SHOW transaction_isolation"))
    assert told == [{"transaction_isolation": "read committed"}]


def test_an_act_whose_wait_for_the_lock_is_cancelled_leaves_its_link_as_it_was(
    place: Server,
) -> None:
    with opened(place) as store, opened(place) as other, ThreadPoolExecutor(1) as pool:
        with other.main.transaction():
            waiting = pool.submit(write, store.main, lambda main: rows(main, "SELECT 1 AS one"))
            with psycopg.connect(place.address, autocommit=True) as admin:
                asked = "SELECT pg_cancel_backend(pid) FROM pg_locks WHERE NOT granted"
                while not admin.execute(asked).fetchall():
                    time.sleep(0.01)
            with pytest.raises(DiskError):
                waiting.result(10)
        assert write(store.main, lambda main: rows(main, "SELECT 1 AS one")) == [{"one": 1}]


def test_machines_of_one_store_have_one_secret(store: Store, tmp_path: Path) -> None:
    portal = open_portal(ROOT)
    key = desk_at(portal, store).key
    assert desk_at(portal, store).key == key
    elsewhere = replace(store, folder=tmp_path / "other")
    elsewhere.folder.mkdir()
    with pytest.raises(IntakeError, match="抄过来"):
        desk_at(portal, elsewhere)
    assert list(elsewhere.folder.iterdir()) == []
    (elsewhere.folder / SECRET).write_bytes(b"x" * SECRET_BYTES)
    with pytest.raises(IntakeError, match="不一样"):
        desk_at(portal, elsewhere)
    (elsewhere.folder / SECRET).write_bytes(key)
    assert desk_at(portal, elsewhere).key == key


def test_a_key_that_is_destroyed_is_in_no_file_and_no_statistics(store: Store) -> None:
    gone, kept = [arrival() for _ in range(40)], [arrival() for _ in range(40)]
    commit(store, [*gone, *kept], 0)
    destroy_keys(store, [one.id for one in gone], ("text",))
    assert empty_logs(store)
    held = stores.held(store)
    assert [one for one in gone if one.keys["text"] in held] == []
    assert all(one.keys["text"] in held for one in kept)


def test_the_texts_of_a_batch_that_is_over_are_in_no_file_and_no_statistics(store: Store) -> None:
    texts = [f"MARK{number:02}" * 8 for number in range(20)]
    for text in texts:
        change(
            store.main, "INSERT INTO batch VALUES (?, ?, 'frozen', '', '', 0, 0)", (text[:6], text)
        )
    over = texts[:10]
    for text in over[1:]:
        change(store.main, "UPDATE batch SET frozen = '{}' WHERE id = ?", (text[:6],))
    change(store.main, "DELETE FROM batch WHERE id = ?", (over[0][:6],))
    held = stores.held(store)
    assert [text for text in over if text.encode() in held] == []
    assert all(text.encode() in held for text in texts[10:])


def test_what_the_log_bound_of_an_answer_is_marked_when_it_is_forgotten(store: Store) -> None:
    one = arrival()
    commit(store, [one], 0)
    put = "INSERT INTO log_answer (submission, words) VALUES (?, ?)"
    change(store.main, put, (one.id, b"digest"))
    change(store.main, "DELETE FROM log_answer WHERE submission = ?", (one.id,))
    assert rows(store.main, "SELECT relation FROM stale") == [{"relation": "log_answer"}]


_HOLDERS = (  # how somebody comes to see what is deleted later, and how he leaves
    (("BEGIN ISOLATION LEVEL REPEATABLE READ", "SELECT 1 FROM pg_class"), "COMMIT"),
    (("BEGIN", "SELECT pg_current_xact_id()"), "COMMIT"),
    (
        ("BEGIN", "SELECT pg_current_xact_id()", "PREPARE TRANSACTION 'p'"),
        "COMMIT PREPARED 'p'",
    ),
)


def test_what_an_old_reader_may_still_see_stays_marked_and_goes_when_he_has_gone(
    store: Store, place: Server
) -> None:
    letters = [arrival() for _ in _HOLDERS]
    commit(store, letters, 0)
    with psycopg.connect(place.address, autocommit=True) as reader:
        for one, (begin, end) in zip(letters, _HOLDERS, strict=True):
            for statement in begin:
                reader.execute(statement)
            write(store.keys, lambda keys, name=one.id: forget_keys(keys, [name]))
            assert not empty_logs(store, 1)
            if one is letters[0]:
                assert one.keys["text"] in stores.lying(store)
            reader.execute(end)
            assert empty_logs(store)
    held = stores.lying(store)
    assert [one for one in letters if one.keys["text"] in held] == []
