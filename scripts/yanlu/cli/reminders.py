"""What `yanlu review list` reminds of before and after the queue."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from yanlu.intake.marks import AHEAD, reason, unarchived
from yanlu.intake.review import urgent
from yanlu.intake.store.database import Store


def pressing(store: Store, line: Callable[[dict[str, Any]], str]) -> Iterator[str]:
    """What must be reported at once, with the reasons; before everything else."""
    found = urgent(store)
    if found:
        yield "【紧急，要马上报告的】"
        yield from (f"{line(held)}  {reason(store, held['id'])}" for held in found)
        yield ""


def aging(store: Store, text_days: int, day: date) -> Iterator[str]:
    """What is destroyed soon, and should be in the archive before."""
    found = unarchived(store, text_days, day)
    if found:
        yield f"\n【{AHEAD} 日以内要销毁原文，还没有交档案的】"
        yield from (f"{held['id']}  {held['day']}" for held in found)
        yield "交了以后用 yanlu review archive 记下；到期不论记没记，都会销毁。"
