"""How one source's columns and values become ours: `data/mappings/<name>.toml`."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path
from typing import Annotated

import msgspec

from yanlu.errors import SettingsError
from yanlu.settings import Portal, Text, read_toml

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
    """The one format of dates that are text, in strptime's letters."""

    format: Text


class Assertions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Known faults of a source, bounded: one more than stated stops the run."""

    replied_before_received_max: Annotated[int, msgspec.Meta(ge=0)] = 0


class Values(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Source value → our code, for each coded column; a column left out holds our codes."""

    region: dict[str, str] | None = None
    topic: dict[str, str] | None = None
    channel: dict[str, str] | None = None


class Mapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One mapping file; `source`, `terms` and `note` are shown to readers of the statistics."""

    title: Text
    source: Text
    terms: Text
    note: Text
    columns: Columns
    dates: Dates
    ignore: Ignored = Ignored()
    assertions: Assertions = Assertions()
    values: Values = Values()

    def code(self, column: str, value: object) -> str:
        """Our code for a source value; empty where this mapping has none for it."""
        text = "" if value is None else str(value)
        values: dict[str, str] | None = getattr(self.values, column)
        return text if values is None else values.get(text, "")

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
    paths = {path.stem: path for path in sorted((portal.data / "mappings").glob("*.toml"))}
    if name is None and len(paths) == 1:
        name = next(iter(paths))
    if name is None or name not in paths:
        known = "、".join(paths) or "(还没有)"
        raise SettingsError(f"请用 --mapping 指明对照表。data/mappings/ 里现有：{known}。")
    mapping = read_toml(paths[name], Mapping)
    _refuse_unknown_codes(portal, paths[name], mapping)
    _refuse_wrong_format(paths[name], mapping.dates.format)
    return name, mapping


def mapping_faults(portal: Portal) -> list[str]:
    """What is wrong with the mappings, one sentence each."""
    faults = []
    for path in sorted((portal.data / "mappings").glob("*.toml")):
        try:
            choose_mapping(portal, path.stem)
        except SettingsError as error:
            faults.append(f"data/mappings/{error}")
    return faults


def _refuse_wrong_format(path: Path, pattern: str) -> None:
    """A format that cannot write a date and read the same day back is a slip of the pen."""
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
