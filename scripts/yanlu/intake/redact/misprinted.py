"""Names as they were printed wrongly: 我叫尉迟明，大家把我的姓打成“蔚迟”.

What stands in quotes and has the length of a name that was found, or of its beginning, and half
of its characters, is the same name; a person must look.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from yanlu.intake.redact.lists import HAN
from yanlu.intake.redact.shadow import Find, Shadow

QUOTED = re.compile(rf"[“\"'‘「『(](?P<written>{HAN}{{2,4}})[”\"'’」』)]")


def find_misprinted(shadow: Shadow, known: Iterable[Find]) -> Iterator[Find]:
    """All of them, by the names that are known."""
    quoted = list(QUOTED.finditer(shadow.text))
    names = {shadow.text[find.start : find.end] for find in known if find.kind == "name"}
    for found in quoted if names else ():
        if any(_is_like(found["written"], name) for name in names):
            yield Find(*found.span("written"), "name", certain=False)


def _is_like(written: str, name: str) -> bool:
    """Whether at least half of the characters are the same, and not all."""
    if not len(written) <= len(name) <= len(written) + 2:
        return False
    same = sum(one == other for one, other in zip(written, name, strict=False))
    return len(written) > same >= len(written) / 2
