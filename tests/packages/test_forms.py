"""A table becomes a workbook and the workbook the same table, whatever program saved it."""

from __future__ import annotations

import csv
import shutil
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.styles import Font

from conftest import ROOT, snapshot
from yanlu.cli.main import yanlu
from yanlu.errors import InputError, SettingsError
from yanlu.packages.forms import KEPT, find_form, form_workbook
from yanlu.packages.returned import read_form
from yanlu.packages.schemas import TABLES
from yanlu.packages.write import csv_text
from yanlu.settings import Portal

# What XML can hold, without what CSV and spreadsheets do not keep apart: spaces at the ends,
# carriage returns.
TEXTS = st.text(
    st.characters(exclude_categories=("Cc", "Cs", "Cn", "Z"), exclude_characters="\ufffe\uffff")
    | st.sampled_from("\n =+-@'0９，；"),
    max_size=30,
).map(str.strip)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for name in ("codes", "guidance", "supervision"):
        shutil.copytree(ROOT / "data" / name, tmp_path / "data" / name)
    shutil.copy(ROOT / "data" / "awards.csv", tmp_path / "data")
    return tmp_path / "data"


def _made(data: Path, name: str) -> Path:
    path = data.parent / "form.xlsx"
    path.write_bytes(form_workbook(data, find_form(data, name)))
    return path


@pytest.mark.parametrize("name", KEPT)
def test_every_table_of_the_reference_office_comes_back_byte_for_byte(
    data: Path, name: str
) -> None:
    before = (data / TABLES[name]).read_text("utf-8")
    assert read_form(data, _made(data, name)).text == before


@settings(max_examples=30)  # each is a workbook
@given(st.lists(st.tuples(TEXTS, TEXTS.filter(bool), TEXTS), max_size=5))
def test_any_text_comes_back_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, str]]
) -> None:
    data = tmp_path_factory.mktemp("data")
    (data / "guidance").mkdir()
    form = find_form(data, "posts")
    names = [column.name for column in form.columns]
    filled = [dict.fromkeys(names, middle) | {names[-1]: last} for _, middle, last in rows]
    text = csv_text([names, *([row[name] for name in names] for row in filled)])
    (data / form.place).write_text(text, "utf-8", newline="")
    path = data / "form.xlsx"
    path.write_bytes(form_workbook(data, form))
    assert read_form(data, path).text == text


def _as_a_spreadsheet_would(text: str) -> Any:
    """Days, times, numbers and truths, of which a spreadsheet makes its own."""
    for read in (
        lambda: datetime.combine(date.fromisoformat(text), time.min),
        lambda: time.fromisoformat(text) if ":" in text and len(text) == 5 else int("x"),
        lambda: int(text) if text == str(int(text)) else int("x"),
    ):
        try:
            return read()
        except ValueError:
            continue
    return {"是": True, "否": False}.get(text, text)


@pytest.mark.parametrize("name", ["offices", "receptions", "doors", "leaders", "sanctions"])
def test_a_workbook_that_another_program_saved_again_says_the_same(data: Path, name: str) -> None:
    """Another font, real dates, real numbers, columns in another order, a blank row at the end."""
    path = _made(data, name)
    book = openpyxl.load_workbook(path)
    table = book.worksheets[0]
    rows = [[cell.value for cell in reversed(row)] for row in table.iter_rows()]
    book.remove(table)
    saved = book.create_sheet(table.title)
    for row in rows:
        saved.append([_as_a_spreadsheet_would(cell) if cell else None for cell in row])
        for cell in saved[saved.max_row]:
            cell.font = Font(name="仿宋_GB2312")
    saved.cell(saved.max_row + 3, 1).font = Font(name="仿宋_GB2312")
    book.save(path)
    assert read_form(data, path).text == (data / TABLES[name]).read_text("utf-8")


def _spoiled(path: Path, **cells: object) -> Path:
    book = openpyxl.load_workbook(path)
    for name, value in cells.items():
        book.worksheets[0][name] = value
    book.save(path)
    return path


def test_every_fault_is_named_by_sheet_cell_and_column_and_none_quotes_the_cell(
    data: Path,
) -> None:
    path = _spoiled(
        _made(data, "offices"), L2="13912345678", C3="张金丝雀", E4=None, I5="=A1", P2="张金丝雀"
    )
    with pytest.raises(InputError) as refusal:
        read_form(data, path)
    said = str(refusal.value)
    assert "工作表“办事窗口”" in said
    assert "第 2 行 L 列（核对日期）不是日期。请写成 2026-10-03 的样子" in said
    assert "第 3 行 C 列（地区）不在下拉列表里" in said
    assert "第 4 行 E 列（名称）空着。这一列必须填" in said
    assert "第 5 行 I 列（无障碍）是公式" in said
    assert "第 2 行 P 列没有列名" in said
    assert "13912345678" not in said
    assert "张金丝雀" not in said


@pytest.mark.parametrize(
    ("cells", "words"),
    [({"A1": "编码"}, "第 1 行的列名改过，少了代码"), ({"N1": "代码"}, "多出来的或者重复的列名")],
)
def test_names_of_columns_that_were_changed_are_refused(
    data: Path, cells: dict[str, object], words: str
) -> None:
    with pytest.raises(InputError, match=words):
        read_form(data, _spoiled(_made(data, "offices"), **cells))


def test_drop_downs_offer_the_codes_and_the_notes_have_an_example(data: Path) -> None:
    book = openpyxl.load_workbook(_made(data, "offices"))
    table, notes, codes = book.worksheets
    offered = {str(rule.sqref): rule.formula1 for rule in table.data_validations.dataValidation}
    regions = [row["code"] for row in csv.DictReader((data / "codes/regions.csv").open("r"))]
    where = next(place for cells, place in offered.items() if cells.startswith("C2:C"))
    column = where.split("$")[1]
    assert [codes[f"{column}{row}"].value for row in range(2, len(regions) + 2)] == regions
    cells = {str(cell.value) for row in notes.iter_rows() for cell in row}
    assert {"门牌地址；热线没有地址", "示例大道1号", "必填"} <= cells


def test_a_table_is_called_by_its_name_or_by_its_title(data: Path) -> None:
    assert find_form(data, "办事窗口") == find_form(data, "offices")
    with pytest.raises(SettingsError, match="awards（奖励）"):
        find_form(data, "案件")


def test_a_table_with_a_column_of_its_own_is_refused_instead_of_losing_it(data: Path) -> None:
    path = data / "guidance" / "offices.csv"
    path.write_text(path.read_text("utf-8").replace("code,", "own,code,", 1), "utf-8")
    with pytest.raises(SettingsError, match="列与约定的不同"):
        form_workbook(data, find_form(data, "offices"))


def test_a_workbook_of_no_table_is_refused(data: Path, tmp_path: Path) -> None:
    openpyxl.Workbook().save(tmp_path / "other.xlsx")
    with pytest.raises(InputError, match="没有认出是哪一张表"):
        read_form(data, tmp_path / "other.xlsx")


def test_a_shipped_table_comes_with_its_rows_and_goes_back_without_a_file_of_the_offices_own(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = portal.folder / "shipped"
    (portal.data / "guidance" / "upkeep.csv").rename(portal.folder / "upkeep.csv")
    (shipped / "data" / "guidance").mkdir(parents=True)
    (portal.folder / "upkeep.csv").rename(shipped / "data" / "guidance" / "upkeep.csv")
    monkeypatch.setattr("yanlu.overlay.SHIPPED", shipped)
    monkeypatch.chdir(portal.folder)
    call = CliRunner().invoke
    assert call(yanlu, ["template", "upkeep", "--out", "u.xlsx"]).exit_code == 0
    rows = openpyxl.load_workbook(portal.folder / "u.xlsx").worksheets[0].max_row
    assert rows > 10
    assert "没有改动" in call(yanlu, ["template", "--read", "u.xlsx"]).output
    assert not (portal.data / "guidance" / "upkeep.csv").exists()


def test_a_table_that_had_no_folder_yet_gets_one(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(portal.folder)
    call = CliRunner().invoke
    call(yanlu, ["template", "sanctions", "--out", "s.xlsx"])
    _spoiled(portal.folder / "s.xlsx", A2="2025", B2="0")
    done = call(yanlu, ["template", "sanctions", "--read", "s.xlsx"])
    assert "已写入 data/supervision/sanctions.csv" in done.output


def test_a_workbook_of_another_table_than_the_one_that_was_named_is_not_read(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(portal.folder)
    call = CliRunner().invoke
    call(yanlu, ["template", "doors", "--out", "d.xlsx"])
    done = call(yanlu, ["template", "offices", "--read", "d.xlsx"])
    assert "不是“offices”" in str(done.exception)


def test_the_command_makes_a_form_and_writes_it_back(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(portal.folder)
    call = CliRunner().invoke
    assert "offices（办事窗口）" in call(yanlu, ["template"]).output
    assert "已写好 办事窗口.xlsx" in call(yanlu, ["template", "offices"]).output
    before = snapshot(portal.data)
    assert "没有改动" in call(yanlu, ["template", "--read", "办事窗口.xlsx"]).output
    assert snapshot(portal.data) == before
    _spoiled(portal.folder / "办事窗口.xlsx", G2="工作日9:00–18:00")
    done = call(yanlu, ["template", "--read", "办事窗口.xlsx"])
    assert "已写入 data/guidance/offices.csv" in done.output
    changed = (portal.data / "guidance" / "offices.csv").read_text("utf-8")
    assert changed.splitlines()[1].count("9:00–18:00") == 1
