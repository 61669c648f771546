"""A contact and its key are in two files: killed between them, one of the two still opens."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import doubles
from conftest import ROOT
from doubles import stores
from intake.loop import DAY, FIELDS, OFFICE_KEY, WORD, send
from yanlu.errors import StoreError
from yanlu.intake import rights
from yanlu.intake.entry import Contact
from yanlu.intake.seal import AGE
from yanlu.intake.store import erasure
from yanlu.intake.store.database import DiskError, Store, UnsureError, opened, rows, settle_keys
from yanlu.intake.store.erasure import empty_logs
from yanlu.intake.store.records import history

PROGRAM = str(Path(str(doubles.__file__)).with_name("correcting_process.py"))
NEW = "13800001111"


def _killed(store: Path, secret: bytes, moment: str) -> None:
    path = os.pathsep.join(map(str, (ROOT / "tests", ROOT / "scripts")))
    done = subprocess.run(
        [sys.executable, PROGRAM, str(store), secret.hex(), moment],
        env={**os.environ, "PYTHONPATH": path}, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == -9


def _key(store: Store, name: str) -> bytes:
    query = "SELECT key FROM key WHERE submission = ? AND purpose = 'contact'"
    return bytes(rows(store.keys, query, (name,))[0]["key"])


@pytest.mark.parametrize(
    ("moment", "phone"),
    [("announced", FIELDS["phone"]), ("recorded", NEW), ("exchanged", NEW)],
)
def test_killed_while_a_contact_is_replaced_the_old_or_the_new_one_opens_and_no_other_key_is_left(
    tmp_path: Path, moment: str, phone: str
) -> None:
    with opened(tmp_path / "store") as store:
        name, secret = send(store)
        old = _key(store, name)
    _killed(tmp_path / "store", secret, moment)
    with opened(tmp_path / "store") as store:
        assert rights.held(store, AGE, secret, WORD).contact["phone"] == phone
        assert (_key(store, name) == old) == (phone != NEW)
        assert rows(store.keys, "SELECT * FROM coming") == []
        steps = [h["what"] for h in history(store.main, name)]
        assert ("contact-corrected" in steps) == (phone == NEW)
        empty_logs(store)  # as the worker does in its next round
        assert (old in stores.held(store)) == (phone != NEW)


def _correct(store: Store, secret: bytes) -> None:
    sealer = rights.Sealer(AGE, str(OFFICE_KEY.to_public()))
    rights.correct_contact(store, sealer, secret, WORD, Contact(NEW), DAY)


def test_what_cannot_be_recorded_leaves_the_old_contact_and_no_key_lying_about(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(tmp_path / "store") as store:
        _, secret = send(store)

        def failing(*_: object, **__: object) -> None:
            raise StoreError("磁盘满了。")

        with monkeypatch.context() as patched:
            patched.setattr(rights, "happen", failing)
            with pytest.raises(StoreError, match="磁盘满了"):
                _correct(store, secret)
        assert rights.held(store, AGE, secret, WORD).contact["phone"] == FIELDS["phone"]
        assert rows(store.keys, "SELECT * FROM coming") == []


def test_a_link_that_broke_while_the_new_contact_was_written_is_told_as_unsure_and_settled_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> None:
        raise DiskError("away")

    def put(_: object) -> None:
        raise UnsureError("cut")

    with opened(tmp_path / "store") as store:
        name, secret = send(store)
        with monkeypatch.context() as cut:
            cut.setattr(erasure, "settle_keys", gone)
            with pytest.raises(UnsureError):
                erasure.replace_contact_key(store, name, b"k" * 32, b"sealed", put)
    with opened(tmp_path / "store") as store:
        assert rights.held(store, AGE, secret, WORD).contact["phone"] == FIELDS["phone"]
        assert rows(store.keys, "SELECT * FROM coming") == []


def test_whoever_opens_the_store_in_between_stops_the_exchange_and_spoils_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from yanlu.intake.store import erasure

    write = erasure.write
    with opened(tmp_path / "store") as store:
        _, secret = send(store)
        begun: list[object] = []

        def interrupted(connection: object, act: object) -> object:
            done = write(connection, act)  # type: ignore[arg-type]
            if not begun:
                begun.append(done)
                settle_keys(store)
            return done

        monkeypatch.setattr(erasure, "write", interrupted)
        with pytest.raises(StoreError, match="请再试一次"):
            _correct(store, secret)
        assert rights.held(store, AGE, secret, WORD).contact["phone"] == FIELDS["phone"]
        _correct(store, secret)
        assert rights.held(store, AGE, secret, WORD).contact["phone"] == NEW


def test_erased_while_another_contact_is_on_its_way_nothing_comes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace = rights.replace_contact_key
    with opened(tmp_path / "store") as store, opened(tmp_path / "store") as other:
        name, secret = send(store)

        def late(*arguments: Any) -> None:
            rights.erase(other, secret, WORD, DAY)
            replace(*arguments)

        monkeypatch.setattr(rights, "replace_contact_key", late)
        with pytest.raises(StoreError, match="已经删除"):
            _correct(store, secret)
        assert rows(store.main, "SELECT contact FROM submission WHERE id = ?", (name,)) == [
            {"contact": None}
        ]
        assert rows(store.keys, "SELECT key FROM key UNION SELECT key FROM coming") == []
