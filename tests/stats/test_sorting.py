"""Only what is certainly no record is dropped; what may be one is counted or refused."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from yanlu.errors import InputError
from yanlu.stats.header import Header, find_header, headers
from yanlu.stats.sorting import Dropped, sort_rows
from yanlu.workbooks.rows import Row

NAMES = ("编号", "收到", "回复", "地区", "主题", "渠道", "备注")
COLUMNS = {
    name: n
    for n, name in enumerate(("id", "received", "replied", "region", "topic", "channel"), start=1)
}
RECORD = ("A1", "2026-10-03", "2026-10-09", "城关镇", "路灯", "来电")


def _row(number: int, cells: Sequence[str]) -> Row:
    held = {column: text for column, text in enumerate(cells, start=1) if text}
    return Row(number, held, len(held), next(iter(held.values()), ""))


def _sorted(*below: Sequence[str]) -> dict[str, list[int]]:
    """The rows below the names, which stand in row 2, by what they are."""
    header = Header(2, 2, dict(enumerate(NAMES, start=1)))
    rows = [_row(number, cells) for number, cells in enumerate([NAMES, *below], start=2) if cells]
    picked = sort_rows(rows, header, COLUMNS, "cases.xlsx")
    found = {why.value: [*numbers] for why, numbers in picked.dropped.items()}
    return {"records": [row.number for row in picked.records], **found}


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (("合计", "60000", "", "60000"), Dropped.TOTAL),
        (("", "", "", "总　计：", "12"), Dropped.TOTAL),
        (("城关镇小计", "", "12"), Dropped.TOTAL),
        (("一、城关镇",), Dropped.NOTE),
        (("填表人：", "张三", "", "审核人：", "李四"), Dropped.NOTE),
        (NAMES, Dropped.NAMES),
        ((), Dropped.BLANK),
    ],
)
def test_what_is_no_record_is_dropped_by_its_reason(row: Sequence[str], why: Dropped) -> None:
    assert _sorted(RECORD, row, RECORD) == {"records": [3, 5], why: [4]}


@pytest.mark.parametrize(
    "row",
    [
        ("A2", "", "2026-10-09", "城关镇", "路灯", "来电"),
        ("A2", "3/10/2026", "", "城关镇", "路灯", "来电"),
        ("A2", "2026-10-04"),
        ("合计费用不合理", "2026-10-04", "", "城关镇", "路灯", "来电"),
    ],
)
def test_what_may_be_a_record_is_kept_so_that_its_fault_is_named(row: Sequence[str]) -> None:
    assert _sorted(RECORD, row) == {"records": [3, 4]}
    assert _sorted(row, RECORD) == {"records": [3, 4]}


@pytest.mark.parametrize(
    "row", [("", "编号", "", "收到", "地区"), ("甲科", "", "", "", "12", "", "3")]
)
def test_another_table_below_is_refused_with_its_place(row: Sequence[str]) -> None:
    with pytest.raises(InputError, match="第 5 行起像是另一张表"):
        _sorted(RECORD, (), row)


def test_names_in_two_rows_are_put_together_where_a_cell_is_merged() -> None:
    upper = ("编号", "登记", "", "办理", "", "备注")
    lower = ("", "日期", "属地", "期限", "日期", "")
    rows = [_row(1, ("一览表",)), _row(2, upper), _row(3, lower), _row(4, RECORD)]
    found = find_header(rows, {"登记/日期", "办理/日期"}, 2)
    assert found == Header(
        2,
        3,
        {1: "编号", 2: "登记/日期", 3: "登记/属地", 4: "办理/期限", 5: "办理/日期", 6: "备注"},
    )
    assert not any(header.first == 1 and header.last == 2 for header in headers(rows))
