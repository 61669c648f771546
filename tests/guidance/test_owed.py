"""What is owed to readers, as data: shipped without a fault, faults named with their place."""

from __future__ import annotations

from pathlib import Path

import pytest

from conftest import ROOT, copy_repository, run_yanlu
from yanlu.deadlines.rules import read_rules
from yanlu.guidance.owed import Counted, owed_faults, read_situations
from yanlu.packages.check import check_data
from yanlu.settings import Portal

RULES = read_rules(ROOT / "data", "shili")
NATIONAL = read_rules(ROOT / "data", "national")


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_the_shipped_tables_have_no_fault() -> None:
    assert owed_faults(ROOT / "data", RULES) == []


def test_every_deadline_that_begins_on_a_day_which_a_reader_knows_is_explained() -> None:
    asked = {step.rule for one in read_situations(ROOT / "data") for step in one.steps}
    inside = {"objection", "rating-change"}  # between offices; on the status page
    assert asked == set(RULES) - inside


def test_what_a_reader_must_do_alone_is_marked_as_theirs() -> None:
    steps = [step for one in read_situations(ROOT / "data") for step in one.steps]
    assert {step.rule for step in steps if step.own} == {"review-request", "recheck-request"}
    assert all("信访人" in RULES[step.rule].who for step in steps if step.own)


def test_a_table_without_any_situation_is_a_fault_and_no_build_is_tried(portal: Portal) -> None:
    for name in ("situations", "owed"):
        path = portal.data / "guidance" / f"{name}.csv"
        path.write_text(path.read_text("utf-8").partition("\n")[0] + "\n", "utf-8")
    assert "一个情形也没有" in owed_faults(portal.data, RULES)[0]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (",handle,", ",hand,", "data/guidance/owed.csv 第 4 行 列 rule：期限表里没有它"),
        (",2,notify-forwarded", ",3,notify-forwarded", "data/guidance/owed.csv 第 3 行 列 step"),
        ("office,chosen", "office,previous", "data/guidance/owed.csv 第 2 行 列 counted"),
        (
            "office,chosen",
            "office,later",
            "situations.csv 的 petitions：data/guidance/owed.csv 里没",
        ),
    ],
    ids=["a rule that is not used", "a step left out", "nothing to follow", "no day at all"],
)
def test_a_step_that_cannot_be_counted_is_named(
    portal: Portal, old: str, new: str, said: str
) -> None:
    _edit(portal.data / "guidance" / "owed.csv", old, new)
    assert any(said in fault for fault in owed_faults(portal.data, RULES))


def test_an_office_without_a_promise_of_its_own_is_told_of_the_row_that_needs_one() -> None:
    (fault,) = owed_faults(ROOT / "data", NATIONAL)
    assert fault.startswith("data/guidance/owed.csv 第 19 行 列 rule：")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "petitions,1,",
            "petition,1,",
            "data/guidance/owed.csv 第 2 行 列 situation：用了代码表里没",
        ),
        (",office,chosen", ",they,chosen", "data/guidance/owed.csv 第 2 行 列 whose"),
        ("about/complain/", "https://elsewhere/", "data/guidance/owed.csv 第 2 行 列 door"),
        ("direct,1,", "petitions,1,", "data/guidance/owed.csv 第 5 行"),
    ],
    ids=["an unknown situation", "nobody's step", "a door outside the site", "a step twice"],
)
def test_a_row_that_breaks_its_schema_is_named(
    portal: Portal, old: str, new: str, said: str
) -> None:
    _edit(portal.data / "guidance" / "owed.csv", old, new)
    assert said in "\n".join(str(fault) for fault in check_data(portal.data))


def test_a_step_without_a_rule_stops_check_and_build(tmp_path: Path) -> None:
    folder = copy_repository(tmp_path)
    _edit(folder / "data" / "guidance" / "owed.csv", ",handle,", ",hand,")
    for command in ("check", "build"):
        done = run_yanlu(folder, command)
        assert done.returncode == 1
        assert "data/guidance/owed.csv 第 4 行 列 rule" in done.stdout + done.stderr


def test_a_situation_begins_with_a_step_counted_from_the_day_that_is_asked_for() -> None:
    for one in read_situations(ROOT / "data"):
        assert one.steps[0].counted is Counted.CHOSEN
