"""Make a `Released` table from a private cube: the gate that every published count passes."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from yanlu.disclosure.hierarchy import Hierarchy
from yanlu.disclosure.rounding import METHOD, ranks, round_small_counts
from yanlu.disclosure.tables import Leaves
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
    method: int = METHOD,
) -> Released:
    """Round the cube's small counts and freeze the result as the next version.

    `dimensions` are the region, the topic and the channel with the sums that readers will
    see, which the rounding keeps close. Events stand side by side: no total across them.
    Deterministic for a given key and method. In a correction only a cell whose true count
    crossed a rounding step changes (content/about/decisions/0007-corrections.md).

    Raises:
        DisclosureError: the correction would change no published number.
    """
    version = correction.earlier.version + 1 if correction else 1
    context = f"{cube.month}/v{version}".encode()
    settled = _settled(cube, correction.earlier, base) if correction else {}
    open_cells = {cell: n for cell, n in cube.counts.items() if cell not in settled}
    rounded = _round(open_cells, dimensions, base, key, context, method)
    counts = {cell: n for cell, n in sorted({**rounded, **settled}.items()) if n}
    if correction and counts == dict(correction.earlier.counts):
        raise DisclosureError(f"{cube.month} 的更正不改变任何已发布的数字，不必发布新版本。")
    why = correction.why if correction else None
    nonce = hmac.new(key, b"yanlu/nonce/1\n" + context, hashlib.sha256).hexdigest()[:32]
    return Released(Release(cube.month, version, base, method, counts, nonce, why))


def leaves_of(counts: Mapping[Cell, int], dimensions: Sequence[Hierarchy]) -> Leaves:
    """The cells of a cube in their order, as positions among the leaves; events come last."""
    hierarchies = (*dimensions, Hierarchy("事件", tuple(sorted(Event)), {}))
    positions = [{leaf: i for i, leaf in enumerate(h.leaves)} for h in hierarchies]
    cells = sorted(counts)
    places = [[p[code] for p, code in zip(positions, cell, strict=True)] for cell in cells]
    numbers = np.array([counts[cell] for cell in cells], dtype=np.int64)
    return Leaves(
        hierarchies, np.array(places, dtype=np.int64).reshape(-1, len(positions)), numbers
    )


def _settled(cube: Cube, earlier: Release, base: int) -> dict[Cell, int]:
    """Cells of the earlier version whose true count crossed no rounding step."""
    cells = {*cube.counts, *earlier.counts}
    shown = {cell: earlier.counts.get(cell, 0) for cell in cells}
    return {cell: n for cell, n in shown.items() if _stays(n, cube.counts.get(cell, 0), base)}


def _stays(shown: int, true: int, base: int) -> bool:
    """Whether a released value stays beside a new true count.

    A shown base stays for 0 too. If it then became 0, the public rule would tell the reader
    that the count is exactly 0 and not one of 0 to base - 1.
    """
    if shown == 0:
        return true < base
    return true <= base if shown == base else true == shown


def _round(
    counts: Mapping[Cell, int],
    dimensions: Sequence[Hierarchy],
    base: int,
    key: bytes,
    context: bytes,
    method: int,
) -> dict[Cell, int]:
    if not counts:
        return {}
    leaves = leaves_of(counts, dimensions)
    cells = sorted(counts)
    rounded = round_small_counts(
        leaves.counts,
        leaves.cells,
        leaves.hierarchies,
        base=base,
        rank=ranks([_name(cell) for cell in cells], key=key, context=context),
        method=method,
    )
    return dict(zip(cells, rounded.tolist(), strict=True))


def _name(cell: Cell) -> bytes:
    return "\t".join(cell).encode()
