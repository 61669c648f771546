"""Collect: each lower office's log is followed, and what it says is out is fetched and checked.

One office's fault is its own: it is told, what was taken in before stays, and the others go on.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from threading import Event, Lock

from yanlu.errors import (
    CutShortError,
    FederationError,
    ForkError,
    LogError,
    PackageError,
    SettingsError,
    UnreachableError,
    quoted,
)
from yanlu.federation.checking import (
    LARGEST,
    Described,
    Ours,
    Sealed,
    check_tables,
    described,
    month_of,
    refuse_altered,
    refuse_early,
    refuse_other_base,
)
from yanlu.federation.fetching import Hosts, Limits, Source
from yanlu.federation.logs import (
    EVIDENCE,
    Followed,
    ForkedError,
    ShorterError,
    follow,
    newer_keys,
)
from yanlu.federation.series import DESCRIPTOR, SERIES, Series
from yanlu.federation.shelves import Shelf, damaged, held, put, sweep, unlist
from yanlu.federation.states import (
    CHECKPOINT,
    COLLECTED,
    FORKED,
    SHORTER,
    STATE,
    WHOLE_LOG,
    Announced,
    State,
    is_signed,
    read_state,
    write_state,
)
from yanlu.federation.turns import in_turn
from yanlu.federation.watch import Watch
from yanlu.locks import alone
from yanlu.model import Month
from yanlu.packages.lower_offices import LowerOffice, overlaps
from yanlu.packages.read import Listing
from yanlu.packages.write import write_whole
from yanlu.receipts.notes import Key, read_key
from yanlu.settings import Portal

Report = Callable[[str], None]
_TWICE = "同一版登记了两次，内容不同：只认第一次登记的。"
_OTHER_KEY = (
    "它的公开记录登记了另一把公钥 {key}。请向该单位核对，再改 data/sources.toml 的 log_key。"
)
# what reading says of data that it was not made for; a TypeError is a fault of ours alone
_ODD = (ValueError, ArithmeticError, LookupError, RecursionError, csv.Error)


@dataclass(frozen=True)
class Outcome:
    """What came of one office.

    `down`: it did not answer; `broken`: its log, or what is kept of it, does not hold; `refused`:
    why a package was not taken in, by its name. `months` are those that are held.
    """

    office: LowerOffice
    taken: Sequence[Listing] = ()
    down: str = ""
    broken: str = ""
    refused: Mapping[str, str] = field(default_factory=dict)
    months: frozenset[Month] = frozenset()
    notes: Sequence[str] = ()

    @property
    def is_sound(self) -> bool:
        """Whether all that there was could be taken in."""
        return not (self.down or self.broken or self.refused)

    @property
    def newest(self) -> Month | None:
        """The last month that is held."""
        return max(self.months, default=None)

    def missing(self, expected: Month) -> Sequence[Month]:
        """The months that should be out and are not held, since the first one that is."""
        month, found = min(self.months, default=expected), list[Month]()
        while month <= expected:
            if month not in self.months:
                found.append(month)
            month = month.next
        return found


def expected_on(day: date) -> Month:
    """The last month that should be out: every office has the whole month after for it."""
    month = Month(day.year, day.month)
    return _before(_before(month))


def _before(month: Month) -> Month:
    return Month(month.year - (month.number == 1), (month.number - 2) % 12 + 1)


@dataclass(frozen=True)
class _Run:
    """What all offices of a run share.

    `local` is held by whoever looks through its copies: threads that compute at the same time
    hinder each other in Python, so that with nothing new a run took twice as long.
    """

    portal: Portal
    day: date
    ours: Ours
    hosts: Hosts
    shelf: Shelf
    stopped: Event
    local: Lock


def collect_all(
    portal: Portal,
    offices: Sequence[LowerOffice],
    day: date,
    limits: Limits,
    report: Report = lambda _: None,
) -> Sequence[Outcome]:
    """Collect from all offices, a few at a time; answers in their order.

    Interrupted, it lets each office finish the file that it is at, and keeps whole packages.
    """
    claims = overlaps(offices, portal.codes["regions"])
    (portal.data / COLLECTED).mkdir(exist_ok=True)
    with alone(portal.data / COLLECTED), Watch().looking() as watch:
        run = _Run(
            portal, day, Ours.of(portal, offices), Hosts(limits, watch), Shelf(), Event(), Lock()
        )
        with ThreadPoolExecutor(limits.at_once) as pool, _stopping(pool, run.stopped):
            done: dict[str, Outcome] = {}
            for outcome in in_turn(pool, offices, lambda one: _office(run, one, claims), limits):
                done[outcome.office.id] = outcome
                report(f"收了 {len(done)}/{len(offices)} 个单位：{outcome.office.name}")
    return [done[office.id] for office in offices]


@contextmanager
def _stopping(pool: ThreadPoolExecutor, stopped: Event) -> Iterator[None]:
    try:
        yield
    finally:
        stopped.set()
        pool.shutdown(cancel_futures=True)


def _office(run: _Run, office: LowerOffice, claims: Mapping[str, Sequence[str]]) -> Outcome:
    """Collect from one office; all that can be wrong with it is in the answer."""
    series, folder = SERIES[office.series], run.portal.data / COLLECTED / office.id
    outcome = Outcome(office)
    try:
        with run.local:
            outcome = replace(outcome, months=_months(held(folder, series)))
        _refuse_rivals(office, claims.get(office.id, ()))
        key = read_key(office.log_key)
        with run.hosts.opened(office, run.portal.folder) as source:
            return _Turn(run, office, series, folder, source).collected(key)
    except UnreachableError as error:
        return replace(outcome, down=str(error))
    except (FederationError, LogError, PackageError, SettingsError) as error:
        return replace(outcome, broken=str(error))
    except OSError as error:  # of our own disk: no other office will fare better
        raise FederationError(
            f"data/{COLLECTED}/{office.id} 写不进（{error.strerror}），停下了。"
            "已经收下的都是完整的。请检查磁盘和权限，再运行一次。"
        ) from None


def _refuse_rivals(office: LowerOffice, rivals: Sequence[str]) -> None:
    if rivals:
        raise FederationError(
            f"它的地区（{office.region}）与 {'、'.join(rivals)} 报的重叠：同一个地方会算两次，"
            "两边都没有收。请核对归谁报，改 data/sources.toml。"
        )


def _months(listings: Sequence[Listing]) -> frozenset[Month]:
    return frozenset(one.month for one in listings)


@contextmanager
def _odd_data_refused() -> Iterator[None]:
    """Name data that nobody foresaw as their office's fault, for the others go on.

    Raises:
        FederationError: with the kind of the error, by which we can be told of it.
    """
    try:
        yield
    except _ODD as error:
        raise FederationError(
            f"它的写法是程序没有料到的（{type(error).__name__}），没有收。请告诉软件的维护者。"
        ) from error


def _shown(key: Key) -> str:
    return quoted(key.name) + key.vkey.removeprefix(key.name)


@dataclass(frozen=True)
class _Turn:
    """One office's turn in a run."""

    run: _Run
    office: LowerOffice
    series: Series
    folder: Path
    source: Source

    def collected(self, key: Key) -> Outcome:
        """Follow the log, then take in what it names and is not held."""
        if self.folder.is_dir():
            sweep(self.folder)
        before = self._kept(key)
        signed = is_signed(self.folder, key, before)
        asked = before if signed else replace(before, etag="")  # its checkpoint must come again
        try:
            self._refuse_forked(before)
            with _odd_data_refused():
                followed = follow(self.source, key, asked)
        except UnreachableError:
            raise
        except (FederationError, LogError) as error:
            self._keep_proof(error)
            refused = {**before.refused, WHOLE_LOG: str(error)}
            self._keep(before, replace(before, refused=refused))
            raise
        is_new = not signed or followed.state.frontier != before.frontier
        self._keep(before, followed.state, followed.checkpoint if is_new else None)
        return self._taken_in(key, followed)

    def _keep_proof(self, error: Exception) -> None:
        """Keep a checkpoint that contradicts what was read, or could: of the latter the first."""
        if isinstance(error, ForkedError):
            write_whole(self.folder / FORKED, error.checkpoint.decode("utf-8"))
        elif isinstance(error, ShorterError) and not (self.folder / SHORTER).exists():
            write_whole(self.folder / SHORTER, error.checkpoint.decode("utf-8"))

    def _kept(self, key: Key) -> State:
        """What is kept of this log; of one with another name, which began anew, nothing."""
        state = read_state(self.folder)
        if state.origin != key.name:
            return State(self.office.address, key.name)
        same = state.address == self.office.address
        return replace(state, address=self.office.address, etag=state.etag if same else "")

    def _refuse_forked(self, before: State) -> None:
        """Ask nothing of a log that forked, whichever branch is served, until staff decide.

        Raises:
            ForkError: the other checkpoint is still there.
        """
        if (self.folder / FORKED).is_file():
            raise ForkError(before.refused.get(WHOLE_LOG) or f"公开记录分叉过。{EVIDENCE}")

    def _keep(self, before: State, state: State, checkpoint: bytes | None = None) -> None:
        self.folder.mkdir(exist_ok=True)
        if checkpoint:
            write_whole(self.folder / CHECKPOINT, checkpoint.decode("utf-8"))
        if state != before or not (self.folder / STATE).is_file():
            write_state(self.folder, state)

    def _taken_in(self, key: Key, followed: Followed) -> Outcome:
        """The packages that are not held yet, the oldest month first."""
        state, taken, down = followed.state, list[Listing](), ""
        refused = {one.line.name: _TWICE for one in state.contradicted}
        with self.run.local:
            bad = damaged(self.folder, self.series, state)
        copies = [one for one in self.series.listings(self.folder) if one not in bad]
        for announced in self._missing(state, copies, bad):
            if self.run.stopped.is_set():
                break
            try:
                taken.append(self._package(announced))
            except CutShortError as error:  # of this file; the next one may come
                refused[announced.line.name] = str(error)
            except UnreachableError as error:
                down = str(error)
                break
            except (FederationError, LogError) as error:
                refused[announced.line.name] = str(error)
        if bad and not (down or self.run.stopped.is_set()):
            unlist(self.folder, self.series)
        day = self.run.day if taken else state.collected
        self._keep(state, replace(state, refused=refused, collected=day))
        notes = [_OTHER_KEY.format(key=_shown(one)) for one in newer_keys(state, key)]
        months = _months([*copies, *taken])
        return Outcome(self.office, taken, down, "", refused, months, notes)

    def _missing(
        self, state: State, copies: Sequence[Listing], bad: Sequence[Listing]
    ) -> Sequence[Announced]:
        """The newest package of each month that is not held, and all that have to come again."""
        versions = {str(one.month): one.version for one in copies}
        names = [(f"{self.series.name}-{one.month}", str(one.version)) for one in bad]
        again = [state.first[name] for name in names if name in state.first]
        new = [
            one
            for month, one in state.newest(self.series.name).items()
            if versions.get(month, 0) < one.number[0] and one not in again
        ]
        missing = sorted([*again, *new], key=lambda one: (one.line.name, one.number))
        if missing and copies:
            last = max(copies, key=lambda one: one.month)
            self.run.shelf.fill(self.series.package(self.folder, last.month, last.version))
        return missing

    def _package(self, announced: Announced) -> Listing:
        """Fetch a package, check it, put it in its place.

        Raises:
            FederationError: it cannot be taken in; nothing was written.
        """
        with _odd_data_refused():
            content, told, tables = self._checked(announced)
        files = {told.tables[name].path: table for name, table in tables.items()}
        put(self.folder, self.series, told.listing, {**files, DESCRIPTOR: content})
        for table in told.tables.values():
            if table.name != "cube":
                self.run.shelf.put(table.digest, tables[table.name])
        return told.listing

    def _checked(self, announced: Announced) -> tuple[bytes, Described, Mapping[str, bytes]]:
        """A descriptor as it is served, what it says, and its tables."""
        refuse_early(announced, min(announced.day, self.run.day))
        place = f"{self.series.served}{self.series.place(month_of(announced), announced.number[0])}"
        if announced.line.size > LARGEST:
            raise FederationError(f"{DESCRIPTOR} 登记的大小超过 {LARGEST:,} 个字节，没有取。")
        content = self._asked(f"{place}/{DESCRIPTOR}", announced.line.size)
        told = described(content, announced, self.series)
        refuse_other_base(told.listing, self.run.ours.base)
        tables = {name: self._table(place, table) for name, table in told.tables.items()}
        check_tables(tables, told.listing.month, self.office, self.run.ours)
        return content, told, tables

    def _table(self, place: str, table: Sealed) -> bytes:
        """A table that is held already, by its hash, else as it is served."""
        if (content := self.run.shelf.find(table.digest)) is None:
            content = self._asked(f"{place}/{table.path}", table.size)
        refuse_altered(table, content)
        return content

    def _asked(self, place: str, most: int) -> bytes:
        return self.source.ask(place, most).content or b""
