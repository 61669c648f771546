"""The columns that an official system wants entries in: `data/layouts/<name>.toml`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import msgspec

from yanlu.errors import SettingsError
from yanlu.intake.review import Raw
from yanlu.model import FATES, Fate
from yanlu.settings import Codes, Portal, Text, read_codes, read_toml

FOLDER = "layouts"
Fact = Literal[
    "id", "number", "day", "kind", "channel", "topic", "region", "writer", "names", "phone",
    "email", "post", "title", "matter", "proposal", "state", "body",
]  # fmt: skip
_CODED: Mapping[str, str] = {"kind": "purposes", "channel": "channels", "topic": "topics"}
_NAMED: Mapping[str, str] = {"region": "regions", "body": "bodies"}
_LISTS = {**_CODED, **_NAMED}  # facts that are codes, and the lists that they are of
_WRITERS = {"one": "个人", "joint": "联名", "organisation": "单位"}


class Column(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One column: a fact of the record, or always the same text.

    `values` translates our codes where the official system has its own; a code that is not
    there is written as `maps_to` of its code list, or as its name.
    """

    title: Text
    holds: Fact | None = None
    always: str = ""
    values: dict[str, str] = {}


class Layout(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One layout file."""

    title: Text
    columns: Annotated[tuple[Column, ...], msgspec.Meta(min_length=1)]

    @property
    def header(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(column.title for column in self.columns)


def read_layout(portal: Portal, name: str) -> Layout:
    """The layout `name`.

    Raises:
        SettingsError: there is none, or it names a fact that records do not have.
    """
    paths = {path.stem: path for path in (portal.data / FOLDER).glob("*.toml")}
    if name not in paths:
        known = "、".join(sorted(paths)) or "（还没有）"
        raise SettingsError(f"没有叫 {name} 的录入格式。data/{FOLDER}/ 里现有：{known}。")
    return read_toml(paths[name], Layout)


def layout_faults(portal: Portal) -> list[str]:
    """What is wrong with the layouts, one sentence each."""
    lists = {name: read_codes(portal.data / "codes" / f"{name}.csv") for name in _LISTS.values()}
    faults = []
    for path in sorted((portal.data / FOLDER).glob("*.toml")):
        try:
            told = list(_faults(read_toml(path, Layout), lists))
        except SettingsError as error:
            faults.append(f"data/{FOLDER}/{error}")
            continue
        faults += [f"data/{FOLDER}/{path.name}：{what}。" for what in told]
    return faults


def _faults(layout: Layout, lists: Mapping[str, Codes]) -> Iterator[str]:
    doubled = [title for title, times in Counter(layout.header).items() if times > 1]
    for title in doubled:
        yield f"有两列都叫“{title}”，请改名或者删去一列"
    for column in layout.columns:
        if column.holds and column.always:
            yield f"“{column.title}”一列同时写了 holds 和 always，请只留一个"
        codes = lists.get(_LISTS.get(str(column.holds), ""))
        unknown = sorted(code for code in column.values if codes and code not in codes)
        if codes and unknown:
            told = f"“{column.title}”一列的 values 里，{'、'.join(unknown)}"
            yield f"{told} 不是 data/codes/{codes.name}.csv 的代码"


@dataclass(frozen=True)
class Facts:
    """What may be written of one record: the row of the store, and what was opened of it."""

    held: Mapping[str, Any]
    raw: Raw
    number: str
    body: str


class Names:
    """Our codes in the words of official systems."""

    def __init__(self, portal: Portal) -> None:
        folder = portal.data / "codes"
        self._codes = {name: read_codes(folder / f"{name}.csv") for name in _LISTS.values()}

    def row(self, layout: Layout, facts: Facts) -> list[str]:
        """One record, in the order of the columns."""
        return [self._cell(column, facts) for column in layout.columns]

    def _cell(self, column: Column, facts: Facts) -> str:
        if column.holds is None:
            return column.always
        if column.holds in _CODED:
            return self._coded(column, str(facts.held[column.holds]))
        value = _fact(column.holds, facts)
        if column.holds in _NAMED and value:
            return column.values.get(value) or self._codes[_NAMED[column.holds]].title(value)
        return column.values.get(value, value)

    def _coded(self, column: Column, code: str) -> str:
        codes: Codes = self._codes[_CODED[str(column.holds)]]
        group = codes.group(code)
        own = column.values.get(code) or column.values.get(group)
        return own or codes.rows[group]["maps_to"] or codes.title(code)


def _fact(name: str, facts: Facts) -> str:
    held, raw = facts.held, facts.raw
    own: Mapping[str, str] = {
        "number": facts.number,
        "body": facts.body,
        "state": FATES[Fate(held["fate"])].shown,
        "writer": _WRITERS[held["writer"]],
    }
    if name in own:
        return own[name]
    said = {**raw.text, **raw.contact}
    return said.get(name, "") if name not in held or name in ("text", "contact") else held[name]
