"""Make the released figures of an office and a quarter: short tables by one code list each."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping

import numpy as np

from yanlu.disclosure.hierarchy import TOTAL, Hierarchy
from yanlu.disclosure.rounding import METHOD, ranks, round_small_counts
from yanlu.model import Month, Quarterly, ReleasedQuarter


def release_quarter(
    quarter: Month, tables: Mapping[str, Mapping[str, int]], *, base: int, key: bytes
) -> ReleasedQuarter:
    """Round the small counts of each table, so that its sum stays close to the truth.

    `tables` hold by name the true count of every code, also of those of which there is none.
    Deterministic for a given key; each table and each quarter has a secret order of its own.
    """
    context = f"quarter/{quarter}".encode()
    rounded = {
        name: _rounded(f"{name}\n".encode() + context, counts, base, key)
        for name, counts in tables.items()
    }
    nonce = hmac.new(key, b"yanlu/nonce/1\n" + context, hashlib.sha256).hexdigest()[:32]
    return ReleasedQuarter(Quarterly(quarter, base, METHOD, rounded, nonce))


def _rounded(context: bytes, counts: Mapping[str, int], base: int, key: bytes) -> dict[str, int]:
    codes = tuple(counts)
    whole = {TOTAL: frozenset(codes)} if len(codes) > 1 else {}
    numbers = round_small_counts(
        np.array([counts[code] for code in codes], dtype=np.int64),
        np.arange(len(codes)).reshape(-1, 1),
        [Hierarchy("code", codes, whole)],
        base=base,
        rank=ranks([code.encode() for code in codes], key=key, context=context),
    )
    return dict(zip(codes, numbers.tolist(), strict=True))
