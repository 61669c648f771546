"""What `yanlu serve` does after an edit, in the process that made the site before.

Run with the folders of a portal and of its site, and a file that gets the CPU and wall seconds
of each edit.
"""

from __future__ import annotations

import json
import os
import sys
import time
from functools import partial
from pathlib import Path

from tests.bench import pages

from yanlu.cli.site import refit
from yanlu.settings import open_portal

RUNS = 3


def main(portal: Path, out: Path, told: Path) -> None:
    """Each edit in turn, `RUNS` times; the first build is not counted: it loads what all need."""
    edits = {words: partial(pages.edit, portal, at) for words, at in pages.EDITED.items()}
    edits["一条建议"] = partial(pages.edit_item, portal)
    found: dict[str, list[tuple[float, float]]] = {words: [] for words in edits}
    for turn in range(1 + RUNS):
        for words, change in edits.items():
            change()
            cpu, wall = _cpu(), time.perf_counter()
            refit(open_portal(portal), out)
            if turn:
                found[words].append((_cpu() - cpu, time.perf_counter() - wall))
    medians = {words: sorted(costs)[RUNS // 2] for words, costs in found.items()}
    told.write_text(json.dumps(medians))


def _cpu() -> float:
    """Of this process and of those that it started and waited for, such as git."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
