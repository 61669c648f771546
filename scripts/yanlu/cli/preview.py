"""`yanlu preview`: what a change would do to the site, before anybody else sees it."""

from __future__ import annotations

import shutil
import sys
import webbrowser
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from yanlu.cli.check import check_portal
from yanlu.cli.progress import steps
from yanlu.cli.register import all_due
from yanlu.errors import BuildError, HistoryError, IntakeError
from yanlu.git import Head, commit_of, read_head
from yanlu.intake.forge.local import HOST
from yanlu.intake.posting import open_forge
from yanlu.locks import alone
from yanlu.register.due import Due
from yanlu.settings import Portal, open_portal, read_codes
from yanlu.templates import CACHE, theme_folder
from yanlu.website.build import build_site
from yanlu.website.preview.compared import compare
from yanlu.website.preview.numbers import changed_numbers, changed_rollups
from yanlu.website.preview.report import PAGE, SUMMARY, Owed, Preview, Terms, write_report
from yanlu.website.register.kept import cache_folder
from yanlu.worktree import check_out, merge_base

Report = Callable[[str], None]
MARK = "<!-- yanlu preview -->"  # by which the comment of the last preview is known
_FOLDER = "preview"  # below the cache: what is kept for the next preview
_LONGEST = 60_000  # characters: GitHub takes 65,536 in a comment


@click.command()
@click.option("--since", metavar="提交", help="和哪个提交比，例如 HEAD~1（默认：主分支）。")
@click.option("--out", type=click.Path(path_type=Path), help="放到哪个文件夹。")
@click.option("--pull", metavar="编号", help="把摘要写到代码平台的这个合并请求下面。")
def preview(since: str | None, out: Path | None, pull: str | None) -> None:
    """先看看：这次改动会让网站多出、改掉、少掉什么。只在本机，不公布任何东西。"""
    portal = open_portal(Path.cwd())
    if pull and portal.settings.forge.host == HOST:
        raise IntakeError(
            "这个门户用的是本机的 git，没有合并请求。请去掉 --pull；"
            "用代码平台的，先在 data/office.toml 的 [forge] 里写明。"
        )
    target = out or portal.folder / CACHE / _FOLDER / "report"
    with steps() as report:
        seen = look_ahead(portal, since, target, report)
    summary = (target / SUMMARY).read_text("utf-8")
    click.echo(summary)
    click.echo(f"对照的页面：{target / PAGE}")
    if pull:
        open_forge(portal).renew(pull, MARK, f"{MARK}\n{summary[:_LONGEST]}")
        click.echo(f"摘要已经写到合并请求 {pull} 下面。")
    elif sys.stdout.isatty():
        webbrowser.open((target / PAGE).resolve().as_uri())
    if seen.faults:
        sys.exit(1)


def look_ahead(portal: Portal, since: str | None, target: Path, report: Report) -> Preview:
    """Build the site as it was and as it is now, compare them, and write what differs.

    What is kept for the next time may be cut off anywhere: running it again mends it.

    Raises:
        HistoryError: no such commit, or a shallow clone.
        BuildError: the site of the other commit cannot be built, or the folder is not ours.
    """
    _refuse_other(target)
    head = read_head(portal.folder)
    base = _base(portal, head, since)
    place = _place(portal)
    with alone(place):
        former = open_portal(check_out(portal.folder, base, place / "before"))
        look = _Look(portal, former, place, report)
        seen = look.seen(base, head)
        _write(seen, portal, look.sites, place / "aside", target)
    return seen


@dataclass(frozen=True)
class _Look:
    """The two portals, and a folder that holds their sites."""

    portal: Portal
    former: Portal
    place: Path
    report: Report

    @property
    def sites(self) -> tuple[Path, Path]:
        """The site before and after."""
        return self.place / "site-before", self.place / "site-after"

    def seen(self, base: str, head: Head) -> Preview:
        """All that is said of the change; only its faults where no site can be built."""
        checked = check_portal(self.portal, base, self.report)
        faults = checked.faults or list(self._unbuilt())
        after = head.short + ("和没有提交的改动" if head.changed else "")
        if faults:
            return Preview(base[:12], after, faults, checked.notes)
        self._build_former(base)
        self.report("对照两个网站")
        return Preview(
            base[:12],
            after,
            (),
            checked.notes,
            tuple(changed_numbers(self.former.data, self.portal)),
            tuple(changed_rollups(self.former.data, self.portal)),
            _terms(self.former, self.portal),
            compare(*self.sites),
        )

    def _unbuilt(self) -> Iterator[str]:
        """Why the site cannot be built; nothing where it could."""
        try:
            build_site(self.portal, self.sites[1], report=self.report)
        except BuildError as error:
            yield str(error)

    def _build_former(self, base: str) -> None:
        """The other site; what this one's pages were made of serves it as well."""
        kept = self.former.folder / CACHE
        if not kept.exists():
            shutil.copytree(
                self.portal.folder / CACHE, kept, ignore=shutil.ignore_patterns(_FOLDER)
            )
        self.report("生成改动以前的网站")
        try:
            build_site(self.former, self.sites[0], report=self.report)
        except BuildError as error:
            raise BuildError(
                f"改动以前的网站（提交 {base[:12]}）现在生成不了，没有办法对照：{error}\n"
                "请用 --since 换一个能生成的提交。"
            ) from None


def _base(portal: Portal, head: Head, since: str | None) -> str:
    """What is out: the commit asked for, or where this one left the main branch.

    On the main branch itself that is this commit, and what is not committed yet is the change.

    Raises:
        HistoryError: there is no such commit, or no change.
    """
    if since:
        return commit_of(portal.folder, since)
    base = merge_base(portal.folder, "HEAD", portal.settings.forge.branch)
    if base == head.commit and not head.changed:
        raise HistoryError(
            "没有改动：现在的文件就是主分支上的。"
            "要看最近一次提交改了什么，请运行 yanlu preview --since HEAD~1。"
        )
    return base


def _refuse_other(target: Path) -> None:
    if target.exists() and any(target.iterdir()) and not (target / SUMMARY).is_file():
        raise BuildError(f"{target} 里有别的文件，没有覆盖。请换一个空文件夹。")


def _place(portal: Portal) -> Path:
    kept = cache_folder(portal.folder)
    if kept is None:
        raise BuildError(f"{portal.folder} 里不能写文件，做不了预览。请复制到自己的文件夹再运行。")
    place = kept / _FOLDER
    place.mkdir(exist_ok=True)
    return place


def _terms(before: Portal, after: Portal) -> Terms:
    """Answers and promises that come with the change, and those that go."""
    old, new = (set(all_due(portal, ())) for portal in (before, after))
    return Terms(_owed(after, new - old), _owed(before, old - new))


def _owed(portal: Portal, found: Iterable[Due]) -> tuple[Owed, ...]:
    """In words; a body is named as the code list of that state names it."""
    bodies = read_codes(portal.data / "codes" / "bodies.csv")
    return tuple(
        Owed(str(one.day), one.what, one.name, bodies.title(one.body) if one.body else "")
        for one in sorted(found)
    )


def _write(
    seen: Preview, portal: Portal, sites: tuple[Path, Path], aside: Path, target: Path
) -> None:
    """Whole, or as it was."""
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir()
    write_report(seen, portal.settings.office, theme_folder(portal.folder), sites, aside)
    shutil.rmtree(target, ignore_errors=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(aside, target)
