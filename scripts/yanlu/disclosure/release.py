"""Make a `Released` table from a private cube: the gate that every published count passes."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from yanlu.disclosure.hierarchy import Hierarchy
from yanlu.disclosure.rounding import ranks, round_small_counts
from yanlu.errors import DisclosureError
from yanlu.model import Cell, Cube, Event, Release, Released


@dataclass(frozen=True)
class Correction:
    """The version that is corrected, and the coded reason."""

    earlier: Release
    why: str


def release(
    cube: Cube,
    dimensions: Sequence[Hierarchy],
    *,
    base: int,
    key: bytes,
    correction: Correction | None = None,
) -> Released:
    """Round the cube's small counts and freeze the result as the next version.

    `dimensions` are the region, the topic and the channel with the sums that readers will
    see, which the rounding keeps close. Events stand side by side: no total across them.
    Deterministic for a given key. In a correction a cell keeps its released value as long
    as that value is still a lawful rounding of the true count, so that only a cell which
    crosses a rounding step changes.

    Raises:
        DisclosureError: the correction would change no published number.
    """
    version = correction.earlier.version + 1 if correction else 1
    context = f"{cube.month}/v{version}".encode()
    settled = _settled(cube, correction.earlier, base) if correction else {}
    open_cells = {cell: n for cell, n in cube.counts.items() if cell not in settled}
    rounded = _round(open_cells, dimensions, base=base, key=key, context=context)
    counts = {cell: n for cell, n in sorted({**rounded, **settled}.items()) if n}
    if correction and counts == dict(correction.earlier.counts):
        raise DisclosureError(f"{cube.month} 的更正不改变任何已发布的数字，不必发布新版本。")
    why = correction.why if correction else None
    nonce = hmac.new(key, b"yanlu/nonce/1\n" + context, hashlib.sha256).hexdigest()[:32]
    return Released(Release(cube.month, version, base, counts, nonce, why))


def _settled(cube: Cube, earlier: Release, base: int) -> dict[Cell, int]:
    """Cells of the earlier version whose released value still rounds the true count."""
    cells = {*cube.counts, *earlier.counts}
    pairs = {cell: (cube.counts.get(cell, 0), earlier.counts.get(cell, 0)) for cell in cells}
    return {
        cell: shown
        for cell, (true, shown) in pairs.items()
        if shown == true or (0 < true < base and shown in (0, base))
    }


def _round(
    counts: Mapping[Cell, int],
    dimensions: Sequence[Hierarchy],
    *,
    base: int,
    key: bytes,
    context: bytes,
) -> dict[Cell, int]:
    if not counts:
        return {}
    cells = sorted(counts)
    hierarchies = [*dimensions, Hierarchy("event", tuple(sorted(Event)), {})]
    position = [{leaf: i for i, leaf in enumerate(h.leaves)} for h in hierarchies]
    places = np.array([[p[code] for p, code in zip(position, cell, strict=True)] for cell in cells])
    rounded = round_small_counts(
        np.array([counts[cell] for cell in cells]),
        places,
        hierarchies,
        base=base,
        rank=ranks([_name(cell) for cell in cells], key=key, context=context),
    )
    return dict(zip(cells, rounded.tolist(), strict=True))


def _name(cell: Cell) -> bytes:
    return "\t".join(cell).encode()
