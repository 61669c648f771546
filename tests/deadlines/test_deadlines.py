"""When something is due: golden dates, laws of counting, and what is refused."""

from __future__ import annotations

import csv
import json
import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import ROOT, run_yanlu
from yanlu.deadlines.calendars import STATUTORY, Calendar, read_calendar
from yanlu.deadlines.count import count
from yanlu.deadlines.rules import Rule, Unit, read_rules
from yanlu.deadlines.words import as_data, explain
from yanlu.errors import DeadlineError

GOLDEN = ROOT / "tests" / "vectors" / "deadlines" / "golden.csv"
COLUMNS = {
    "plus15": (15, Unit.CALENDAR),
    "plus30": (30, Unit.CALENDAR),
    "plus60": (60, Unit.CALENDAR),
    "working5": (5, Unit.WORKING),
    "working20": (20, Unit.WORKING),
}
LIBRARY = Calendar({})
FROM = date(2022, 5, 1)


def _rule(length: int, unit: Unit) -> Rule:
    return Rule("r", "期限", "起算日", length, unit, "谁", "《法》", "2022", "第一条", "全部", FROM)


def _golden() -> list[tuple[str, str, str]]:
    with GOLDEN.open(encoding="utf-8", newline="") as file:
        return [(row["start"], name, row[name]) for row in csv.DictReader(file) for name in COLUMNS]


@pytest.mark.parametrize(("start", "name", "due"), _golden())
def test_golden_dates(start: str, name: str, due: str) -> None:
    rule = _rule(*COLUMNS[name])
    if due:
        assert count(rule, date.fromisoformat(start), LIBRARY).due.isoformat() == due
    else:
        with pytest.raises(DeadlineError, match="2027年的放假安排尚未公布"):
            count(rule, date.fromisoformat(start), LIBRARY)


DAYS = st.dates(FROM, date(2026, 9, 1))


@given(DAYS, st.integers(1, 60))
def test_calendar_days_are_all_counted(start: date, length: int) -> None:
    counted = count(_rule(length, Unit.CALENDAR), start, LIBRARY)
    assert counted.due == start + timedelta(days=length)
    assert [step.number for step in counted.steps] == list(range(1, length + 1))


@given(DAYS, st.integers(1, 30))
def test_exactly_the_working_days_are_counted(start: date, length: int) -> None:
    counted = count(_rule(length, Unit.WORKING), start, LIBRARY)
    for step in counted.steps:
        assert (step.number is not None) == LIBRARY.day(step.date).working
        assert step.why
    assert [s.number for s in counted.steps if s.number] == list(range(1, length + 1))


@given(DAYS, DAYS, st.integers(1, 30), st.sampled_from(Unit))
def test_who_starts_later_is_never_due_earlier(a: date, b: date, length: int, unit: Unit) -> None:
    early, late = sorted((a, b))
    rule = _rule(length, unit)
    assert count(rule, early, LIBRARY).due <= count(rule, late, LIBRARY).due


def test_a_rule_does_not_hold_before_its_day() -> None:
    with pytest.raises(DeadlineError, match="施行期间"):
        count(_rule(15, Unit.CALENDAR), FROM - timedelta(days=1), LIBRARY)


def test_a_year_counts_once_its_whole_notice_is_written_down() -> None:
    spring = {date(2027, 2, day): ("off", "春节") for day in range(5, 5 + STATUTORY)}
    assert not Calendar(spring).knows(2027)  # entered up to the first long festival
    others = ("元旦", "清明节", "劳动节", "端午节", "国庆节、中秋节")
    rows = spring | {date(2027, 3, day): ("off", n) for day, n in enumerate(others, start=1)}
    rows[date(2027, 1, 2)] = ("work", "元旦")
    assert Calendar(rows).knows(2027)
    assert Calendar(rows).day(date(2027, 1, 2)).why == "元旦调休上班"
    assert not Calendar(rows).day(date(2027, 1, 3)).working
    rows[date(2027, 3, 5)] = ("off", "国庆节")
    assert not Calendar(rows).knows(2027)


def test_a_local_day_off_goes_before_the_library() -> None:
    day = date(2026, 3, 10)
    assert LIBRARY.day(day).working
    assert Calendar({day: ("off", "地方节日")}).day(day).why == "地方节日放假"


def test_a_due_date_on_a_day_off_is_shown_unrolled_and_said_to_be_one() -> None:
    counted = count(_rule(60, Unit.CALENDAR), date(2026, 8, 3), LIBRARY)
    assert list(explain(counted))[-1] == "说明：到期那天是国庆节放假。这里写的是不顺延的日期。"
    assert as_data(counted)["due"] == "2026-10-02"


def test_an_unknown_year_says_not_yet_published_and_breaks_nothing() -> None:
    counted = count(_rule(15, Unit.CALENDAR), date(2026, 12, 28), LIBRARY)
    assert counted.rest is None
    assert "2027年的放假安排尚未公布" in list(explain(counted))[-1]


def test_the_shipped_rules_are_those_in_use_and_handling_runs_from_acceptance() -> None:
    rules = read_rules(ROOT / "data", "national")
    assert "simplified" not in rules
    assert rules["handle"].starts_at == "受理之日"
    assert (rules["objection"].length, rules["objection"].unit) == (5, Unit.WORKING)


def test_a_local_rule_takes_the_place_of_the_national_one(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "data" / "codes", tmp_path / "codes")
    with (tmp_path / "codes" / "deadlines.csv").open("a", encoding="utf-8") as file:
        file.write(
            "delta.handle,办结,受理之日,30,calendar,机关,《条例》,2016,第二十三条,全部,delta,true,2016-01-01,,\n"
        )
    assert read_rules(tmp_path, "delta")["handle"].length == 30
    assert read_rules(tmp_path, "national")["handle"].length == 60


def test_the_command_explains_every_day_in_words_and_json() -> None:
    told = run_yanlu(ROOT, "deadlines", "explain", "objection", "2026-09-18").stdout
    assert "2026-09-20 星期日 第1日  国庆节调休上班" in told
    assert "到期：2026年9月24日（星期四）" in told
    data = json.loads(
        run_yanlu(ROOT, "deadlines", "explain", "objection", "2026-09-18", "--json").stdout
    )
    assert data["due"] == "2026-09-24"
    assert data["days"][0] == {"date": "2026-09-19", "counted": None, "why": "休息日"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("simplified", "2026-09-18"), "没有启用。可以用的有：register-route"),
        (("objection", "2026-12-28"), "2027年的放假安排尚未公布"),
        (("objection", "2026-02-30"), "并且真有这一天"),
        (("handle", "2020-01-01"), "施行期间"),
    ],
)
def test_what_cannot_be_counted_is_refused(arguments: tuple[str, ...], words: str) -> None:
    done = run_yanlu(ROOT, "deadlines", "explain", *arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize("text", ["date,kind\n", "date,kind,name,source\n2027-13-01,off,x,y\n"])
def test_a_broken_holiday_file_is_named(text: str, tmp_path: Path) -> None:
    (tmp_path / "codes").mkdir()
    (tmp_path / "codes" / "holidays.csv").write_text(text, "utf-8")
    if text.count("\n") == 1:
        assert read_calendar(tmp_path).rows == {}
    else:
        with pytest.raises(DeadlineError, match="写得不对"):
            read_calendar(tmp_path)
    with pytest.raises(DeadlineError, match="缺少"):
        read_calendar(tmp_path / "codes")
