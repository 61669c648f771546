"""Numbers and addresses that are everybody's: hotlines, and what the directory lists."""

from __future__ import annotations

import csv
import re
import tomllib
from pathlib import Path
from urllib.parse import urlsplit

from yanlu.intake.redact.lists import words

SEVERAL = re.compile(r"[、，,；;／|]|或")  # what stands between the numbers of one office


def hotlines() -> frozenset[str]:
    """Public numbers that hold everywhere, as 110 and 12345."""
    return frozenset(words("numbers", "hotlines", "numbers"))


def official_numbers(data: Path) -> frozenset[str]:
    """Hotlines, this site, and what `guidance/offices.csv` lists if it is there."""
    directory = data / "guidance" / "offices.csv"
    if not directory.is_file():
        return hotlines() | _own_site(data)
    with directory.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    numbers = {part.strip() for row in rows for part in SEVERAL.split(row["telephone"])}
    return hotlines() | _own_site(data) | numbers | {row["address"] for row in rows} - {""}


def _own_site(data: Path) -> frozenset[str]:
    """The host of this site and those named beside it, to whose pages replies lead.

    From `office.toml`, if it is there.
    """
    settings = data / "office.toml"
    if not settings.is_file():
        return frozenset()
    office = tomllib.loads(settings.read_text("utf-8"))["office"]
    return frozenset({urlsplit(office["base_url"]).netloc, *office.get("hosts", ())})
