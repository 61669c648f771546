"""What a level above shows: who is in, the sums, and how sure the shares of each office are."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import ROOT
from doubles.level_above import COUNTIES, LICENCE, add_level_above
from doubles.levels import LATER, MARCH, cell, hold, list_source, office, publish, sha256
from website.test_golden import TEMPLATES
from yanlu.errors import BuildError, PackageError
from yanlu.federation.rolling import prepare, write
from yanlu.model import Event, Month
from yanlu.packages.check import is_known
from yanlu.packages.read import in_force, release_folder
from yanlu.packages.rollups import COLLECTED, listed_rollups, read_rollup
from yanlu.settings import Portal, open_portal
from yanlu.website.datasets import datasets
from yanlu.website.editions import Origin
from yanlu.website.generate import Made, generate
from yanlu.website.remembered import Remembered
from yanlu.website.render import page_files
from yanlu.website.rolled_pages import coverage, federation_pages
from yanlu.website.rollups import read_federation
from yanlu.website.shell import read_navigation
from yanlu.website.spans import Span, share_span, span
from yanlu.website.tallies import Tally

MONTHS = (Month(2024, 3), Month(2024, 4))
APRIL = "data/federation/2024-04/"


@pytest.fixture(scope="module")
def above(tmp_path_factory: pytest.TempPathFactory) -> Portal:
    """A portal of a level above, with two months of three counties; a fourth is missing."""
    folder = tmp_path_factory.mktemp("above") / "portal"
    for name in ("codes", "guidance"):
        shutil.copytree(ROOT / "data" / name, folder / "data" / name)
    shutil.copy(ROOT / "data" / "office.toml", folder / "data")
    return add_level_above(folder, MONTHS)


@pytest.fixture(scope="module")
def files(above: Portal) -> dict[str, str]:
    """The pages and files as they go to the generator."""
    federation = read_federation(above)
    assert federation
    licence = {"name": "PDDL-1.0", "title": "PDDL", "path": "https://example.org/"}
    origin = Origin("/", licence, [one.edition for one in federation.rolled])
    pages = federation_pages(federation, 30)
    return {name: text for page in pages for name, text in page_files(page, origin, TEMPLATES)}


def _rows(files: dict[str, str], name: str) -> dict[str, dict[str, str]]:
    return {row["office"]: row for row in csv.DictReader(io.StringIO(files[name]))}


def test_a_cell_of_zero_or_the_base_may_be_off_and_a_larger_one_is_exact() -> None:
    assert span([0, 5, 6, 40], 5) == Span(51, 46, 4 + 5 + 46)


def test_a_share_lies_between_the_worst_cases_as_the_methods_page_works_it_out() -> None:
    on_time, late = span([90, 5, 0], 5), span([6, 5, 0], 5)
    assert share_span(on_time, late) == (Decimal("85.7"), Decimal("94.3"))
    page = (ROOT / "content/data/methods.md").read_text("utf-8")
    assert "按时的三格是90、5、0，逾期的三格是6、5、0：按时率是95÷106，约89.6%" in page
    assert "至少是90÷（90＋15），约85.7%；至多是99÷（99＋6），约94.3%" in page


CELLS = st.lists(st.tuples(st.integers(0, 12), st.booleans()), min_size=1, max_size=8)


def _rounded(cells: list[tuple[int, bool]]) -> list[int]:
    return [5 * up if 0 < true < 5 else true for true, up in cells]


@given(CELLS, CELLS)
def test_however_cells_were_rounded_the_true_share_lies_in_its_range(
    on_time: list[tuple[int, bool]], late: list[tuple[int, bool]]
) -> None:
    part, rest = sum(true for true, _ in on_time), sum(true for true, _ in late)
    low, high = share_span(span(_rounded(on_time), 5), span(_rounded(late), 5))
    if part + rest:
        assert low <= Decimal(100 * part) / (part + rest) <= high


def test_offices_stand_in_the_order_of_the_list_whatever_they_count(files: dict[str, str]) -> None:
    listed = [one.id for one in COUNTIES if one.on_time is not None]
    for name in ("offices", "timeliness-offices"):
        assert list(_rows(files, f"{APRIL}{name}.csv")) == listed
    assert list(_rows(files, "data/federation/timeliness-months.csv")) == listed


def test_shares_have_their_range_and_a_small_office_has_neither(files: dict[str, str]) -> None:
    rows = _rows(files, f"{APRIL}timeliness-offices.csv")
    east = rows["east"]
    assert float(east["on-time-rate-low"]) < float(east["on-time-rate"])
    assert float(east["on-time-rate"]) < float(east["on-time-rate-high"])
    for name in ("on-time-rate", "on-time-rate-low", "on-time-rate-high"):
        assert rows["small"][name] == ""


def test_who_is_in_and_who_is_not_and_why_stands_first_with_links_to_their_sites(
    files: dict[str, str],
) -> None:
    text = files[f"{APRIL}index.md"]
    assert "4个单位里有3个在内，缺北岭县信访局" in text
    assert "还没有收到这个月的数据包" in text
    assert "[东山县信访局](https://east.example/)" in text
    assert text.index("## 哪些单位在内") < text.index("## 各单位收到和回复")
    overview = files["data/federation/index.md"]
    assert "4个单位里的3个" in overview
    assert "# 各地汇总（4个单位里3个）：2024年4月" in overview
    assert "各月在内的单位不一样" not in overview


def test_months_of_other_offices_are_not_to_be_compared_and_long_lists_are_cut(
    above: Portal,
) -> None:
    federation = read_federation(above)
    assert federation
    first, last = federation.rolled
    taken, (gone,) = last.held.taken, (o for o in last.covered if o.status != COLLECTED)
    many = [*taken[:-1], *(replace(gone, id=f"n{at}", name=f"{at}县") for at in range(30))]
    fewer = replace(last, held=replace(last.held, coverage=many))
    overview = next(federation_pages(replace(federation, rolled=[first, fewer]), 30))
    assert overview.facts["uneven"]
    said = coverage(fewer)
    assert said.endswith("18县、19县等30个"), said


def test_a_sum_of_which_a_part_is_not_whole_never_looks_like_one_of_all(above: Portal) -> None:
    federation = read_federation(above)
    assert federation
    *_, last = federation.rolled
    (first, *others) = last.held.taken
    partly = replace(first, held="3", of="4", gaps="4个县区中3个，缺北县信访局")
    fewer = replace(last, held=replace(last.held, coverage=[partly, *others]))
    overview, month = federation_pages(replace(federation, rolled=[fewer]), 30)
    assert overview.title.startswith("各地汇总（3个单位里3个，其中1个自己也不全）：")
    said = "3个单位都在内；其中东山县信访局自己也不全（4个县区中3个，缺北县信访局）"
    assert (overview.facts["said"], month.facts["said"]) == (said, said)
    files = dict(page_files(month, Origin("/", LICENCE, [fewer.edition]), TEMPLATES))
    row = "| 在内，自己也不全 | 第1版 | 4个县区中3个，缺北县信访局 |"
    assert row in files[f"{APRIL}index.md"]


def test_the_drawing_tells_every_share_with_its_range_in_words(files: dict[str, str]) -> None:
    drawing = files["data/federation/timeliness-months.svg"]
    assert len(re.findall(r"<title>[^<]*%（[\d.]+–[\d.]+%）</title>", drawing)) == 2 * 2
    assert drawing.count('class="range"') == 4
    assert "不计算" in drawing
    assert "竖的粗线是舍入使它不能确定的范围" in drawing


def test_sums_are_those_of_the_package_cell_by_cell(above: Portal, files: dict[str, str]) -> None:
    entry = in_force(listed_rollups(above.data))[-1]
    counts = read_rollup(above.data, entry.month, entry.version).rollup.counts
    received = sum(n for cell, n in counts.items() if cell.event == "received")
    told = json.loads(files[f"{APRIL}offices.json"])
    assert told["total"]["received"] == received
    assert told["releases"] == ["data/rollups/2024-04/v1/"]


def test_an_altered_roll_up_or_another_copy_stops_the_build(above: Portal) -> None:
    cube = above.data / "rollups/2024-04/v1/cube.csv"
    whole = cube.read_bytes()
    cube.write_bytes(whole.replace(b"received,", b"received,1", 1))
    with pytest.raises(PackageError, match=r"cube\.csv 与发布时的校验值不符"):
        read_federation(above)
    cube.write_bytes(whole)
    copy = above.data / "collected/east/statistics/2024-04/v1/datapackage.json"
    told = copy.read_bytes()
    copy.write_bytes(told + b"\n")
    with pytest.raises(BuildError, match="与汇总所用的不是同一份"):
        read_federation(above)
    copy.write_bytes(told)


WRITERS = {
    "no such column": lambda text: re.sub(r"(?m)^([^,]*,[^,]*,[^,]*),[^,]*", r"\1", text),
    "other words": lambda text: text.replace(",citizen,", ",群众,").replace(
        ",office,", ",citizen,"
    ),
}


@pytest.mark.parametrize("said", WRITERS)
def test_which_channels_are_of_citizens_says_our_list_and_not_that_of_another_office(
    tmp_path: Path, said: str
) -> None:
    city = office(tmp_path / "city", ("city", "", "city"), ("dong", "city", "district"))
    county = office(tmp_path / "dong", ("dong", "", "district"), ("t1", "dong", "town"))
    with (county.data / "codes" / "regions.csv").open("a", encoding="utf-8") as file:
        file.write("t2,t2,dong,town,,2015-01-01,2024-03-15\n")  # in force for half of the month
    channels = county.data / "codes" / "channels.csv"
    text = channels.read_text("utf-8")
    channels.write_text(re.sub(r"(?m)^phone\b|(?<=,)phone\b", "hotline", text), "utf-8")
    publish(county, {cell("t1", channel="hotline")._replace(event=Event.ON_TIME): 40})
    folder = release_folder(county.data, MARCH, 1)
    sealed, descriptor = folder / "channels.csv", folder / "datapackage.json"
    old, size = sha256(sealed), sealed.stat().st_size
    sealed.write_text(WRITERS[said](sealed.read_text("utf-8")), "utf-8")
    told = descriptor.read_text("utf-8").replace(old, sha256(sealed))
    descriptor.write_text(told.replace(f": {size},", f": {sealed.stat().st_size},"), "utf-8")
    hold(city, county, "dong")
    list_source(city, "dong", "dong", more='[source.channels]\nhotline = "phone"')
    city = open_portal(city.folder)
    write(city, prepare(city, MARCH, today=LATER, report=lambda _: None), today=LATER)
    federation = read_federation(city)
    assert federation
    (member,) = federation.rolled[0].members
    zeros = len(city.codes["topics"].groups) * 4 * 2 - 1  # of four channels of citizens
    assert member.spans[Event.ON_TIME] == Span(40, 40, 40 + 4 * zeros)


def test_the_menu_and_the_catalogue_have_it_only_where_there_is_a_roll_up(
    above: Portal, portal: Portal
) -> None:
    navigation = read_navigation(ROOT / "theme")
    for one, there in ((above, True), (portal, False)):
        addresses = [item.address for item in navigation.within(one.data).of("data")]
        assert ("data/federation/" in addresses) is there
    assert read_federation(portal) is None
    sets = {one.slug: one for one in datasets(above, [])}
    assert sets["rollup-2024-04-v1"].page == APRIL


def test_a_level_above_that_publishes_nothing_of_its_own_has_the_pages_all_the_same(
    above: Portal,
) -> None:
    navigation = read_navigation(ROOT / "theme").within(above.data)
    nothing = Tally(date(2026, 11, 25), {}, {}, [], [])
    kept = Remembered(None, "data", "", Made)
    made = generate(
        above, navigation, TEMPLATES, tally=nothing, kept=kept, rest=b"", archived=False
    )
    assert "各地汇总（4个单位里3个）：2024年4月" in str(made.docs["data/federation/index.md"])
    assert "还没有发布过统计" in str(made.docs["data/regions/index.md"])


def test_every_file_of_a_level_above_may_lie_in_data(above: Portal) -> None:
    for path in sorted(Path(above.data).rglob("*.*")):
        assert is_known(path.relative_to(above.data).as_posix()), path
