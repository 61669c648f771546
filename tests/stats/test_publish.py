"""Publishing a month: what is written, what is refused, and that refusals leave no trace."""

from __future__ import annotations

import csv
import json
import shutil
from datetime import datetime
from pathlib import Path

import pytest

from conftest import NOW, Writes, record, snapshot
from yanlu.disclosure.rounding import METHOD
from yanlu.errors import DisclosureError, InputError, PackageError, SettingsError, YanluError
from yanlu.model import Month
from yanlu.packages.check import check_data
from yanlu.packages.read import listed, read_release
from yanlu.settings import Portal, open_portal
from yanlu.stats.publish import Order, prepare, write

MARCH = Month(2024, 3)


def _silent(_: str) -> None:
    return None


def _publish(portal: Portal, path: Path, *, now: datetime = NOW, **order: object) -> Path:
    wanted = Order(str(path), **{"month": MARCH, **order})  # type: ignore[arg-type]
    return write(portal, prepare(portal, wanted, now=now, report=_silent), now=now)


@pytest.fixture
def cases(write_records: Writes) -> Path:
    """Enough records for large and small cells."""
    topics, regions, channels = ("路灯", "噪声", "垃圾"), ("多区", "南区"), ("热线", "网站", "自查")
    rows = [
        record(i, 主题=topics[i % 3], 地区=regions[i % 7 % 2], 渠道=channels[i % 5 % 3])
        for i in range(200)
    ]
    return write_records(rows)


def test_a_release_is_written_listed_and_passes_every_check(portal: Portal, cases: Path) -> None:
    folder = _publish(portal, cases)
    assert folder == portal.data / "statistics" / "2024-03" / "v1"
    assert check_data(portal.data) == []
    (entry,) = listed(portal.data)
    assert (entry.month, entry.version, entry.issued) == (MARCH, 1, NOW.date())
    release = read_release(portal.data, MARCH, 1)
    assert sum(release.counts.values()) > 0
    assert min(release.counts.values()) >= release.base


def test_the_same_records_give_the_same_bytes(portal: Portal, cases: Path) -> None:
    folder = _publish(portal, cases)
    first = snapshot(folder)
    shutil.rmtree(portal.data / "statistics")
    assert snapshot(_publish(portal, cases)) == first


@pytest.mark.parametrize("now", ["2024-03-15T10:00:00", "2024-03-31T23:59:59"])
def test_a_month_that_is_not_over_is_refused(portal: Portal, cases: Path, now: str) -> None:
    with pytest.raises(InputError, match="2024年4月1日之后"):
        _publish(portal, cases, now=datetime.fromisoformat(now))


def test_a_released_month_needs_a_reason_to_be_revised(portal: Portal, cases: Path) -> None:
    _publish(portal, cases)
    before = snapshot(portal.data)
    with pytest.raises(InputError, match="--revise --why"):
        _publish(portal, cases)
    with pytest.raises(InputError, match=r"late-records（补录）"):
        _publish(portal, cases, revise=True)
    with pytest.raises(InputError, match="原因代码"):
        _publish(portal, cases, revise=True, why="because")
    with pytest.raises(DisclosureError, match="不改变"):
        _publish(portal, cases, revise=True, why="late-records")
    assert snapshot(portal.data) == before


def test_a_correction_is_a_new_version_beside_the_old(
    portal: Portal, cases: Path, write_records: Writes
) -> None:
    first = snapshot(_publish(portal, cases))
    more = [record(1000 + i, 主题="垃圾") for i in range(9)]
    rows = list(csv.reader(cases.open(encoding="utf-8")))[1:]
    second = _publish(portal, write_records([*rows, *more]), revise=True, why="late-records")
    assert second.name == "v2"
    assert snapshot(second.parent / "v1") == first
    assert '"why": "late-records"' in (second / "datapackage.json").read_text("utf-8")
    assert check_data(portal.data) == []


LATER = datetime.fromisoformat("2024-06-20T12:00:00")


@pytest.fixture
def corrected(portal: Portal, cases: Path, write_records: Writes) -> Path:
    """March and April published, March corrected on 15 June; answers records for more."""
    rows = list(csv.reader(cases.open(encoding="utf-8")))[1:]
    april = [
        record(2000 + i, 收到="2024-04-05 09:00", 期限="2024-04-20 23:59", 回复="2024-04-10 10:00")
        for i in range(40)
    ]
    first = write_records([*rows, *april])
    _publish(portal, first)
    _publish(portal, first, month=MARCH.next)
    more = [record(1000 + i, 主题="垃圾") for i in range(9)]
    late = [[f"B{i}", *april[0][1:]] for i in range(9)]
    second = write_records([*rows, *april, *more, *late], name="more.csv")
    _publish(portal, second, revise=True, why="late-records")
    return second


def test_corrections_of_one_quarter_go_out_on_one_day(portal: Portal, corrected: Path) -> None:
    before = snapshot(portal.data)
    with pytest.raises(InputError, match=r"2024-06-15 发布过一批.*从 2024-07-01 起"):
        _publish(portal, corrected, month=MARCH.next, revise=True, why="late-records", now=LATER)
    assert snapshot(portal.data) == before
    _publish(portal, corrected, month=MARCH.next, revise=True, why="late-records")
    assert check_data(portal.data) == []


def test_the_next_bundle_goes_out_in_the_next_quarter(portal: Portal, corrected: Path) -> None:
    july = datetime.fromisoformat("2024-07-01T00:00:00")
    _publish(portal, corrected, month=MARCH.next, revise=True, why="late-records", now=july)
    assert check_data(portal.data) == []


def test_a_month_is_corrected_once_a_quarter(
    portal: Portal, corrected: Path, write_records: Writes
) -> None:
    rows = list(csv.reader(corrected.open(encoding="utf-8")))[1:]
    even_more = write_records([*rows, record(5000, 主题="垃圾")], name="even-more.csv")
    with pytest.raises(InputError, match=r"已经更正过（第 2 版）.*从 2024-07-01 起"):
        _publish(portal, even_more, revise=True, why="late-records")


def test_a_release_names_the_method_that_made_it(portal: Portal, cases: Path) -> None:
    folder = _publish(portal, cases)
    descriptor = json.loads((folder / "datapackage.json").read_text("utf-8"))
    named = {"name": "small-count-rounding", "base": 5, "version": METHOD}
    assert descriptor["method"] == named
    assert read_release(portal.data, MARCH, 1).method == METHOD


def test_a_correction_keeps_the_base_of_what_it_corrects(
    portal: Portal, cases: Path, write_records: Writes
) -> None:
    _publish(portal, cases)
    office = portal.data / "office.toml"
    office.write_text(office.read_text("utf-8").replace("base = 5 ", "base = 10 "), "utf-8")
    rows = list(csv.reader(cases.open(encoding="utf-8")))[1:]
    more = write_records([*rows, *(record(1000 + i, 主题="垃圾") for i in range(9))])
    changed = open_portal(portal.folder)
    assert changed.settings.disclosure.base == 10
    _publish(changed, more, revise=True, why="late-records")
    assert [entry.base for entry in listed(portal.data)] == [5, 5]


def test_a_month_too_sparse_to_say_anything_is_refused(
    portal: Portal, write_records: Writes
) -> None:
    topics, regions, channels = ("路灯", "噪声", "垃圾"), ("多区", "南区"), ("热线", "网站")
    rows = [
        record(i, 主题=topics[i % 3], 地区=regions[i % 2], 渠道=channels[i // 6 % 2])
        for i in range(12)
    ]
    before = snapshot(portal.data)
    with pytest.raises(DisclosureError, match=r"太稀.*最细的是：不分“主题”，“渠道”合并成 2 项"):
        _publish(portal, write_records(rows))
    assert snapshot(portal.data) == before


def test_revising_what_was_never_released_is_refused(portal: Portal, cases: Path) -> None:
    with pytest.raises(InputError, match="还没有发布过"):
        _publish(portal, cases, revise=True, why="late-records")


def test_an_unlisted_release_is_listed_again_when_it_says_the_same(
    portal: Portal, cases: Path
) -> None:
    first = snapshot(_publish(portal, cases))
    (portal.data / "statistics" / "releases.csv").unlink()
    assert "发布清单里没有它" in "".join(str(fault) for fault in check_data(portal.data))
    assert snapshot(_publish(portal, cases)) == first
    assert check_data(portal.data) == []


def test_a_release_that_lost_its_line_in_the_list_is_never_overwritten(
    portal: Portal, cases: Path, write_records: Writes
) -> None:
    folder = _publish(portal, cases)
    (portal.data / "statistics" / "releases.csv").unlink()
    before = snapshot(portal.data)
    rows = list(csv.reader(cases.open(encoding="utf-8")))[1:100]
    with pytest.raises(PackageError, match="内容不同"):
        _publish(portal, write_records(rows, name="half.csv"))
    assert snapshot(portal.data) == before
    assert folder.is_dir()


def test_two_who_publish_at_once_do_not_both_succeed(portal: Portal, cases: Path) -> None:
    order = Order(str(cases), MARCH)
    both = [prepare(portal, order, now=NOW, report=_silent) for _ in range(2)]
    write(portal, both[0], now=NOW)
    with pytest.raises(PackageError, match="另一个程序"):
        write(portal, both[1], now=NOW)
    assert len(listed(portal.data)) == 1


def test_a_package_that_fails_its_own_validation_is_not_written(
    portal: Portal, cases: Path
) -> None:
    events = portal.data / "codes" / "events.csv"
    events.write_text(events.read_text("utf-8").replace("收到时间在本月的事项", ""), "utf-8")
    before = snapshot(portal.data)
    with pytest.raises(PackageError, match=r"events\.csv 第 2 行 列 definition"):
        _publish(portal, cases)
    assert snapshot(portal.data) == before
    assert not (portal.data / "statistics" / "2024-03").exists()


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"路灯" = "lighting.outages"', '"路灯" = "no.such"', "no.such"),
        ("[dates]", "[datum]", "datum"),
        ('source = "测试来源"', 'source = ""', "source"),
        ("%Y-%m-%d %H:%M", "%H:%M", "不是日期的写法"),
    ],
    ids=["unknown code", "unknown table", "empty source", "no date format"],
)
def test_a_wrong_mapping_is_refused_by_name(
    portal: Portal, cases: Path, old: str, new: str, words: str
) -> None:
    path = portal.data / "mappings" / "small.toml"
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    with pytest.raises(SettingsError, match=words):
        _publish(portal, cases)


def test_an_unknown_mapping_lists_those_that_there_are(portal: Portal, cases: Path) -> None:
    with pytest.raises(SettingsError, match="small"):
        _publish(portal, cases, mapping="other")


def test_every_refusal_leaves_data_as_it_was(portal: Portal, write_records: Writes) -> None:
    bad = [record(1, 收到="昨天"), record(1, 地区="？")]
    before = snapshot(portal.data)
    for path in (write_records(bad, name="bad.csv"), write_records([], name="none.csv")):
        with pytest.raises(YanluError):
            _publish(portal, path)
    assert snapshot(portal.data) == before


def test_progress_is_told_step_by_step(portal: Portal, cases: Path) -> None:
    said: list[str] = []
    prepare(portal, Order(str(cases), MARCH), now=NOW, report=said.append)
    assert said == ["读取记录", "清点2024年3月的事件", "小数舍入"]
