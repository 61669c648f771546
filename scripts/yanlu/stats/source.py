"""Case records as staff have them: a known layout is recognised, an unknown one asked about."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from yanlu.errors import InputError, SettingsError
from yanlu.model import Month
from yanlu.settings import Portal
from yanlu.stats.garbled import refuse_garbled
from yanlu.stats.grid import File, is_grid, look_into
from yanlu.stats.guess import Proposal, propose
from yanlu.stats.header import find_header, head, is_value
from yanlu.stats.mapping import Mapping as Mapped
from yanlu.stats.mapping import SheetShape, choose_mapping, mapped_columns, mapping_files
from yanlu.stats.read import Cases, hold_cases, open_cases
from yanlu.stats.remember import (
    mapping_text,
    new_mapping,
    path_of,
    remember_codes,
    remember_ignored,
    write_mapping,
)
from yanlu.stats.sheet import Found, Understood, read_sheet, refuse_twice
from yanlu.stats.unknown import Unknown, unknown_values
from yanlu.workbooks.rows import letter

MOST = 300  # values that anybody can be asked about, one by one
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class Asks(Protocol):
    """Whoever answers questions about an export; what is answered is remembered."""

    def layout(self, file: File, proposal: Proposal | None) -> Proposal:
        """Which sheet, which rows of names, which column is what."""

    def unread(self, names: Sequence[str]) -> bool:
        """Whether columns that were not there before are rightly not read."""

    def codes(self, found: Found, column: str, unknown: Sequence[Unknown]) -> Mapping[str, str]:
        """The code of each value that has none."""


@dataclass(frozen=True)
class Source:
    """Records that can be counted, how they become ours, and what was understood of their sheet.

    `understood` is None for a plain table, in which there is nothing to understand.
    """

    cases: Cases
    mapping: Mapped
    understood: Understood | None = None


@contextmanager
def open_source(
    portal: Portal, place: str, name: str | None, month: Month, asks: Asks | None
) -> Iterator[Source]:
    """Open the records at `place` by the mapping `name`, or by the one that fits.

    Raises:
        InputError: no file of its kind, or a sheet that cannot be counted as it is.
        SettingsError: no mapping fits, and there is nobody to ask.
    """
    fitting = None
    if is_grid(place) and not _certainly_plain(portal, name, asks):
        with look_into(Path(place)) as file:
            fitting = _settled(portal, file, name, asks)
            if isinstance(fitting, Found):
                table, understood = read_sheet(file, fitting)
    if not isinstance(fitting, Found):
        _, mapping = choose_mapping(portal, fitting or name)
        with open_cases(place, mapping) as cases:
            yield Source(cases, mapping)
        return
    with hold_cases(table, Path(place).name) as cases:
        mapping = fitting.mapping
        if asks is not None:
            mapping = _with_codes(portal, cases, fitting, month, asks)
        yield Source(cases, mapping, understood)


def _certainly_plain(portal: Portal, name: str | None, asks: Asks | None) -> bool:
    """Whether there is no need to look for a layout: none is known that could fit."""
    files = mapping_files(portal)
    if name is not None and (name in files or asks is None):
        return choose_mapping(portal, name)[1].sheet is None
    return (
        asks is None
        and bool(files)
        and all(choose_mapping(portal, one)[1].sheet is None for one in files)
    )


def _settled(portal: Portal, file: File, name: str | None, asks: Asks | None) -> Found | str:
    """The layout of this file, known or asked about; or the name of a mapping of plain tables.

    Raises:
        InputError, SettingsError: it is not known, and there is nobody to ask.
    """
    known = [name] if name in mapping_files(portal) else [*mapping_files(portal)]
    named = name is None or name in known
    found = [one for key in known if named for one in _fitting(portal, file, key)]
    if len({one.name for one in found}) > 1:
        names = "、".join(sorted({one.name for one in found}))
        raise InputError(f"{file.name}：几个对照表都合适（{names}）。请用 --mapping 指明一个。")
    if len(found) > 1:
        places = "、".join(f"第 {one.grid.position} 张" for one in found)
        raise InputError(
            f"{file.name}：有这些列的工作表不止一张（{places}）。请只留下案件记录的那一张，"
            f"或者在 data/mappings/{found[0].name}.toml 的 [sheet] 里写明 position（第几张）。"
        )
    if found:
        refuse_twice(file.name, found[0])
        return _without_strangers(portal, file, found[0], asks)
    plain = [key for key in known if named and _is_plain_table(portal, file, key)]
    if plain:
        return plain[0]
    _refuse_hidden_sheet(portal, file, known)
    return _asked(portal, file, name, asks)


def _fitting(portal: Portal, file: File, name: str, *, hidden: bool = False) -> Iterator[Found]:
    """Where in the file a layout fits; of hidden sheets only with `hidden`."""
    _, mapping = choose_mapping(portal, name)
    if mapping.sheet is None:
        return
    wanted = {*mapped_columns(mapping.columns).values()}
    for grid in file.grids:
        if grid.hidden is hidden and mapping.sheet.position in (None, grid.position):
            header = find_header(head(grid.read(None)), wanted, mapping.sheet.header_rows)
            if header is not None:
                yield Found(name, mapping, grid, header)


def _is_plain_table(portal: Portal, file: File, name: str) -> bool:
    """Whether the names of a mapping without `[sheet]` are those of the first row."""
    _, mapping = choose_mapping(portal, name)
    if mapping.sheet is not None:
        return False
    wanted = {*mapped_columns(mapping.columns).values()}
    tops = [next(iter(grid.read(None)), None) for grid in file.grids]
    return any(top and wanted <= {*map(str, top.cells.values())} for top in tops)


def _refuse_hidden_sheet(portal: Portal, file: File, known: Sequence[str]) -> None:
    found = [one for key in known for one in _fitting(portal, file, key, hidden=True)]
    if found:
        raise InputError(
            f"{file.name}：案件记录在{found[0].grid.place}，是隐藏的，没有读。请取消隐藏，核对后保存。"
        )


def _without_strangers(portal: Portal, file: File, found: Found, asks: Asks | None) -> Found:
    """The layout, when staff know of every column that is not read.

    Raises:
        InputError: there are columns of which the mapping says nothing.
    """
    strangers = [name for name in found.unread if name not in found.mapping.ignore.columns]
    if not strangers:
        return found
    odd = [letter(at) for at, name in found.header.names.items() if is_value(name)]
    if odd:
        raise InputError(
            f"{file.name}：{'、'.join(odd)} 列的列名里有日期、号码，像是一条记录，没有读，没有记。"
            "请改成列的名称，或者删去这一列，再保存。"
        )
    if asks is None or not asks.unread(strangers):
        raise InputError(
            f"{file.name}：有 {len(strangers)} 个列，对照表里没有写：{'、'.join(strangers)}。"
            f"请在 data/mappings/{found.name}.toml 的 [columns] 里写明用途，"
            "或者写进 [ignore]（不读取）。"
        )
    remember_ignored(path_of(portal, found), strangers)
    return found


def _asked(portal: Portal, file: File, name: str | None, asks: Asks | None) -> Found:
    """The layout of a file that was never seen before."""
    offered = propose(file)
    _refuse_unreadable(file)
    if asks is None:
        raise InputError(_how_to(portal, file, offered))
    called = name or _free_name(portal)
    if not _NAME.fullmatch(called):
        raise SettingsError("对照表的名字只能用小写字母、数字和连字符，例如 xinfang。")
    given = asks.layout(file, offered)
    found = Found(called, _mapping_of(portal, file, given), given.grid, given.header)
    refuse_twice(file.name, found)
    write_mapping(path_of(portal, found), found.mapping)
    return found


def _mapping_of(portal: Portal, file: File, given: Proposal) -> Mapped:
    header, columns = given.header, {k: given.header.names[c] for k, c in given.columns.items()}
    others = [name for column, name in header.names.items() if column not in given.columns.values()]
    depth = header.last - header.first + 1
    same = [g for g in file.visible if find_header(head(g.read(None)), columns.values(), depth)]
    position = given.grid.position if len(same) > 1 else None
    return new_mapping(portal, SheetShape(depth, position), columns, others)


def _refuse_unreadable(file: File) -> None:
    for grid in file.visible:
        texts = [str(v) for row in head(grid.read(None)) for v in row.cells.values()]
        refuse_garbled(file.name, texts, grid.place or "文件里")


def _how_to(portal: Portal, file: File, offered: Proposal | None) -> str:
    """What somebody can do who started the program where it cannot ask."""
    first = (
        f"{file.name}：还没有认得这种表的对照表。请在终端里运行同样的命令，程序会问几个问题，"
        "问过一次以后就认得了"
    )
    if offered is None or not offered.certain or not offered.complete:
        return f"{first}。也可以照 data/mappings/ 里已有的写一个。"
    draft = mapping_text(_mapping_of(portal, file, offered))
    place = f"data/mappings/{_free_name(portal)}.toml"
    return f"{first}；或者把下面的草稿核对、改正，存成 {place}：\n{draft}"


def _free_name(portal: Portal) -> str:
    taken = mapping_files(portal)
    names = ("cases", *(f"cases-{n}" for n in range(2, len(taken) + 3)))
    return next(name for name in names if name not in taken)


def _with_codes(portal: Portal, cases: Cases, found: Found, month: Month, asks: Asks) -> Mapped:
    """The mapping, when every value has a code that somebody could give one.

    Raises:
        InputError: more values than any list of codes has.
    """
    for column, unknown in unknown_values(cases, found.mapping, portal.codes, month).items():
        if len(unknown) > MOST:
            theirs = found.header.names[found.columns[column]]
            raise InputError(
                f"{cases.name}：列“{theirs}”有 {len(unknown)} 种取值没有代码，不像一张代码表，"
                f"可能选错了列。请改正 data/mappings/{found.name}.toml，或者删去它，再运行一次。"
            )
        codes = asks.codes(found, column, [one for one in unknown if not one.personal])
        if codes:
            remember_codes(path_of(portal, found), column, codes)
    return choose_mapping(portal, found.name)[1]
