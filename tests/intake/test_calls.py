"""An opinion on a call keeps its call, from the form to the public file."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

from conftest import ROOT
from intake.loop import CALL, FIELDS, local_loop
from yanlu.intake.entry import Faults, read_entry
from yanlu.intake.office import choices
from yanlu.settings import Portal


def test_the_intake_takes_a_call_while_it_is_open_and_says_so_afterwards(portal: Portal) -> None:
    shutil.copytree(ROOT / "data" / "calls", portal.data / "calls")
    asked = [*FIELDS.items(), ("call", CALL)]
    assert not isinstance(read_entry(asked, choices(portal, date(2026, 12, 18))), Faults)
    late = read_entry(asked, choices(portal, date(2026, 12, 19)))
    assert isinstance(late, Faults)
    assert list(late.said) == ["call"]
    assert "可能刚刚截止" in late.said["call"]


def test_the_public_file_names_the_call(tmp_path: Path) -> None:
    with local_loop(tmp_path) as loop:
        name, _ = loop.approved(call=CALL)
        loop.work()
        loop.merge()
        assert loop.published(name).front["call"] == CALL
