"""The tables that staff keep, as workbooks to fill in: what may stand in each column, in words."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from yanlu.errors import SettingsError
from yanlu.overlay import in_data
from yanlu.packages.schemas import TABLES, load_schema
from yanlu.settings import read_codes
from yanlu.workbooks.forms import Choice, Heading, Table, write_form

# Program-written tables are no business of anybody with a spreadsheet; neither are code lists,
# which are changed line by line with a reason.
_GUIDANCE = (name for name, place in TABLES.items() if place.startswith("guidance/"))
KEPT = (*_GUIDANCE, "sanctions", "awards")
YES, NO = "是", "否"
_NOTES = (
    "在“{title}”这一张里填，一行一条，列名不要改。带下拉箭头的格，从里面选。",
    "日期写成 2026-10-03。整张表都是文本格式，号码前面的 0 不会丢。",
    "填好以后保存成 .xlsx，运行 yanlu template --read 文件名，再运行 yanlu check。",
    "代码是什么意思，看“代码”那一张。",
)


@dataclass(frozen=True)
class Column:
    """One column: what the CSV file and what the clerk calls it, its kind, what may stand in it.

    `kind` is the type by the Table Schema standard. `choices`: codes and what they mean; empty
    where anything may stand.
    """

    name: str
    title: str
    note: str
    kind: str
    required: bool
    choices: Mapping[str, str]


@dataclass(frozen=True)
class Form:
    """A table as staff see it; `place` is that of its CSV file under `data/`."""

    name: str
    title: str
    note: str
    place: str
    columns: Sequence[Column]


def find_form(data: Path, called: str) -> Form:
    """The form of a table, by its name or by its Chinese title.

    Raises:
        SettingsError: there is no such table, or no code list that it needs.
    """
    for name in KEPT:
        schema = load_schema(name)
        if called in (name, schema["title"], Path(TABLES[name]).name):
            columns = [_column(data, schema, field) for field in schema["fields"]]
            return Form(name, schema["title"], schema["description"], TABLES[name], columns)
    raise unknown_form(titles())


def unknown_form(known: Mapping[str, str]) -> SettingsError:
    """What there is to say where no form is called so; `known` are their names and titles."""
    listed = "、".join(f"{name}（{title}）" for name, title in known.items())
    return SettingsError(f"没有这张表。有：{listed}。")


def titles() -> dict[str, str]:
    """The tables that there are forms for, and what they are called."""
    return {name: load_schema(name)["title"] for name in KEPT}


def form_workbook(data: Path, form: Form) -> bytes:
    """The workbook: what the table holds now, with drop-downs, notes and an example row.

    Raises:
        SettingsError: the CSV file has other columns, which would be lost on the way.
    """
    headings = headings_of(form.name, form.columns)
    words = [form.note, *(line.format(title=form.title) for line in _NOTES)]
    return write_form([Table(form.title, headings, _rows(data, form))], words)


def headings_of(name: str, columns: Sequence[Column]) -> list[Heading]:
    """The columns of a sheet as a clerk reads them, with the example that goes by this name."""
    example = _example(name)
    return [
        Heading(
            column.title,
            column.note,
            column.required,
            _drop_down(column),
            shown(column, example.get(column.name, "")),
        )
        for column in columns
    ]


def _rows(data: Path, form: Form) -> list[list[str]]:
    path, names = in_data(data, form.place), [column.name for column in form.columns]
    if not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = [*csv.reader(file)] or [names]
    if header != names or any(len(row) != len(names) for row in rows):
        raise SettingsError(
            f"data/{form.place}：列与约定的不同，没有做工作簿。请先运行 yanlu check，照它说的改正。"
        )
    return [
        [shown(column, cell) for column, cell in zip(form.columns, row, strict=True)]
        for row in rows
    ]


def shown(column: Column, value: str) -> str:
    """A value as a clerk writes it."""
    return {"true": YES, "false": NO}.get(value, value) if column.kind == "boolean" else value


def _drop_down(column: Column) -> list[Choice]:
    choices = {YES: "", NO: ""} if column.kind == "boolean" else column.choices
    return [Choice(code, meaning) for code, meaning in choices.items()]


def _column(data: Path, schema: Mapping[str, Any], field: Mapping[str, Any]) -> Column:
    limits = field.get("constraints", {})
    listed = dict.fromkeys(limits.get("enum", ()), "")
    for key in schema.get("foreignKeys", ()):
        if key["fields"] == [field["name"]] and key["reference"]["resource"]:
            listed = codes_of(data, key["reference"]["resource"])
    required = bool(limits.get("required"))
    return Column(
        field["name"], field["title"], field["description"], field["type"], required, listed
    )


def codes_of(data: Path, name: str) -> dict[str, str]:
    """The codes of another table and their names; empty where the office has no such table."""
    path = in_data(data, TABLES[name])
    if not path.is_file():
        return {}
    rows = read_codes(path).rows
    return {code: row.get("name") or row.get("title") or "" for code, row in rows.items()}


def _example(name: str) -> Mapping[str, str]:
    text = files(__package__).joinpath("schemas", "examples.toml").read_text("utf-8")
    example: Mapping[str, str] = tomllib.loads(text)[name]
    return example
