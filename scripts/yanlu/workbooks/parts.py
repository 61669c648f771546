"""The large parts of a workbook, element by element, in one pass.

openpyxl reads them through a parser in Python, which takes several times as long as that in C;
that one is safe here, because a part with a document type, and so with entities, is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO, Any
from xml.etree import ElementTree

from openpyxl.xml.constants import SHEET_MAIN_NS

_ROOT = re.compile(rb"(\xef\xbb\xbf)?\s*(<\?xml[^>]*\?>\s*)?<(\w+:)?(worksheet|sst)\b")
_PROLOG = 1024  # bytes in which the first element must begin
_TEXT, _ITEM, _RUN = (f"{{{SHEET_MAIN_NS}}}{name}" for name in ("t", "si", "r"))


def elements(source: IO[bytes]) -> Iterator[Any]:
    """Each element when it is complete, children before parents; whoever is done clears it.

    Raises:
        ValueError: something stands before the first element, or it is no part of this kind.
        SyntaxError: not well-formed.
    """
    _refuse_document_type(source)
    for _, element in ElementTree.iterparse(source):  # noqa: S314
        yield element


def read_strings(source: IO[bytes]) -> list[str]:
    """The texts that the cells of all sheets point to, without what is only about their look."""
    texts = []
    for element in elements(source):
        if element.tag == _ITEM:
            texts.append(text_of(element))
            element.clear()
    return texts


def text_of(element: Any) -> str:
    """The text of an item, in one piece or in runs that only look different."""
    runs = (element, *element.iterfind(_RUN))
    return "".join(run.findtext(_TEXT) or "" for run in runs)


def _refuse_document_type(source: IO[bytes]) -> None:
    prolog = source.read(_PROLOG)
    source.seek(0)
    if not _ROOT.match(prolog):
        raise ValueError
