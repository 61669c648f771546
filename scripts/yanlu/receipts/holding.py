"""What the holder of a receipt can tell from it, from the code, and from the log that was verified.

Walks the labels that follow from the code: also what the office does not show is found.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import msgspec

from yanlu.errors import AlteredError, LogError, RuleError, TruncatedError
from yanlu.receipts.codes import event_label
from yanlu.receipts.commitments import event_line
from yanlu.receipts.lines import KeyLine
from yanlu.receipts.promises import TERM, open_promise
from yanlu.receipts.rules import days, open_lines

_MOST = 64  # events of a receipt that are looked for; the intake tells of fewer


class Receipt(msgspec.Struct, frozen=True):
    """A receipt as the office gives it, as a file or to a script; other fields are let be.

    A message without content stands for one that the office lost when it restored a backup.
    """

    origin: str
    messages: tuple[dict[str, str], ...]
    promise: str
    erased: str = ""


@dataclass(frozen=True)
class Borne:
    """What the log bears out: so many events, and so many that are still to be sealed in time.

    Of those that the office lost, nothing can be told.
    """

    sealed: int
    waiting: int
    lost: int = 0


def read_receipt(content: bytes) -> Receipt:
    """A receipt from its file.

    Raises:
        LogError: it is none.
    """
    try:
        return msgspec.convert(json.loads(content), Receipt)
    except (ValueError, msgspec.ValidationError):
        raise LogError("这不是回执文件，或者不完整。请重新存一份。") from None


def check_receipt(entries: Sequence[bytes], receipt: Receipt, secret: bytes) -> Borne:
    """Hold a receipt against the lines of a log that has been verified.

    Raises:
        AlteredError: an event says something else than what was sealed.
        TruncatedError: what was promised is not in the log, and its day is over.
        RuleError: the log tells of an event that the office does not show.
        LogError: the promise is not of this receipt, or no key of the log signed it.
    """
    log, last = _by_label(entries), max(days(entries))
    if receipt.erased:
        return _erased(log, receipt, secret, last)
    if receipt.promise:
        _refuse_strange(entries, receipt, secret)
    shown = {number: message for number, message in enumerate(receipt.messages) if message}
    sealed = 0
    for number, message in shown.items():
        line = event_line(secret, number, message)
        found = log.get(line.label.hex())
        if found is None:
            _refuse_late(number, message["date"], last)
        elif found != str(line):
            raise AlteredError(
                f"第 {number} 步的内容与公开记录里封存的不同：封存以后改过，或者给您看的是另一样。"
            )
        sealed += found is not None
    _refuse_hidden(log, secret, len(receipt.messages))
    return Borne(sealed, len(shown) - sealed, len(receipt.messages) - len(shown))


def _by_label(entries: Sequence[bytes]) -> dict[str, str]:
    hidden = (entry.decode() for entry in entries if entry.startswith(b"event/1 "))
    return {entry[8:40]: entry for entry in hidden}


def _erased(log: Mapping[str, str], receipt: Receipt, secret: bytes, last: date) -> Borne:
    """Of what was erased only the last message is known: the one that says so."""
    message = {"v": "1", "event": "erased", "origin": receipt.origin, "date": receipt.erased}
    lines = [event_line(secret, number, message) for number in range(_MOST)]
    told = [number for number, line in enumerate(lines) if line.label.hex() in log]
    ends = [n for n in told if log[lines[n].label.hex()] == str(lines[n])]
    if not ends:
        _refuse_late(len(told), receipt.erased, last)
        return Borne(len(told), 1)
    _refuse_hidden(log, secret, ends[0] + 1)
    return Borne(len(told), 0)


def _refuse_hidden(log: Mapping[str, str], secret: bytes, start: int) -> None:
    for number in range(start, _MOST):
        if event_label(secret, number).hex() in log:
            raise RuleError(f"公开记录里有第 {number} 步，回执里没有：有一步没有给您看。")


def _refuse_strange(entries: Sequence[bytes], receipt: Receipt, secret: bytes) -> None:
    """Let only a promise pass that a key of this log's intake signed, of this receipt's line."""
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
        return
    raise errors[-1] if errors else LogError("公开记录里没有公钥，验不了承诺。")


def _refuse_late(number: int, day: str, last: date) -> None:
    if last > date.fromisoformat(day) + TERM:
        raise TruncatedError(
            f"第 {number} 步应当最迟三天以内写进公开记录，已经过了期，没有找到。"
            "请存好回执文件和现在的 checkpoint，它们就是证据。"
        )
