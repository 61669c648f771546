"""The code alone shows the stage; with the word one reads, narrows, withdraws and erases."""

from __future__ import annotations

import pytest

from doubles.citizen import WRITTEN, Answer, confirmed
from doubles.door import Running, Serving
from yanlu.receipts.codes import write_code

WORD = "老槐树 下"
LETTER = {**WRITTEN, "word": WORD, "phone": "13900001111", "consent_words": "yes"}


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
    assert shown.headers["clear-site-data"] == '"cache", "storage"'
    assert shown.headers["cache-control"] == "no-store"


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


def test_consent_can_be_narrowed_and_not_widened(door: Running) -> None:
    code = _sent(door)
    assert _act(door, code, "correct", wish="summary").status == 200
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


def test_codes_cannot_be_tried_without_end(serving: Serving) -> None:
    with serving() as door:
        tried = [door.send("/check/status", {"code": "1"}).status for _ in range(301)]
    assert tried[:300] == [422] * 300
    assert tried[300] == 429
