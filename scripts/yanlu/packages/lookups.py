"""Tables beside short lists of what their foreign keys may name.

frictionless reads a table that others refer to anew for each reference, as a whole. Only the
columns that are named matter, so that they alone are handed to it, read once.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

_Key = tuple[str, tuple[str, ...]]  # a resource, and the columns that are named


class Pointed(NamedTuple):
    """Resources that are such lists, and for each table its foreign keys, which name them.

    `names` are short ones of the tables that refer to no other: of their bytes, and of all that
    is said of them.
    """

    lists: list[dict[str, Any]]
    keys: list[list[dict[str, Any]]]
    names: list[bytes | None]


def with_lists(descriptor: Mapping[str, Any], folder: Path) -> Pointed | None:
    """What to put into a data package, and what to change in it.

    None where a file is missing, cannot be read, or is not what is said of it: what is wrong
    has to be found by frictionless.
    """
    try:
        return _with_lists(descriptor, folder)
    except (AttributeError, csv.Error, LookupError, OSError, TypeError, ValueError):
        return None


def _with_lists(descriptor: Mapping[str, Any], folder: Path) -> Pointed:
    resources = {resource["name"]: resource for resource in descriptor["resources"]}
    named = {key for resource in resources.values() for key in _named(resource)}
    lists = [_list(resources[name], columns, folder) for name, columns in sorted(named)]
    names = [_short(resource, folder) for resource in descriptor["resources"]]
    return Pointed(lists, list(map(_pointed, descriptor["resources"])), names)


def _short(resource: Mapping[str, Any], folder: Path) -> bytes | None:
    if any(name != resource["name"] for name, _ in _named(resource)):
        return None
    content = (folder / resource["path"]).read_bytes() if "path" in resource else b""
    told = json.dumps(resource, sort_keys=True).encode()
    return hashlib.sha256(hashlib.sha256(told).digest() + content).digest()


def _foreign(resource: Mapping[str, Any]) -> list[dict[str, Any]]:
    keys: list[dict[str, Any]] = resource["schema"].get("foreignKeys", [])
    return keys


def _named(resource: Mapping[str, Any]) -> Iterator[_Key]:
    for key in _foreign(resource):
        reference = key["reference"]
        yield reference["resource"] or resource["name"], tuple(reference["fields"])


def _pointed(resource: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {**key, "reference": {"resource": _name(named), "fields": list(named[1])}}
        for key, named in zip(_foreign(resource), _named(resource), strict=True)
    ]


def _list(resource: Mapping[str, Any], columns: tuple[str, ...], folder: Path) -> dict[str, Any]:
    """What stands in some columns of a table; what else is wrong there, its own check tells."""
    rows = resource["data"] if "data" in resource else _rows(folder / resource["path"])
    places = [rows[0].index(column) for column in columns]
    known = {tuple(row[place] for place in places) for row in rows[1:] if len(row) == len(rows[0])}
    fields = {field["name"]: field for field in resource["schema"]["fields"]}
    kept = [{**fields[column], "constraints": {}} for column in columns]
    schema = {"fields": kept, "missingValues": resource["schema"].get("missingValues", [""])}
    data = [list(columns), *map(list, sorted(known))]
    return {"name": _name((resource["name"], columns)), "data": data, "schema": schema}


def _rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def _name(key: _Key) -> str:
    return "-".join(("list", key[0], *key[1]))
