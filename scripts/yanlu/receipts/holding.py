"""What the holder of a receipt can tell from it, from the code, and from the log that was verified.

Walks the labels that follow from the code: also what the office does not show is found.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import msgspec

from yanlu.errors import AlteredError, LogError, RuleError, TruncatedError
from yanlu.receipts.codes import event_key, event_label
from yanlu.receipts.commitments import committed_words, event_line
from yanlu.receipts.lines import KeyLine
from yanlu.receipts.promises import TERM, open_promise
from yanlu.receipts.rules import days, open_lines

_NONE = "这不是回执文件，或者不完整。请重新存一份。"
_MOST = 64  # events of a receipt that are looked for; the intake tells of fewer
_ZONES = timedelta(days=1)  # by which the reader's day may be behind the office's


class Receipt(msgspec.Struct, frozen=True):
    """A receipt as the office gives it, as a file or to a script; other fields are let be.

    A message without content stands for one that the office lost when it restored a backup.
    `words` are what messages bind and do not show, by the numbers of their events.
    """

    origin: str
    messages: tuple[dict[str, str], ...]
    promise: str
    erased: str = ""
    words: dict[str, dict[str, str]] = {}


@dataclass(frozen=True)
class Borne:
    """What the log bears out: so many events, and so many that are still to be sealed in time.

    Of those that the office lost, and of those in an earlier log, of another name, nothing can
    be told. `words` counts the texts that were held against what binds them.
    """

    sealed: int
    waiting: int
    lost: int = 0
    elsewhere: int = 0
    words: int = 0


@dataclass(frozen=True)
class Public:
    """A log that was verified: its name and its lines; `today` is when it was read."""

    origin: str
    entries: Sequence[bytes]
    today: date

    @cached_property
    def lines(self) -> Mapping[str, str]:
        """Event lines by their labels."""
        hidden = (entry.decode() for entry in self.entries if entry.startswith(b"event/1 "))
        return {entry[8:40]: entry for entry in hidden}

    @cached_property
    def last(self) -> date:
        """Until when it must tell of everything: a log that is sealed no more is late as well."""
        return max([self.today, *days(self.entries)])


def read_receipt(content: bytes) -> Receipt:
    """A receipt from its file.

    Raises:
        LogError: it is none.
    """
    try:
        receipt = msgspec.convert(json.loads(content), Receipt)
        told = [*filter(None, receipt.messages), {"date": receipt.erased or "2000-01-01"}]
        for message in told:
            date.fromisoformat(message["date"])
    except (KeyError, ValueError, msgspec.ValidationError):
        raise LogError(_NONE) from None
    if not receipt.messages and not receipt.erased:
        raise LogError(_NONE)
    return receipt


def check_receipt(log: Public, receipt: Receipt, secret: bytes) -> Borne:
    """Hold a receipt against a log that has been verified.

    Raises:
        AlteredError: an event or a text says something else than what was sealed.
        TruncatedError: what was promised is not in the log, and its day is over.
        RuleError: the log tells of an event that the office does not show, or one is told of
            before its day.
        LogError: the promise is not of this receipt, or no key of the log signed it.
    """
    if receipt.erased:
        return _erased(log, receipt, secret)
    due = _promised(log.entries, receipt, secret) if receipt.promise else None
    shown = {number: message for number, message in enumerate(receipt.messages) if message}
    here = {n: one for n, one in shown.items() if one.get("origin") == log.origin}
    if shown and not here:
        raise LogError(
            f"这份回执的步骤写在另一个名字的公开记录里，不在 {log.origin} 里。"
            "请给出那一份的地址；单位换过名字的，以前的在 log/former-1/。"
        )
    found = [_found(log, secret, number, one) for number, one in here.items()]
    for (number, message), sealed in zip(here.items(), found, strict=True):
        if not sealed:
            day = date.fromisoformat(message["date"])
            _refuse_late(log, number, day, due if due and number == 0 else day + TERM)
    _refuse_hidden(log, secret, len(receipt.messages))
    words = _bound(receipt, secret)
    lost, elsewhere = len(receipt.messages) - len(shown), len(shown) - len(here)
    return Borne(sum(found), len(here) - sum(found), lost, elsewhere, words)


def _found(log: Public, secret: bytes, number: int, message: Mapping[str, str]) -> bool:
    line = event_line(secret, number, message)
    found = log.lines.get(line.label.hex())
    if found and found != str(line):
        raise AlteredError(
            f"第 {number + 1} 步的内容与公开记录里封存的不同：封存以后改过，或者给您看的是另一样。"
        )
    return found is not None


def _bound(receipt: Receipt, secret: bytes) -> int:
    """How many texts were held against the messages that bind them; all are as they were."""
    for number, words in receipt.words.items():
        at = int(number) if number.isdecimal() else len(receipt.messages)
        message = receipt.messages[at] if at < len(receipt.messages) else {}
        if message.get("words") != committed_words(event_key(secret, at), words):
            raise AlteredError(f"第 {at + 1} 步的文字与当时定住的不同：后来改过，换过字。")
    return len(receipt.words)


def _erased(log: Public, receipt: Receipt, secret: bytes) -> Borne:
    """Of what was erased only the last message is known: the one that says so."""
    message = {"v": "1", "event": "erased", "origin": receipt.origin, "date": receipt.erased}
    lines = [event_line(secret, number, message) for number in range(_MOST)]
    told = [number for number, line in enumerate(lines) if line.label.hex() in log.lines]
    ends = [n for n in told if log.lines[lines[n].label.hex()] == str(lines[n])]
    if not ends:
        day = date.fromisoformat(receipt.erased)
        _refuse_late(log, len(told), day, day + TERM)
        return Borne(len(told), 1)
    _refuse_hidden(log, secret, ends[0] + 1)
    return Borne(len(told), 0)


def _refuse_hidden(log: Public, secret: bytes, start: int) -> None:
    for number in range(start, _MOST):
        if event_label(secret, number).hex() in log.lines:
            raise RuleError(f"公开记录里有第 {number + 1} 步，回执里没有：有一步没有给您看。")


def _promised(entries: Sequence[bytes], receipt: Receipt, secret: bytes) -> date:
    """Until when the receipt's first line was promised, by a key of this log's intake."""
    keys = [line.key for _, line in open_lines(entries) if isinstance(line, KeyLine)]
    errors: list[LogError] = []
    for key in keys:
        try:
            promise = open_promise(receipt.promise.encode(), key)
        except LogError as error:
            errors.append(error)
            continue
        if promise.line != event_line(secret, 0, receipt.messages[0]):
            raise LogError("承诺的那一行不是这个编号和回执的：文件和编号不是一对。")
        return promise.deadline
    raise errors[-1] if errors else LogError("公开记录里没有公钥，验不了承诺。")


def _refuse_late(log: Public, number: int, day: date, due: date) -> None:
    if day > log.last + _ZONES:
        raise RuleError(
            f"第 {number + 1} 步写的日期 {day} 还没有到。请看这台电脑的日期对不对；"
            "日期对的，就是单位写错了，或者有意推迟写进公开记录。"
        )
    if log.last > due:
        raise TruncatedError(
            f"第 {number + 1} 步最迟应当在 {due} 写进公开记录，已经过了期，没有找到。"
            "请存好回执文件和现在的 checkpoint，它们就是证据。"
        )
