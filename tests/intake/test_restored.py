"""The drill for a store that is lost: what comes back, and what is known to be missing."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

from intake.loop import DAY, FIELDS, KEY, WORD, desk, send
from yanlu.intake import rights
from yanlu.intake.accept import arrival
from yanlu.intake.entry import Choices, Entry, read_entry
from yanlu.intake.nonce import Nonce
from yanlu.intake.seal import AGE
from yanlu.intake.store.backup import back_up, restore
from yanlu.intake.store.database import SECRET, Store, opened, rows
from yanlu.intake.store.writer import commit

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


def _sent(store: Store, nonce: Nonce) -> bytes:
    """The last letter before the loss, which its writer may send once more."""
    entry = read_entry(list(FIELDS.items()), Choices({"roads"}, {"dorchester"}, ()))
    assert isinstance(entry, Entry)
    commit(store, [arrival(desk(), entry, nonce, day=DAY, channel="online.site")], 0)
    return nonce.secret(KEY)


def test_a_lost_store_comes_back_as_of_its_backup_and_the_gap_can_be_told_and_filled(
    tmp_path: Path,
) -> None:
    late = Nonce(b"n" * 16, 0)
    with opened(tmp_path / "store") as store:
        (store.folder / SECRET).write_bytes(KEY)
        _, early = send(store)
        backup = back_up(store.folder, tmp_path / "backups", NOON)
        lost = _sent(store, late)
    shutil.rmtree(tmp_path / "store")
    assert backup.name == NOON.strftime("%Y%m%dT%H%M%S")  # from when on something is missing
    assert restore(backup, tmp_path / "store") == 1
    with opened(tmp_path / "store") as store:
        assert rights.held(store, AGE, early, WORD).text["matter"] == FIELDS["matter"]
        assert rights.stage(store, lost) is None
        assert _sent(store, late) == lost  # sent again from the page that is still open
        assert rights.stage(store, lost) is not None
        assert len(rows(store.main, "SELECT id FROM submission")) == 2
