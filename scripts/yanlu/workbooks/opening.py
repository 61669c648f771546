"""Open a workbook, or say in one sentence why not; nothing in it is ever run or followed."""

from __future__ import annotations

import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.xml.constants import SHARED_STRINGS

from yanlu.errors import InputError
from yanlu.workbooks.parts import read_strings

LARGEST = 2 << 30  # bytes unpacked; a full sheet of a million records stays below
TEXTS = 256 << 20  # bytes of the one part that is held whole: every text of the workbook
STEEPEST = 200  # unpacked ÷ packed; honest sheets reach about 30
_COMPOUND = b"\xd0\xcf\x11\xe0"  # what encrypted workbooks and the old .xls begin with
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")  # ECMA-376 in a compound file, MS-OFFCRYPTO
_TORN = (
    InvalidFileException, zipfile.BadZipFile, zlib.error, EOFError, SyntaxError, KeyError,
    ValueError, IndexError, TypeError, NotImplementedError,
)  # fmt: skip


@dataclass(frozen=True)
class Sheet:
    """One sheet of an open workbook: where it stands, counted from 1, and whether it is hidden.

    `name` is for comparison, not for messages: it may be that of a person. `part` names it in the
    archive of `book`, whose texts are `strings`.
    """

    file: str
    name: str
    position: int
    hidden: bool
    part: str
    book: Any
    strings: Sequence[str]

    @property
    def place(self) -> str:
        """How a message points to it."""
        return f"第 {self.position} 张工作表"


@dataclass(frozen=True)
class Book:
    """An open workbook. `since_1904`: its days are counted from 1904, as old Macintoshes did."""

    sheets: Sequence[Sheet]
    since_1904: bool


@contextmanager
def opened(path: Path) -> Iterator[Book]:
    """The workbook, for as long as it is read.

    Raises:
        InputError: with a password, macros, a zip bomb, too much text, or no workbook at all.
    """
    _refuse_kind(path)
    _refuse_parts(path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl's quote the cells that they are about
        with whole(path.name):
            reader = ExcelReader(path, read_only=True, keep_links=False)
        try:
            with whole(path.name):
                book = _read(reader, path.name)
            yield book
        finally:
            reader.archive.close()


def _read(reader: ExcelReader, name: str) -> Book:
    """What the library's `load_workbook` does, but for measuring each sheet by reading it."""
    reader.read_manifest()
    reader.read_workbook()
    _read_styles(reader)
    strings: Any = reader.package.find(SHARED_STRINGS)  # type: ignore[no-untyped-call]
    texts: list[str] = []
    if strings is not None:
        with reader.archive.open(strings.PartName[1:]) as source:
            texts = read_strings(source)
    sheets = [
        Sheet(
            name, sheet.name, position, sheet.state != "visible", relation.target, reader.wb, texts
        )
        for position, (sheet, relation) in enumerate(reader.parser.find_sheets(), start=1)
        if "chartsheet" not in relation.Type
    ]
    return Book(sheets, reader.wb.epoch == CALENDAR_MAC_1904)


def _read_styles(reader: ExcelReader) -> None:
    """Which formats are dates. Without them a date is the number of a day, which is read too.

    Exports of some Java libraries have an empty fill, over which openpyxl stumbles; how a sheet
    looks is no reason to refuse it.
    """
    book: Any = reader.wb
    try:
        apply_stylesheet(reader.archive, book)
    except (TypeError, ValueError, KeyError):
        book._date_formats = book._timedelta_formats = set()  # noqa: SLF001 - as it does


def broken(name: str) -> InputError:
    """What there is to say of a file that is no whole workbook."""
    return InputError(
        f"{name}：不是完整的 XLSX 工作簿，可能没有传完，或者是别的文件改了名。"
        "请用 WPS 或 Excel 打开，重新另存为 .xlsx。"
    )


@contextmanager
def whole(name: str) -> Iterator[None]:
    """Reading that needs a whole workbook: the library's own words may quote a cell."""
    try:
        yield
    except _TORN:
        raise broken(name) from None


def _refuse_kind(path: Path) -> None:
    with path.open("rb") as file:
        head = file.read(512)
    if head.startswith(_COMPOUND):
        if _ENCRYPTED in path.read_bytes():
            raise InputError(
                f"{path.name}：加了密码，打不开。请用 WPS 或 Excel 打开，去掉密码，另存为 .xlsx。"
            )
        raise InputError(
            f"{path.name}：不是完整的 XLSX 工作簿，是旧格式（.xls）。"
            "请用 WPS 或 Excel 打开，另存为 .xlsx。"
        )
    if head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        raise InputError(
            f"{path.name}：其实是一个网页，不是工作簿。请用 WPS 或 Excel 打开，另存为 .xlsx。"
        )


def _refuse_parts(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError):
        raise broken(path.name) from None
    unpacked = sum(part.file_size for part in parts)
    packed = max(1, sum(part.compress_size for part in parts))
    if unpacked > LARGEST or (unpacked > 64 << 20 and unpacked / packed > STEEPEST):
        raise InputError(
            f"{path.name}：解开后有 {unpacked >> 20} MB，压缩比异常，可能是压缩炸弹，没有打开。"
            "请重新导出，或者改用 CSV。"
        )
    if any(part.filename.lower().endswith("vbaproject.bin") for part in parts):
        raise InputError(
            f"{path.name}：里面有宏，没有打开。请用 WPS 或 Excel 打开，另存为不含宏的 .xlsx。"
        )
    texts = sum(p.file_size for p in parts if p.filename.lower().endswith("sharedstrings.xml"))
    if texts > TEXTS:
        raise InputError(
            f"{path.name}：文字有 {texts >> 20} MB，太多了，没有打开。"
            "请删去写内容的列再导出，或者改用 CSV。"
        )
