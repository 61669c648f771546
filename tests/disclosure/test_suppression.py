"""Suppression: small cells stay unknown even to a reader who knows which they are."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import run_yanlu, snapshot
from yanlu.disclosure.audit.judge import Verdict, judge
from yanlu.disclosure.audit.knowledge import Suppression
from yanlu.disclosure.audit.space import Space, Table, make_space, place
from yanlu.disclosure.hierarchy import Hierarchy, Integers, Relation, grow, publish
from yanlu.disclosure.suppression import suppress, suppress_worthwhile
from yanlu.disclosure.tables import (
    HIDDEN,
    VALUE,
    Leaves,
    read_leaves,
    read_relations,
    read_rows,
    write_table,
)
from yanlu.errors import DisclosureError

TABLES = Path(__file__).parents[1] / "vectors" / "disclosure" / "tables"
GAUSS = {"d2": 29, "d3": 467, "syn_coarse_m1": 83}  # hidden by GaussSuppression, zeros too


def _trees(name: str) -> dict[str, list[Relation]]:
    path = TABLES / f"{name}_hier_region.csv"
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {"region": read_relations(file, path.name)}


def _bench(name: str) -> Leaves:
    with (TABLES / f"{name}_leaf.csv").open(encoding="utf-8", newline="") as file:
        return read_leaves(file, name, "n", _trees(name))


def _judged(
    leaves: Leaves, values: Integers, trees: dict[str, list[Relation]], folder: Path
) -> Verdict:
    """What the auditor says when the reader knows which cells are small."""
    path = folder / "OUT.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        write_table(file, leaves.hierarchies, values)
    with path.open(encoding="utf-8", newline="") as file:
        rows = read_rows(file, path.name, VALUE, blanks=True)
    space: Space = make_space([rows], trees)
    table: Table = place(rows, space)
    small = frozenset(space.below_threshold(leaves, 5))
    return judge([table], space, Suppression(5, zeros_shown=False, small=small))


@pytest.fixture(scope="module")
def hidden() -> dict[str, Integers]:
    """The bench's tables as `suppress` leaves them, at threshold 5."""
    return {name: suppress_worthwhile(_bench(name), threshold=5).values for name in GAUSS}


@pytest.mark.parametrize("name", GAUSS)
def test_every_small_cell_is_hidden_and_every_shown_cell_exact(
    name: str, hidden: dict[str, Integers]
) -> None:
    leaves = _bench(name)
    truth = publish(leaves.dense(), leaves.hierarchies)
    shown = hidden[name] != HIDDEN
    assert not shown[truth < 5].any()
    assert (hidden[name][shown] == truth[shown]).all()


@pytest.mark.parametrize("name", GAUSS)
def test_few_cells_are_hidden(name: str, hidden: dict[str, Integers]) -> None:
    assert int((hidden[name] == HIDDEN).sum()) <= 1.25 * GAUSS[name]


@pytest.mark.parametrize("name", GAUSS)
def test_the_reader_who_knows_which_cells_are_small_finds_nothing(
    name: str, hidden: dict[str, Integers], tmp_path: Path
) -> None:
    verdict = _judged(_bench(name), hidden[name], _trees(name), tmp_path)
    assert verdict.decided
    assert not verdict.leaks


@pytest.mark.parametrize("name", ["d2", "syn_coarse_m1"])
def test_the_protector_switched_off_is_found_out(name: str, tmp_path: Path) -> None:
    leaves = _bench(name)
    raw = publish(leaves.dense(), leaves.hierarchies)
    assert _judged(leaves, raw, _trees(name), tmp_path).leaks
    only_small = np.where(raw < 5, HIDDEN, raw)
    assert _judged(leaves, only_small, _trees(name), tmp_path).leaks


@pytest.mark.parametrize("name", ["d2", "syn_coarse_m1"])
def test_the_order_of_rows_changes_nothing(name: str, hidden: dict[str, Integers]) -> None:
    leaves = _bench(name)
    backwards = replace(leaves, cells=leaves.cells[::-1], counts=leaves.counts[::-1])
    assert (suppress(leaves, threshold=5).values == hidden[name]).all()
    assert (suppress(backwards, threshold=5).values == hidden[name]).all()


@pytest.mark.parametrize("threshold", [-1, 0, 1, 2])
def test_a_threshold_that_leaves_no_room_is_refused(threshold: int) -> None:
    with pytest.raises(DisclosureError, match="阈值至少是 3"):
        suppress(_bench("d2"), threshold=threshold)


# -- an independent reader, by trying out every table ----------------------------------

MOST = 9  # largest count of a leaf in the tables that are tried out
THRESHOLD = 3


def _dimension(name: str, width: int, *, split: bool) -> Hierarchy:
    """A total, and two districts where there are leaves enough."""
    leaves = [f"{name}{i}" for i in range(width)]
    relations = [Relation(leaf, "Total", "") for leaf in leaves]
    if split and width > 2:
        relations = [
            *(Relation(leaf, f"{name}x", "") for leaf in leaves[:-1]),
            Relation(leaves[-1], "Total", ""),
            Relation(f"{name}x", "Total", ""),
        ]
    return grow(name, relations, leaves)


@st.composite
def tiny(draw: st.DrawFn) -> Leaves:
    """Two dimensions of two or three codes, counts about the threshold."""
    shape = draw(st.sampled_from([(2, 2), (2, 3), (3, 2), (3, 3)]))
    counts = draw(st.lists(st.integers(0, 6), min_size=shape[0] * shape[1],
                           max_size=shape[0] * shape[1]))  # fmt: skip
    split = draw(st.booleans())
    dimensions = tuple(
        _dimension(name, width, split=split) for name, width in zip("ab", shape, strict=True)
    )
    return Leaves(dimensions, np.array(list(np.ndindex(shape))), np.array(counts))


def _sums_by_hand(table: Sequence[int], leaves: Leaves) -> tuple[int, ...]:
    """All published cells of a table of leaves, added up without the package's code."""
    rows, columns = leaves.hierarchies
    parts = [
        [[h.leaves.index(leaf) for leaf in h.groups.get(code, {code})] for code in h.codes]
        for h in (rows, columns)
    ]
    width = len(columns.leaves)
    return tuple(
        sum(table[i * width + j] for i in row for j in column) for row, column in product(*parts)
    )


def _possible(leaves: Leaves, values: Sequence[int], truth: Sequence[int]) -> Integers:
    """Every table of whole numbers that fits what is shown and which cells are small.

    Leaf cells are tried one after another over all values they could have; the whole
    table is compared only when each leaf has one.
    """
    size = len(leaves.counts)
    top = max(truth)
    width = len(leaves.hierarchies[1].leaves)
    at = [
        i * len(leaves.hierarchies[1].codes) + j for i in range(size // width) for j in range(width)
    ]
    ranges = []
    for cell in at:
        if values[cell] != HIDDEN:
            ranges.append([values[cell]])
        elif truth[cell] < THRESHOLD:
            ranges.append(list(range(THRESHOLD)))
        else:
            ranges.append(list(range(THRESHOLD, min(top, MOST) + 1)))
    fits = [
        sums
        for sums in (_sums_by_hand(table, leaves) for table in product(*ranges))
        if all(
            value == reached if value != HIDDEN else (real < THRESHOLD) == (reached < THRESHOLD)
            for value, reached, real in zip(values, sums, truth, strict=True)
        )
    ]
    return np.array(fits)


@given(tiny())
@settings(max_examples=60, deadline=None)
def test_a_reader_who_tries_out_every_table_keeps_three_numbers_for_each_small_cell(
    leaves: Leaves,
) -> None:
    truth = _sums_by_hand(leaves.counts.tolist(), leaves)
    try:
        values = suppress(leaves, threshold=THRESHOLD).values.ravel().tolist()
    except DisclosureError:
        return  # whether rightly, another test asks
    free = sum(value == HIDDEN for value in values)
    if free > 14:
        return  # too many to try out; the bench's tables are of that kind
    possible = _possible(leaves, values, truth)
    assert truth in {tuple(row) for row in possible.tolist()}
    small = np.array(truth) < THRESHOLD
    width = possible.max(axis=0) - possible.min(axis=0)
    assert (width[small] >= 2).all()


@given(st.lists(st.integers(0, 5), min_size=4, max_size=4))
@settings(max_examples=40, deadline=None)
def test_a_table_is_refused_only_where_hiding_everything_would_not_do(counts: list[int]) -> None:
    dimensions = tuple(_dimension(name, 2, split=False) for name in "ab")
    leaves = Leaves(dimensions, np.array(list(np.ndindex(2, 2))), np.array(counts))
    truth = _sums_by_hand(counts, leaves)
    try:
        suppress(leaves, threshold=THRESHOLD)
    except DisclosureError:
        possible = _possible(leaves, [HIDDEN] * len(truth), truth)
        width = possible.max(axis=0) - possible.min(axis=0)
        assert (width[np.array(truth) < THRESHOLD] < 2).any()


@given(tiny())
@settings(max_examples=60, deadline=None)
def test_nothing_small_is_shown_and_nothing_shown_is_changed(leaves: Leaves) -> None:
    truth = np.array(_sums_by_hand(leaves.counts.tolist(), leaves))
    try:
        done = suppress(leaves, threshold=THRESHOLD)
    except DisclosureError:
        return
    values = done.values.ravel()
    shown = values != HIDDEN
    assert (values[shown] == truth[shown]).all()
    assert not shown[truth < THRESHOLD].any()
    assert done.small == (truth < THRESHOLD).sum()
    assert done.small + done.others == (~shown).sum()


# -- the command ----------------------------------------------------------------------

LEAF = [
    "region,topic,n",
    *(f"{region},{topic},{n}" for region, numbers in {
        "east": (2, 30, 41, 12), "west": (25, 33, 8, 19), "north": (14, 9, 27, 3),
        "south": (40, 22, 16, 35),
    }.items() for topic, n in zip(("roads", "noise", "waste", "light"), numbers, strict=True)),
]  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a leaf table of two small cells."""
    (tmp_path / "LEAF.csv").write_text("\n".join(LEAF) + "\n", "utf-8")
    return tmp_path


def _suppress(folder: Path, *more: str, out: str = "OUT.csv") -> tuple[int, str, str]:
    done = run_yanlu(
        folder, "disclosure", "suppress", "LEAF.csv", "--count", "n", *more, "--out", out
    )
    return done.returncode, done.stdout, done.stderr


def _values(path: Path) -> dict[tuple[str, ...], str]:
    with path.open(encoding="utf-8", newline="") as file:
        return {tuple(row[:-1]): row[-1] for row in list(csv.reader(file))[1:]}


def test_the_command_hides_and_says_how_many(folder: Path) -> None:
    code, told, _ = _suppress(folder)
    assert code == 0
    values = _values(folder / "OUT.csv")
    assert values["east", "roads"] == values["north", "light"] == ""
    hidden = sum(not value for value in values.values())
    assert f"公布 25 个数，其中隐藏 {hidden} 个（小于 5 的 2 个" in told


def test_the_command_writes_the_same_bytes_from_rows_in_another_order(folder: Path) -> None:
    _suppress(folder)
    once = (folder / "OUT.csv").read_bytes()
    (folder / "LEAF.csv").write_text("\n".join([LEAF[0], *LEAF[:0:-1]]) + "\n", "utf-8")
    _suppress(folder)
    assert (folder / "OUT.csv").read_bytes() == once


def test_what_was_released_stays_shown(folder: Path) -> None:
    """Without this ledger another cell of the row of `east` might be hidden instead."""
    (folder / "R.csv").write_text("region,topic,value\neast,noise,30\neast,waste,41\n", "utf-8")
    assert _suppress(folder, "--released", "R.csv")[0] == 0
    values = _values(folder / "OUT.csv")
    assert (values["east", "noise"], values["east", "waste"]) == ("30", "41")
    assert values["east", "roads"] == values["east", "light"] == ""


def test_hidden_cells_of_an_earlier_table_are_not_known(folder: Path) -> None:
    assert _suppress(folder)[0] == 0
    assert _suppress(folder, "--released", "OUT.csv", out="AGAIN.csv")[0] == 0
    assert (folder / "AGAIN.csv").read_bytes() == (folder / "OUT.csv").read_bytes()


def test_totals_of_a_dimension_less_count_as_released(folder: Path) -> None:
    (folder / "R.csv").write_text("region,value\neast,85\nTotal,336\n", "utf-8")
    assert _suppress(folder, "--released", "R.csv")[0] == 0
    assert _values(folder / "OUT.csv")["east", "Total"] == "85"


def test_released_totals_that_leave_no_safe_way_are_named_by_their_codes(folder: Path) -> None:
    """All but one cell of the row of `east` and its total were published before."""
    (folder / "R.csv").write_text(
        "region,topic,value\neast,noise,30\neast,waste,41\neast,light,12\neast,Total,85\n", "utf-8"
    )
    before = snapshot(folder)
    code, told, message = _suppress(folder, "--released", "R.csv")
    assert (code, told) == (1, "")
    assert "region=east，topic=roads" in message
    wall = message.partition("挡住的是已经公布的这些数：")[2]
    assert "region=east" in wall
    assert not [number for number in ("85", "41", "30", "12") if number in message]
    assert snapshot(folder) == before


def test_a_small_number_that_was_released_is_beyond_saving(folder: Path) -> None:
    (folder / "R.csv").write_text("region,topic,value\neast,roads,2\n", "utf-8")
    code, _, message = _suppress(folder, "--released", "R.csv")
    assert code == 1
    assert "region=east，topic=roads" in message


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("region,topic,value\neast,noise,31\n", "公布过的数与这张表不同"),
        ("region,topic,value\ncentre,noise,30\n", "有这张表没有的代码"),
        ("region,month,value\neast,2024-01,30\n", "有这张表没有的维度"),
        ("region,topic,n\neast,noise,30\n", "没有 value 这一列"),
    ],
    ids=["another number", "another code", "another dimension", "no value"],
)
def test_a_released_table_that_contradicts_is_bad_input(
    rows: str, words: str, folder: Path
) -> None:
    (folder / "R.csv").write_text(rows, "utf-8")
    before = snapshot(folder)
    code, _, message = _suppress(folder, "--released", "R.csv")
    assert code == 2
    assert words in message
    assert snapshot(folder) == before


def test_a_table_that_cannot_be_hidden_is_refused(folder: Path) -> None:
    """Two counts of at most 2 whose sum is not small: neither can be 0, whatever is hidden."""
    (folder / "LEAF.csv").write_text("region,topic,n\na,x,2\na,y,2\nb,x,2\nb,y,6\n", "utf-8")
    before = snapshot(folder)
    code, _, message = _suppress(folder, "--threshold", "3")
    assert code == 1
    assert "没有安全的隐藏办法" in message
    assert "原因在表本身" in message
    assert snapshot(folder) == before


def test_a_released_table_without_the_column_of_the_only_month_is_told_to_name_it(
    folder: Path,
) -> None:
    """Whether it is of this month or of all months, nobody can tell."""
    rows = [f"2026-01,{row}" for row in LEAF[1:]]
    (folder / "LEAF.csv").write_text("\n".join([f"month,{LEAF[0]}", *rows]) + "\n", "utf-8")
    (folder / "R.csv").write_text("region,topic,value\neast,noise,30\n", "utf-8")
    code, _, message = _suppress(folder, "--released", "R.csv")
    assert code == 2
    assert "R.csv 没有 month 这一列" in message
    (folder / "R.csv").write_text("month,region,topic,value\n2026-01,east,noise,30\n", "utf-8")
    assert _suppress(folder, "--released", "R.csv")[0] == 0


# -- tables of which hiding would leave nothing ------------------------------------------

SPARSE = [f"place{i:02},{topic},1" for i in range(8) for topic in ("roads", "noise")]
DISTRICTS = [f"place{i:02},district{i % 2}" for i in range(8)]


def _useless(folder: Path, rows: Sequence[str], *more: str) -> str:
    """The words that refuse a table and leave the folder as it was."""
    (folder / "LEAF.csv").write_text("\n".join(["region,topic,n", *rows]) + "\n", "utf-8")
    before = snapshot(folder)
    code, told, message = _suppress(folder, *more)
    assert (code, told) == (1, "")
    assert snapshot(folder) == before
    return message


def test_a_table_too_sparse_is_refused_with_the_coarser_crossing_that_would_do(
    folder: Path,
) -> None:
    tree = ["child,parent", *DISTRICTS, "district0,Total", "district1,Total"]
    (folder / "H.csv").write_text("\n".join(tree), "utf-8")
    message = _useless(folder, SPARSE, "--hier", "region=H.csv")
    assert "这张表太稀：不到十分之一的件数在不小于 5 的格里，隐藏以后看不出什么" in message
    assert message.endswith("可行的分法里最细的是：“region”合并成 2 项，不分“topic”。\n")


def test_a_table_that_no_crossing_saves_is_refused(folder: Path) -> None:
    message = _useless(folder, ["a,x,1", "a,y,1", "b,x,1", "b,y,1"])
    assert "合并到最粗也不够" in message


def test_a_table_of_which_only_the_total_would_be_left_is_refused(folder: Path) -> None:
    (folder / "LEAF.csv").write_text("region,n\na,30\nb,2\n", "utf-8")
    code, _, message = _suppress(folder)
    assert code == 1
    assert "隐藏以后几乎只剩总数" in message
    assert message.endswith("可行的分法里最细的是：不分“region”。\n")


def test_a_crossing_that_leaves_nothing_either_is_not_recommended(folder: Path) -> None:
    """Districts of 2 and 40: once their total is out, the 40 must go to hide the 2."""
    tree = ["child,parent", "a1,a", "a2,a", "b1,b", "a,Total", "b,Total"]
    (folder / "H.csv").write_text("\n".join(tree), "utf-8")
    (folder / "LEAF.csv").write_text("region,n\na1,1\na2,1\nb1,40\n", "utf-8")
    assert _suppress(folder, "--hier", "region=H.csv")[0] == 0
    assert _values(folder / "OUT.csv")["b1",] == "40"
    (folder / "R.csv").write_text("region,value\nTotal,42\n", "utf-8")
    code, _, message = _suppress(folder, "--hier", "region=H.csv", "--released", "R.csv")
    assert code == 1
    assert message.endswith("可行的分法里最细的是：不分“region”。\n")


def test_margins_alone_are_worth_reading(folder: Path) -> None:
    """All inner cells of a small table may go: what lies in its rows and columns stays."""
    (folder / "LEAF.csv").write_text("region,topic,n\na,x,3\na,y,20\nb,x,20\nb,y,30\n", "utf-8")
    assert _suppress(folder)[0] == 0
    values = _values(folder / "OUT.csv")
    assert [values["a", "Total"], values["Total", "y"], values["a", "y"]] == ["23", "50", ""]


@given(tiny())
@settings(max_examples=60, deadline=None)
def test_what_is_worth_hiding_is_hidden_as_ever(leaves: Leaves) -> None:
    try:
        done = suppress_worthwhile(leaves, threshold=THRESHOLD)
    except DisclosureError:
        return
    assert (done.values == suppress(leaves, threshold=THRESHOLD).values).all()
    broadest = tuple(h.codes.index("Total") for h in leaves.hierarchies)
    assert ((done.values != HIDDEN).sum()) > (done.values[broadest] != HIDDEN)


@pytest.mark.parametrize("threshold", ["2", "-1", "0", "99999999999999999999"])
def test_a_threshold_out_of_range_is_bad_input(threshold: str, folder: Path) -> None:
    before = snapshot(folder)
    code, _, message = _suppress(folder, "--threshold", threshold)
    assert code == 2
    assert "--threshold" in message
    assert snapshot(folder) == before
