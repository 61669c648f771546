"""The shipped schemas: one Table Schema for each table that Yanlu keeps, JSON Schemas for the rest.

The one door to jsonschema-rs, which looks through a head in a fiftieth of the time that
jsonschema takes; there are tens of thousands of heads.
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import jsonschema_rs

# Where each table of `data/` lies; every other file there is refused by `yanlu check`.
TABLES = {
    **{
        name: f"codes/{name}.csv"
        for name in (
            "regions",
            "topics",
            "channels",
            "events",
            "purposes",
            "bodies",
            "outcomes",
            "grades",
            "bands",
            "conversions",
            "revisions",
            "deadlines",
            "laws",
            "holidays",
            "office-types",
        )
    },
    **{
        name: f"guidance/{name}.csv"
        for name in (
            "offices",
            "receptions",
            "posts",
            "leaders",
            "meetings",
            "budget",
            "routes",
            "doors",
            "situations",
            "owed",
            "upkeep",
        )
    },
    "releases": "statistics/releases.csv",
    "replaced": "statistics/replaced.csv",
    "rollups": "rollups/rollups.csv",
    "sanctions": "supervision/sanctions.csv",
    "awards": "awards.csv",
    "redirects": "redirects.csv",
}

# Tables that an office begins only when there is something to write into them.
OPTIONAL = (
    *("releases", "replaced", "rollups", "sanctions", "awards", "redirects"),
    *("receptions", "posts", "leaders", "meetings", "budget", "upkeep"),
)

# The code lists that a release carries along, so that it can be read on its own for ever.
CARRIED = ("regions", "topics", "channels", "events")


def load_schema(name: str) -> dict[str, Any]:
    """The Table Schema of the table `name`."""
    text = files(__package__).joinpath("schemas", f"{name}.json").read_text("utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


Validator = jsonschema_rs.Draft202012Validator


def validator(schema: dict[str, Any]) -> Validator:
    """What holds documents against a JSON Schema of 2020-12, dates too."""
    return Validator(schema, validate_formats=True)


def table_resource(name: str, path: str) -> dict[str, Any]:
    """A resource descriptor of a CSV file that follows the shipped schema."""
    return {
        "name": name,
        "path": path,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": load_schema(name),
    }
