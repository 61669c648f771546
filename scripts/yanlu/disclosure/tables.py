"""Tables as files: leaf counts and hierarchies in, published tables out and in.

`LEAF.csv` has one column a dimension and one count column, finest cells only. `H.csv` has
rows `child,parent` (a third column `group` names the tree where two overlap). `OUT.csv` has
the same dimensions with parent codes and `Total` among the values, and `value`, which is
empty where a cell is hidden. Rows may come in any order. Messages give rows, never a value
or a code of the table: in a column that was chosen by mistake stand names.
"""

from __future__ import annotations

import csv
import io
import re
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TextIO

import numpy as np
import numpy.typing as npt

from yanlu.disclosure.hierarchy import Hierarchy, Integers, Relation, grow
from yanlu.errors import TableError

VALUE = "value"
HIDDEN = -1  # stands for an empty value in an array of counts
_EXACT = 2.0**52  # sums below it are exact in doubles
LARGEST = 30_000_000  # published cells that fit into the memory of an office machine
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")  # nobody sees them, and cells are named by codes


@dataclass(frozen=True)
class Rows:
    """A table as it was read: n rows, each with the position of its code in every dimension.

    `numbers` holds HIDDEN where the value is empty.
    """

    name: str
    dimensions: tuple[str, ...]
    codes: tuple[tuple[str, ...], ...]
    cells: Integers
    numbers: Integers


@dataclass(frozen=True)
class Leaves:
    """The true counts of the finest cells; what is not listed is 0."""

    hierarchies: tuple[Hierarchy, ...]
    cells: Integers
    counts: Integers

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The names of the dimensions."""
        return tuple(hierarchy.name for hierarchy in self.hierarchies)

    @property
    def unlisted(self) -> Mapping[str, int]:
        """How many leaf codes stand in no row, for the dimensions that have such codes."""
        widths = [len(np.unique(column)) for column in self.cells.T]
        pairs = zip(self.hierarchies, widths, strict=True)
        return {h.name: len(h.leaves) - width for h, width in pairs if width < len(h.leaves)}

    def dense(self) -> Integers:
        """All leaf cells: one axis a dimension."""
        table = np.zeros([len(h.leaves) for h in self.hierarchies], dtype=np.int64)
        table[tuple(self.cells.T)] = self.counts
        return table


def read_leaves(
    file: TextIO, name: str, count: str, trees: Mapping[str, Sequence[Relation]]
) -> Leaves:
    """Read `LEAF.csv`; `trees` holds the rows of the hierarchy file of a dimension.

    Raises:
        TableError: columns, counts, codes or repeated cells, by row.
        TableError: a hierarchy that contradicts itself or the table.
    """
    rows = read_rows(file, name, count, blanks=False)
    if VALUE in rows.dimensions:
        raise TableError(f"{name}：维度不能叫 {VALUE}，写出的表里件数那一列叫这个名字。请改列名。")
    unknown = [dimension for dimension in trees if dimension not in rows.dimensions]
    if unknown:
        raise TableError(f"{name} 没有 {'、'.join(unknown)} 这一列，--hier 却给了它的层次。")
    hierarchies = tuple(
        grow(dimension, trees.get(dimension, ()), codes)
        for dimension, codes in zip(rows.dimensions, rows.codes, strict=True)
    )
    _refuse_too_large(name, hierarchies)
    if rows.numbers.sum(dtype=float) >= _EXACT:
        raise TableError(f"{name} 的件数加起来太大，算不准。请检查是不是选错了列。")
    return Leaves(hierarchies, _placed(rows, hierarchies), rows.numbers)


def read_relations(file: TextIO, name: str) -> list[Relation]:
    """Read `H.csv`.

    Raises:
        TableError: the columns are not `child,parent` or `child,parent,group`, or a code
            is missing.
    """
    header, rows = read_text_rows(file, name)
    if header not in (["child", "parent"], ["child", "parent", "group"]):
        raise TableError(f"{name} 的列名应当是 child,parent 或者 child,parent,group。")
    relations = []
    for number, (child, parent, *tree) in rows:
        if not child or not parent:
            raise TableError(f"{name} 第 {number} 行缺少代码。请补上或者删去这一行。")
        relations.append(Relation(child, parent, tree[0] if tree else ""))
    return relations


def read_text_rows(file: TextIO, name: str) -> tuple[list[str], Iterator[tuple[int, list[str]]]]:
    """The column names of a CSV file, and its rows with their numbers.

    Raises:
        TableError: it is empty, not UTF-8, or a row is too long or too short.
    """
    reader = csv.reader(file)
    header = _header(reader, name)
    return header, _wide_rows(reader, name, len(header))


def read_rows(file: TextIO, name: str, number: str, *, blanks: bool) -> Rows:
    """Read any table with one column of whole numbers; `blanks` allows hidden cells.

    Raises:
        TableError: the columns, a count or a code that is missing or no count, a repeated
            cell; the rows are named.
    """
    reader = csv.reader(file)
    header = _header(reader, name)
    if number not in header:
        todo = "公布的表要有这一列" if number == VALUE else "请用 --count 写明哪一列是件数"
        raise TableError(f"{name} 没有 {number} 这一列。{todo}。")
    if len(header) < 2 or len(set(header)) < len(header) or not all(header):
        raise TableError(f"{name} 的列名为空、重复，或者除件数以外没有别的列。")
    at = header.index(number)
    places = [array("q") for _ in header[1:]]
    known: list[dict[str, int]] = [{} for _ in places]
    numbers, lines, wrong = array("q"), array("q"), _Wrong(name)
    for line, row in _wide_rows(reader, name, len(header)):
        lines.append(line)
        numbers.append(_number(row.pop(at), line, wrong, blanks=blanks))
        if not all(row):
            wrong.say("缺少代码", line)
        for place, positions, code in zip(places, known, row, strict=True):
            place.append(positions.setdefault(code, len(positions)))
    wrong.refuse()
    if not numbers:
        raise TableError(f"{name} 没有一行数据。")
    cells = np.array([np.frombuffer(place, dtype=np.int64) for place in places]).T
    codes = tuple(tuple(positions) for positions in known)
    _refuse_repeated(name, cells, codes, lines)
    dimensions = tuple(column for column in header if column != number)
    return Rows(name, dimensions, codes, cells, np.frombuffer(numbers, dtype=np.int64))


def write_table(file: TextIO, hierarchies: Sequence[Hierarchy], values: Integers) -> None:
    """Write `OUT.csv`: every published cell in the order of codes; HIDDEN stays empty."""
    file.write(_line([*(h.name for h in hierarchies), VALUE]) + "\n")
    quoted = [[_line([code]) for code in h.codes] for h in hierarchies]
    texts = np.where(values == HIDDEN, "", values.astype(str)).reshape(-1, len(quoted[-1]))
    for outer, row in zip(product(*quoted[:-1]), texts.tolist(), strict=True):
        start = "".join(f"{code}," for code in outer)
        file.writelines(f"{start}{c},{v}\n" for c, v in zip(quoted[-1], row, strict=True))


class _Wrong:
    """Faults of rows, gathered so that staff see all of them at once."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._rows: dict[str, list[int]] = {}

    def say(self, what: str, row: int) -> None:
        self._rows.setdefault(what, []).append(row)

    def refuse(self) -> None:
        """Raise one error that names every kind of fault with its first rows."""
        if self._rows:
            raise TableError("\n".join(self._told(w, r) for w, r in self._rows.items()))

    def _told(self, what: str, rows: Sequence[int]) -> str:
        first = "、".join(map(str, rows[:5])) + ("……" if len(rows) > 5 else "")
        return f"{self._name}：{what}，共 {len(rows)} 行（第 {first} 行）。请改正以后再运行。"


def _number(text: str, row: int, wrong: _Wrong, *, blanks: bool) -> int:
    if text.isascii() and text.isdigit() and len(text) <= 15:
        return int(text)
    if not text and blanks:
        return HIDDEN
    if not text:
        wrong.say("缺少件数", row)
    elif text.startswith("-"):
        wrong.say("件数是负数", row)
    else:
        wrong.say("件数不是整数", row)
    return 0


def _header(reader: Iterator[list[str]], name: str) -> list[str]:
    try:
        header = [column.strip().removeprefix("\ufeff") for column in next(reader)]
    except StopIteration:
        raise TableError(f"{name} 是空文件。") from None
    except (UnicodeDecodeError, csv.Error):
        raise TableError(f"{name} 不是 UTF-8 编码的 CSV。请另存为“CSV UTF-8”。") from None
    _refuse_control(header, f"{name} 的列名")
    return header


def _wide_rows(
    reader: Iterator[list[str]], name: str, width: int
) -> Iterator[tuple[int, list[str]]]:
    """Rows, each with the number of its line; blank lines at the end are no rows."""
    blank = 0
    try:
        for row in reader:
            line = reader.line_num  # type: ignore[attr-defined]
            cells = [text.strip() for text in row]
            if not any(cells):
                blank = blank or line
                continue
            if blank:
                raise TableError(f"{name} 第 {blank} 行是空行，后面还有数据。请删去空行。")
            if len(row) != width:
                raise TableError(f"{name} 第 {line} 行有 {len(row)} 格，列名有 {width} 个。")
            _refuse_control(cells, f"{name} 第 {line} 行")
            yield line, cells
    except (UnicodeDecodeError, csv.Error):
        raise TableError(f"{name} 不是 UTF-8 编码的 CSV。请另存为“CSV UTF-8”。") from None


def _refuse_control(cells: Sequence[str], place: str) -> None:
    if _CONTROL.search("".join(cells)):
        raise TableError(f"{place}有看不见的字符（例如制表符、换行）。请删去。")


def _refuse_repeated(
    name: str, cells: Integers, codes: Sequence[Sequence[str]], lines: Sequence[int]
) -> None:
    flat = np.ravel_multi_index(tuple(cells.T), [len(known) for known in codes])
    order = np.argsort(flat, kind="stable")
    again = order[1:][np.diff(flat[order]) == 0]
    wrong = _Wrong(name)
    for row in np.sort(again).tolist():
        wrong.say("与前面的行是同一格", lines[row])
    wrong.refuse()


def _refuse_too_large(name: str, hierarchies: Sequence[Hierarchy]) -> None:
    size = 1
    for hierarchy in hierarchies:
        size *= len(hierarchy.codes)
    if size > LARGEST:
        raise TableError(
            f"{name} 交叉以后有 {size} 个公布的数，超过 {LARGEST} 个。请减少维度或者合并代码。"
        )


def _placed(rows: Rows, hierarchies: Sequence[Hierarchy]) -> Integers:
    """Positions among the codes of the table, as positions among the leaves."""
    columns: list[npt.NDArray[np.int64]] = []
    for axis, hierarchy in enumerate(hierarchies):
        position = {leaf: i for i, leaf in enumerate(hierarchy.leaves)}
        moved = np.array([position[code] for code in rows.codes[axis]])
        columns.append(moved[rows.cells[:, axis]])
    return np.array(columns).T


def _line(fields: Sequence[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(fields)
    return out.getvalue()
