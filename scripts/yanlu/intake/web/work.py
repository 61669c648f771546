"""The door to ALTCHA: proof of work that a script may do, which earns priority and never entry.

A challenge is bound to the nonce of its page, so that a proof serves one submission only;
used proofs are kept in the store all the same until they run out.
"""

from __future__ import annotations

import hashlib
import hmac
import json

from altcha import Payload, create_challenge, verify_solution

from yanlu.intake.nonce import LATEST

ALGORITHM = "PBKDF2/SHA-256"  # native in every browser that has SubtleCrypto
COST = 1_000  # iterations a try; 256 tries at the mean take an old phone about half a second
_PREFIX = "00"
_LONGEST = 2_000  # characters of a payload; ours have about 600


def challenge(key: bytes, nonce: str, now: int) -> str:
    """A challenge for the page that carries `nonce`, as JSON for the script."""
    made = create_challenge(
        ALGORITHM,
        COST,
        key_prefix=_PREFIX,
        expires_at=now + LATEST,
        data={"for": _bound(nonce)},
        hmac_secret=_secret(key),
    )
    return json.dumps(made.to_dict())


def proven(key: bytes, work: str, nonce: str) -> tuple[bytes, int] | None:
    """A right and timely proof for this nonce, as the store keeps it, and when it runs out."""
    if not work or len(work) > _LONGEST or not work.isascii():
        return None
    if not verify_solution(work, _secret(key)).verified:
        return None
    signed = Payload.from_base64(work).challenge
    until = signed.parameters.expires_at
    if signed.parameters.data != {"for": _bound(nonce)} or until is None:
        return None
    return hashlib.sha256(str(signed.signature).encode()).digest(), until


def _bound(nonce: str) -> str:
    return hashlib.sha256(nonce.encode()).hexdigest()[:32]


def _secret(key: bytes) -> bytes:
    return hmac.digest(key, b"yanlu/v1/work", "sha256")
