"""Write a workbook that holds texts, and nothing that a spreadsheet would compute."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell


def write_workbook(title: str, rows: Iterable[Sequence[str]]) -> bytes:
    """A workbook of one sheet; every cell is text, also where it looks like a formula."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    for row in rows:
        cells = [WriteOnlyCell(sheet, value) for value in row]
        for cell in cells:
            cell.data_type = "s"
        sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
