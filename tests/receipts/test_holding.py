"""Whoever holds a receipt finds out by file, code and log alone: bad faith as well as delay."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from doubles.sealed import EVENTS, FIRST, SIGNER, chance, served_log
from yanlu.cli.receipts import receipts
from yanlu.errors import AlteredError, LogError, RuleError, SignatureError, TruncatedError
from yanlu.receipts.codes import event_key, write_code
from yanlu.receipts.commitments import committed_words, event_line
from yanlu.receipts.holding import Borne, Public, check_receipt, read_receipt
from yanlu.receipts.lines import KeyLine
from yanlu.receipts.log import read_log
from yanlu.receipts.notes import Signer
from yanlu.receipts.promises import Promiser
from yanlu.receipts.sealing import Order, seal

SECRET = b"s" * 16
PROMISER = Promiser(Signer("log.example/intake", b"i" * 32), SIGNER.name)
Messages = Sequence[Mapping[str, str]]


def _message(event: str, day: date = FIRST, **more: str) -> dict[str, str]:
    return {"v": "1", "event": event, "origin": SIGNER.name, "date": str(day), **more}


TOLD = [_message("submitted"), _message("screened"), _message("registered")]


def _file(messages: Messages, **more: str) -> bytes:
    line = event_line(SECRET, 0, TOLD[0])
    promise = str(PROMISER.promise(FIRST, line)) if messages else ""
    told = {"v": "1", "origin": SIGNER.name, "messages": messages, "promise": promise}
    return json.dumps({**told, **more}).encode()


def _log(data: Path, messages: Messages, last: int = 0) -> list[bytes]:
    """A log that tells of these, and goes on until so many days later."""
    data.mkdir(exist_ok=True)
    lines = [event_line(SECRET, number, one) for number, one in enumerate(messages)]
    for day in range(last + 1):
        order = Order(
            FIRST + timedelta(days=day), EVENTS, [], lines, [KeyLine("intake", PROMISER.key)]
        )
        seal(data, SIGNER, order, chance(100 + day), None)
    return list(read_log(data).entries)


def _check(entries: list[bytes], file: bytes, secret: bytes = SECRET, today: date = FIRST) -> Borne:
    return check_receipt(Public(SIGNER.name, entries, today), read_receipt(file), secret)


def test_what_was_shown_and_sealed_alike_is_borne_out(tmp_path: Path) -> None:
    entries = _log(tmp_path, TOLD)
    assert _check(entries, _file(TOLD)) == Borne(3, 0)
    later = [*TOLD, _message("forwarded", FIRST + timedelta(days=1))]
    assert _check(entries, _file(later)) == Borne(3, 1)


def test_a_step_that_the_office_lost_with_a_store_is_told_and_nothing_else(tmp_path: Path) -> None:
    entries = _log(tmp_path, TOLD)
    assert _check(entries, _file([TOLD[0], {}, TOLD[2]])) == Borne(2, 0, lost=1)


def test_what_was_promised_and_is_missing_when_its_day_is_over_is_told(tmp_path: Path) -> None:
    """On the day of the deadline it may still come; on the next it is proof."""
    assert _check(_log(tmp_path / "a", [], 3), _file(TOLD[:1])) == Borne(0, 1)
    with pytest.raises(TruncatedError, match="第 1 步"):
        _check(_log(tmp_path / "b", [], 4), _file(TOLD[:1]))


def test_a_log_that_is_sealed_no_more_or_a_date_to_come_does_not_put_off_the_day(
    tmp_path: Path,
) -> None:
    entries = _log(tmp_path, TOLD[:2])
    assert _check(entries, _file(TOLD), today=FIRST + timedelta(3)) == Borne(2, 1)
    with pytest.raises(TruncatedError, match="第 3 步"):
        _check(entries, _file(TOLD), today=FIRST + timedelta(4))
    ahead = [*TOLD[:2], _message("replied", FIRST + timedelta(2))]
    assert _check(entries, _file(ahead), today=FIRST + timedelta(1)) == Borne(2, 1)
    with pytest.raises(RuleError, match="第 3 步写的日期 2026-11-25 还没有到"):
        _check(entries, _file(ahead))


def test_words_are_held_against_what_binds_them(tmp_path: Path) -> None:
    said = {"title": "装灯", "matter": "很暗\n常有人摔", "proposal": "装两盏"}
    first = _message("submitted", words=committed_words(event_key(SECRET, 0), said))
    entries = _log(tmp_path, [first])
    assert _check(entries, _file([first], promise="", words={"0": said})) == Borne(1, 0, words=1)
    typed = {**said, "matter": "很暗\r\n常有人摔"}
    assert _check(entries, _file([first], promise="", words={"0": typed})).words == 1
    for words in ({"0": {**said, "title": "装灯。"}}, {"1": said}, {"x": said}):
        with pytest.raises(AlteredError, match="与当时定住的不同"):
            _check(entries, _file([first], promise="", words=words))


def test_what_stands_in_a_log_of_another_name_is_not_called_missing(tmp_path: Path) -> None:
    """A log that was given up, and the one after it: each bears out its own."""
    entries = _log(tmp_path, TOLD[:1], 9)
    other = [TOLD[0], {**TOLD[1], "origin": "log.example/next"}]
    assert _check(entries, _file(other)) == Borne(1, 0, elsewhere=1)
    with pytest.raises(LogError, match="另一个名字的公开记录"):
        _check(entries, _file(other[1:], promise=""))


def test_what_was_altered_or_hidden_is_told(tmp_path: Path) -> None:
    entries = _log(tmp_path, TOLD)
    altered = [*TOLD[:2], _message("registered", words="0" * 64)]
    with pytest.raises(AlteredError, match="第 3 步"):
        _check(entries, _file(altered))
    with pytest.raises(RuleError, match="有第 3 步，回执里没有"):
        _check(entries, _file(TOLD[:2]))


def test_a_promise_of_another_receipt_or_of_nobody_is_told(tmp_path: Path) -> None:
    entries = _log(tmp_path, TOLD)
    with pytest.raises(LogError, match="不是一对"):
        _check(entries, _file(TOLD), b"t" * 16)
    with pytest.raises(SignatureError):
        _check(entries, _file(TOLD).replace(str(FIRST + timedelta(days=3)).encode(), b"2027-01-01"))
    alone = {"origin": "x", "messages": [], "promise": ""}
    torn: list[dict[str, object]] = [
        {**alone, "messages": [{"a": 1}]}, alone, {**alone, "erased": "x"},
        {**alone, "messages": [{"v": "1"}]}, {**alone, "messages": [{"v": "1", "date": "x"}]},
    ]  # fmt: skip
    for broken in (b"", b"[]", *(json.dumps(one).encode() for one in torn)):
        with pytest.raises(LogError, match="不是回执文件"):
            read_receipt(broken)


def test_of_what_was_erased_the_last_line_is_known_by_its_day(tmp_path: Path) -> None:
    day = FIRST + timedelta(days=1)
    gone = _file([], erased=str(day))
    whole = [*TOLD, _message("erased", day)]
    assert _check(_log(tmp_path / "a", whole), gone) == Borne(4, 0)
    assert _check(_log(tmp_path / "b", TOLD), gone) == Borne(3, 1)
    with pytest.raises(TruncatedError):
        _check(_log(tmp_path / "c", TOLD, 5), gone)
    with pytest.raises(RuleError):
        _check(_log(tmp_path / "d", [*whole, _message("replied")]), gone)


def test_by_the_command_the_code_is_asked_for_and_never_shown(tmp_path: Path) -> None:
    _log(tmp_path / "data", TOLD)
    served_log(tmp_path / "data", tmp_path / "log")
    (tmp_path / "receipt.json").write_bytes(_file(TOLD))
    code, at = write_code(SECRET), [str(tmp_path / "receipt.json"), str(tmp_path / "log")]
    done = CliRunner().invoke(receipts, ["check", *at, "--key", SIGNER.key.vkey], input=f"{code}\n")
    assert done.exit_code == 0, done.output
    assert "核对通过：公开记录里有您的 3 步" in done.output
    assert code not in done.output
    bare = CliRunner().invoke(receipts, ["check", *at], input=f"{code}\n")
    assert bare.exit_code == 0
    assert "从别处核对这把公钥" in bare.output
