"""`yanlu build`: data/ + content/ → public/, whole or not at all."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec

from yanlu.errors import BuildError
from yanlu.packages.check import check_data
from yanlu.packages.read import Listing, listed, newest, read_release, release_folder
from yanlu.settings import Portal
from yanlu.website.assets import write_assets
from yanlu.website.bulletins import Issue, bulletin_files
from yanlu.website.catalogue import Edition, catalogue_files, read_editions
from yanlu.website.git import Head, read_head
from yanlu.website.mkdocs_half import build_pages
from yanlu.website.numbers import Numbers
from yanlu.website.pages import home_headline, statistics_pages
from yanlu.website.pelican_half import build_bulletins
from yanlu.website.render import Origin, empty_files, page_files
from yanlu.website.shell import Navigation, read_navigation, shell_context
from yanlu.website.sitemap import write_sitemap
from yanlu.website.verify import verify_numbers

Report = Callable[[str], None]
NEWS = 3  # bulletins on the home page
UNUSED = ("assets/javascripts", "assets/stylesheets", "assets/images", "sitemap.xml.gz")


@dataclass(frozen=True)
class Built:
    """What a build made."""

    site: Path
    pages: int
    tables: int
    head: Head


def build_site(portal: Portal, out: Path, *, report: Report) -> Built:
    """Build the whole site into `out`, which is replaced in one step at the end.

    Raises:
        BuildError: a shallow clone, a broken page or link, numbers that do not add up.
        PackageError: `data/` does not pass `yanlu check`.
    """
    head = read_head(portal.folder)
    _refuse_faults(portal)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".building-", dir=out.parent) as aside:
        work = Path(aside)
        site = work / "site"
        with _dated(head):
            _build_into(portal, head, work, site, report)
        report("核对数字")
        tables = verify_numbers(site)
        pages = write_sitemap(site, portal.settings.office)
        _write_sums(site)
        _replace(out, site)
    return Built(out, pages, tables, head)


def _build_into(portal: Portal, head: Head, work: Path, site: Path, report: Report) -> None:
    theme = theme_folder(portal)
    site.mkdir()
    settings = portal.settings
    navigation = read_navigation(theme)
    shell = shell_context(settings, navigation, write_assets(theme, site), head)
    docs, notices = work / "docs", work / "notices"
    report("生成统计页面")
    extra = _generate(portal, navigation, theme / "pages", docs, notices)
    report("生成页面（MkDocs）")
    build_pages(
        portal.folder / "mkdocs.yml",
        settings.office,
        docs=docs,
        theme=_templates(theme, work, "mkdocs"),
        site=work / "pages",
        extra={"shell": shell, **extra},
    )
    report("生成公告（Pelican）")
    build_bulletins(
        settings.office,
        content=notices,
        theme=_templates(theme, work, "pelican"),
        site=site / "bulletins",
        shell=shell,
    )
    for unused in UNUSED:
        _remove(work / "pages" / unused)
    shutil.copytree(work / "pages", site, dirs_exist_ok=True)
    _copy_releases(portal, site)


def _generate(
    portal: Portal, navigation: Navigation, templates: Path, docs: Path, notices: Path
) -> dict[str, Any]:
    """Write all Markdown before either generator runs; answers what the home page shows."""
    shutil.copytree(portal.folder / "content", docs, ignore=shutil.ignore_patterns("bulletins"))
    shutil.copytree(portal.folder / "content" / "bulletins", notices)
    editions = read_editions(portal.data, listed(portal.data))
    entries = newest(portal.data)
    if not entries:
        root = portal.settings.office.root
        waiting = {
            item.address: item.title
            for item in navigation.of("data")
            if not (docs / item.address.rstrip("/")).with_suffix(".md").is_file()
        }
        _write_all(docs, empty_files(waiting, root, templates))
        return {"home": {"headline": None, "bulletins": []}}
    minimum = portal.settings.disclosure.rate_minimum
    releases = [read_release(portal.data, entry.month, entry.version) for entry in entries]
    numbers = Numbers(releases, portal.codes)
    origin = _origin(portal, [e for e in editions if e.listing in entries])
    pages = list(statistics_pages(numbers, minimum))
    for page in pages:
        _write_all(docs, page_files(page, origin, templates))
    _write_all(docs, catalogue_files(editions, pages, portal.codes, origin, templates))
    issues = [_issue(portal, entry) for entry in reversed(entries)]
    _write_all(notices, bulletin_files(numbers, issues, origin, templates, minimum))
    news = [issue.teaser for issue in issues[:NEWS]]
    return {"home": {"headline": home_headline(numbers, minimum), "bulletins": news}}


def _issue(portal: Portal, entry: Listing) -> Issue:
    why = portal.codes["revisions"].title(entry.why) if entry.why else ""
    return Issue(entry.month, entry.version, entry.issued, why)


def _origin(portal: Portal, editions: Sequence[Edition]) -> Origin:
    """Of the releases in force, newest first."""
    oldest_first = editions[::-1]
    return Origin(
        root=portal.settings.office.root,
        base=editions[0].listing.base,
        source=editions[0].descriptor["sources"][0],
        licence=msgspec.to_builtins(portal.settings.licence),
        releases=[
            {
                "month": str(edition.listing.month),
                "title": edition.title,
                "anchor": edition.anchor,
                "address": edition.address,
            }
            for edition in oldest_first
        ],
    )


def theme_folder(portal: Portal) -> Path:
    """The repository's own theme, or the one that is shipped in the wheel."""
    own = portal.folder / "theme"
    return own if own.is_dir() else Path(str(files("yanlu") / "theme"))


def _templates(theme: Path, work: Path, generator: str) -> Path:
    """One generator's templates with the shared shell beside them."""
    folder = work / f"theme-{generator}"
    shutil.copytree(theme / generator, folder)
    inner = folder / "templates" if (folder / "templates").is_dir() else folder
    shutil.copytree(theme / "shell", inner / "shell")
    return folder


def _write_all(folder: Path, texts: Iterable[tuple[str, str]]) -> None:
    for name, text in texts:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8", newline="")


def _copy_releases(portal: Portal, site: Path) -> None:
    """The release packages as they are, and their list."""
    target = site / "data" / "releases"
    for entry in listed(portal.data):
        folder = release_folder(portal.data, entry.month, entry.version)
        shutil.copytree(folder, target / str(entry.month) / f"v{entry.version}")
    releases = portal.data / "statistics" / "releases.csv"
    if releases.is_file():
        shutil.copy(releases, target / "releases.csv")


def _refuse_faults(portal: Portal) -> None:
    faults = check_data(portal.data)
    if faults:
        raise BuildError(
            f"data/ 有 {len(faults)} 处问题，没有生成网站。请运行 yanlu check 查看，例如：\n"
            f"  · {faults[0]}"
        )


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


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _write_sums(site: Path) -> None:
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(site).as_posix()}\n"
        for path in sorted(site.rglob("*"))
        if path.is_file()
    ]
    (site / "SHA256SUMS").write_text("".join(lines), "utf-8")


def _replace(out: Path, site: Path) -> None:
    if out.exists():
        if not (out / "SHA256SUMS").is_file() and any(out.iterdir()):
            raise BuildError(f"{out} 里有不是本程序生成的文件，没有覆盖。请换一个空文件夹。")
        out.rename(site.with_name("before"))
    site.rename(out)
