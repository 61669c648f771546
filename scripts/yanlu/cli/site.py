"""`yanlu serve` and `yanlu build`: the site from the repository, and the intake beside it."""

from __future__ import annotations

import signal
from pathlib import Path

import click

from yanlu.cli.intake import taking_in
from yanlu.cli.progress import steps
from yanlu.cli.review import store_option
from yanlu.errors import BuildError
from yanlu.intake import rescan
from yanlu.intake.web.app import intake_app, intake_paths
from yanlu.intake.web.server import Face, held, run
from yanlu.intake.web.site import beside, site_app
from yanlu.packages.suggestions import suggestion_files
from yanlu.settings import Portal, open_portal
from yanlu.website.build import build_site
from yanlu.website.serve import SITE_HEADERS


@click.command()
@click.option(
    "--port", default=8000, type=click.IntRange(1, 65535), show_default=True, help="本机端口。"
)
@store_option
def serve(port: int, folder: Path | None) -> None:
    """生成网站，在本机打开，也收建议（只有这台电脑看得到）。"""
    portal = open_portal(Path.cwd())
    root = portal.settings.office.root
    site = portal.folder / "public"
    with held(port):
        _build(portal, site)
    with taking_in(portal, folder, site) as service:
        app = beside(intake_app(service), intake_paths(root), site_app(site, root, SITE_HEADERS))
        words = f"网站已经就绪，请在浏览器里打开 http://127.0.0.1:{port}{root}（按 Ctrl+C 结束）"
        if run([Face(app, port)], lambda: click.echo(words), service.alive) == signal.SIGINT:
            click.echo("已结束。")


@click.command()
@click.option("--out", type=click.Path(path_type=Path), help="放到哪个文件夹（默认 public）。")
def build(out: Path | None) -> None:
    """由 data/ 和 content/ 生成整个网站。"""
    portal = open_portal(Path.cwd())
    _build(portal, out or portal.folder / "public")


def _build(portal: Portal, out: Path) -> None:
    _refuse_identifying(portal)
    with steps() as report:
        built = build_site(portal, out.resolve(), report=report)
    changed = "，另有未提交的改动" if built.head.changed else ""
    click.echo(
        f"已生成 {built.pages} 个页面，核对了 {built.tables} 张表；"
        f"内容以提交 {built.head.short} 为准{changed}，在 {out.name}/。"
    )


def _refuse_identifying(portal: Portal) -> None:
    """A site is read by everybody: what `yanlu check` would only report stops it here.

    Raises:
        BuildError: a text still tells who wrote it; files and kinds are named, nothing quoted.
    """
    files = [*suggestion_files(portal.data), *rescan.others(portal.data)]
    told = list(rescan.faults(portal.data, files))
    if told:
        listed = "\n".join(f"  · {one}" for one in told)
        raise BuildError(f"data/ 里有能认出人的内容，没有生成网站：\n{listed}")
