"""How far a true count may lie from a released one, and a share from that of released counts.

Of a single cell the method of rounding tells: 0 stands for 0 to base - 1, the base for 0 to the
base (after a correction, also for 0), all else is exact. A sum may be off by all of its cells
together. Most often their errors cancel out, but nobody can be sure of that.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal


@dataclass(frozen=True)
class Span:
    """A released sum, and the least and the most that the true one may be."""

    shown: int
    low: int
    high: int

    def __add__(self, other: Span) -> Span:
        """The sum of both."""
        return Span(self.shown + other.shown, self.low + other.low, self.high + other.high)


def span(cells: Iterable[int], base: int) -> Span:
    """Of released cells, those of 0 among them."""
    counts = list(cells)
    low = sum(count for count in counts if count > base)
    return Span(sum(counts), low, sum(max(count, base - 1) for count in counts))


def share_span(part: Span, rest: Span) -> tuple[Decimal, Decimal]:
    """The least and the most that part ÷ (part + rest) may be, in per cent, rounded outwards."""
    least = _percent(part.low, part.low + rest.high, ROUND_FLOOR)
    most = _percent(part.high, part.high + rest.low, ROUND_CEILING)
    return least, most


def _percent(part: int, whole: int, rounding: str) -> Decimal:
    if not whole:
        return Decimal(0)
    return (Decimal(100 * part) / Decimal(whole)).quantize(Decimal("0.1"), rounding)
