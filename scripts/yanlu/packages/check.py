"""All that must hold of `data/` before anything is published, in one run."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from yanlu.aside import WRITING
from yanlu.errors import DisclosureError, PackageError
from yanlu.model import Cell, Release
from yanlu.overlay import in_data
from yanlu.packages.awards import awards_faults
from yanlu.packages.bundles import out_of_bundle
from yanlu.packages.calls import calls_faults
from yanlu.packages.faults import Fault, plain_fault, unsealed, validate
from yanlu.packages.plain import text_faults
from yanlu.packages.proposals import proposals_faults
from yanlu.packages.quarters import FILES as QUARTERS
from yanlu.packages.quarters import quarter_faults
from yanlu.packages.read import (
    Listing,
    agrees,
    listed,
    read_descriptor,
    read_release,
    release_folder,
)
from yanlu.packages.rollups import FILES as ROLLUPS
from yanlu.packages.rollups import rollup_faults
from yanlu.packages.schemas import CARRIED, OPTIONAL, TABLES, load_schema, table_resource
from yanlu.packages.suggestions import suggestion_faults, suggestion_files
from yanlu.settings import read_codes

# What may lie in data/; any other file stops the run, so that no export is left there.
KNOWN = (
    "office.toml",
    "map.svg",
    "sources.toml",
    "mappings/*.toml",
    "layouts/*.toml",
    *TABLES.values(),
    "suggestions/*/*.md",
    "calls/*.md",
    "supervision/*/*.md",
    *QUARTERS,
    *ROLLUPS,
    "log/entries/*.txt",
    "log/checkpoints/*",
    "log/pending.txt",
    "statistics/*/v*/datapackage.json",
    *(f"statistics/*/v*/{name}.csv" for name in ("cube", *CARRIED)),
    *(
        f"collected/*/{name}"
        for name in ("checkpoint", "forked", "shorter", "log.csv", "state.toml")
    ),
    "collected/*/statistics/releases.csv",
    "collected/*/statistics/*/v*/datapackage.json",
    *(f"collected/*/statistics/*/v*/{name}.csv" for name in ("cube", *CARRIED)),
    "collected/*/rollups/rollups.csv",
    "collected/*/rollups/*/v*/datapackage.json",
    *(f"collected/*/rollups/*/v*/{name}.csv" for name in ("cube", "coverage", *CARRIED)),
)
_TEXT, _STRAY = ".md", "stray"


def check_data(data: Path, suggestions: Iterable[Path] | None = None) -> list[Fault]:
    """Every fault of every file, sorted by file and row.

    Of suggestions, all files are read, or only `suggestions`.
    """
    tables = _tables(data)
    faults = [*_strays(data), *tables, *_release_faults(data)]
    if not tables:  # codes can be looked up
        faults += [*_act_faults(data), *register_faults(data, suggestions)]
    return sorted(set(faults))


def rest_faults(data: Path) -> list[Fault]:
    """Every fault of all files that are no suggestions, and are not held against them."""
    tables = _tables(data)
    acts = [] if tables else _act_faults(data)
    return sorted({*_strays(data), *tables, *acts, *_release_faults(data)})


def hides_others(fault: Fault) -> bool:
    """Whether further checks could not go by the rest of `data/`, or would say the same again.

    Not so of what people write, one file a suggestion or call, nor of a file that is none of ours.
    """
    return not fault.file.endswith(_TEXT) and fault != plain_fault(_STRAY, fault.file)


def register_faults(data: Path, suggestions: Iterable[Path] | None = None) -> list[Fault]:
    """Faults of suggestions (None: of all), and of what may not point to any of them.

    The rest of `data/` has no fault.
    """
    paths = suggestion_files(data) if suggestions is None else suggestions
    return sorted({*suggestion_faults(data, paths), *awards_faults(data)})


def _act_faults(data: Path) -> list[Fault]:
    return [*calls_faults(data), *proposals_faults(data), *_guidance(data)]


def _release_faults(data: Path) -> list[Fault]:
    try:
        entries = listed(data)
    except PackageError:
        return []  # the list's own faults are among the tables'
    faults = [*_versions(data, entries), *_hasty(entries)]
    faults += [*quarter_faults(data), *rollup_faults(data)]
    passed: set[bytes] = set()
    for entry in entries:
        faults += _release(data, entry, passed)
    for folder in sorted((data / "rollups").glob("*/v*")):
        faults += _lost_codes(data, folder, f"data/rollups/{folder.parent.name}/{folder.name}/")
    return faults


def is_known(place: str) -> bool:
    """Whether a file may lie there; `place` is relative to `data/`."""
    return bool(_known_places().fullmatch(place))


@cache
def _known_places() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{_pattern(place)})" for place in KNOWN))


def _strays(data: Path) -> Iterator[Fault]:
    start = len(str(data)) + 1
    for folder, below, names in os.walk(str(data)):
        for left in [name for name in below if name.startswith(WRITING)]:
            yield plain_fault("interrupted", f"data/{f'{folder[start:]}/{left}'.lstrip('/')}")
            below.remove(left)
        for name in names:
            place = f"{folder[start:]}/{name}".lstrip("/")
            if not is_known(place):
                yield plain_fault(_STRAY, f"data/{place}")


def _pattern(place: str) -> str:
    """A `*` stands for part of one name: it crosses no folder."""
    return "[^/]*".join(map(re.escape, place.split("*")))


def _tables(data: Path) -> list[Fault]:
    present = {name: path for name, path in TABLES.items() if (data / path).is_file()}
    shipped = {
        name: path
        for name, place in TABLES.items()
        if name not in present and (path := in_data(data, place)).is_file()
    }
    missing = [
        plain_fault("scheme-error", f"data/{path}")
        for name, path in TABLES.items()
        if name not in present.keys() | shipped.keys() and name not in OPTIONAL
    ]
    if not present:
        return missing
    resources = [table_resource(name, path) for name, path in present.items()]
    resources += [_known(name, path) for name, path in shipped.items()]
    cycles = [
        plain_fault("cycle", f"data/{path}") for path in present.values() if _turns(data / path)
    ]
    return missing + cycles + validate({"name": "data", "resources": resources}, data, "data/")


def _known(name: str, path: Path) -> dict[str, Any]:
    """A shipped table, to whose codes those of an office may refer."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    return {"name": name, "data": rows, "schema": load_schema(name)}


def _guidance(data: Path) -> Iterator[Fault]:
    """Markup and unseen signs in tables that are read by everybody."""
    for place in (place for place in TABLES.values() if place.startswith("guidance/")):
        if not (data / place).is_file():
            continue
        with (data / place).open(encoding="utf-8-sig", newline="") as file:
            for line, row in enumerate(csv.DictReader(file), start=2):
                for column, cell in row.items():
                    for what in text_faults(cell):
                        yield Fault(f"data/{place}", line, column, what, "请改正这一格")


def _turns(path: Path) -> bool:
    """Whether a code is above itself, directly or by others."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        above = {row.get("code"): row.get("parent") for row in csv.DictReader(file)}
    for code in above:
        seen, step = set(), code
        while step and step not in seen:
            seen.add(step)
            step = above.get(step)
        if step:
            return True
    return False


def _versions(data: Path, entries: Sequence[Listing]) -> list[Fault]:
    known = {(str(e.month), f"v{e.version}") for e in entries}
    folders = {
        (path.parent.name, path.name)
        for path in (data / "statistics").glob("*/v*")
        if path.is_dir()
    }
    faults = [plain_fault("unlisted", f"data/statistics/{m}/{v}") for m, v in folders - known]
    faults += [plain_fault("vanished", f"data/statistics/{m}/{v}") for m, v in known - folders]
    for month in {m for m, _ in known}:
        versions = sorted(int(v[1:]) for m, v in known if m == month)
        if versions != list(range(1, len(versions) + 1)):
            faults.append(plain_fault("gap", f"data/statistics/{month}"))
    return faults


def _hasty(entries: Sequence[Listing]) -> Iterator[Fault]:
    for position in out_of_bundle(entries):
        line = position + 2  # the first line holds the names of the columns
        yield plain_fault("hasty", "data/statistics/releases.csv", line, "issued")


def _release(data: Path, entry: Listing, passed: set[bytes]) -> list[Fault]:
    folder = release_folder(data, entry.month, entry.version)
    prefix = f"data/statistics/{entry.month}/v{entry.version}/"
    if not folder.is_dir():
        return []
    try:
        descriptor = read_descriptor(folder)
    except PackageError:
        return [plain_fault("descriptor", f"{prefix}datapackage.json")]
    if not agrees(descriptor, entry):
        return [plain_fault("mismatch", f"{prefix}datapackage.json")]
    faults = unsealed(descriptor, prefix) + validate(descriptor, folder, prefix, passed)
    faults += _lost_codes(data, folder, prefix)
    if not faults:
        faults += _cube(data, entry, descriptor, prefix)
    return faults


def _cube(data: Path, entry: Listing, descriptor: dict[str, Any], prefix: str) -> Iterator[Fault]:
    folder = release_folder(data, entry.month, entry.version)
    try:
        release = read_release(data, entry.month, entry.version)
    except DisclosureError:
        yield plain_fault("unprotected", f"{prefix}cube.csv")
    except PackageError:  # the seal holds, so it is an event that is none of ours
        yield plain_fault("crossing", f"{prefix}cube.csv")
    else:
        if not _as_agreed(release, descriptor, folder):
            yield plain_fault("crossing", f"{prefix}cube.csv")


def _as_agreed(release: Release, descriptor: dict[str, Any], folder: Path) -> bool:
    """Whether the cube is region leaf × topic group × channel group × event and no more.

    A finer crossing of the same records, or a second one, would undo the first by
    subtraction, and a descriptor made by hand could bring its own columns and codes.
    """
    cube = next(r for r in descriptor["resources"] if r["name"] == "cube")
    columns = cube["schema"].get("fields", [])
    regions, topics, channels = (
        read_codes(folder / f"{name}.csv") for name in ("regions", "topics", "channels")
    )
    return [column.get("name") for column in columns] == [*Cell._fields, "count"] and all(
        cell.region in regions.leaves
        and cell.topic in topics.groups
        and cell.channel in channels.groups
        for cell in release.counts
    )


def _lost_codes(data: Path, folder: Path, prefix: str) -> Iterator[Fault]:
    for name in CARRIED:
        today, then = data / TABLES[name], folder / f"{name}.csv"
        if today.is_file() and then.is_file() and not _codes(then) <= _codes(today):
            yield plain_fault("lost-code", f"{prefix}{name}.csv")


def _codes(path: Path) -> set[str | None]:
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        return {row.get("code") for row in csv.DictReader(file)}
