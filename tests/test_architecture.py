"""The rules of the house, held by reading the source."""

from __future__ import annotations

import ast
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT

PACKAGE = ROOT / "scripts" / "yanlu"
SOURCES = sorted(PACKAGE.rglob("*.py"))
DOORS = {
    "frictionless": {"packages/faults.py"},
    "jinja2": {"templates.py"},
    "jsonschema_rs": {"packages/schemas.py"},
    "mkdocs": {"website/mkdocs_half.py"},
    "pelican": {"website/pelican_half.py", "website/pelican_register.py"},
    "markdown": {
        "website/alignment.py", "website/register/words.py", "website/shortcuts.py",
    },
    "nh3": {"website/register/words.py"},
    "ibis": {
        "stats/read.py", "stats/count.py", "stats/dates.py", "stats/faults.py", "stats/unknown.py",
        "stats/coded.py", "stats/postgres.py", "stats/spark.py", "stats/written.py",
    },
    "duckdb": {"stats/read.py"},
    "defusedxml": {"packages/maps.py", "federation/words.py"},
    "pyspark": {"stats/spark.py"},
    "py4j": {"stats/spark.py"},
    "openpyxl": {
        "workbooks/opening.py", "workbooks/parts.py", "workbooks/rows.py", "workbooks/writing.py",
        "workbooks/forms.py",
    },
    "pyarrow": {"stats/read.py", "stats/workbook.py", "stats/sheet.py"},
    "click": {
        "cli/preview.py",
        "cli/main.py", "cli/site.py", "cli/check.py", "cli/stats.py", "cli/disclosure.py",
        "cli/intake.py", "cli/redact.py", "cli/paper.py", "cli/books.py", "cli/backups.py",
        "cli/review.py", "cli/replying.py", "cli/merging.py", "cli/deadlines.py", "cli/register.py",
        "cli/export.py", "cli/letters.py", "cli/marks.py", "cli/answering.py", "cli/reporting.py",
        "cli/receipts.py", "cli/serve.py", "cli/usage.py", "cli/new.py", "cli/guard.py",
        "cli/doctor.py", "cli/questions.py", "cli/template.py", "cli/persons.py", "cli/carrying.py",
        "cli/proposing.py", "cli/desk/command.py", "cli/federation.py", "cli/collecting.py",
        "cli/rolling.py", "cli/upward.py", "cli/migrating.py",
    },
    "chinese_calendar": {"deadlines/calendars.py"},
    "icalendar": {"website/guidance/calendars.py"},
    "highspy": {"disclosure/moves.py", "disclosure/audit/programme.py"},
    "scipy": {
        "disclosure/moves.py", "disclosure/audit/programme.py", "disclosure/audit/system.py",
    },
    "github3": {
        "intake/forge/github.py", "intake/forge/session.py", "intake/forge/refusals.py",
    },
    "requests": {"intake/forge/session.py", "intake/forge/refusals.py"},
    "jwt": {"intake/forge/session.py"},
    "apsw": {"intake/store/sqlite.py"},
    "psycopg": {"intake/store/link.py", "intake/store/postgres.py", "stats/postgres.py"},
    "pyrage": {"intake/seal.py"},
    "cryptography": {"intake/seal.py", "receipts/signatures.py"},
    "rjieba": {"intake/redact/words.py"},
    "granian": {"intake/web/server.py"},
    "altcha": {"intake/web/work.py"},
    "argon2": {"intake/words.py"},
    "rich": {"cli/progress.py"},
    "subprocess": {"git.py", "intake/web/scribe.py"},  # the git program; ourselves once more
}  # fmt: skip


def _place(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def _imports(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            names.add(str(node.module).split(".")[0])
    return names


def test_imports_only_go_down() -> None:
    done = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports"))],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("library", DOORS)
def test_each_outside_library_has_one_door(library: str) -> None:
    users = {_place(path) for path in SOURCES if library in _imports(path)}
    assert users == DOORS[library]


@pytest.mark.parametrize(
    ("gate", "maker"),
    [
        ("Released", "disclosure/release.py"),
        ("ReleasedQuarter", "disclosure/quarter.py"),
        ("ReleasedRollUp", "disclosure/joined.py"),
        ("Redacted", "intake/redact/gate.py"),
    ],
)
def test_what_may_be_published_is_made_in_one_place(gate: str, maker: str) -> None:
    makers = {
        _place(path)
        for path in SOURCES
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == gate
    }
    assert makers == {maker}


def test_functions_and_files_stay_small() -> None:
    lengths = [
        node.end_lineno - node.lineno + 1
        for path in SOURCES
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.FunctionDef) and node.end_lineno
    ]
    lengths.sort()
    assert statistics.median(lengths) <= 10
    assert lengths[int(0.9 * len(lengths))] <= 30
    assert lengths[-1] <= 60
    assert all(len(path.read_text("utf-8").splitlines()) <= 400 for path in SOURCES)


def test_the_top_level_holds_what_was_agreed_and_nothing_else() -> None:
    agreed = {
        "content", "data", "theme", "scripts", "tests", "mkdocs.yml", "pyproject.toml",
        "README.md", "LICENSE", "uv.lock", ".gitignore", ".github", ".ci",
    }  # fmt: skip
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    assert {name.split("/")[0] for name in listed} == agreed


def test_no_error_is_swallowed() -> None:
    for path in SOURCES:
        for node in ast.walk(_tree(path)):
            if isinstance(node, ast.ExceptHandler):
                assert node.type is not None, _place(path)
                assert not all(isinstance(line, ast.Pass) for line in node.body), _place(path)


def test_only_the_command_line_catches_whatever_comes() -> None:
    broad = {
        _place(path)
        for path in SOURCES
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.ExceptHandler)
        and isinstance(node.type, ast.Name)
        and node.type.id in ("Exception", "BaseException")
    }
    assert broad == {"cli/main.py", "cli/serve.py"}
