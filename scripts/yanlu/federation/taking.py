"""Of each lower office the newest package that is held of a month, or why there is none in the sum.

`federation.collect` has let in only what is sealed and fits us. Since then a copy may have been
changed by hand, or our own codes and regions: so what they must agree with is looked at again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from yanlu.disclosure.linked import Part
from yanlu.errors import DisclosureError, FederationError, PackageError, SettingsError
from yanlu.federation.checking import in_use
from yanlu.federation.gaps import NO_GAPS, Gaps, gaps
from yanlu.federation.lists import code_list
from yanlu.federation.places import Place, counted_places
from yanlu.federation.series import DESCRIPTOR, SERIES, Series
from yanlu.federation.states import FORKED, WHOLE_LOG, State, read_state
from yanlu.model import Month, Release, RollUp
from yanlu.packages.lower_offices import LowerOffice, upwards
from yanlu.packages.read import Listing, in_force, read_descriptor, read_release, sealed_bytes
from yanlu.packages.rollups import (
    COLLECTED,
    MISSING,
    REFUSED,
    Covered,
    Origin,
    read_rollup,
)
from yanlu.packages.rollups import (
    SHAPE as ROLLUP,
)
from yanlu.settings import Codes

FOLDER = "collected"  # in data/
_ABSENT = "还没有收到这个月的数据包"
_BROKEN = "数据包与校验值不符，或者缺了文件"
_UNFIT = "收到的数据包没有通过核对"
_LOG_UNFIT = "它的公开记录没有通过核对"
_LOG_FORKED = "它的公开记录分叉了，弄清以前不收它的"
_UNREADABLE = "收集的记录读不出来"
_NOT_SEALED = "数据包与它的公开记录里登记的不同"
_OURS_TOO = "本单位自己的统计里也有这个地区的件数，会算两遍"
_RESTORE = "收下以后改过、少了。请从 git 里恢复，不要手工编辑。"


@dataclass(frozen=True)
class Frame:
    """What packages must fit: the month and our codes, and what else is counted where.

    `own` are regions of which the own release counts something; `claims` names by id the offices
    with which one claims the same region.
    """

    month: Month
    base: int
    codes: Mapping[str, Codes]
    own: frozenset[str]
    claims: Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Taken:
    """What was taken of an office: a line for `coverage.csv`, and the figures if there are any.

    `detail` is what staff must know of a refusal, and readers need not. `places` are regions of
    its own in which it counts something.
    """

    covered: Covered
    part: Part | None = None
    origin: Origin | None = None
    detail: str = ""
    places: Sequence[Place] = ()


def take(data: Path, office: LowerOffice, frame: Frame) -> Taken:
    """The newest package of an office in the month of the frame; every refusal has its reason."""
    series, folder = SERIES[office.series], data / FOLDER / office.id
    try:
        _refuse_twice(office, frame)
        state = _state(folder)
        entry = _newest(series, folder, frame.month)
        if entry is None:
            return _nothing(office, state, f"{series.name}-{frame.month}", folder)
        package = series.package(folder, entry.month, entry.version)
        digest = _as_sealed(package / DESCRIPTOR, state, series, entry)
        part, places, lacking = _part(office, folder, package, entry)
        _refuse_unfit(office, part, frame)
    except FederationError as error:
        reason = str(error)
        return Taken(_covered(office, REFUSED, reason=reason), detail=_next_step(reason, folder))
    except (PackageError, DisclosureError, OSError):  # what they advise is for those who published
        detail = _next_step(_BROKEN, folder)
        return Taken(_covered(office, REFUSED, reason=_BROKEN), detail=detail)
    found = _covered(office, COLLECTED, str(entry.version), digest, lacking=lacking)
    why = state.refused.get(WHOLE_LOG) or state.refused.get(f"{series.name}-{frame.month}")
    detail = f"新的没有通过核对，用的是第 {entry.version} 版：{why}" if why else ""
    return Taken(found, part, _origin(office, series, entry, digest), detail, places)


def _next_step(reason: str, folder: Path) -> str:
    """What staff can do about a refusal; "" where the reason says it, or others must act."""
    kept = f"data/{FOLDER}/{folder.name}/"
    return {
        _UNREADABLE: f"{kept} 里的 state.toml 或者 log.csv {_RESTORE}",
        _NOT_SEALED: f"{kept} 里的 {DESCRIPTOR} {_RESTORE}",
        _BROKEN: f"{kept} 里的文件{_RESTORE}",
        _OURS_TOO: (
            "两边都要算的，请从还没有发布的月份起，让本单位自己的记录另用一个地区代码，"
            "例如“市本级”：见“给工作人员：上下级”的“本单位自己的记录”。"
        ),
    }.get(reason, "")


def _covered(
    office: LowerOffice,
    status: str,
    version: str = "",
    digest: str = "",
    reason: str = "",
    lacking: Gaps = NO_GAPS,
) -> Covered:
    address = office.address if office.is_remote else ""
    named = (office.id, office.name, office.region, address)
    return Covered(*named, status, version, digest, reason, *lacking)


def _origin(office: LowerOffice, series: Series, entry: Listing, digest: str) -> Origin:
    near = f"data/{FOLDER}/{office.id}/{series.folder}/"
    root = f"{office.address}{series.served}" if office.is_remote else near
    path = f"{root}{series.place(entry.month, entry.version)}/{DESCRIPTOR}"
    return Origin(office.name, path, str(entry.version), digest)


def _newest(series: Series, folder: Path, month: Month) -> Listing | None:
    held = {entry.month: entry for entry in in_force(series.listings(folder))}
    return held.get(month)


def _state(folder: Path) -> State:
    """What is kept of an office's log.

    Raises:
        FederationError: it cannot be read.
    """
    try:
        return read_state(folder)
    except SettingsError as error:
        raise FederationError(_UNREADABLE) from error


def _nothing(office: LowerOffice, state: State, name: str, folder: Path) -> Taken:
    """None is held: it did not come, or did not pass when it came, or its log did not."""
    if why := state.refused.get(name):
        return Taken(_covered(office, REFUSED, reason=_UNFIT), detail=why)
    if (folder / FORKED).is_file():
        why = state.refused.get(WHOLE_LOG, "")
        return Taken(_covered(office, REFUSED, reason=_LOG_FORKED), detail=why)
    if why := state.refused.get(WHOLE_LOG):
        return Taken(_covered(office, REFUSED, reason=_LOG_UNFIT), detail=why)
    return Taken(_covered(office, MISSING, reason=_ABSENT))


def _as_sealed(path: Path, state: State, series: Series, entry: Listing) -> str:
    """The digest of a descriptor, which is the one in the log of its office.

    Raises:
        FederationError: it is another, or stands in no log.
    """
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    sealed = state.first.get((f"{series.name}-{entry.month}", str(entry.version)))
    if sealed is None or sealed.line.digest != digest:
        raise FederationError(_NOT_SEALED)
    return f"sha256:{digest}"


def _part(
    office: LowerOffice, folder: Path, package: Path, entry: Listing
) -> tuple[Part, Sequence[Place], Gaps]:
    figures: Release | RollUp
    coverage: Sequence[Covered] = ()
    if office.series == "rollup":
        held = read_rollup(folder, entry.month, entry.version)
        figures, coverage = held.rollup, held.coverage
        descriptor = read_descriptor(package, ROLLUP)
    else:
        figures = read_release(folder, entry.month, entry.version)
        descriptor = read_descriptor(package)
    resources = {told["name"]: told for told in descriptor["resources"]}
    regions, topics, channels = (
        code_list(name, sealed_bytes(package, resources[name]))
        for name in ("regions", "topics", "channels")
    )
    counted = {cell.region for cell in figures.counts}
    divided = regions.leaves if office.series == "statistics" else sorted(counted)
    ours = (office.region, office.topics, office.channels)
    part = Part(office.name, figures, divided, topics.groups, channels.groups, *ours)
    lacking = gaps(coverage, regions) if coverage else NO_GAPS
    return part, counted_places(regions, counted), lacking


def _refuse_twice(office: LowerOffice, frame: Frame) -> None:
    """Nothing may be counted twice.

    Raises:
        FederationError: another office, or the own release, counts in the same region.
    """
    others = frame.claims.get(office.id)
    if others:
        raise FederationError(f"它的地区与{'、'.join(others)}的重叠，不知道该算在哪一个里")
    regions, mine = frame.codes["regions"], office.region
    around = set(upwards(mine, regions))
    if any(code in around or mine in upwards(code, regions) for code in frame.own):
        raise FederationError(_OURS_TOO)


def _refuse_unfit(office: LowerOffice, part: Part, frame: Frame) -> None:
    """Let in what is rounded as ours is, and counted by codes that we had in that month.

    Raises:
        FederationError: it is not.
    """
    base = part.figures.base
    if base != frame.base:
        raise FederationError(f"舍入基数是{base}，汇总用的是{frame.base}")
    ours = [part.ours(cell) for cell in part.figures.counts]
    for name, title, used in (
        ("regions", "地区", {office.region}),
        ("topics", "主题", {cell.topic for cell in ours}),
        ("channels", "渠道", {cell.channel for cell in ours}),
    ):
        codes = frame.codes[name]
        known = codes.rows if name == "regions" else codes.groups
        strange = sorted(code for code in used if code not in known)
        if strange:
            raise FederationError(f"{title}代码{strange[0]}不在汇总的代码表里")
        stale = sorted(code for code in used if not in_use(codes.rows[code], frame.month))
        if stale:
            raise FederationError(f"{title}代码{stale[0]}在这个月没有启用，或者已经停用")
