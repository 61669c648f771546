"""What staff and writers may do with a suggestion, and what is left of it afterwards."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pyrage
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yanlu.errors import IntakeError, ReceiptError, StoreError
from yanlu.intake import review, rights
from yanlu.intake.accept import Desk, arrival
from yanlu.intake.consent import is_masked_further
from yanlu.intake.delivery import DELIVERIES, Delivery
from yanlu.intake.entry import Choices, Contact, Entry, read_entry
from yanlu.intake.export import note_export
from yanlu.intake.marks import hand_over, mark_urgent, no_longer_urgent
from yanlu.intake.nonce import Nonce
from yanlu.intake.persons import Decision
from yanlu.intake.redact import confirm, redact
from yanlu.intake.seal import AGE
from yanlu.intake.seconding import ask_removal, refuse
from yanlu.intake.store.backup import back_up
from yanlu.intake.store.database import SECRET, Store, change, opened, rows
from yanlu.intake.store.records import by_id, history
from yanlu.intake.store.writer import commit
from yanlu.model import Fate

DAY = date(2026, 11, 25)
ACT = review.Act("王某", DAY)
OFFICE = pyrage.x25519.Identity.generate()
PHONE, WORD = "13912345678", "老槐树下"
FIELDS = {
    "title": "路口装红绿灯",
    "matter": f"学校门口没有红绿灯。我的电话是{PHONE}。",
    "proposal": "请装一个红绿灯。",
    "topic": "roads",
    "region": "dorchester",
    "phone": PHONE,
    "word": WORD,
}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with opened(tmp_path / "store") as opened_store:
        yield opened_store


def _desk() -> Desk:
    return Desk(
        b"k" * 32,
        AGE,
        str(OFFICE.to_public()),
        lambda text: redact(text, frozenset()),
        "log.example/test",
    )


def _sent(store: Store, **changed: str) -> tuple[str, bytes]:
    """A suggestion as the form would store it: its id and the receipt's secret."""
    entry = read_entry(list({**FIELDS, **changed}.items()), Choices({"roads"}, {"dorchester"}, ()))
    assert isinstance(entry, Entry)
    nonce = Nonce(
        json.dumps([changed, len(rows(store.main, "SELECT id FROM submission"))]).encode(), 0
    )
    one = arrival(_desk(), entry, nonce, day=DAY, channel="online.site")
    commit(store, [one], 0)
    return one.id, nonce.secret(b"k" * 32)


def _confirmed(text: str = "学校门口建议装红绿灯。") -> review.Confirmed:
    title = confirm("路口装红绿灯", by="王某", keep=frozenset())
    return review.Confirmed(title, confirm(text, by="王某", keep=frozenset()), "body-transport")


def _held(store: Store, name: str) -> dict[str, Any]:
    held = by_id(store.main, name)
    assert held is not None
    return held


def _bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_every_state_of_delivery_can_be_reached_and_left() -> None:
    reached = set().union(*(step.goes_to for step in DELIVERIES.values()))
    assert reached == set(Delivery)
    assert all(step.goes_to for step in DELIVERIES.values())


def test_nothing_in_clear_tells_who_wrote(store: Store) -> None:
    _sent(store)
    held = _bytes(store.folder)
    for secret in (PHONE, WORD):
        assert secret.encode() not in held
    assert "〔" in str(rows(store.main, "SELECT redacted FROM submission"))


def test_approved_is_what_may_be_published_and_the_rest_stays_in_the_store(store: Store) -> None:
    (allowed, _), (kept, _) = _sent(store, consent_summary="yes"), _sent(store)
    for name in (allowed, kept):
        _opened(store, name)
        review.approve(store, name, _confirmed(), ACT)
    assert _held(store, allowed)["delivery"] == "approved"
    assert _held(store, kept)["delivery"] == "kept"
    assert [h["what"] for h in history(store.main, kept)][-2:] == ["screened", "registered"]


def _opened(store: Store, name: str) -> review.Raw:
    return review.open_raw(store, AGE, name, str(OFFICE), ACT, "审看")


def test_where_the_mask_is_unsure_the_raw_text_must_be_read_first(store: Store) -> None:
    name, _ = _sent(store, matter="请问阿卜杜拉·买买提的摊位为什么搬走。")
    assert _held(store, name)["needs_person"]
    with pytest.raises(StoreError, match="要先看原文"):
        review.approve(store, name, _confirmed(), ACT)
    _opened(store, name)
    review.approve(store, name, _confirmed(), ACT)


def test_who_opened_the_raw_text_and_why_is_in_the_history(store: Store) -> None:
    name, _ = _sent(store)
    raw = _opened(store, name)
    assert PHONE in raw.text["matter"]
    assert raw.contact["phone"] == PHONE
    last = history(store.main, name)[-1]
    assert (last["what"], last["by"], last["note"]) == ("opened", "王某", "审看")


def test_a_remark_of_staff_that_tells_of_somebody_is_refused_by_every_act(store: Store) -> None:
    """Remarks are not sealed: whoever holds a backup reads them."""
    name, _ = _sent(store, kind="claim")
    who, other = "欧阳秀莲13987654321来电说不公布", review.Act("李某", DAY)
    _opened(store, name)
    ask_removal(store, name, Decision.ERASE, ACT)
    mark_urgent(store, name, "险情", ACT)
    before = history(store.main, name)
    acts: list[Callable[[], object]] = [
        lambda: review.send_back(store, name, who, ACT),
        lambda: review.move(store, name, Fate.REDIRECTED, ACT, note=who),
        lambda: review.open_raw(store, AGE, name, str(OFFICE), ACT, who),
        lambda: review.note_reading(store, name, ACT, who),
        lambda: refuse(store, name, Decision.ERASE, who, other),
        lambda: mark_urgent(store, name, who, ACT),
        lambda: no_longer_urgent(store, name, who, ACT),
        lambda: hand_over(store, name, who, ACT),
        lambda: note_export(store, [name], who, ACT),
    ]
    for act in acts:
        with pytest.raises(IntakeError, match="理由或者说明里有电话，没有记下") as refused:
            act()
        assert not any(part in str(refused.value) for part in ("秀莲", "1398765"))
    assert history(store.main, name) == before
    hand_over(store, name, "卷号 W-2026-00123", ACT)
    with pytest.raises(IntakeError, match="编号"):
        review.move(store, name, Fate.REDIRECTED, ACT, note="工单号20261125001234")


def test_another_key_opens_nothing_and_nobody_is_said_to_have_read(store: Store) -> None:
    name, _ = _sent(store)
    with pytest.raises(IntakeError):
        review.open_raw(store, AGE, name, str(pyrage.x25519.Identity.generate()), ACT, "试试")
    assert history(store.main, name)[-1]["what"] == "received"


def test_a_telephone_number_cannot_be_confirmed_for_publication() -> None:
    with pytest.raises(Exception, match="电话") as refusal:
        _confirmed(f"请打{PHONE}。")
    assert PHONE not in str(refusal.value)


@pytest.mark.parametrize("kind", ["claim", "accusation"])
def test_a_claim_or_accusation_has_no_clear_text_and_goes_nowhere_but_on(
    store: Store, kind: str
) -> None:
    name, secret = _sent(store, kind=kind)
    held = _held(store, name)
    assert (held["redacted"], held["delivery"]) == (None, "kept")
    assert "红绿灯".encode() not in _bytes(store.folder)
    with pytest.raises(StoreError, match="不能作为建议公布"):
        review.approve(store, name, _confirmed(), ACT)
    review.move(store, name, Fate.REDIRECTED, ACT, body="body-petitions")
    stage = rights.stage(store, secret)
    assert stage is not None
    assert stage.shown == "已依规转送"


def test_a_suggestion_that_was_none_leaves_no_clear_text_once_redirected(store: Store) -> None:
    name, _ = _sent(store)
    _opened(store, name)
    review.approve(store, name, _confirmed(), ACT)
    with pytest.raises(StoreError, match="可以变成"):
        review.move(store, name, Fate.CLOSED, ACT)
    other, _ = _sent(store)
    change(store.main, "UPDATE submission SET fate = 'screened' WHERE id = ?", (other,))
    review.move(store, other, Fate.REDIRECTED, ACT)
    assert _held(store, other)["redacted"] is None


def test_what_is_in_git_is_moved_in_git(store: Store) -> None:
    name, _ = _sent(store)
    change(store.main, "UPDATE submission SET delivery = 'merged' WHERE id = ?", (name,))
    with pytest.raises(StoreError, match=rf"{name}\.md"):
        review.move(store, name, Fate.SCREENED, ACT)


def test_the_code_alone_shows_the_stage_and_nothing_else(store: Store) -> None:
    _, secret = _sent(store)
    stage = rights.stage(store, secret)
    assert stage is not None
    assert (stage.shown, stage.since, stage.published) == ("已收到", "2026-11", None)
    assert "红绿灯" not in repr(stage)
    assert rights.stage(store, b"x" * 16) is None


def test_with_the_word_a_writer_reads_all_that_is_held(store: Store) -> None:
    name, secret = _sent(store)
    _opened(store, name)
    review.approve(store, name, _confirmed(), ACT)
    answer = confirm("明年安装。", by="王某", keep=frozenset())
    review.reply(store, name, "adopted", answer, ACT)
    held = rights.held(store, AGE, secret, f" {WORD} ")
    assert held.text["title"] == FIELDS["title"]
    assert held.contact["phone"] == PHONE
    assert held.replies == [rights.Reply("adopted", "明年安装。")]
    assert (held.facts["topic"], held.facts["region"]) == ("roads", "dorchester")
    assert (held.facts["child"], held.allowed) == (0, frozenset())
    assert held.confirmed["text"] == _confirmed().text.text


@pytest.mark.parametrize("word", ["", "别的口令", WORD[:-1]])
def test_without_the_word_nothing_is_read_withdrawn_or_erased(store: Store, word: str) -> None:
    name, secret = _sent(store)
    for act in (rights.withdraw, rights.erase):
        with pytest.raises(ReceiptError):
            act(store, secret, word, DAY)
    with pytest.raises(ReceiptError):
        rights.held(store, AGE, secret, word)
    assert _held(store, name)["fate"] == "received"


def test_withdrawing_twice_is_withdrawing_once(store: Store) -> None:
    name, secret = _sent(store, consent_words="yes")
    for _ in range(2):
        rights.withdraw(store, secret, WORD, DAY)
    assert _held(store, name)["redacted"] is None
    assert [h["what"] for h in history(store.main, name)] == ["received", "withdrawn"]


def test_what_is_being_handled_can_still_be_erased(store: Store) -> None:
    name, secret = _sent(store)
    head = json.dumps({"publication": "words"})
    query = "UPDATE submission SET fate='handling', delivery='merged', head=? WHERE id=?"
    change(store.main, query, (head, name))
    with pytest.raises(StoreError, match="仍然可以要求删除"):
        rights.withdraw(store, secret, WORD, DAY)
    rights.erase(store, secret, WORD, DAY)
    assert _held(store, name)["delivery"] == "approved"  # goes out as a tombstone


def test_consent_can_be_narrowed_but_not_widened(store: Store) -> None:
    name, secret = _sent(store, consent_summary="yes")
    with pytest.raises(StoreError, match="重新提交"):
        rights.correct(store, secret, WORD, "words", DAY)
    rights.correct(store, secret, WORD, "unlisted", DAY)
    assert _held(store, name)["wish"] == "unlisted"


WORDS = "学校门口没有红绿灯。我的电话是〔电话〕。\n\n请装一个红绿灯。"


def _publication(store: Store, text: str, title: str = "路口装红绿灯", **consents: str) -> str:
    """As what a text goes out."""
    name, _ = _sent(store, **consents)
    _opened(store, name)
    said = [confirm(part, by="王某", keep=frozenset()) for part in (title, text)]
    review.approve(store, name, review.Confirmed(said[0], said[1], "body-transport"), ACT)
    return str(json.loads(_held(store, name)["confirmed"])["publication"])


def test_of_two_consents_each_allows_its_own_and_not_the_other(store: Store) -> None:
    words, summary = {"consent_words": "yes"}, {"consent_summary": "yes"}
    more = WORDS.replace("学校门口", "〔住址〕")
    for text in (WORDS, more):
        assert _publication(store, text, **words) == "words"
        assert _publication(store, text, **words, **summary) == "words"
        with pytest.raises(StoreError, match="只同意公布摘要"):
            _publication(store, text, **summary)
    for text in ("建议装红绿灯。", WORDS + "请快些。", WORDS.replace("学校门口", "〔校门〕")):
        assert _publication(store, text, **summary) == "summary"
        assert _publication(store, text, **words, **summary) == "summary"
        assert _publication(store, text) == "unlisted"
        with pytest.raises(StoreError, match="没有同意公布摘要"):
            _publication(store, text, **words)
    with pytest.raises(StoreError, match="没有同意公布摘要"):
        _publication(store, WORDS, "装红绿灯", **words)


@given(st.text("路口灯〔电话〕\n", min_size=1), st.data())
def test_masking_more_is_no_rewriting_and_anything_else_is(text: str, data: st.DataObject) -> None:
    begin = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(begin + 1, len(text)))
    text = text.replace("〔", "").replace("〕", "").strip() or "路"
    masked = text[:begin] + "〔姓名〕" + text[end:]
    assert is_masked_further(text, text)
    assert is_masked_further(text, masked) or not text[begin:end].strip()
    assert not is_masked_further(text, masked + "改")
    assert not is_masked_further(text, text + "〔姓名〕")
    assert not is_masked_further(text, text[:begin] + "〔改〕" + text[end:])


def test_words_alone_cannot_be_narrowed_to_a_summary(store: Store) -> None:
    name, secret = _sent(store, consent_words="yes")
    stage = rights.stage(store, secret)
    assert stage is not None
    assert stage.narrower == ("unlisted",)
    with pytest.raises(StoreError, match="没有同意过"):
        rights.correct(store, secret, WORD, "summary", DAY)
    assert not rights.correct(store, secret, WORD, "words", DAY)
    assert _held(store, name)["wish"] == "words"


def test_a_contact_is_corrected_for_the_office_and_the_writer_and_the_old_one_is_gone(
    store: Store,
) -> None:
    name, secret = _sent(store)
    old, key = _held(store, name)["contact"], _key_of(store, name)
    sealer = rights.Sealer(AGE, str(OFFICE.to_public()))
    new = Contact(phone="13800001111")
    assert rights.correct_contact(store, sealer, secret, WORD, new, DAY)
    assert not rights.correct_contact(store, sealer, secret, WORD, new, DAY)
    assert _opened(store, name).contact["phone"] == new.phone
    assert rights.held(store, AGE, secret, WORD).contact["phone"] == new.phone
    held = _bytes(store.folder)
    assert old not in held
    assert key not in held
    assert [h["what"] for h in history(store.main, name)][:2] == ["received", "contact-corrected"]
    with pytest.raises(ReceiptError):
        rights.correct_contact(store, sealer, secret, "别的口令", Contact("1"), DAY)


def _key_of(store: Store, name: str) -> bytes:
    query = "SELECT key FROM key WHERE submission = ? AND purpose = 'contact'"
    return bytes(rows(store.keys, query, (name,))[0]["key"])


def test_a_childs_contact_is_not_taken_later_either(store: Store) -> None:
    _, secret = _sent(store, child="yes")
    sealer = rights.Sealer(AGE, str(OFFICE.to_public()))
    with pytest.raises(StoreError, match="不存联系方式"):
        rights.correct_contact(store, sealer, secret, WORD, Contact("13800001111"), DAY)


def test_who_read_the_raw_text_on_the_offices_machine_says_so_and_it_goes_on(store: Store) -> None:
    name, _ = _sent(store, matter="请问阿卜杜拉·买买提的摊位为什么搬走。")
    review.note_reading(store, name, review.Act("李某", DAY), "审看")
    last = history(store.main, name)[-1]
    assert (last["what"], last["by"]) == ("opened", "李某")
    assert "备份" in last["note"]
    review.approve(store, name, _confirmed(), ACT)


def test_what_was_erased_is_in_no_file_and_opens_from_no_backup_after_its_term(
    tmp_path: Path,
) -> None:
    from datetime import UTC, datetime, timedelta

    backups, begun = tmp_path / "backups", datetime(2026, 11, 25, tzinfo=UTC)
    with opened(tmp_path / "store") as store:
        (store.folder / SECRET).write_bytes(b"k" * 32)
        name, secret = _sent(store, consent_words="yes")
        sealed, key = _held(store, name)["text"], rows(store.keys, "SELECT key FROM key")[0]["key"]
        clear = _held(store, name)["redacted"]
        back_up(store.folder, backups, begun)
        rights.erase(store, secret, WORD, DAY)
        live = _bytes(store.folder)
        assert not [held for held in (sealed, key, clear[:40].encode()) if held in live]
        assert key in _bytes(backups)
        back_up(store.folder, backups, begun + timedelta(days=8))
        assert key not in _bytes(backups)  # the sealed text is still in a backup, but is noise
        assert clear[:40].encode() in _bytes(backups)  # and so is the masked one
        back_up(store.folder, backups, begun + timedelta(days=31))
        assert not [held for held in (sealed, clear[:40].encode()) if held in _bytes(backups)]
        with pytest.raises(StoreError, match="已经按期限"):
            _opened(store, name)
