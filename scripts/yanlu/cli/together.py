"""What staff are shown of suggestions that say the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from yanlu.intake.leads import followers, pointer
from yanlu.intake.likeness import Alike, likely
from yanlu.intake.store.database import Store
from yanlu.intake.store.records import by_id
from yanlu.model import FATES, Fate

_ALIKE = 5  # earlier suggestions that are shown beside a new one


def merged_lines(store: Store, held: Mapping[str, Any]) -> Iterator[str]:
    """What this one was merged into, and how many were merged into it."""
    lead, others = pointer(store.main, held), followers(store.main, held["id"])
    if held["fate"] == Fate.MERGED and lead:
        yield f"\n【并入】\n{lead}"
    if others:
        yield f"\n【并入这一条的】\n{others} 条：这里的回复，他们也看得到，不要写出这一位说的情况。"


def alike_lines(store: Store, data: Path, held: Mapping[str, Any]) -> Iterator[str]:
    """Earlier suggestions that say much the same, as long as it can be merged."""
    if held["fate"] not in (Fate.RECEIVED, Fate.SCREENED):
        return
    found = likely(store, data, held["id"], _ALIKE)
    if found:
        yield "\n【说法相近的】只比文字；是不是同一件事，由您看。是的，用 yanlu review merge 并案。"
        yield from (alike_line(store, one) for one in found)


def alike_line(store: Store, one: Alike) -> str:
    """A suggestion that was found, and how far it has come."""
    held = by_id(store.main, one.name)
    state = FATES[Fate(held["fate"])].shown if held else "只在台账里，不能并入"
    return f"{one.name}  {state}  {one.title}"
