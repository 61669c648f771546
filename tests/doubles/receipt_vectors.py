"""The vectors of the log, read once: test values, with which every such program must agree."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

from yanlu.receipts.notes import Key, read_key

FOLDER = Path(__file__).parents[1] / "vectors" / "receipts"
SIZES = [12, 21, 30, 40, 50]  # of the checkpoints


def read(place: str) -> bytes:
    """The bytes of a vector."""
    return (FOLDER / place).read_bytes()


def load(place: str) -> Any:
    """The content of a JSON vector."""
    return json.loads(read(place))


def entries() -> list[bytes]:
    """The lines of the small log."""
    return [line.split(b"\t")[1] for line in read("log/entries.txt").splitlines()]


def key(role: str) -> Key:
    """The public half of a role: log, intake, witness."""
    return read_key(load("keys.json")[role]["vkey"])


def seed(role: str) -> bytes:
    """The secret half."""
    return bytes.fromhex(load("keys.json")[role]["seed"])


def hashes(coded: list[str]) -> list[bytes]:
    """Hashes from base64."""
    return [base64.b64decode(one) for one in coded]
