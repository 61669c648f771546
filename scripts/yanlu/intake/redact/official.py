"""Numbers and addresses that are everybody's: hotlines, and what the directory lists."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from yanlu.intake.redact.lists import words

SEVERAL = re.compile(r"[、，,；;／|]|或")  # what stands between the numbers of one office


def hotlines() -> frozenset[str]:
    """Public numbers that hold everywhere, as 110 and 12345."""
    return frozenset(words("numbers", "hotlines", "numbers"))


def official_numbers(data: Path) -> frozenset[str]:
    """Hotlines, and the numbers and addresses of `guidance/offices.csv` if it is there."""
    directory = data / "guidance" / "offices.csv"
    if not directory.is_file():
        return hotlines()
    with directory.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    numbers = {part.strip() for row in rows for part in SEVERAL.split(row["telephone"])}
    return hotlines() | numbers | {row["address"] for row in rows} - {""}
