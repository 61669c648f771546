"""Every row of the failure table is held on both stores by tests that exist and are run."""

from __future__ import annotations

import ast
import tomllib
from functools import cache
from pathlib import Path

import pytest

from conftest import ROOT

HERE = Path(__file__).parent
TABLE = tomllib.loads((ROOT / "tests/vectors/intake/failures.toml").read_text("utf-8"))


@cache
def _collected(file: str) -> frozenset[str]:
    """The tests that pytest finds in a file: functions that stand there by themselves."""
    tree = ast.parse((HERE / file).read_text("utf-8")) if (HERE / file).is_file() else ast.Module()
    found = (one.name for one in tree.body if isinstance(one, ast.FunctionDef))
    return frozenset(f"{file}::{name}" for name in found if name.startswith("test_"))


def test_the_table_has_all_rows_of_the_specification() -> None:
    # 21 of the specification, a writer's change of mind, a correction, a request, 3 of the log,
    # 5 of a database on a server, a crowd, a move
    assert len(TABLE) == 34


@pytest.mark.parametrize("row", TABLE)
def test_a_row_says_what_fails_and_what_holds_and_is_held_on_both_stores_or_says_why_not(
    row: str,
) -> None:
    said = TABLE[row]
    assert set(said) <= {"fails", "holds", "tests", "tests_why", "server", "server_why"}
    for sentence in ("fails", "holds"):
        assert said[sentence].endswith(".")
    for store in ("tests", "server"):
        assert bool(said[store]) != said.get(f"{store}_why", "").endswith("."), store
    named = {*said["tests"], *said["server"]}
    assert named
    assert [test for test in named if test not in _collected(test.partition("::")[0])] == []
