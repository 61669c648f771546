"""`yanlu serve`: the site from the repository, and the intake beside it."""

from __future__ import annotations

import signal
import time
from functools import partial
from pathlib import Path

import click

from yanlu.cli.intake import taking_in
from yanlu.cli.review import store_option
from yanlu.cli.site import build_fit, refit
from yanlu.errors import YanluError
from yanlu.headers import SITE_HEADERS
from yanlu.intake.office import StoreGiven
from yanlu.intake.web.app import intake_app, intake_paths
from yanlu.intake.web.server import Face, held, run
from yanlu.intake.web.site import beside, site_app
from yanlu.settings import open_portal
from yanlu.website.watched import watched


@click.command()
@click.option(
    "--port", default=8000, type=click.IntRange(1, 65535), show_default=True, help="本机端口。"
)
@store_option
def serve(port: int, folder: StoreGiven | None) -> None:
    """生成网站，在本机打开，也收建议（只有这台电脑看得到）；改了文件，一两秒后刷新就能看到。"""
    portal = open_portal(Path.cwd())
    root = portal.settings.office.root
    site = portal.folder / "public"
    with held(port):
        build_fit(portal, site)
    again = partial(_build_again, portal.folder, site)
    with watched(portal.folder, again), taking_in(portal, folder, site) as service:
        app = beside(intake_app(service), intake_paths(root), site_app(site, root, SITE_HEADERS))
        words = f"网站已经就绪，请在浏览器里打开 http://127.0.0.1:{port}{root}（按 Ctrl+C 结束）"
        ready = partial(click.echo, words)
        if run([Face(app, port)], ready, service.alive, service.end) == signal.SIGINT:
            click.echo("已结束。")


def _build_again(folder: Path, site: Path) -> None:
    """After a change; what is not fit leaves the site as it was, and is told.

    Anything unforeseen is told by its kind only, as `main` does.
    """
    began = time.perf_counter()
    try:
        made = refit(open_portal(folder), site)
    except YanluError as refusal:
        click.echo(str(refusal), err=True)
    except Exception as error:  # noqa: BLE001 - the server goes on
        click.echo(f"没有重新生成，程序出错了（{type(error).__name__}）。", err=True)
    else:
        click.echo(f"已重新生成 {made.pages} 个页面，用了 {time.perf_counter() - began:.1f} 秒。")
