"""One system behind all tables: every published cell is a sum of the same unknown numbers.

These are the joint cells: the atoms of all dimensions crossed with each other, whole numbers
and not negative. Whatever else a reader can conclude from several tables follows from there
being such numbers.

The full crossing is not always needed. Join two dimensions where some table crosses them;
where the graph has no ring of four or more without a short cut, numbers for each clique that
agree where cliques meet are sums of one joint table (Vorob'ev, "Consistent families of
measures and their extensions", 1962; of whole numbers: by north-west corners, clique after
clique). So the joint cells of the cliques are enough, after short cuts have been added.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from yanlu.disclosure.audit.identities import Identity
from yanlu.disclosure.audit.space import Key, Space
from yanlu.disclosure.audit.system import Draft
from yanlu.disclosure.hierarchy import TOTAL

LARGEST = 100_000  # joint cells beside those that tables show
Clique = frozenset[int]  # dimensions by their position


def join(draft: Draft, space: Space, identities: Sequence[Identity]) -> None:
    """Write down all that ties the cells of a draft to each other.

    The cells of the draft are to be judged, and with them those that tables leave out of a
    sum or that stand in an identity. Where the joint cells are too many, only the sums of
    these cells are written and the draft is marked: then nothing in it can be called safe.
    """
    shown = len(draft.place)
    cells = _with_left_out(draft, space)
    declared = [terms for one in identities for terms in one.instances(space, cells)]
    cells |= _of(declared)
    draft.judged = frozenset(cells)
    cliques = _cliques(space, cells, together=bool(identities))
    if sum(map(space.size, cliques)) > LARGEST + shown:
        draft.gaps.append("几张表的分类交叉起来太多，没有全部算进去。")
        weave(draft, space, range(len(space.axes)), cells, onward=False)
    else:
        declared += [terms for one in identities for terms in one.everywhere(space)]
        cells |= _of(declared)
        for clique in cliques:
            weave(draft, space, sorted(clique), _seeds(space, cells, clique, cliques))
    for terms in declared:
        draft.relate([(draft.know(key), sign) for key, sign in terms])


def weave(
    draft: Draft,
    space: Space,
    along: Sequence[int],
    cells: Iterable[Key],
    *,
    onward: bool = True,
    end: Collection[Key] = (),
) -> None:
    """Cells as the sums of their parts, in each way in which a part is spoken of.

    Onward: in one way at least, and the parts in turn, down to what nothing divides or to
    the end.
    """
    ahead = list(cells)
    met = {*ahead, *end}
    for key in ahead:
        ways = list(space.sums(key, along))
        told = [parts for parts in ways if any(part in draft.place for part in parts)]
        for parts in told or (ways[:1] if onward else []):
            draft.add_up(draft.know(key), [draft.know(part) for part in parts])
            new = [part for part in parts if onward and part not in met]
            met.update(new)
            ahead += new


def _with_left_out(draft: Draft, space: Space) -> dict[Key, None]:
    """The cells of a draft, then those that are left out of a sum of which it has a part."""
    cells = dict.fromkeys(draft.place)
    for key in draft.place:
        for parts in space.sums(key):
            if any(part in draft.place for part in parts):
                cells |= dict.fromkeys(parts)
    return cells


def _of(declared: Iterable[Sequence[tuple[Key, int]]]) -> dict[Key, None]:
    return dict.fromkeys(key for terms in declared for key, _ in terms)


def _seeds(
    space: Space, cells: Iterable[Key], clique: Clique, cliques: Iterable[Clique]
) -> list[Key]:
    """The cells of a clique, and those in which it must agree with the others."""
    seeds = dict.fromkeys(key for key in cells if _crossed(key) <= clique)
    for other in cliques:
        if other != clique:
            seeds |= dict.fromkeys(space.atoms(other & clique))
    return list(seeds)


def _crossed(key: Key) -> Clique:
    return frozenset(at for at, code in enumerate(key) if code != TOTAL)


def _cliques(space: Space, cells: Iterable[Key], *, together: bool) -> list[Clique]:
    """Sets of dimensions of which the joint cells are needed; together: of all dimensions.

    An identity holds for each code of the dimensions that it does not name, so it crosses
    all of them. Else dimensions are taken out one by one, each with those it is joined to,
    which are joined to each other; the one with the fewest joint cells first.
    """
    if together:
        return [frozenset(range(len(space.axes)))]
    crossed = {_crossed(key) for key in cells}
    near = {at: frozenset().union(*(c for c in crossed if at in c)) for c in crossed for at in c}
    found: list[Clique] = []
    while near:
        at = min(near, key=lambda at: (space.size(near[at]), at))
        clique = near.pop(at)
        found.append(clique)
        near |= {other: (near[other] | clique) - {at} for other in clique - {at}}
    whole = [c for c in found if not any(c < other for other in found)]
    return whole or [frozenset()]
