"""Of a finished report either every word is read, so that no blank is overlooked, or it is refused.

Files are made here byte by byte, under names that mean nothing: the contents decide.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping

import pytest

from yanlu.federation.words import UnreadableError, words

OPEN = "一、转送【】件，交办【从业务系统查】件"
FILLED = "一、转送12件，交办3件"
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def _zip(parts: Mapping[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return content.getvalue()


def _docx(text: str, encoding: str = "UTF-8", more: str = "") -> bytes:
    """A word in a run of its own each, as WPS leaves them after editing."""
    runs = "".join(f"<w:r><w:t>{letter}</w:t></w:r>" for letter in text)
    document = (
        f'<?xml version="1.0" encoding="{encoding}"?>'
        f"<w:document {_W}><w:body><w:p>{runs}</w:p>{more}</w:body></w:document>"
    )
    return _zip(
        {"[Content_Types].xml": b"<Types/>", "word/document.xml": document.encode(encoding)}
    )


def _odt(text: str) -> bytes:
    content = f'<o:document-content xmlns:o="urn:o"><o:p>{text}</o:p></o:document-content>'
    return _zip({"mimetype": b"application/vnd", "content.xml": content.encode()})


def _entities(text: str) -> str:
    return "".join(letter if letter.isascii() else f"&#{ord(letter)};" for letter in text)


READ = {
    "docx": _docx,
    "docx in UTF-16": lambda text: _docx(text, "UTF-16"),
    "docx with entities": lambda text: _docx("", more=f"<w:p>{_entities(text)}</w:p>"),
    "odt": _odt,
    "UTF-8": str.encode,
    "UTF-8 with a mark": lambda text: text.encode("utf-8-sig"),
    "UTF-16": lambda text: text.encode("utf-16"),
    "UTF-16, the other way round": lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
    "GB18030": lambda text: text.encode("gb18030"),
    "HTML with entities": lambda text: f"<html><p>{_entities(text)}</p></html>".encode(),
}


@pytest.mark.parametrize("kind", READ)
def test_a_blank_is_found_in_every_format_that_is_read(kind: str) -> None:
    assert words(READ[kind](OPEN)).count("【") == 2
    assert "【" not in words(READ[kind](FILLED))
    assert FILLED in words(READ[kind](FILLED))


REFUSED = {
    "a PDF, deflated": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + zlib.compress(OPEN.encode()),
    "a PDF of ASCII": b"%PDF-1.4\n1 0 obj (" + OPEN.encode() + b")",
    "RTF": rb"{\rtf1\ansi\ansicpg936 " + OPEN.encode("gb18030") + b"}",
    "an old doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(9) + OPEN.encode("utf-16-le"),
    "UTF-16 without its mark": OPEN.encode("utf-16-le"),
    "UTF-32": OPEN.encode("utf-32"),
    "a page saved with its pictures": b"MIME-Version: 1.0\n\n" + OPEN.encode(),
    "escaped letters alone": OPEN.encode("unicode-escape"),
    "Big5": OPEN.replace("转", "轉").replace("办", "辦").replace("务", "務").replace("从", "從")
    .replace("业", "業").replace("统", "統").encode("big5"),
    "an archive that is no document": _zip({"report.txt": FILLED.encode()}),
    "a workbook": _zip({"xl/workbook.xml": f"<workbook>{FILLED}</workbook>".encode()}),
    "a torn docx": _docx(FILLED)[:-40],
    "a docx with broken XML": _zip({"word/document.xml": b"<document>" + FILLED.encode()}),
    "a docx with another file inside": _docx(FILLED, more="<w:altChunk/>"),
    "a docx that holds a picture alone": _docx("", more="<w:drawing/>"),
    "nothing": b"",
}  # fmt: skip


@pytest.mark.parametrize("kind", REFUSED)
def test_what_cannot_be_read_for_certain_is_refused(kind: str) -> None:
    with pytest.raises(UnreadableError):
        words(REFUSED[kind])
