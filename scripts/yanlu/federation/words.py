"""The words of a finished report, as far as they can be read, whatever its file is called.

What is left open in a report is found only where its words can be read. So all that this module
does not read for certain it refuses: a PDF, RTF, an old .doc, an unknown encoding, a picture.
"""

from __future__ import annotations

import html
import io
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException, ElementTree

_ZIP = b"PK\x03\x04"
_NO_TEXT = (b"%PDF", b"{\\rtf", b"MIME-Version", b"From:")  # may be ASCII, with all else escaped
_BOMS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_SPACES = frozenset("\t\n\r\f\v")
_NOT_WRITTEN = frozenset({"Cc", "Cn", "Co"})  # control, unassigned and private characters
_DOCUMENTS = frozenset({"document", "document-content"})  # the root of a .docx, of an .odt
_FOREIGN = "altChunk"  # a file of another format inside a .docx
_LARGEST = 64 << 20  # bytes of XML unpacked; a report of a hundred pages has about one million
_TORN = (
    zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError,
    ParseError, DefusedXmlException, ValueError, LookupError,
)  # fmt: skip


class UnreadableError(Exception):
    """No words can be read for certain."""


def words(content: bytes) -> str:
    """All words of a .docx, an .odt, or of text, Markdown or HTML in UTF-8, UTF-16 or GB18030.

    UTF-16 needs its byte order mark. Markup of text and HTML stays; characters that are written
    as entities stand as themselves.

    Raises:
        UnreadableError: it is something else, or holds no word of Chinese.
    """
    try:
        found = _of_archive(content) if content.startswith(_ZIP) else _of_text(content)
    except _TORN as error:
        raise UnreadableError from error
    if not any("一" <= letter <= "鿿" for letter in found):
        raise UnreadableError
    return found


def _of_archive(content: bytes) -> str:
    """The words of all XML in a ZIP that is a written document; runs of one word are together."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = [one for one in archive.infolist() if one.filename.lower().endswith(".xml")]
        if sum(one.file_size for one in parts) > _LARGEST:
            raise UnreadableError
        roots = [ElementTree.fromstring(archive.read(one)) for one in parts]
    if not any(_name(root) in _DOCUMENTS for root in roots):
        raise UnreadableError
    return "\n".join("".join(_written(root)) for root in roots)


def _written(root: Element) -> Iterator[str]:
    for element in root.iter():
        if _name(element) == _FOREIGN:
            raise UnreadableError
    yield from root.itertext()


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _of_text(content: bytes) -> str:
    if content.startswith(_NO_TEXT):
        raise UnreadableError
    marked = next((code for mark, code in _BOMS.items() if content.startswith(mark)), None)
    try:
        text, never = content.decode(marked or "utf-8"), frozenset({"Cc"})
    except UnicodeDecodeError:
        if marked:
            raise
        text, never = content.decode("gb18030"), _NOT_WRITTEN
    if any(unicodedata.category(letter) in never for letter in {*text} - _SPACES):
        raise UnreadableError
    return html.unescape(text)
