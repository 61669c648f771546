"""The finder's tree: every path leads to a door, and a tree with a gap is told where it is."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import ROOT, commit_all, run_yanlu
from yanlu.deadlines.rules import read_rules
from yanlu.errors import GuidanceError
from yanlu.guidance.offices import offices_by_code
from yanlu.guidance.routes import (
    LAST,
    MOST_TAPS,
    Door,
    Node,
    Routes,
    read_routes,
    route_faults,
    sound_routes,
)
from yanlu.packages.check import check_data
from yanlu.settings import Portal

SHIPPED = read_routes(ROOT / "data")
OFFICES = offices_by_code(ROOT / "data")
RULES = read_rules(ROOT / "data", "shili")
LINES = {
    **{code: node.line for code, node in SHIPPED.nodes.items()},
    **{f"doors/{code}": door.line for code, door in SHIPPED.doors.items()},
}
PERSONAL = re.compile(
    "姓名|姓什么|叫什么|身份证号|电话号码|手机号|住在|住址|年龄|多大|性别|民族|单位名称"
)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Tables of the reference office that may be spoilt."""
    for name in ("codes", "guidance"):
        shutil.copytree(ROOT / "data" / name, tmp_path / name)
    return tmp_path


def _faults(data: Path) -> list[str]:
    return list(route_faults(read_routes(data), offices_by_code(data), RULES))


def _spoil(data: Path, name: str, old: str, new: str) -> None:
    path = data / "guidance" / f"{name}.csv"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_the_shipped_tree_has_no_fault() -> None:
    assert list(route_faults(SHIPPED, OFFICES, RULES)) == []


@pytest.mark.parametrize("node", SHIPPED.nodes.values(), ids=lambda node: node.code)
def test_every_path_asks_on_or_ends_at_a_door_with_a_body_and_a_next_one(node: Node) -> None:
    trail = SHIPPED.trail(node)
    assert trail[0] is SHIPPED.first
    for before, after in pairwise(trail):
        assert after in SHIPPED.answers[before.code]
    assert SHIPPED.taps(node) <= MOST_TAPS
    if not node.door:
        assert SHIPPED.answers[node.code]
        return
    door = SHIPPED.doors[node.door]
    assert door.limits
    assert door.bring
    here = [OFFICES[code] for code in door.offices]
    assert all(office.telephone and office.hours for office in here)
    assert any(office.address for office in here)
    reached = [OFFICES[code].type for one in SHIPPED.chain(door) for code in one.offices]
    assert LAST in reached


@pytest.mark.parametrize("node", SHIPPED.nodes.values(), ids=lambda node: node.code)
def test_no_question_asks_for_anything_personal(node: Node) -> None:
    assert not PERSONAL.search(f"{node.question} {node.answer} {node.hint}")


@pytest.mark.parametrize("door", SHIPPED.doors.values(), ids=lambda door: door.code)
def test_no_door_says_whether_writing_to_it_stops_a_period(door: Door) -> None:
    """That differs from law to law: each door says which period there is, and to ask first."""
    told = " ".join([door.lede, *door.limits, door.note])
    assert not re.search("中断|中止|停止计算|重新计算|顺延|不影响期限|照样在走", told)


PLACE = "place,school,入学、学位、转学,,,school-place"
FEES = "fees,school,收费、老师、教学"
SUPERIOR = "register-route;notify-direct;notify-forwarded"
EDITS: dict[str, tuple[str, str, str, str]] = {
    "no first question": (
        "routes", "start,,,,", "start,own,开始,,",
        "data/guidance/routes.csv：没有第一问",
    ),
    "two first questions": (
        "routes", "school,own,孩子上学,", "school,,,",
        "第 {school} 行 列 parent：第一问只能有一个",
    ),
    "an end without a door": (
        "routes", "school-place", "",
        "第 {place} 行 列 question：接着问，还是到头了，要说清楚",
    ),
    "a question with a door": (
        "routes", "上学遇到什么事？,", "上学遇到什么事？,school-matter",
        "第 {school} 行 列 question：接着问，还是到头了，要说清楚",
    ),
    "a question with one answer": (
        "routes", "theft,crime", "theft,around",
        "第 {crime} 行 列 question：这一问有1个选择。请写2到6个",
    ),
    "a question with too many answers": (
        "routes", FEES, "fees,start,收费、老师、教学",
        "第 {start} 行 列 question：这一问有7个选择。请写2到6个",
    ),
    "an end that goes on": (
        "routes", FEES, "fees,place,收费、老师、教学",
        "第 {place} 行 列 door：已经到头了，又有选择接在它后面",
    ),
    "a choice without words": (
        "routes", PLACE, "place,school,,,,school-place",
        "第 {place} 行 列 answer：第一问不写选择的话，别的行都要写",
    ),
    "two choices that are alike": (
        "routes", FEES, "fees,school,入学、学位、转学",
        "第 {fees} 行 列 answer：同一问里有两个一样的选择",
    ),
    "an end that typing cannot find": (
        "routes", ";".join(SHIPPED.nodes["place"].keywords), "",
        "第 {place} 行 列 keywords：没有日常说法",
    ),
    "words that run together": (
        "routes", "上学;入学", "上学、入学",
        "第 {place} 行 列 keywords：几个词连在一起了",
    ),
    "a door too far from the home page": (
        "routes", "ticket,penalty,", "a,penalty,一,,再问,,\nb,a,二,,再问,,\nticket,b,",
        "列 parent：从首页走到这里超过5步",
    ),
    "an address of the site's own": (
        "routes", PLACE, PLACE.replace("place", "quick", 1),
        "第 {place} 行 列 code：quick是网站自己的网址",
    ),
    "a door that no path reaches": (
        "routes", "school-place", "school-matter",
        "doors.csv 第 {doors/school-place} 行 列 code：哪一条路都走不到这扇门",
    ),
    "an office that is not there": (
        "doors", "office-education,", "office-circus,",
        "doors.csv 第 {doors/school-place} 行 列 office：有一个窗口不在offices.csv里",
    ),
    "a door behind which nobody can be called": (
        "offices", "学府路2号", "",
        "doors.csv 第 {doors/school-place} 行 列 office：没有一个窗口写全了地址、时间和电话",
    ),
    "a period that is not there": (
        "doors", SUPERIOR, "register-route;never",
        "列 deadline：有一个期限本站没有列出",
    ),
    "no door after one that refuses": (
        "doors", "court,false,到自己住的", ",false,到自己住的",
        "列 next_door：走到这里就没有下一扇门了",
    ),
    "doors that lead round in a ring": (
        "doors", "superior,false,", "petitions,false,",
        "列 next_door：一扇接一扇又走回原处",
    ),
    "no telephone for none of these": (
        "offices", "000-0000 0003", "",
        "offices.csv：没有一个hotline类型、写了电话的窗口",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("name", "old", "new", "told"), EDITS.values(), ids=EDITS)
def test_a_tree_with_a_gap_is_told_where_it_is(
    data: Path, name: str, old: str, new: str, told: str
) -> None:
    _spoil(data, name, old, new)
    faults = _faults(data)
    assert [fault for fault in faults if told.format_map(LINES) in fault], faults
    with pytest.raises(GuidanceError, match="没有生成网页"):
        sound_routes(data, offices_by_code(data), RULES)


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        (
            "routes",
            "place,school",
            "place,scool",
            "routes.csv 第 {place} 行 列 parent：用了代码表里没有",
        ),
        ("routes", "school-place", "circus", "routes.csv 第 {place} 行 列 door：用了代码表里没有"),
        ("doors", "reconsideration,false,", "circus,false,", "next_door：用了代码表里没有"),
        ("doors", "没有时限，马上打。", "", "doors.csv 第 2 行 列 limit：内容超出约定"),
        ("doors", "office-police,", ",", "doors.csv 第 2 行 列 office：内容超出约定"),
        ("doors", "（2022年）第十七条", "第十七条", "列 laws：内容超出约定"),
    ],
)
def test_a_table_that_is_not_in_order_is_told_before_the_tree_is_read(
    portal: Portal, name: str, old: str, new: str, told: str
) -> None:
    _spoil(portal.data, name, old, new)
    assert told.format_map(LINES) in "\n".join(map(str, check_data(portal.data)))


@pytest.mark.parametrize("command", ["check", "build"])
def test_a_tree_with_a_gap_is_not_published(portal: Portal, command: str) -> None:
    _spoil(portal.data, "doors", "office-education,", "office-circus,")
    for name in ("content", "theme", "mkdocs.yml"):
        copy: Callable[..., object] = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, portal.folder / name)
    commit_all(portal.folder)
    done = run_yanlu(portal.folder, command)
    assert done.returncode == 1
    told = "data/guidance/doors.csv 第 {doors/school-place} 行 列 office".format_map(LINES)
    assert told in done.stdout + done.stderr
    assert not (portal.folder / "public").exists()


def _door(place: int, following: int | None) -> Door:
    onward = "" if following is None else f"d{following}"
    parts = (f"o{place}",), (), ("件",), ("限。",), (), ()
    return Door(place + 2, f"d{place}", "门", "做什么", *parts, onward, False, "", "2026-11-29")


@st.composite
def rings(draw: st.DrawFn) -> tuple[list[int | None], set[int]]:
    """Doors that follow each other in any way, some of them at a superior office."""
    count = draw(st.integers(1, 8))
    places = st.integers(0, count - 1)
    following = draw(st.lists(st.none() | places, min_size=count, max_size=count))
    return following, draw(st.sets(places))


@given(rings())
def test_a_door_is_in_order_exactly_when_it_leads_to_a_superior_in_the_end(
    drawn: tuple[list[int | None], set[int]],
) -> None:
    following, superiors = drawn
    doors = {f"d{n}": _door(n, after) for n, after in enumerate(following)}
    first = Node(2, "start", "", "", "", "哪一种？", "", ())
    ends = {f"e{n}": Node(n + 3, f"e{n}", "start", f"{n}", "", "", f"d{n}", ("词",))
            for n in range(len(doors))}  # fmt: skip
    some = next(iter(OFFICES.values()))
    offices = {
        f"o{n}": replace(some, type=LAST if n in superiors else "court") for n in range(len(doors))
    }
    faults = list(route_faults(Routes({"start": first, **ends}, doors), offices, ()))
    for start in range(len(doors)):
        seen: list[int] = []
        step: int | None = start
        while step is not None and step not in seen:
            seen.append(step)
            step = following[step]
        wrong = any(f"第 {start + 2} 行 列 next_door" in fault for fault in faults)
        assert wrong == (not superiors & set(seen))
