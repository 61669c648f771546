"""Thousands of offices, twelve months each, collected from one server: all at first, then nothing.

Each office has a log of a year, eight event lines a day; they are served by nginx on loopback.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tests.bench.measure import Cost, run

from doubles.door import free_ports
from doubles.lower import Lower, Package, package, regions, rows
from doubles.nginx import running
from yanlu.federation.collecting import collect_all
from yanlu.federation.fetching import Limits
from yanlu.federation.rolling import prepare, write
from yanlu.model import Month
from yanlu.packages.lower_offices import read_lower_offices
from yanlu.settings import open_portal

ROOT = Path(__file__).parents[2]
OFFICES = 3000
MONTHS = tuple(f"2026-{number:02}" for number in range(1, 13))
TODAY = date(2027, 2, 1)
_TOWNS = 10  # of each county, with which a month has 240 rows
_SERVER = """
daemon off;
master_process off;
pid {folder}/pid;
error_log stderr crit;
events {{ worker_connections 256; }}
http {{
    access_log off;
    default_type application/octet-stream;
    keepalive_requests 100000;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{ listen 127.0.0.1:{port}; root {folder}/served; }}
}}
"""


@dataclass(frozen=True)
class Measured:
    """What it cost to collect from so many offices, once more with nothing new, and to roll up."""

    offices: int
    lines: int
    first: Cost
    again: Cost
    rolled: Cost


def measure(offices: int) -> Measured:
    """Serve the offices, collect twice and roll up all months, each in a process of its own."""
    with standing(offices) as folder:
        first, again, rolled = (
            run("-c", _PROGRAM.format(step), str(folder), folder=ROOT)
            for step in ("collected", "collected", "rolled")
        )
        held = len(list((folder / "city/data/collected").glob("*/statistics/*/v1/cube.csv")))
        if held != offices * len(MONTHS):
            raise RuntimeError(f"{held} packages were taken in")
        return Measured(offices, len(lower(0).entries()), first, again, rolled)


_PROGRAM = "import sys; from tests.bench import collect; collect.{}(sys.argv[1])"


@contextmanager
def standing(offices: int) -> Iterator[Path]:
    """A folder with a portal in `city/`, whose lower offices are all served, until the end."""
    with tempfile.TemporaryDirectory(prefix="yanlu-collect-") as made:
        folder = Path(made)
        [port] = free_ports(1)
        with ProcessPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(_serve, [folder / "served"] * offices, range(offices), chunksize=20))
        _found(folder / "city", offices, f"http://127.0.0.1:{port}/")
        (folder / "nginx.conf").write_text(_SERVER.format(folder=folder, port=port), "utf-8")
        with running(folder / "nginx.conf", port):
            yield folder


def collected(folder: str) -> None:
    """Collect from all."""
    portal = open_portal(Path(folder) / "city")
    offices = read_lower_offices(portal.data, portal.codes)
    wrong = [one for one in collect_all(portal, offices, TODAY, Limits()) if not one.is_sound]
    if wrong:
        raise RuntimeError(f"{wrong[0]}")


def rolled(folder: str) -> None:
    """Add up every month of all of them, each attacked before it is written."""
    portal = open_portal(Path(folder) / "city")
    for month in map(Month.parse, MONTHS):
        prepared = prepare(portal, month, today=TODAY, report=lambda _: None)
        if write(portal, prepared, today=TODAY) is None:
            raise RuntimeError(f"{month} was not written")


def lower(number: int) -> Lower:
    """An office with a year of packages, each out on the fifth of the month after."""
    name = f"c{number:04}"
    told = {"tables": {"regions": regions(name, towns=_TOWNS)}}
    made = [package(name, one, counts=rows(name, towns=_TOWNS, seed=at), **told)
            for at, one in enumerate(MONTHS)]  # fmt: skip
    out = {date(2026 + one.month.number // 12, one.month.next.number, 5): one for one in made}
    days: list[tuple[Package, ...]] = [
        (out[day],) if (day := date.fromordinal(at)) in out else ()
        for at in range(date(2026, 1, 15).toordinal(), date(2027, 1, 15).toordinal())
    ]
    return Lower(name, days, date(2026, 1, 15), events=8)


def _serve(folder: Path, number: int) -> None:
    one = lower(number)
    one.serve(folder / one.name)


def _found(city: Path, offices: int, address: str) -> None:
    """The portal above them."""
    shutil.copytree(ROOT / "data" / "codes", city / "data" / "codes")
    shutil.copy(ROOT / "data" / "office.toml", city / "data" / "office.toml")
    numbers = range(offices)
    with (city / "data" / "codes" / "regions.csv").open("a", encoding="utf-8") as file:
        file.writelines(f"c{n:04},{n}县,shili,district,,2015-01-01,\n" for n in numbers)
    with (city / "data" / "sources.toml").open("w", encoding="utf-8") as file:
        for name in (f"c{n:04}" for n in numbers):
            key = Lower(name).signer.key.vkey
            file.write(
                f'[[source]]\nid = "{name}"\nname = "{name}信访局"\nregion = "{name}"\n'
                f'address = "{address}{name}/"\nlog_key = "{key}"\n\n'
            )
