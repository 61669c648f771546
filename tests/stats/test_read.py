"""Records are read the same from every kind of file, and a bad file is a clear sentence."""

from __future__ import annotations

import csv
import gzip
import sqlite3
import zipfile
from datetime import datetime
from pathlib import Path

import ibis
import openpyxl
import pyarrow as pa
import pyarrow.parquet
import pytest

from conftest import HEADER, NOW, Writes, record
from yanlu.errors import InputError
from yanlu.model import Cell, Event, Month
from yanlu.settings import Portal
from yanlu.stats.count import count_events
from yanlu.stats.mapping import choose_mapping
from yanlu.stats.read import open_cases

MARCH = Month(2024, 3)
ROWS = [
    record(1),
    record(2, 渠道="网站", 回复="2024-03-25 08:00"),
    record(3, 期限="", 主题="噪声"),
    record(4, 回复="", 期限="2024-03-08 23:59"),
    record(5, 收到="2024-02-28 10:00", 渠道="自查", 地区="南区"),
]
EXPECTED = {
    ("dorchester", "lighting", "phone", Event.RECEIVED): 2,
    ("dorchester", "lighting", "phone", Event.ON_TIME): 1,
    ("dorchester", "lighting", "phone", Event.OVERDUE): 1,
    ("dorchester", "lighting", "online", Event.RECEIVED): 1,
    ("dorchester", "lighting", "online", Event.LATE): 1,
    ("dorchester", "lighting", "online", Event.OVERDUE): 1,
    ("dorchester", "noise", "phone", Event.RECEIVED): 1,
    ("dorchester", "noise", "phone", Event.NO_LIMIT): 1,
    ("south-end", "lighting", "internal", Event.ON_TIME): 1,
}


def _count(portal: Portal, source: str | Path, month: Month = MARCH) -> dict[Cell, int]:
    _, mapping = choose_mapping(portal, None)
    with open_cases(str(source), mapping) as cases:
        return dict(count_events(cases, mapping, portal.codes, month, NOW).cube.counts)


def _moments(rows: list[list[str]]) -> list[list[object]]:
    def cell(name: str, text: str) -> object:
        if name in ("收到", "期限", "回复"):
            return datetime.fromisoformat(text) if text else None
        return text

    return [[cell(n, t) for n, t in zip(HEADER, row, strict=True)] for row in rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_is_read_in_each_encoding_that_offices_use(
    portal: Portal, write_records: Writes, encoding: str
) -> None:
    assert _count(portal, write_records(ROWS, encoding=encoding)) == EXPECTED


def test_a_compressed_csv_is_read(portal: Portal, write_records: Writes, tmp_path: Path) -> None:
    packed = tmp_path / "cases.csv.gz"
    packed.write_bytes(gzip.compress(write_records(ROWS).read_bytes()))
    assert _count(portal, packed) == EXPECTED


def test_gb18030_keeps_characters_beyond_gbk(portal: Portal, write_records: Writes) -> None:
    mapping = portal.data / "mappings" / "small.toml"
    mapping.write_text(mapping.read_text("utf-8").replace('"多区"', '"𫚖鱼洲"'), "utf-8")
    rows = [record(1, 地区="𫚖鱼洲")]
    counted = _count(portal, write_records(rows, encoding="gb18030"))
    assert counted["dorchester", "lighting", "phone", Event.RECEIVED] == 1


def test_an_xlsx_with_real_dates_is_read(portal: Portal, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in [list(HEADER), *_moments(ROWS)]:
        book.active.append(row)
    book.save(tmp_path / "cases.xlsx")
    assert _count(portal, tmp_path / "cases.xlsx") == EXPECTED


def test_parquet_is_read(portal: Portal, tmp_path: Path) -> None:
    columns = zip(*_moments(ROWS), strict=True)
    table = pa.table([pa.array(list(values)) for values in columns], names=list(HEADER))
    pa.parquet.write_table(table, tmp_path / "cases.parquet")
    assert _count(portal, tmp_path / "cases.parquet") == EXPECTED


def test_a_table_in_a_duckdb_database_is_read(portal: Portal, tmp_path: Path) -> None:
    path = tmp_path / "cases.db"
    database = ibis.duckdb.connect(path)
    columns = dict(zip(HEADER, zip(*ROWS, strict=True), strict=True))
    database.create_table("案件", ibis.memtable(columns))
    database.disconnect()
    assert (
        _count(portal, f"duckdb://{path}#案件")["dorchester", "lighting", "phone", Event.RECEIVED]
        == 2
    )


def test_empty_text_and_no_value_are_the_same_missing_limit(
    portal: Portal, write_records: Writes
) -> None:
    rows = [record(1, 期限=""), record(2, 期限="  ")]
    counted = _count(portal, write_records(rows))
    assert counted["dorchester", "lighting", "phone", Event.NO_LIMIT] == 2


def _refused(portal: Portal, source: str | Path) -> str:
    with pytest.raises(InputError) as refusal:
        _count(portal, source)
    return str(refusal.value)


def test_a_missing_file_is_named(portal: Portal, tmp_path: Path) -> None:
    assert "没有找到" in _refused(portal, tmp_path / "nothing.csv")


@pytest.mark.parametrize("name", ["cases.csv", "cases.csv.gz", "cases.xlsx", "cases.parquet"])
def test_an_empty_file_is_refused(portal: Portal, tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    assert "文件是空的" in _refused(portal, tmp_path / name)


def test_a_file_with_a_header_only_is_refused(portal: Portal, write_records: Writes) -> None:
    assert "没有记录" in _refused(portal, write_records([]))


def test_an_unknown_kind_of_file_says_which_are_known(portal: Portal, tmp_path: Path) -> None:
    (tmp_path / "cases.doc").write_text("x")
    assert ".parquet" in _refused(portal, tmp_path / "cases.doc")


def test_a_compressed_file_cut_in_the_middle_is_refused(
    portal: Portal, write_records: Writes, tmp_path: Path
) -> None:
    packed = gzip.compress(write_records(ROWS * 50).read_bytes())
    (tmp_path / "cut.csv.gz").write_bytes(packed[: len(packed) // 2])
    assert "不完整" in _refused(portal, tmp_path / "cut.csv.gz")


def test_a_csv_cut_in_the_middle_of_a_row_is_refused(portal: Portal, write_records: Writes) -> None:
    path = write_records(ROWS)
    text = path.read_bytes()
    path.write_bytes(text[: text.rindex(b",") - 20])
    assert "文件可能不完整" in _refused(portal, path)
    path.write_bytes(path.read_bytes() + b"\n")
    assert "列数不对" in _refused(portal, path)


def test_a_parquet_file_cut_in_the_middle_is_refused(portal: Portal, tmp_path: Path) -> None:
    columns = zip(*_moments(ROWS), strict=True)
    table = pa.table([pa.array(list(values)) for values in columns], names=list(HEADER))
    pa.parquet.write_table(table, tmp_path / "cases.parquet")
    whole = (tmp_path / "cases.parquet").read_bytes()
    (tmp_path / "cases.parquet").write_bytes(whole[: len(whole) // 2])
    assert "读不下去" in _refused(portal, tmp_path / "cases.parquet")


def test_utf_16_is_refused_with_a_way_out(portal: Portal, write_records: Writes) -> None:
    assert "CSV UTF-8" in _refused(portal, write_records(ROWS, encoding="utf-16"))


def test_an_endless_line_is_refused_before_it_is_read_whole(portal: Portal, tmp_path: Path) -> None:
    """A line of 2 GiB costs two blocks of reading: the file is sparse and never held."""
    path = tmp_path / "cases.csv"
    with path.open("wb") as file:
        file.write(",".join(HEADER).encode() + b"\n")
        file.write(b"x" * (3 << 20))
        file.truncate(2 << 30)
    assert "一行超过" in _refused(portal, path)


def test_a_zip_bomb_in_xlsx_is_refused(portal: Portal, tmp_path: Path) -> None:
    path = tmp_path / "cases.xlsx"
    openpyxl.Workbook().save(path)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet2.xml", b"0" * (300 << 20))
    assert "压缩炸弹" in _refused(portal, path)


def test_formulas_are_refused_with_their_place(portal: Portal, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in [list(HEADER), *_moments(ROWS)]:
        book.active.append(row)
    book.active["E3"] = '=CONCATENATE("多","区")'
    book.save(tmp_path / "cases.xlsx")
    assert "第 3 行 E 列是公式" in _refused(portal, tmp_path / "cases.xlsx")


def test_two_filled_sheets_are_refused(portal: Portal, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for sheet in (book.active, book.create_sheet()):
        sheet.append(list(HEADER))
    book.save(tmp_path / "cases.xlsx")
    assert "不止一张" in _refused(portal, tmp_path / "cases.xlsx")


def _spoiled(path: Path, old: bytes, new: bytes) -> None:
    """Change the sheet inside a workbook."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    assert old in parts[sheet]
    parts[sheet] = parts[sheet].replace(old, new)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def test_a_row_beyond_the_last_of_any_sheet_is_refused(portal: Portal, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in [list(HEADER), *_moments(ROWS)]:
        book.active.append(row)
    book.save(tmp_path / "cases.xlsx")
    _spoiled(tmp_path / "cases.xlsx", b'<row r="6"', b'<row r="999999999"')
    assert "不是完整的 XLSX" in _refused(portal, tmp_path / "cases.xlsx")


@pytest.mark.parametrize(
    ("cell", "value", "words"),
    [
        ("B1", "编号", "B 列的列名与前面的重复"),
        ("B1", None, "B 列没有列名"),
        ("J3", "张三", "第 3 行的格子比列名多"),
        ("A9", "张三", "第 7 行是空行"),
        ("XFD3", "张三", "不是完整的 XLSX"),
    ],
    ids=["repeated name", "missing name", "cell without a name", "blank row", "far column"],
)
def test_a_crooked_sheet_is_refused_with_its_place(
    portal: Portal, tmp_path: Path, cell: str, value: str | None, words: str
) -> None:
    book = openpyxl.Workbook()
    for row in [list(HEADER), *_moments(ROWS)]:
        book.active.append(row)
    book.active[cell] = value
    book.save(tmp_path / "cases.xlsx")
    message = _refused(portal, tmp_path / "cases.xlsx")
    assert words in message
    assert "张三" not in message


def test_a_password_or_a_broken_workbook_is_refused(portal: Portal, tmp_path: Path) -> None:
    (tmp_path / "cases.xlsx").write_bytes(b"\xd0\xcf\x11\xe0" + b"0" * 1000)
    assert "不是完整的 XLSX" in _refused(portal, tmp_path / "cases.xlsx")


def test_a_database_that_is_not_there_is_refused(portal: Portal, tmp_path: Path) -> None:
    assert "打不开 duckdb" in _refused(portal, f"duckdb://{tmp_path}/none.db#案件")


def test_a_database_without_the_table_is_refused(portal: Portal, tmp_path: Path) -> None:
    ibis.duckdb.connect(tmp_path / "cases.db").disconnect()
    assert "表名" in _refused(portal, f"duckdb://{tmp_path}/cases.db#案件")


def test_a_table_in_an_sqlite_database_is_read(portal: Portal, tmp_path: Path) -> None:
    path = tmp_path / "cases.db"
    database = sqlite3.connect(path)
    database.execute(f"create table 案件 ({', '.join(f'{name} text' for name in HEADER)})")
    database.executemany("insert into 案件 values (?, ?, ?, ?, ?, ?, ?)", ROWS)
    database.commit()
    database.close()
    assert _count(portal, f"sqlite://{path}#案件") == EXPECTED


def test_a_database_file_that_is_not_there_is_not_made(portal: Portal, tmp_path: Path) -> None:
    assert "没有这个文件" in _refused(portal, f"sqlite://{tmp_path}/none.db#案件")
    assert not (tmp_path / "none.db").exists()


def test_an_sqlite_file_behind_the_wrong_scheme_is_refused(portal: Portal, tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "cases.db").execute("create table t (a)").connection.close()
    assert "不认识 nothing" in _refused(portal, f"nothing://{tmp_path}/cases.db#t")
    assert "打不开" in _refused(portal, f"duckdb://{tmp_path}/cases.db#t")


def test_an_unknown_column_names_itself(portal: Portal, write_records: Writes) -> None:
    path = write_records([[*row, "x"] for row in ROWS], header=[*HEADER, "备注"])
    assert "备注" in _refused(portal, path)


def test_a_missing_column_is_named_and_the_first_row_is_not_quoted(
    portal: Portal, write_records: Writes
) -> None:
    path = write_records(ROWS, header=record(9, 编号="张三"))
    message = _refused(portal, path)
    assert "缺少" in message
    assert "编号" in message
    assert "张三" not in message


def test_quotes_that_do_not_pair_are_refused_without_quoting(
    portal: Portal, tmp_path: Path
) -> None:
    path = tmp_path / "cases.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerow(HEADER)
        file.write('A1,"2024-03-05 09:00,2024-03-20 23:59,,张三,路灯,热线\nA2,x\n')
    assert "张三" not in _refused(portal, path)
