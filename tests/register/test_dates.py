"""Dates of calls, proposals and tables of years: none is of a day that has not come."""

from __future__ import annotations

import shutil
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import ROOT, commit_all, run_yanlu
from yanlu.model import CHINA
from yanlu.packages.calls import open_call
from yanlu.packages.proposals import open_proposal, proposal_files
from yanlu.register.dates import call_date_faults, date_faults, proposal_date_faults

CALL = open_call(ROOT / "data" / "calls" / "school-roads-2026.md")
PROPOSAL = next(p for p in map(open_proposal, proposal_files(ROOT / "data")) if p.answer)
PUBLISHED = date(2026, 9, 25)
LATER = date(2027, 1, 1)
DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))


@given(DAYS)
def test_a_result_holds_from_the_day_on_which_it_was_published(day: date) -> None:
    assert bool(list(call_date_faults(CALL, day))) == (day < PUBLISHED)


@given(DAYS)
def test_a_proposal_and_its_answer_hold_from_their_months_on(day: date) -> None:
    told = "".join(proposal_date_faults(PROPOSAL, day))
    assert ("made" in told) == (f"{day:%Y-%m}" < PROPOSAL.front["made"])
    assert ("answer.month" in told) == (f"{day:%Y-%m}" < PROPOSAL.front["answer"]["month"])


@pytest.mark.parametrize("months", [("2026-11", "2026-10"), ("2027-02",)], ids=str)
def test_marks_are_in_order_and_none_is_to_come(months: tuple[str, ...]) -> None:
    marks = [{"month": month, "what": "改了日子。"} for month in months]
    call = type(CALL)({**CALL.front, "amended": marks}, CALL.text)
    (said,) = call_date_faults(call, LATER)
    assert "amended" in said
    proposal = type(PROPOSAL)({**PROPOSAL.front, "amended": marks}, PROPOSAL.title, PROPOSAL.text)
    (said,) = proposal_date_faults(proposal, LATER)
    assert "amended" in said


@pytest.fixture
def folder(reference: Path, tmp_path: Path) -> Path:
    shutil.copytree(reference, tmp_path / "portal", symlinks=True)
    return tmp_path / "portal"


def test_every_date_to_come_is_named_with_its_file_and_nothing_is_built(folder: Path) -> None:
    assert list(date_faults(folder / "data", LATER)) == []
    coming = f"{datetime.now(CHINA) + timedelta(days=40):%Y-%m}"
    path = next(p for p in proposal_files(folder / "data") if "answer:" not in p.read_text("utf-8"))
    text = path.read_text("utf-8")
    (made,) = [line for line in text.splitlines() if line.startswith("made:")]
    moved = folder / "data" / "supervision" / coming[:4] / path.name
    moved.parent.mkdir(exist_ok=True)
    path.unlink()
    moved.write_text(text.replace(made, f"made: {coming}"), "utf-8")
    sanctions = folder / "data" / "supervision" / "sanctions.csv"
    with sanctions.open("a", encoding="utf-8") as file:
        file.write("2099,0,\n")
    shutil.rmtree(folder / ".git")
    commit_all(folder)
    for verb in ("check", "build"):
        done = run_yanlu(folder, verb)
        said = done.stdout + done.stderr
        assert done.returncode == 1
        assert f"data/supervision/{coming[:4]}/{path.name}：提出的月份（made）还没有到" in said
        assert "data/supervision/sanctions.csv 第" in said
    assert "没有生成网站" in said
