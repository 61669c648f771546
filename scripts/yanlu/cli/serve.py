"""`yanlu serve`: the site from the repository, and the intake beside it."""

from __future__ import annotations

import signal
from functools import partial
from pathlib import Path

import click

from yanlu.cli.intake import taking_in
from yanlu.cli.review import store_option
from yanlu.cli.site import build_fit
from yanlu.headers import SITE_HEADERS
from yanlu.intake.web.app import intake_app, intake_paths
from yanlu.intake.web.server import Face, held, run
from yanlu.intake.web.site import beside, site_app
from yanlu.settings import open_portal


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
        build_fit(portal, site)
    with taking_in(portal, folder, site) as service:
        app = beside(intake_app(service), intake_paths(root), site_app(site, root, SITE_HEADERS))
        words = f"网站已经就绪，请在浏览器里打开 http://127.0.0.1:{port}{root}（按 Ctrl+C 结束）"
        ready = partial(click.echo, words)
        if run([Face(app, port)], ready, service.alive, service.end) == signal.SIGINT:
            click.echo("已结束。")
