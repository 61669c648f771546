"""The receipt that is shown, saved, read by a script, or refused."""

from __future__ import annotations

import html
import json
import re
from datetime import date

import pytest

from doubles.citizen import WRITTEN, Answer, confirmed
from doubles.door import Running, Serving
from yanlu.intake import review
from yanlu.intake.accept import code_hash
from yanlu.intake.given import FILE
from yanlu.intake.redact import confirm
from yanlu.intake.store.database import opened, rows
from yanlu.intake.store.events import waiting_lines
from yanlu.intake.store.records import by_code
from yanlu.model import Fate
from yanlu.receipts.codes import event_key, read_code, write_code
from yanlu.receipts.commitments import committed_words, event_line
from yanlu.receipts.notes import read_key
from yanlu.receipts.promises import open_promise

JSON = {"Accept": "application/json"}
WORD = "老槐树下"


def _sent(door: Running, **more: str) -> Answer:
    fields = confirmed(door.store, {**WRITTEN, **more})
    answer = door.send("/suggest/send", fields)
    assert answer.status == 200
    return answer


def _code(answer: Answer) -> str:
    assert answer.code is not None
    return answer.code


def test_the_receipt_shows_a_promise_that_its_code_and_the_lines_that_wait_bear_out(
    door: Running,
) -> None:
    shown = _sent(door)
    told = json.loads(door.send("/check/status", {"code": _code(shown)}, **JSON).text)
    assert set(told) == {"v", "origin", "messages", "promise", "key"}
    found = re.search("<pre>(.*?)</pre>", shown.text, re.DOTALL)
    assert found
    assert html.unescape(found[1]) == told["promise"]
    promise = open_promise(told["promise"].encode(), read_key(told["key"]))
    assert promise.line == event_line(read_code(_code(shown)), 0, told["messages"][0])
    assert f"密钥编号{read_key(told['key']).id.hex()}" in shown.text
    with opened(door.store) as store:
        assert promise.line in set(waiting_lines(store.main))


def test_the_file_holds_the_promise_and_neither_the_code_nor_what_was_written(
    door: Running,
) -> None:
    code = _code(_sent(door, consent_words="yes"))
    answer = door.send("/check/receipt", {"code": code})
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["content-disposition"] == f'attachment; filename="{FILE}"'
    assert answer.headers["cache-control"] == "no-store"
    told = json.loads(answer.text)
    assert set(told) == {"v", "origin", "messages", "promise"}
    assert [message["event"] for message in told["messages"]] == ["submitted"]
    for secret in (code, code.replace("-", ""), *(WRITTEN[n] for n in ("title", "matter"))):
        assert secret not in answer.text
    status = door.send("/check/status", {"code": code})
    assert 'action="/check/receipt"' in status.text


@pytest.mark.parametrize("path", ["/check/receipt", "/check/status"])
def test_of_a_code_that_is_none_or_nobodys_there_is_no_receipt(door: Running, path: str) -> None:
    assert door.send(path, {"code": "123"}, **JSON).status == 422
    assert door.send(path, {"code": write_code(bytes(16))}, **JSON).status == 404


def test_who_wants_no_receipt_is_shown_no_code_and_is_taken_in_all_the_same(
    serving: Serving,
) -> None:
    with serving() as door:
        fields = [*confirmed(door.store, WRITTEN), ("receipt", "none")]
        answer = door.send("/suggest/send", fields)
        assert (answer.status, answer.code) == (200, None)
        assert "收到了，没有给回执" in answer.text
        assert "<pre>" not in answer.text
        again = door.send("/suggest/send", fields)
        assert (again.status, again.code) == (200, None)
        with opened(door.store) as store:
            assert len(rows(store.main, "SELECT id FROM submission")) == 1
            assert len(list(waiting_lines(store.main))) == 1


def test_the_choice_is_offered_before_sending_and_kept_when_the_page_is_shown_again(
    door: Running,
) -> None:
    asked = door.send("/suggest/check", WRITTEN)
    box = '<input type="checkbox" id="receipt" name="receipt" value="none"'
    assert f"{box} aria" in asked.text
    fields = [*confirmed(door.store, WRITTEN, seconds=1), ("receipt", "none")]
    soon = door.send("/suggest/send", fields)
    assert soon.status == 422
    assert f"{box} checked" in soon.text
    assert ("receipt", "none") not in soon.fields("/suggest/send")


def test_after_an_erasure_only_its_day_is_left(door: Running) -> None:
    code = _code(_sent(door, word=WORD))
    before = json.loads(door.send("/check/status", {"code": code}, **JSON).text)
    done = door.send("/check/rights", {"code": code, "word": WORD, "act": "erase"})
    assert done.status == 200
    told = json.loads(door.send("/check/status", {"code": code}, **JSON).text)
    assert (told["messages"], told["promise"]) == ([], "")
    assert told["erased"] == before["messages"][0]["date"]
    assert 'action="/check/receipt"' not in door.send("/check/status", {"code": code}).text


def test_with_the_word_the_file_holds_the_words_that_its_messages_bind(door: Running) -> None:
    """What an office altered would not fit: each is bound by the key of its event."""
    code = _code(_sent(door, word=WORD, matter="步道没有灯。电话13912345678。"))
    with opened(door.store) as store:
        held = by_code(store.main, code_hash(read_code(code)))
        assert held
        name, act = held["id"], review.Act("王某", date.fromisoformat(held["day"]))
        for fate in (Fate.SCREENED, Fate.REGISTERED):
            review.move(store, name, fate, act)
        said = confirm("明年安装。", by="王某", keep=frozenset())
        review.reply(store, name, "adopted", said, act)
    asked = {"code": code, "word": WORD, "act": "file"}
    answer = door.send("/check/rights", asked)
    assert answer.headers["content-disposition"] == f'attachment; filename="{FILE}"'
    told = json.loads(answer.text)
    assert set(told["words"]) == {"0", "3"}
    assert told["words"]["0"]["matter"] == "步道没有灯。电话〔电话〕。"
    for number, words in told["words"].items():
        key = event_key(read_code(code), int(number))
        assert committed_words(key, words) == told["messages"][int(number)]["words"]
    assert door.send("/check/rights", {**asked, "word": "别的口令"}).status == 403
    assert 'value="file"' in door.send("/check/status", {"code": code}).text
