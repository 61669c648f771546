"""A store moves from its files to a database server while the service goes on taking letters in.

It is copied in passes, each of which looks for what is not alike yet. For the last ones nobody else
may write; when a pass has found every row of both sides alike, the files are marked as gone, in
one transaction with triggers that refuse every change, whichever program asks for it. Before that
commit the files are in charge, after it the server is: whoever is killed leaves one of them.
Meanwhile the server's side takes rows from the move alone (postgres_records.sql).
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, islice
from pathlib import Path

from yanlu.errors import StoreError
from yanlu.intake.store import sqlite
from yanlu.intake.store.backup import secret_to_take, take_along
from yanlu.intake.store.comparing import Pair, Row, Table, Tally, differences, quoted, tables
from yanlu.intake.store.database import (
    Connection,
    Server,
    Store,
    arrive,
    change,
    is_there,
    open_anyway,
    refuse_full,
    rows,
    write,
)
from yanlu.intake.store.port import KEYS_SQL, RECORDS_SQL, ConflictError

FEW = 200  # rows that a pass has changed, from which on the rest is done while nobody writes
_PASSES = 6  # in either part: more rows come than are copied, or something is in the way for good
_VALUES = 20_000  # of one statement; PostgreSQL takes 65,535
_LINKS = 2  # of our own: for records and for keys
_GRACE = 5.0  # seconds for the server to see that a process has ended
_MARK = "moving"  # the table that tells of the move, which does not move
_APPENDED = frozenset({"happening"})  # its rows are never changed, only written and deleted
Say = Callable[[str], None]
Both = tuple[Tally, Tally]  # of the files, and of the server


@dataclass(frozen=True)
class Moved:
    """What there was in each table, by its name, when nobody else could write."""

    records: Mapping[str, Both]
    keys: Mapping[str, Both]

    @property
    def is_alike(self) -> bool:
        """Whether both sides have as many rows, and the same."""
        return not self.unlike

    @property
    def unlike(self) -> list[str]:
        """The tables of which one side has other rows than the other."""
        tables = {**self.records, **self.keys}
        return [
            name for name, (a, b) in tables.items() if (a.count, a.digest) != (b.count, b.digest)
        ]


def move(folder: Path, server: Server, say: Say) -> Moved | None:
    """Move the store in `folder` to `server`; a move that was begun is gone on with.

    None where it had been done, and only the end of it was missing. `say` hears of each pass.

    Raises:
        StoreError: there is no store in `folder`, its secret is missing, it has moved to another
            place, or what is on the server is not empty and not of this move, or was begun with
            another secret; nothing was changed.
        DiskError: one of the two does not answer; the files stay in charge.
    """
    if not is_there(folder):
        raise StoreError(f"{folder} 里没有收件库，没有搬。请核对 --store 写的文件夹。")
    with ExitStack() as stack:
        ours = _Files(*map(stack.enter_context, map(closing, sqlite.open_files(folder))))
        theirs = stack.enter_context(closing(open_anyway(server)))
        name = _left(ours, theirs) or _begun(folder, server, ours, theirs)
        moved = None
        if not sqlite.move_of(folder):
            take_along(folder, server.folder)
            moved = _Moving(name, ours, theirs, say).run(str(server))
        write(ours.keys, lambda _: ours.keys.shut())  # again, for whoever was killed in between
        arrive(theirs, name)
    return moved


@dataclass(frozen=True)
class _Files:
    """The two files of a store; all others know them as connections."""

    main: sqlite.Database
    keys: sqlite.Database


def _left(ours: _Files, theirs: Store) -> str | None:
    """The move by which the files are gone already, if it was to this server."""
    gone = rows(ours.main, "SELECT * FROM moving WHERE state = 'gone'")
    if not gone:
        return None
    if not rows(theirs.main, "SELECT 1 FROM moving WHERE id = ?", (gone[0]["id"],)):
        raise StoreError(f"这个收件库已经搬到 {gone[0]['other']}，没有再搬。请核对写的是哪一个库。")
    return str(gone[0]["id"])


def _begun(folder: Path, server: Server, ours: _Files, theirs: Store) -> str:
    """The move that is under way, or a new one into a store that nobody has used."""
    place = str(folder.resolve())

    def begin(main: Connection) -> str:
        found = rows(main, "SELECT * FROM moving")
        if any((one["state"], one["other"]) == ("coming", place) for one in found):
            name = str(found[0]["id"])
        else:
            name = secrets.token_hex(8)
            mark = "INSERT INTO moving (id, state, other) VALUES (?, 'coming', ?)"
            change(main, mark, (name, place))  # waits for whoever writes, and refuses them after
            if found or any(_is_used(theirs, ours)):
                raise StoreError(
                    "要搬去的库里已经有别的收件，没有搬。请另建一个空的库（createdb），再运行一次。"
                )
        _take_secret(secret_to_take(folder, server.folder), main)
        return name

    _refuse_others(theirs)
    return write(theirs.main, begin)


def _take_secret(secret: bytes, main: Connection) -> None:
    """Let the server know the secret of the office, before anything can no longer be undone."""
    if not main.agrees(hashlib.sha256(secret).digest()):
        raise StoreError(
            "要搬去的库是用另一把 intake.key 启动过的，没有搬：搬过去，收件服务会不启动，"
            "以前的回执都对不上。请另建一个空的库（createdb），再运行一次。"
        )


def _is_used(theirs: Store, ours: _Files) -> Iterator[bool]:
    for mine, other, schemas in (
        (ours.main, theirs.main, RECORDS_SQL),
        (ours.keys, theirs.keys, KEYS_SQL),
    ):
        for table in _moving(mine, schemas):
            yield bool(rows(other, f"SELECT 1 FROM {quoted([table.name])} LIMIT 1"))  # noqa: S608 - names of ours


def _moving(ours: Connection, schemas: Sequence[str]) -> list[Table]:
    return [table for table in tables(ours, schemas) if table.name != _MARK]


def _refuse_others(theirs: Store) -> None:
    """Whoever opened the store while it was empty would write into it, mark or not."""
    end = time.monotonic() + _GRACE
    while rows(theirs.keys, _USERS)[0]["n"] > _LINKS:
        if time.monotonic() >= end:
            raise StoreError(
                "有别的程序正用着要搬去的库，没有搬。请停下用它的收件服务和命令，再运行一次。"
            )
        time.sleep(0.1)


_USERS = (
    "SELECT count(*) AS n FROM pg_stat_activity "
    "WHERE datname = current_database() AND application_name = 'yanlu'"
)


@dataclass(frozen=True)
class _Moving:
    name: str
    ours: _Files
    theirs: Store
    say: Say

    def run(self, address: str) -> Moved:
        """Until all is there and the files are gone; answers what was alike at that moment."""
        for number in range(1, _PASSES):
            self.say(f"第 {number} 遍：把不一样的行搬过去（服务照常收件）")
            with self.ours.main.snapshot(), self.ours.keys.snapshot():
                changed, _ = self._pass()
            if changed <= FEW:
                break
        self.say("最后一遍：暂停写入，逐行核对")
        refuse_full(Store(self.theirs.folder, self.ours.main, self.ours.keys))
        switch = partial(self._switch, address)
        return write(self.ours.keys, lambda _: write(self.ours.main, lambda _: switch()))

    def _switch(self, address: str) -> Moved:
        """While nobody else can write: what is still different, then the mark."""
        _refuse_others(self.theirs)
        for _ in range(_PASSES):
            changed, moved = self._pass()
            if not changed:
                break
        if changed or not moved.is_alike:
            raise StoreError(
                f"这几张表两边总有几行不一样：{'、'.join(moved.unlike)}。没有搬，原来的收件库照旧。"
                "请再运行一次；还是这样，另建一个空的库（createdb）再搬，并把这句话告诉开发者。"
            )
        rows(self.theirs.main, _NUMBERS)
        gone = "INSERT INTO moving (id, state, other) VALUES (?, 'gone', ?)"
        change(self.ours.main, gone, (self.name, address))
        self.ours.main.shut()
        self.ours.keys.shut()
        return moved

    def _pass(self) -> tuple[int, Moved]:
        """How many rows were not alike, and what there was on both sides."""
        main, keys = (_Target(self.name, one) for one in (self.theirs.main, self.theirs.keys))
        recorded, records = _copied(self.ours.main, main, RECORDS_SQL)
        keyed, kept = _copied(self.ours.keys, keys, KEYS_SQL)
        if late := main.late + keys.late:
            listed = "、".join(f"{table} {count} 行" for table, count in late.items())
            self.say(f"与那里还没有删的行冲突，下一遍再写：{listed}")
        return recorded + keyed, Moved(records, kept)


# New rows go on from the highest number that came along.
_NUMBERS = (
    "SELECT setval(pg_get_serial_sequence('happening', 'number'), "
    "(SELECT coalesce(max(number), 0) + 1 FROM happening), false)"
)


@dataclass(frozen=True)
class _Target:
    """One of the server's databases, which takes rows from this move alone."""

    move: str
    link: Connection
    late: Counter[str] = field(default_factory=Counter)  # rows that were in each other's way

    def write(self, tables: Mapping[str, int], act: Callable[[Connection], object]) -> None:
        """Write so many rows, unless something is in the way that a later pass takes out of it."""

        def named(link: Connection) -> None:
            rows(link, "SELECT set_config('yanlu.move', ?, true)", (self.move,))
            act(link)

        try:
            write(self.link, named)
        except ConflictError:
            self.late.update(tables)


def _copied(
    ours: Connection, theirs: _Target, schemas: Sequence[str]
) -> tuple[int, dict[str, Both]]:
    """Make one database like another: how many rows were not, and all that there was.

    Written in the order of references, deleted against it. What is in the way of a row may go in
    this very pass: the row comes with the next.
    """
    changed, tallies, surplus = 0, {}, list[tuple[Table, Row]]()
    for table in _moving(ours, schemas):
        tallies[table.name] = Tally(), Tally()
        wrong = differences(table, ours, theirs.link, tallies[table.name])
        while group := list(islice(wrong, _VALUES // len(table.columns))):
            changed += len(group)
            surplus += [(table, row) for row in _outdated(table, group)]
            _put(theirs, table, _wanting(table, group))
    _drop(theirs, surplus[::-1])
    return changed, tallies


def _outdated(table: Table, group: Sequence[Pair]) -> list[Row]:
    """Rows of theirs of which ours has none, or that may not be changed into ours."""
    is_fixed = table.name in _APPENDED
    return [other for mine, other in group if other and (mine is None or is_fixed)]


def _wanting(table: Table, group: Sequence[Pair]) -> list[Row]:
    """Rows of ours to be written; those in whose place another one still is come later."""
    is_fixed = table.name in _APPENDED
    return [mine for mine, other in group if mine and (other is None or not is_fixed)]


def _put(theirs: _Target, table: Table, group: Sequence[Row]) -> None:
    """Write rows, over those of the same keys."""
    if not group:
        return
    row = f"({', '.join('?' * len(table.columns))})"
    named = [name for place, name in enumerate(table.columns) if place not in table.places]
    told = ", ".join(f'"{name}" = excluded."{name}"' for name in named)
    query = (
        f"INSERT INTO {quoted([table.name])} ({quoted(table.columns)}) VALUES "  # noqa: S608 - names of ours
        f"{', '.join([row] * len(group))} ON CONFLICT ({table.keys}) DO "
        f"{f'UPDATE SET {told}' if told else 'NOTHING'}"
    )
    values = [*chain.from_iterable(group)]
    theirs.write({table.name: len(group)}, lambda to: change(to, query, values))


def _drop(theirs: _Target, surplus: Sequence[tuple[Table, Row]]) -> None:
    """Delete rows, those that name others first."""

    def drop(to: Connection) -> None:
        for table, row in surplus:
            marks = ", ".join("?" * len(table.places))
            query = f"DELETE FROM {quoted([table.name])} WHERE ({table.keys}) = ({marks})"  # noqa: S608 - names of ours
            change(to, query, table.key(row))

    if surplus:
        theirs.write(Counter(table.name for table, _ in surplus), drop)
