"""A look at one edited page before it is public, at a thousand pages."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.bench import pages, site
from tests.bench.measure import Cost, run
from tests.bench.register import MEMORY

PLACE = pages.EDITED["一页办事指引"]


def measure() -> tuple[Cost, Cost]:
    """The first look ever, and another one: of an office that has built its site before."""
    place = str(MEMORY) if MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="yanlu-bench-", dir=place) as aside:
        portal = Path(aside, "portal")
        portal.mkdir()
        pages.write_portal(portal)
        site.build(portal, Path(aside, "out"))
        return _look(portal), _look(portal)


def _look(portal: Path) -> Cost:
    pages.edit(portal, PLACE)
    command = ("preview", "--since", "HEAD~1", "--out", str(portal.parent / "preview"))
    return run("-c", "from yanlu.cli import main; main()", *command, folder=portal)
