"""A table as readers get it; one whose parts do not add up cannot be made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from yanlu.errors import BuildError


class Kind(StrEnum):
    """What a column holds."""

    NAME = "name"
    COUNT = "count"
    SHARE = "share"
    MEASURE = "measure"


@dataclass(frozen=True)
class Column:
    """One column; `part` and `whole` name the columns that a share divides.

    `whole` None: the total of the column `part` is the denominator.
    """

    name: str
    title: str
    description: str
    kind: Kind = Kind.COUNT
    part: str | None = None
    whole: str | None = None


@dataclass(frozen=True)
class Share:
    """Part ÷ whole in per cent with one decimal; None where the whole is too small to say."""

    part: int
    whole: int
    minimum: int

    @property
    def percent(self) -> str | None:
        """For instance `81.4`."""
        if self.whole < self.minimum:
            return None
        value = Decimal(100 * self.part) / Decimal(self.whole)
        return str(value.quantize(Decimal("0.1"), ROUND_HALF_UP))

    def __str__(self) -> str:
        return "–" if self.percent is None else f"{self.percent}%"


class Rate(Share):
    """A share of outcomes, withheld also where all matters of a row had one outcome.

    "All of them were late" says it of each one, however many there are (group disclosure);
    and since 0 stands for 0 to base - 1, it would not even be certain.
    """

    @property
    def percent(self) -> str | None:
        """For instance `81.4`; never 0 or 100 of all."""
        return None if self.part in (0, self.whole) else super().percent


@dataclass(frozen=True)
class Name:
    """A code, its name, and the address (relative to the root) of its page."""

    code: str
    title: str
    address: str | None = None

    def __str__(self) -> str:
        return self.title


@dataclass(frozen=True)
class Measure:
    """A number that counts nothing: it is never added up, and the total has none."""

    value: Decimal | None

    def __str__(self) -> str:
        return "–" if self.value is None else str(self.value).replace("-", "\N{MINUS SIGN}")


Value = Name | int | Share | Measure


@dataclass(frozen=True)
class Table:
    """Rows and their total.

    Raises:
        BuildError: rows that do not add up to the total, or a share that is not its part
            divided by its stated denominator.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    total: tuple[Value, ...]

    def __post_init__(self) -> None:
        for position, column in enumerate(self.columns):
            if column.kind is Kind.COUNT:
                parts = sum(_number(row[position]) for row in self.rows)
                if parts != _number(self.total[position]):
                    raise BuildError(f"表格的“{column.title}”一列：各行之和与合计不等。")
            if column.kind is Kind.SHARE:
                self._check_shares(column, position)

    def _check_shares(self, column: Column, position: int) -> None:
        for row in (*self.rows, self.total):
            share = row[position]
            whole = self.total if column.whole is None else row
            stated = (self._at(row, column.part), self._at(whole, column.whole or column.part))
            if not isinstance(share, Share) or (share.part, share.whole) != stated:
                raise BuildError(f"表格的“{column.title}”一列：与所写的分子、分母不符。")

    def _at(self, row: Sequence[Value], name: str | None) -> int:
        return _number(row[[column.name for column in self.columns].index(str(name))])


def _number(value: Value) -> int:
    if not isinstance(value, int):
        raise TypeError("a count column holds whole numbers only")
    return value
