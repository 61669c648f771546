"""The directory as pages and as data, receptions as a calendar, who answers for what."""

from __future__ import annotations

import csv
import json
import re
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import vobject
from frictionless import Package
from hypothesis import given, settings
from hypothesis import strategies as st
from ical.calendar_stream import IcsCalendarStream

from conftest import ROOT
from website.register_site import build, put
from website.typography import badly_set
from yanlu.guidance.offices import read_offices
from yanlu.guidance.receptions import read_receptions
from yanlu.guidance.upkeep import coming, read_upkeep
from yanlu.model import CHINA
from yanlu.settings import Portal, open_portal
from yanlu.website.guidance.build import write_guidance_files
from yanlu.website.guidance.calendars import Entry, calendar_file
from yanlu.website.remembered import Remembered

MOMENT = datetime(2026, 11, 29, 4, tzinfo=UTC)
OWN = re.compile(r"guide/(?:offices|receptions)/|about/(?:posts|leaders|meetings|budget|upkeep)/")
OFFICES = read_offices(ROOT / "data")


def _write_files(portal: Portal, site: Path, moment: datetime) -> None:
    write_guidance_files(portal, site, moment, Remembered(None, "", "", dict[str, str]), b"")


@pytest.fixture
def portal(portal: Portal) -> Portal:
    """The small portal with the receptions of the reference office."""
    shutil.copy(ROOT / "data" / "guidance" / "receptions.csv", portal.data / "guidance")
    return portal


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("directory") / "portal"
    for name in ("codes", "guidance"):
        shutil.copytree(ROOT / "data" / name, folder / "data" / name)
    shutil.copy(ROOT / "data" / "office.toml", folder / "data" / "office.toml")
    portal = open_portal(folder)
    put(portal)
    return build(portal, folder.with_name("site"), MOMENT)


def _built(portal: Portal, site: Path, moment: datetime = MOMENT) -> dict[str, str]:
    put(portal)
    return build(portal, site, moment)


def _empty(portal: Portal, *names: str) -> None:
    for name in names:
        path = portal.data / "guidance" / f"{name}.csv"
        path.write_text(path.read_text("utf-8").splitlines()[0] + "\n", "utf-8")


def test_every_body_is_on_three_pages_under_its_own_code(pages: dict[str, str]) -> None:
    for office in OFFICES:
        places = ("", f"type/{office.type}/", f"region/{office.region}/")
        for place in places:
            page = pages[f"guide/offices/{place}index.html"]
            assert page.count(f'<li id="{office.code}">') == 1, place
            card = page.partition(f'<li id="{office.code}">')[2].partition("</dl>")[0]
            for told in (office.name, office.hours, office.address, office.transport):
                assert told in card
            for told in (office.accessible, office.note):
                assert told in card
            day = office.last_checked
            assert f"{day.year}年{day.month}月{day.day}日" in card
            assert f'<a href="tel:{re.sub("[- ]", "", office.telephone)}">' in card


def test_every_kind_and_every_region_of_a_body_is_reached_by_links_alone(
    pages: dict[str, str],
) -> None:
    index = pages["guide/offices/index.html"]
    for office in OFFICES:
        for place in (f"type/{office.type}/", f"region/{office.region}/"):
            assert f'href="/guide/offices/{place}"' in index
    links = {
        link for page in pages.values() for link in re.findall(r'"/(guide/offices/[^"]*)"', page)
    }
    for link in links - {f"guide/offices/{name}" for name in ("offices.csv", "datapackage.json")}:
        address, _, anchor = link.partition("#")
        assert not anchor or f'id="{anchor}"' in pages[f"{address}index.html"], link
        assert f"{address}index.html" in pages, link


def test_kinds_stand_in_the_order_of_their_list_and_one_without_a_body_says_so(
    portal: Portal, tmp_path: Path
) -> None:
    table = portal.data / "codes" / "office-types.csv"
    head, *rows = table.read_text("utf-8").splitlines()
    added = "harbour,港务机构,船和码头的事"
    table.write_text("\n".join((head, added, *reversed(rows))) + "\n", "utf-8")
    pages = _built(portal, tmp_path / "site")
    index = pages["guide/offices/index.html"]
    shown = re.findall(r'<h2><a href="/guide/offices/type/([a-z-]+)/">', index)
    held = {office.type for office in OFFICES}
    assert shown == [row.split(",")[0] for row in reversed(rows) if row.split(",")[0] in held]
    assert "harbour" not in index
    assert "还没有登记这一类窗口" in pages["guide/offices/type/harbour/index.html"]


def test_a_region_leads_to_those_in_it_and_above_it(portal: Portal, tmp_path: Path) -> None:
    """Towns that are regions of their own lie below their district."""
    with (portal.data / "codes" / "regions.csv").open("a", encoding="utf-8") as file:
        file.write("old-town,老城街道,back-bay,town,,2015-01-01,\n")
    table = portal.data / "guidance" / "offices.csv"
    text = table.read_text("utf-8").replace("town,downtown,", "town,old-town,", 1)
    table.write_text(text, "utf-8")
    pages = _built(portal, tmp_path / "site")
    town = pages["guide/offices/region/old-town/index.html"]
    assert re.findall(r'href="/guide/offices/region/([a-z-]+)/"', town) == ["back-bay", "shili"]
    district = pages["guide/offices/region/back-bay/index.html"]
    assert "还没有登记这个地区自己的窗口" in district
    assert 'href="/guide/offices/region/old-town/">老城街道</a>' in district


def test_the_directory_is_a_data_package_that_can_be_read_on_its_own(
    portal: Portal, tmp_path: Path
) -> None:
    site = tmp_path / "site"
    _built(portal, site)
    _write_files(portal, site, MOMENT)
    folder = site / "guide" / "offices"
    alone = tmp_path / "alone"
    alone.mkdir()
    descriptor = json.loads((folder / "datapackage.json").read_text("utf-8"))
    for resource in descriptor["resources"]:
        shutil.copy(folder / resource["path"], alone)
    shutil.copy(folder / "datapackage.json", alone)
    report = Package(str(alone / "datapackage.json")).validate()
    assert report.valid, report.flatten()
    with (alone / "offices.csv").open(encoding="utf-8") as file:
        assert [row["code"] for row in csv.DictReader(file)] == [one.code for one in OFFICES]
    (alone / "offices.csv").write_text((alone / "offices.csv").read_text("utf-8") + "x\n", "utf-8")
    assert not Package(str(alone / "datapackage.json")).validate().valid


def test_receptions_to_come_stand_on_the_page_in_order_and_past_ones_fall_off(
    pages: dict[str, str],
) -> None:
    every = read_receptions(ROOT / "data")
    coming = [one for one in every if one.day >= date(2026, 11, 29)]
    assert len(every) > len(coming) > 10
    shown = re.findall(r'<li id="([^"]+)">', pages["guide/receptions/index.html"])
    assert shown == [one.code for one in coming]
    for region in {one.region for one in every}:
        page = pages[f"guide/receptions/region/{region}/index.html"]
        assert re.findall(r'<li id="([^"]+)">', page) == [
            one.code for one in coming if one.region == region
        ]


def test_the_day_of_a_build_is_chinas(portal: Portal, tmp_path: Path) -> None:
    """At 20 hours UTC on the 2nd it is the 3rd in China: what was on the 2nd is over."""
    late = datetime(2026, 12, 8, 20, tzinfo=UTC)
    page = _built(portal, tmp_path / "site", late)["guide/receptions/index.html"]
    assert 'id="charlestown-2026-12-08"' not in page
    assert 'id="dorchester-2026-12-09"' in page


def test_a_reception_tells_who_where_and_how_and_links_to_the_place(pages: dict[str, str]) -> None:
    page = pages["guide/receptions/index.html"]
    card = page.partition('<li id="dorchester-town-2026-12-19">')[2].partition("</dl>")[0]
    assert "12月19日（星期六）09:00–11:00" in card
    assert "这天是休息日，去之前请先打电话问一声" in card
    assert 'href="/guide/offices/#town-dorchester"' in card
    assert "平时要上班的，这个星期六来" in card
    assert "2027年的放假安排尚未公布" in page
    assert "尚未公布" not in pages["guide/receptions/region/roxbury/index.html"]


def test_a_name_stands_there_only_where_the_table_has_one(portal: Portal, tmp_path: Path) -> None:
    table = portal.data / "guidance" / "receptions.csv"
    text = table.read_text("utf-8").replace("局长（虚构）,,2026-12-17", "局长,王示例,2026-12-17")
    table.write_text(text, "utf-8")
    page = _built(portal, tmp_path / "site")["guide/receptions/index.html"]
    assert "示例市信访局局长，王示例</dd>" in page
    assert page.count("王示例") == 1


def test_the_calendar_is_named_with_its_whole_address_for_a_telephone(
    pages: dict[str, str],
) -> None:
    for place in ("guide/receptions/", "guide/receptions/region/shili/"):
        page = pages[f"{place}index.html"]
        assert f'href="webcal://yanlu.shili.example/{place}calendar.ics"' in page
        assert f"https://yanlu.shili.example/{place}calendar.ics</code>" in page


def _calendars(portal: Portal, site: Path, moment: datetime = MOMENT) -> dict[str, bytes]:
    _built(portal, site, moment)
    _write_files(portal, site, moment)
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in site.rglob("*.ics")}


def _validated(content: bytes) -> list[vobject.base.Component]:
    """The events of a calendar that two other programs accept whole."""
    assert content.endswith(b"END:VCALENDAR\r\n")
    lines = content.split(b"\r\n")
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    assert all(len(line) <= 75 for line in lines)
    text = "\r\n".join(line.decode("utf-8") for line in lines)  # no letter is cut in two
    read = IcsCalendarStream.calendar_from_ics(text)  # values, and zones that there are
    other = vobject.readOne(text)
    other.validate(raiseException=True)  # what must be there, and how often
    events = list(other.contents.get("vevent", ()))
    assert len(read.events) == len(events)
    return events


@pytest.mark.filterwarnings("error")
def test_calendars_pass_two_other_programs_and_tell_what_the_page_tells(
    portal: Portal, tmp_path: Path
) -> None:
    files = _calendars(portal, tmp_path / "site")
    every = {one.code: one for one in read_receptions(ROOT / "data")}
    whole = _validated(files["guide/receptions/calendar.ics"])
    assert len(whole) == len([one for one in every.values() if one.day >= date(2026, 11, 29)])
    parts = [
        event.uid.value
        for name, content in files.items()
        if "/region/" in name
        for event in _validated(content)
    ]
    assert sorted(parts) == sorted(event.uid.value for event in whole)
    offices = {office.code: office for office in OFFICES}
    for event in whole:
        one = every[event.uid.value.removesuffix("@yanlu.shili.example")]
        assert event.dtstart.value == one.start
        assert event.dtend.value == one.end
        assert event.dtstamp.value == MOMENT
        assert event.summary.value == f"{one.post}接待群众"
        assert offices[one.office].name in event.location.value
        assert one.topics in event.description.value
        assert one.booking in event.description.value


def test_a_calendar_asks_to_be_read_daily_and_gives_chinas_time(
    portal: Portal, tmp_path: Path
) -> None:
    text = _calendars(portal, tmp_path / "site")["guide/receptions/region/shili/calendar.ics"]
    for line in (
        "X-WR-CALNAME:领导接待日程（示例市）",
        "REFRESH-INTERVAL;VALUE=DURATION:P1D",
        "TZID:Asia/Shanghai",
        "TZOFFSETTO:+0800",
        "DTSTART;TZID=Asia/Shanghai:20261203T090000",
    ):
        assert f"\r\n{line}\r\n" in text.decode("utf-8")
    assert b"METHOD" not in text  # what is published has no invitation in it
    for year in (2026, 2060):  # the one line of the zone says what the tz database says
        for month in range(1, 13):
            moment = datetime(year, month, 15, tzinfo=ZoneInfo("Asia/Shanghai"))
            assert moment.utcoffset() == timedelta(hours=8)


def test_the_same_commit_makes_the_same_bytes(portal: Portal, tmp_path: Path) -> None:
    assert _calendars(portal, tmp_path / "a") == _calendars(portal, tmp_path / "b")


def test_a_reception_keeps_its_identity_when_its_hour_changes(
    portal: Portal, tmp_path: Path
) -> None:
    place = "guide/receptions/region/roxbury/calendar.ics"
    (before,) = _validated(_calendars(portal, tmp_path / "a")[place])
    table = portal.data / "guidance" / "receptions.csv"
    text = table.read_text("utf-8")
    table.write_text(text.replace("2026-12-18,14:00,16:00", "2026-12-21,09:00,11:00"), "utf-8")
    (after,) = _validated(_calendars(portal, tmp_path / "b", MOMENT + timedelta(days=1))[place])
    assert before.uid.value == after.uid.value
    assert after.dtstart.value == datetime(2026, 12, 21, 9, tzinfo=CHINA)


def test_when_all_have_passed_the_address_still_holds_a_calendar_that_is_one(
    portal: Portal, tmp_path: Path
) -> None:
    """Whoever subscribed is not met by a missing file."""
    later = datetime(2027, 6, 1, tzinfo=UTC)
    files = _calendars(portal, tmp_path / "site", later)
    yearly = files.pop("about/upkeep/calendar.ics")
    assert _validated(yearly)  # what comes every year never passes
    assert set(files) == {
        "guide/receptions/calendar.ics",
        *(
            f"guide/receptions/region/{one.region}/calendar.ics"
            for one in read_receptions(ROOT / "data")
        ),
    }
    assert all(_validated(content) == [] for content in files.values())
    page = (tmp_path / "site" / "guide" / "receptions" / "index.html").read_text("utf-8")
    assert "还没有公布以后的接待安排" in page


WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=120)


@given(st.lists(WORDS, min_size=3, max_size=3), st.integers(0, 500))
@settings(max_examples=60)
def test_any_words_come_out_of_a_calendar_as_they_went_in(words: list[str], hours: int) -> None:
    summary, place, description = words
    start = datetime(2026, 12, 3, 9, tzinfo=CHINA) + timedelta(hours=hours)
    end = start + timedelta(hours=2)
    entry = Entry("a@b.example", start, end, summary, place, description, "https://b.example/")
    (event,) = _validated(calendar_file("日程", [entry], MOMENT))
    assert event.dtstart.value == start
    assert event.summary.value == summary
    assert event.location.value == place
    assert event.description.value == description


def test_who_answers_for_what_stands_under_about(pages: dict[str, str]) -> None:
    posts = pages["about/posts/index.html"]
    assert '<li id="petitions-commissioner"><strong>信访督查专员（虚构）</strong>' in posts
    assert '<a href="tel:00000000001">' in posts
    leaders = pages["about/leaders/index.html"]
    periods = re.findall(r'class="period">([^<]+)', leaders)
    assert periods[:4] == ["2026年9月", "2026年8月", "2026年7月", "2026年第2季度"]
    assert '<td class="num">–</td>' in leaders
    assert "1到4的数可能认得出是谁的事，不公布" in leaders
    meetings = pages["about/meetings/index.html"]
    assert re.findall(r'<time datetime="([^"]+)"', meetings) == [
        "2026-10-28",
        "2026-09-16",
        "2026-06-24",
    ]
    budget = pages["about/budget/index.html"]
    assert re.findall(r"<h2>(\d+)年</h2>", budget) == ["2026", "2025"]
    assert '<td class="num">182.60</td>' in budget


def test_an_office_without_tables_says_what_will_stand_there(
    portal: Portal, tmp_path: Path
) -> None:
    _empty(portal, "receptions")
    for name in ("posts", "leaders", "meetings", "budget", "upkeep"):
        (portal.data / "guidance" / f"{name}.csv").unlink()
    pages = _built(portal, tmp_path / "site")
    for place in ("guide/receptions", "about/posts", "about/leaders"):
        assert "还没有" in pages[f"{place}/index.html"], place
    for place in ("about/meetings", "about/budget"):
        assert "还没有公布过" in pages[f"{place}/index.html"], place
    assert "还没有写" in pages["about/upkeep/index.html"]
    _write_files(portal, tmp_path / "site", MOMENT)
    for place in ("guide/receptions", "about/upkeep"):
        assert _validated((tmp_path / "site" / place / "calendar.ics").read_bytes()) == []


def test_chinese_is_set_well_on_all_of_these_pages(pages: dict[str, str]) -> None:
    for name, text in pages.items():
        if OWN.match(name):
            body = text.partition("<article>")[2].partition("</article>")[0]
            assert badly_set(re.sub(r"例如：社保 电梯", "", body)) == [], name


def test_a_years_work_stands_on_its_page_and_in_a_calendar_of_the_year_to_come(
    portal: Portal, pages: dict[str, str], tmp_path: Path
) -> None:
    page, chores = pages["about/upkeep/index.html"], read_upkeep(ROOT / "data")
    for one in chores:
        assert one.title in page
        assert f'href="/{one.page}"' in page
        assert one.law in page
    assert "每月10日" in page
    assert "1月、4月、7月、10月的15日" in page
    files = _calendars(portal, tmp_path / "site")
    events = _validated(files["about/upkeep/calendar.ics"])
    assert len(events) == sum(len(one.months) for one in chores)
    days = [event.dtstart.value.date() for event in events]
    assert days == sorted(days)
    assert MOMENT.astimezone(CHINA).date() <= days[0]
    assert days[-1] < days[0].replace(year=days[0].year + 1)
    assert len({event.uid.value for event in events}) == len(events)


@given(st.dates(date(2024, 1, 1), date(2099, 12, 31)))
def test_each_chore_comes_once_a_year_on_each_of_its_days_whatever_the_day(day: date) -> None:
    chores = read_upkeep(ROOT / "data")
    held = list(coming(chores, day))
    assert len(held) == sum(len(one.months) for one in chores)
    for then, one in held:
        assert day <= then <= day + timedelta(days=366)
        assert (then.month in one.months, then.day) == (True, one.day)
