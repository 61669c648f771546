"""Every row of the failure table is held by tests that exist and are run."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from conftest import ROOT

HERE = Path(__file__).parent
TABLE = tomllib.loads((ROOT / "tests/vectors/intake/failures.toml").read_text("utf-8"))


@pytest.fixture(scope="module")
def collected() -> frozenset[str]:
    """The tests that pytest finds in the files that the table names."""
    files = sorted({test.partition("::")[0] for row in TABLE.values() for test in row["tests"]})
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*command, *(str(HERE / file) for file in files)],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    names = (line.partition("[")[0] for line in done.stdout.splitlines() if "::" in line)
    return frozenset(name.removeprefix("tests/intake/") for name in names)


def test_the_table_has_all_rows_of_the_specification() -> None:
    # 21 of the specification, a writer's change of mind, a correction, a request, 3 of the log,
    # 5 of a database on a server, a crowd, a move
    assert len(TABLE) == 34


@pytest.mark.parametrize("row", TABLE)
def test_a_row_says_what_fails_what_holds_and_which_tests_hold_it(
    row: str, collected: frozenset[str]
) -> None:
    said = TABLE[row]
    assert set(said) == {"fails", "holds", "tests", "server"}
    assert set(said["server"]) <= set(said["tests"])
    assert said["fails"].endswith(".")
    assert said["holds"].endswith(".")
    assert said["tests"]
    assert [test for test in said["tests"] if test not in collected] == []
