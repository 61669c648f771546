"""Places that several lower offices count: told by what their packages say, one against the other.

Codes of regions are each office's own: many a county has a 城关镇 and calls it alike. So a place is
the same as another where the national codes say so, or where it lies in the same region, which
several of one city are likely to have from the same list. Where only the names are alike, nobody
can tell but those who know the places.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from yanlu.federation.checking import national
from yanlu.packages.lower_offices import upwards
from yanlu.settings import Codes

_PLAIN = re.compile(r"[^\W_]{1,30}")  # a name that is only a name, also as Markdown
_STARTS = (2, 4, 6, 9, 12)  # digits of a province, a city, a county, a town, a village
ENOUGH = 4  # others that count the same: one more than are named
Path = tuple[tuple[str, str], ...]  # code and name of a region, from the outermost to it


@dataclass(frozen=True)
class Place:
    """A region in which an office counts something.

    `path` leads to it from the outermost region; `national` are the digits with which the national
    codes of all that lies in it begin, none where the office wrote none.
    """

    path: Path
    national: frozenset[str]

    @property
    def shown(self) -> str:
        """Its name for readers; the code where the name is more than a name."""
        code, name = self.path[-1]
        return name if _PLAIN.fullmatch(name) else code


_Held = tuple[Place, str]  # and the office that counts it


def counted_places(regions: Codes, counted: Iterable[str]) -> Sequence[Place]:
    """Those of a package, by its own list of regions."""
    return [
        Place(
            tuple((up, regions.title(up)) for up in upwards(code, regions) if up in regions)[::-1],
            frozenset(national(regions.rows[code])),
        )
        for code in sorted(counted)
        if code in regions
    ]


def counted_twice(offices: Mapping[str, Sequence[Place]]) -> Mapping[str, Mapping[str, str]]:
    """For each office that counts a place of another: some such others, with that place's name.

    Of two places of which one lies in the other, that is the smaller one. Not all others are told
    where there are more than `ENOUGH`: thousands may count one place that all have in their lists.
    """
    found: dict[str, dict[str, str]] = {office: {} for office in offices}
    for (outer, at), (inner, there) in _nested(offices):
        known = min(len(found[at]), len(found[there])) >= ENOUGH
        if at != there and not known and not _apart(outer, inner):
            found[at].setdefault(there, inner.shown)
            found[there].setdefault(at, inner.shown)
    return {office: others for office, others in found.items() if others}


def alike(offices: Mapping[str, Sequence[Place]]) -> Sequence[tuple[str, Sequence[str]]]:
    """Places by their names, with the offices of which each counts one of that name.

    Whatever their codes: each office makes its own. Without those of which all have national
    codes. Meant for offices that `counted_twice` leaves: where national codes agree, it tells.
    """
    by_name: dict[str, list[_Held]] = defaultdict(list)
    for office, places in offices.items():
        for place in places:
            by_name[place.path[-1][1]].append((place, office))
    found = []
    for _, held in sorted(by_name.items()):
        counting = list(dict.fromkeys(office for _, office in held))
        if len(counting) > 1 and not all(place.national for place, _ in held):
            found.append((held[0][0].shown, counting))
    return found


def _nested(offices: Mapping[str, Sequence[Place]]) -> Iterator[tuple[_Held, _Held]]:
    """Places of which the second is the first, or lies in it."""
    by_path, by_digits = defaultdict[Path, list[_Held]](list), defaultdict[str, list[_Held]](list)
    everywhere = [(place, office) for office, places in offices.items() for place in places]
    for held in everywhere:
        by_path[held[0].path].append(held)
        for digits in held[0].national:
            by_digits[digits].append(held)
    for held in everywhere:
        path = held[0].path
        above = [path[:depth] for depth in range(1, len(path) + 1)] if len(path) > 1 else ()
        yield from ((outer, held) for up in above for outer in by_path.get(up, ()))
        for digits, length in product(sorted(held[0].national), _STARTS):
            if length <= len(digits):
                yield from ((outer, held) for outer in by_digits.get(digits[:length], ()))


def _apart(one: Place, other: Place) -> bool:
    """Whether national codes tell that neither lies in the other."""
    return bool(one.national and other.national) and not any(
        a.startswith(b) or b.startswith(a) for a in one.national for b in other.national
    )
