"""`yanlu build`: data/ + content/ → public/, whole or not at all."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import msgspec

from yanlu.aside import BUILDING, sweep
from yanlu.errors import BuildError
from yanlu.git import Head
from yanlu.guidance.moved import read_moves
from yanlu.overlay import found
from yanlu.packages.check import register_faults, rest_faults
from yanlu.packages.read import listed, release_folder
from yanlu.packages.rollups import listed_rollups, rollup_folder
from yanlu.packages.schemas import TABLES
from yanlu.settings import Portal
from yanlu.sources import head_of, put_sources
from yanlu.templates import theme_folder
from yanlu.website.assets import write_assets
from yanlu.website.generate import Made, Sources, generate
from yanlu.website.guidance.build import write_guidance_files
from yanlu.website.hosting import write_hosting
from yanlu.website.inserts import fill, inserts
from yanlu.website.moved import write_moved
from yanlu.website.news import newest_kept, newest_replies
from yanlu.website.output import Output
from yanlu.website.published import SUMS, refuse_broken_log, write_log
from yanlu.website.quarters import copy_quarters
from yanlu.website.receipt_check import write_saved_check
from yanlu.website.register.build import FILES as SUGGESTIONS
from yanlu.website.register.build import build_register
from yanlu.website.register.entries import Names
from yanlu.website.register.kept import cache_folder, digest
from yanlu.website.register.ledger import Ledger
from yanlu.website.register.supervision import FILES as PROPOSALS
from yanlu.website.remembered import Remembered
from yanlu.website.search.build import write_search
from yanlu.website.search.kept import Kept
from yanlu.website.shell import Frame, Navigation, frame, read_navigation, shell_context
from yanlu.website.sitemap import ROBOTS, SITEMAP, files_of, write_sitemap
from yanlu.website.tallies import tally
from yanlu.website.verify import verify_numbers
from yanlu.website.written import Written, build_pages

Report = Callable[[str], None]
_T = TypeVar("_T")


@dataclass(frozen=True)
class Built:
    """What a build made."""

    site: Path
    pages: int
    tables: int
    head: Head


def build_site(portal: Portal, out: Path, *, report: Report, head: Head | None = None) -> Built:
    """Build the whole site into `out`, which is replaced in one step at the end.

    `head` is the commit that it is built from, if it was looked up already.

    Raises:
        BuildError: a shallow clone, a broken page or link, numbers that do not add up.
        PackageError: `data/` does not pass `yanlu check`.
    """
    head = head or head_of(portal.folder)
    theme = theme_folder(portal.folder)
    ledger = Ledger(portal, theme)
    _refuse_faults(portal, ledger)
    refuse_broken_log(portal)
    out.parent.mkdir(parents=True, exist_ok=True)
    sweep(out.parent, BUILDING)
    with tempfile.TemporaryDirectory(prefix=BUILDING, dir=out.parent) as aside:
        output = Output(Path(aside) / "site", out)
        output.site.mkdir()
        build = _Build(portal, theme, ledger, head, Path(aside), output, report)
        with _dated(head):
            hidden = build.halves()
        tables = build.verified()
        pages = build.whole(hidden)
        _replace(out, output.site)
    return Built(out, pages, tables, head)


@dataclass(frozen=True)
class _Build:
    """One build, step by step; `aside` is a folder for what no reader sees."""

    portal: Portal
    theme: Path
    ledger: Ledger
    head: Head
    aside: Path
    output: Output
    report: Report

    @cached_property
    def navigation(self) -> Navigation:
        """The menu."""
        return read_navigation(self.theme).within(self.portal.data)

    @cached_property
    def cache(self) -> Path | None:
        """Where things are kept for the next build."""
        return cache_folder(self.portal.folder)

    def halves(self) -> Set[str]:
        """Everything but what is made of finished pages; answers which are not to be indexed."""
        site, office, day = self.output.site, self.portal.settings.office, self.head.day
        assets = write_assets(self.theme, site)
        around = frame(
            self.theme, shell_context(self.portal.settings, self.navigation, assets, self.head)
        )
        sources = self._sources()
        self.report("生成页面（MkDocs）")
        written = Written(
            found(self.portal.folder, "mkdocs.yml"),
            office,
            fill(sources.docs, self._inserts(day)),
            self.theme,
            around,
            sources.extra,
        )
        build_pages(written, self.output, cache=self.cache, mark=self.ledger.mark)
        hidden = self._pelican(sources, around)
        name = self.ledger.rest_on(day)
        calendars = self._remembered("calendars", dict[str, str])
        write_guidance_files(self.portal, site, self.head.moment, calendars, name)
        copy_releases(self.portal, site)
        write_saved_check(self.portal, self.theme, site)
        return hidden

    def _inserts(self, day: date) -> Mapping[str, str]:
        """What stands in written pages in place of marks."""
        kept = self._remembered("inserts", dict[str, str])
        name = self.ledger.rest_on(day)
        made = kept.get("inserts", name, lambda: dict(inserts(self.portal, self.theme, day)))
        kept.finish()
        return made

    def _sources(self) -> Sources:
        """What both generators are given."""
        self.report("生成统计页面")
        names, ledger = Names(self.portal), self.ledger
        ledger.read(names)
        sources = generate(
            self.portal,
            self.navigation,
            self.theme / "pages",
            tally=tally(ledger.entries, self.head.day),
            kept=self._remembered("data", Made),
            rest=ledger.rest,
            archived=not self.head.changed,
        )
        sources.extra["home"] |= {
            "replies": newest_replies(ledger.entries, names),
            "kept": newest_kept(ledger.entries, names),
        }
        return sources

    def _remembered(self, name: str, kind: type[_T]) -> Remembered[_T]:
        """What the last build made of this name, with all that stands for program and theme."""
        return Remembered(self.cache, name, self.ledger.mark, kind)

    def _bulletins(self, notices: Mapping[str, str | bytes], around: Frame) -> None:
        """All together, as soon as one has changed."""

        def make() -> dict[str, str]:
            from yanlu.website.pelican_half import make_bulletins  # loads Pelican

            office = self.portal.settings.office
            return make_bulletins(office, notices, aside=self.aside, theme=self.theme, frame=around)

        kept = self._remembered("bulletins", dict[str, str])
        files = kept.get("bulletins", digest(msgspec.json.encode(notices)), make)
        for place, text in files.items():
            self.output.put(f"bulletins/{place}", around.finished(text).encode())
        kept.finish()

    def _pelican(self, sources: Sources, around: Frame) -> Set[str]:
        self.report("生成公告（Pelican）")
        self._bulletins(sources.notices, around)
        self.report("生成台账（Pelican）")
        (self.aside / "nothing").mkdir()
        return build_register(
            self.ledger,
            self.head,
            content=self.aside / "nothing",
            theme=self.theme,
            output=self.output,
            frame=around,
        )

    def verified(self) -> int:
        """Add up the numbers of the finished pages; answers the tables."""
        self.report("核对数字")
        kept = self._remembered("verified", int)
        least = self.portal.settings.disclosure.rate_minimum
        return verify_numbers(self.output.site, least, kept)

    def whole(self, hidden: Set[str]) -> int:
        """What is made of all other files; answers how many pages there are."""
        portal, site = self.portal, self.output.site
        moves = read_moves(portal.data)
        write_moved(site, moves)
        write_hosting(site, portal.settings.office, moves)
        if not self.head.changed:  # else it would not be what the site was built from
            days = map(self.ledger.days, (SUGGESTIONS, PROPOSALS))
            put_sources(portal.folder, self.head, days, site)
        files = files_of(site)
        pages = write_sitemap(self.output, portal.settings.office, files, hidden)
        self.report("编索引")
        readable = [entry.address for entry in self.ledger.entries if not entry.removed]
        index = write_search(self.output, [*pages, *readable], self.navigation, Kept(self.cache))
        _write_sums(site, {*files, SITEMAP, ROBOTS, *index}, self.output.sums)
        write_log(portal, site)  # grows without the site: no part of its sums
        return len(pages) + len(hidden)


def copy_releases(portal: Portal, site: Path) -> None:
    """The release packages as they are, their list, and what was ever replaced in them."""
    target = site / "data" / "releases"
    for entry in listed(portal.data):
        folder = release_folder(portal.data, entry.month, entry.version)
        shutil.copytree(folder, target / str(entry.month) / f"v{entry.version}")
    target.mkdir(parents=True, exist_ok=True)
    copy_quarters(portal, target)
    for listing in (portal.data / "statistics").glob("*.csv"):
        shutil.copy(listing, target)
    _copy_rollups(portal, site)


def _copy_rollups(portal: Portal, site: Path) -> None:
    """What was added up, under the address that a level above collects it from."""
    target = site / "data" / "rollups"
    for entry in listed_rollups(portal.data):
        folder = rollup_folder(portal.data, entry.month, entry.version)
        shutil.copytree(folder, target / str(entry.month) / f"v{entry.version}")
    if target.is_dir():
        shutil.copy(portal.data / TABLES["rollups"], target)


def _refuse_faults(portal: Portal, ledger: Ledger) -> None:
    """Of what has passed before and has not changed since, nothing is looked at again."""
    kept = Remembered(cache_folder(portal.folder), "checked", ledger.mark, tuple[str, ...])
    faults = kept.get("data", ledger.rest, lambda: tuple(_faults_beside_register(portal)))
    faults = faults or tuple(map(str, register_faults(portal.data, ledger.fresh)))
    if faults:
        raise BuildError(
            f"data/ 有 {len(faults)} 处问题，没有生成网站。请运行 yanlu check 查看，例如：\n"
            f"  · {faults[0]}"
        )
    kept.finish()


def _faults_beside_register(portal: Portal) -> list[str]:
    from yanlu.guidance.judge import guidance_faults  # loads all tables' rules
    from yanlu.packages.maps import map_faults

    faults = list(map(str, rest_faults(portal.data))) or list(map(str, map_faults(portal)))
    return faults or list(guidance_faults(portal.data, portal.settings.disclosure.base))


@contextmanager
def _dated(head: Head) -> Iterator[None]:
    """Both generators take the date of the build from HEAD, not from the clock."""
    before: Mapping[str, str | None] = {
        name: os.environ.get(name) for name in ("SOURCE_DATE_EPOCH", "NO_MKDOCS_2_WARNING")
    }
    os.environ["SOURCE_DATE_EPOCH"] = str(int(head.moment.timestamp()))
    os.environ["NO_MKDOCS_2_WARNING"] = "1"
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _write_sums(site: Path, files: Iterable[str], known: Mapping[str, str]) -> None:
    lines = [f"{known.get(place) or _sum(site / place)}  {place}\n" for place in sorted(files)]
    (site / SUMS).write_text("".join(lines), "utf-8")


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _replace(out: Path, site: Path) -> None:
    if out.exists():
        if not (out / SUMS).is_file() and any(out.iterdir()):
            raise BuildError(f"{out} 里有不是本程序生成的文件，没有覆盖。请换一个空文件夹。")
        out.rename(site.with_name("before"))
    site.rename(out)
