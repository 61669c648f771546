"""What the routes work with: the office's desk, the store, the pages, the counts."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar

from yanlu.deadlines.calendars import read_calendar
from yanlu.deadlines.count import count
from yanlu.deadlines.rules import read_rules
from yanlu.intake.accept import Desk
from yanlu.intake.office import desk_at
from yanlu.intake.opinions import Until
from yanlu.intake.owed import Periods
from yanlu.intake.rates import Allowance, Rates
from yanlu.intake.store.database import FLOOR, Server, Store, StorePlace, opened
from yanlu.intake.store.patience import Patience
from yanlu.intake.store.writer import Writer
from yanlu.intake.web.crowd import ABREAST, CONFIRMING, LETTERS, Seats
from yanlu.intake.web.durable import Durable
from yanlu.intake.web.lists import Current, Lists, Offer
from yanlu.intake.web.log import Log
from yanlu.intake.web.metrics import Counters
from yanlu.intake.web.pages import Pages, open_pages
from yanlu.intake.web.scribe import Scribe
from yanlu.model import CHINA
from yanlu.receipts.office import promiser
from yanlu.receipts.promises import Promiser
from yanlu.settings import Portal, read_codes

Result = TypeVar("Result")
LOOKS = Allowance(burst=30, hourly=120, flood=10)  # of an address at the status page
TRIES = Allowance(burst=10, hourly=0.4, flood=1)  # of wrong second words for one code: ten a day
ACTS = Allowance(burst=60, hourly=60, flood=1)  # of anything with a word, for one code
LAST = 2.0  # seconds for a locked store, once the service is told to stop
CHANGE = "rating-change"  # the rule of deadlines.csv for how long a grade may be changed


@dataclass(frozen=True)
class Aside:
    """One thread with a store of its own: for reading and writing that must not hold up others."""

    store: Store
    _thread: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(1, "yanlu-aside")
    )

    async def do(self, act: Callable[[Store], Result]) -> Result:
        """One act, after those that were asked for before."""
        return await asyncio.wrap_future(self.ask(act))

    def ask(self, act: Callable[[Store], Result]) -> Future[Result]:
        """The same, for whoever waits otherwise."""
        return self._thread.submit(act, self.store)

    def stop(self) -> None:
        """Finish what was asked."""
        self._thread.shutdown()


@dataclass(frozen=True)
class AtOnce:
    """The event loop's own store: files of this machine answer sooner than a thread would."""

    store: Store

    async def do(self, act: Callable[[Store], Result]) -> Result:
        """As `Aside`, without waiting for others."""
        return act(self.store)


@dataclass(frozen=True)
class Service:
    """Everything behind the routes. `reader` looks up single records, on the way of every letter.

    `watch` looks through the whole store for the metrics, and keeps nobody waiting meanwhile;
    `probe` tries whether it can be written, which may take as long as another's lock.
    `sealing` does what takes long: second words are hashed two at a time, for each takes
    19 MiB and 30 ms. `letters` and `confirming` are the places for what is under way, `abreast`
    lets few searches for masks follow each other without a pause.
    """

    origin: str
    root: str
    site: Path
    headers: Mapping[str, str]
    contact_days: int
    periods: Periods
    grades: Mapping[str, str]
    until: Until
    desk: Desk
    promiser: Promiser
    writer: Writer
    durable: Durable
    scribe: Scribe
    reader: AtOnce | Aside
    aside: Aside
    watch: Aside
    probe: Aside
    patience: Patience
    pages: Pages
    offered: Callable[[date], Lists]
    log: Log
    sends: Rates
    looks: Rates
    tries: Rates
    acts: Rates
    counters: Counters = field(default_factory=Counters)
    sealing: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(2, "yanlu-seal"))
    letters: Seats = field(default_factory=lambda: Seats(LETTERS))
    confirming: Seats = field(default_factory=lambda: Seats(CONFIRMING))
    abreast: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(ABREAST))

    def alive(self) -> bool:
        """Whether anything can be taken: without its writer the service had better end."""
        return self.writer.alive

    def end(self) -> None:
        """The service is told to stop: who waits for a locked store is answered soon."""
        self.patience.end(LAST)


def now() -> int:
    """Unix seconds."""
    return int(time.time())


def today() -> date:
    """The day at the office."""
    return datetime.now(CHINA).date()


@dataclass(frozen=True)
class Bounds:
    """Where the service says no: free bytes that must stay, and how often one may send."""

    floor: int = FLOOR
    sends: Allowance = field(default_factory=Allowance)


@dataclass(frozen=True)
class Website:
    """What the service shares with the site: its folder, its headers, what its form offers."""

    folder: Path
    headers: Mapping[str, str]
    options: Offer


def _periods(portal: Portal) -> Periods:
    rules = read_rules(portal.data, portal.settings.deadlines.profile)
    return Periods(rules, read_calendar(portal.data))


def _grades(portal: Portal) -> Mapping[str, str]:
    """Codes and names of the grades, from the best to the worst."""
    listed = read_codes(portal.data / "codes" / "grades.csv")
    return {code: listed.title(code) for code in listed.rows}


def _until(portal: Portal) -> Until:
    """By the office's own rule; without one, a grade that was given stands."""
    rule = read_rules(portal.data, portal.settings.deadlines.profile).get(CHANGE)
    calendar = read_calendar(portal.data)
    return lambda day: count(rule, day, calendar).due if rule else None


@contextmanager
def opened_service(
    portal: Portal, folder: StorePlace, website: Website, log: Log, bounds: Bounds | None = None
) -> Iterator[Service]:
    """The service of an office, with its store at `folder` open and its writer running.

    Raises:
        IntakeError, StoreError: the site is not built, or the store cannot be used.
    """
    pages = open_pages(portal, website.folder)
    bounds = bounds or Bounds()
    lists = Current(portal, website.options, log)
    lists(today())  # what cannot be read is told now, and not to the first citizen
    office = portal.settings.office
    with ExitStack() as stores:
        patience = Patience()
        store, reader, *others = (
            replace(patience.keep(stores.enter_context(opened(folder))), floor=bounds.floor)
            for _ in range(5)
        )
        desk, signer = desk_at(portal, store), promiser(portal)
        desk.mask("开门以前先读一遍词表。")  # so that the first citizen need not wait for it
        writer, scribe = Writer(store, bounds.floor), Scribe(log)
        aside, watch, probe, apart = asides = [Aside(held) for held in (*others, reader)]
        try:
            yield Service(
                origin=office.base_url.removesuffix(office.root),
                root=office.root,
                site=website.folder,
                headers=website.headers,
                contact_days=portal.settings.intake.contact_days,
                periods=_periods(portal),
                grades=_grades(portal),
                until=_until(portal),
                desk=desk,
                promiser=signer,
                writer=writer,
                durable=Durable(writer),
                scribe=scribe,
                reader=apart if isinstance(folder, Server) else AtOnce(reader),
                aside=aside,
                watch=watch,
                probe=probe,
                patience=patience,
                pages=pages,
                offered=lists,
                log=log,
                sends=Rates(bounds.sends),
                looks=Rates(LOOKS),
                tries=Rates(TRIES),
                acts=Rates(ACTS),
            )
        finally:
            patience.end(LAST)
            for other in asides:
                other.stop()
            scribe.stop()
            writer.stop()
