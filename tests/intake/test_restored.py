"""The drill for a store that is lost: what comes back, and what is known to be missing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from doubles import stores
from intake.loop import (
    DAY,
    FIELDS,
    KEY,
    NOW,
    WORD,
    LocalLoop,
    approve,
    desk,
    git,
    local_loop,
    send,
)
from yanlu.intake import rights
from yanlu.intake.accept import arrival
from yanlu.intake.entry import Choices, Entry, read_entry
from yanlu.intake.forge.local import LocalGitForge
from yanlu.intake.nonce import Nonce
from yanlu.intake.seal import AGE
from yanlu.intake.store.backup import back_up, restore
from yanlu.intake.store.database import SECRET, Store, change, opened, rows
from yanlu.intake.store.records import history
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
        backup = stores.back_up(store.folder, tmp_path / "backups", NOON)
        lost = _sent(store, late)
    stores.lose(tmp_path / "store")
    assert backup.name == NOON.strftime("%Y%m%dT%H%M%S")  # from when on something is missing
    assert stores.restore(backup, tmp_path / "store") == 1
    with opened(tmp_path / "store") as store:
        assert rights.held(store, AGE, early, WORD).text["matter"] == FIELDS["matter"]
        assert rights.stage(store, lost) is None
        assert _sent(store, late) == lost  # sent again from the page that is still open
        assert rights.stage(store, lost) is not None
        assert len(rows(store.main, "SELECT id FROM submission")) == 2


@pytest.fixture
def loop(tmp_path: Path) -> Iterator[LocalLoop]:
    with local_loop(tmp_path) as made:
        (made.store.folder / SECRET).write_bytes(KEY)
        yield made


def _publish(loop: LocalLoop) -> None:
    loop.work()
    loop.merge()
    loop.work()


@contextmanager
def _restored(loop: LocalLoop, backup: Path) -> Iterator[LocalLoop]:
    """A store as of its backup, before the main branch as it is."""
    place = backup.parent.parent / "restored"
    restore(backup, place)
    with opened(place) as store:
        yield LocalLoop(store, LocalGitForge(loop.folder, "main"), folder=loop.folder)


def _answered(loop: LocalLoop, name: str) -> None:
    """As staff answer in git."""
    text = loop.path(name).read_text("utf-8")
    text = text.replace("fate: registered", "fate: replied\noutcome: adopted")
    loop.path(name).write_text(f"{text}\n## 答复\n\n采纳，明年安装。\n", "utf-8")
    git(loop.folder, "commit", "-qam", "Reply")
    loop.work()


def _in_store_alone(loop: LocalLoop) -> tuple[str, bytes]:
    return send(loop.store)


def _approved(loop: LocalLoop) -> tuple[str, bytes]:
    return loop.approved()


def _in_review(loop: LocalLoop) -> tuple[str, bytes]:
    sent = loop.approved()
    loop.work()
    return sent


def _published(loop: LocalLoop) -> tuple[str, bytes]:
    sent = loop.approved()
    _publish(loop)
    return sent


STATES = pytest.mark.parametrize("state", [_in_store_alone, _approved, _in_review, _published])
State = Callable[[LocalLoop], tuple[str, bytes]]


def _goes_on(loop: LocalLoop, name: str) -> None:
    """What happened after the backup, until it is published."""
    if loop.of(name)["delivery"] == "waiting":
        approve(loop.store, name)
    _publish(loop)


@STATES
@pytest.mark.parametrize("handled", [False, True], ids=["early", "late"])
def test_what_was_erased_after_the_backup_is_erased_again_and_not_proposed(
    loop: LocalLoop, tmp_path: Path, state: State, handled: bool
) -> None:
    name, secret = state(loop)
    backup = back_up(loop.store.folder, tmp_path / "backups", NOON)
    _goes_on(loop, name)
    if handled:
        _answered(loop, name)
    rights.erase(loop.store, secret, WORD, DAY)
    _publish(loop)
    stone = loop.path(name).read_bytes()
    with _restored(loop, backup) as back:
        told = [back.work(NOW + step).alarms for step in range(1, 4)]
        assert loop.branches() == []
        held = back.of(name)
        assert (held["delivery"], held["text"], held["confirmed"]) == ("merged", None, None)
        assert held["fate"] == ("replied" if handled else "withdrawn")
        assert rows(back.store.keys, "SELECT * FROM key") == []
        assert sum(name in alarm for alarms in told for alarm in alarms) == 1
    assert loop.path(name).read_bytes() == stone


@STATES
def test_an_answer_after_the_backup_is_read_and_not_proposed_away(
    loop: LocalLoop, tmp_path: Path, state: State
) -> None:
    name, secret = state(loop)
    backup = back_up(loop.store.folder, tmp_path / "backups", NOON)
    _goes_on(loop, name)
    _answered(loop, name)
    with _restored(loop, backup) as back:
        for step in range(1, 4):
            assert back.work(NOW + step).alarms == ()
        assert loop.branches() == []
        assert (back.of(name)["delivery"], back.of(name)["fate"]) == ("merged", "replied")
        assert rights.held(back.store, AGE, secret, WORD).text["matter"] == FIELDS["matter"]
        assert rows(back.store.main, "SELECT * FROM restored") == []


def test_narrowed_after_the_backup_it_is_not_shown_and_still_answered(
    loop: LocalLoop, tmp_path: Path
) -> None:
    name, secret = _approved(loop)
    backup = back_up(loop.store.folder, tmp_path / "backups", NOON)
    _publish(loop)
    rights.correct(loop.store, secret, WORD, "unlisted", DAY)
    _publish(loop)
    with _restored(loop, backup) as back:
        back.work(NOW + 1)
        assert loop.branches() == []
        held = back.of(name)
        assert (held["wish"], held["fate"], held["erased"]) == ("unlisted", "registered", None)
        assert rights.held(back.store, AGE, secret, WORD).text["matter"] == FIELDS["matter"]


def test_what_staff_take_down_by_hand_is_erased_by_nobody(loop: LocalLoop) -> None:
    name, secret = _published(loop)
    _answered(loop, name)
    text = loop.path(name).read_text("utf-8").partition("\n---\n")[0]
    stone = text.replace("publication: words", "publication: removed")
    loop.path(name).write_text(f"{stone}\n---\n", "utf-8")
    git(loop.folder, "commit", "-qam", "Take down")
    loop.work()
    assert rights.held(loop.store, AGE, secret, WORD).text["matter"] == FIELDS["matter"]


@pytest.mark.parametrize("restored", [True, False], ids=["restored", "copied by hand"])
def test_no_file_is_proposed_over_one_that_could_not_be_read(
    loop: LocalLoop, tmp_path: Path, restored: bool
) -> None:
    name, _ = _approved(loop)
    backup = back_up(loop.store.folder, tmp_path / "backups", NOON)
    _publish(loop)
    whole = loop.path(name).read_text("utf-8")
    loop.path(name).write_text("no suggestion", "utf-8")
    git(loop.folder, "commit", "-qam", "Spoil")
    with _restored(loop, backup) as back:
        if not restored:
            change(back.store.main, "DELETE FROM restored")
        assert "读不懂" in back.work(NOW + 1).alarms[0]
        assert loop.branches() == []
        loop.path(name).write_text(whole, "utf-8")
        git(loop.folder, "commit", "-qam", "Mend")
        assert back.work(NOW + 2).alarms == ()
        assert back.of(name)["delivery"] == "merged"
        assert history(back.store.main, name)[-1]["what"] == "published"


def test_a_restored_record_that_is_not_on_the_main_branch_goes_its_way(
    loop: LocalLoop, tmp_path: Path
) -> None:
    name, _ = _approved(loop)
    backup = back_up(loop.store.folder, tmp_path / "backups", NOON)
    with _restored(loop, backup) as back:
        _publish(back)
        assert back.of(name)["delivery"] == "merged"
