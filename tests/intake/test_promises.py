"""What is promised on acceptance, what the log says later, what is left when all is erased."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from doubles import receipt_vectors as vectors
from doubles import stores
from doubles.sealed import SIGNER, chance
from intake.loop import ACT, DAY, FIELDS, WORD, approve, desk, git, local_loop, send
from yanlu.errors import LogError, SignatureError
from yanlu.intake import review, rights
from yanlu.intake.entry import Choices, Entry, read_entry
from yanlu.intake.given import given
from yanlu.intake.mergers import merge
from yanlu.intake.paper import Taken, record
from yanlu.intake.purging import purge_suspected
from yanlu.intake.redact import confirm
from yanlu.intake.store.backup import back_up
from yanlu.intake.store.database import SECRET, Store, change, opened, rows, write
from yanlu.intake.store.events import (
    LOG_EVENTS,
    forget_sealed,
    messages,
    overdue,
    packed,
    skip_used,
    waiting_lines,
)
from yanlu.intake.store.records import happen
from yanlu.model import Fate
from yanlu.receipts.codes import event_key, event_label, read_code
from yanlu.receipts.commitments import committed_words, event_line
from yanlu.receipts.log import log_faults, read_log
from yanlu.receipts.notes import Signer
from yanlu.receipts.promises import Promise, Promiser, open_promise
from yanlu.receipts.sealing import Order, seal

ORIGIN = "log.example/test"
PROMISER = Promiser(Signer("log.example/intake", bytes(32)), ORIGIN)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with opened(tmp_path / "store") as store:
        (store.folder / SECRET).write_bytes(b"k" * 32)
        yield store


def _said(text: str) -> review.Redacted:
    return confirm(text, by="王某", keep=frozenset())


def _told(store: Store, secret: bytes) -> list[str]:
    """The events that the holder is shown, each of which must stand among the lines that wait."""
    held = given(store, PROMISER, secret)
    assert held is not None
    lines = set(waiting_lines(store.main))
    for number, message in enumerate(held.messages):
        assert set(map(type, message.values())) == {str}
        assert (message["v"], message["origin"]) == ("1", ORIGIN)
        assert event_line(secret, number, message) in lines
    return [message["event"] for message in held.messages]


def test_the_promise_is_that_of_the_vectors() -> None:
    key, receipt = vectors.load("keys.json")["intake"], vectors.load("receipt-1.json")
    promiser = Promiser(Signer(key["name"], bytes.fromhex(key["seed"])), "portal.example/log")
    first = receipt["events"][0]["message"]
    line = event_line(bytes.fromhex(receipt["secret"]), 0, first)
    note = promiser.promise(date.fromisoformat(first["date"]), line)
    assert str(note) == (vectors.FOLDER / "receipt-1" / "promise.note").read_text("utf-8")


def test_what_is_accepted_has_a_signed_promise_of_its_line_within_three_days(store: Store) -> None:
    _, secret = send(store)
    assert _told(store, secret) == ["submitted"]
    held = given(store, PROMISER, secret)
    assert held is not None
    promise = open_promise(held.promise.encode(), PROMISER.key)
    line = event_line(secret, 0, held.messages[0])
    assert promise == Promise("log.example", DAY, DAY + timedelta(days=3), line)
    assert set(held.file) == {"v", "origin", "messages", "promise"}
    again = given(store, PROMISER, secret)
    assert again == held  # as often as it is asked for
    assert given(store, PROMISER, bytes(16)) is None


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        ("2026-11-28", "2026-12-28", SignatureError),
        ("log.example/intake", "log.example/other", SignatureError),
        ("\n\n", "\nx\n\n", SignatureError),
    ],
)
def test_a_promise_that_was_altered_is_none(
    store: Store, old: str, new: str, error: type[Exception]
) -> None:
    _, secret = send(store)
    held = given(store, PROMISER, secret)
    assert held
    with pytest.raises(error):
        open_promise(held.promise.replace(old, new).encode(), PROMISER.key)


@pytest.mark.parametrize("text", ["x/receipt\n", "log.example/receipt\n1\n2\n3\n"])
def test_what_the_key_signed_and_is_no_promise_is_none(text: str) -> None:
    with pytest.raises(LogError):
        open_promise(str(PROMISER.signer.sign(text)).encode(), PROMISER.key)


def test_event_0_binds_the_masked_text_and_shows_none_of_it(store: Store) -> None:
    """Whoever has the code alone may not read what was written; nobody can alter it either."""
    name, secret = send(store)
    [message] = messages(store.main, name)
    masked = json.loads(rows(store.main, "SELECT redacted FROM submission")[0]["redacted"])
    assert message["words"] == committed_words(event_key(secret, 0), masked)
    assert message["words"] != committed_words(event_key(secret, 0), {**masked, "title": "别的"})
    assert not [word for word in FIELDS.values() if word in str(message)]
    held = rows(store.main, "SELECT log_keys FROM submission")[0]["log_keys"]
    assert event_key(secret, 0) not in held  # so that no guess can be tried once the text is gone
    assert event_key(secret, 1) in held


@pytest.mark.parametrize("kind", ["claim", "accusation"])
def test_of_a_claim_or_an_accusation_the_log_binds_no_text(store: Store, kind: str) -> None:
    name, secret = send(store, kind=kind)
    assert messages(store.main, name) == [
        {"v": "1", "event": "submitted", "origin": ORIGIN, "date": "2026-11-25"}
    ]
    review.move(store, name, Fate.REDIRECTED, ACT)
    assert _told(store, secret) == ["submitted", "redirected"]


def test_of_a_letter_that_lay_for_a_month_the_term_begins_when_it_is_written_down(
    store: Store,
) -> None:
    entry = read_entry(list(FIELDS.items()), Choices({"roads"}, {"dorchester"}, ()))
    assert isinstance(entry, Entry)
    taken = Taken("letter.post", DAY - timedelta(days=30), "王某", DAY)
    secret = read_code(record(store, desk(), entry, taken)[0])
    held = given(store, PROMISER, secret)
    assert held
    assert open_promise(held.promise.encode(), PROMISER.key).deadline == DAY + timedelta(days=3)
    assert rows(store.main, "SELECT day FROM submission") == [{"day": "2026-10-26"}]
    assert rows(store.main, "SELECT day FROM log_line") == [{"day": "2026-11-25"}]


def test_every_step_that_is_shown_is_told_to_the_log_with_the_outcome_of_the_answer(
    store: Store,
) -> None:
    name, secret = send(store, consent_words="")
    approve(store, name)
    review.note_reading(store, name, ACT, "再看")
    for fate in (Fate.FORWARDED, Fate.RETURNED, Fate.FORWARDED, Fate.HANDLING):
        review.move(store, name, fate, ACT, body="body-transport")
    review.reply(store, name, "adopted", _said("明年安装。"), ACT, reason=_said("确有需要。"))
    steps = ["submitted", "screened", "registered", "forwarded", "returned", "forwarded"]
    assert _told(store, secret) == [*steps, "handling", "replied"]
    last = messages(store.main, name)[-1]
    words = {"text": "明年安装。", "reason": "确有需要。"}
    assert last["outcome"] == "adopted"
    assert last["words"] == committed_words(event_key(secret, 7), words)
    assert [shown for shown, _ in rights.stage(store, secret).history][-1] == "已回复"  # type: ignore[union-attr]


def test_an_answer_that_is_published_is_told_as_git_says_it(tmp_path: Path) -> None:
    with local_loop(tmp_path) as loop:
        name, secret = loop.approved()
        loop.work()
        loop.merge()
        loop.work()
        text = loop.path(name).read_text("utf-8")
        text = text.replace("fate: registered", "fate: replied\noutcome: adopted")
        loop.path(name).write_text(f"{text}\n<!-- 回复 -->\n\n采纳，明年安装。\n", "utf-8")
        git(loop.folder, "commit", "-qam", "Reply")
        loop.work()
        loop.work()
        assert _told(loop.store, secret) == ["submitted", "screened", "registered", "replied"]
        last = messages(loop.store.main, name)[-1]
        words = {"text": "采纳，明年安装。", "reason": ""}
        assert last["words"] == committed_words(event_key(secret, 3), words)
        loop.path(name).write_text(f"{text}\n<!-- 回复 -->\n\n采纳，后年安装。\n", "utf-8")
        git(loop.folder, "commit", "-qam", "Reply corrected, at the same stage")
        loop.work()
        promise = "promises:\n- what: 装灯\n  body: body-transport\n  by: '2027-12-31'\n"
        text = text.replace("fate: replied\n", f"fate: promised\n{promise}")
        loop.path(name).write_text(f"{text}\n<!-- 回复 -->\n\n采纳，后年安装。\n", "utf-8")
        git(loop.folder, "commit", "-qam", "Promise")
        loop.work()
        loop.work()
        assert _told(loop.store, secret)[3:] == ["replied", "answer", "promised"]
        *_, corrected, promised = messages(loop.store.main, name)
        words["text"] = "采纳，后年安装。"
        assert corrected["words"] == committed_words(event_key(secret, 4), words)
        words["promises"] = '[{"body": "body-transport", "by": "2027-12-31", "what": "装灯"}]'
        assert promised["words"] == committed_words(event_key(secret, 5), words)


def test_merged_and_withdrawn_are_told_of_the_one_they_happen_to(store: Store) -> None:
    lead, first = send(store)
    approve(store, lead)
    name, second = send(store)
    merge(store, name, lead, _said("说的是同一件事。"), ACT)
    assert _told(store, second) == ["submitted", "screened", "merged"]
    _, third = send(store)
    rights.withdraw(store, third, WORD, DAY)
    assert _told(store, third) == ["submitted", "withdrawn"]
    assert _told(store, first) == ["submitted", "screened", "registered"]


def test_what_is_purged_as_spam_has_its_last_line_as_well(store: Store) -> None:
    name, secret = send(store)
    change(store.main, "UPDATE submission SET lane = 'suspected'")
    purge_suspected(store, [name], DAY)
    lines = {line.label for line in waiting_lines(store.main)}
    assert lines == {event_label(secret, 0), event_label(secret, 1)}
    assert rows(store.main, "SELECT * FROM log_event") == []


def test_when_places_run_out_the_last_step_says_so_and_the_end_still_has_one(store: Store) -> None:
    name, secret = send(store)
    for _ in range(20):
        happen(store.main, name, "2026-11-26", "forwarded", by="王某")
    told = messages(store.main, name)
    assert len(told) == LOG_EVENTS - 1
    assert [n for n, message in enumerate(told) if message.get("last")] == [LOG_EVENTS - 2]
    _told(store, secret)
    rights.erase(store, secret, WORD, DAY)
    labels = {line.label for line in waiting_lines(store.main)}
    assert event_label(secret, LOG_EVENTS - 1) in labels


def test_of_what_came_before_there_were_promises_nothing_is_told(store: Store) -> None:
    name, secret = send(store)
    change(store.main, "DELETE FROM log_event")
    change(store.main, "DELETE FROM log_line")
    approve(store, name)
    rights.erase(store, secret, WORD, DAY)
    assert list(waiting_lines(store.main)) == []
    held = given(store, PROMISER, secret)
    assert held
    assert (held.messages, held.promise, held.erased) == ([], "", "2026-11-25")


def test_lines_that_wait_lead_to_no_record_and_tell_no_order_but_that_of_days(store: Store) -> None:
    """Of each line, no byte stands anywhere else in the store; of a day they are sorted."""
    sent = [send(store, word="") for _ in range(7)]
    for name, _ in sent[:3]:
        happen(store.main, name, "2026-11-24", "screened", by="王某")
    lines = list(waiting_lines(store.main))
    earlier, later = lines[:3], lines[3:]
    for day in (earlier, later):
        assert [packed(line) for line in day] == sorted(packed(line) for line in day)
    labels = [line.label for line in lines]
    halves = [*labels, *(line.commitment for line in lines)]
    assert len(set(halves)) == len(halves)
    held = b"".join(r["log_keys"] for r in rows(store.main, "SELECT log_keys FROM submission"))
    assert not [label for label in labels if label in held]


def test_what_the_log_has_waits_no_more_and_what_is_late_is_counted(store: Store) -> None:
    _, first = send(store)
    send(store)
    limit = DAY + timedelta(days=1)
    assert (overdue(store.main, DAY), overdue(store.main, limit)) == (0, 2)
    assert forget_sealed(store.main, {event_label(first, 0)}) == 1
    assert overdue(store.main, limit) == 1


def _sealed(store: Store, data: Path, day: date) -> None:
    """The sealer's day, with what the intake gave it."""
    order = Order(day, 8, [], list(waiting_lines(store.main)))
    assert seal(data, SIGNER, order, chance(day.toordinal()), None)
    labels = {bytes.fromhex(e[8:40].decode()) for e in read_log(data).entries if e[:5] == b"event"}
    write(store.main, lambda main: forget_sealed(main, labels))


def _bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_after_an_erasure_the_log_holds_and_nothing_leads_to_what_it_says(tmp_path: Path) -> None:
    """The drill: text, contact and promise; sealed, erased, sealed; a month later, all is gone."""
    begun = datetime(2026, 11, 25, tzinfo=UTC)
    data, backups = tmp_path / "data", tmp_path / "backups"
    data.mkdir()
    with opened(tmp_path / "store") as store:
        (store.folder / SECRET).write_bytes(b"k" * 32)
        name, secret = send(store)
        approve(store, name)
        held = given(store, PROMISER, secret)
        assert held
        [own] = rows(store.main, "SELECT text, contact, redacted, log_keys FROM submission")
        text, contact, masked, log_keys = own.values()
        keys = [row["key"] for row in rows(store.keys, "SELECT key FROM key")]
        planted = [
            text, contact, str(masked)[:40].encode(), log_keys[:48], log_keys[-48:],
            *keys, str(held.messages[0]["words"]).encode(),
        ]  # fmt: skip
        _sealed(store, data, DAY)
        back_up(store.folder, backups, begun)
        rights.erase(store, secret, WORD, DAY + timedelta(days=1))
        assert not [one for one in planted if one in _bytes(store.folder)]
        assert len(list(waiting_lines(store.main))) == 2  # taken back, and erased
        _sealed(store, data, DAY + timedelta(days=1))
        assert list(waiting_lines(store.main)) == []
        assert [one for one in planted if one in _bytes(backups)] == planted
        back_up(store.folder, backups, begun + timedelta(days=31))
        assert not [one for one in planted if one in _bytes(backups)]
        gone = given(store, PROMISER, secret)
    assert gone
    assert (gone.messages, gone.promise, gone.erased) == ([], "", "2026-11-26")
    log = read_log(data)
    assert list(log_faults(log, SIGNER.key)) == []
    erased = {"v": "1", "event": "erased", "origin": gone.origin, "date": "2026-11-26"}
    assert str(event_line(secret, 4, erased)).encode() in log.entries  # its holder can tell
    promise = open_promise(held.promise.encode(), PROMISER.key)
    assert str(promise.line).encode() in log.entries  # and who kept the promise has the proof


def test_a_restored_store_says_no_second_thing_of_an_event_that_is_in_the_log(
    tmp_path: Path,
) -> None:
    with opened(tmp_path / "store") as store:
        (store.folder / SECRET).write_bytes(b"k" * 32)
        name, secret = send(store)
        moment = datetime(2026, 11, 25, tzinfo=UTC)
        backup = stores.back_up(store.folder, tmp_path / "backups", moment)
        approve(store, name)
        labels = {line.label for line in waiting_lines(store.main)}
    stores.restore(backup, tmp_path / "restored")
    with opened(tmp_path / "restored") as store:
        assert write(store.main, lambda main: skip_used(main, labels)) == 1
        review.move(store, name, Fate.SCREENED, review.Act("王某", DAY + timedelta(days=9)))
        assert write(store.main, lambda main: forget_sealed(main, labels)) == 1
        [line] = waiting_lines(store.main)
        assert line.label == event_label(secret, 3)
        assert [one.get("event") for one in messages(store.main, name)] == [
            "submitted", None, None, "screened",
        ]  # fmt: skip


def test_a_line_is_written_with_its_record_or_not_at_all(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    from yanlu.intake.store import records

    def failing(*_: object) -> int:
        raise LogError("stop")

    name, secret = send(store)
    monkeypatch.setattr(records, "log_step", failing)
    with pytest.raises(LogError):
        review.move(store, name, Fate.SCREENED, ACT)
    assert _told(store, secret) == ["submitted"]
    assert rights.stage(store, secret).shown == "已收到"  # type: ignore[union-attr]
