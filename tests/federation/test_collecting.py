"""Collecting from lower offices: what is sound is taken in once, what is not is told and left."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from conftest import snapshot
from doubles.lower import Lower, Package, carried, log_files, package, put, regions, rows, table
from doubles.lower_host import (
    Host,
    announces,
    answers,
    drips,
    drips_heads,
    falls_silent,
    pours,
)
from yanlu.errors import FederationError, SettingsError
from yanlu.federation.collecting import Outcome, collect_all, expected_on
from yanlu.federation.fetching import Limits
from yanlu.federation.states import read_state
from yanlu.model import Month
from yanlu.packages.lower_offices import LowerOffice
from yanlu.packages.read import listed, read_release
from yanlu.receipts.lines import BatchLine, KeyLine, ReleaseLine
from yanlu.receipts.notes import Signer
from yanlu.settings import Portal

DAY = date(2026, 12, 10)
PATIENT = Limits(silence=30, file=30)  # a busy machine is no fault
OCTOBER = "statistics-2026-10"
GOOD = Lower("east", [(package("east", "2026-09"),), (package("east", "2026-10"),)])


def _office(host: Host | None, lower: Lower, **changed: object) -> LowerOffice:
    address = f"{host.address}{lower.name}/" if host else f"../served/{lower.name}"
    key = lower.signer.key.vkey
    told = LowerOffice(lower.name, f"{lower.name}信访局", lower.name, address, key)
    return replace(told, **changed)  # type: ignore[arg-type]


def _collected(city: Portal, *offices: LowerOffice, limits: Limits = PATIENT) -> list[Outcome]:
    return list(collect_all(city, offices, DAY, limits))


def _held(city: Portal, lower: Lower = GOOD) -> list[str]:
    listings = listed(city.data / "collected" / lower.name)
    return [f"{one.month} v{one.version}" for one in listings]


@pytest.mark.parametrize("over", ["http", "folder"])
def test_all_that_is_sound_is_taken_in_byte_for_byte(
    city: Portal, host: Host, served: Path, over: str
) -> None:
    site = GOOD.serve(served / "east")
    (outcome,) = _collected(city, _office(host if over == "http" else None, GOOD))
    assert outcome.is_sound
    assert [str(one.month) for one in outcome.taken] == ["2026-09", "2026-10"]
    copy = city.data / "collected" / "east" / "statistics" / "2026-10" / "v1"
    assert snapshot(copy) == snapshot(site / "data" / "releases" / "2026-10" / "v1")
    release = read_release(city.data / "collected" / "east", Month(2026, 10), 1)
    assert {(*cell[:3], str(cell[3]), n) for cell, n in release.counts.items()} == {
        *rows("east", seed=1)
    }
    state = read_state(city.data / "collected" / "east")
    assert (state.frontier.size, state.collected) == (len(GOOD.entries()), DAY)


def test_where_nothing_is_new_one_question_is_asked_and_nothing_is_written(
    city: Portal, host: Host, served: Path
) -> None:
    GOOD.serve(served / "east")
    _collected(city, _office(host, GOOD))
    before, _ = snapshot(city.data / "collected"), host.forget()
    (outcome,) = _collected(city, _office(host, GOOD))
    assert host.asked == ["/east/log/checkpoint"]
    assert (outcome.taken, outcome.is_sound) == ([], True)
    assert snapshot(city.data / "collected") == before


def test_of_a_month_more_only_the_new_lines_and_the_new_numbers_are_fetched(
    city: Portal, host: Host, served: Path
) -> None:
    GOOD.serve(served / "east")
    _collected(city, _office(host, GOOD))
    host.forget()
    later = GOOD.later(package("east", "2026-11"), days=200)
    later.serve(served / "east")
    (outcome,) = _collected(city, _office(host, GOOD))
    assert [str(one.month) for one in outcome.taken] == ["2026-11"]
    size = len(later.entries())
    bundles = [f"/east/log/tile/entries/{n:03}" for n in range(size // 256)]
    assert host.asked == [
        "/east/log/checkpoint",
        *bundles,
        f"/east/log/tile/entries/{size // 256:03}.p/{size % 256}",
        "/east/data/releases/2026-11/v1/datapackage.json",
        "/east/data/releases/2026-11/v1/cube.csv",
    ]


def test_a_correction_is_taken_in_beside_the_version_that_it_corrects(
    city: Portal, host: Host, served: Path
) -> None:
    GOOD.serve(served / "east")
    _collected(city, _office(host, GOOD))
    GOOD.later(package("east", "2026-09", 2)).serve(served / "east")
    (outcome,) = _collected(city, _office(host, GOOD))
    assert [(str(one.month), one.version, one.why) for one in outcome.taken] == [
        ("2026-09", 2, "late-records")
    ]
    assert _held(city) == ["2026-09 v1", "2026-09 v2", "2026-10 v1"]


def _tampered(one: Package, name: str, old: bytes, new: bytes) -> Package:
    """A package of which a file was edited after it was sealed."""
    assert old in one.files[name]
    return replace(one, files={**one.files, name: one.files[name].replace(old, new)})


SEALED = package("east", "2026-10")
STALE = regions("east", until="2026-09-30")
OTHER_TOWNS = regions("east", national="110106")
LICENCE = {"name": "x", "title": "x", "path": "x", "deep": "x"}
DEEP = _tampered(
    package("east", "2026-10", licenses=[LICENCE]),
    "datapackage.json",
    b'"deep": "x"',
    b'"deep": ' + b"[" * 5000 + b"]" * 5000,
)
BIDI = {"title": "甲\u202e乙"}


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (package("east", "2026-10", period="2026-09"), "登记的是 2026-10，里面写的却是 2026-09"),
        (package("east", "2026-10", cutoff="2026-09-30"), "里面写的却是"),
        (package("east", "2026-10", name="statistics-2026-09"), "名字或者版本与登记的不同"),
        (package("east", "2026-10", base=10), "舍入基数是 10"),
        (package("east", "2026-10", nonce="x"), "不符合约定"),
        (package("east", "2026-10", revises=1, why="x"), "没有写对它更正的是哪一版"),
        (package("east", "2026-10", **BIDI), "看不见的控制字符"),
        (DEEP, "一层套一层太深"),
        (package("east", "2026-10", tables={"regions": STALE}), "在 2026-10 没有在用"),
        (package("east", "2026-10", counts=rows("west")), "不在它自己带的 regions.csv 里"),
        (
            package("east", "2026-10", counts=[("east", "roads", "phone", "received", 9)]),
            "或者不是那一级的",
        ),
        (
            package("east", "2026-10", counts=[("east-1", "roads", "phone", "received", 4)]),
            "小于 5",
        ),
        (package("east", "2026-10", counts=[*rows("east"), *rows("east")]), "重复，或者没有按次序"),
        (
            package("east", "2026-10", counts=[("east-1", "roads", "phone", "open", 9)]),
            "事件不是约定的",
        ),
        (package("east", "2026-10", tables={"cube": b"a,b\n"}), "不是约定的表"),
        (
            package("east", "2026-10", tables={"regions": STALE.replace(b"2026-09-30", b"soon")}),
            "regions.csv 不是代码表",
        ),
        (
            package("east", "2026-10", tables={"regions": STALE + STALE.split(b"\n", 1)[1]}),
            "regions.csv 不是代码表",
        ),
        (package("east", "2026-10", tables={"topics": b"a,b\n1,2\n"}), "topics.csv 不是代码表"),
        (
            package(
                "east",
                "2026-10",
                tables={"topics": carried("topics").replace("路灯".encode(), b"<script>")},
            ),
            "HTML 标签或者脚本",
        ),
    ],
)
def test_a_package_that_does_not_fit_is_named_and_the_others_are_taken_in(
    city: Portal, host: Host, served: Path, bad: Package, said: str
) -> None:
    lower = Lower("east", [(package("east", "2026-09"),), (bad,)])
    lower.serve(served / "east")
    west = Lower("west", [(package("west", "2026-10"),)])
    west.serve(served / "west")
    outcome, other = _collected(city, _office(host, lower), _office(host, west))
    assert said in outcome.refused[OCTOBER]
    assert _held(city) == ["2026-09 v1"]
    assert (other.is_sound, _held(city, west)) == (True, ["2026-10 v1"])
    state = read_state(city.data / "collected" / "east")
    assert state.refused == outcome.refused


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        (
            "datapackage.json",
            b"\xe5\x8f\xaa",
            b"\xe5\x8f\xab",
            "签名以后改过。请告诉该单位从 git 里恢复",
        ),
        ("cube.csv", b"east-1,", b"east-2,", "cube.csv 与发布时的校验值不符.*请告诉该单位"),
        ("cube.csv", b"received,", b"received,1", "cube.csv 比登记的长|有 .* 个字节，应当不超过"),
    ],
)
def test_a_file_that_was_edited_after_signing_is_named_and_taken_in_once_it_is_restored(
    city: Portal, host: Host, served: Path, name: str, old: bytes, new: bytes, said: str
) -> None:
    site = GOOD.serve(served / "east")
    edited = _tampered(SEALED, name, old, new)
    put(site / SEALED.place / name, edited.files[name])
    (outcome,) = _collected(city, _office(host, GOOD))
    with pytest.raises(AssertionError, match=said):
        raise AssertionError(outcome.refused[OCTOBER])
    assert _held(city) == ["2026-09 v1"]
    put(site / SEALED.place / name, SEALED.files[name])
    (outcome,) = _collected(city, _office(host, GOOD))
    assert outcome.is_sound
    assert _held(city) == ["2026-09 v1", "2026-10 v1"]
    assert read_state(city.data / "collected" / "east").refused == {}


@pytest.mark.parametrize(
    ("trick", "said"),
    [
        (answers(302, Location="https://elsewhere.example/x"), "转到了别处（elsewhere.example）"),
        (answers(301, Location="/other/"), "转到了别处（同一个网站的另一个网址）"),
        (answers(301, Location="http://[\x1b[2J"), "转到了别处（同一个网站的另一个网址）"),
        (answers(200, Content_Encoding="gzip"), "压缩过的"),
        (answers(404), "没有这个文件"),
        (announces(5 * 2**30), "有 5,368,709,120 个字节"),
        (pours, "比登记的长"),
        (drips, "还没有发完，断开了"),
        (drips_heads, "还没有发完，断开了"),
    ],
)
def test_a_file_from_elsewhere_too_large_or_without_an_end_is_named_and_not_taken_in(
    city: Portal, host: Host, served: Path, trick: object, said: str
) -> None:
    GOOD.serve(served / "east")
    west = Lower("west", [(package("west", "2026-10"),)])
    west.serve(served / "west")
    host.tricks["east/data/releases/2026-10/v1/cube.csv"] = trick  # type: ignore[assignment]
    limits = Limits(file=2) if trick in (drips, drips_heads) else PATIENT
    outcome, other = _collected(city, _office(host, GOOD), _office(host, west), limits=limits)
    assert said in outcome.refused[OCTOBER]
    assert not outcome.down
    assert (_held(city), _held(city, west)) == (["2026-09 v1"], ["2026-10 v1"])
    assert other.is_sound


@pytest.mark.parametrize(
    "trick",
    [falls_silent, answers(503), announces(5000), answers(200, Transfer_Encoding="chunked")],
)
def test_a_source_that_is_down_is_told_and_its_last_good_copy_stays(
    city: Portal, host: Host, served: Path, trick: object
) -> None:
    GOOD.serve(served / "east")
    _collected(city, _office(host, GOOD))
    before = snapshot(city.data / "collected")
    host.tricks["checkpoint"] = trick  # type: ignore[assignment]
    (outcome,) = _collected(city, _office(host, GOOD), limits=Limits(silence=0.3))
    assert outcome.down
    assert outcome.newest == Month(2026, 10)
    assert snapshot(city.data / "collected") == before


def test_unchanged_is_no_answer_where_nothing_is_held(
    city: Portal, host: Host, served: Path
) -> None:
    GOOD.serve(served / "east")
    host.tricks["checkpoint"] = answers(304)
    (outcome,) = _collected(city, _office(host, GOOD))
    assert "答复 304" in outcome.down


def test_a_disk_that_takes_nothing_stops_the_run_and_is_named(
    city: Portal, host: Host, served: Path
) -> None:
    GOOD.serve(served / "east")
    put(city.data / "collected" / "east", b"a file in the way")
    with pytest.raises(FederationError, match=r"collected/east 写不进"):
        _collected(city, _office(host, GOOD))


def test_a_source_that_nobody_serves_is_down(city: Portal, host: Host) -> None:
    gone = replace(_office(host, GOOD), address="http://127.0.0.1:9/")
    folder = replace(_office(None, GOOD), id="west", region="west", address="/nowhere")
    assert [bool(one.down) for one in _collected(city, gone, folder)] == [True, True]
    assert not snapshot(city.data / "collected")


def test_two_counties_that_claim_one_town_are_both_left_out(
    city: Portal, host: Host, served: Path
) -> None:
    west = Lower("west", [(package("west", "2026-10"),)])
    for lower in (GOOD, west):
        lower.serve(served / lower.name)
    claims = replace(_office(host, GOOD), id="other", log_key=Signer("o", b"9" * 32).key.vkey)
    east, other, good = _collected(city, _office(host, GOOD), claims, _office(host, west))
    assert "与 other 报的重叠" in east.broken
    assert "与 east 报的重叠" in other.broken
    assert good.is_sound


@pytest.mark.parametrize(
    ("tables", "said"),
    [
        ({"regions": OTHER_TOWNS.replace(b"110106,", b"110105,")}, "行政区划代码不在 north 里"),
        (
            {
                "regions": table(
                    "code,name,parent,level,maps_to,valid_from,valid_to",
                    [
                        ("north", "北县", "", "district", "110105", "2015-01-01", ""),
                        ("west", "west县", "north", "town", "", "2015-01-01", ""),
                    ],
                ),
                "cube": table(
                    "region,topic,channel,event,count", [("west", "roads", "phone", "received", 9)]
                ),
            },
            "归 west，由另一个单位报",
        ),
    ],
)
def test_a_county_that_counts_a_place_of_another_is_named(
    city: Portal, host: Host, served: Path, tables: dict[str, bytes], said: str
) -> None:
    named = {**tables, "cube": tables.get("cube", _cube("east"))}
    north = Lower("north", [(package("north", "2026-10", tables=named),)])
    west = Lower("west", [(package("west", "2026-10"),)])
    for lower in (north, west):
        lower.serve(served / lower.name)
    outcome, other = _collected(city, _office(host, north), _office(host, west))
    assert said in outcome.refused[OCTOBER]
    assert other.is_sound


def _cube(office: str) -> bytes:
    return table("region,topic,channel,event,count", rows(office))


def test_groups_of_another_list_count_once_they_are_mapped(
    city: Portal, host: Host, served: Path
) -> None:
    own = table(
        "code,name,parent,maps_to,valid_from,valid_to", [("street", "路", "", "", "2015-01-01", "")]
    )
    cube = [("east-1", "street", "phone", "received", 9)]
    lower = Lower("east", [(package("east", "2026-10", counts=cube, tables={"topics": own}),)])
    lower.serve(served / "east")
    (outcome,) = _collected(city, _office(host, lower))
    assert "“street”在 2026-10 没有对应我们的主题" in outcome.refused[OCTOBER]
    (outcome,) = _collected(city, _office(host, lower, topics={"street": "roads"}))
    assert outcome.is_sound


def _served_log(served: Path, entries: list[bytes]) -> None:
    for place, content in log_files(GOOD.signer, entries):
        put(served / "east" / place, content)


@pytest.mark.parametrize("longer", [0, 300])
def test_a_log_that_forked_is_named_with_its_proof_and_nothing_is_asked_of_it_until_staff_decide(
    city: Portal, host: Host, served: Path, longer: int
) -> None:
    GOOD.serve(served / "east")
    _collected(city, _office(host, GOOD))
    before = snapshot(city.data / "collected" / "east")
    forked = replace(GOOD, salt=1)
    forked = forked.later(package("east", "2026-11"), days=longer) if longer else forked
    forked.serve(served / "east")
    (outcome,) = _collected(city, _office(host, GOOD))
    assert "公开记录分叉了" in outcome.broken
    after = snapshot(city.data / "collected" / "east")
    forked_head = after.pop("forked")
    assert forked_head == (served / "east/log/checkpoint").read_bytes()
    changed = {name for name in after if after[name] != before[name]}
    assert (after.keys(), changed) == (before.keys(), {"state.toml"})
    GOOD.later(package("east", "2026-11"), days=longer or 1).serve(served / "east")
    host.forget()
    (again,) = _collected(city, _office(host, GOOD))
    assert (again.broken, host.asked) == (outcome.broken, [])
    assert "认以前收到的，删去 forked" in again.broken
    assert snapshot(city.data / "collected" / "east") == {**after, "forked": forked_head}
    (city.data / "collected" / "east" / "forked").unlink()
    (outcome,) = _collected(city, _office(host, GOOD))
    assert (outcome.is_sound, outcome.newest) == (True, Month(2026, 11))
    assert read_state(city.data / "collected" / "east").refused == {}


LONG = GOOD.later().later()  # 4 + 5 + 3 + 3 lines: subtrees of 8, 4, 2 and 1 are kept


@pytest.mark.parametrize(
    ("size", "salt", "said", "proof"),
    [
        (12, 0, "前 12 行没有变，网站退回了旧的", None),
        (12, 1, "公开记录分叉了：前 12 行与以前收到的不同", "forked"),
        (9, 1, "公开记录分叉了", "forked"),
        (4, 1, "或者签了另一份。签了名的检查点留在 shorter 里", "shorter"),
        (4, 0, "或者签了另一份。签了名的检查点留在 shorter 里", "shorter"),
    ],
)
def test_of_a_log_that_got_shorter_it_is_told_whether_it_went_back_or_forked(
    city: Portal, host: Host, served: Path, size: int, salt: int, said: str, proof: str | None
) -> None:
    LONG.serve(served / "east")
    _collected(city, _office(host, LONG))
    assert len(LONG.entries()) == 15
    folder = city.data / "collected" / "east"
    before = snapshot(folder).keys()
    _served_log(served, replace(LONG, salt=salt).entries()[:size])
    (outcome,) = _collected(city, _office(host, LONG))
    assert "公开记录只有" in outcome.broken or proof == "forked"
    assert said in outcome.broken
    assert snapshot(folder).keys() - before == ({proof} if proof else set())
    if proof:
        assert (folder / proof).read_bytes() == (served / "east/log/checkpoint").read_bytes()


def test_a_shorter_log_that_names_other_packages_forked(
    city: Portal, host: Host, served: Path
) -> None:
    GOOD.serve(served / "east")
    _collected(city, _office(host, GOOD))
    other = Lower("east", [(package("east", "2026-09", counts=rows("east", seed=9)),)])
    _served_log(served, other.entries())
    assert "公开记录分叉了" in _collected(city, _office(host, GOOD))[0].broken


def test_new_lines_that_break_the_rules_are_named_with_their_place_in_the_log(
    city: Portal, host: Host, served: Path
) -> None:
    GOOD.serve(served / "east")
    _collected(city, _office(host, GOOD))
    head = b"batch/1 2026-12-04 events:0 public:0"  # the day before is left out
    _served_log(served, [*GOOD.entries(), head])
    (outcome,) = _collected(city, _office(host, GOOD))
    where = len(GOOD.entries())
    assert f"有 2 处不合规矩，例如第 {where} 行：不是前一批的第二天" in outcome.broken
    assert read_state(city.data / "collected" / "east").refused == {"log": outcome.broken}
    GOOD.later(package("east", "2026-09", 2)).serve(served / "east")
    assert _collected(city, _office(host, GOOD))[0].is_sound


def test_a_package_of_no_month_breaks_the_log_that_names_it(
    city: Portal, host: Host, served: Path
) -> None:
    day = date(2026, 10, 1)
    lines = [KeyLine("log", GOOD.signer.key), ReleaseLine("statistics-2026-13", "1", "0" * 64, 9)]
    _served_log(served, [str(one).encode() for one in (BatchLine(day, 0, 2), *lines)])
    (outcome,) = _collected(city, _office(host, GOOD))
    assert "第 2 行：登记的名称或者版本" in outcome.broken


def test_of_a_version_that_was_sealed_twice_the_first_counts(
    city: Portal, host: Host, served: Path
) -> None:
    GOOD.serve(served / "east")
    _collected(city, _office(host, GOOD))
    again = package("east", "2026-10", counts=rows("east", seed=9))
    GOOD.later(again).serve(served / "east")
    (outcome,) = _collected(city, _office(host, GOOD))
    assert "同一版登记了两次" in outcome.refused[OCTOBER]
    assert _held(city) == ["2026-09 v1", "2026-10 v1"]


def test_lines_that_are_not_the_signed_ones_are_told_from_a_fork(
    city: Portal, host: Host, served: Path
) -> None:
    GOOD.serve(served / "east")
    _collected(city, _office(host, GOOD))
    later = GOOD.later(package("east", "2026-11"))
    later.serve(served / "east")
    size = len(later.entries())
    bundle = served / "east" / f"log/tile/entries/000.p/{size}"
    bundle.write_bytes(bundle.read_bytes().replace(b"statistics-2026-11", b"statistics-2026-12"))
    (outcome,) = _collected(city, _office(host, GOOD))
    assert "内容不是签名时的内容" in outcome.broken
    assert "分叉" not in outcome.broken


def test_a_log_signed_by_another_key_is_named(city: Portal, host: Host, served: Path) -> None:
    GOOD.serve(served / "east")
    wrong = Signer(GOOD.signer.name, b"7" * 32).key.vkey
    (outcome,) = _collected(city, _office(host, GOOD, log_key=wrong))
    assert "没有 east.example/log" in outcome.broken
    assert _held(city) == []


def test_another_key_that_the_log_names_is_told_each_time_until_it_is_the_one_that_counts(
    city: Portal, host: Host, served: Path
) -> None:
    new = Signer(GOOD.signer.name, b"8" * 32)
    lower = replace(GOOD, keys=[new])
    lower.serve(served / "east")
    for _ in range(2):
        (outcome,) = _collected(city, _office(host, GOOD))
        assert outcome.is_sound
        assert new.key.vkey in outcome.notes[0]
    for place, content in log_files(new, lower.entries()):
        put(served / "east" / place, content)
    (outcome,) = _collected(city, _office(host, GOOD, log_key=new.key.vkey))
    assert (outcome.is_sound, outcome.notes) == (True, [])
    shutil.rmtree(city.data / "collected" / "east")  # from the start: the old key came before
    assert _collected(city, _office(host, GOOD, log_key=new.key.vkey))[0].notes == []


def test_what_an_interrupted_run_left_is_swept_and_taken_in_anew(
    city: Portal, host: Host, served: Path
) -> None:
    GOOD.serve(served / "east")
    _collected(city, _office(host, GOOD))
    whole = snapshot(city.data / "collected")
    folder = city.data / "collected" / "east"
    (folder / "statistics" / "2026-10" / "v1").rename(folder / ".writing")
    put(folder / "statistics" / "2026-09" / "v2" / "cube.csv", b"half of a later version")
    (folder / "statistics" / "2026-09" / "v2" / "cube.csv").unlink()
    (folder / "statistics" / "2026-09" / "v2").rmdir()
    assert _collected(city, _office(host, GOOD))[0].is_sound
    assert snapshot(city.data / "collected") == whole


def test_a_state_that_was_edited_by_hand_is_refused_by_name(
    city: Portal, host: Host, served: Path
) -> None:
    GOOD.serve(served / "east")
    _collected(city, _office(host, GOOD))
    state = city.data / "collected" / "east" / "state.toml"
    state.write_text(state.read_text("utf-8").replace("size = ", "size = 9"), "utf-8")
    with pytest.raises(SettingsError, match=r"collected/east/ 的 state.toml"):
        read_state(state.parent)
    assert "从 git 里恢复" in _collected(city, _office(host, GOOD))[0].broken


def test_a_list_of_packages_that_was_damaged_is_named_and_the_others_are_collected(
    city: Portal, host: Host, served: Path
) -> None:
    west = Lower("west", [(package("west", "2026-10"),)])
    for lower in (GOOD, west):
        lower.serve(served / lower.name)
    _collected(city, _office(host, GOOD))
    path = city.data / "collected" / "east" / "log.csv"
    good = path.read_text("utf-8")
    head, first, second = good.splitlines()
    for bad in (
        good[:-40],
        f"{head}\nstatistics-2026-09,1\n",
        f"{good}<<<<<<< HEAD\n",
        f'{good}"',
        good.replace(",1,", ",x,", 1),
        good.replace("2026-10", "2026-11", 1),
        f"{head}\n{second}\n",
        f"{head}\n",
        "",
    ):
        path.write_text(bad, "utf-8")
        with pytest.raises(SettingsError, match=r"log.csv 改过.*请从 git 里恢复；删去整个"):
            read_state(path.parent)
    outcome, other = _collected(city, _office(host, GOOD), _office(host, west))
    assert "log.csv 改过，或者不完整" in outcome.broken
    assert other.is_sound
    path.write_text(f"{head}\n{first}\n{second}\nbehind-2026-10,1,0,1,99,2026-12-10\n", "utf-8")
    assert _collected(city, _office(host, GOOD))[0].is_sound  # left by a run that was interrupted


def _longer(folder: Path) -> None:
    path = folder / "statistics" / "2026-10" / "v1" / "cube.csv"
    path.write_bytes(path.read_bytes() + b"\n")


def _other_descriptor(folder: Path) -> None:
    path = folder / "statistics" / "2026-10" / "v1" / "datapackage.json"
    path.write_bytes(path.read_bytes().replace(b"2026-10", b"2026-11"))


def _other_row(folder: Path) -> None:
    shutil.rmtree(folder / "statistics" / "2026-10")
    path = folder / "statistics" / "releases.csv"
    path.write_text(path.read_text("utf-8").replace("2026-10,1,", "2026-10,7,"), "utf-8")


def _other_checkpoint(folder: Path) -> None:
    path = folder / "checkpoint"
    path.write_bytes(path.read_bytes().replace(b"east.example", b"east.elsewhere"))


SPOILT: dict[str, Callable[[Path], None]] = {
    "a table altered": _longer,
    "a table gone": lambda at: (at / "statistics" / "2026-10" / "v1" / "topics.csv").unlink(),
    "a descriptor altered": _other_descriptor,
    "a package gone": lambda at: shutil.rmtree(at / "statistics" / "2026-10"),
    "a corrected package gone": lambda at: shutil.rmtree(at / "statistics" / "2026-09" / "v1"),
    "another version listed": _other_row,
    "the list gone": lambda at: (at / "statistics" / "releases.csv").unlink(),
    "the checkpoint gone": lambda at: (at / "checkpoint").unlink(),
    "the checkpoint altered": _other_checkpoint,
}


@pytest.mark.parametrize("what", SPOILT)
def test_to_collect_again_mends_a_copy_that_is_not_as_it_came(
    city: Portal, host: Host, served: Path, what: str
) -> None:
    folder = city.data / "collected" / "east"
    GOOD.serve(served / "east")
    _collected(city, _office(host, GOOD))
    if what != "the list gone":  # which lists what a correction replaced no more
        GOOD.later(package("east", "2026-09", 2)).serve(served / "east")
        _collected(city, _office(host, GOOD))
    whole = snapshot(folder)
    SPOILT[what](folder)
    assert snapshot(folder) != whole
    assert _collected(city, _office(host, GOOD))[0].is_sound
    assert snapshot(folder) == whole


def test_a_month_that_should_be_out_by_now_is_late(city: Portal, host: Host, served: Path) -> None:
    GOOD.serve(served / "east")
    (outcome,) = _collected(city, _office(host, GOOD))
    assert expected_on(date(2026, 12, 31)) == Month(2026, 10)
    assert expected_on(date(2027, 1, 1)) == Month(2026, 11)
    assert expected_on(date(2027, 2, 1)) == Month(2026, 12)
    assert [outcome.missing(Month(2026, n)) for n in (10, 11)] == [[], [Month(2026, 11)]]


def test_a_month_between_that_never_came_is_missing_for_ever(
    city: Portal, host: Host, served: Path
) -> None:
    lower = Lower("east", [(package("east", "2026-08"), package("east", "2026-10"))])
    lower.serve(served / "east")
    (outcome,) = _collected(city, _office(host, lower))
    assert list(map(str, outcome.missing(Month(2026, 11)))) == ["2026-09", "2026-11"]
    assert list(map(str, Outcome(outcome.office).missing(Month(2026, 11)))) == ["2026-11"]


def test_a_month_that_was_sealed_before_it_ended_or_has_not_ended_yet_is_named(
    city: Portal, host: Host, served: Path
) -> None:
    early = (package("east", "2026-11"), package("east", "2026-12"))
    lower = Lower("east", [(package("east", "2026-10"),), early], first=date(2026, 11, 29))
    ahead = package("west", "2026-12")  # by a log that is ahead of today
    west = Lower("west", [(ahead,)], first=date(2027, 1, 1))
    for one in (lower, west):
        one.serve(served / one.name)
    outcome, other = _collected(city, _office(host, lower), _office(host, west))
    same_day, before = (outcome.refused[f"statistics-2026-{month}"] for month in (11, 12))
    assert "2026年11月到2026-11-30才过完，2026-11-30就登记了" in same_day
    assert "2026年12月到2026-12-31才过完，2026-11-30就登记了" in before
    assert "到2026-12-31才过完，2026-12-10就登记了" in other.refused["statistics-2026-12"]
    assert _held(city) == ["2026-10 v1"]
    lower.later(package("east", "2026-11", 2)).serve(served / "east")
    assert [one.version for one in _collected(city, _office(host, lower))[0].taken] == [2]
