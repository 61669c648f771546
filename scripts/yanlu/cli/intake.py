"""`yanlu intake serve`: what people send on the web, taken in and kept."""

from __future__ import annotations

import ipaddress
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import click

from yanlu.cli.review import store_option
from yanlu.headers import HEADERS
from yanlu.intake.office import StoreGiven, store_folder
from yanlu.intake.posting import make_worker
from yanlu.intake.publisher import Round
from yanlu.intake.web.app import intake_app
from yanlu.intake.web.health import metrics_app
from yanlu.intake.web.log import Log, silence
from yanlu.intake.web.server import Face, behind, held, run
from yanlu.intake.web.service import Service, Website, opened_service
from yanlu.settings import Portal, open_portal
from yanlu.website.inserts import form_choices

_PORT = click.IntRange(1, 65535)


def _network(_context: click.Context, _option: click.Parameter, given: Sequence[str]) -> list[str]:
    try:
        return [str(ipaddress.ip_network(one)) for one in given]
    except ValueError:
        raise click.BadParameter("要写成网段，例如 10.0.0.0/8 或者 127.0.0.1/32。") from None


@click.command()
@click.option("--port", default=8001, type=_PORT, show_default=True, help="本机端口。")
@store_option
@click.option(
    "--site",
    default="public",
    show_default=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="yanlu build 生成的网站，收件的页面用它的样子。",
)
@click.option(
    "--metrics-port", default=8002, type=_PORT, show_default=True, help="运行情况，只给本机看。"
)
@click.option(
    "--trusted-proxy",
    "proxies",
    multiple=True,
    callback=_network,
    help="前面的网页服务器所在的网段；只有它说的来访地址才算数。可以写几次。",
)
def serve(
    port: int, folder: StoreGiven | None, site: Path, metrics_port: int, proxies: Sequence[str]
) -> None:
    """接收网上提的建议（只听本机，前面放网页服务器）。"""
    portal = open_portal(Path.cwd())
    with held(port), held(metrics_port):
        pass  # a taken port is told before anything is opened
    with taking_in(portal, folder, site) as service:
        faces = [
            Face(behind(proxies, intake_app(service)), port),
            Face(metrics_app(service), metrics_port),
        ]
        ready = partial(click.echo, f"收件服务已经就绪，端口 {port}。")
        run(faces, ready, service.alive, service.end)


@contextmanager
def taking_in(portal: Portal, folder: StoreGiven | None, site: Path) -> Iterator[Service]:
    """The service with its log, and beside it the worker that publishes, watches and clears."""
    log = Log(sys.stderr)
    silence(log)
    place = store_folder(portal, folder)
    website = Website(site, HEADERS, form_choices)
    with opened_service(portal, place, website, log) as service:
        worker = make_worker(portal, place, partial(_report, log))
        worker.start()
        try:
            yield service
        finally:
            worker.stop()


def _report(log: Log, done: Round) -> None:
    if done.proposed or done.settled:
        log.say("round", proposed=done.proposed, settled=done.settled)
    for alarm in done.alarms:
        log.say("alarm", said=alarm)
