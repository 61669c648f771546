"""A package is written beside its place: what a killed program leaves is named and taken away."""

from __future__ import annotations

import os
import time
from pathlib import Path

from yanlu.packages.check import check_data
from yanlu.packages.write import aside_of
from yanlu.settings import Portal


def _left(folder: Path, name: str, age: float) -> Path:
    left = folder / name
    left.mkdir(parents=True)
    (left / "cube.csv").write_text("half", "utf-8")
    os.utime(left, (time.time() - age,) * 2)
    return left


def test_what_a_killed_program_left_is_taken_away_a_day_later(tmp_path: Path) -> None:
    month = tmp_path / "2026-05"
    old, fresh = _left(month, ".writing-a", 90_000), _left(month, ".writing-b", 60)
    with aside_of(month / "v1"):
        assert not old.exists()
        assert fresh.exists()  # another program may be writing it


def test_until_then_check_names_the_folder_once_and_says_what_to_do(portal: Portal) -> None:
    _left(portal.data / "statistics" / "2026-05", ".writing-a", 60)
    said = [str(fault) for fault in check_data(portal.data)]
    assert [line for line in said if ".writing-a" in line] == [
        "data/statistics/2026-05/.writing-a：是写到一半断了的，不是发布过的。"
        "没有程序在写的时候，把这个文件夹删去。"
    ]
