"""What the confirm page showed as masked travels with it, signed: that, and no other, is stored.

Otherwise a list or a detector that changes between the two pages would store a mask that nobody
has confirmed; and each letter would be searched twice. The server keeps nothing meanwhile.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple

from yanlu.intake.redact import Redaction, Span, kinds
from yanlu.intake.redact.controls import strip_controls
from yanlu.receipts.keyed import keyed_hash

_SIGNED = 16  # bytes of the signature
_LONGEST = 700  # characters: what is longer would crowd out the text, and is searched again


def write_masks(key: bytes, nonce: str, redactions: Iterable[Redaction]) -> str:
    """The masks of some texts, in order, for the page that carries `nonce`; empty if too long."""
    said = [[r.needs_person, _digest(r.redacted), [*map(astuple, r.spans)]] for r in redactions]
    plain = json.dumps(said, separators=(",", ":")).encode()
    token = base64.urlsafe_b64encode(_signature(key, nonce, plain) + plain).decode()
    return token if len(token) <= _LONGEST else ""


def read_masks(
    key: bytes, nonce: str, token: str, texts: Sequence[str]
) -> Mapping[str, Redaction] | None:
    """The masks that we signed for these texts; None for any other token, or an outdated one."""
    try:
        signed = base64.urlsafe_b64decode(token.encode("ascii"))
    except (binascii.Error, ValueError):
        return None
    signature, plain = signed[:_SIGNED], signed[_SIGNED:]
    if not hmac.compare_digest(signature, _signature(key, nonce, plain)):
        return None
    found = {}
    for text, (needs_person, digest, spans) in zip(texts, json.loads(plain), strict=True):
        spans = tuple(Span(*span) for span in spans)
        redacted = strip_controls("".join(_replaced(text, spans)))
        if _digest(redacted) != digest:
            return None  # made by another version: searched again, shown again
        found[text] = Redaction(redacted, spans, needs_person)
    return found


def _replaced(text: str, spans: Sequence[Span]) -> Iterator[str]:
    place = 0
    for span in spans:
        kind = kinds().get(span.kind)
        if kind and kind.masked:
            yield text[place : span.start]
            yield kind.placeholder
            place = span.end
    yield text[place:]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _signature(key: bytes, nonce: str, plain: bytes) -> bytes:
    bound = nonce.encode()
    signed = len(bound).to_bytes(4) + bound + plain
    return keyed_hash(key, b"yanlu/v1/masks" + signed)[:_SIGNED]
