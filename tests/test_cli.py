"""The command line: Chinese help, progress on a terminal only, text scenarios of whole flows.

A scenario (tests/flows/*.txt) is a conversation: `$` runs a command, `>` is a part of what it
must answer, `!` is the exit code when it is not 0, `+` writes a record file, `=` begins a
table and `|` is a line of it.
"""

from __future__ import annotations

import os
import pty
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from conftest import HEADER, Writes, record, run_yanlu
from doubles.terminal import screens
from yanlu.cli.main import yanlu
from yanlu.settings import Portal

FLOWS = Path(__file__).parent / "flows"


def _rows(words: str) -> list[list[str]]:
    """`200 主题=噪声 地区=南区` is two hundred records with these values."""
    count, *changes = words.split()
    values = dict(change.split("=") for change in changes)
    start = int(values.pop("from", "0"))
    return [record(start + i, **values) for i in range(int(count))]


@pytest.mark.parametrize("path", sorted(FLOWS.glob("*.txt")), ids=lambda path: path.stem)
def test_flow(path: Path, portal: Portal, write_records: Writes, tmp_path: Path) -> None:
    rows: list[list[str]] = []
    answer, expected, table = None, 0, portal.folder
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        sign, _, words = line.partition(" ")
        if sign == "+":
            rows += _rows(words)
            write_records(rows, header=HEADER)
        if sign == "=":
            table = portal.folder / words
            table.write_text("", "utf-8")
        if sign == "|":
            table.write_text(f"{table.read_text('utf-8')}{words}\n", "utf-8")
        if sign == "$":
            assert answer is None or answer.returncode == expected, (number, answer)
            arguments = shlex.split(words.replace("CASES", str(tmp_path / "cases.csv")))[1:]
            answer, expected = run_yanlu(portal.folder, *arguments), 0
        if sign == ">":
            assert answer is not None
            assert words in answer.stdout + answer.stderr, (number, answer)
        if sign == "!":
            expected = int(words)
    assert answer is not None
    assert answer.returncode == expected


@pytest.mark.parametrize("command", [[], ["serve"], ["build"], ["check"], ["stats", "publish"]])
def test_help_is_chinese(portal: Portal, command: list[str]) -> None:
    done = run_yanlu(portal.folder, *command, "--help")
    assert done.returncode == 0
    assert any("\u4e00" <= letter <= "\u9fff" for letter in done.stdout)


def _commands(
    command: click.Command, context: click.Context
) -> Iterator[tuple[click.Command, click.Context]]:
    if not isinstance(command, click.Group):
        yield command, context
        return
    for name in command.list_commands(context):
        one = command.get_command(context, name)
        assert one
        yield from _commands(one, click.Context(one, info_name=name, parent=context))


def test_the_help_of_every_command_ends_with_an_example_of_it_that_the_command_takes() -> None:
    every = list(_commands(yanlu, click.Context(yanlu, info_name="yanlu")))
    assert len(every) > 40
    for command, context in every:
        example = (command.epilog or "").partition("例如：\n  ")[2]
        path = context.command_path
        assert example.startswith(path), path
        given, rest, _ = command.make_parser(context).parse_args(
            shlex.split(example.removeprefix(path))
        )
        assert not rest, path
        wanted = {one.name for one in command.params if one.required}
        assert wanted <= {name for name, value in given.items() if value is not None}, path


def test_outside_a_portal_the_command_says_where_to_go(tmp_path: Path) -> None:
    done = run_yanlu(tmp_path, "check")
    assert done.returncode == 2
    assert "门户仓库的顶层文件夹" in done.stderr


def _on_a_terminal(folder: Path, *arguments: str) -> str:
    """What a person sees: standard error is a terminal."""
    ours, theirs = pty.openpty()
    command = [str(Path(sys.executable).with_name("yanlu")), *arguments]
    process = subprocess.Popen(
        command,
        cwd=folder,
        stderr=theirs,
        stdout=subprocess.DEVNULL,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "80"},
    )
    os.close(theirs)
    *_, seen = b"", *screens(ours)
    process.wait()
    os.close(ours)
    return seen.decode(errors="replace")


def test_long_work_shows_progress_on_a_terminal_and_nothing_of_the_kind_in_a_log(
    portal: Portal, write_records: Writes
) -> None:
    path = write_records([record(i) for i in range(30)])
    publish = ("stats", "publish", str(path), "--month", "2024-03", "--dry-run")
    assert "清点2024年3月的事件" in _on_a_terminal(portal.folder, *publish)
    logged = run_yanlu(portal.folder, *publish)
    assert logged.stderr == ""
    assert "清点" not in logged.stdout
    assert "\x1b" not in logged.stdout
