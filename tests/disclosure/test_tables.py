"""Tables as files: what is read is what was written, and what is wrong is refused by row."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import run_yanlu, snapshot
from yanlu.disclosure.hierarchy import TOTAL, Relation, grow, publish
from yanlu.disclosure.tables import (
    HIDDEN,
    VALUE,
    read_leaves,
    read_relations,
    read_rows,
    write_table,
)

LEAF = ["区域,渠道,件数", "区甲甲,热线,31", "区甲甲,网站,7", "区乙乙,热线,23", "区乙乙,网站,7"]
TREE = ["child,parent", "区甲甲,城区", "区乙乙,城区", "城区,Total"]
GROUPS = ["child,parent,group"]
SECRETS = ("区甲甲", "区乙乙", "31", "23")  # leaf codes and counts of the table


def _leaf(*rows: str, header: str = LEAF[0]) -> list[str]:
    return [header, *rows, *LEAF[1:]]


BAD_TABLES = {
    "a negative count": (_leaf("区甲甲,来访,-3"), "件数是负数，共 1 行（第 2 行）"),
    "a fraction": (_leaf("区甲甲,来访,2.5"), "件数不是整数，共 1 行（第 2 行）"),
    "a number with an exponent": (_leaf("区甲甲,来访,1e3"), "件数不是整数"),
    "full-width digits": (_leaf("区甲甲,来访,３"), "件数不是整数"),
    "a word for a number": (_leaf("区甲甲,来访,二十"), "件数不是整数"),
    "a missing count": (_leaf("区甲甲,来访,"), "缺少件数，共 1 行（第 2 行）"),
    "a missing code": (_leaf("区甲甲,,4"), "缺少代码，共 1 行（第 2 行）"),
    "a repeated cell": ([*LEAF, LEAF[1]], "与前面的行是同一格，共 1 行（第 6 行）"),
    "a code that the hierarchy lacks": (_leaf("区丙丙,热线,4"), "有 1 个代码不在层次文件里"),
    "a parent among the leaves": (_leaf("城区,热线,54"), "城区 是上级代码"),
    "a total among the leaves": (_leaf("Total,热线,54"), "Total 是上级代码"),
    "a total where no hierarchy is given": (_leaf("区甲甲,Total,38"), "Total 是上级代码"),
    "no column of counts": ([row.replace("件数", "数") for row in LEAF], "没有 件数 这一列"),
    "nothing but counts": (["件数", "31"], "除件数以外没有别的列"),
    "a repeated column": (["区域,区域,件数", "区甲甲,热线,31"], "列名为空、重复"),
    "an empty column name": (["区域,,件数", "区甲甲,热线,31"], "列名为空、重复"),
    "an empty file": ([], "是空文件"),
    "no rows": (LEAF[:1], "没有一行数据"),
    "a repeated cell below a quoted line end": (
        [*LEAF[:2], '区乙乙,热线,"23\n"', LEAF[4], LEAF[1]],
        "与前面的行是同一格，共 1 行（第 6 行）",
    ),
    "a dimension with the name of the numbers": (
        ["区域,value,件数", "区甲甲,热线,31", "区乙乙,网站,7"],
        "维度不能叫 value",
    ),
    "a tab in a code": (_leaf("区甲甲,来\t访,4"), "第 2 行有看不见的字符"),
    "a line end in a code": (_leaf('区甲甲,"来\n访",4'), "第 3 行有看不见的字符"),
    "a NUL in a code": (_leaf("区甲甲,来\0访,4"), "第 2 行有看不见的字符"),
    "a tab in the name of a column": (_leaf(header="区域,渠\t道,件数"), "列名有看不见的字符"),
    "a blank line between rows": (_leaf("", "区甲甲,来访,4"), "第 2 行是空行"),
    "a row of separators between rows": (_leaf(",,", "区甲甲,来访,4"), "第 2 行是空行"),
    "a short row": ([*LEAF, "区甲甲,来访"], "第 6 行有 2 格，列名有 3 个"),
    "a long row": ([*LEAF, "区甲甲,来访,4,4"], "第 6 行有 4 格，列名有 3 个"),
}
BAD_TREES = {
    "a code that is its own parent": (["child,parent", "城区,城区"], "城区 是自己的上级"),
    "a cycle": (
        [*TREE[:3], "城区,片区", "片区,城区"],
        "是自己的上级（直接或者绕一圈）",
    ),
    "two parents in one tree": ([*TREE, "城区,郊区"], "在同一个层次里有两个上级"),
    "trees that disagree on a common code": (
        [*GROUPS, "区甲甲,城区,一", "区乙乙,城区,一", "区甲甲,片区,二", "片区,城区,二"],
        "城区 在两个层次里包含的代码不同",
    ),
    "a code with parts in one tree only": (
        [*GROUPS, "区甲甲,城区,一", "区乙乙,城区,一", "城区,Total,二"],
        "城区 在一个层次里有下级，在另一个里没有",
    ),
    "no Total": (TREE[:3], "有 2 个最细的代码，一级一级往上没有写到 Total"),
    "a branch that ends below Total": (
        ["child,parent", "区甲甲,城区", "区乙乙,郊区", "城区,Total"],
        "有 1 个最细的代码，一级一级往上没有写到 Total",
    ),
    "a code above Total": ([*TREE, "Total,全省"], "Total 是整个维度的合计，上面不能再有上级"),
    "other columns": (["下级,上级", *TREE[1:]], "列名应当是 child,parent"),
    "an empty file": ([], "是空文件"),
    "a missing code": ([*TREE, "城区,"], "第 5 行缺少代码"),
    "a short row": ([*TREE, "城区"], "第 5 行有 1 格"),
}


def _write(path: Path, rows: Sequence[str], encoding: str = "utf-8") -> None:
    path.write_text("".join(f"{row}\n" for row in rows), encoding)


def _refused(folder: Path, words: str, *hier: str, verb: str = "round") -> str:
    """Run a protector, which must refuse with these words, exit 2 and write nothing."""
    before = snapshot(folder)
    hier = hier or ("--hier", "区域=H.csv")
    done = run_yanlu(
        folder, "disclosure", verb, "LEAF.csv", "--count", "件数", *hier, "--out", "OUT.csv"
    )
    assert done.returncode == 2, done
    assert words in done.stderr
    assert done.stdout == ""
    assert snapshot(folder) == before
    return done.stderr


@pytest.mark.parametrize("name", BAD_TABLES)
def test_a_bad_table_is_refused_without_a_number_or_a_leaf_code(name: str, tmp_path: Path) -> None:
    rows, words = BAD_TABLES[name]
    _write(tmp_path / "LEAF.csv", rows)
    _write(tmp_path / "H.csv", TREE)
    hier = ("--hier", "区域=H.csv") if "区域" in "".join(rows[:1]) else ("--hier", "渠道=H.csv")
    if name in ("nothing but counts", "an empty file"):
        hier = ("--count", "件数")
    message = _refused(tmp_path, words, *hier)
    assert not [secret for secret in SECRETS if secret in message]


@pytest.mark.parametrize("name", BAD_TREES)
def test_a_bad_hierarchy_is_refused(name: str, tmp_path: Path) -> None:
    rows, words = BAD_TREES[name]
    _write(tmp_path / "LEAF.csv", LEAF)
    _write(tmp_path / "H.csv", rows)
    _refused(tmp_path, words)


def test_a_leaf_with_two_parents_is_refused_without_its_name(tmp_path: Path) -> None:
    """In a column that was chosen by mistake stand names of people."""
    _write(tmp_path / "LEAF.csv", LEAF)
    _write(tmp_path / "H.csv", [*TREE, "区甲甲,郊区", "郊区,Total"])
    message = _refused(tmp_path, "有两个上级")
    assert "区甲甲" not in message


def test_suppress_refuses_the_same_tables(tmp_path: Path) -> None:
    _write(tmp_path / "LEAF.csv", BAD_TABLES["a negative count"][0])
    _write(tmp_path / "H.csv", TREE)
    _refused(tmp_path, "件数是负数", verb="suppress")


def test_every_kind_of_fault_is_told_at_once(tmp_path: Path) -> None:
    _write(tmp_path / "LEAF.csv", _leaf("区甲甲,来访,-3", "区乙乙,来访,", "区乙乙,来信,-4"))
    _write(tmp_path / "H.csv", TREE)
    message = _refused(tmp_path, "件数是负数，共 2 行（第 2、4 行）")
    assert "缺少件数，共 1 行（第 3 行）" in message


@pytest.mark.parametrize("name", ["LEAF.csv", "H.csv"])
def test_another_encoding_is_refused(name: str, tmp_path: Path) -> None:
    _write(tmp_path / "LEAF.csv", LEAF)
    _write(tmp_path / "H.csv", TREE)
    _write(tmp_path / name, LEAF if name == "LEAF.csv" else TREE, "gb18030")
    _refused(tmp_path, f"{name} 不是 UTF-8 编码的 CSV")


def test_another_encoding_further_down_is_refused(tmp_path: Path) -> None:
    rows = ["a,件数", *(f"code{i},9" for i in range(5000)), "区甲甲,9"]
    _write(tmp_path / "LEAF.csv", rows)
    text = (tmp_path / "LEAF.csv").read_bytes().replace("区甲甲".encode(), "区甲甲".encode("gbk"))
    (tmp_path / "LEAF.csv").write_bytes(text.replace("件数".encode(), b"n"))
    done = run_yanlu(
        tmp_path, "disclosure", "round", "LEAF.csv", "--count", "n", "--out", "OUT.csv"
    )
    assert done.returncode == 2
    assert "不是 UTF-8 编码的 CSV" in done.stderr
    assert sorted(snapshot(tmp_path)) == ["LEAF.csv"]


@pytest.mark.parametrize("name", ["LEAF.csv", "H.csv"])
def test_a_missing_file_is_named(name: str, tmp_path: Path) -> None:
    _write(tmp_path / "LEAF.csv", LEAF)
    _write(tmp_path / "H.csv", TREE)
    (tmp_path / name).unlink()
    _refused(tmp_path, f"没有找到文件 {name}")


def test_a_folder_is_no_table(tmp_path: Path) -> None:
    (tmp_path / "LEAF.csv").mkdir()
    _write(tmp_path / "H.csv", TREE)
    _refused(tmp_path, "LEAF.csv 打不开")


@pytest.mark.parametrize(
    ("hier", "words"),
    [
        (("--hier", "H.csv"), "--hier 要写成 维度=文件"),
        (("--hier", "区域=H.csv", "--hier", "区域=H.csv"), "每个维度一次"),
        (("--hier", "主题=H.csv"), "没有 主题 这一列"),
    ],
    ids=["no dimension", "a dimension twice", "a dimension that is not there"],
)
def test_a_hierarchy_is_given_to_a_column_once(
    hier: tuple[str, ...], words: str, tmp_path: Path
) -> None:
    _write(tmp_path / "LEAF.csv", LEAF)
    _write(tmp_path / "H.csv", TREE)
    _refused(tmp_path, words, *hier)


def test_a_refused_run_leaves_the_file_of_an_earlier_one(tmp_path: Path) -> None:
    _write(tmp_path / "LEAF.csv", _leaf("区甲甲,来访,-3"))
    _write(tmp_path / "H.csv", TREE)
    _write(tmp_path / "OUT.csv", ["made earlier"])
    _refused(tmp_path, "件数是负数")


def test_a_folder_that_is_not_there_cannot_be_written_to(tmp_path: Path) -> None:
    _write(tmp_path / "LEAF.csv", LEAF)
    done = run_yanlu(
        tmp_path, "disclosure", "round", "LEAF.csv", "--count", "件数", "--out", "none/OUT.csv"
    )
    assert done.returncode == 2
    assert "OUT.csv 写不进去" in done.stderr


def test_a_table_that_would_not_fit_into_memory_is_refused(tmp_path: Path) -> None:
    _write(
        tmp_path / "LEAF.csv",
        ["甲,乙,丙,件数", *(f"a{i},b{i},c{i},9" for i in range(400))],
    )
    done = run_yanlu(
        tmp_path, "disclosure", "round", "LEAF.csv", "--count", "件数", "--out", "OUT.csv"
    )
    assert done.returncode == 2
    assert "请减少维度或者合并代码" in done.stderr


def test_excels_byte_order_mark_and_line_ends_are_read(tmp_path: Path) -> None:
    text = "\ufeff" + "\r\n".join(LEAF) + "\r\n"
    (tmp_path / "LEAF.csv").write_bytes(text.encode())
    (tmp_path / "H.csv").write_bytes(("\ufeff" + "\r\n".join(TREE) + "\r\n").encode())
    done = run_yanlu(
        tmp_path, "disclosure", "round", "LEAF.csv", "--count", "件数",
        "--hier", "区域=H.csv", "--out", "OUT.csv",
    )  # fmt: skip
    assert done.returncode == 0, done
    assert "读了 4 个最细的格，写了 12 个数，在 OUT.csv。" in done.stdout
    assert (tmp_path / "OUT.csv").read_text("utf-8").startswith("区域,渠道,value\n")


@pytest.mark.parametrize("tail", ["\n", "\n\n\n", "  \n", ",,\n,,\n"])
def test_blank_lines_at_the_end_are_no_rows(tail: str, tmp_path: Path) -> None:
    """WPS and Excel leave such lines behind."""
    _write(tmp_path / "LEAF.csv", LEAF)
    _write(tmp_path / "H.csv", TREE)
    run = ("LEAF.csv", "--count", "件数", "--hier", "区域=H.csv", "--out", "OUT.csv")
    assert run_yanlu(tmp_path, "disclosure", "round", *run).returncode == 0
    once = (tmp_path / "OUT.csv").read_bytes()
    for name, end in (("LEAF.csv", tail), ("H.csv", tail.replace(",,", ","))):
        with (tmp_path / name).open("a", encoding="utf-8") as file:
            file.write(end)
    assert run_yanlu(tmp_path, "disclosure", "round", *run).returncode == 0
    assert (tmp_path / "OUT.csv").read_bytes() == once


def test_a_hierarchy_of_any_depth_is_read() -> None:
    """Three thousand levels are more than Python's own recursion allows."""
    chain = [Relation(f"p{i}", f"p{i + 1}", "") for i in range(3000)]
    ends = [
        Relation("区甲甲", "p0", ""),
        Relation("区乙乙", "p0", ""),
        Relation("p3000", TOTAL, ""),
    ]
    grown = grow("区域", [*chain, *ends], ["区甲甲", "区乙乙"])
    assert len(grown.groups) == 3002
    assert set(grown.groups.values()) == {frozenset({"区甲甲", "区乙乙"})}


def test_a_second_tree_may_add_up_some_of_the_codes_only() -> None:
    tops = [Relation(leaf, TOTAL, "一") for leaf in "甲乙丙"]
    grown = grow(
        "区域", [*tops, Relation("甲", "老城", "二"), Relation("乙", "老城", "二")], "甲乙丙"
    )
    assert grown.groups == {TOTAL: frozenset("甲乙丙"), "老城": frozenset("甲乙")}


# -- a dimension with one code -----------------------------------------------------------

MONTH = ["月份,渠道,件数", "2026-01,热线,31", "2026-01,网站,7"]
QUARTER = ["child,parent", *(f"2026-0{i},2026Q1" for i in (1, 2, 3)), "2026Q1,Total"]


@pytest.mark.parametrize("verb", ["round", "suppress"])
@pytest.mark.parametrize("hier", [(), ("--hier", "月份=H.csv")], ids=["alone", "with its tree"])
def test_a_table_of_one_month_is_about_that_month_and_has_no_total_of_months(
    verb: str, hier: tuple[str, ...], tmp_path: Path
) -> None:
    """Other months are not 0 in it: they are not in it at all."""
    _write(tmp_path / "LEAF.csv", MONTH)
    _write(tmp_path / "H.csv", QUARTER)
    done = run_yanlu(
        tmp_path, "disclosure", verb, "LEAF.csv", "--count", "件数", *hier, "--out", "OUT.csv"
    )
    assert done.returncode == 0, done
    assert "维度 月份：表里只有一个代码，不写上级代码和合计。" in done.stderr
    assert (tmp_path / "OUT.csv").read_text("utf-8").splitlines() == [
        "月份,渠道,value", "2026-01,热线,31", "2026-01,网站,7", "2026-01,Total,38",
    ]  # fmt: skip


def test_a_table_of_one_quarter_is_told_to_go_without_the_tree_of_its_months(
    tmp_path: Path,
) -> None:
    _write(tmp_path / "LEAF.csv", [row.replace("2026-01", "2026Q1") for row in MONTH])
    _write(tmp_path / "H.csv", QUARTER)
    message = _refused(tmp_path, "2026Q1 是上级代码", "--hier", "月份=H.csv")
    assert "表只说这一个代码的，请不要给这个维度写 --hier" in message


def test_codes_without_any_row_count_as_nothing_and_are_told(tmp_path: Path) -> None:
    _write(tmp_path / "LEAF.csv", [*MONTH, "2026-02,热线,12"])
    _write(tmp_path / "H.csv", QUARTER)
    done = run_yanlu(
        tmp_path, "disclosure", "round", "LEAF.csv", "--count", "件数",
        "--hier", "月份=H.csv", "--out", "OUT.csv",
    )  # fmt: skip
    assert done.returncode == 0, done
    assert "维度 月份：层次文件里有 1 个最细的代码在表里一行也没有，都当作 0。" in done.stderr
    assert "2026-03,热线,0\n" in (tmp_path / "OUT.csv").read_text("utf-8")


@pytest.mark.parametrize("command", [[], ["round"], ["suppress"], ["audit"]])
def test_help_is_chinese(command: list[str], tmp_path: Path) -> None:
    done = run_yanlu(tmp_path, "disclosure", *command, "--help")
    assert done.returncode == 0
    about, *options = re.split(r"\n {2}(?=-)", done.stdout)
    assert about.startswith("Usage: yanlu disclosure")
    told = [about, *(option for option in options if "--help" not in option)]
    assert all(re.search("[\u4e00-\u9fff]", text) for text in told)


codes = st.text(st.sampled_from("甲乙 \",'ab-é"), min_size=1, max_size=4).map(str.strip)
plain = codes.filter(lambda code: code not in ("", "Total"))


@st.composite
def leaf_files(draw: st.DrawFn) -> list[list[str]]:
    """Rows of a leaf table: two or three dimensions of any codes."""
    dimensions = draw(st.integers(1, 3))
    names = [draw(st.lists(plain, min_size=1, max_size=4, unique=True)) for _ in range(dimensions)]
    cell = st.tuples(*(st.sampled_from(known) for known in names))
    cells = draw(st.lists(cell, min_size=1, max_size=12, unique=True))
    return [[*cell, str(draw(st.integers(0, 10**6)))] for cell in cells]


def _file(rows: Sequence[Sequence[str]]) -> io.StringIO:
    out = io.StringIO()
    csv.writer(out).writerows([[*(f"d{i}" for i in range(len(rows[0]) - 1)), "n"], *rows])
    out.seek(0)
    return out


def _published(rows: Sequence[Sequence[str]]) -> str:
    leaves = read_leaves(_file(rows), "LEAF.csv", "n", {})
    out = io.StringIO()
    write_table(out, leaves.hierarchies, publish(leaves.dense(), leaves.hierarchies))
    return out.getvalue()


@given(leaf_files())
@settings(max_examples=100, deadline=None)
def test_what_is_written_reads_back_as_it_was(rows: list[list[str]]) -> None:
    leaves = read_leaves(_file(rows), "LEAF.csv", "n", {})
    values = publish(leaves.dense(), leaves.hierarchies)
    values.ravel()[::3] = HIDDEN
    out = io.StringIO()
    write_table(out, leaves.hierarchies, values)
    out.seek(0)
    back = read_rows(out, "OUT.csv", VALUE, blanks=True)
    assert back.dimensions == leaves.dimensions
    places = [
        [h.codes.index(known[at]) for at in column]
        for h, known, column in zip(
            leaves.hierarchies, back.codes, back.cells.T.tolist(), strict=True
        )
    ]
    assert len(back.numbers) == values.size
    assert (values[tuple(np.array(places))] == back.numbers).all()


@given(leaf_files(), st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_the_order_of_rows_means_nothing(rows: list[list[str]], random: object) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert _published(shuffled) == _published(rows)


@given(st.randoms(use_true_random=False))
@settings(max_examples=30, deadline=None)
def test_the_order_of_rows_of_a_hierarchy_means_nothing(random: object) -> None:
    folder = Path(__file__).parents[1] / "vectors" / "disclosure" / "tables"
    header, *rows = (folder / "d2_hier_region.csv").read_text("utf-8").splitlines()

    def published(order: Sequence[str]) -> str:
        relations = read_relations(io.StringIO("\n".join([header, *order])), "H.csv")
        with (folder / "d2_leaf.csv").open(encoding="utf-8", newline="") as file:
            leaves = read_leaves(file, "LEAF.csv", "n", {"region": relations})
        out = io.StringIO()
        write_table(out, leaves.hierarchies, publish(leaves.dense(), leaves.hierarchies))
        return out.getvalue()

    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert published(shuffled) == published(rows)
