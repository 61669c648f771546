"""The explainer of deadlines as pages: every rule, two months of days, no guess, no script."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import ROOT
from website.register_site import build, put
from yanlu.deadlines.calendars import Calendar
from yanlu.deadlines.count import count
from yanlu.deadlines.rules import Rule, Unit, read_rules
from yanlu.settings import Portal
from yanlu.website.deadlines import SCRIPT, Chained, chooser
from yanlu.website.finder import SCRIPT as FINDER
from yanlu.website.guidance.offices import SCRIPT as FIND

SEARCH = "assets/js/search.js"

RULES = read_rules(ROOT / "data", "shili")
LIBRARY = Calendar({})
NOVEMBER = datetime.fromisoformat("2026-11-20T00:00:00+00:00")


@pytest.fixture
def pages(portal: Portal, tmp_path: Path) -> dict[str, str]:
    put(portal)
    return build(portal, tmp_path / "site", NOVEMBER)


def test_every_rule_has_a_page_that_says_what_it_is(pages: dict[str, str]) -> None:
    index = pages["guide/deadlines/index.html"]
    for code, rule in RULES.items():
        page = pages[f"guide/deadlines/{code}/index.html"]
        assert f'href="/guide/deadlines/{code}/">{rule.name}</a>' in index
        unit = "个工作日" if rule.unit is Unit.WORKING else "日"
        assert f"从{rule.starts_at}起{rule.length}{unit}" in page
        for told in (rule.who, rule.basis, rule.applies_to):
            assert told in page, code
    assert not any("simplified" in name for name in pages)


def test_whether_a_period_can_be_lengthened_is_told_with_who_and_how_long(
    pages: dict[str, str],
) -> None:
    handle = pages["guide/deadlines/handle/index.html"]
    assert (
        "可以延长：经本机关、单位负责人批准，不超过30日（《信访工作条例》（2022）第三十四条）"
        in handle
    )
    longer = pages["guide/deadlines/disclosure-extend/index.html"]
    assert '接在<a href="/guide/deadlines/disclosure-reply/">' in longer
    assert "没有写可以延长" in pages["guide/deadlines/objection/index.html"]
    assert "没有写可以延长" not in handle + longer


def test_two_months_of_days_are_those_that_the_command_counts(pages: dict[str, str]) -> None:
    page = pages["guide/deadlines/objection/index.html"]
    rows = re.findall(r'<th scope="row">(\d+)日（周.）</th><td>(.*?)</td></tr>', page)
    assert len(rows) == 30 + 31
    for n, (start, due) in enumerate(rows):
        day = date(2026, 11, 1) + timedelta(days=n)
        assert int(start) == day.day
        if day < date(2026, 12, 25):  # five working days are left in the year
            last = count(RULES["objection"], day, LIBRARY).due
            assert due.startswith(f"{last.month}月{last.day}日（周")
        else:
            assert due == "尚未公布"


def test_a_due_date_is_never_rolled_and_an_unknown_year_is_said_to_be_one(
    portal: Portal, tmp_path: Path
) -> None:
    put(portal)
    august = datetime.fromisoformat("2026-08-10T00:00:00+00:00")
    summer = build(portal, tmp_path / "a", august)["guide/deadlines/handle/index.html"]
    assert "<td>10月2日（周五）</td><td>国庆节放假</td>" in summer
    late = build(portal, tmp_path / "b", NOVEMBER)["guide/deadlines/handle/index.html"]
    assert "<td>2027年1月29日（周五）</td><td>尚未公布</td>" in late
    assert "2027年的尚未公布" in late


def test_a_page_has_the_script_of_the_view_and_one_of_its_own_or_none(
    pages: dict[str, str],
) -> None:
    for name, text in pages.items():
        own = SCRIPT if re.fullmatch(r"guide/(deadlines|owed)/[a-z-]+/index\.html", name) else ""
        own = FINDER if name == "guide/find/quick/index.html" else own
        own = FIND if name == "guide/offices/index.html" else own
        own = SEARCH if name == "search/index.html" else own
        every = ['<script src="/assets/js/view.js"></script>'] if name.endswith(".html") else []
        assert re.findall(r"<script.*?</script>", text) == [
            *every,
            *([f'<script src="/{own}" defer></script>'] if own else []),
        ]


@given(st.integers(1, 40), st.sampled_from(Unit), st.dates(date(2025, 1, 1), date(2026, 12, 31)))
@settings(max_examples=30, deadline=None)
def test_the_list_of_days_suffices_for_every_day_that_may_be_chosen(
    length: int, unit: Unit, built: date
) -> None:
    rule = Rule("r", "期", "起", length, unit, "谁", "法", "1", "一", "全部", date(2022, 5, 1))
    told = chooser([Chained(rule)], LIBRARY, built)
    first = date.fromisoformat(told["first"])
    for asked in (told["from"], told["to"]):
        start = date.fromisoformat(asked)
        after = told["days"][(start - first).days + 1 :]
        kinds = [told["kinds"][place] for place in after]
        known = [working for working, _ in kinds if unit is Unit.CALENDAR or working]
        assert len(known) >= length or (None, "") in kinds
