"""Number plates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from yanlu.intake.redact.lists import HAN, choice, members, table
from yanlu.intake.redact.shadow import Find, Shadow
from yanlu.intake.redact.tokens import DIGITS, is_counted, link

GAP = r"[\s·•.\-_]{0,3}"
# Of electric bicycles: a town and a number, 南宁·0A0371.
CYCLE = re.compile(
    rf"(?:(?![车牌照号是辆骑的]){HAN}){{2,4}}\s?[·•]\s?[a-z]?[0-9][a-z0-9]{{3,6}}(?![a-z0-9])"
)
FEWEST = 3  # digits on a plate
FORCES = rf"(?<![a-z0-9])w{GAP}j"  # of the armed police
REST = rf"[0-9](?:{GAP}[0-9]){{3}}{GAP}[0-9a-z](?![a-z0-9])"


def find_plates(shadow: Shadow) -> Iterator[Find]:
    """Plates of cars old and new, of police, schools, forces and both sides of the border."""
    patterns = (_plates(), _of_forces(), CYCLE)
    for found in (found for pattern in patterns for found in pattern.finditer(shadow.digits)):
        if len(DIGITS.findall(found[0])) >= FEWEST:
            yield Find(found.start(), found.end(), "plate")
    for found in _called().finditer(shadow.digits):
        if len(DIGITS.findall(found[1])) >= FEWEST and not is_counted(found.string, found.end()):
            yield Find(found.start(1), found.end(1), "plate")


@cache
def _plates() -> re.Pattern[str]:
    rules = table("documents")["plates"]
    last = rf"(?:[a-z0-9]|{members(rules['suffixes'])})"
    head = rf"{members(rules['provinces'])}{GAP}[a-z]{GAP}临?{GAP}"
    return re.compile(rf"{head}(?:[a-z0-9]{GAP}){{4}}{last}(?:{GAP}{last})?(?![a-z0-9])")


@cache
def _of_forces() -> re.Pattern[str]:
    """WJ京1234X, and WJ01-12345 as it was."""
    provinces = members(table("documents")["plates"]["provinces"])
    before = rf"[0-9]{GAP}[0-9](?=\s?[·•.\-_])[\s·•.\-_]{{1,5}}"
    return re.compile(rf"{FORCES}{GAP}(?:{provinces}{GAP}|{before}){REST}")


@cache
def _called() -> re.Pattern[str]:
    cues = choice(table("documents")["plates"]["cues"])
    place = rf"{HAN}{{0,3}}\s?[a-z]?"  # plates of bicycles name a town
    return re.compile(rf"{cues}{link()}({place}(?:[\s·.\-]?[a-z0-9]){{5,8}})(?![a-z0-9])")
