"""What an event line commits to: a message, hidden until its key is shown."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping

from yanlu.errors import LogError
from yanlu.receipts.codes import event_key, event_label
from yanlu.receipts.keyed import keyed_hash
from yanlu.receipts.lines import EventLine


def canonical(message: Mapping[str, str]) -> bytes:
    """The one form of a flat message of strings: JCS (RFC 8785).

    Names are ASCII, so that every sorting of them is the same.

    Raises:
        LogError: a name or a value has another form as well; none is quoted.
    """
    values = "".join(message.values())
    if not all(name.isascii() for name in message):
        raise LogError("凭证里的项目名只能用英文字母和数字。")
    if "\r" in values or not unicodedata.is_normalized("NFC", values):
        raise LogError("凭证里的文字应当是 NFC 形式，换行只用 \\n。")
    try:
        written = json.dumps(message, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return written.encode()
    except UnicodeEncodeError:
        raise LogError("凭证里有不成字的编码。") from None


def event_line(secret: bytes, number: int, message: Mapping[str, str]) -> EventLine:
    """The line of event `number` under a receipt's secret of 16 bytes."""
    return line_under(event_label(secret, number), event_key(secret, number), message)


def line_under(label: bytes, key: bytes, message: Mapping[str, str]) -> EventLine:
    """The line of an event whose label and key are known, and the receipt's secret is not."""
    return EventLine(label, keyed_hash(key, canonical(message)))


def committed_words(key: bytes, words: Mapping[str, str]) -> str:
    """What a message says in place of words that its reader may not see: 64 hexadecimal digits.

    Under the key of the same event. A message has an `event`, which words never have, so that
    the one can never stand for the other. Words are taken in NFC, with one kind of line end.
    """
    return keyed_hash(key, canonical({name: _normal(text) for name, text in words.items()})).hex()


def _normal(text: str) -> str:
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
