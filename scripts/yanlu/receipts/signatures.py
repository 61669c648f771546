"""Ed25519 (RFC 8032), by `cryptography`."""

from __future__ import annotations

from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

KEY_BYTES, SIGNATURE_BYTES = 32, 64


def public_half(seed: bytes) -> bytes:
    """The public key of a secret of 32 bytes."""
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def sign(seed: bytes, message: bytes) -> bytes:
    """The signature of a message, always the same: 64 bytes."""
    return _private(seed).sign(message)


@lru_cache(maxsize=4)
def _private(seed: bytes) -> Ed25519PrivateKey:
    """To read a key costs as much as to sign with it, and few keys sign much."""
    return Ed25519PrivateKey.from_private_bytes(seed)


def signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the holder of the secret half signed this message."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):  # no such signature, or no point of the curve
        return False
    return True
