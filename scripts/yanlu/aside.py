"""Folders in which something is made beside its place, and what is left of them after a crash."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

BUILDING, WRITING = ".building-", ".writing-"  # what their names begin with: a site, a package
_OLD = 86_400  # seconds


def sweep(folder: Path, prefix: str) -> None:
    """Take away what a program left that was ended from outside; none takes a day."""
    for left in folder.glob(f"{prefix}*"):
        if time.time() - left.lstat().st_mtime > _OLD:
            shutil.rmtree(left, ignore_errors=True)
