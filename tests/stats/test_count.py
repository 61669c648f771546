"""Counting: every event as defined, and all faults of the records in one message."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import HEADER, NOW, Writes, record
from yanlu.errors import InputError
from yanlu.model import Event, Month
from yanlu.settings import Portal
from yanlu.stats.count import Counted, count_events
from yanlu.stats.mapping import choose_mapping
from yanlu.stats.read import open_cases

MARCH = Month(2024, 3)


def _count(portal: Portal, path: object, month: Month = MARCH) -> Counted:
    _, mapping = choose_mapping(portal, None)
    with open_cases(str(path), mapping) as cases:
        return count_events(cases, mapping, portal.codes, month, NOW)


def _refused(portal: Portal, path: object, month: Month = MARCH) -> str:
    with pytest.raises(InputError) as refusal:
        _count(portal, path, month)
    return str(refusal.value)


moments = st.datetimes(datetime(2024, 2, 1), datetime(2024, 4, 30))  # noqa: DTZ001 - local time


@given(st.lists(st.tuples(moments, st.none() | moments, st.none() | moments), min_size=1))
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_events_are_counted_as_a_plain_reading_of_their_definitions(
    portal: Portal,
    write_records: Writes,
    cases: list[tuple[datetime, datetime | None, datetime | None]],
) -> None:
    cut = [tuple(t and t.replace(second=0, microsecond=0) for t in case) for case in cases]
    cut = [(a, d, r if r is None or r >= a else a) for a, d, r in cut]
    cut.append((datetime(2024, 3, 1), None, None))  # noqa: DTZ001 - local time
    rows = [
        record(
            i,
            **{
                name: f"{moment:%Y-%m-%d %H:%M}" if moment else ""
                for name, moment in zip(("收到", "期限", "回复"), case, strict=True)
            },
        )
        for i, case in enumerate(cut)
    ]
    counts = _count(portal, write_records(rows)).cube.counts
    assert {cell.event: n for cell, n in counts.items()} == _plainly(cut)


def _plainly(cases: list[tuple[datetime, datetime | None, datetime | None]]) -> dict[Event, int]:
    tally = dict.fromkeys(Event, 0)
    for received, due, replied in cases:
        tally[Event.RECEIVED] += received.month == 3
        if replied and replied.month == 3:
            kind = Event.NO_LIMIT if due is None else Event.ON_TIME
            if due is not None and replied > due:
                kind = Event.LATE
            tally[kind] += 1
        if due and due.month == 3 and (replied is None or replied > due):
            tally[Event.OVERDUE] += 1
    return {event: count for event, count in tally.items() if count}


def test_the_edges_of_a_month_belong_to_it(portal: Portal, write_records: Writes) -> None:
    rows = [
        record(1, 收到="2024-03-01 00:00"),
        record(2, 收到="2024-03-31 23:59", 回复="", 期限=""),
        record(3, 收到="2024-04-01 00:00", 回复="", 期限=""),
        record(4, 收到="2024-02-29 23:59", 回复="", 期限=""),
    ]
    counts = _count(portal, write_records(rows)).cube.counts
    received = [n for cell, n in counts.items() if cell.event is Event.RECEIVED]
    assert received == [2]


def test_a_reply_at_the_very_limit_is_on_time(portal: Portal, write_records: Writes) -> None:
    rows = [record(1, 回复="2024-03-20 23:59")]
    events = {cell.event for cell in _count(portal, write_records(rows)).cube.counts}
    assert events == {Event.RECEIVED, Event.ON_TIME}


def test_a_limit_that_is_a_day_runs_to_its_end(portal: Portal, write_records: Writes) -> None:
    mapping = portal.data / "mappings" / "small.toml"
    mapping.write_text(mapping.read_text("utf-8").replace("%Y-%m-%d %H:%M", "%Y-%m-%d"), "utf-8")
    rows = [record(1, 收到="2024-03-05", 期限="2024-03-10", 回复="2024-03-10")]
    events = {cell.event for cell in _count(portal, write_records(rows)).cube.counts}
    assert events == {Event.RECEIVED, Event.ON_TIME}


def test_all_unknown_codes_are_listed_at_once_with_counts_and_without_values(
    portal: Portal, write_records: Writes
) -> None:
    rows = [
        record(1, 地区="李四的家"),
        record(2, 地区="李四的家"),
        record(3, 地区=""),
        record(4, 主题="13800138000"),
        record(5, 渠道="某路1号"),
    ]
    message = _refused(portal, write_records(rows))
    assert "列 地区：2 个取值" in message
    assert "（首见第 2 行）2 条" in message
    assert "空白（首见第 4 行）1 条" in message
    assert "列 主题：1 个取值" in message
    assert "列 渠道：1 个取值" in message
    assert not {"李四", "13800138000", "某路"} & set(message.split())
    assert "李四" not in message


def test_a_number_and_nothing_at_all_may_stand_for_a_code(portal: Portal, tmp_path: Path) -> None:
    mapping = portal.data / "mappings" / "small.toml"
    text = mapping.read_text("utf-8").replace('"路灯"', '"7"').replace('"热线"', '""')
    mapping.write_text(text, "utf-8")
    columns: dict[str, list[Any]] = dict(zip(HEADER, ([text] for text in record(1)), strict=True))
    table = pa.table({**columns, "主题": [7], "渠道": pa.array([None], pa.string())})
    pa.parquet.write_table(table, tmp_path / "numbers.parquet")
    assert _count(portal, tmp_path / "numbers.parquet").records == 1
    pa.parquet.write_table(table.set_column(5, "主题", [[8]]), tmp_path / "numbers.parquet")
    assert "列 主题：1 个取值" in _refused(portal, tmp_path / "numbers.parquet")


def test_a_code_that_is_no_longer_valid_is_refused(portal: Portal, write_records: Writes) -> None:
    regions = portal.data / "codes" / "regions.csv"
    lines = [
        line + "2020-12-31" if line.startswith("dorchester,") else line
        for line in regions.read_text("utf-8").splitlines()
    ]
    regions.write_text("\n".join(lines) + "\n", "utf-8")
    assert "代码当月无效" in _refused(portal, write_records([record(1)]))


def test_duplicate_and_missing_numbers_are_counted_with_the_first_row(
    portal: Portal, write_records: Writes
) -> None:
    rows = [record(1), record(2), record(1), record(3, 编号=""), record(1)]
    message = _refused(portal, write_records(rows))
    assert "2 条记录的编号与别的记录重复（首见第 4 行）" in message
    assert "1 条记录没有编号（首见第 5 行）" in message


def test_impossible_and_mixed_dates_are_named_with_their_other_way_of_writing(
    portal: Portal, write_records: Writes
) -> None:
    rows = [
        record(1),
        record(2, 收到="2024-02-30 10:00"),
        record(3, 收到="2024/03/07 10:00"),
        record(4, 收到=""),
    ]
    message = _refused(portal, write_records(rows))
    assert "列 收到：3 个日期不存在、缺失，或不是约定的写法" in message
    assert "一列里混用了两种日期写法：1 个像“年/月/日 时:分”" in message
    assert "（首见第 3 行）" in message


def test_a_reply_before_the_receipt_is_refused_beyond_the_stated_bound(
    portal: Portal, write_records: Writes
) -> None:
    path = write_records([record(1, 回复="2024-03-01 00:00")])
    assert "早于 收到" in _refused(portal, path)
    mapping = portal.data / "mappings" / "small.toml"
    mapping.write_text(
        mapping.read_text("utf-8") + "\n[assertions]\nreplied_before_received_max = 1\n", "utf-8"
    )
    assert _count(portal, path).records == 1


def test_dates_in_the_future_are_refused(portal: Portal, write_records: Writes) -> None:
    later = f"{NOW + timedelta(days=1):%Y-%m-%d %H:%M}"
    assert "在将来" in _refused(portal, write_records([record(1, 回复=later, 期限="")]))


def test_every_fault_is_in_one_message(portal: Portal, write_records: Writes) -> None:
    rows = [record(1), record(1), record(2, 收到="昨天"), record(3, 主题="？")]
    message = _refused(portal, write_records(rows))
    assert message.count("  · ") == 3
    assert "什么都没有写入" in message


def test_a_month_without_any_event_is_refused(portal: Portal, write_records: Writes) -> None:
    assert "没有任何事件" in _refused(portal, write_records([record(1)]), Month(2023, 1))


def test_the_rows_order_changes_nothing(portal: Portal, write_records: Writes) -> None:
    rows = [record(i, 主题=("路灯", "噪声")[i % 2]) for i in range(40)]
    forward = _count(portal, write_records(rows)).cube
    assert _count(portal, write_records(rows[::-1], name="back.csv")).cube == forward
