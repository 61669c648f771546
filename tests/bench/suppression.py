"""Suppression, and the attack on it.

The attacker knows the rule and which hidden cells are small; of syn_m1, where no program
known to us decides even less, the rule alone.
"""

from __future__ import annotations

import io
import time
from dataclasses import dataclass

from tests.bench.tables import read_table, read_trees

from yanlu.disclosure.audit.attack import Finding
from yanlu.disclosure.audit.judge import judge
from yanlu.disclosure.audit.knowledge import Suppression
from yanlu.disclosure.audit.space import make_space, place
from yanlu.disclosure.suppression import suppress
from yanlu.disclosure.tables import VALUE, read_rows, write_table

THRESHOLD = 5
# Hidden cells of GaussSuppression 1.2.3 on the same tables, zeros hidden too.
ANCHORS = {"d2": 29, "syn_coarse_m1": 83, "d3": 467, "d4": 2979}
RULE_ALONE = ("syn_m1",)


@dataclass(frozen=True)
class Hidden:
    """One table: hidden cells, what the reader finds, and seconds of both."""

    name: str
    hidden: int
    exact: int
    narrow: int
    undecided: int
    suppressing: float
    attacking: float

    @property
    def ratio(self) -> float | None:
        """Hidden cells, against GaussSuppression's where that is known."""
        return self.hidden / ANCHORS[self.name] if self.name in ANCHORS else None


def measure() -> list[Hidden]:
    """Every table, the small ones first."""
    return [_one(name) for name in (*ANCHORS, *RULE_ALONE)]


def _one(name: str) -> Hidden:
    leaves, trees = read_table(name), read_trees(name)
    began = time.perf_counter()
    made = suppress(leaves, threshold=THRESHOLD)
    done = time.perf_counter()
    file = io.StringIO(newline="")
    write_table(file, leaves.hierarchies, made.values)
    file.seek(0)
    rows = read_rows(file, name, VALUE, blanks=True)
    space = make_space([rows], trees)
    known = name not in RULE_ALONE
    small = frozenset(space.below_threshold(leaves, THRESHOLD)) if known else None
    verdict = judge([place(rows, space)], space, Suppression(THRESHOLD, False, small))
    found = [len(verdict.of(kind)) for kind in (Finding.EXACT, Finding.NARROW, Finding.UNDECIDED)]
    return Hidden(name, made.small + made.others, *found, done - began, time.perf_counter() - done)
