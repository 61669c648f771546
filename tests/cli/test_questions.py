"""The questions about an unknown export: whoever wants to can answer each by hand."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from doubles.exports import PERSONS, messy_rows, write_export
from yanlu.cli.progress import Steps
from yanlu.cli.questions import Questions
from yanlu.settings import Portal
from yanlu.stats.grid import look_into
from yanlu.stats.guess import Proposal, propose


def _asked(portal: Portal, path: Path, *answers: str) -> tuple[Proposal, str]:
    typed = "".join(f"{answer}\n" for answer in answers)
    with look_into(path) as file, CliRunner().isolation(input=typed) as (out, *_):
        given = Questions(portal, Steps()).layout(file, propose(file))
        return given, out.getvalue().decode()


def test_a_wrong_guess_is_put_right_column_by_column(portal: Portal, tmp_path: Path) -> None:
    path = write_export(tmp_path / "cases.xlsx", messy_rows(60, 2024, 3))
    given, screen = _asked(
        portal,
        path,
        "嗯",
        "n",
        "7",
        "2",
        "5",
        "",
        "3",
        "4",
        "不对",
        "",
        "",
        "无",
        "z",
        "",
        "j",
        "",
        "h",
    )
    assert (given.header.first, given.header.last) == (3, 4)
    assert given.columns == {
        "id": 2, "received": 9, "replied": 15, "region": 10, "topic": 11, "channel": 8,
    }  # fmt: skip
    assert "请答 y（是）或者 n（不是）" in screen
    assert "请写一个数：1、2" in screen
    assert "像是一条记录" in screen
    assert "Error" not in screen
    assert "请写一列的字母" in screen
    assert not any(person in screen for person in PERSONS)
