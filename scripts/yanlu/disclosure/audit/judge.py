"""The verdict on one or several published tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from yanlu.disclosure.audit.attack import Finding, attack
from yanlu.disclosure.audit.identities import Identity
from yanlu.disclosure.audit.knowledge import (
    Rounding,
    Suppression,
    known_of_rounded,
    known_of_suppressed,
)
from yanlu.disclosure.audit.space import Key, Space, Table, refuse_contradiction
from yanlu.disclosure.audit.system import Draft, narrow, pieces
from yanlu.disclosure.tables import HIDDEN


@dataclass(frozen=True)
class Verdict:
    """What a reader can find out; cells are named by their codes, never with a number.

    `shown` cells stand in a table with a count that should not be there at all. `gaps` are
    sentences for staff: what a reader may know that was left out; then no cell is safe.
    """

    shown: tuple[Key, ...]
    findings: Mapping[Key, Finding]
    gaps: tuple[str, ...] = ()

    def of(self, finding: Finding) -> list[Key]:
        """The cells of which this was found."""
        return [key for key, found in self.findings.items() if found is finding]

    @property
    def leaks(self) -> bool:
        """Whether any small count is shown, exact or nearly known."""
        return bool(self.shown or self.of(Finding.EXACT) or self.of(Finding.NARROW))

    @property
    def decided(self) -> bool:
        """Whether every cell could be judged."""
        return not self.of(Finding.UNDECIDED)


def judge(
    tables: Sequence[Table],
    space: Space,
    rule: Suppression | Rounding,
    *,
    exact: Sequence[Table] = (),
    identities: Sequence[Identity] = (),
    report: Callable[[float], None] = lambda _: None,
) -> Verdict:
    """Attack the tables as a reader would who knows the rule and all that is declared.

    `exact` tables are public counts that anyone can make, for instance of pages: known, and
    not to be protected.

    Raises:
        TableError: the tables do not add up or contradict each other.
    """
    for identity in identities:
        space = space.meeting(identity.codes)
    for table in tables:
        refuse_contradiction(table, space)
    shown = tuple(
        key for table in tables for key, value in table.shown.items() if rule.given_away(value)
    )
    public = {key for table in exact for key, value in table.shown.items() if value != HIDDEN}
    if isinstance(rule, Rounding):
        draft = known_of_rounded(tables, space, rule, exact, identities)
    else:
        draft = known_of_suppressed(tables, space, rule, exact, identities)
    found = _attacked(draft, rule, report)
    hidden = {k: f for k, f in found.items() if k not in public and k not in set(shown)}
    told = dict.fromkeys(draft.told, Finding.EXACT)
    return Verdict(shown, {**hidden, **told}, tuple(draft.gaps))


def _attacked(
    draft: Draft, rule: Suppression | Rounding, report: Callable[[float], None]
) -> dict[Key, Finding]:
    system = draft.finish()
    drawn = narrow(system)
    if rule.beyond == 1:  # of larger counts nothing is asked
        system = replace(system, judged=system.judged & (drawn.low < rule.limit))
    settled = system.judged & (drawn.low == drawn.high) & (system.low < system.high)
    found = {system.keys[at]: Finding.EXACT for at in np.flatnonzero(settled)}
    done, all_cells = 0, max(len(system.keys), 1)
    for piece in pieces(system):
        before, share = done / all_cells, len(piece.keys) / all_cells
        found |= attack(piece, rule.limit, rule.beyond, _within(report, before, share))
        done += len(piece.keys)
    unsure = Finding.UNDECIDED if draft.gaps else Finding.SAFE
    return {key: unsure if kind is Finding.SAFE else kind for key, kind in found.items()}


def _within(
    report: Callable[[float], None], before: float, share: float
) -> Callable[[float], None]:
    """The progress of a part, told as that of the whole."""
    return lambda part: report(before + share * part)
