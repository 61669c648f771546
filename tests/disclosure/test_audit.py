"""The auditor finds what a protector leaves open, and says so without the numbers."""

from __future__ import annotations

import csv
import re
import shutil
import sys
import tomllib
from collections.abc import Sequence
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import run_yanlu, snapshot
from yanlu.cli.main import main
from yanlu.disclosure.audit import attack, programme
from yanlu.disclosure.audit.attack import Finding
from yanlu.disclosure.audit.axes import make_axis
from yanlu.disclosure.audit.judge import judge
from yanlu.disclosure.audit.knowledge import Rounding, Suppression
from yanlu.disclosure.audit.space import Key, Space, Table
from yanlu.disclosure.tables import HIDDEN
from yanlu.errors import TableError

CASES = Path(__file__).parents[1] / "vectors" / "disclosure" / "audit"
NAMES = sorted(path.parent.name for path in CASES.glob("*/case.toml"))


@pytest.fixture(params=NAMES)
def case(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A folder with the tables of one case."""
    folder = tmp_path / "case"
    shutil.copytree(CASES / request.param, folder)
    return folder


def _named(told: str) -> list[str]:
    """The cells that an answer names."""
    return sorted(line.partition("：")[0] for line in told.splitlines() if "=" in line)


def test_each_case_is_judged_as_its_file_says(case: Path) -> None:
    said = tomllib.loads((case / "case.toml").read_text("utf-8"))
    before = snapshot(case)
    done = run_yanlu(case, "disclosure", "audit", *said["arguments"])
    assert done.returncode == said["exit"], (said["why"], done)
    if "cells" in said:
        assert _named(done.stdout) == sorted(said["cells"])
    assert bool(_named(done.stdout)) == (done.returncode == 1)
    assert snapshot(case) == before


def test_no_answer_holds_a_number(case: Path) -> None:
    """All digits of an answer are those of the tables' own codes."""
    said = tomllib.loads((case / "case.toml").read_text("utf-8"))
    told = run_yanlu(case, "disclosure", "audit", *said["arguments"]).stdout
    codes = set()
    for path in case.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            codes |= {code for row in csv.reader(file) for code in row if not code.isdigit()}
    for code in sorted(codes, key=len, reverse=True):
        told = told.replace(f"={code}，", "，").replace(f"={code}：", "：")
    assert not re.search(r"\d", told)


def test_every_case_says_why_in_chinese() -> None:
    assert len(NAMES) > 25
    for name in NAMES:
        said = tomllib.loads((CASES / name / "case.toml").read_text("utf-8"))
        assert set(said) <= {"why", "arguments", "exit", "cells"}
        assert re.search("[\u4e00-\u9fff].*。$", said["why"])


# -- input -----------------------------------------------------------------------------

TABLE = "region,value\neast,10\nwest,20\nTotal,30\n"


@pytest.mark.parametrize(
    ("files", "arguments", "words"),
    [
        ({}, "T.csv", "--rounded 基数"),
        ({}, "T.csv --rounded 5 --threshold 5", "--rounded 基数"),
        ({}, "none.csv --rounded 5", "没有找到文件 none.csv"),
        ({}, "T.csv --rounded 2", "--rounded"),
        ({}, "T.csv --threshold 2", "--threshold"),
        ({}, "T.csv --rounded 5 --hier topic=T.csv", "T.csv 的列名应当是"),
        ({"X": "region,value\neast,-1\n"}, "X --rounded 5", "件数是负数"),
        ({"X": "region,value\neast,1.5\n"}, "X --rounded 5", "件数不是整数"),
        ({"X": "region,value\neast,9\neast,9\n"}, "X --rounded 5", "是同一格"),
        ({"X": "region,n\neast,9\n"}, "X --rounded 5", "没有 value 这一列"),
        ({"X": ""}, "X --rounded 5", "X 是空文件"),
        ({"X": "child,parent\neast,Total\n"}, "T.csv --rounded 5 --hier region=X", "层次文件里"),
        (
            {"X": "child,parent\neast,Total\nwest,Total\nTotal,east\n"},
            "T.csv --rounded 5 --hier region=X",
            "自己的上级",
        ),
        ({"X": "child,parent\na,Total\n"}, "T.csv --rounded 5 --hier topic=X", "没有 topic"),
        ({"X": "sign,region\n+,east\n"}, "T.csv --rounded 5 --identity X", "列名应当是"),
        ({"X": "identity,sign,region\na,*,east\n"}, "T.csv --rounded 5 --identity X", "第 2 行"),
        ({"X": "identity,sign,region\na,+,\n"}, "T.csv --rounded 5 --identity X", "第 2 行"),
        ({"X": "identity,sign,region\na,+\n"}, "T.csv --rounded 5 --identity X", "第 2 行"),
        ({"X": "identity,sign,topic\na,+,b\n"}, "T.csv --rounded 5 --identity X", "没有 topic"),
        ({"X": ""}, "T.csv --rounded 5 --identity X", "空文件"),
        ({"X": "identity,sign,region\n"}, "T.csv --rounded 5 --identity X", "没有一个等式"),
        (
            {"X": "identity,sign,region,region\na,+,east,west\n"},
            "T.csv --rounded 5 --identity X",
            "列名应当是",
        ),
        ({"X": "region,value\neast,\n"}, "X --rounded 5", "请用 --threshold"),
        ({"X": "region,value\neast,\n"}, "T.csv --rounded 5 --exact X", "空着的格"),
        ({"X": "sex,value\nf,3\n"}, "T.csv --rounded 5 --exact X", "--hier sex=文件"),
        ({"X": "编号,甲\n".encode("gbk")}, "T.csv --rounded 5 --identity X", "UTF-8"),
        ({"X": "编号,甲\n".encode("gbk")}, "X --rounded 5", "UTF-8"),
    ],
)
def test_bad_input_is_refused_in_words(
    files: dict[str, str | bytes],
    arguments: str,
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, text in {"T.csv": TABLE, **files}.items():
        (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    code, told, message = _run(tmp_path, arguments, monkeypatch, capsys)
    assert code == 2, message
    assert words in message
    assert told == ""


def test_a_code_that_only_an_identity_has_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "T.csv").write_text(TABLE, "utf-8")
    (tmp_path / "X").write_text("identity,sign,region\na,+,eest\na,-,west\n", "utf-8")
    _, _, said = _run(tmp_path, "T.csv --rounded 5 --identity X", monkeypatch, capsys)
    assert "region=eest 不在任何一张表里" in said
    assert "west" not in said


def test_why_something_is_undecided_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "H").write_text("child,parent\nx,Total\ny,Total\nz,Total\n", "utf-8")
    (tmp_path / "T.csv").write_text("a,value\ny,70\nTotal,90\n", "utf-8")
    code, told, _ = _run(tmp_path, "T.csv --rounded 5 --hier a=H", monkeypatch, capsys)
    assert code == 3
    assert "说明：T.csv 的合计里有没有写出来的格" in told


def _run(
    folder: Path,
    arguments: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> tuple[int, str, str]:
    """The command in this process, so that its limits can be set."""
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "argv", ["yanlu", "disclosure", "audit", *arguments.split()])
    with pytest.raises(SystemExit) as ended:
        main()
    told = capsys.readouterr()
    return int(ended.value.code or 0), told.out, told.err


def test_what_the_search_gives_up_is_undecided_and_never_safe(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(attack.Programme, "nearest", lambda *_: (programme.Answer.UNSURE, None))
    monkeypatch.setattr(
        attack.Programme, "nearest_whole", lambda *_: (programme.Answer.UNSURE, None)
    )
    code, told, _ = _run(CASES / "hidden-in-pairs", "TABLE.csv --threshold 5", monkeypatch, capsys)
    assert code == 3
    assert "region=east，topic=roads：没有判断完" in told
    assert "不能当作安全" in told


def test_without_one_table_that_fits_everything_is_undecided(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(attack, "some_table", lambda *_: None)
    code, told, _ = _run(CASES / "hidden-in-pairs", "TABLE.csv --threshold 5", monkeypatch, capsys)
    assert code == 3
    assert len(_named(told)) == 4


def test_a_leak_counts_even_where_other_cells_are_undecided(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    rows = ["region,topic,value", "a,x,10", "a,y,", "a,Total,12"]
    for region, topic in product("bc", "xy"):
        rows.append(f"{region},{topic},")
    rows += ["b,Total,30", "c,Total,30", "Total,x,40", "Total,y,32", "Total,Total,72"]
    (tmp_path / "T.csv").write_text("\n".join(rows) + "\n", "utf-8")
    monkeypatch.setattr(attack, "some_table", lambda *_: None)
    code, told, _ = _run(tmp_path, "T.csv --threshold 5", monkeypatch, capsys)
    assert code == 1
    assert "region=a，topic=y：可以推出确切的数" in told
    assert "没有判断完" in told


# -- an independent reader, by trying out every table ----------------------------------

MOST = 7  # largest total of a row and column that is tried out
Keys = list[Key]


def _space(shape: tuple[int, int]) -> Space:
    names = [tuple(f"{letter}{i}" for i in range(n)) for letter, n in zip("ab", shape, strict=True)]
    return Space(tuple(make_axis(a, codes, ()) for a, codes in zip("ab", names, strict=True)))


def _published(leaves: Sequence[int], shape: tuple[int, int]) -> dict[Key, int]:
    """All published cells by plain addition."""
    rows, columns = [f"a{i}" for i in range(shape[0])], [f"b{j}" for j in range(shape[1])]
    cell = dict(zip(product(rows, columns), leaves, strict=True))
    found: dict[Key, int] = dict(cell)
    found |= {(row, "Total"): sum(cell[row, c] for c in columns) for row in rows}
    found |= {("Total", c): sum(cell[row, c] for row in rows) for c in columns}
    found["Total", "Total"] = sum(leaves)
    return found


def _findings(possible: list[dict[Key, int]], hidden: Keys, limit: int, beyond: int) -> dict:
    """What the definition says: three numbers for a cell that may be small, else two."""
    found = {}
    for key in hidden:
        numbers = {table[key] for table in possible}
        safe = len(numbers) >= (3 if min(numbers) < limit else beyond)
        narrow = Finding.NARROW if len(numbers) > 1 else Finding.EXACT
        found[key] = Finding.SAFE if safe else narrow
    return found


@st.composite
def suppressed(draw: st.DrawFn) -> tuple[tuple[int, int], list[int], Keys]:
    """A shape, its leaves, and which cells are hidden: the small ones and any others.

    The grand total is shown, so that only finitely many tables fit.
    """
    shape = draw(st.sampled_from([(2, 2), (2, 3), (3, 2)]))
    size = shape[0] * shape[1]
    leaves = draw(st.lists(st.integers(0, 3), min_size=size, max_size=size).filter(
        lambda counts: 3 <= sum(counts) <= MOST
    ))  # fmt: skip
    truth = _published(leaves, shape)
    others = draw(st.lists(st.sampled_from(sorted(truth)), unique=True))
    hidden = [k for k, n in truth.items() if (n < 3 or k in others) and k != ("Total", "Total")]
    return shape, leaves, hidden


@given(suppressed(), st.booleans(), st.booleans())
@settings(max_examples=80, deadline=None)
def test_the_auditor_agrees_with_trying_out_every_table(
    table: tuple, zeros_shown: bool, insider: bool
) -> None:
    shape, leaves, hidden = table
    truth = _published(leaves, shape)
    if zeros_shown:
        hidden = [key for key in hidden if truth[key]]
    small = frozenset(key for key in hidden if truth[key] < 3) if insider else None
    least = 1 if zeros_shown else 0

    def fits(other: dict[Key, int]) -> bool:
        for key, value in truth.items():
            if key not in hidden:
                if other[key] != value:
                    return False
            elif other[key] < least or (insider and (other[key] < 3) != (key in small)):
                return False
        return True

    total = sum(leaves)
    every = (c for c in product(range(total + 1), repeat=len(leaves)) if sum(c) == total)
    possible = [other for counts in every if fits(other := _published(counts, shape))]
    shown = {key: HIDDEN if key in hidden else value for key, value in truth.items()}
    verdict = judge([Table("T", shown)], _space(shape), Suppression(3, zeros_shown, small))
    expected = _findings(possible, hidden, 3, 2)
    assert not verdict.shown
    assert {key: verdict.findings[key] for key in hidden} == expected


@given(
    st.lists(st.integers(0, 4), min_size=4, max_size=4),
    st.lists(st.booleans(), min_size=4, max_size=4),
    st.sampled_from([(), ("a",), ("b",), ("a", "b")]),
)
@settings(max_examples=80, deadline=None)
def test_the_auditor_agrees_on_a_rounded_table_beside_exact_totals(
    leaves: list[int], raised: list[bool], exact: tuple[str, ...]
) -> None:
    """Exact totals of rows, of columns, or of both are known from elsewhere."""
    shape, base = (2, 2), 3
    truth = _published(leaves, shape)
    rounded = [
        n if n == 0 or n >= base else base * up for n, up in zip(leaves, raised, strict=True)
    ]
    known = {
        key: value
        for key, value in truth.items()
        if ("a" in exact and key[1] == "Total" != key[0])
        or ("b" in exact and key[0] == "Total" != key[1])
    }
    reach = {0: range(base), base: range(1, base + 1)}
    ranges = [reach.get(value, (value,)) for value in rounded]
    tried = (_published(counts, shape) for counts in product(*ranges))
    possible = [other for other in tried if known.items() <= other.items()]
    tables = [Table("T", _published(rounded, shape))]
    public = [Table("P", known)] if known else []
    verdict = judge(tables, _space(shape), Rounding(base), exact=public)
    inner = [key for key in truth if "Total" not in key]
    expected = _findings(possible, inner, base, 1)
    answered = {key: verdict.findings.get(key, Finding.SAFE) for key in inner}
    assert answered == expected


@given(
    st.lists(st.integers(0, 7), min_size=4, max_size=4),
    st.lists(st.booleans(), min_size=4, max_size=4),
)
@settings(max_examples=80, deadline=None)
def test_the_auditor_agrees_on_two_crossings_of_the_same_records(
    leaves: list[int], raised: list[bool]
) -> None:
    """One table by a and one by b, each rounded by itself, of records that cross both."""
    base = 5
    truth = _published(leaves, (2, 2))
    keys = [("a0", "Total"), ("a1", "Total"), ("Total", "b0"), ("Total", "b1")]
    shown = {
        key: truth[key] if truth[key] == 0 or truth[key] >= base else base * up
        for key, up in zip(keys, raised, strict=True)
    }
    reach = {0: range(base), base: range(1, base + 1)}
    ranges = [reach.get(shown[key], (shown[key],)) for key in keys]
    possible = [
        dict(zip(keys, sums, strict=True))
        for sums in product(*ranges)
        if sums[0] + sums[1] == sums[2] + sums[3]
    ]
    tables = [
        Table(name, {key: shown[key] for key in pair} | {("Total", "Total"): sum(
            shown[key] for key in pair
        )})
        for name, pair in (("A", keys[:2]), ("B", keys[2:]))
    ]  # fmt: skip
    verdict = judge(tables, _space((2, 2)), Rounding(base))
    answered = {key: verdict.findings.get(key, Finding.SAFE) for key in keys}
    assert answered == _findings(possible, keys, base, 1)


def test_tables_no_whole_numbers_fit_are_bad_input() -> None:
    shown = {("a0", "Total"): HIDDEN, ("a1", "Total"): HIDDEN, ("Total", "Total"): 9}
    rule = Suppression(3, zeros_shown=False, small=frozenset(list(shown)[:2]))
    with pytest.raises(TableError, match="互相矛盾"):
        judge([Table("T", shown)], _space((2, 2)), rule)
