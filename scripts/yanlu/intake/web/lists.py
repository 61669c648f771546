"""What the form offers and how codes are called, as `data/` says today.

The service runs for months, and a call opens or closes meanwhile: files are read again on
another day (the office's own) and when one of them has changed.
"""

from __future__ import annotations

import csv
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from pathlib import Path

from yanlu.errors import PackageError, YanluError
from yanlu.intake.entry import Choices
from yanlu.intake.web.log import Log
from yanlu.packages.calls import Call, Phase, call_files, open_call, phase
from yanlu.settings import Portal, read_codes

Options = Mapping[str, Sequence[Mapping[str, str]]]
Offer = Callable[[Portal, date], Options]
Titles = Mapping[str, Callable[[str], str]]  # list → the Chinese name of a code
_CODES = ("topics", "regions", "channels", "outcomes", "grades")
PAUSE = 0.2  # seconds between two looks at the files: in a crowd they took a tenth of a letter
_RESTED = 1.0  # seconds since its last change, after which a file is taken to be whole
_BROKEN = (YanluError, OSError, ValueError, KeyError, csv.Error)


@dataclass(frozen=True)
class Lists:
    """For topics, regions and calls the codes that may be chosen; and what codes are called.

    `results` are the titles of calls whose result is published, by id.
    """

    options: Options
    titles: Titles
    results: Mapping[str, str]

    @cached_property
    def choices(self) -> Choices:
        """The codes that the form takes: no others."""
        codes = {name: frozenset(o["code"] for o in found) for name, found in self.options.items()}
        return Choices(**codes)


class Current:
    """The lists of a day. With nothing new, a call costs a look at each file's date now and then.

    A file that cannot be read leaves what was known before, and a line in the log.
    """

    def __init__(self, portal: Portal, offer: Offer, log: Log) -> None:
        self._portal, self._offer, self._log = portal, offer, log
        self._seen: tuple[date, object] | None = None
        self._lists: Lists | None = None
        self._looked = float("-inf")

    def __call__(self, day: date) -> Lists:
        """What holds on `day`.

        Raises:
            SettingsError: the very first time, a list that cannot be read.
        """
        same_day = self._seen is not None and self._seen[0] == day
        moment = time.monotonic()
        if self._lists and same_day and moment - self._looked < PAUSE:
            return self._lists
        self._looked = moment
        stamps = dict(_stamps(self._portal.data))
        seen = day, stamps
        if self._lists and (self._seen == seen or (same_day and _is_fresh(stamps))):
            return self._lists
        try:
            self._lists = _read(self._portal, self._offer, day)
        except _BROKEN as error:
            if self._lists is None:
                raise
            self._log.say("lists", error=type(error).__name__)
        self._seen = seen
        return self._lists


def _read(portal: Portal, offer: Offer, day: date) -> Lists:
    fresh = Portal(portal.folder, portal.settings)  # the other one keeps the lists it has read
    codes = {name: read_codes(portal.data / "codes" / f"{name}.csv").title for name in _CODES}
    calls = dict(_calls(portal.data))
    titles = {name: str(call.front["title"]) for name, call in calls.items()}
    told = {name: titles[name] for name in calls if phase(calls[name], day) is Phase.ANSWERED}
    return Lists(offer(fresh, day), {**codes, "calls": lambda code: titles.get(code, code)}, told)


def _calls(data: Path) -> Iterator[tuple[str, Call]]:
    for path in call_files(data):
        try:
            yield path.stem, open_call(path)
        except PackageError:
            continue  # `yanlu check` tells of it; its id stands for it meanwhile


def _stamps(data: Path) -> Iterator[tuple[str, int]]:
    """When each file was last changed, and the folder in which one may have come or gone."""
    *codes, calls = _watched(data)
    for path in (*codes, calls):
        try:
            yield str(path), path.stat().st_mtime_ns
        except FileNotFoundError:
            continue
    try:
        with os.scandir(calls) as found:
            yield from ((entry.path, entry.stat().st_mtime_ns) for entry in found)
    except FileNotFoundError:
        return


@cache
def _watched(data: Path) -> list[Path]:
    """The files of codes, then the folder of calls; to put a path together costs most of a look."""
    return [*(data / "codes" / f"{name}.csv" for name in _CODES), data / "calls"]


def _is_fresh(stamps: Mapping[str, int]) -> bool:
    """Whether something is just being written; what bears a later time than ours is not."""
    age = time.time() - max(stamps.values(), default=0) / 1e9
    return 0 <= age < _RESTED
