"""Where the files of a site are written, beside the site that they will replace."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Mapping
from pathlib import Path

_NOT_INDEXED = b'<meta name="robots" content="noindex'
_HEAD = 4096  # bytes that hold the head of every page


class Output:
    """The folder `site`, which grows; `before` is the site that it will replace, if there is one.

    A file that has the same bytes there is linked and not written: that costs half. The other
    site is deleted when this one takes its place, so that nothing else holds the file then.
    `sums` are the SHA-256 sums of all that was put here, `unlisted` the pages of it that ask
    not to be indexed.
    """

    def __init__(self, site: Path, before: Path) -> None:
        self.site = site
        self._site, self._before = str(site), str(before)
        self._folders: set[str] = set()
        self.sums: dict[str, str] = {}
        self.unlisted: set[str] = set()

    def is_listed(self, place: str) -> bool:
        """Whether search engines may keep a page that lies on the site by now."""
        if place in self.sums:
            return place not in self.unlisted
        with open(f"{self._site}/{place}", "rb") as file:  # noqa: PTH123
            return _NOT_INDEXED not in file.read(_HEAD)

    def put(self, place: str, content: bytes) -> None:
        """Write a file; `place` is its path below the site."""
        path, old = f"{self._site}/{place}", f"{self._before}/{place}"
        folder = os.path.dirname(path)  # noqa: PTH120 - as all here: tens of thousands of times
        if folder not in self._folders:
            os.makedirs(folder, exist_ok=True)  # noqa: PTH103
            self._folders.add(folder)
        if _NOT_INDEXED in content[:_HEAD]:
            self.unlisted.add(place)
        self.sums[place] = hashlib.sha256(content).hexdigest()
        if not (_holds(old, content) and _linked(old, path)):
            _write(path, content)


def _holds(path: str, content: bytes) -> bool:
    """Whether it is a file of its own, not a link that leads elsewhere, with these bytes."""
    try:
        known = os.lstat(path)
        if not stat.S_ISREG(known.st_mode) or known.st_nlink > 1 or known.st_size != len(content):
            return False
        file = os.open(path, os.O_RDONLY)
    except OSError:
        return False  # it is not there, or nobody may read it
    try:
        return os.read(file, len(content) + 1) == content  # cut short: then it is written anew
    finally:
        os.close(file)


def _linked(old: str, path: str) -> bool:
    try:
        os.link(old, path)
    except OSError:
        return False  # not on this file system, or there is a file already
    return True


def _write(path: str, content: bytes) -> None:
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
    try:
        left = memoryview(content)
        while left:
            left = left[os.write(file, left) :]
    finally:
        os.close(file)


def write_all(folder: Path, files: Mapping[str, str | bytes]) -> None:
    """Write files below `folder`."""
    for place, content in files.items():
        path = folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
