"""Sealing: what a citizen wrote, readable by the office and by the holder of the code alone.

Two locks, one inside the other. The inner is a key of the record's own; when it is destroyed,
no backup and no private key opens the record again: that is what makes erasure real. The outer
is sealed to public keys: the office's, whose private half never lies on the server, and one
that follows from the receipt code, which the server forgets.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, reduce
from operator import xor
from typing import Protocol

import pyrage
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from yanlu.errors import IntakeError

KEY_BYTES = 32
_NONCE_BYTES = 12


@dataclass(frozen=True)
class KeyPair:
    """A private key as text, and the public half to which others seal."""

    private: str
    public: str


class Suite(Protocol):
    """A way of sealing to public keys; another (for instance SM2 with SM4) fits in here."""

    name: str

    def pair(self, secret: bytes) -> KeyPair:
        """The key pair of 32 secret bytes, always the same."""

    def refuse_bad_key(self, public: str) -> None:
        """Raise IntakeError where a public key is none."""

    def seal(self, content: bytes, readers: Sequence[str]) -> bytes:
        """Seal to public keys."""

    def unseal(self, sealed: bytes, private: str) -> bytes:
        """Open with a private key; IntakeError where it does not fit."""


class Age:
    """The age format, version 1 (age-encryption.org/v1), with X25519 keys."""

    name = "age-x25519"

    def pair(self, secret: bytes) -> KeyPair:
        """The identity whose scalar these 32 bytes are."""
        private = _bech32("age-secret-key-", secret).upper()
        return KeyPair(private, str(pyrage.x25519.Identity.from_str(private).to_public()))

    def refuse_bad_key(self, public: str) -> None:
        """Only `age1…` with a right checksum passes."""
        _recipient(public)

    def seal(self, content: bytes, readers: Sequence[str]) -> bytes:
        """One age file for several recipients."""
        sealed: bytes = pyrage.encrypt(content, [_recipient(reader) for reader in readers])
        return sealed

    def unseal(self, sealed: bytes, private: str) -> bytes:
        """The content of an age file.

        Raises:
            IntakeError: the key is none, or the file was not sealed to it.
        """
        try:
            identity = pyrage.x25519.Identity.from_str(private.strip())
            content: bytes = pyrage.decrypt(sealed, [identity])
        except (pyrage.DecryptError, pyrage.IdentityError):
            raise IntakeError(
                "这把私钥打不开这一条：不是本单位的私钥，或者这一条封存时用的是另一把公钥。"
            ) from None
        return content


AGE = Age()


def new_key() -> bytes:
    """The key of a record: 32 random bytes."""
    return secrets.token_bytes(KEY_BYTES)


def lock(content: bytes, key: bytes, about: str) -> bytes:
    """Encrypt under a record's own key; `about` names record and purpose and must be said again."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + ChaCha20Poly1305(key).encrypt(nonce, content, about.encode())


def unlock(locked: bytes, key: bytes, about: str) -> bytes:
    """Undo `lock`.

    Raises:
        IntakeError: another key, another record, or an altered content.
    """
    nonce, rest = locked[:_NONCE_BYTES], locked[_NONCE_BYTES:]
    try:
        return ChaCha20Poly1305(key).decrypt(nonce, rest, about.encode())
    except InvalidTag:
        raise IntakeError("这一条的内容与它的钥匙对不上，可能已经损坏。请从备份恢复。") from None


def _recipient(public: str) -> pyrage.x25519.Recipient:
    try:
        return pyrage.x25519.Recipient.from_str(public)
    except pyrage.RecipientError:
        raise IntakeError(
            "data/office.toml 里 [intake] 的 age_recipient 不是 age 公钥（以 age1 开头）。"
            "请在办公室的电脑上用 age-keygen 生成一对，把公钥抄到这里。"
        ) from None


_CHARSET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_TERMS = [  # the terms of the generator that five bits select, added up
    reduce(xor, (term for bit, term in enumerate(_GENERATOR) if top >> bit & 1), 0)
    for top in range(32)
]


def _bech32(prefix: str, content: bytes) -> str:
    """Bech32 (BIP 173) without its limit of 90 characters, as age writes keys."""
    padding = -8 * len(content) % 5
    values = _fives(int.from_bytes(content) << padding, (8 * len(content) + padding) // 5)
    check = _polymod([*values, *[0] * 6], _begun(prefix)) ^ 1
    return f"{prefix}1{''.join([_CHARSET[value] for value in [*values, *_fives(check, 6)]])}"


def _fives(number: int, count: int) -> list[int]:
    """A number as so many groups of five bits."""
    return [number >> shift & 31 for shift in range(5 * (count - 1), -1, -5)]


@cache
def _begun(prefix: str) -> int:
    """The check over a prefix, which is always the same."""
    return _polymod([ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix], 1)


def _polymod(values: Sequence[int], check: int) -> int:
    for value in values:
        check = (check & 0x1FFFFFF) << 5 ^ value ^ _TERMS[check >> 25]
    return check
