"""Tables of guidance: each wrong row is one clear sentence, and nothing in it is repeated."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from conftest import ROOT, commit_all, run_yanlu
from yanlu.deadlines.calendars import read_calendar
from yanlu.guidance.duties import COUNTS, Period, read_handled, unready
from yanlu.guidance.judge import guidance_faults, guidance_reminders
from yanlu.guidance.receptions import read_receptions, upcoming
from yanlu.packages.check import check_data
from yanlu.settings import Portal
from yanlu.templates import dial

DAY = date(2026, 11, 29)
LEAST = 5
OWN = ("receptions", "posts", "leaders", "meetings", "budget", "upkeep")
RECEPTION = "one,shili,局长,,{date},{start},{end},{office},各方面的事,不用预约"
HEADS = {
    name: (ROOT / "data" / "guidance" / f"{name}.csv").read_text("utf-8").splitlines()[0]
    for name in OWN
}


@pytest.fixture
def portal(portal: Portal) -> Portal:
    """The small portal with the receptions of the reference office."""
    shutil.copy(ROOT / "data" / "guidance" / "receptions.csv", portal.data / "guidance")
    return portal


def _told(data: Path, name: str, *lines: str) -> str:
    """All that a check says of a table with these rows."""
    text = "\n".join((HEADS[name], *lines)) + "\n"
    (data / "guidance" / f"{name}.csv").write_text(text, "utf-8")
    plain = [str(fault) for fault in check_data(data)]
    return "\n".join(plain or [*guidance_faults(data, LEAST), *unready(data, DAY)])


def _reception(**changes: str) -> str:
    usual = {"date": "2026-12-03", "start": "09:00", "end": "11:30", "office": "office-petitions"}
    return RECEPTION.format(**(usual | changes))


def test_the_shipped_tables_have_no_fault() -> None:
    data = ROOT / "data"
    assert check_data(data) == []
    assert [*guidance_faults(data, LEAST), *unready(data, DAY)] == []


def test_an_office_may_have_none_of_the_tables_but_the_directory(portal: Portal) -> None:
    for name in OWN:
        (portal.data / "guidance" / f"{name}.csv").unlink()
    assert check_data(portal.data) == []
    assert list(guidance_faults(portal.data, LEAST)) == []
    (portal.data / "guidance" / "offices.csv").unlink()
    assert [fault.file for fault in check_data(portal.data)] == ["data/guidance/offices.csv"]


WRONG = {
    "an hour that is none": ("receptions", _reception(start="9点"), "第 2 行 列 start"),
    "a day that is none": ("receptions", _reception(date="12月3日"), "第 2 行 列 date"),
    "an office that is not listed": ("receptions", _reception(office="x"), "第 2 行 列 office"),
    "an end before the start": (
        "receptions",
        _reception(end="08:30"),
        "data/guidance/receptions.csv 第 2 行 列 end：结束的时间不在开始以后",
    ),
    "a script": (
        "receptions",
        _reception().replace("各方面", "<script>"),
        "第 2 行 列 topics：文字里有 HTML 标签或者脚本",
    ),
    "a sign that turns the text around": (
        "posts",
        "a,局长,,信访局,分工\u202e,,",
        "第 2 行 列 duties：文字里有看不见的控制字符（U+202E）",
    ),
    "somebody's own telephone": (
        "posts",
        "a,局长,,信访局,负责,138 0013 8000,",
        "data/guidance/posts.csv 第 2 行 列 telephone：看上去是手机号码",
    ),
    "an account instead of a telephone": (
        "posts",
        "a,局长,,信访局,负责,wx-zhang,",
        "data/guidance/posts.csv 第 2 行 列 telephone",
    ),
    "a count of a month that points to people": (
        "leaders",
        "2026-09,3,12,,",
        "data/guidance/leaders.csv 第 2 行 列 letters：是1到4的数，可能认得出人，不公布。"
        "请把这个季度的三个月合成一行",
    ),
    "a count of a quarter that points to people": (
        "leaders",
        "2026-q3,30,12,4,",
        "第 2 行 列 taken：是1到4的数，可能认得出人，不公布。请空着",
    ),
    "a quarter beside one of its months": (
        "leaders",
        "2026-09,30,12,,\n2026-q3,90,50,,",
        "第 3 行 列 period：同一个季度既有整个季度的，又有里面月份的",
    ),
    "a month twice": ("leaders", "2026-09,30,12,,\n2026-09,31,12,,", "第 3 行"),
    "a month that is not over": ("leaders", "2026-11,30,12,,", "这一时期还没有结束"),
    "a quarter that there is not": ("leaders", "2026-q5,30,12,,", "第 2 行 列 period"),
    "fewer than none": ("leaders", "2026-09,-1,12,,", "第 2 行 列 letters"),
    "a meeting that has not been held": (
        "meetings",
        "2027-01-05,常务会议,建议,照办,",
        "data/guidance/meetings.csv 第 2 行 列 date：这一天还没有到",
    ),
    "an address that runs a script": (
        "meetings",
        "2026-01-05,常务会议,建议,照办,javascript:alert(1)",
        "第 2 行 列 link",
    ),
    "a month that no year has": ("upkeep", "a,盘点,1;13,10,办公室,看,about/keys/,", "列 months"),
    "a day that some months lack": ("upkeep", "a,盘点,2,30,办公室,看,about/keys/,", "列 day"),
    "an amount in words": ("budget", "2026,经费,一百万,预算,", "第 2 行 列 amount"),
    "an item twice in a year": ("budget", "2026,经费,1,预算,\n2026,经费,2,预算,", "第 3 行"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_row_is_told_with_its_place(portal: Portal, name: str) -> None:
    table, lines, words = WRONG[name]
    said = _told(portal.data, table, *lines.split("\n"))
    assert words in said
    for value in ("9点", "13800138000", "138 0013 8000", "wx-zhang", "一百万", "alert"):
        assert value not in said


def test_a_kind_of_body_that_the_list_does_not_know_is_refused(portal: Portal) -> None:
    table = portal.data / "guidance" / "offices.csv"
    table.write_text(table.read_text("utf-8").replace(",hotline,", ",hotlines,", 1), "utf-8")
    said = "\n".join(map(str, check_data(portal.data)))
    assert "data/guidance/offices.csv 第 4 行 列 type：用了代码表里没有的代码" in said


@pytest.mark.parametrize("command", ["check", "build"])
def test_neither_check_nor_build_lets_a_small_count_through(portal: Portal, command: str) -> None:
    _told(portal.data, "leaders", "2026-09,2,12,,")
    commit_all(portal.folder)
    done = run_yanlu(portal.folder, command)
    assert done.returncode == 1
    assert "leaders.csv 第 2 行 列 letters：是1到4的数" in done.stdout + done.stderr


def test_check_reminds_of_days_off_and_does_not_fail_by_a_year_that_is_unknown(
    portal: Portal,
) -> None:
    rows = [
        _reception(date=day).replace("one,", f"at-{day},")
        for day in ("2026-11-14", "2026-12-05", "2026-12-07", "2027-01-09", "2027-02-01")
    ]
    assert _told(portal.data, "receptions", *rows) == ""
    commit_all(portal.folder)  # on 2026-11-20
    done = run_yanlu(portal.folder, "check")
    assert done.returncode == 0, done.stdout
    reminders = [line for line in done.stdout.splitlines() if "receptions.csv" in line]
    assert reminders == [
        "提醒：data/guidance/receptions.csv 第 3 行 列 date："
        "2026年12月5日是休息日，请核对；确实照常接待的，不用改。",
        "提醒：data/guidance/receptions.csv：2027年的放假安排尚未公布，"
        "那一年的接待日还不能对照休息日，公布以后再看一次。",
    ]


def test_a_festival_that_the_office_entered_is_told_by_its_name(portal: Portal) -> None:
    _told(portal.data, "receptions", _reception(date="2026-12-08"))
    with (portal.data / "codes" / "holidays.csv").open("a", encoding="utf-8") as file:
        file.write("2026-12-08,off,州庆,州政府通知\n")
    rests = read_calendar(portal.data).rests
    (told,) = guidance_reminders(portal.data, DAY, rests)
    assert "2026年12月8日是州庆放假" in told


def test_a_number_that_nobody_has_checked_for_a_year_is_reminded_of(portal: Portal) -> None:
    rests = read_calendar(portal.data).rests
    late = date(2027, 11, 29)
    told = [line for line in guidance_reminders(portal.data, late, rests) if "last_checked" in line]
    assert len(told) == 7  # those checked on 24 and 25 November 2026; the others a day later
    assert all("请打一次电话核对" in line for line in told)


@given(st.dates(date(2026, 1, 1), date(2027, 12, 31)))
def test_what_has_passed_falls_off_and_nothing_else(day: date) -> None:
    every = read_receptions(ROOT / "data")
    coming = upcoming(every, day)
    assert {one.code for one in every} - {one.code for one in coming} == {
        one.code for one in every if one.day < day
    }
    assert coming == sorted(coming, key=lambda one: (one.start, one.code))


@given(st.integers(2000, 2099), st.integers(1, 12))
def test_a_quarter_holds_its_three_months(year: int, month: int) -> None:
    one = Period(f"{year}-{month:02d}")
    whole = Period(f"{year}-q{(month + 2) // 3}")
    assert one.months[0] in whole.months
    assert len(whole.months) == 3
    assert one.quarter == whole.quarter == Period(str(whole.months[-1])).quarter


def test_the_shipped_counts_hold_none_from_1_to_4() -> None:
    counts = [getattr(one, name) for one in read_handled(ROOT / "data") for name in COUNTS]
    assert not any(count is not None and 0 < count < LEAST for count in counts)


@given(st.text(alphabet="0123456789-+ （）()转、<&\"'虚构", max_size=40))
def test_a_dialled_number_shows_every_letter_and_dials_digits_alone(telephone: str) -> None:
    shown = dial(telephone)
    assert re.sub(r"<[^>]+>", "", shown) == str(Markup.escape(telephone))
    for link in re.findall(r'href="([^"]*)"', shown):
        assert re.fullmatch(r"tel:\+?\d{3,}", link)


@pytest.mark.parametrize(
    ("telephone", "dialled"),
    [
        ("12345转8", ["12345"]),
        ("（010）88886666、010-88886667", ["01088886666", "01088886667"]),
        ("000-0000 0001（虚构）", ["00000000001"]),
        ("+86 10 1234 5678", ["+861012345678"]),
        ("工作日9:00–17:00打110", ["110"]),
        ("没有", []),
    ],
)
def test_numbers_are_dialled_as_people_write_them(telephone: str, dialled: list[str]) -> None:
    assert re.findall(r'"tel:([^"]*)"', dial(telephone)) == dialled


def test_a_table_with_a_byte_order_mark_is_read_alike(portal: Portal) -> None:
    before = read_receptions(portal.data)
    path = portal.data / "guidance" / "receptions.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert read_receptions(portal.data) == before
    assert check_data(portal.data) == []


def test_nothing_of_the_example_city_is_in_templates_or_code() -> None:
    """An office replaces `data/guidance/`, its code lists and `office.toml`, and nothing else."""
    found = [
        path
        for folder in ("scripts/yanlu/guidance", "scripts/yanlu/website/guidance", "theme")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in (".py", ".html", ".js", ".css")
        and re.search("示例市|多切斯特|shili", path.read_text("utf-8"))
    ]
    assert found == []
