"""Who comes next: of one host only a few at a time, so that a slow one keeps no others waiting."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from typing import TypeVar
from urllib.parse import urlsplit

from yanlu.federation.fetching import Limits
from yanlu.packages.lower_offices import LowerOffice, is_loopback

Result = TypeVar("Result")


def in_turn(
    pool: Executor,
    offices: Sequence[LowerOffice],
    work: Callable[[LowerOffice], Result],
    limits: Limits,
) -> Iterator[Result]:
    """What the work makes of each office, as they end; folders and this machine are no host.

    An office whose host has enough to do is put aside until another of that host has ended: it
    holds no worker meanwhile.
    """
    waiting, aside = deque(offices), defaultdict[str, deque[LowerOffice]](deque)
    running, busy = dict[Future[Result], str](), Counter[str]()
    while waiting or running:
        while waiting and len(running) < limits.at_once:
            office = waiting.popleft()
            host = _host(office)
            if host and busy[host] >= limits.per_host:
                aside[host].append(office)
                continue
            busy[host] += 1
            running[pool.submit(work, office)] = host
        ended, _ = wait(running, return_when=FIRST_COMPLETED)
        for future in ended:
            host = running.pop(future)
            busy[host] -= 1
            if aside[host]:
                waiting.appendleft(aside[host].popleft())
            yield future.result()


def _host(office: LowerOffice) -> str:
    if not office.is_remote:
        return ""
    parts = urlsplit(office.address)
    return "" if is_loopback(parts) else str(parts.hostname)
