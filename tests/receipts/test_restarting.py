"""A key was stolen: the log is given up at its last good state, and the next one names it."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from conftest import run_yanlu, snapshot
from doubles.sealed import EVENTS, FIRST, SIGNER, chance, event, sealed_days
from yanlu.errors import LogError
from yanlu.receipts.fetch import reader
from yanlu.receipts.lines import KeyLine
from yanlu.receipts.log import log_faults, read_log, rewritten
from yanlu.receipts.notes import Signer
from yanlu.receipts.office import log_signer
from yanlu.receipts.restarting import former_logs, restart
from yanlu.receipts.sealing import Order, seal
from yanlu.receipts.verify import verify
from yanlu.settings import Portal
from yanlu.website.published import published, published_faults, write_log

NEXT = Signer("log.example/sealed-2", b"2" * 32)
GOOD = 2 + EVENTS  # lines after the first day


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    sealed_days(tmp_path / "data", [0, 1])
    return tmp_path / "data"


def test_the_next_log_begins_with_the_last_good_checkpoint_of_the_one_before(data: Path) -> None:
    """Whoever holds that checkpoint can tell that the new log continues it, and where it ends."""
    past = [(f"data/{place}", text) for place, text in snapshot(data).items()]
    good = read_log(data).notes[GOOD]
    former = restart(data, NEXT.key, GOOD)
    assert former == former_logs(data)[0]
    assert (former.log.size, former.signers) == (GOOD, [SIGNER.key])
    assert list(former.faults()) == []
    order = Order(FIRST + timedelta(days=1), EVENTS, published(data), [event(1)])
    assert seal(data, NEXT, order, chance(50), None)
    log = read_log(data)
    assert list(log_faults(log, NEXT.key)) == []
    digest = sha256(str(good).encode()).hexdigest()
    size = len(str(good).encode())
    assert [entry.decode() for entry in log.entries[1:3]] == [
        f"key/1 log {NEXT.key.vkey}",
        f"release/1 former-log-1 1 sha256:{digest} {size}",
    ]
    assert list(rewritten(data, past)) == []  # nothing that was published was taken back
    day = data / "former-logs" / "1" / "entries" / f"{FIRST}.txt"
    day.write_bytes(b"".join(day.read_bytes().splitlines(keepends=True)[:-1]))
    assert [fault.split("：")[0] for fault in rewritten(data, past)] == [
        f"data/log/entries/{FIRST}.txt"
    ]
    assert [fault for fault in former_logs(data)[0].faults() if "data/former-logs/1/" in fault]


def test_without_a_new_name_or_a_checkpoint_that_holds_nothing_is_given_up(data: Path) -> None:
    before = snapshot(data)
    with pytest.raises(LogError, match="新的名字"):
        restart(data, SIGNER.key, GOOD)
    with pytest.raises(LogError, match="没有 7 行的检查点"):
        restart(data, NEXT.key, 7)
    day = data / "log" / "entries" / f"{FIRST}.txt"
    text = day.read_bytes()
    day.write_bytes(text[:-2] + (b"2\n" if text.endswith(b"1\n") else b"1\n"))
    with pytest.raises(LogError, match="就有不符"):
        restart(data, NEXT.key, GOOD)
    day.write_bytes(text)
    assert snapshot(data) == before


def test_a_log_that_was_given_up_whose_last_checkpoint_is_gone_is_told(data: Path) -> None:
    restart(data, NEXT.key, GOOD)
    (data / "former-logs" / "1" / "last-good").unlink()
    with pytest.raises(LogError, match="请从 git 里恢复"):
        former_logs(data)


def test_lines_that_wait_go_on_waiting_also_when_giving_up_was_interrupted(data: Path) -> None:
    pending = f"{KeyLine('intake', NEXT.key)}\n"
    (data / "log" / "pending.txt").write_text(pending, "ascii")
    restart(data, NEXT.key, GOOD)
    assert (data / "log" / "pending.txt").read_text("ascii") == pending
    (data / "log" / "pending.txt").rename(data / "former-logs" / "1" / "pending.txt")
    (data / "log").rmdir()  # as it is between two steps
    with pytest.raises(LogError, match="restart 中断过"):
        published(data)


def test_the_site_serves_what_is_trusted_of_the_log_before(
    portal: Portal, tmp_path: Path, data: Path
) -> None:
    """By the command of the manual; and what was good of it verifies as before."""
    (data / "log").rename(portal.data / "log")
    done = run_yanlu(portal.folder, "receipts", "restart", str(GOOD))
    assert done.returncode == 0, done.stderr
    assert "data/former-logs/1/" in done.stdout
    signer, journal = log_signer(portal)
    seal(
        portal.data, signer, Order(FIRST, 24, published(portal.data)), chance(60), journal
    )  # fmt: skip
    assert list(published_faults(portal)) == []
    write_log(portal, tmp_path / "site")
    served = reader(str(tmp_path / "site" / "log" / "former-1"))
    assert verify(served, SIGNER.key).checkpoint.size == GOOD
    assert verify(reader(str(tmp_path / "site" / "log")), signer.key).checkpoint.size == 27
