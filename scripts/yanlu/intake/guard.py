"""What may never get into a repository: case files, keys, stores, what tells who wrote.

A repository is copied whole to everybody who works on it, and what was once in it stays in its
history: so this is asked before anything is committed or pushed, and of each change that is
proposed. Messages name the file, the line and the kind of thing, never the thing itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from yanlu.packages.check import is_known
from yanlu.settings import Portal, Settings

INVENTED = ("tests/", "scripts/", "content/about/")  # where the reference office has examples
_STORES = (b"SQLite format 3\x00", b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83")  # and both WALs
_SEALED = (b"age-encryption.org/v1", b"-----BEGIN AGE ENCRYPTED FILE-----")
_BOOKS = (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PAR1")  # Excel and WPS of old; Parquet
_ZIPPED, _SHEETS = b"PK\x03\x04", (b"xl/workbook", b"opendocument.spreadsheet")
_STORE_NAMES = re.compile(r".*(?:\.sqlite3?|\.db|-wal|-shm)")
_BOOK_NAMES = re.compile(r".*\.(?:xlsx?|xlsm|xlsb|et|ods|parquet|dbf|mdb|accdb)", re.IGNORECASE)
_TABLE_NAMES = re.compile(r".*\.(?:csv|tsv)(?:\.(?:gz|zip|bz2|xz))?", re.IGNORECASE)
_KEY = re.compile(
    "AGE-SECRET-KEY-1[0-9A-Z]{58}|AGE-PLUGIN-[0-9A-Z-]+-1[0-9A-Z]+|-----BEGIN [A-Z ]*PRIVATE KEY"
    "|gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{40}"
)
_BARE_KEY = re.compile(rb"\s*[0-9a-f]{64}\s*", re.IGNORECASE)
_MOBILE = re.compile(r"1[3-9]\d{9}")
_LONG = re.compile(r"(?:\d[ -]?){11}")  # no number that is a person's has fewer digits
_WRITTEN = (".md", ".txt")
_TABLES = (".csv", ".toml", ".json", ".yml", ".yaml", ".html")
# In what people write, all that leads to a person. In tables and settings, where codes and the
# office's own telephone are in place, only what is a person's by its make-up.
_IN_TEXT = ("email", "identity", "bank-card", "phone", "plate", "address", "name")
_IN_TABLES = ("identity", "bank-card")
# made by us of what is public, or taken as it was published elsewhere
_OPEN = (
    "data/statistics/", "data/log/", "data/quarters/", "data/rollups/", "data/collected/",
)  # fmt: skip


def refusals(path: str, content: bytes, before: bytes, portal: Portal) -> Iterator[str]:
    """Sentences on why a file may not get in; `before` is the content in whose place it comes.

    Official numbers and addresses of the portal's directory are nobody's own.
    """
    if portal.settings.reference and path.startswith(INVENTED):
        return
    kind = _kind(path, content)
    if kind:
        yield f"{path}：{kind}"
        return
    text = _text(content)
    old = frozenset((_text(before) or "").splitlines())
    if text is None:
        return
    lines = {number for number, line in enumerate(text.splitlines(), 1) if line not in old}
    for number, title in sorted(
        {*_keys(text, portal.settings), *_persons(path, text, portal.data)}
    ):
        if number in lines:
            yield f"{path} 第 {number} 行：{title}"


def _kind(path: str, content: bytes) -> str:
    """What a whole file is, if it may not get in."""
    name = PurePosixPath(path).name
    if content.startswith(_STORES) or _STORE_NAMES.fullmatch(name):
        return "像是收件库。收件库放在仓库之外，请移走。"
    if content.startswith(_SEALED):
        return "是封存的内容（age）。请移到仓库之外。"
    if _BARE_KEY.fullmatch(content):
        return "像是一把密钥。请移到仓库之外，再更换一把新的。"
    zipped = content.startswith(_ZIPPED) and any(sheet in content for sheet in _SHEETS)
    if zipped or content.startswith(_BOOKS) or _BOOK_NAMES.fullmatch(name):
        return (
            "是工作簿或者数据库导出的文件，里面可能有案件。请移到仓库之外，用 yanlu stats publish。"
        )
    if path.startswith("data/") and not is_known(path.removeprefix("data/")):
        return "data/ 里没有这样的文件，可能是案件。请移到仓库之外。"
    if _TABLE_NAMES.fullmatch(name) and not path.startswith("data/"):
        return "是一张表，可能是导出的案件。请移到仓库之外。"
    return ""


def _text(content: bytes) -> str | None:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None


def _keys(text: str, settings: Settings) -> Iterator[tuple[int, str]]:
    public = settings.intake.public_test_identity if settings.reference else None
    for number, line in enumerate(text.splitlines(), 1):
        if any(found != public for found in _KEY.findall(line)):
            yield number, "一把密钥或者令牌。请删去，再更换一把新的。"


def _persons(path: str, text: str, data: Path) -> Iterator[tuple[int, str]]:
    """Lines with what is found with certainty, and what it is."""
    if path.startswith(_OPEN):
        return
    written = path.endswith(_WRITTEN)
    if not written and not (path.endswith(_TABLES) and _LONG.search(text)):
        return
    from yanlu.intake.redact import (
        kinds,
        official_numbers,
        redact,
    )  # loads the word lists, half a second

    for span in redact(text, official_numbers(data)).spans:
        found = text[span.start : span.end]
        plain = span.kind == "phone" and _MOBILE.search(re.sub(r"[ -]", "", found))
        sought = span.kind in (_IN_TEXT if written else _IN_TABLES) or plain
        if span.certain and sought:
            title = kinds()[span.kind].title
            yield text.count("\n", 0, span.start) + 1, f"有{title}。请遮盖或者删去，再提交。"
