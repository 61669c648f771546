"""What must still hold of collected copies: `yanlu check` looks at each of them.

As when they came, and without frictionless: 36,000 packages are looked at in a minute, not in two
hours.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from yanlu.errors import FederationError, LogError, PackageError, SettingsError
from yanlu.federation.checking import Ours, check_tables, described, refuse_altered
from yanlu.federation.series import DESCRIPTOR, SERIES, Series
from yanlu.federation.states import CHECKPOINT, COLLECTED, STATE, Announced, State, read_state
from yanlu.packages.lower_offices import FILE, LowerOffice, overlaps, read_lower_offices
from yanlu.packages.read import Listing
from yanlu.receipts.checkpoints import open_checkpoint
from yanlu.receipts.notes import read_key
from yanlu.settings import Portal

_AGAIN = "请从 git 里恢复，或者删去它，再运行 yanlu federation collect"


def collected_faults(portal: Portal) -> Iterator[str]:
    """What is wrong with `data/sources.toml` and `data/collected/`, each a sentence."""
    try:
        offices = read_lower_offices(portal.data, portal.codes)
    except SettingsError as error:
        yield str(error)
        return
    for claimant, others in overlaps(offices, portal.codes["regions"]).items():
        yield f"data/{FILE} 的 {claimant}：地区与 {'、'.join(others)} 的重叠，两边都不会收。"
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
        if not state.frontier.size:
            return
        try:
            content = (self.folder / CHECKPOINT).read_bytes()
            told = open_checkpoint(content, read_key(self.office.log_key)).checkpoint
            holds = (told.size, told.root) == (state.frontier.size, state.frontier.root)
        except (OSError, LogError):
            holds = False
        if not holds:
            yield f"{CHECKPOINT}：与 log_key 或者已经收到的公开记录不符。{_AGAIN}。"

    def _package_faults(self, listing: Listing, announced: Announced | None) -> Iterator[str]:
        place = f"{self.series.folder}/{self.series.place(listing.month, listing.version)}"
        if announced is None:
            yield f"{place}：它的公开记录里没有这一版。{_AGAIN}。"
            return
        try:
            self._refuse_changed(self.folder / place, listing, announced)
        except FederationError as error:
            yield f"{place}：{str(error).rstrip('。')}。{_AGAIN}。"
        except OSError:
            yield f"{place}：缺少文件。{_AGAIN}。"

    def _refuse_changed(self, package: Path, listing: Listing, announced: Announced) -> None:
        """Let only a package pass that could be taken in today.

        Raises:
            FederationError: it could not.
            OSError: a file is missing.
        """
        content = (package / DESCRIPTOR).read_bytes()
        told = described(content, announced, self.series, self.ours.base)
        if told.listing != listing:
            raise FederationError(f"与 {self.series.listed} 里写的不同")
        tables = {name: (package / one.path).read_bytes() for name, one in told.tables.items()}
        for name, table in told.tables.items():
            refuse_altered(table, tables[name])
        check_tables(tables, listing.month, self.office, self.ours)

    def _unlisted(self, listings: Sequence[Listing]) -> Iterator[str]:
        known = {self.series.place(one.month, one.version) for one in listings}
        for path in sorted((self.folder / self.series.folder).glob("*/v*")):
            place = f"{path.parent.name}/{path.name}"
            if place not in known:
                yield f"{self.series.folder}/{place}：不在 {self.series.listed} 里。{_AGAIN}。"
