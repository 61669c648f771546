"""The signed one-time nonce of the confirm page: CSRF token, idempotency key and time trap.

A nonce is bound to the very fields that were shown, so what is stored is what was confirmed. It
needs no storage: the server signs it, and the store refuses a second record under it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from yanlu.intake.entry import SERVICE
from yanlu.receipts.keyed import keyed_hash

SOONEST, LATEST = 3, 24 * 3600  # seconds between the confirm page and the sending of it
_ASTRAY = 300  # seconds by which a clock may have been set back meanwhile
_LAYOUT = struct.Struct(">I16s16s")  # moment of issue, chance, digest of the fields


class Age(Enum):
    """Whether a nonce may be used now."""

    SOON = "soon"
    RIPE = "ripe"
    LATE = "late"


@dataclass(frozen=True)
class Nonce:
    """A nonce that we signed; `chance` is what makes it one of its kind."""

    chance: bytes
    issued: int

    def age(self, now: int) -> Age:
        """How old it is, of two clocks that may differ."""
        passed = now - self.issued
        if passed > LATEST or passed < -_ASTRAY:
            return Age.LATE
        return Age.SOON if 0 <= passed < SOONEST else Age.RIPE

    @property
    def hashed(self) -> bytes:
        """What the store keeps of it."""
        return hashlib.sha256(b"nonce" + self.chance).digest()

    def secret(self, key: bytes) -> bytes:
        """The receipt's secret, 16 bytes: the same nonce always leads to the same receipt."""
        return keyed_hash(key, b"yanlu/v1/receipt" + self.chance)[:16]


def issue(key: bytes, now: int, fields: Sequence[tuple[str, str]]) -> str:
    """A new nonce for these fields, as text for a form."""
    body = _LAYOUT.pack(now, secrets.token_bytes(16), _digest(fields))
    return base64.urlsafe_b64encode(body + _signed(key, body)).decode()


def read_nonce(key: bytes, text: str, fields: Sequence[tuple[str, str]]) -> Nonce | None:
    """The nonce that we signed for these fields; None for any other text."""
    try:
        token = base64.urlsafe_b64decode(text.encode("ascii"))
    except (binascii.Error, ValueError):
        return None
    body, signature = token[: _LAYOUT.size], token[_LAYOUT.size :]
    if len(body) < _LAYOUT.size or not hmac.compare_digest(signature, _signed(key, body)):
        return None
    issued, chance, digest = _LAYOUT.unpack(body)
    if not hmac.compare_digest(digest, _digest(fields)):
        return None
    return Nonce(chance, issued)


def _signed(key: bytes, body: bytes) -> bytes:
    return keyed_hash(key, b"yanlu/v1/nonce" + body)[:16]


def _digest(fields: Sequence[tuple[str, str]]) -> bytes:
    """Of the fields that a writer filled in, whatever their order; lengths keep them apart."""
    said = sorted((name, value) for name, value in fields if name not in SERVICE and value)
    parts = [part.encode() for pair in said for part in pair]
    return hashlib.sha256(b"".join(struct.pack(">I", len(p)) + p for p in parts)).digest()[:16]
