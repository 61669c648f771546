"""Arrivals for tests: everything random but what a test asks for."""

from __future__ import annotations

import secrets
from typing import Any

from yanlu.intake.store.records import Arrival


def arrival(**wanted: Any) -> Arrival:
    """An arrival that could have come from the form."""
    facts: dict[str, Any] = {
        "id": secrets.token_hex(4),
        "nonce_hash": secrets.token_bytes(32),
        "code_hash": secrets.token_bytes(32),
        "word_hash": None,
        "day": "2026-11-25",
        "kind": "suggestion",
        "channel": "online.site",
        "writer": "one",
        "child": False,
        "topic": "roads",
        "region": "dorchester",
        "call": None,
        "wish": "summary",
        "redacted": {"title": "修路灯", "matter": "路灯坏了。", "proposal": "请修好。"},
        "needs_person": False,
        "lane": "ordinary",
        "alike": secrets.token_bytes(32),
        "suite": "age-x25519",
        "text": secrets.token_bytes(600),
        "contact": None,
        "log_keys": secrets.token_bytes(768),
        "keys": {"text": secrets.token_bytes(32)},
    }
    return Arrival(**{**facts, **wanted})
