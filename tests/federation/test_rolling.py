"""Towns, counties, cities and a province: what each has published, added up once and openly."""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from conftest import ROOT, run_yanlu, snapshot
from doubles.levels import LATER, MARCH, cell, hold, list_source, office, publish, sha256
from doubles.lower import Lower, Package
from yanlu.errors import InputError, SettingsError
from yanlu.federation.collecting import collect_all
from yanlu.federation.fetching import Limits
from yanlu.federation.gaps import gaps
from yanlu.federation.rolling import Prepared, compared, prepare, write
from yanlu.federation.states import read_state, write_state
from yanlu.model import Event
from yanlu.packages.check import check_data, is_known
from yanlu.packages.lower_offices import LowerOffice
from yanlu.packages.rollups import (
    COLLECTED,
    Covered,
    changed_rollups,
    read_rollup,
    rollup_folder,
)
from yanlu.packages.write import csv_text
from yanlu.receipts.lines import ReleaseLine
from yanlu.receipts.log import read_log
from yanlu.receipts.releases import waiting
from yanlu.settings import Codes, Portal, open_portal
from yanlu.website.build import copy_releases
from yanlu.website.published import published, published_files

COUNTIES = ("dong", "xi", "nan")
BELOW: Mapping[str, Mapping[str, int]] = {  # true counts of the counties' towns
    "dong": {"t1": 12, "t2": 3, "t3": 40},
    "xi": {"t1": 2, "t2": 9},
    "nan": {"t1": 7},
}


def _roll(portal: Portal) -> Prepared:
    portal = open_portal(portal.folder)  # what was read once is not read again
    prepared = prepare(portal, MARCH, today=LATER, report=lambda _: None)
    write(portal, prepared, today=LATER)
    return prepared


def _county(folder: Path, id_: str) -> Portal:
    towns = [(town, id_, "town") for town in ("t1", "t2", "t3")]
    return office(folder / id_, (id_, "", "district"), *towns)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A city with three counties; two have published, and so has the city itself."""
    tmp_path = tmp_path_factory.mktemp("made")
    portal = office(
        tmp_path / "city",
        ("city", "", "city"),
        *((code, "city", "district") for code in (*COUNTIES, "seat")),
    )
    for id_ in COUNTIES:
        county = _county(tmp_path, id_)
        list_source(portal, id_, id_)
        if id_ != "nan":
            publish(county, {cell(town): count for town, count in BELOW[id_].items()})
            hold(portal, county, id_)
    publish(portal, {cell("seat"): 21, cell("seat", "noise"): 6})
    return tmp_path


@pytest.fixture
def city(made: Path, tmp_path: Path) -> Portal:
    """A copy of it of one's own, the counties beside it."""
    shutil.copytree(made, tmp_path / "made")
    return open_portal(tmp_path / "made" / "city")


def _lower(city: Portal, id_: str) -> Portal:
    return open_portal(city.folder.parent / id_)


def test_a_city_adds_up_what_was_published_and_says_what_is_missing(city: Portal) -> None:
    prepared = _roll(city)
    assert prepared.told.words == "3个县区中2个"
    held = read_rollup(city.data, MARCH, 1)
    published = {
        id_: list(
            csv.DictReader((_lower(city, id_).data / "statistics/2024-03/v1/cube.csv").open())
        )
        for id_ in ("dong", "xi")
    }
    sums = {cell(id_): sum(int(row["count"]) for row in rows) for id_, rows in published.items()}
    assert held.rollup.counts == {**sums, cell("seat"): 21, cell("seat", "noise"): 6}
    assert [(one.id, one.status, one.version) for one in held.coverage] == [
        ("dong", "collected", "1"),
        ("xi", "collected", "1"),
        ("nan", "missing", ""),
    ]
    assert held.coverage[2].reason == "还没有收到这个月的数据包"
    folder = rollup_folder(city.data, MARCH, 1)
    descriptor = json.loads((folder / "datapackage.json").read_text("utf-8"))
    assert descriptor["name"] == "rollup-2024-03"
    assert descriptor["coverage"] == {"held": 2, "of": 3, "partly": 0}
    kept = city.data / "collected" / "dong" / "statistics" / "2024-03" / "v1" / "datapackage.json"
    assert descriptor["sources"][1] == {
        "title": "dong信访局",
        "path": "https://dong.example/data/releases/2024-03/v1/datapackage.json",
        "version": "1",
        "hash": f"sha256:{sha256(kept)}",
    }


def test_the_same_packages_give_the_same_bytes_and_nothing_is_written_twice(city: Portal) -> None:
    _roll(city)
    first = snapshot(city.data / "rollups")
    again = _roll(city)
    assert (again.released, again.version) == (None, 1)
    assert snapshot(city.data / "rollups") == first
    for path in sorted(first):
        (city.data / "rollups" / path).unlink()
    for folder in ("2024-03/v1", "2024-03"):
        (city.data / "rollups" / folder).rmdir()
    _roll(city)
    assert snapshot(city.data / "rollups") == first


def test_late_corrected_and_withdrawn_sources_make_new_versions_with_their_reasons(
    city: Portal,
) -> None:
    _roll(city)
    publish(_lower(city, "nan"), {cell("t1"): 7})
    hold(city, _lower(city, "nan"), "nan")
    _roll(city)
    publish(_lower(city, "xi"), {cell("t1"): 2, cell("t2"): 11})
    hold(city, _lower(city, "xi"), "xi")
    _roll(city)
    publish(city, {cell("seat"): 30, cell("seat", "noise"): 6})
    _roll(city)
    kept = city.data / "collected" / "dong" / "statistics" / "2024-03" / "v1" / "cube.csv"
    kept.write_text(kept.read_text("utf-8").replace(",40\n", ",41\n"), "utf-8")
    _roll(city)
    list_source(city, "bei", "seat")
    _roll(city)
    rows = list(csv.DictReader((city.data / "rollups" / "rollups.csv").open(encoding="utf-8")))
    assert [row["reason"] for row in rows] == [
        "", "source-arrived", "source-revised", "source-revised", "source-withdrawn",
        "source-listed",
    ]  # fmt: skip
    counts = [read_rollup(city.data, MARCH, number).rollup.counts for number in range(1, 6)]
    assert [one.get(cell("nan"), 0) for one in counts] == [0, 7, 7, 7, 7]
    assert counts[2][cell("xi")] - counts[1][cell("xi")] == 2
    assert (counts[3][cell("seat")], counts[3].keys() - counts[4].keys()) == (30, {cell("dong")})
    descriptor = json.loads(
        (rollup_folder(city.data, MARCH, 2) / "datapackage.json").read_text("utf-8")
    )
    assert (descriptor["revises"], descriptor["why"]) == (1, "source-arrived")


def _other_base(city: Portal) -> None:
    xi = _county(city.folder.parent / "other", "xi")
    publish(xi, {cell("t1"): 4}, base=3)
    hold(city, xi, "xi")


def _stale_region(city: Portal) -> None:
    regions = city.data / "codes" / "regions.csv"
    stale = "xi,xi,city,district,,2015-01-01,2024-02-29\n"
    text = regions.read_text("utf-8")
    regions.write_text(text.replace("xi,xi,city,district,,2015-01-01,\n", stale), "utf-8")


def _edited_after_sealing(city: Portal) -> None:
    path = city.data / "collected" / "xi" / "statistics" / "2024-03" / "v1" / "datapackage.json"
    path.write_text(path.read_text("utf-8").replace("测试。", "试过。"), "utf-8")


def _altered_table(city: Portal) -> None:
    path = city.data / "collected" / "xi" / "statistics" / "2024-03" / "v1" / "cube.csv"
    path.write_text(path.read_text("utf-8") + "\n", "utf-8")


def _claimed_twice(city: Portal) -> None:
    list_source(city, "xi-too", "xi")


def _own_inside(city: Portal) -> None:
    publish(city, {cell("seat"): 21, cell("seat", "noise"): 6, cell("xi"): 8})


def _turned_away(city: Portal, id_: str = "xi") -> None:
    for path in sorted((city.data / "collected" / id_ / "statistics").rglob("*.*")):
        path.unlink()
    _refused(city, {"statistics-2024-03": "登记的是 2024-03，里面是别的月份。"}, id_)


def _log_turned_away(city: Portal) -> None:
    shutil.rmtree(city.data / "collected" / "xi" / "statistics")
    _refused(city, {"log": "公开记录有 1 处不合规矩。"})


def _log_forked(city: Portal) -> None:
    _log_turned_away(city)
    (city.data / "collected" / "xi" / "forked").write_text("另一份检查点", "utf-8")


def _state_damaged(city: Portal) -> None:
    (city.data / "collected" / "xi" / "state.toml").write_text("size = ", "utf-8")


def _refused(city: Portal, why: Mapping[str, str], id_: str = "xi") -> None:
    folder = city.data / "collected" / id_
    write_state(folder, replace(read_state(folder), refused=why))


REFUSED: dict[str, tuple[Callable[[Portal], None], str]] = {
    "another base": (_other_base, "舍入基数是3，汇总用的是5"),
    "a region of another revision": (_stale_region, "地区代码xi在这个月没有启用，或者已经停用"),
    "edited after signing": (_edited_after_sealing, "数据包与它的公开记录里登记的不同"),
    "a table altered here": (_altered_table, "数据包与校验值不符，或者缺了文件"),
    "claimed by two": (_claimed_twice, "它的地区与xi-too信访局的重叠"),
    "counted by ourselves too": (_own_inside, "本单位自己的统计里也有这个地区的件数"),
    "turned away when it was collected": (_turned_away, "收到的数据包没有通过核对"),
    "of a log that was turned away": (_log_turned_away, "它的公开记录没有通过核对"),
    "of a log that forked": (_log_forked, "它的公开记录分叉了，弄清以前不收它的"),
    "without a state that can be read": (_state_damaged, "收集的记录读不出来"),
}

NEXT_STEP = {  # what staff are told to do about it, where the reason does not say it
    "edited after signing": "data/collected/xi/ 里的 datapackage.json 收下以后改过、少了。请从 git",
    "a table altered here": "data/collected/xi/ 里的文件收下以后改过、少了。请从 git 里恢复",
    "counted by ourselves too": "让本单位自己的记录另用一个地区代码，例如“市本级”",
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_does_not_fit_is_named_and_the_rest_goes_on(city: Portal, what: str) -> None:
    spoil, why = REFUSED[what]
    spoil(city)
    prepared = _roll(city)
    refused = {one.id: one for one in prepared.told.coverage if one.status == "refused"}
    assert why in refused["xi"].reason
    assert refused.keys() <= {"xi", "xi-too"}
    assert NEXT_STEP.get(what, "") in prepared.details.get("xi信访局", "")
    counts = read_rollup(city.data, MARCH, 1).rollup.counts
    assert counts[cell("dong")] >= 52
    assert counts.get(cell("xi"), 0) == (8 if what == "counted by ourselves too" else 0)


def test_of_a_version_that_was_sealed_twice_the_first_counts_here_too(city: Portal) -> None:
    folder = city.data / "collected" / "xi"
    state = read_state(folder)
    (first,) = state.announced
    again = replace(first, line=replace(first.line, digest="0" * 64), index=1)
    grown = state.frontier.grown([b"again"])
    write_state(folder, replace(state, announced=[first, again], frontier=grown))
    assert _roll(city).told.held == 2


def _counting(city: Portal, id_: str, *regions: str) -> None:
    """A county whose list of regions is this, and which counts in the last."""
    county = _county(city.folder.parent / "others", id_)
    path = county.data / "codes" / "regions.csv"
    head = path.read_text("utf-8").splitlines()[0]
    rows = [f"{row},2015-01-01," for row in (f"{id_},{id_},,district,", *regions)]
    path.write_text("\n".join([head, *rows, ""]), "utf-8")
    publish(open_portal(county.folder), {cell(regions[-1].partition(",")[0]): 8})
    hold(city, county, id_)


ONE_TOWN = {
    "the same national code": ("a,山镇,xi,town,110105101000", "b,山街道,nan,town,110105101"),
    "one in the other": ("all,全县,xi,district,110105", "b,山镇,nan,town,110105101"),
    "one list for both": ("t1,山镇,xi,town,", "xi,xi,,district,", "t1,山镇,xi,town,"),
}


@pytest.mark.parametrize("what", ONE_TOWN)
def test_of_two_counties_whose_packages_count_one_town_neither_is_taken_in(
    city: Portal, what: str
) -> None:
    xi, *nan = ONE_TOWN[what]
    _counting(city, "xi", xi)
    _counting(city, "nan", *nan)
    prepared = _roll(city)
    assert prepared.told.words == "3个县区中1个"
    reasons = {one.id: one.reason for one in prepared.told.coverage}
    assert re.fullmatch("“山(镇|街道)”的件数，nan信访局也报了，不知道该算在哪一个里", reasons["xi"])
    assert re.fullmatch("“山(镇|街道)”的件数，xi信访局也报了，不知道该算在哪一个里", reasons["nan"])
    assert read_rollup(city.data, MARCH, 1).rollup.counts.keys() == {
        cell("dong"),
        cell("seat"),
        cell("seat", "noise"),
    }


@pytest.mark.parametrize(("national", "doubtful"), [("", True), ("110106101", False)])
def test_towns_that_are_only_called_alike_are_taken_in_and_told(
    city: Portal, national: str, doubtful: bool
) -> None:
    _counting(city, "xi", "cheng,城关镇,xi,town,110105101")
    _counting(city, "nan", f"chengguan,城关镇,nan,town,{national}")
    prepared = _roll(city)
    assert prepared.told.held == 3
    assert (("城关镇", ["xi信访局", "nan信访局"]) in prepared.doubts) is doubtful


def test_an_own_release_in_which_everything_is_0_adds_nothing(tmp_path: Path) -> None:
    county = office(tmp_path / "county", ("dong", "", "district"))
    city = office(tmp_path / "city", ("city", "", "city"), ("dong", "city", "district"))
    publish(city, {})
    publish(county, {cell("dong"): 8})
    list_source(city, "dong", "dong")
    hold(city, county, "dong")
    assert len(_roll(city).told.origins) == 2
    assert read_rollup(city.data, MARCH, 1).rollup.counts == {cell("dong"): 8}


def test_codes_of_another_revision_are_refused_until_they_are_converted(city: Portal) -> None:
    nan = _lower(city, "nan")
    topics = nan.data / "codes" / "topics.csv"
    text = topics.read_text("utf-8").replace("\nroads,", "\nways,").replace(",roads,", ",ways,")
    topics.write_text(text, "utf-8")
    publish(nan, {cell("t1", "ways"): 7, cell("t2", "noise"): 5})
    hold(city, nan, "nan")
    assert _roll(city).told.coverage[2].reason == "主题代码ways不在汇总的代码表里"
    with (city.data / "sources.toml").open("a", encoding="utf-8") as file:
        file.write('[source.topics]\nways = "roads"\n')  # of the last one, which is nan
    assert _roll(city).told.held == 3
    counts = read_rollup(city.data, MARCH, 2).rollup.counts
    assert (counts[cell("nan")], counts[cell("nan", "noise")]) == (7, 5)


def test_nothing_is_rolled_up_of_a_month_that_goes_on_or_of_nobody(city: Portal) -> None:
    before = snapshot(city.data)
    with pytest.raises(InputError, match="还没有结束"):
        prepare(city, MARCH, today=date(2024, 3, 31), report=lambda _: None)
    with pytest.raises(InputError, match=r"3个县区中0个(?s:.*)dong信访局：还没有收到"):
        prepare(city, MARCH.next, today=date(2024, 5, 9), report=lambda _: None)
    list_source(city, "all", "city")
    with pytest.raises(InputError, match=r"4个单位中0个(?s:.*)xi信访局：它的地区与all信访局的重叠"):
        prepare(city, MARCH, today=LATER, report=lambda _: None)
    (city.data / "sources.toml").unlink()
    with pytest.raises(InputError, match="还没有下级单位"):
        prepare(city, MARCH, today=LATER, report=lambda _: None)
    assert before.keys() - snapshot(city.data).keys() == {"sources.toml"}


def test_where_nothing_passed_staff_are_told_what_was_wrong(city: Portal) -> None:
    for id_ in ("dong", "xi"):
        _turned_away(city, id_)
    with pytest.raises(
        InputError, match="xi信访局：收到的数据包没有通过核对。登记的是 2024"
    ) as refused:
        _roll(city)
    assert "nan信访局：还没有收到这个月的数据包。" in str(refused.value)


def test_a_list_of_reasons_without_the_new_ones_is_named(city: Portal) -> None:
    _roll(city)
    revisions = city.data / "codes" / "revisions.csv"
    rows = revisions.read_text("utf-8").splitlines(keepends=True)
    revisions.write_text("".join(row for row in rows if not row.startswith("source-a")), "utf-8")
    publish(_lower(city, "nan"), {cell("t1"): 7})
    hold(city, _lower(city, "nan"), "nan")
    with pytest.raises(SettingsError, match="没有 source-arrived"):
        prepare(open_portal(city.folder), MARCH, today=LATER, report=lambda _: None)


def test_what_was_written_passes_the_check_and_what_was_altered_does_not(city: Portal) -> None:
    _roll(city)
    ours = {"data/rollups"}
    assert [f for f in check_data(city.data) if any(f.file.startswith(p) for p in ours)] == []
    cube = rollup_folder(city.data, MARCH, 1) / "cube.csv"
    cube.write_text(cube.read_text("utf-8").replace(",21\n", ",22\n"), "utf-8")
    regions = city.data / "codes" / "regions.csv"
    kept = [line for line in regions.read_text("utf-8").splitlines() if not line.startswith("nan")]
    regions.write_text("\n".join(kept) + "\n", "utf-8")
    said = "\n".join(map(str, check_data(city.data)))
    assert "data/rollups/2024-03/v1/regions.csv：用到的代码已经从 data/codes/ 里删去" in said
    assert "data/rollups/2024-03/v1/cube.csv：与发布时的校验值（SHA-256）不符" in said


def test_a_published_roll_up_that_was_changed_or_taken_away_is_named(city: Portal) -> None:
    _roll(city)
    folder = rollup_folder(city.data, MARCH, 1)
    past = [(f"data/rollups/2024-03/v1/{p.name}", p.read_bytes()) for p in folder.iterdir()]
    assert list(changed_rollups(city.data, past)) == []
    (folder / "cube.csv").write_bytes(b"region,topic,channel,event,count\n")
    (folder / "coverage.csv").unlink()
    named = [fault.file for fault in changed_rollups(city.data, past)]
    assert named == [f"data/rollups/2024-03/v1/{name}.csv" for name in ("coverage", "cube")]


def test_a_sum_made_by_hand_is_found_however_well_it_is_sealed(city: Portal) -> None:
    _roll(city)
    assert compared(open_portal(city.folder)) == ([], [])
    folder = rollup_folder(city.data, MARCH, 1)
    cube, descriptor = folder / "cube.csv", folder / "datapackage.json"
    old = sha256(cube)
    cube.write_text(cube.read_text("utf-8").replace(",21\n", ",22\n"), "utf-8")
    descriptor.write_text(descriptor.read_text("utf-8").replace(old, sha256(cube)), "utf-8")
    assert [fault for fault in check_data(city.data) if "rollups" in fault.file] == []
    (fault,), notes = compared(open_portal(city.folder))
    assert "data/rollups/2024-03/v1/cube.csv：不等于它写明的各个数据包公布的数之和" in fault
    publish(_lower(city, "nan"), {cell("t1"): 7})
    hold(city, _lower(city, "nan"), "nan")
    faults, notes = compared(open_portal(city.folder))
    assert (faults, len(notes)) == ([], 1)
    assert "请运行 yanlu federation roll-up --month 2024-03" in notes[0]


def test_a_roll_up_is_sealed_in_the_log_and_served_as_it_is(city: Portal, tmp_path: Path) -> None:
    _roll(city)
    portal = open_portal(city.folder)
    descriptor = rollup_folder(city.data, MARCH, 1) / "datapackage.json"
    lines = waiting(read_log(city.data), published(city.data), [])
    told = {line.name: line for line in lines if isinstance(line, ReleaseLine)}
    assert told.keys() == {"statistics-2024-03", "rollup-2024-03"}
    line = told["rollup-2024-03"]
    assert (line.version, line.digest) == ("1", sha256(descriptor))
    ((_, page),) = published_files(portal, ROOT / "theme" / "pages", archived=False)
    assert "2024年3月汇总，第1版" in page
    assert "data/rollups/2024-03/v1/datapackage.json" in page
    copy_releases(portal, tmp_path / "site")
    assert snapshot(tmp_path / "site" / "data" / "rollups") == snapshot(city.data / "rollups")


def test_the_command_shows_coverage_and_what_will_be_public_and_a_trial_writes_nothing(
    city: Portal,
) -> None:
    noted = {cell("seat", channel="internal"): 50}
    publish(city, {cell("seat"): 21, cell("seat", "noise"): 6, **noted})
    before = snapshot(city.folder)
    tried = run_yanlu(city.folder, "federation", "roll-up", "--month", "2024-03", "--dry-run")
    assert (tried.returncode, tried.stderr) == (0, "")
    assert "3个县区中2个算进来了。" in tried.stdout
    assert "没有 nan信访局（nan）：还没有收到这个月的数据包。" in tried.stdout
    assert "名称相同：t2（dong信访局、xi信访局）。" in tried.stdout
    assert "没有一个小的数推得出来" in tried.stdout
    assert "只数群众反映的" in tried.stdout
    assert "  seat：收到 27，" in tried.stdout
    assert re.search("\n另有内部记录.*：收到 50，按时回复 0", tried.stdout)
    assert snapshot(city.folder) == before
    done = run_yanlu(city.folder, "federation", "roll-up", "--month", "2024-03")
    assert "已写入 data/rollups/2024-03/v1/。" in done.stdout
    again = run_yanlu(city.folder, "federation", "roll-up", "--month", "2024-03")
    assert "没有变化，没有写入" in again.stdout


def test_from_town_to_county_to_city_to_province_the_numbers_add_up(tmp_path: Path) -> None:
    """Two counties of two towns each in a city, beside a city without; offices of each level."""
    province = office(
        tmp_path / "province",
        ("province", "", "city"),
        *((code, "province", "city") for code in ("c1", "c2", "hall")),
    )
    total = 0
    for at, name in enumerate(("c1", "c2")):
        city = office(
            tmp_path / name,
            (name, "", "city"),
            *((code, name, "district") for code in ("d1", "d2", "seat")),
        )
        for number, district in enumerate(("d1", "d2")):
            county = office(
                tmp_path / name / district,
                (district, "", "district"),
                *((code, district, "town") for code in ("t1", "t2", "seat")),
            )
            for town in ("t1", "t2"):
                village = office(tmp_path / name / district / town, (town, "", "town"))
                count = 10 * at + 5 * number + 7
                publish(village, {cell(town): count, cell(town, "noise"): 6})
                total += count + 6
                list_source(county, town, town)
                hold(county, village, town)
            publish(county, {cell("seat"): 9})
            assert _roll(county).told.words == "2个乡镇、街道中2个"
            total += 9
            list_source(city, district, district, series="rollup")
            hold(city, county, district, series="rollup")
        publish(city, {cell("seat"): 11})
        assert _roll(city).told.words == "2个县区中2个"
        total += 11
        list_source(province, name, name, series="rollup")
        hold(province, city, name, series="rollup")
    publish(province, {cell("hall"): 13})
    _roll(province)
    held = read_rollup(province.data, MARCH, 1)
    assert sum(held.rollup.counts.values()) == total + 13
    assert {one.region for one in held.rollup.counts} == {"c1", "c2", "hall"}
    assert {one.event for one in held.rollup.counts} == {Event.RECEIVED}
    assert held.origins[1].path == "https://c1.example/data/rollups/2024-03/v1/datapackage.json"


def test_a_province_collects_what_a_city_added_up(city: Portal, tmp_path: Path) -> None:
    _roll(city)
    folder = rollup_folder(city.data, MARCH, 1)
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    lower = Lower("city", [(Package(MARCH, 1, files, "rollup"),)])
    lower.serve(tmp_path / "served")
    province = office(tmp_path / "province", ("province", "", "city"), ("city", "province", "city"))
    above = LowerOffice(
        "city", "市", "city", str(tmp_path / "served"), lower.signer.key.vkey, series="rollup"
    )
    (outcome,) = collect_all(province, [above], LATER, Limits())
    assert outcome.is_sound, outcome
    held = province.data / "collected" / "city"
    assert read_rollup(held, MARCH, 1) == read_rollup(city.data, MARCH, 1)
    assert all(is_known(f"collected/city/{name}") for name in snapshot(held))
    list_source(province, "city", "city", series="rollup")
    prepared = _roll(province)
    assert prepared.told.words == "1个市州中1个，其中1个自己也不全"
    (covered,) = read_rollup(province.data, MARCH, 1).coverage
    said = ("3", "2", "3个县区中2个，缺nan信访局")
    assert (covered.of, covered.held, covered.gaps) == said
    folder = rollup_folder(province.data, MARCH, 1)
    descriptor = json.loads((folder / "datapackage.json").read_text("utf-8"))
    assert descriptor["coverage"] == {"held": 1, "of": 1, "partly": 1}
    assert "其中1个自己也不全" in descriptor["title"]
    assert [fault for fault in check_data(province.data) if "rollups" in fault.file] == []


def test_a_gap_two_levels_below_is_told_on_and_no_markup_of_others_comes_along() -> None:
    regions = Codes("regions", {"a": {"level": "city"}, "b": {"level": "city"}})
    partly = Covered("b", "乙市", "b", "", COLLECTED, held="1", of="2", gaps="2个县区中1个，缺丁县")
    lower = [Covered("a", "甲市|[x](y)", "a", "", "missing"), partly]
    assert gaps(lower, regions) == ("1", "2", "2个市州中1个，缺a，其中乙市（2个县区中1个，缺丁县）")
    (*_, spoilt) = gaps([replace(partly, gaps="[x](y)")], regions)
    assert spoilt == "1个市州中1个，其中乙市（不全）"
    assert gaps([replace(partly, gaps="")], regions) == ("1", "1", "")


def test_a_roll_up_of_before_there_were_gaps_is_read_and_written_again_with_them(
    city: Portal,
) -> None:
    _roll(city)
    folder = rollup_folder(city.data, MARCH, 1)
    table, descriptor = folder / "coverage.csv", folder / "datapackage.json"
    old, told = sha256(table), json.loads(descriptor.read_text("utf-8"))
    rows = [row[:8] for row in csv.reader(table.open(encoding="utf-8", newline=""))]
    table.write_text(csv_text(rows), "utf-8", newline="")
    told["coverage"].pop("partly")
    (resource,) = (one for one in told["resources"] if one["name"] == "coverage")
    resource["schema"]["fields"] = resource["schema"]["fields"][:8]
    resource |= {"bytes": table.stat().st_size, "hash": f"sha256:{sha256(table)}"}
    assert old not in resource["hash"]
    descriptor.write_text(json.dumps(told, ensure_ascii=False), "utf-8")
    assert [fault for fault in check_data(city.data) if "rollups" in fault.file] == []
    assert compared(open_portal(city.folder)) == ([], [])
    assert [one.gaps for one in read_rollup(city.data, MARCH, 1).coverage] == ["", "", ""]


def test_a_page_never_keeps_a_reason_that_is_no_longer_so(city: Portal) -> None:
    _roll(city)
    (city.data / "collected" / "nan").mkdir(parents=True)
    _refused(city, {"log": "公开记录有 1 处不合规矩。"}, "nan")
    faults, (note,) = compared(open_portal(city.folder))
    assert (faults, "没有算进来的是为什么，有了变化" in note) == ([], True)
    prepared = _roll(city)
    assert (prepared.version, prepared.released and prepared.released.rollup.why) == (
        2,
        "source-listed",
    )
    assert read_rollup(city.data, MARCH, 2).coverage[2].reason == "它的公开记录没有通过核对"
    assert compared(open_portal(city.folder)) == ([], [])
