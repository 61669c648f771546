"""`yanlu federation roll-up`: a month of all offices below and of our own, from published figures.

Our own records go through `yanlu stats publish` first, so no true count enters. The result depends
on published packages and on `data/` alone: once more over the same, and nothing has changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from pathlib import Path

import msgspec

from yanlu.disclosure.joined import Place, added_up, join
from yanlu.disclosure.linked import Part
from yanlu.errors import InputError, SettingsError
from yanlu.federation.gaps import unit_of
from yanlu.federation.places import ENOUGH, alike, counted_twice
from yanlu.federation.series import DESCRIPTOR, SERIES
from yanlu.federation.taking import Frame, Taken, take
from yanlu.model import Month, Release, ReleasedRollUp
from yanlu.packages.lower_offices import FILE, LowerOffice, overlaps, read_lower_offices, upwards
from yanlu.packages.read import in_force, newest, read_release, release_folder
from yanlu.packages.rollups import (
    COLLECTED,
    REFUSED,
    Covered,
    Held,
    Origin,
    Told,
    listed_rollups,
    read_rollup,
    write_rollup,
)
from yanlu.settings import Portal

Report = Callable[[str], None]
ARRIVED, REVISED, WITHDRAWN, LISTED, MAPPED = (  # codes in data/codes/revisions.csv
    "source-arrived", "source-revised", "source-withdrawn", "source-listed", "mapping-error",
)  # fmt: skip
SAME = ""  # no reason for another version


@dataclass(frozen=True)
class Own:
    """Our own release of the month, and where it came from."""

    release: Release
    origin: Origin


@dataclass(frozen=True)
class Prepared:
    """A roll-up ready to be written; None where the version before says the same already.

    `version` is the one in force then. `details` are what staff must know of refusals, by office;
    `doubts` are places that may be the same, each with the offices that count it.
    """

    released: ReleasedRollUp | None
    version: int
    told: Told
    own: Own | None
    details: Mapping[str, str]
    doubts: Sequence[tuple[str, Sequence[str]]]


@dataclass(frozen=True)
class _Gathered:
    parts: Sequence[Part]
    told: Told
    own: Own | None
    details: Mapping[str, str]
    doubts: Sequence[tuple[str, Sequence[str]]]


def prepare(portal: Portal, month: Month, *, today: date, report: Report) -> Prepared:
    """Take what is held of the month, add it up and let the auditor look; nothing is written.

    Raises:
        InputError: the month is not over, or of no lower office anything can be taken in.
        SettingsError: `data/sources.toml`, or a code of a reason that is in no list.
        DisclosureError: the files together would give a small count away.
    """
    if month.end >= today:
        raise InputError(
            f"{month.title}还没有结束，不能汇总。请在 {month.next.title}1日之后再运行。"
        )
    offices = read_lower_offices(portal.data, portal.codes)
    if not offices:
        raise InputError(f"data/{FILE} 里还没有下级单位。请先写明从哪里收集，再运行汇总。")
    report("读取各单位的数据包")
    found = _gather(portal, offices, month)
    told = found.told
    if not told.held:
        raise InputError(
            f"{month.title}：{told.words}算得进来，没有写入。请先运行 yanlu federation collect；\n"
            + "\n".join(
                f"  · {one.name}：{one.reason}。{found.details.get(one.name, '')}"
                for one in told.coverage
            )
        )
    place = _place(portal, month, found)
    if place.why == SAME:
        return Prepared(None, place.version, told, found.own, found.details, found.doubts)
    regions = portal.codes["regions"]
    released = join(
        place,
        found.parts,
        {code: regions.children(code) for code in regions.branches},
        base=found.parts[0].figures.base,
        report=lambda share: report(f"检查各单位的表放在一起会不会泄露：{share:.0%}"),
    )
    return Prepared(released, place.version, told, found.own, found.details, found.doubts)


def write(portal: Portal, prepared: Prepared, *, today: date) -> Path | None:
    """Freeze the prepared version in `data/rollups/`; None where nothing has changed."""
    if prepared.released is None:
        return None
    return write_rollup(prepared.released, prepared.told, data=portal.data, issued=today)


def _own(portal: Portal, month: Month) -> Own | None:
    entry = {entry.month: entry for entry in newest(portal.data)}.get(month)
    if entry is None:
        return None
    released = read_release(portal.data, month, entry.version)
    folder = release_folder(portal.data, month, entry.version)
    digest = sha256((folder / DESCRIPTOR).read_bytes()).hexdigest()
    office, series = portal.settings.office, SERIES["statistics"]
    path = f"{office.base_url}{series.served}{series.place(month, entry.version)}/{DESCRIPTOR}"
    return Own(released, Origin(office.name, path, str(entry.version), f"sha256:{digest}"))


def _gather(portal: Portal, offices: Sequence[LowerOffice], month: Month) -> _Gathered:
    """What is held of the month: of each lower office, and of our own."""
    own = _own(portal, month)
    taken = _take(portal, offices, month, own)
    told = _told(portal, offices, taken, own)
    parts = [one.part for one in taken if one.part]
    if own:
        parts.append(_own_part(portal, own, told.coverage))
    details = {one.covered.name: one.detail for one in taken if one.detail}
    doubts = alike({one.covered.name: one.places for one in taken})
    return _Gathered(parts, told, own, details, doubts)


def _take(
    portal: Portal, offices: Sequence[LowerOffice], month: Month, own: Own | None
) -> list[Taken]:
    names = {office.id: office.name for office in offices}
    claims = {
        id_: [names[other] for other in others]
        for id_, others in overlaps(offices, portal.codes["regions"]).items()
    }
    counted = frozenset(cell.region for cell in own.release.counts) if own else frozenset()
    base = own.release.base if own else portal.settings.disclosure.base
    frame = Frame(month, base, portal.codes, counted, claims)
    return _once([take(portal.data, office, frame) for office in offices])


def _once(taken: Sequence[Taken]) -> list[Taken]:
    """Without offices that count a place of one another: nobody can tell whose it is."""
    twice = counted_twice({one.covered.id: one.places for one in taken})
    names = {one.covered.id: one.covered.name for one in taken}
    return [
        _disputed(one, [(names[id_], place) for id_, place in twice[one.covered.id].items()])
        if one.covered.id in twice
        else one
        for one in taken
    ]


def _disputed(taken: Taken, others: Sequence[tuple[str, str]]) -> Taken:
    names = "、".join(name for name, _ in others[: ENOUGH - 1]) + "等" * (len(others) >= ENOUGH)
    reason = f"“{others[0][1]}”的件数，{names}也报了，不知道该算在哪一个里"
    left = replace(taken.covered, status=REFUSED, version="", digest="", reason=reason)
    left = replace(left, **dict.fromkeys(("held", "of", "gaps"), ""))
    return Taken(left)


def _told(
    portal: Portal, offices: Sequence[LowerOffice], taken: Sequence[Taken], own: Own | None
) -> Told:
    settings, regions = portal.settings, portal.codes["regions"]
    origins = [one.origin for one in taken if one.origin]
    return Told(
        settings.office.name,
        unit_of(regions, (office.region for office in offices)),
        [one.covered for one in taken],
        [*([own.origin] if own else []), *origins],
        msgspec.to_builtins(settings.licence),
    )


def _place(portal: Portal, month: Month, found: _Gathered) -> Place:
    """The version that comes next, and why; that in force where it says the same."""
    entry = {entry.month: entry for entry in in_force(listed_rollups(portal.data))}.get(month)
    if entry is None:
        return Place(month)
    why = _why(read_rollup(portal.data, month, entry.version), found)
    if why == SAME:
        return Place(month, entry.version, why)
    if why not in portal.codes["revisions"]:
        raise SettingsError(
            f"data/codes/revisions.csv 里没有 {why} 这个原因代码，汇总的新一版要用它。"
            "请照 yanlu new 新建的门户里的 revisions.csv 补上。"
        )
    return Place(month, entry.version + 1, why)


def compared(portal: Portal) -> tuple[list[str], list[str]]:
    """Faults and notes: a roll-up that is no sum of its packages; one that newer ones have left.

    Raises:
        SettingsError: `data/sources.toml`.
        PackageError: a roll-up that cannot be read.
    """
    faults, notes = [], []
    offices = read_lower_offices(portal.data, portal.codes)
    for entry in in_force(listed_rollups(portal.data)):
        held = read_rollup(portal.data, entry.month, entry.version)
        why = _why(held, _gather(portal, offices, entry.month))
        again = f"请运行 yanlu federation roll-up --month {entry.month}。"
        if why == MAPPED:
            faults.append(
                f"data/rollups/{entry.month}/v{entry.version}/cube.csv：不等于它写明的各个数据包"
                f"公布的数之和。改过 data/sources.toml 的对照的，{again}"
                "不是这样的，请从 git 里恢复，不要手工编辑。"
            )
        elif why == LISTED:
            notes.append(
                f"{entry.month} 汇总以后，下级单位的名单，或者没有算进来的是为什么，有了变化，"
                f"网页上写的还是原来的。{again}"
            )
        elif why != SAME:
            notes.append(f"{entry.month} 汇总以后，用到的数据包有了变化。{again}")
    return faults, notes


def _own_part(portal: Portal, own: Own, coverage: Sequence[Covered]) -> Part:
    """Our own release; of regions that a lower office reports it tells nothing."""
    regions, topics, channels = (portal.codes[n] for n in ("regions", "topics", "channels"))
    theirs = frozenset(one.region for one in coverage if one.status == COLLECTED)
    counted = dict.fromkeys(cell.region for cell in own.release.counts)
    leaves = [code for code in regions.leaves if theirs.isdisjoint(upwards(code, regions))]
    name = portal.settings.office.name
    return Part(
        name, own.release, [*{**dict.fromkeys(leaves), **counted}], topics.groups, channels.groups
    )


def _why(before: Held, found: _Gathered) -> str:
    """The coded reason for another version; SAME where it would say the same."""
    told = found.told
    old, new = _taken_in(before.coverage, before.origins), _taken_in(told.coverage, told.origins)
    if old.keys() - new.keys():
        return WITHDRAWN
    if any(new[name] != digest for name, digest in old.items()):
        return REVISED
    if new.keys() - old.keys():
        return ARRIVED
    if {one.id for one in before.coverage} != {one.id for one in told.coverage}:
        return LISTED
    if added_up(found.parts) != before.rollup.counts:
        return MAPPED
    return LISTED if list(before.coverage) != list(told.coverage) else SAME


def _taken_in(coverage: Sequence[Covered], origins: Sequence[Origin]) -> Mapping[str, str]:
    """Digests of all packages in a sum, by the id of their office; the own one has none."""
    theirs = {one.id: one.digest for one in coverage if one.status == COLLECTED}
    own = [origin.hash for origin in origins if origin.hash not in theirs.values()]
    return {**theirs, "": own[0]} if own else theirs
