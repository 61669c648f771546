"""What an act reads, decides and writes is of one moment, and lasts, or else it is refused."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from doubles import stores
from intake.loop import (
    ACT,
    DAY,
    FIELDS,
    OFFICE_KEY,
    OTHER,
    TEXT,
    WORD,
    LocalLoop,
    approve,
    desk,
    local_loop,
    send,
)
from yanlu.errors import ReceiptError, StoreError
from yanlu.intake import marks, mergers, opinions, review, rights
from yanlu.intake.accept import code_hash
from yanlu.intake.entry import Contact
from yanlu.intake.export import note_export
from yanlu.intake.persons import Decision, Signer, drop_signer, name_signer
from yanlu.intake.purging import purge_suspected
from yanlu.intake.redact import confirm
from yanlu.intake.registration import keep_number
from yanlu.intake.retention import sweep_keys
from yanlu.intake.seal import AGE
from yanlu.intake.seconding import ask_removal, refuse, second
from yanlu.intake.store import database
from yanlu.intake.store.database import DiskError, FullDiskError, Store, change, opened, rows
from yanlu.intake.store.records import by_code, history
from yanlu.model import Fate


@pytest.fixture
def loop(tmp_path: Path) -> Iterator[LocalLoop]:
    with local_loop(tmp_path) as made:
        yield made


def _forward(store: Store, name: str) -> None:
    review.move(store, name, Fate.FORWARDED, ACT, body="body-transport")


RIGHTS = {
    "withdraw": lambda store, secret: rights.withdraw(store, secret, WORD, DAY),
    "erase": lambda store, secret: rights.erase(store, secret, WORD, DAY),
    "correct": lambda store, secret: rights.correct(store, secret, WORD, "unlisted", DAY),
}


def _meanwhile(
    monkeypatch: pytest.MonkeyPatch, store: Store, act: Callable[[Store], object]
) -> None:
    """Have somebody else act once the word was found right, and before anything is written."""
    proven = rights.proven

    def late(own: Store, secret: bytes, word: str) -> dict[str, Any]:
        held = proven(own, secret, word)
        monkeypatch.setattr(rights, "proven", proven)
        with opened(store.folder) as other:
            act(other)
        return held

    monkeypatch.setattr(rights, "proven", late)


def test_who_withdraws_while_staff_forward_it_is_told_that_it_was_forwarded(
    loop: LocalLoop, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, secret = send(loop.store, consent_words="")
    approve(loop.store, name)
    _meanwhile(monkeypatch, loop.store, lambda other: _forward(other, name))
    with pytest.raises(StoreError, match="已转交，不能再撤回"):
        rights.withdraw(loop.store, secret, WORD, DAY)
    assert loop.of(name)["fate"] == "forwarded"
    assert loop.of(name)["redacted"] is not None


def test_who_erases_while_staff_forward_it_is_heard_and_nothing_is_called_withdrawn(
    loop: LocalLoop, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, secret = send(loop.store, consent_words="")
    approve(loop.store, name)
    _meanwhile(monkeypatch, loop.store, lambda other: _forward(other, name))
    rights.erase(loop.store, secret, WORD, DAY)
    assert (loop.of(name)["fate"], loop.of(name)["text"]) == ("forwarded", None)
    steps = [h["what"] for h in history(loop.store.main, name)]
    assert steps[-2:] == ["forwarded", "erased"]


@pytest.mark.parametrize("how", RIGHTS)
def test_what_was_erased_a_moment_ago_is_not_changed_any_more(
    loop: LocalLoop, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    name, secret = loop.approved(consent_summary="yes")
    _meanwhile(monkeypatch, loop.store, lambda other: RIGHTS["erase"](other, secret))
    with pytest.raises(StoreError, match="刚刚已经删除"):
        RIGHTS[how](loop.store, secret)
    steps = [h["what"] for h in history(loop.store.main, name)]
    assert [steps.count(what) for what in ("erased", "withdrawn", "consent-narrowed")] == [1, 1, 0]


def test_words_that_staff_confirm_while_they_are_narrowed_are_not_left_confirmed(
    loop: LocalLoop, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, secret = send(loop.store, consent_summary="yes")
    _meanwhile(monkeypatch, loop.store, lambda other: approve(other, name))
    rights.correct(loop.store, secret, WORD, "summary", DAY)
    held = loop.of(name)
    assert (held["wish"], held["confirmed"], held["delivery"]) == ("summary", None, "waiting")


@pytest.mark.parametrize("how", RIGHTS)
def test_of_two_at_once_one_is_first_and_the_other_finds_what_it_did(
    loop: LocalLoop, how: str
) -> None:
    """With threads of their own, as service and staff have: whoever is second is told why."""
    for _ in range(5):
        name, secret = send(loop.store, consent_words="", consent_summary="yes")
        approve(loop.store, name)
        both = threading.Barrier(2)

        def at_once(act: Callable[[Store], object], both: threading.Barrier = both) -> None:
            with opened(loop.store.folder) as store:
                both.wait()
                with suppress(StoreError, ReceiptError):
                    act(store)

        acts: list[Callable[[Store], object]] = [
            lambda store, name=name: _forward(store, name),  # type: ignore[misc]
            lambda store, secret=secret: RIGHTS[how](store, secret),  # type: ignore[misc]
        ]
        threads = [threading.Thread(target=at_once, args=(act,)) for act in acts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        steps = [h["what"] for h in history(loop.store.main, name)]
        assert not {"withdrawn", "forwarded"} <= set(steps)
        assert loop.of(name)["fate"] == [step for step in steps if step in frozenset(Fate)][-1]
        assert how == "withdraw" or {"erased", "consent-narrowed"} & set(steps)


def test_who_confirms_what_another_has_confirmed_is_told_how_to_change_it(loop: LocalLoop) -> None:
    name, _ = loop.approved()
    with pytest.raises(StoreError, match=r"已经确认过，正等着成批.*review return"):
        approve(loop.store, name)


def _acts(loop: LocalLoop) -> dict[str, Callable[[Store], object]]:
    """Every act of writers and of staff, on records that are fit for it."""
    new, secret = send(loop.store, consent_words="")
    lead, _ = send(loop.store, consent_words="")
    kept, kept_secret = send(loop.store)
    answered, answered_secret = send(loop.store, consent_words="")
    alone, both, spam = (send(loop.store)[0] for _ in range(3))
    said = confirm("同一个路口", by="王某", keep=frozenset())
    agreed = review.Confirmed(said, said, "body-transport")
    for name in (lead, kept, answered):
        approve(loop.store, name)
    for name in (alone, both):
        review.open_raw(loop.store, AGE, name, str(OFFICE_KEY), ACT, "审看")
    title, words = (confirm(t, by="王某", keep=frozenset()) for t in (FIELDS["title"], TEXT))
    review.approve(loop.store, alone, review.Confirmed(title, words, "body-transport"), ACT)
    for what in (Decision.WITHDRAW, Decision.ERASE):
        ask_removal(loop.store, both, what, ACT)
    name_signer(loop.store, Signer("李某"), "王某", DAY)
    name_signer(loop.store, Signer("张某"), "王某", DAY)
    review.reply(loop.store, answered, "adopted", said, ACT)
    change(loop.store.main, "UPDATE submission SET lane = 'suspected' WHERE id = ?", (spam,))
    sealer = rights.Sealer(AGE, desk().recipient)
    contact = Contact(phone="13800001111")
    return {
        "withdraw": lambda s: rights.withdraw(s, secret, WORD, DAY),
        "erase": lambda s: rights.erase(s, secret, WORD, DAY),
        "ask for removal": lambda s: ask_removal(s, kept, Decision.ERASE, ACT),
        "release": lambda s: second(s, alone, Decision.RELEASE, OTHER),
        "withdraw for": lambda s: second(s, both, Decision.WITHDRAW, OTHER),
        "erase for": lambda s: second(s, both, Decision.ERASE, OTHER),
        "not remove": lambda s: refuse(s, both, Decision.ERASE, "不对", OTHER),
        "name a signer": lambda s: name_signer(s, Signer("赵某"), "王某", DAY),
        "drop a signer": lambda s: drop_signer(s, "张某"),
        "correct": lambda s: rights.correct(s, kept_secret, WORD, "unlisted", DAY),
        "contact": lambda s: rights.correct_contact(s, sealer, secret, WORD, contact, DAY),
        "rate": lambda s: opinions.rate(s, answered_secret, WORD, "satisfied", DAY, lambda d: d),
        "ask again": lambda s: opinions.ask_again(
            s, sealer, answered_secret, WORD, "没有答到", DAY
        ),
        "approve": lambda s: review.approve(s, new, agreed, ACT),
        "return": lambda s: review.send_back(s, new, "再看看", ACT),
        "move": lambda s: review.move(s, new, Fate.SCREENED, ACT),
        "reply": lambda s: review.reply(s, kept, "adopted", said, ACT),
        "open": lambda s: review.open_raw(s, AGE, new, str(OFFICE_KEY), ACT, "审看"),
        "read": lambda s: review.note_reading(s, new, ACT, "审看"),
        "purge": lambda s: purge_suspected(s, [spam], DAY),
        "merge": lambda s: mergers.merge(s, new, lead, said, ACT),
        "urgent": lambda s: marks.mark_urgent(s, new, "险情", ACT),
        "archive": lambda s: marks.hand_over(s, new, "卷1", ACT),
        "number": lambda s: keep_number(s, AGE, desk().recipient, new, "X1", ACT),
        "export": lambda s: note_export(s, [new], "录入", ACT),
    }


def _left(store: Store) -> list[Any]:
    tables = [name for name in stores.tables(store) if "_" not in name]
    held = [rows(store.main, f"SELECT * FROM {name}") for name in tables]  # noqa: S608
    return [*held, rows(store.keys, "SELECT * FROM key"), rows(store.keys, "SELECT * FROM coming")]


def test_no_act_writes_anything_while_the_disk_has_no_room(loop: LocalLoop) -> None:
    acts = _acts(loop)
    before = _left(loop.store)
    full = stores.without_room(loop.store)
    for what, act in acts.items():
        with pytest.raises(FullDiskError, match=r"没有写入.*请腾出空间"):
            act(full)
        assert _left(loop.store) == before, what


@pytest.mark.parametrize("anew", [False, True], ids=["gone", "another in its place"])
def test_no_act_is_called_done_once_the_store_is_not_where_it_was(
    loop: LocalLoop, anew: bool
) -> None:
    acts = _acts(loop)
    shutil.move(loop.store.folder, loop.store.folder.with_name("elsewhere"))
    if anew:
        with opened(loop.store.folder):
            pass
    for act in acts.values():
        with pytest.raises(DiskError, match="换成了另一个" if anew else "不见了"):
            act(loop.store)


def test_an_erasure_that_was_killed_before_the_keys_is_finished_by_the_next_sweep(
    loop: LocalLoop, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, secret = loop.approved()
    other, _ = loop.approved()
    with monkeypatch.context() as killed:
        killed.setattr(rights, "forget_keys", lambda *_: None)
        rights.erase(loop.store, secret, WORD, DAY)
    assert _keys_of(loop.store, name) == {"text", "contact"}
    sweep_keys(loop.store, frozenset())
    assert _keys_of(loop.store, name) == set()
    assert _keys_of(loop.store, other) == {"text", "contact"}


def _keys_of(store: Store, name: str) -> set[str]:
    query = "SELECT purpose FROM key WHERE submission = ?"
    return {r["purpose"] for r in rows(store.keys, query, (name,))}


def test_keys_that_cannot_be_destroyed_leave_the_record_whole_and_the_writer_may_try_again(
    loop: LocalLoop, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, secret = loop.approved()
    monkeypatch.setattr(database, "WAIT", 50)
    with opened(loop.store.folder) as other, opened(loop.store.folder) as own:
        other.keys.execute("BEGIN IMMEDIATE")
        with pytest.raises(DiskError, match="占用"):
            rights.erase(own, secret, WORD, DAY)
        other.keys.execute("ROLLBACK")
        assert by_code(own.main, code_hash(secret)) == loop.of(name)
        assert loop.of(name)["erased"] is None
        rights.erase(own, secret, WORD, DAY)
    assert _keys_of(loop.store, name) == set()
