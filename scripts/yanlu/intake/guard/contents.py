"""What the bytes of a file are, by themselves: text in whatever encoding, or a kind of file.

Office programs in China write GB18030, "Unicode 文本" (UTF-16) and UTF-8 alike, and a name proves
nothing: what looks like text is read as text, whatever it is called.
"""

from __future__ import annotations

import codecs
import re
from pathlib import PurePosixPath

from yanlu.intake.guard.pictures import BROKEN, end_of

_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",  # before UTF-16, whose mark is its beginning
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_COMMON, _COMMON_SHARE = "gb2312", 0.8  # of what is no ASCII in Chinese text, so much is in there
_CONTROL = re.compile("[\0-\x08\x0e-\x1a\x1c-\x1f]")  # escape colours logs
_KEY_BYTES = 32  # every secret key that we make, as bytes

_STORES = re.compile(rb"SQLite format 3\x00|\x37\x7f\x06[\x82\x83]")  # and both WALs
_SEALED = re.compile(rb"age-encryption\.org/v1|-----BEGIN AGE ENCRYPTED FILE-----")
_BOOKS = re.compile(rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1|PAR1")  # Excel and WPS of old; Parquet
_ZIPPED = re.compile(rb"PK(?:\x03\x04|\x05\x06|\x07\x08)")
_SHEETS = re.compile(rb"xl/workbook|opendocument\.spreadsheet")
_PACKED = re.compile(
    rb"7z\xbc\xaf\x27\x1c|Rar!\x1a\x07|\x1f\x8b\x08|BZh[1-9]1AY|\xfd7zXZ\x00|\x28\xb5\x2f\xfd|MSCF"
)
_PDF = re.compile(rb"(?s:.{0,1000}?)%PDF-")  # readers look so far for its beginning
_OFFICE = re.compile(rb"\{\\rtf|(?s:.{0,4000}?)urn:schemas-microsoft-com:office")
# Signatures long enough not to stand in a picture by chance
_HIDDEN = re.compile(
    rb"PK\x03\x04|7z\xbc\xaf\x27\x1c|Rar!\x1a\x07|\xfd7zXZ\x00|SQLite format 3\x00|%PDF-"
    rb"|age-encryption\.org/v1|\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
)
_STORE_NAMES = re.compile(r".*(?:\.sqlite3?|\.db|-wal|-shm)", re.IGNORECASE)
_BOOK_NAMES = re.compile(r".*\.(?:xlsx?|xlsm|xlsb|et|ods|parquet|dbf|mdb|accdb)", re.IGNORECASE)
_PACKED_NAMES = re.compile(r".*\.(?:zip|7z|rar|gz|tgz|bz2|xz|zst|tar|cab|iso)", re.IGNORECASE)
_OFFICE_NAMES = re.compile(
    r".*\.(?:doc[xm]?|dot[xm]?|wps|wpt|rtf|ppt[xm]?|dps|odt|odp|pdf|ofd|mht|mhtml|msg|pst)",
    re.IGNORECASE,
)
_READABLE = rb"[\x20-\x7e]{11,}"  # nothing shorter within a picture tells of a person

STORE = "像是收件库。收件库放在仓库之外，请移走。"
SEALED = "是封存的内容（age）。请移到仓库之外。"
KEY = "像是一把密钥。请移到仓库之外，再更换一把新的。"
BOOK = "是工作簿或者数据库导出的文件，里面可能有案件。请移到仓库之外，用 yanlu stats publish。"
PACKED = "是压缩文件，看不到里面有什么。请移到仓库之外。"
OFFICE = "是办公文档（Word、PDF 一类），里面的字查不到。请把文字写成网页，文档移到仓库之外。"
BEHIND = "是图片，后面或者里面还带着别的文件。请用看图的程序另存一份，再提交。"
CUT = "是图片，不完整。请重新导出。"
UNKNOWN = (
    "不是文字，也不是认得的图片（png、jpg、gif、webp、ico）。"
    "是文字的，请另存为 UTF-8；别的请移到仓库之外。"
)
_NAMED = (
    (_STORE_NAMES, STORE), (_BOOK_NAMES, BOOK), (_OFFICE_NAMES, OFFICE), (_PACKED_NAMES, PACKED),
)  # fmt: skip


def text_of(content: bytes) -> str | None:
    """A text, whatever its encoding; None for what is none."""
    for mark, encoding in _MARKS.items():
        if content.startswith(mark):
            return _decoded(content, encoding)
    if b"\0" in content:  # in no text but UTF-16: every ASCII character has one there
        return _guessed(content, "utf-16-le") or _guessed(content, "utf-16-be")
    text = _decoded(content, "utf-8")
    return _guessed(content, "gb18030") if text is None else text


def _guessed(content: bytes, encoding: str) -> str | None:
    """A text of which nothing says how it is encoded, if it reads as Chinese or English."""
    text = _decoded(content, encoding)
    if text is None or len(content) == _KEY_BYTES or _CONTROL.search(text):
        return None
    foreign = [char for char in text if not char.isascii()]
    common = "".join(foreign).encode(_COMMON, "ignore").decode(_COMMON)
    return text if len(common) >= _COMMON_SHARE * len(foreign) else None


def _decoded(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None


def kind_of(content: bytes) -> str:
    """What a content is that no repository may hold, in a sentence; "" for anything else."""
    if _STORES.match(content):
        return STORE
    if _SEALED.match(content):
        return SEALED
    if _BOOKS.match(content) or (_ZIPPED.match(content) and _SHEETS.search(content)):
        return BOOK
    if _ZIPPED.match(content) or _PACKED.match(content) or content[257:262] == b"ustar":
        return PACKED
    return OFFICE if _OFFICE.match(content) or is_pdf(content) else ""


def is_pdf(content: bytes) -> bool:
    """Whether programs that show PDF would show it."""
    return bool(_PDF.match(content))


def kind_by_name(path: str) -> str:
    """The same of a file by what it is called."""
    name = PurePosixPath(path).name
    return next((kind for names, kind in _NAMED if names.fullmatch(name)), "")


def binary_fault(content: bytes) -> str:
    """Why what is no text may not get in; "" for a whole picture or font and nothing else."""
    end = end_of(content)
    if end is None:
        is_key = len(content) == _KEY_BYTES
        return KEY if is_key else UNKNOWN
    if end == BROKEN or end > len(content):
        return CUT
    return BEHIND if end < len(content) or _HIDDEN.search(content) else ""


def readable(content: bytes) -> str:
    """What can be read in a picture: comments, where and with what it was taken."""
    return "\n".join(run.decode("ascii") for run in re.findall(_READABLE, content))
