"""Entries for the official system: 信访工作条例 (2022) 第二十一条 wants suggestions there too.

What is exported is everything in clear: it is written where the private key lies, by a named
person, into one file that nobody else may read and that never lies in a git repository.
"""

from __future__ import annotations

import csv
import io
import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from yanlu.errors import StoreError
from yanlu.intake.accept import Lane
from yanlu.intake.layout import Facts, Layout, Names
from yanlu.intake.notes import noted
from yanlu.intake.queues import received_in
from yanlu.intake.registration import number_of
from yanlu.intake.review import Act, raw_of
from yanlu.intake.seal import Suite
from yanlu.intake.store.database import Connection, Store, refuse_git, write_act
from yanlu.intake.store.records import happen, history
from yanlu.model import Fate, Month

_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet computes a text that begins so


@dataclass(frozen=True)
class Export:
    """Rows of entries with the header first, and how many records were left out, by reason."""

    rows: Sequence[Sequence[str]]
    names: Sequence[str]
    left: Mapping[str, int]


def read_entries(
    store: Store, suite: Suite, month: Month, private: str, layout: Layout, names: Names
) -> Export:
    """The suggestions that were received in a month, opened with the office's private key.

    Raises:
        IntakeError: the key does not open them.
    """
    held = received_in(store, month)
    taken = [record for record in held if not _why_not(record)]
    rows = [names.row(layout, _facts(store, suite, record, private)) for record in taken]
    left = Counter(why for record in held if (why := _why_not(record)))
    return Export([layout.header, *rows], [record["id"] for record in taken], left)


def _why_not(record: Mapping[str, Any]) -> str:
    if record["kind"] != "suggestion":
        return "是申诉或者检举，另行登记"
    if record["lane"] == Lane.SUSPECTED:
        return "疑似垃圾，还没有人看过"
    if record["fate"] == Fate.WITHDRAWN or record["erased"]:
        return "本人已经撤回或者删除"
    return "" if record["text"] is not None else "原文已经按期限删除"


def _facts(store: Store, suite: Suite, record: Mapping[str, Any], private: str) -> Facts:
    bodies = [step["body"] for step in history(store.main, record["id"]) if step["body"]]
    raw = raw_of(store, suite, record, private)
    number = number_of(store, suite, record["id"], private)
    return Facts(record, raw, number, bodies[-1] if bodies else "")


def note_export(store: Store, names: Iterable[str], why: str, act: Act) -> None:
    """Write down that these were opened for export, by whom and why; before any file is there.

    Raises:
        IntakeError: `why` tells of somebody.
    """
    said = noted(why)

    def note(main: Connection) -> None:
        for name in names:
            happen(main, name, act.day.isoformat(), "exported", by=act.by, note=said)

    write_act(store, note)


def table(rows: Iterable[Sequence[str]], encoding: str) -> bytes:
    """The rows as CSV; a text that a spreadsheet would compute gets an apostrophe before it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([_inert(cell) for cell in row] for row in rows)
    return out.getvalue().encode(encoding)


def _inert(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def refuse_place(path: Path) -> None:
    """See beforehand whether a file of entries may lie there.

    Raises:
        StoreError: it would lie in a git repository, there is no such folder, or it is taken.
    """
    refuse_git(path.parent, "导出的文件")
    if not path.parent.is_dir():
        raise StoreError(f"没有文件夹 {path.parent}。请先建好，最好在加了密的磁盘上。")
    if path.exists() or path.is_symlink():
        raise StoreError(f"{path} 已经存在，没有覆盖。请换一个名字，或者先删去旧的。")


def write_privately(path: Path, content: bytes) -> None:
    """A new file that its owner alone may read; whole, or not there.

    Raises:
        StoreError: it cannot be written, or is there already.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError:
        raise StoreError(f"写不进 {path}。请检查磁盘和权限。") from None
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        path.unlink()
        raise StoreError(f"写不进 {path}，没有留下文件。请检查磁盘。") from None
