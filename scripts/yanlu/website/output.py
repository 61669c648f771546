"""Where the files of a site are written, beside the site that they will replace."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path


class Output:
    """The folder `site`, which grows; `before` is the site that it will replace, if there is one.

    A file that has the same bytes there is linked and not written: that costs a tenth. The other
    site is deleted when this one takes its place, so that nothing else holds the file then.
    """

    def __init__(self, site: Path, before: Path) -> None:
        self.site = site
        self._site, self._before = str(site), str(before)
        self._folders: set[str] = set()

    def put(self, place: str, content: bytes) -> None:
        """Write a file; `place` is its path below the site."""
        path, old = f"{self._site}/{place}", f"{self._before}/{place}"
        folder = os.path.dirname(path)  # noqa: PTH120 - as all here: tens of thousands of times
        if folder not in self._folders:
            os.makedirs(folder, exist_ok=True)  # noqa: PTH103
            self._folders.add(folder)
        if not (_holds(old, content) and _linked(old, path)):
            with open(path, "wb") as file:  # noqa: PTH123
                file.write(content)


def _holds(path: str, content: bytes) -> bool:
    """Whether it is a file of its own, not a link that leads elsewhere, with these bytes."""
    try:
        known = os.lstat(path)
        if not stat.S_ISREG(known.st_mode) or known.st_nlink > 1 or known.st_size != len(content):
            return False
        with open(path, "rb") as file:  # noqa: PTH123
            return file.read() == content
    except OSError:
        return False  # it is not there, or nobody may read it


def _linked(old: str, path: str) -> bool:
    try:
        os.link(old, path)
    except OSError:
        return False  # not on this file system, or there is a file already
    return True


def write_all(folder: Path, files: Mapping[str, str | bytes]) -> None:
    """Write files below `folder`."""
    for place, content in files.items():
        path = folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
