"""`yanlu serve` and `yanlu build`: the site from the repository."""

from __future__ import annotations

from pathlib import Path

import click

from yanlu.cli.progress import steps
from yanlu.settings import Portal, open_portal
from yanlu.website.build import build_site
from yanlu.website.serve import open_server


@click.command()
@click.option(
    "--port", default=8000, type=click.IntRange(1, 65535), show_default=True, help="本机端口。"
)
def serve(port: int) -> None:
    """生成网站，在本机打开（只有这台电脑看得到）。"""
    portal = open_portal(Path.cwd())
    root = portal.settings.office.root
    site = portal.folder / "public"
    with open_server(site, port, root) as server:
        _build(portal, site)
        click.echo(
            f"网站已经就绪，请在浏览器里打开 http://127.0.0.1:{port}{root}（按 Ctrl+C 结束）"
        )
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            click.echo("已结束。")


@click.command()
@click.option("--out", type=click.Path(path_type=Path), help="放到哪个文件夹（默认 public）。")
def build(out: Path | None) -> None:
    """由 data/ 和 content/ 生成整个网站。"""
    portal = open_portal(Path.cwd())
    _build(portal, out or portal.folder / "public")


def _build(portal: Portal, out: Path) -> None:
    with steps() as report:
        built = build_site(portal, out.resolve(), report=report)
    changed = "，另有未提交的改动" if built.head.changed else ""
    click.echo(
        f"已生成 {built.pages} 个页面，核对了 {built.tables} 张表；"
        f"内容以提交 {built.head.short} 为准{changed}，在 {out.name}/。"
    )
