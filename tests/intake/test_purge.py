"""The drill for personal data that slipped through: the manual's own commands, on real git."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

MANUAL = Path(__file__).parents[2] / "content" / "about" / "intake.md"
FILE, SECRET = "data/suggestions/2026/7k3m9x2p.md", "住在槐树巷的王某某"


def _git(folder: Path, *arguments: str) -> bytes:
    return subprocess.run(["git", "-C", folder, *arguments], check=True, capture_output=True).stdout


def _all_contents(folder: Path) -> bytes:
    """Every object that the repository holds, reachable or not."""
    listing = _git(folder, "cat-file", "--batch-check=%(objectname)", "--batch-all-objects")
    return b"".join(_git(folder, "cat-file", "-p", name) for name in listing.decode().split())


def test_after_the_manuals_commands_no_object_of_the_repository_holds_it(tmp_path: Path) -> None:
    commands = re.search(r"```[^\n]*purge[^\n]*\n(.*?)```", MANUAL.read_text("utf-8"), re.S)
    assert commands is not None
    _git(tmp_path, "init", "-q", "-b", "main")
    _git(tmp_path, "config", "user.name", "Staff")
    _git(tmp_path, "config", "user.email", "staff@office.example")
    (tmp_path / FILE).parent.mkdir(parents=True)
    for name, text in ((FILE, SECRET), ("other.md", "路灯")):
        (tmp_path / name).write_text(text, "utf-8")
        _git(tmp_path, "add", ".")
        _git(tmp_path, "commit", "-qm", "Publish")
    _git(tmp_path, "branch", "inbox/old")
    (tmp_path / FILE).write_text("已撤下", "utf-8")
    _git(tmp_path, "commit", "-qam", "Take it down")
    assert SECRET.encode() in _all_contents(tmp_path)
    subprocess.run(
        ["sh", "-euc", commands[1]],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "FILE": FILE, "FILTER_BRANCH_SQUELCH_WARNING": "1"},
        check=True,
        capture_output=True,
    )
    left = _all_contents(tmp_path)
    assert SECRET.encode() not in left
    assert "路灯".encode() in left
