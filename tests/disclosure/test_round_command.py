"""`yanlu disclosure round`: what is promised of every table, file to file."""

from __future__ import annotations

import csv
import os
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import run_yanlu, snapshot
from yanlu.disclosure.hierarchy import TOTAL, Hierarchy, Integers, Relation, grow, publish
from yanlu.disclosure.rounding import round_leaves
from yanlu.disclosure.tables import Leaves, read_leaves

TABLES = Path(__file__).parents[1] / "vectors" / "disclosure" / "tables"
KEY = b"k" * 32
EIGHT_KEYS = [bytes([number]) * 32 for number in range(8)]


@st.composite
def hierarchies(draw: st.DrawFn, name: str) -> Hierarchy:
    """No tree, one nested tree of two levels, or two trees that overlap in one dimension."""
    leaves = [f"{name}{i}" for i in range(draw(st.integers(1, 6)))]
    relations: list[Relation] = []
    for tree in "xy"[: draw(st.integers(0, 2))]:
        groups = [f"{tree}{draw(st.integers(0, 2))}" for _ in leaves]
        tops = {group: draw(st.sampled_from([TOTAL, f"{tree}top"])) for group in sorted(groups)}
        relations += [Relation(leaf, g, tree) for leaf, g in zip(leaves, groups, strict=True)]
        relations += [Relation(group, top, tree) for group, top in tops.items()]
        if f"{tree}top" in tops.values():
            relations.append(Relation(f"{tree}top", TOTAL, tree))
    return grow(name, relations, leaves)


@st.composite
def tables(draw: st.DrawFn) -> Leaves:
    """One to three dimensions, some cells listed, their counts mostly small."""
    dimensions = tuple(draw(hierarchies(name)) for name in "abc"[: draw(st.integers(1, 3))])
    places = list(np.ndindex(*(len(h.leaves) for h in dimensions)))
    cells = draw(st.lists(st.sampled_from(places), min_size=1, max_size=40, unique=True))
    counts = draw(st.lists(st.integers(0, 14), min_size=len(cells), max_size=len(cells)))
    return Leaves(dimensions, np.array(cells), np.array(counts))


bases = st.sampled_from([3, 5, 10])


def _inner(published: Integers, leaves: Leaves) -> Integers:
    return published[tuple(slice(len(h.leaves)) for h in leaves.hierarchies)]


@given(tables(), bases, st.binary(min_size=32, max_size=32))
@settings(max_examples=60, deadline=None)
def test_every_published_sum_is_that_of_the_published_inner_cells(
    leaves: Leaves, base: int, key: bytes
) -> None:
    """The sums are added up here, one by one, from what each parent code holds."""
    published = round_leaves(leaves, base=base, key=key)
    inner = _inner(published, leaves)
    for place in np.ndindex(published.shape):
        members = [
            [h.leaves.index(leaf) for leaf in sorted(h.groups.get(h.codes[at], {h.codes[at]}))]
            for h, at in zip(leaves.hierarchies, place, strict=True)
        ]
        assert published[place] == inner[np.ix_(*members)].sum()


@given(tables(), bases)
@settings(max_examples=60, deadline=None)
def test_no_small_number_is_published_anywhere(leaves: Leaves, base: int) -> None:
    published = round_leaves(leaves, base=base, key=KEY)
    assert not ((published > 0) & (published < base)).any()
    assert (published >= 0).all()


@given(tables(), bases)
@settings(max_examples=60, deadline=None)
def test_inner_cells_of_the_base_and_more_and_zeros_are_exact(leaves: Leaves, base: int) -> None:
    truth = leaves.dense()
    inner = _inner(round_leaves(leaves, base=base, key=KEY), leaves)
    exact = (truth == 0) | (truth >= base)
    assert (inner[exact] == truth[exact]).all()


@given(tables(), bases, st.randoms(use_true_random=False))
@settings(max_examples=50, deadline=None)
def test_the_same_records_in_any_order_give_the_same_table(
    leaves: Leaves, base: int, random: object
) -> None:
    order = list(range(len(leaves.counts)))
    random.shuffle(order)  # type: ignore[attr-defined]
    shuffled = replace(leaves, cells=leaves.cells[order], counts=leaves.counts[order])
    once = round_leaves(leaves, base=base, key=KEY)
    assert (round_leaves(leaves, base=base, key=KEY) == once).all()
    assert (round_leaves(shuffled, base=base, key=KEY) == once).all()


@given(tables(), bases, st.integers(0))
@settings(max_examples=60, deadline=None)
def test_one_more_record_moves_no_inner_cell_by_more_than_the_base(
    leaves: Leaves, base: int, which: int
) -> None:
    counts = leaves.counts.copy()
    counts[which % len(counts)] += 1
    before = _inner(round_leaves(leaves, base=base, key=KEY), leaves)
    after = _inner(
        round_leaves(replace(leaves, counts=counts), base=base, key=KEY),
        leaves,
    )
    assert np.abs(after - before).max() <= base


@pytest.mark.parametrize("key", EIGHT_KEYS, ids=range(8))
def test_the_coarse_month_stays_as_close_as_the_bench_asks(key: bytes) -> None:
    with (TABLES / "syn_coarse_m1_leaf.csv").open(encoding="utf-8", newline="") as file:
        leaves = read_leaves(file, "syn_coarse_m1_leaf.csv", "n", {})
    truth = publish(leaves.dense(), leaves.hierarchies)
    error = np.abs(round_leaves(leaves, base=5, key=key) - truth)
    assert truth.size == 315
    assert error.mean() <= 0.68
    assert error.max() <= 5


# -- the command ----------------------------------------------------------------------


def _round(folder: Path, *more: str, leaf: str = "LEAF.csv", **environment: str) -> str:
    done = run_yanlu(
        folder, "disclosure", "round", leaf, "--count", "n", *more, "--out", "OUT.csv",
        **environment,
    )  # fmt: skip
    assert done.returncode == 0, done
    return done.stderr


def _refused(folder: Path, code: int, *more: str) -> str:
    """The words of a refusal that leaves the folder as it was."""
    before = snapshot(folder)
    done = run_yanlu(
        folder, "disclosure", "round", "LEAF.csv", "--count", "n", *more, "--out", "OUT.csv"
    )
    assert done.returncode == code, done
    assert snapshot(folder) == before
    return done.stderr


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a leaf table and a key."""
    leaf = (TABLES / "syn_coarse_m1_leaf.csv").read_text("utf-8")
    (tmp_path / "LEAF.csv").write_text(leaf, "utf-8")
    (tmp_path / "KEY").write_text(KEY.hex() + "\n", "ascii")
    return tmp_path


def test_the_command_writes_what_the_function_answers(folder: Path) -> None:
    assert _round(folder, "--key", "KEY") == ""
    with (folder / "LEAF.csv").open(encoding="utf-8", newline="") as file:
        leaves = read_leaves(file, "LEAF.csv", "n", {})
    with (folder / "OUT.csv").open(encoding="utf-8", newline="") as file:
        written = [int(row["value"]) for row in csv.DictReader(file)]
    assert written == round_leaves(leaves, base=5, key=KEY).ravel().tolist()


def test_permuted_rows_give_the_same_bytes(folder: Path) -> None:
    header, *rows = (folder / "LEAF.csv").read_text("utf-8").splitlines()
    _round(folder, "--key", "KEY")
    once = (folder / "OUT.csv").read_bytes()
    (folder / "LEAF.csv").write_text("\n".join([header, *reversed(rows)]), "utf-8")
    _round(folder, "--key", "KEY")
    assert (folder / "OUT.csv").read_bytes() == once


def test_an_overlapping_hierarchy_adds_up_in_the_file(folder: Path) -> None:
    tree = f"region={TABLES / 'd2_hier_region.csv'}"
    _round(folder, "--key", "KEY", "--hier", tree, leaf=str(TABLES / "d2_leaf.csv"))
    with (folder / "OUT.csv").open(encoding="utf-8", newline="") as file:
        value = {tuple(row)[:2]: int(row[2]) for row in list(csv.reader(file))[1:]}
    assert len(value) == 100
    for income in {income for _, income in value}:
        counties = sum(value[f"cty{i}", income] for i in (1, 4, 5, 6, 8, 10))
        assert value["kg300", income] + value["kg400", income] == counties
        assert value["Total", income] == counties


def test_a_pipe_is_written_to_and_stays_a_pipe(folder: Path) -> None:
    _round(folder, "--key", "KEY")
    os.mkfifo(folder / "PIPE")
    reader = subprocess.Popen(["cat", folder / "PIPE"], stdout=subprocess.PIPE)
    done = run_yanlu(
        folder, "disclosure", "round", "LEAF.csv", "--count", "n", "--key", "KEY", "--out", "PIPE"
    )
    assert done.returncode == 0
    assert reader.communicate(timeout=60)[0] == (folder / "OUT.csv").read_bytes()
    assert (folder / "PIPE").is_fifo()


def test_without_a_key_the_command_says_that_anyone_can_repeat_it(folder: Path) -> None:
    assert "没有给密钥" in _round(folder)


def test_the_key_of_the_environment_is_used(folder: Path) -> None:
    _round(folder, "--key", "KEY")
    once = (folder / "OUT.csv").read_bytes()
    assert _round(folder, YANLU_KEY_FILE=str(folder / "KEY")) == ""
    assert (folder / "OUT.csv").read_bytes() == once


@pytest.mark.parametrize(
    ("written", "words"),
    [
        (None, "KEY 打不开"),
        ("", "不是 64 位十六进制的密钥"),
        ("6b" * 31, "不是 64 位十六进制的密钥"),
        ("zz" * 32, "不是 64 位十六进制的密钥"),
        ("口令", "不是 64 位十六进制的密钥"),
    ],
    ids=["missing", "empty", "short", "not hexadecimal", "Chinese"],
)
def test_a_bad_key_is_refused_and_not_repeated(
    written: str | None, words: str, folder: Path
) -> None:
    (folder / "KEY").unlink()
    if written is not None:
        (folder / "KEY").write_text(written, "utf-8")
    message = _refused(folder, 2, "--key", "KEY")
    assert words in message
    assert not written or written not in message


@pytest.mark.parametrize("base", ["2", "0", "-5", "5.5", "1000"])
def test_a_base_that_protects_nothing_is_refused(base: str, folder: Path) -> None:
    assert "--base" in _refused(folder, 2, "--base", base)


def _sparse(rows: Sequence[str]) -> str:
    return "\n".join(["region,topic,n", *rows]) + "\n"


def test_a_table_too_sparse_is_refused_with_the_coarser_crossing_that_would_do(
    folder: Path,
) -> None:
    """Sixteen places of one event each: each of the two districts has eight."""
    rows = [f"place{i:02},roads,1" for i in range(16)]
    (folder / "LEAF.csv").write_text(_sparse(rows), "utf-8")
    tree = [f"place{i:02},district{i % 2}" for i in range(16)]
    tops = ["district0,Total", "district1,Total"]
    (folder / "H.csv").write_text("\n".join(["child,parent", *tree, *tops]), "utf-8")
    message = _refused(folder, 1, "--hier", "region=H.csv", "--key", "KEY")
    assert "这张表太稀" in message
    assert "可行的分法里最细的是" in message
    assert "region" in message
    assert "place" not in message


def test_a_table_that_no_crossing_saves_is_refused(folder: Path) -> None:
    (folder / "LEAF.csv").write_text(_sparse(["east,roads,1", "west,noise,2"]), "utf-8")
    assert "合并到最粗也不够" in _refused(folder, 1, "--key", "KEY")


def test_sums_of_huge_counts_are_right_or_the_table_is_refused(folder: Path) -> None:
    """Beyond 2**53 a double no longer holds every whole number."""
    largest = 10**15 - 1
    rows = [f"place{i:02},roads,{largest}" for i in range(100)]
    (folder / "LEAF.csv").write_text(_sparse(rows), "utf-8")
    done = run_yanlu(folder, "disclosure", "round", "LEAF.csv", "--count", "n", "--out", "OUT.csv")
    if done.returncode == 2:
        return
    with (folder / "OUT.csv").open(encoding="utf-8", newline="") as file:
        value = {tuple(row)[:2]: int(row[2]) for row in list(csv.reader(file))[1:]}
    assert value["Total", "roads"] == 100 * largest
