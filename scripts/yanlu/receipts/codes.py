"""The receipt code: 128 secret bits and a check, in symbols that can be read out by telephone."""

from __future__ import annotations

import hashlib
import unicodedata
from functools import cache

from yanlu.errors import ReceiptError
from yanlu.receipts.keyed import keyed_hash, keyed_hashes

# Crockford's base 32 (crockford.com/base32.html): no I, L, O, U
_SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MEANT = str.maketrans("ILO", "110")  # what people write for 1 and 0
_SECRET_BYTES, _CHECK_BITS, _LENGTH, _GROUP = 16, 12, 28, 4
_LABEL_BYTES = 16
GROUPS = _LENGTH // _GROUP


def write_code(secret: bytes) -> str:
    """The code of a secret of 16 bytes: seven groups of four symbols, joined by hyphens.

    The last 12 bits are the first 12 of the secret's SHA-256, so that a slip of the pen is
    found out: one in 4,096 passes.
    """
    number = int.from_bytes(secret) << _CHECK_BITS | _check(secret)
    shifts = range(5 * (_LENGTH - 1), -1, -5)
    symbols = "".join(_SYMBOLS[number >> shift & 31] for shift in shifts)
    return "-".join(symbols[at : at + _GROUP] for at in range(0, _LENGTH, _GROUP))


def read_code(typed: str) -> bytes:
    """The secret of a code as people type it: any case, width and spacing, O for 0, I for 1.

    Raises:
        ReceiptError: it is no code; the message says what to look at, without quoting it.
    """
    wide = unicodedata.normalize("NFKC", typed).upper().translate(_MEANT)
    symbols = "".join(c for c in wide if c.isalnum())
    if len(symbols) != _LENGTH:
        raise ReceiptError(
            f"回执编号应当有{_LENGTH}个字母和数字（7组，每组4个），您输入了{len(symbols)}个。"
            "请对照回执检查一遍。"
        )
    if not set(symbols) <= set(_SYMBOLS):
        raise ReceiptError("回执编号里有不会出现的字符。编号只有数字和英文字母，请对照回执检查。")
    number = 0
    for symbol in symbols:
        number = number << 5 | _SYMBOLS.index(symbol)
    secret = (number >> _CHECK_BITS).to_bytes(_SECRET_BYTES)
    if number & (1 << _CHECK_BITS) - 1 != _check(secret):
        raise ReceiptError("回执编号对不上，可能有一两个字符抄错了。请对照回执，一组一组地检查。")
    return secret


def _check(secret: bytes) -> int:
    return int.from_bytes(hashlib.sha256(secret).digest()[:2]) >> 16 - _CHECK_BITS


def event_label(secret: bytes, number: int) -> bytes:
    """Under which label event `number` of this receipt stands in the log: 16 bytes."""
    return _derived(secret, f"label/{number}")[:_LABEL_BYTES]


def event_key(secret: bytes, number: int) -> bytes:
    """The key of the commitment to event `number`: 32 bytes."""
    return _derived(secret, f"event/{number}")


def event_keys(secret: bytes, count: int) -> bytes:
    """Label and key of each of the first `count` events, one after another."""
    derived = keyed_hashes(secret, _event_purposes(count))
    pairs = zip(derived[:count], derived[count:], strict=True)
    return b"".join([label[:_LABEL_BYTES] + key for label, key in pairs])


@cache
def _event_purposes(count: int) -> list[bytes]:
    return [_purpose(f"{what}/{n}") for what in ("label", "event") for n in range(count)]


def reading_key(secret: bytes) -> bytes:
    """The X25519 secret by which the holder of the code can read what is held: 32 bytes."""
    return _derived(secret, "read")


def _derived(secret: bytes, purpose: str) -> bytes:
    return keyed_hash(secret, _purpose(purpose))


def _purpose(name: str) -> bytes:
    return f"yanlu/v1/{name}".encode()
