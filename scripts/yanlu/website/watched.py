"""The files that a site is built from, watched while somebody writes them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

from yanlu.git import SOURCES

PAUSE = 0.3  # seconds between two looks: a thousand files take a hundredth of one


@contextmanager
def watched(folder: Path, changed: Callable[[], None]) -> Iterator[None]:
    """Call `changed`, which must not raise, soon after any file of the portal has changed.

    It is called in a thread of its own, one call after the other; leaving waits for the last.
    """
    ended = Event()
    thread = Thread(target=_watch, args=(folder, changed, ended), name="watch", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _watch(folder: Path, changed: Callable[[], None], ended: Event) -> None:
    before = _state(folder)
    while not ended.wait(PAUSE):
        now = _state(folder)
        if now != before:
            before = now  # as it was before it is read: what changes meanwhile is seen next time
            changed()


def _state(folder: Path) -> dict[str, tuple[int, int]]:
    """Times and sizes of all files: enough to notice that somebody saved one."""
    return dict(
        found for source in SOURCES for path in _files(folder / source) for found in _told(path)
    )


def _files(source: Path) -> Iterator[str]:
    if source.is_file():
        yield str(source)
    for place, _, names in os.walk(str(source)):
        yield from (f"{place}/{name}" for name in names)


def _told(path: str) -> Iterator[tuple[str, tuple[int, int]]]:
    try:
        known = os.stat(path)  # noqa: PTH116 - of thousands of files, three times a second
    except FileNotFoundError:
        return  # editors put files aside while they save
    yield path, (known.st_mtime_ns, known.st_size)
