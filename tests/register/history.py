"""A portal under git, whose commits are made on days of the tests."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

STAMP = "2026-11-21T08:00:00+08:00"


def git(folder: Path, *arguments: str) -> str:
    """Run git as a member of staff would; answers what it said."""
    who = ["-c", "user.name=t", "-c", "user.email=t@yanlu.invalid"]
    dates = {"GIT_AUTHOR_DATE": STAMP, "GIT_COMMITTER_DATE": STAMP}
    done = subprocess.run(
        ["git", *who, *arguments],
        cwd=folder, check=True, capture_output=True, text=True, env={**os.environ, **dates},
    )  # fmt: skip
    return done.stdout


def commit(folder: Path, message: str = "more") -> None:
    """Commit all that lies in the work tree."""
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", message)
