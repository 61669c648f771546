"""The code alone shows the stage; with the word one reads, narrows, withdraws and erases."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest

from doubles.citizen import WRITTEN, Answer, confirmed
from doubles.door import Running, Serving
from intake.web.asgi import Inside
from yanlu.intake import review, rights
from yanlu.intake.accept import code_hash
from yanlu.intake.mergers import merge
from yanlu.intake.pages import keep_replies
from yanlu.intake.purging import purge_suspected
from yanlu.intake.redact import confirm
from yanlu.intake.store.database import DiskError, Store, UnsureError, change, opened, rows
from yanlu.intake.store.records import by_code, happen
from yanlu.intake.web.service import today
from yanlu.packages.suggestions import Suggestion
from yanlu.receipts.codes import read_code, write_code

WORD = "老槐树 下"
LETTER = {
    **WRITTEN,
    "word": WORD,
    "phone": "13900001111",
    "consent_words": "yes",
    "consent_summary": "",
}


def _sent(door: Running, letter: dict[str, str] | None = None) -> str:
    code = door.send("/suggest/send", confirmed(door.store, letter or LETTER)).code
    assert code is not None
    return code


def _act(door: Running, code: str, act: str, word: str = WORD, **more: str) -> Answer:
    return door.send("/check/rights", {"code": code, "word": word, "act": act, **more})


def test_the_code_alone_shows_the_stage_and_nothing_that_was_written(door: Running) -> None:
    code = _sent(door)
    shown = door.send("/check/status", {"code": code})
    assert shown.status == 200
    assert "已收到" in shown.text
    assert LETTER["matter"] not in shown.text
    assert LETTER["phone"] not in shown.text
    assert 'action="/check/rights"' in shown.text
    assert shown.headers["clear-site-data"] == '"cache"'
    assert shown.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("refusal", "told"),
    [(DiskError, "什么都没有改"), (UnsureError, "可能办成了，也可能没有")],
    ids=["full", "cut at the very end"],
)
def test_a_disk_that_takes_nothing_is_told_without_the_words_for_staff(
    inside: Inside, monkeypatch: pytest.MonkeyPatch, refusal: type[DiskError], told: str
) -> None:
    code = inside.send("/suggest/send", confirmed(inside.store, LETTER)).code
    assert code is not None

    def failing(*_: object) -> None:
        raise refusal(f"打不开或者写不进 {inside.store}。")

    monkeypatch.setattr(rights, "withdraw", failing)
    fields = {"code": code, "word": WORD, "act": "withdraw"}
    answer = inside.send("/check/rights", list(fields.items()))
    assert answer.status == 503
    assert told in answer.text
    assert ("什么都没有改" in answer.text) == (refusal is DiskError)
    assert str(inside.store) not in answer.text
    assert code in answer.text  # to try again


def test_without_a_second_word_no_rights_are_offered_by_code(door: Running) -> None:
    code = _sent(door, WRITTEN)
    shown = door.send("/check/status", {"code": code})
    assert 'action="/check/rights"' not in shown.text
    assert "/suggest/lost/" in shown.text
    assert _act(door, code, "read").status == 403


def test_a_code_is_taken_however_it_is_written(door: Running) -> None:
    code = _sent(door)
    for typed in (code.lower(), f"  {code.replace('-', ' ')} ", code.replace("0", "o")):
        assert door.send("/check/status", {"code": typed}).status == 200


def test_a_slip_of_the_pen_is_told_and_a_code_of_nothing_is_not_found(door: Running) -> None:
    code = _sent(door)
    slip = door.send("/check/status", {"code": ("1" if code[0] != "1" else "2") + code[1:]})
    assert slip.status == 422
    assert "抄错了" in slip.text
    assert door.send("/check/status", {"code": "123"}).status == 422
    assert door.send("/check/status", {}).status == 422
    nothing = door.send("/check/status", {"code": write_code(bytes(16))})
    assert nothing.status == 404
    assert "没有查到" in nothing.text
    assert nothing.headers["clear-site-data"]


def test_who_was_taken_for_a_sender_of_spam_is_told_so(serving: Serving) -> None:
    with serving() as door:
        code = _sent(door)
        with opened(door.store) as store:
            change(store.main, "UPDATE submission SET lane = 'suspected'")
            [held] = rows(store.main, "SELECT id FROM submission")
            purge_suspected(store, [held["id"]], date(2026, 11, 25))
        told = door.send("/check/status", {"code": code})
    assert told.status == 410
    assert "2026-11 由工作人员按垃圾信息删除" in told.text


def test_with_the_word_all_that_is_held_can_be_read(door: Running) -> None:
    read = _act(door, _sent(door), "read", word="老槐树下")
    assert read.status == 200
    assert LETTER["matter"] in read.text
    assert LETTER["phone"] in read.text
    assert read.headers["clear-site-data"]


def test_a_wrong_word_a_code_of_nothing_and_no_word_are_answered_alike(door: Running) -> None:
    wrong = _act(door, _sent(door), "read", word="别的话")
    nothing = _act(door, write_code(bytes(16)), "read")
    wordless = _act(door, _sent(door, WRITTEN), "read")
    said = [answer.text.partition("<form")[0] for answer in (wrong, nothing, wordless)]
    assert said[0] == said[1] == said[2]
    assert {answer.status for answer in (wrong, nothing, wordless)} == {403}


def test_what_is_held_says_what_was_agreed_to_where_and_about_what(door: Running) -> None:
    shown = _act(door, _sent(door), "read").text
    for words in ("路灯照明", "公布摘要</dt><dd>不同意", "公布原话</dt><dd>同意", "一个人",
                  "不满14周岁</dt><dd>没有勾", "确认过的文字"):  # fmt: skip
        assert words in shown


@pytest.mark.parametrize(
    ("outcome", "called"), [("not-adopted", "不采纳"), ("kept-for-reference", "留作参考")]
)
def test_an_answer_comes_with_its_outcome(door: Running, outcome: str, called: str) -> None:
    code = _sent(door, {**LETTER, "consent_words": ""})
    act = review.Act("王某", today())
    answer = confirm("步道明年改造。", by="王某", keep=frozenset())
    with opened(door.store) as store:
        name = _id(store, code)
        review.note_reading(store, name, act, "审看")
        review.approve(store, name, review.Confirmed(answer, answer, "body-urban"), act)
        review.reply(store, name, outcome, answer, act)
    shown = _act(door, code, "read").text
    assert f"<strong>{called}</strong>" in shown
    assert "步道明年改造。" in shown
    assert "不能再撤回" in door.send("/check/status", {"code": code}).text


def test_the_receipt_of_a_merged_one_shows_how_far_the_other_has_come(door: Running) -> None:
    lead, own = (_sent(door, {**LETTER, "consent_words": ""}) for _ in range(2))
    act = review.Act("王某", today())
    answer = confirm("步道明年改造。", by="王某", keep=frozenset())
    with opened(door.store) as store:
        into = _id(store, lead)
        review.note_reading(store, into, act, "审看")
        review.approve(store, into, review.Confirmed(answer, answer, "body-urban"), act)
        merge(store, _id(store, own), into, answer, act)
        review.reply(store, into, "adopted", answer, act)
    shown = door.send("/check/status", {"code": own}).text
    assert "那一条现在是<strong>已回复</strong>" in shown
    assert into not in shown
    assert "步道明年改造。" in _act(door, own, "read").text


def _answered(door: Running) -> str:
    code = _sent(door, {**LETTER, "consent_words": ""})
    act = review.Act("王某", today())
    answer = confirm("步道明年改造。", by="王某", keep=frozenset())
    with opened(door.store) as store:
        name = _id(store, code)
        review.note_reading(store, name, act, "审看")
        review.approve(store, name, review.Confirmed(answer, answer, "body-urban"), act)
        review.reply(store, name, "not-adopted", answer, act)
    return code


def test_an_answer_is_rated_and_asked_for_again_with_the_word(door: Running) -> None:
    code, reason = _answered(door), "台阶那一段没有说"
    shown = door.send("/check/status", {"code": code}).text
    for words in ("很不满意", "请再研究一次"):
        assert words in shown
    assert not re.search("复查|复核|匿名", shown)
    assert "请选一个评价" in _act(door, code, "rate", grade="best").text
    assert "记下了" in _act(door, code, "rate", grade="dissatisfied").text
    assert "没有改动" in _act(door, code, "rate", grade="dissatisfied").text
    assert "请写理由" in _act(door, code, "restudy").text
    assert "收到了" in _act(door, code, "restudy", reason=reason).text
    assert "每一条只有一次" in _act(door, code, "restudy", reason=reason).text
    alone = door.send("/check/status", {"code": code}).text
    assert reason not in alone
    assert "selected" not in alone
    held = _act(door, code, "read").text
    assert "您对回复的评价</dt><dd>不满意" in held
    assert reason in held


def test_what_was_typed_is_carried_to_where_it_can_be_mended_and_the_word_never(
    door: Running,
) -> None:
    code, reason = _answered(door), "台阶那一段没有说。\n" + "路灯" * 500
    refused = _act(door, code, "restudy", word="别的话", reason=reason)
    assert refused.status == 403
    assert refused.headers["cache-control"] == "no-store"
    carried = refused.fields("/check/status")
    assert dict(carried) == {"code": code, "act": "restudy", "reason": reason}
    again = door.send("/check/status", carried).text
    assert f"\n{reason}</textarea>" in again
    assert 'value="restudy" checked' in again
    assert "别的话" not in refused.text + again
    contact = {"phone": "1371111", "email": "x", "post": "", "names": "街坊"}
    bad = _act(door, code, "contact", **contact)
    assert bad.status == 409
    shown = door.send("/check/status", bad.fields("/check/status")).text
    assert "<details open>" in shown
    assert 'value="1371111"' in shown
    slip = door.send("/check/rights", {**dict(carried), "code": "123"})
    assert dict(slip.fields("/check/status"))["reason"] == reason


@pytest.mark.parametrize(
    ("act", "written", "called"),
    [
        ("rate", {"grade": "satisfied", "reason": "没有答到"}, "再研究的理由"),
        ("read", {"reason": "没有答到"}, "再研究的理由"),
        ("restudy", {"reason": "没有答到", "grade": "satisfied"}, "对回复的评价"),
        ("erase", {"phone": "13700002222"}, "新的联系方式"),
    ],
)
def test_what_belongs_to_an_act_that_was_not_chosen_is_not_dropped(
    door: Running, act: str, written: dict[str, str], called: str
) -> None:
    code = _answered(door)
    refused = _act(door, code, act, **written)
    assert refused.status == 422
    assert f"您写了{called}" in refused.text
    assert dict(refused.fields("/check/status")) == {"code": code, "act": act, **written}
    assert "您对回复的评价" not in _act(door, code, "read").text


def test_a_reason_that_cannot_be_sent_any_more_is_shown_to_be_copied(door: Running) -> None:
    fields = {"code": _sent(door), "act": "restudy", "reason": "没有答到"}
    shown = door.send("/check/status", fields).text
    assert "<p>没有答到</p>" in shown
    assert 'value="read" checked' in shown


def test_without_an_answer_neither_is_offered(door: Running) -> None:
    shown = door.send("/check/status", {"code": _sent(door)}).text
    assert "很不满意" not in shown
    assert "请再研究一次" not in shown


def _id(store: Store, code: str) -> str:
    own = by_code(store.main, code_hash(read_code(code)))
    assert own is not None
    return str(own["id"])


def test_a_wrong_contact_is_corrected_and_only_a_change_is_called_one(door: Running) -> None:
    code = _sent(door)
    assert "已经改了" in _act(door, code, "contact", phone="13700002222").text
    assert "没有改动" in _act(door, code, "contact", phone="13700002222").text
    held = _act(door, code, "read").text
    assert "13700002222" in held
    assert LETTER["phone"] not in held
    nothing = _act(door, code, "contact")
    assert nothing.status == 409
    assert "请至少写一样" in nothing.text
    assert _act(door, code, "contact", phone="1").status == 409
    assert _act(door, code, "contact", word="别的话", phone="13700003333").status == 403
    assert "13700002222" in _act(door, code, "read").text


def test_a_page_is_linked_only_once_the_site_has_it(door: Running, office: Path) -> None:
    code = _sent(door)
    with opened(door.store) as store:
        name = _id(store, code)
        head = json.dumps({"publication": "words"})
        query = "UPDATE submission SET delivery = 'merged', head = ? WHERE id = ?"
        change(store.main, query, (head, name))
    address, soon = f'"/register/{name}/"', "下一次更新网站时公布"
    shown = door.send("/check/status", {"code": code}).text
    assert address not in shown
    assert soon in shown
    page = office / "public" / "register" / name / "index.html"
    page.parent.mkdir(parents=True)
    page.write_text("<h1>路灯</h1>", "utf-8")
    shown = door.send("/check/status", {"code": code}).text
    assert address in shown
    assert soon not in shown


def test_a_summary_is_offered_only_to_whom_agreed_to_one(door: Running) -> None:
    words = _sent(door)
    assert "只公布摘要" not in door.send("/check/status", {"code": words}).text
    assert _act(door, words, "correct", wish="summary").status == 409
    both = _sent(door, {**LETTER, "consent_summary": "yes"})
    assert "只公布摘要" in door.send("/check/status", {"code": both}).text
    assert "没有改动" in _act(door, both, "correct", wish="words").text


def test_consent_can_be_narrowed_and_not_widened(door: Running) -> None:
    code = _sent(door, {**LETTER, "consent_summary": "yes"})
    assert "已经改了" in _act(door, code, "correct", wish="summary").text
    refused = _act(door, code, "correct", wish="words")
    assert refused.status == 409
    assert "只能把公布的范围改小" in refused.text


def test_what_is_withdrawn_says_so_and_what_is_erased_is_gone(door: Running) -> None:
    code = _sent(door)
    assert "已经撤回" in _act(door, code, "withdraw").text
    assert "已撤回" in door.send("/check/status", {"code": code}).text
    assert "已经删除" in _act(door, code, "erase").text
    assert _act(door, code, "read").status == 403
    assert door.send("/check/status", {"code": code}).status == 200


@pytest.mark.parametrize("act", ["", "publish", "read\x00"])
def test_an_act_that_there_is_not_is_refused(door: Running, act: str) -> None:
    assert _act(door, _sent(door), act).status == 422


def test_words_can_be_guessed_ten_times_a_day_and_no_more(door: Running) -> None:
    code = _sent(door)
    guesses = [_act(door, code, "read", word=f"猜猜{number}") for number in range(12)]
    assert [guess.status for guess in guesses] == [403] * 10 + [429] * 2
    assert int(guesses[-1].headers["retry-after"]) > 3600
    assert _act(door, code, "read").status == 429
    assert _act(door, _sent(door), "read").status == 200


def test_the_right_word_and_faults_of_the_form_use_up_no_tries(door: Running) -> None:
    code = _sent(door)
    for _ in range(11):
        assert _act(door, code, "read").status == 200
        assert _act(door, code, "contact", phone="1").status == 409
    wrong = [_act(door, code, "read", word="猜猜").status for _ in range(11)]
    assert wrong == [403] * 10 + [429]


def test_even_with_the_right_word_one_code_is_not_hammered_without_end(door: Running) -> None:
    fields = {"code": _sent(door), "act": "contact", "word": WORD, "phone": "1"}
    statuses = [door.send("/check/rights", fields).status for _ in range(61)]
    assert statuses == [409] * 60 + [429]
    last = door.send("/check/rights", fields)
    assert "来得太密" in last.text
    assert dict(last.fields("/check/status"))["phone"] == "1"


def test_codes_cannot_be_tried_without_end(serving: Serving) -> None:
    with serving() as door:
        tried = [door.send("/check/status", {"code": "1"}).status for _ in range(301)]
    assert tried[:300] == [422] * 300
    assert tried[300] == 429


def _merged(store: Store, code: str, publication: str, **more: str) -> str:
    """As if it had been published and answered in git."""
    name, head = _id(store, code), json.dumps({"publication": publication, **more})
    query = "UPDATE submission SET delivery = 'merged', fate = 'replied', head = ? WHERE id = ?"
    change(store.main, query, (head, name))
    happen(store.main, name, "2026-11-25", "replied", by="git")
    return name


def test_a_reply_whose_page_is_down_is_shown_or_its_reader_is_told_why_not(door: Running) -> None:
    code = _sent(door)
    with opened(door.store) as store:
        name = _merged(store, code, "removed", outcome="adopted", reason="可行。")
    assert "网上的那一页已经撤下" in door.send("/check/status", {"code": code}).text
    assert "这里没有留下回复。有过回复的，请打电话" in _act(door, code, "read").text
    with opened(door.store) as store:
        page = Suggestion({}, reply="明年三月装。")
        keep_replies(store.main, name, page, "2026-11-26", "publisher")
    shown = _act(door, code, "read").text
    assert "<strong>采纳</strong>" in shown
    assert "明年三月装。" in shown
    assert "明年三月装。" not in door.send("/check/status", {"code": code}).text


def test_of_what_was_erased_the_code_says_so_and_how_long_backups_hold_it(door: Running) -> None:
    code = _sent(door)
    done = _act(door, code, "erase").text
    assert "备份里的钥匙最多再留7天" in done
    assert "遮过的文字在备份里最多再留30天" in done
    shown = door.send("/check/status", {"code": code}).text
    assert "已经按您的要求删除，这里只剩办理的步骤" in shown
    assert "没有设口令" not in shown
