"""What must still hold of collected copies: `yanlu check` looks at each of them.

As when they came, and without frictionless: 36,000 packages are looked at in a minute, not in two
hours.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from yanlu.errors import FederationError, LogError, PackageError, SettingsError
from yanlu.federation.checking import (
    Described,
    Ours,
    Sealed,
    check_tables,
    described,
    is_sealed,
    refuse_early,
)
from yanlu.federation.series import DESCRIPTOR, SERIES, Series
from yanlu.federation.states import (
    CHECKPOINT,
    COLLECTED,
    STATE,
    Announced,
    State,
    is_signed,
    read_state,
)
from yanlu.packages.lower_offices import FILE, LowerOffice, overlaps, read_lower_offices
from yanlu.packages.read import Listing
from yanlu.receipts.notes import read_key
from yanlu.settings import Portal

_AGAIN = "请从 git 里恢复，或者删去它，再运行 yanlu federation collect"
_UNFIT = "它与登记的一字不差，没有坏：请看 data/codes/ 和 data/sources.toml 是不是改过。"
_GONE = "请删去它，再运行 yanlu federation collect。"


def collected_faults(portal: Portal) -> Iterator[str]:
    """What is wrong with `data/sources.toml` and `data/collected/`, each a sentence."""
    try:
        offices = read_lower_offices(portal.data, portal.codes)
    except SettingsError as error:
        yield str(error)
        return
    for claimant, others in overlaps(offices, portal.codes["regions"]).items():
        yield f"data/{FILE} 的 {claimant}：地区与 {'、'.join(others)} 的重叠，两边都不会收。"
    yield from _other_bases(portal, offices)
    known = {office.id: office for office in offices}
    ours = Ours.of(portal, offices)
    for folder in sorted((portal.data / COLLECTED).glob("*/")):
        office = known.get(folder.name)
        where = f"data/{COLLECTED}/{folder.name}"
        if office is None:
            yield f"{where}：data/{FILE} 里没有这个单位。请写进去，或者删去这个文件夹。"
            continue
        copies = _Copies(folder, office, SERIES[office.series], ours)
        yield from (f"{where}/{what}" for what in copies.faults())


def _other_bases(portal: Portal, offices: Sequence[LowerOffice]) -> Iterator[str]:
    """That copies have another base than ours: as they were let in, it is ours that was changed."""
    ours, others = portal.settings.disclosure.base, list[int]()
    for office in offices:
        with suppress(PackageError):  # said where its copies are looked at
            listings = SERIES[office.series].listings(portal.data / COLLECTED / office.id)
            others += [one.base for one in listings if one.base != ours]
    if others:
        used = "、".join(map(str, sorted(set(others))))
        yield (
            f"data/office.toml 的 [disclosure] base 现在是 {ours}，"
            f"收下的 {len(others)} 个数据包用的是 {used}：它们没有坏，"
            "是我们的改了，那些月份加不到一起。请改回来。"
        )


@dataclass(frozen=True)
class _Copies:
    """What is held of one office, and what it must agree with."""

    folder: Path
    office: LowerOffice
    series: Series
    ours: Ours

    def faults(self) -> Iterator[str]:
        """What is wrong with it, by places below its folder."""
        try:
            state = read_state(self.folder)
        except SettingsError as error:
            yield f"{STATE}：{error}"
            return
        try:
            listings = self.series.listings(self.folder)
        except PackageError:
            yield f"{self.series.folder}/{self.series.listed}：格式不对。{_AGAIN}。"
            return
        yield from self._log_faults(state)
        for listing in listings:
            name = f"{self.series.name}-{listing.month}", str(listing.version)
            yield from self._package_faults(listing, state.first.get(name))
        yield from self._unlisted(listings)

    def _log_faults(self, state: State) -> Iterator[str]:
        try:
            holds = is_signed(self.folder, read_key(self.office.log_key), state)
        except LogError:
            holds = False
        if not holds:
            yield f"{CHECKPOINT}：与 log_key 或者已经收到的公开记录不符。{_AGAIN}。"

    def _package_faults(self, listing: Listing, announced: Announced | None) -> Iterator[str]:
        place = f"{self.series.folder}/{self.series.place(listing.month, listing.version)}"
        if announced is None:
            yield f"{place}：它的公开记录里没有这一版。{_AGAIN}。"
            return
        try:
            yield from (
                f"{place}：{what}"
                for what in self._changed(self.folder / place, listing, announced)
            )
        except FederationError as error:
            yield f"{place}：{error}{_GONE}"
        except OSError:
            yield f"{place}：缺少文件。{_AGAIN}。"

    def _changed(self, package: Path, listing: Listing, announced: Announced) -> Iterator[str]:
        """What is not as it came, or else what would not be taken in today.

        Raises:
            FederationError: it should never have been taken in.
            OSError: a file is missing.
        """
        content, line = (package / DESCRIPTOR).read_bytes(), announced.line
        if not is_sealed(content, line.size, line.digest):
            yield f"{DESCRIPTOR} 与公开记录里登记的不同：收下以后改过。{_AGAIN}。"
            return
        refuse_early(announced, announced.day)
        told = described(content, announced, self.series)
        tables = {name: (package / one.path).read_bytes() for name, one in told.tables.items()}
        altered = [one for name, one in told.tables.items() if not _is_of(one, tables[name])]
        if altered:
            yield f"{altered[0].path} 与发布时的校验值不符：收下以后改过。{_AGAIN}。"
        elif told.listing != listing:
            yield f"与 {self.series.listed} 里写的不同。{_AGAIN}。"
        else:
            yield from self._unfit(told, tables)

    def _unfit(self, told: Described, tables: Mapping[str, bytes]) -> Iterator[str]:
        ours = replace(self.ours, base=told.listing.base)  # that ours was changed is said once
        try:
            check_tables(tables, told.listing.month, self.office, ours)
        except FederationError as error:
            yield f"{error}{_UNFIT}"

    def _unlisted(self, listings: Sequence[Listing]) -> Iterator[str]:
        known = {self.series.place(one.month, one.version) for one in listings}
        for path in sorted((self.folder / self.series.folder).glob("*/v*")):
            place = f"{path.parent.name}/{path.name}"
            if place not in known:
                yield f"{self.series.folder}/{place}：不在 {self.series.listed} 里。{_AGAIN}。"


def _is_of(table: Sealed, content: bytes) -> bool:
    return is_sealed(content, table.size, table.digest)
