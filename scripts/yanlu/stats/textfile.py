"""A look at the bytes of a CSV file before any reader sees them.

Readers guess encodings, swallow cut-off files and quote the offending line in their
errors. One pass in constant memory settles the encoding and refuses what would hurt.
"""

from __future__ import annotations

import codecs
import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, TextIO, cast

from yanlu.errors import InputError

LONGEST_LINE = 1 << 20  # bytes; a real record is a few hundred
_CHUNK = 1 << 20
_ENCODINGS = ("utf-8-sig", "gb18030")


def sniff_encoding(path: Path) -> str:
    """`utf-8-sig` or `gb18030`, whichever decodes the whole file.

    Raises:
        InputError: empty, cut in the middle (gzip), binary, in another encoding, or with
            a line longer than `LONGEST_LINE`.
    """
    decoders = {name: codecs.getincrementaldecoder(name)() for name in _ENCODINGS}
    run = 0
    last = b""
    for chunk in _chunks(path):
        if chunk.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in chunk:
            raise InputError(f"{path.name}：不是 CSV 文本（或是 UTF-16）。请另存为“CSV UTF-8”。")
        run = _line_run(path, chunk, run)
        last = chunk[-1:]
        decoders = {name: d for name, d in decoders.items() if _decodes(d, chunk)}
        _refuse_undecodable(path, decoders)
    _refuse_cut(path, last)
    decoders = {name: d for name, d in decoders.items() if _decodes(d, b"", final=True)}
    _refuse_undecodable(path, decoders)
    return next(iter(decoders))


def open_text(path: Path, encoding: str) -> TextIO:
    """The text of a file, unpacked on the way where it is compressed."""
    if path.suffix.lower() == ".gz":
        return cast(TextIO, gzip.open(path, "rt", encoding=encoding, newline=""))
    return path.open(encoding=encoding, newline="")


def _refuse_cut(path: Path, last: bytes) -> None:
    """A file that is cut within its last cell still has the right number of cells."""
    if not last:
        raise InputError(f"{path.name}：文件是空的。请重新导出。")
    if last != b"\n":
        raise InputError(
            f"{path.name}：最后一行没有换行，文件可能不完整。请重新导出；"
            "确认完整的，用 WPS 或 Excel 打开再另存一次。"
        )


def _chunks(path: Path) -> Iterator[bytes]:
    try:
        with cast(BinaryIO, gzip.open(path) if path.suffix == ".gz" else path.open("rb")) as file:
            while chunk := file.read(_CHUNK):
                yield chunk
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise InputError(f"{path.name}：压缩文件不完整或已损坏。请重新传送整个文件。") from None


def _line_run(path: Path, chunk: bytes, run: int) -> int:
    """Bytes since the last line break, after `chunk`."""
    first = chunk.find(b"\n")
    if run + (len(chunk) if first < 0 else first) > LONGEST_LINE:
        raise InputError(
            f"{path.name}：有一行超过 {LONGEST_LINE // 1024} KB，不像记录表。"
            "请检查引号是否配对，或者重新导出。"
        )
    return run + len(chunk) if first < 0 else len(chunk) - chunk.rfind(b"\n") - 1


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def _refuse_undecodable(path: Path, left: dict[str, codecs.IncrementalDecoder]) -> None:
    if not left:
        raise InputError(
            f"{path.name}：编码既不是 UTF-8 也不是 GB18030，或者文件在字中间断开。"
            "请在 WPS 或 Excel 里另存为“CSV UTF-8”。"
        )
