"""The code lists and other small tables that a package of a lower office carries along."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache, wraps
from itertools import islice
from typing import TypeVar

from yanlu.errors import FederationError
from yanlu.packages.plain import text_faults
from yanlu.settings import Codes

LARGEST_LIST = 4_000_000  # bytes of every table but the counts
CODE = re.compile("[a-z0-9]+(?:[.-][a-z0-9]+)*")
_MOST_CODES, _MOST_COLUMNS = 50_000, 40  # of one list; a province has so many villages
_SMALL, _KEPT = 100_000, 64  # what was found of so many tables of so many bytes is remembered
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_COLUMNS = {"code", "name", "parent", "valid_from", "valid_to"}
_T = TypeVar("_T")


def _kept(read: Callable[[str, bytes], _T]) -> Callable[[str, bytes], _T]:
    """Remember what was found of small tables: the same ones come month after month."""
    remembered = lru_cache(_KEPT)(read)

    @wraps(read)
    def found(name: str, content: bytes) -> _T:
        return (remembered if len(content) <= _SMALL else read)(name, content)

    return found


@_kept
def code_list(name: str, content: bytes) -> Codes:
    """A carried code list.

    Raises:
        FederationError: it is none, or has texts that may not be shown.
    """
    try:
        rows = list(islice(_whole_rows(content), _MOST_CODES + 1))
    except (UnicodeDecodeError, csv.Error):
        rows = []
    codes = Codes(name, {row["code"]: row for row in rows})
    if not rows or len(codes.rows) < len(rows):
        raise FederationError(f"{name}.csv 不是代码表，或者有重复的、写法不对的代码。")
    if len(rows) > _MOST_CODES:
        raise FederationError(f"{name}.csv 里的代码超过 {_MOST_CODES:,} 个，没有读。")
    refuse_markup(name, content)
    return codes


def _whole_rows(content: bytes) -> Iterator[Mapping[str, str]]:
    """The rows of a code list, as far as they are read.

    Raises:
        csv.Error: the header or a row is none of a code list.
    """
    reader = csv.DictReader(lines_of(content), strict=True)
    columns = reader.fieldnames or ()
    if not {*columns} >= _COLUMNS or len(columns) > _MOST_COLUMNS:
        raise csv.Error
    for row in reader:
        if not _is_whole(row):
            raise csv.Error
        yield row


def lines_of(content: bytes) -> io.TextIOWrapper:
    """The lines of a table as they are read: as one text they would take four times its bytes."""
    return io.TextIOWrapper(io.BytesIO(content), "utf-8", newline="")


@_kept
def refuse_markup(name: str, content: bytes) -> None:
    """Let no markup and no unseen signs pass, and nothing that is no UTF-8."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        raise FederationError(f"{name}.csv 不是 UTF-8 文字。") from None
    for what in text_faults(text):
        raise FederationError(f"{name}.csv {what}。")


def _is_whole(row: Mapping[str, object]) -> bool:
    """Whether a row has all cells and no more, a code, and days where days belong."""
    cells = [cell for cell in row.values() if isinstance(cell, str)]
    return (
        len(cells) == len(row)
        and CODE.fullmatch(str(row["code"])) is not None
        and _DAY.fullmatch(str(row["valid_from"])) is not None
        and _DAY.fullmatch(str(row["valid_to"] or "9999-12-31")) is not None
    )
