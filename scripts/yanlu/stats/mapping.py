"""How one source's columns and values become ours: `data/mappings/<name>.toml`."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path
from typing import Annotated

import msgspec

from yanlu.errors import SettingsError
from yanlu.model import Month
from yanlu.settings import Codes, Portal, Text, read_toml
from yanlu.workbooks.days import YEAR_FIRST

CODED = ("region", "topic", "channel")
DATED = ("received", "due", "replied")


class Columns(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which column of the source holds what; `due` may be missing where no limit is set."""

    id: Text
    received: Text
    replied: Text
    region: Text
    topic: Text
    channel: Text
    due: Text | None = None


class Ignored(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Columns that are known and never read; all others must be mapped."""

    columns: tuple[str, ...] = ()


class Dates(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The one format of dates that are text, in strptime's letters.

    A `[sheet]` may have `YEAR_FIRST` instead: every spelling that begins with the year.
    """

    format: Text


class SheetShape(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A sheet made for people: titles above the names, totals and notes below the records.

    `header_rows`: rows that the column names take. `position`: which sheet, counted from 1; only
    needed where several have these names.
    """

    header_rows: Annotated[int, msgspec.Meta(ge=1, le=2)] = 1
    position: Annotated[int, msgspec.Meta(ge=1)] | None = None


class Assertions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Known faults of a source, bounded: one more than stated stops the run."""

    replied_before_received_max: Annotated[int, msgspec.Meta(ge=0)] = 0


class Values(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Source value → our code, for each coded column; a column left out holds our codes."""

    region: dict[str, str] | None = None
    topic: dict[str, str] | None = None
    channel: dict[str, str] | None = None


class Mapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One mapping file; `source`, `terms` and `note` are shown to readers of the statistics.

    Without `sheet` the source is a plain table: names in its first row, nothing but records below.
    """

    title: Text
    source: Text
    terms: Text
    note: Text
    columns: Columns
    dates: Dates
    ignore: Ignored = Ignored()
    assertions: Assertions = Assertions()
    values: Values = Values()
    sheet: SheetShape | None = None

    def code(self, column: str, value: object) -> str:
        """Our code for a source value; empty where this mapping has none for it."""
        text = "" if value is None else str(value)
        values: dict[str, str] | None = getattr(self.values, column)
        return text if values is None else values.get(text, "")

    def knows(self, column: str, value: object, codes: Codes, month: Month) -> bool:
        """Whether a source value has a code that holds in that month."""
        row = codes.rows.get(self.code(column, value))
        return row is not None and (
            row.get("valid_from", "") <= str(month.start)
            and (not row.get("valid_to") or row["valid_to"] >= str(month.start))
        )

    def known(self, column: str, codes: Codes, month: Month) -> list[str]:
        """Every source value that has a code in that month; "" stands for none."""
        values: dict[str, str] | None = getattr(self.values, column)
        names = codes.rows if values is None else values
        return [name for name in names if self.knows(column, name, codes, month)]

    @property
    def day_precision(self) -> bool:
        """Text dates without a time of day: a limit then runs to the end of its day."""
        return not any(letter in self.dates.format for letter in ("%H", "%I", "%T", "%X"))


def choose_mapping(portal: Portal, name: str | None) -> tuple[str, Mapping]:
    """The mapping `name`, or the only one that there is.

    Raises:
        SettingsError: no such mapping, several to choose from, or a value that is mapped
            to a code which is in no code list.
    """
    paths = mapping_files(portal)
    if name is None and len(paths) == 1:
        name = next(iter(paths))
    if name is None or name not in paths:
        known = "、".join(paths) or "(还没有)"
        raise SettingsError(f"请用 --mapping 指明对照表。data/mappings/ 里现有：{known}。")
    mapping = read_toml(paths[name], Mapping)
    _refuse_unknown_codes(portal, paths[name], mapping)
    _refuse_wrong_format(paths[name], mapping)
    return name, mapping


def mapping_files(portal: Portal) -> dict[str, Path]:
    """The mappings that there are, by name."""
    return {path.stem: path for path in sorted((portal.data / "mappings").glob("*.toml"))}


def mapped_columns(columns: Columns) -> dict[str, str]:
    """The names of the source's columns by ours, without what it does not have."""
    named = {name: getattr(columns, name) for name in columns.__struct_fields__}
    return {ours: theirs for ours, theirs in named.items() if theirs is not None}


def mapping_faults(portal: Portal) -> list[str]:
    """What is wrong with the mappings, one sentence each."""
    faults = []
    for name in mapping_files(portal):
        try:
            choose_mapping(portal, name)
        except SettingsError as error:
            faults.append(f"data/mappings/{error}")
    return faults


def _refuse_wrong_format(path: Path, mapping: Mapping) -> None:
    """A format that cannot write a date and read the same day back is a slip of the pen."""
    pattern = mapping.dates.format
    if pattern == YEAR_FIRST and mapping.sheet is not None:
        return
    day = datetime.combine(date(2024, 3, 25), time(13, 45))
    try:
        same = datetime.strptime(day.strftime(pattern), pattern).date() == day.date()  # noqa: DTZ007 - local time
    except ValueError:
        same = False
    if not same:
        raise SettingsError(
            f"{path.name}：[dates] 的 format“{pattern}”不是日期的写法。"
            "例如 %Y-%m-%d 或 %Y-%m-%d %H:%M:%S。"
        )


def _refuse_unknown_codes(portal: Portal, path: Path, mapping: Mapping) -> None:
    unknown = {
        f"{column} → {code}"
        for column in CODED
        for code in (getattr(mapping.values, column) or {}).values()
        if code not in portal.codes[f"{column}s"]
    }
    if unknown:
        raise SettingsError(
            f"{path.name}：对照到了代码表里没有的代码：{'、'.join(sorted(unknown))}。"
            "请先在 data/codes/ 里登记，或者改正对照表。"
        )
