"""Groups of a village in brackets behind a name: 钱有余（一组）; a person must look."""

from __future__ import annotations

import re
from collections.abc import Iterator

from yanlu.intake.redact.lists import HAN
from yanlu.intake.redact.persons import surname_at
from yanlu.intake.redact.shadow import Find, Shadow

NUMERAL = r"(?:[0-9]{1,2}|[0-9]?十[0-9]?)"
BRACKET = re.compile(
    rf"(?P<name>{HAN}{{2,4}})\s?\(\s?(?P<group>第?{NUMERAL}(?:组|队|社|屯|小队))\s?\)"
)


def find_lone_groups(shadow: Shadow) -> Iterator[Find]:
    """Numbered groups behind a name."""
    for found in BRACKET.finditer(shadow.digits):
        name = shadow.text[found.start("name") : found.end("name")]
        if any(surname_at(name, place) for place in range(len(name) - 1)):
            yield Find(*found.span("group"), "address", certain=False)
