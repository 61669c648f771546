"""Twelve broken workbooks that offices really send: each gets one sentence, and none gets in."""

from __future__ import annotations

import re
import shutil
import time
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from conftest import HEADER, MAPPING, NOW, record, snapshot
from yanlu.cli.understood import understood_lines
from yanlu.errors import InputError
from yanlu.model import Month
from yanlu.settings import Portal
from yanlu.stats.publish import Order, Prepared, prepare

PERSON = "张金丝雀"
NAMES = (*HEADER, "姓名")
SHEET = MAPPING.replace(
    '[dates]\nformat = "%Y-%m-%d %H:%M"', '[sheet]\nheader_rows = 1\n\n[dates]\nformat = "年月日"'
)
ROWS = [[*record(number), PERSON] for number in range(40)]
Book = openpyxl.Workbook
Spoil = Callable[[Path], None]


@pytest.fixture
def office(portal: Portal) -> Portal:
    """A portal that knows the layout of the workbooks of this file."""
    (portal.data / "mappings" / "small.toml").write_text(SHEET, "utf-8")
    return portal


def _book(path: Path) -> Book:
    """A sound workbook: the names in row 1, forty records in rows 2 to 41."""
    book = Book()
    for row in [NAMES, *ROWS]:
        book.active.append([cell or None for cell in row])
    book.save(path)
    return book


def _edited(edit: Callable[[Book], None]) -> Spoil:
    def spoil(path: Path) -> None:
        book = _book(path)
        edit(book)
        book.save(path)

    return spoil


def _with_part(name: str, content: bytes) -> Spoil:
    def spoil(path: Path) -> None:
        with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, content)

    return spoil


def _rewritten(part: str, old: str, new: str) -> Spoil:
    def spoil(path: Path) -> None:
        with zipfile.ZipFile(path) as archive:
            parts = {name: archive.read(name).decode() for name in archive.namelist()}
        parts[part], found = re.subn(old, new, parts[part], count=1)
        assert found
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in parts.items():
                archive.writestr(name, content)

    return spoil


def _encrypted(path: Path) -> None:
    """The beginning of a compound file and the name of the stream in which ECMA-376 hides."""
    path.write_bytes(b"\xd0\xcf\x11\xe0" + bytes(600) + "EncryptedPackage".encode("utf-16-le"))


def _sheet_hidden(book: Book) -> None:
    book.create_sheet("说明").append(["请看案件表"])
    book.active.sheet_state, book.active = "hidden", 1


def _rows_hidden(book: Book) -> None:
    for row in (8, 9):
        book.active.row_dimensions[row].hidden = True


def _column_hidden(book: Book) -> None:
    book.active.column_dimensions["E"].hidden = True


def _second_table(book: Book) -> None:
    book.active.append([])
    for row in (["姓名", "主题", "编号", "收到", "渠道"], [PERSON, "路灯", "B1", "x", "热线"]):
        book.active.append(row)


def _beside(book: Book) -> None:
    for column, name in enumerate(NAMES, start=12):
        book.active.cell(1, column, name)


def _merged(book: Book) -> None:
    book.active.merge_cells("E5:E9")


def _linked(book: Book) -> None:
    book.active["F4"] = f"=[1]{PERSON}!A1"


def _garbled(book: Book) -> None:
    for row in book.active.iter_rows(min_row=2, min_col=5, max_col=6):
        for cell in row:
            cell.value = str(cell.value).encode("gb18030").decode("latin-1")


PART = "xl/worksheets/sheet1.xml"
EMPTY = "".join(f'<row r="{row}" ht="15"/>' for row in range(42, 1_000_042))

REFUSED: dict[str, tuple[Spoil, str]] = {
    "1 a password": (_encrypted, "加了密码，打不开。请用 WPS 或 Excel 打开，去掉密码"),
    "2 macros": (_with_part("xl/vbaProject.bin", PERSON.encode()), "里面有宏，没有打开"),
    "3a a hidden sheet": (_edited(_sheet_hidden), "在第 1 张工作表，是隐藏的，没有读"),
    "3b hidden rows": (_edited(_rows_hidden), "有 2 条记录的行是隐藏的（可能开着筛选）"),
    "3c a hidden column": (_edited(_column_hidden), "E 列是隐藏的"),
    "4a a table below": (_edited(_second_table), "第 43 行起像是另一张表"),
    "4b a table beside": (_edited(_beside), "列都叫“编号”，不知道用哪一列，也可能是两张表并排"),
    "5a a formula": (
        _edited(lambda book: book.active.__setitem__("F3", f'="{PERSON}"')),
        "第 3 行 F 列是公式",
    ),
    "5b a formula in error": (
        _rewritten(PART, '<c r="F3".*?</c>', '<c r="F3" t="e"><v>#REF!</v></c>'),
        "第 3 行 F 列是错误值",
    ),
    "7 a million empty rows": (
        _rewritten(PART, "</sheetData>", f"{EMPTY}</sheetData>"),
        "第 41 行以后连着 10000 多行是空的",
    ),
    "9 merged cells in the data": (_edited(_merged), "第 5 至 9 行 E 列有合并的格"),
    "10 a CSV that was pasted in another encoding": (_edited(_garbled), "的字是乱码"),
    "11 a zip bomb": (_with_part("xl/worksheets/sheet2.xml", bytes(80 << 20)), "可能是压缩炸弹"),
    "12 a link to another file": (_edited(_linked), "第 4 行 F 列的公式引用了另一个文件"),
}  # fmt: skip


def _prepare(office: Portal, path: Path) -> Prepared:
    order = Order(str(path), Month(2024, 3))
    return prepare(office, order, now=NOW, report=lambda _: None)


@pytest.mark.parametrize("name", REFUSED)
def test_a_broken_workbook_gets_one_sentence_and_nothing_is_written(
    office: Portal, tmp_path: Path, name: str
) -> None:
    spoil, words = REFUSED[name]
    _book(tmp_path / "cases.xlsx")
    spoil(tmp_path / "cases.xlsx")
    before, begun = snapshot(office.folder), time.process_time()
    with pytest.raises(InputError) as refusal:
        _prepare(office, tmp_path / "cases.xlsx")
    assert time.process_time() - begun < 5  # seconds
    message = str(refusal.value)
    assert words in message
    assert message.count("\n") == 0
    assert "请" in message  # what to do
    assert PERSON not in message
    assert snapshot(office.folder) == before


def _since_1904(book: Book) -> None:
    book.epoch = CALENDAR_MAC_1904
    for row in range(2, 42):
        book.active.cell(row, 2).value = datetime(2024, 3, 5, 9)  # noqa: DTZ001 - as cells are


def _numbers_as_text(book: Book) -> None:
    """Days as their numbers, in text and in full width."""
    for row in range(2, 42):
        book.active.cell(row, 1).value = f"２０２４０００{row}"
        book.active.cell(row, 2).value = "45356.375"
        book.active.cell(row, 3).value = "４５３７１"


READ: dict[str, tuple[Spoil, str]] = {
    "6 days since 1904": (_edited(_since_1904), "这个工作簿的日期从 1904 年算起，已经照此换算"),
    "8 numbers that are text": (_edited(_numbers_as_text), "读了 40 条记录"),
}


@pytest.mark.parametrize("name", READ)
def test_what_only_looks_broken_is_read_as_if_it_were_sound(
    office: Portal, tmp_path: Path, name: str
) -> None:
    _book(tmp_path / "sound.xlsx")
    sound = _prepare(office, tmp_path / "sound.xlsx")
    spoil, words = READ[name]
    spoil(tmp_path / "cases.xlsx")
    read = _prepare(office, tmp_path / "cases.xlsx")
    assert read.counted.cube == sound.counted.cube
    assert any(words in line for line in understood_lines(read))


def test_the_twelve_are_twelve() -> None:
    numbers = {name.split()[0].rstrip("abc") for name in (*REFUSED, *READ)}
    assert numbers == {str(number) for number in range(1, 13)}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("cases.xls", "是旧格式的工作簿，不能读。请用 WPS 或 Excel 打开，另存为 .xlsx"),
        ("cases.et", "是 WPS 自己的格式，不能读"),
        ("cases.xlsm", "里面可以有宏，没有打开"),
        ("~$cases.xlsx", "打开文件时的临时文件"),
    ],
)
def test_a_file_that_only_needs_to_be_saved_again_says_so(
    office: Portal, tmp_path: Path, name: str, words: str
) -> None:
    (tmp_path / name).write_bytes(b"x")
    with pytest.raises(InputError, match=words.replace(".", "[.]")):
        _prepare(office, tmp_path / name)


def test_a_web_page_that_calls_itself_a_workbook_is_refused(office: Portal, tmp_path: Path) -> None:
    """What many systems call an export to Excel."""
    (tmp_path / "cases.xlsx").write_text(f"<table><tr><td>{PERSON}</td></tr></table>", "utf-8")
    with pytest.raises(InputError, match="其实是一个网页"):
        _prepare(office, tmp_path / "cases.xlsx")


def test_a_sheet_with_entities_is_refused_before_it_is_parsed(
    office: Portal, tmp_path: Path
) -> None:
    _book(tmp_path / "cases.xlsx")
    entity = '<!DOCTYPE worksheet [<!ENTITY a "aaaa">]><worksheet'
    _rewritten(PART, "<worksheet", entity)(tmp_path / "cases.xlsx")
    with pytest.raises(InputError, match="不是完整的 XLSX"):
        _prepare(office, tmp_path / "cases.xlsx")


def test_a_sheet_whose_look_cannot_be_read_is_read_all_the_same(
    office: Portal, tmp_path: Path
) -> None:
    """Some libraries write an empty fill, over which openpyxl stumbles."""
    _edited(_since_1904)(tmp_path / "sound.xlsx")
    shutil.copy(tmp_path / "sound.xlsx", tmp_path / "odd.xlsx")
    _rewritten("xl/styles.xml", "<fill>.*?</fill>", "<fill/>")(tmp_path / "odd.xlsx")
    sound, odd = (_prepare(office, tmp_path / name) for name in ("sound.xlsx", "odd.xlsx"))
    assert odd.counted == sound.counted
