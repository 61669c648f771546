"""What a lower office serves, made without building a site: its log, its packages, and all tricks.

Fast enough for thousands of offices: event lines look like chance and are the same with all.
"""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from yanlu.federation.series import SERIES
from yanlu.model import Month
from yanlu.packages.schemas import table_resource
from yanlu.receipts.checkpoints import Checkpoint
from yanlu.receipts.lines import BatchLine, EventLine, KeyLine, ReleaseLine
from yanlu.receipts.merkle import tree_of
from yanlu.receipts.notes import Signer
from yanlu.receipts.tiles import ENTRIES, tiles_of

CODES = Path(__file__).parents[2] / "data" / "codes"
BASE = 5
Row = tuple[str, str, str, str, int]
_ONE_DAY = timedelta(days=1)


def table(header: str, rows: Iterable[Sequence[object]]) -> bytes:
    """A CSV file."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([header.split(","), *rows])
    return out.getvalue().encode()


def regions(office: str, *, towns: int = 2, national: str = "", until: str = "") -> bytes:
    """The regions of a county: itself and its towns, with their national codes."""
    rows = [(office, f"{office}县", "", "district", national, "2015-01-01", "")]
    for number in range(1, towns + 1):
        code = f"{national}{100 + number}" if national else ""
        name = f"{office}县{number}镇"
        rows.append((f"{office}-{number}", name, office, "town", code, "2015-01-01", until))
    return table("code,name,parent,level,maps_to,valid_from,valid_to", rows)


@cache
def carried(name: str) -> bytes:
    """A code list of the reference office, which all offices share."""
    return (CODES / f"{name}.csv").read_bytes()


def rows(office: str, *, towns: int = 2, seed: int = 0) -> list[Row]:
    """Counts of a month, in their order, none below the base."""
    chance = random.Random(f"{office}/{seed}")  # noqa: S311
    return sorted(
        (f"{office}-{town}", topic, channel, event, chance.randrange(BASE, 300))
        for town in range(1, towns + 1)
        for topic in ("lighting", "noise", "roads", "waste")
        for channel in ("online", "phone")
        for event in ("received", "replied-late", "replied-on-time")
    )


@dataclass(frozen=True)
class Package:
    """A data package: its files, and the line by which a log names it."""

    month: Month
    version: int
    files: Mapping[str, bytes]
    series: str = "statistics"

    @property
    def line(self) -> ReleaseLine:
        """The line for the log."""
        content = self.files["datapackage.json"]
        digest = sha256(content).hexdigest()
        name = f"{self.series}-{self.month}"
        return ReleaseLine(name, str(self.version), digest, len(content))

    @property
    def place(self) -> str:
        """Where it is served."""
        return f"{SERIES[self.series].served}{self.month}/v{self.version}"


def package(
    office: str,
    month: str,
    version: int = 1,
    *,
    counts: Iterable[Row] | None = None,
    base: int = BASE,
    tables: Mapping[str, bytes] | None = None,
    **told: Any,
) -> Package:
    """A month of an office as it would publish it; `told` stands in place of the descriptor's."""
    cube = rows(office, seed=version) if counts is None else counts
    files = {
        "cube": table("region,topic,channel,event,count", cube),
        "regions": regions(office),
        **{name: carried(name) for name in ("topics", "channels", "events")},
        **(tables or {}),
    }
    at = Month.parse(month)
    revision = {"revises": version - 1, "why": "late-records"} if version > 1 else {}
    descriptor = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": f"statistics-{month}",
        "title": f"{office}信访局：{at.title}收到与回复统计",
        "description": "只用于测试。",
        "version": str(version),
        "period": month,
        "cutoff": at.end.isoformat(),
        "method": {"name": "small-count-rounding", "base": base, "version": 2},
        "nonce": sha256(f"{office}/{month}/{version}".encode()).hexdigest()[:32],
        **revision,
        "licenses": [{"name": "CC0-1.0", "title": "CC0", "path": "https://cc0.example/"}],
        "sources": [{"title": "测试记录", "terms": "随意使用。", "note": "只用于测试。"}],
        "resources": [_resource(name, content) for name, content in files.items()],
        **told,
    }
    served = {f"{name}.csv": content for name, content in files.items()}
    served["datapackage.json"] = json.dumps(descriptor, ensure_ascii=False).encode()
    return Package(at, version, served)


@cache
def _shipped(name: str) -> dict[str, Any]:
    return table_resource(name, f"{name}.csv")


def _resource(name: str, content: bytes) -> dict[str, Any]:
    seal = f"sha256:{sha256(content).hexdigest()}"
    return {**_shipped(name), "bytes": len(content), "hash": seal}


@dataclass(frozen=True)
class Lower:
    """A lower office: what it published on each day since its first, the log's key, event lines.

    `salt` makes another history of the same office: a log that forks.
    """

    name: str
    days: Sequence[Sequence[Package]] = ((),)
    first: date = date(2026, 12, 1)  # behind the months of all packages
    events: int = 2
    salt: int = 0
    keys: Sequence[Signer] = field(default_factory=tuple)

    @property
    def signer(self) -> Signer:
        """Who signs its log."""
        return Signer(f"{self.name}.example/log", sha256(self.name.encode()).digest())

    def later(self, *packages: Package, days: int = 1) -> Lower:
        """The same office some days later, with more packages on the last of them."""
        return replace(self, days=[*self.days, *[()] * (days - 1), packages])

    def entries(self) -> list[bytes]:
        """All lines of its log."""
        found: list[bytes] = []
        newest: dict[str, int] = {}
        for number, packages in enumerate(self.days):
            signers = () if number else (self.signer, *self.keys)
            public: list[object] = [KeyLine("log", one.key) for one in signers]
            start = len(found) + 1 + len(public)
            for index, line in enumerate((one.line for one in packages), start):
                public.append(replace(line, revises=newest.get(line.name)))
                newest[line.name] = index
            head = BatchLine(self.first + number * _ONE_DAY, self.events, len(public))
            found += [str(line).encode() for line in (head, *public)]
            found += _events(number, self.events, self.salt)
        return found

    def serve(self, site: Path) -> Path:
        """Write all that it serves; what was there and is not written again stays."""
        for place, content in log_files(self.signer, self.entries()):
            put(site / place, content)
        for one in (package for packages in self.days for package in packages):
            for name, content in one.files.items():
                put(site / one.place / name, content)
        return site


def log_files(signer: Signer, entries: Sequence[bytes]) -> Iterator[tuple[str, bytes]]:
    """The files of a log that are read here, by their places."""
    root = tree_of(entries).root(len(entries))
    note = signer.sign(Checkpoint(signer.name, len(entries), root).text)
    yield "log/checkpoint", str(note).encode()
    for tile in tiles_of(len(entries)):
        if tile.level != ENTRIES:
            break
        yield f"log/{tile.path}", tile.bundle(entries)


@cache
def _events(day: int, count: int, salt: int) -> Sequence[bytes]:
    chance = random.Random(f"{day}/{salt}").randbytes  # noqa: S311
    return sorted(str(EventLine(chance(16), chance(32))).encode() for _ in range(count))


def put(path: Path, content: bytes) -> None:
    """Write a file, and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
