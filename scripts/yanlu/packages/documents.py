"""Calls and proposals as workbooks: a row for each file, a sheet for each list in its head."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from yanlu.errors import PackageError
from yanlu.packages.calls import CODES as CALL_CODES
from yanlu.packages.calls import Call, call_files, call_of, call_path, write_call
from yanlu.packages.forms import Column, codes_of, headings_of
from yanlu.packages.head_words import resolved
from yanlu.packages.heads import Head, first_bytes, head_faults
from yanlu.packages.proposals import CODES as PROPOSAL_CODES
from yanlu.packages.proposals import (
    Proposal,
    proposal_files,
    proposal_of,
    proposal_path,
    write_proposal,
)
from yanlu.packages.returned import Filled, read_rows, recognised, refuse_faults
from yanlu.packages.schemas import load_schema
from yanlu.workbooks.forms import Table, write_form
from yanlu.workbooks.opening import opened

_ID = "id"
_NOTES = (
    "在“{title}”这一张里填，一行一条，列名不要改。带下拉箭头的格，从里面选。",
    "一条里有好几项的（{lists}），写在那几张里，一行一项，“编号”写这一条的编号。",
    "日期写成 2026-10-03，月份写成 2026-10。格子里换行按 Alt+Enter，空一行另起一段。",
    "填好以后保存成 .xlsx，运行 yanlu template --read 文件名，再运行 yanlu check。",
    "这里删掉一行，不会删掉文件。代码是什么意思，看“代码”那一张。",
)


@dataclass(frozen=True)
class Document:
    """What a file says: its head, and the texts below it by the names of its kind's parts."""

    head: Head
    parts: Mapping[str, str]


@dataclass(frozen=True)
class Kind:
    """A kind of file with a head; `codes` tells of which list a part of the head is a code."""

    schema: str
    codes: Mapping[str, str]
    parts: Sequence[Column]
    files: Callable[[Path], list[Path]]
    read: Callable[[bytes], Document]
    write: Callable[[Document], str]
    place: Callable[[Head], str]


@dataclass(frozen=True)
class Sheet:
    """One sheet of a form: `path` is that of a list in the head, none for the files themselves."""

    title: str
    path: tuple[str, ...]
    columns: Sequence[Column]


@dataclass(frozen=True)
class ReturnedDocuments:
    """What a workbook changes: the content of files by their place under `data/`."""

    title: str
    rows: int
    changed: Mapping[str, str]


def _part(name: str, title: str, note: str, *, required: bool = True) -> Column:
    return Column(name, title, note, "string", required, {})


def _read_call(content: bytes) -> Document:
    call = call_of(content)
    return Document(call.front, {"text": call.text})


def _read_proposal(content: bytes) -> Document:
    one = proposal_of(content)
    return Document(one.front, {"title": one.title, "text": one.text, "answer": one.answer})


KINDS: Mapping[str, Kind] = {
    "calls": Kind(
        "call.schema",
        CALL_CODES,
        [_part("text", "说明文字", "网页上题目下面的文字，可以用 Markdown 的段落和清单")],
        call_files,
        _read_call,
        lambda one: write_call(Call(one.head, one.parts["text"])),
        lambda head: call_path(head[_ID]),
    ),
    "proposals": Kind(
        "proposal.schema",
        PROPOSAL_CODES,
        [
            _part("title", "题目", "一句话，写建议做什么"),
            _part("text", "建议的内容", "为什么建议，建议怎样做"),
            _part("answer", "反馈的原文", "收到书面反馈以后写；没有收到的空着", required=False),
        ],
        proposal_files,
        _read_proposal,
        lambda one: write_proposal(Proposal(one.head, **one.parts)),
        proposal_path,
    ),
}


def _open(kind: Kind, path: Path) -> Document:
    try:
        return kind.read(first_bytes(path))
    except PackageError as error:
        raise PackageError(f"{path.name}：{error}。请先运行 yanlu check，照它说的改正。") from None


def document_titles() -> dict[str, str]:
    """The kinds of files that there are workbooks for, and what they are called."""
    return {name: str(load_schema(kind.schema)["title"]) for name, kind in KINDS.items()}


def documents_workbook(data: Path, name: str) -> bytes:
    """All files of a kind as a workbook to fill in.

    Raises:
        PackageError: a file cannot be read.
        SettingsError: a text is longer than a cell can be.
    """
    kind, sheets = KINDS[name], _sheets(data, name)
    held = [_open(kind, path) for path in kind.files(data)]
    tables = [
        Table(one.title, headings_of(".".join((name, *one.path)), one.columns), _rows(one, held))
        for one in sheets
    ]
    lists = "、".join(one.title for one in sheets[1:])
    note = str(load_schema(kind.schema)["description"])
    lines = [line.format(title=sheets[0].title, lists=lists) for line in _NOTES]
    return write_form(tables, [note, *lines])


def _sheets(data: Path, name: str) -> list[Sheet]:
    """The sheet of the files, then those of the lists in their heads."""
    kind, schema = KINDS[name], load_schema(KINDS[name].schema)
    columns = [
        _column(data, kind, ".".join(path), node, required)
        for path, node, required in _walk(schema, schema)
        if node["type"] != "array"
    ]
    lists = [
        Sheet(node["title"], path, [columns[0], *_items(data, kind, schema, node)])
        for path, node, _ in _walk(schema, schema)
        if node["type"] == "array"
    ]
    return [Sheet(schema["title"], (), [*columns, *kind.parts]), *lists]


def _items(data: Path, kind: Kind, schema: Head, node: Head) -> Iterator[Column]:
    for path, item, required in _walk(schema, node["items"]):
        yield _column(data, kind, ".".join(path), item, required)


def _walk(
    schema: Head, node: Head, above: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Head, bool]]:
    """Texts and lists of a head by their path; whether one must be there wherever its head is."""
    for key, part in node["properties"].items():
        inner = {"type": "string", **resolved(schema, part)}
        if inner["type"] == "object":
            yield from _walk(schema, inner, (*above, key))
        else:
            yield (*above, key), inner, not above and key in node["required"]


def _column(data: Path, kind: Kind, name: str, node: Head, required: bool) -> Column:
    choices: Mapping[str, str] = dict.fromkeys(node.get("enum", ()), "")
    if "oneOf" in node:
        choices = {one["const"]: one["title"] for one in node["oneOf"]}
    elif name in kind.codes:
        choices = codes_of(data, kind.codes[name])
    sort = "date" if node.get("format") == "date" else "string"
    title = str(node["title"])
    return Column(name, title, str(node.get("description", title)), sort, required, choices)


def _rows(sheet: Sheet, held: Sequence[Document]) -> list[list[str]]:
    if not sheet.path:
        return [[_at(one, column.name) for column in sheet.columns] for one in held]
    return [
        [str(one.head[_ID]), *(str(item.get(column.name, "")) for column in sheet.columns[1:])]
        for one in held
        for item in _value(one.head, sheet.path) or ()
    ]


def _at(one: Document, name: str) -> str:
    value = one.parts.get(name) if name in one.parts else _value(one.head, name.split("."))
    return str(value or "")


def _value(head: Any, path: Sequence[str]) -> Any:
    for key in path:
        head = head.get(key) if head else None
    return head


def read_documents(data: Path, path: Path) -> ReturnedDocuments:
    """Read a workbook that `documents_workbook` made: files that say the same are left as they are.

    Raises:
        InputError: cells or rows that cannot be a file; all are named in one message.
    """
    name = recognised(path, document_titles())
    sheets = _sheets(data, name)
    faults: dict[str, list[str]] = {sheet.title: [] for sheet in sheets}
    with opened(path) as book:
        rows = {
            sheet.path: read_rows(book, path.name, sheet.title, sheet.columns, faults[sheet.title])
            for sheet in sheets
        }
    refuse_faults(path.name, faults)
    faults |= {sheet.title: list(_strangers(sheet, rows)) for sheet in sheets[1:]}
    changed = _changed(data, name, rows, faults[sheets[0].title])
    refuse_faults(path.name, faults)
    return ReturnedDocuments(sheets[0].title, len(rows[()]), changed)


_Rows = Mapping[tuple[str, ...], Sequence[Filled]]


def _strangers(sheet: Sheet, rows: _Rows) -> Iterator[str]:
    known = {row.texts[_ID] for row in rows[()]}
    for row in rows[sheet.path]:
        if row.texts[_ID] not in known:
            yield f"第 {row.number} 行的编号，在第一张里没有。"


def _changed(data: Path, name: str, rows: _Rows, faults: list[str]) -> dict[str, str]:
    """The files that say something else now; what is wrong with a row is added to `faults`."""
    kind = KINDS[name]
    held = {path.stem: path for path in kind.files(data)}
    changed, seen = {}, set[str]()
    for row in rows[()]:
        one = _document(kind, row, rows)
        wrong = list(_row_faults(data, kind, one, held, seen))
        faults += [f"第 {row.number} 行：{what}。" for what in wrong]
        there = held.get(row.texts[_ID])
        if not wrong and (there is None or _open(kind, there) != one):
            changed[kind.place(one.head)] = kind.write(one)
    return changed


def _row_faults(
    data: Path, kind: Kind, one: Document, held: Mapping[str, Path], seen: set[str]
) -> Iterator[str]:
    named = one.head[_ID]
    if named in seen:
        yield "编号与上面的一行相同"
    seen.add(named)
    faults = list(head_faults(one.head, kind.schema))
    yield from faults
    if not faults and not _comes_back(kind, one):
        yield "文字里有单独一行的“<!-- … -->”或者多余的空行。请删去"
    there = held.get(named)
    if there and not faults and there != data / kind.place(one.head):
        yield f"这个编号的文件在 data/{there.relative_to(data).as_posix()}，年份不能改"


def _comes_back(kind: Kind, one: Document) -> bool:
    """Whether its file would say the same: a mark in a text would end the text there."""
    try:
        return kind.read(kind.write(one).encode()) == one
    except PackageError:
        return False


def _document(kind: Kind, row: Filled, rows: _Rows) -> Document:
    lists: dict[tuple[str, ...], list[Mapping[str, str]]] = defaultdict(list)
    for path in (path for path in rows if path):
        for item in rows[path]:
            if item.texts[_ID] == row.texts[_ID]:
                lists[path].append({k: v for k, v in item.texts.items() if v and k != _ID})
    schema = _schema(kind.schema)
    parts = {part.name: row.texts[part.name].replace("\r\n", "\n") for part in kind.parts}
    return Document(_built(schema, schema, row.texts, lists), parts)


@cache
def _schema(name: str) -> Head:
    return load_schema(name)


def _built(
    schema: Head,
    node: Head,
    texts: Mapping[str, str],
    lists: Mapping[tuple[str, ...], list[Mapping[str, str]]],
    above: tuple[str, ...] = (),
) -> dict[str, Any]:
    """A head of what its rows say, in the order of the schema, without what is empty."""
    head: dict[str, Any] = {}
    for key, part in node["properties"].items():
        inner, path = {"type": "string", **resolved(schema, part)}, (*above, key)
        if inner["type"] == "object":
            value: Any = _built(schema, inner, texts, lists, path)
        elif inner["type"] == "array":
            value = lists.get(path)
        else:
            value = texts[".".join(path)]
        if value:
            head[key] = value
    return head
