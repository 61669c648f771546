"""The manual on publishing: what it tells staff to type is there, and what it says holds."""

from __future__ import annotations

import re

import click
import pytest

from conftest import ROOT
from yanlu.cli.main import yanlu
from yanlu.stats.guess import COMMON
from yanlu.workbooks.days import UNREADABLE, year_first

MANUAL = (ROOT / "content" / "about" / "publish.md").read_text("utf-8")


def test_every_option_of_the_manual_is_one_of_the_command() -> None:
    stats = yanlu.get_command(click.Context(yanlu), "stats")
    assert isinstance(stats, click.Group)
    known = {option for one in stats.commands["publish"].params for option in one.opts}
    ours = re.sub(r"^git .*$", "", MANUAL, flags=re.MULTILINE)
    assert {*re.findall(r"--[a-z][a-z-]*", ours)} <= known


@pytest.mark.parametrize("day", ["2026-10-3", "2026/10/03", "2026年10月3日", "20261003"])
def test_the_spellings_of_a_day_that_the_manual_names_are_read(day: str) -> None:
    assert day in MANUAL
    assert year_first(day) == "2026-10-03"


def test_the_spelling_that_the_manual_says_is_not_guessed_is_not() -> None:
    assert "10/3/2026" in MANUAL
    assert year_first("10/3/2026") == UNREADABLE
    assert f"少于{COMMON}条的取值" in MANUAL
