"""Killed in the middle of a crowd: every receipt that was given is kept, once."""

from __future__ import annotations

from doubles.crashes import crash, judge
from doubles.door import Serving

PROXY = "--trusted-proxy=127.0.0.1/32"


def test_of_a_thousand_receipts_none_is_missing_or_double_after_a_kill(serving: Serving) -> None:
    _, receipts = crash(serving(PROXY), 1000)
    done = judge(serving(PROXY), receipts)
    assert done.acknowledged >= 1000
    assert (done.missing, done.twice, done.changed) == (0, 0, 0)
    assert done.stored >= done.acknowledged
