"""An export as an office's system writes it: titles, two rows of names, totals, notes, persons.

Written part by part, because a library would take longer over sixty thousand rows than the
reader that is tested.
"""

from __future__ import annotations

import random
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from xml.sax.saxutils import escape

from openpyxl.utils import get_column_letter

# The names in two rows; an empty one belongs to the merged cell at its left or above it.
NAMES = (
    ("序号", ""), ("信访件编号", ""), ("信访人", "姓名"), ("", "证件号码"), ("", "联系电话"),
    ("", "住址"), ("", ""), ("信访形式", ""), ("登记", "日期"), ("问题", "属地"), ("", "内容分类"),
    ("概况", ""), ("办理", "承办人"), ("", "期限"), ("", "答复日期"),
)  # fmt: skip
PERSONS = (
    "张金丝雀", "110101199003078515", "13912345678", "金丝雀路8号3单元", "金丝雀路的路灯不亮",
)  # fmt: skip
REGIONS = {"多彻斯特": "dorchester", "南端": "south-end", "后湾": "back-bay"}
TOPICS = {"路灯不亮": "lighting.outages", "噪声扰民": "noise.other", "垃圾清运": "waste.bulk"}
CHANNELS = ("来电", "网站", "窗口")
_EPOCH = date(1899, 12, 30)
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_DATE = 1  # the style of a cell that is shown as a date

Cell = str | int | date | None


def spelled(day: date, way: int) -> Cell:
    """A day in one of the spellings that a system and its clerks mix."""
    ways: Sequence[Cell] = (
        day,
        f"{day.year}-{day.month}-{day.day}",
        f"{day:%Y/%m/%d}",
        f"{day.year}年{day.month}月{day.day}日",
        (day - _EPOCH).days,
        str((day - _EPOCH).days),
        f"{day:%Y-%m-%d} 00:00:00",
        "".join(chr(ord(sign) + 0xFEE0) if sign.isdigit() else sign for sign in f"{day}"),
    )
    return ways[way % len(ways)]


def messy_rows(records: int, year: int, month: int, seed: int = 0) -> Iterator[Sequence[Cell]]:
    """Titles, names, records of which one in three is of the month, subtotals, total and notes."""
    chance = random.Random(seed)  # noqa: S311 - not to keep secrets
    yield (f"{year}年{month}月信访事项明细表",)
    yield ("单位：示例市", None, None, None, "制表日期：", f"{year}年{month + 1}月2日")
    yield from _names()
    start = date(year, month, 1) - timedelta(days=60)
    for number in range(1, records + 1):
        day = start + timedelta(days=chance.randrange(90))
        reply = spelled(day + timedelta(days=chance.randrange(4, 50)), number + 3)
        yield (
            number, f"XF{year}{number:07d}", *PERSONS[:4], None, CHANNELS[number % 3],
            spelled(day, number), chance.choice((*REGIONS,)), chance.choice((*TOPICS,)),
            PERSONS[4], "李承办", spelled(day + timedelta(days=60), number + 1),
            reply if number % 5 else None,
        )  # fmt: skip
        if number % 10_000 == 0:
            yield ("小　计", None, None, None, None, None, None, 10_000)
            yield from _names()  # at the top of the next printed page
    yield ()
    yield ("合计", records, None, None, None, None, None, records, records, records)
    yield (
        "填表人：",
        PERSONS[0],
        None,
        "审核人：",
        "王金丝雀",
        None,
        None,
        f"{year}年{month + 1}月3日",
    )
    yield ("说明：本表不含重复来信。",)


def _names() -> Iterator[Sequence[Cell]]:
    for row in zip(*NAMES, strict=True):
        yield [name or None for name in row]


def write_export(path: Path, rows: Iterable[Sequence[Cell]]) -> Path:
    """A workbook of a cover, the rows, and a hidden sheet with persons."""
    texts: dict[str, int] = {}
    cover = [("使用说明",), ("本表由系统导出，请勿外传。",)]
    sheets = [list(_lines(some, texts)) for some in (cover, rows, [PERSONS])]
    states = ("", "", ' state="hidden"')
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for number, lines in enumerate(sheets, start=1):
            body = f"<worksheet {_MAIN}><sheetData>{''.join(lines)}</sheetData></worksheet>"
            archive.writestr(f"xl/worksheets/sheet{number}.xml", body)
        archive.writestr("[Content_Types].xml", _types(len(sheets)))
        archive.writestr("_rels/.rels", _related([("officeDocument", "xl/workbook.xml")]))
        named = [("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(sheets) + 1)]
        parts = [*named, ("sharedStrings", "sharedStrings.xml"), ("styles", "styles.xml")]
        archive.writestr("xl/_rels/workbook.xml.rels", _related(parts))
        listed = "".join(
            f'<sheet name="表{n}" sheetId="{n}" r:id="r{n}"{state}/>'
            for n, state in enumerate(states, start=1)
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook {_MAIN} xmlns:r="{_RELATIONS}"><sheets>{listed}</sheets></workbook>',
        )
        items = "".join(f"<si><t>{escape(text)}</t></si>" for text in texts)
        archive.writestr("xl/sharedStrings.xml", f"<sst {_MAIN}>{items}</sst>")
        archive.writestr("xl/styles.xml", _STYLES)
    return path


def _lines(rows: Iterable[Sequence[Cell]], texts: dict[str, int]) -> Iterator[str]:
    for number, row in enumerate(rows, start=1):
        cells = "".join(
            f'<c r="{get_column_letter(column)}{number}"{_content(value, texts)}</c>'
            for column, value in enumerate(row, start=1)
            if value is not None
        )
        if cells:
            yield f'<row r="{number}">{cells}</row>'


def _content(value: Cell, texts: dict[str, int]) -> str:
    if isinstance(value, str):
        return f' t="s"><v>{texts.setdefault(value, len(texts))}</v>'
    if isinstance(value, date):
        days = (value.date() if isinstance(value, datetime) else value) - _EPOCH
        return f' s="{_DATE}"><v>{days.days}</v>'
    return f"><v>{value}</v>"


def _related(parts: Sequence[tuple[str, str]]) -> str:
    body = "".join(
        f'<Relationship Id="r{n}" Type="{_RELATIONS}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(parts, start=1)
    )
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<Relationships xmlns="{package}">{body}</Relationships>'


def _types(sheets: int) -> str:
    parts = [
        ("workbook.xml", "sheet.main"),
        ("sharedStrings.xml", "sharedStrings"),
        ("styles.xml", "styles"),
        *((f"worksheets/sheet{n}.xml", "worksheet") for n in range(1, sheets + 1)),
    ]
    body = "".join(
        f'<Override PartName="/xl/{name}" ContentType="{_TYPES}.{kind}+xml"/>'
        for name, kind in parts
    )
    rels = "application/vnd.openxmlformats-package.relationships+xml"
    return (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Default Extension="rels" ContentType="{rels}"/>{body}</Types>'
    )


_STYLES = (
    f"<styleSheet {_MAIN}><fonts><font/></fonts><fills><fill><patternFill/></fill></fills>"
    "<borders><border/></borders><cellStyleXfs><xf/></cellStyleXfs>"
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>'
)
