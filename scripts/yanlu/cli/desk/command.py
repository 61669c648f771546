"""`yanlu desk`: the pages for staff who use no command line, on this machine alone."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

import click

from yanlu.cli.desk import answering, batch, deciding, lists
from yanlu.cli.desk.plain import in_words_of_the_desk
from yanlu.cli.desk.room import Room
from yanlu.cli.review import store_option
from yanlu.intake.office import StoreGiven, store_folder
from yanlu.intake.store.database import StorePlace, existing
from yanlu.intake.web.desk import DeskPages, Place, desk_app, start_address
from yanlu.intake.web.log import Log, silence
from yanlu.intake.web.server import Face, held, run
from yanlu.settings import Portal, open_portal
from yanlu.templates import environment, theme_folder

_TOKENS, _SEAL = "assets/css/1-tokens.css", "assets/img/seal.svg"


@click.command()
@click.option(
    "--port", default=8003, type=click.IntRange(1, 65535), show_default=True, help="本机端口。"
)
@click.option("--no-browser", is_flag=True, help="不打开浏览器，只显示网址。")
@store_option
def desk(port: int, no_browser: bool, folder: StoreGiven | None) -> None:
    """工作台：在浏览器里审看、确认、回复、提出，不用敲命令。只有这台电脑打得开。"""
    portal = open_portal(Path.cwd())
    place = store_folder(portal, folder)
    with held(port), existing(place):
        pass  # a taken port, a store that is not there: told before anything is opened
    log = Log(sys.stderr)
    silence(log)
    made = desk_pages(portal, place, log)
    address = start_address(made, port)
    ready = partial(_ready, address, browser=not no_browser)
    run([Face(desk_app(made, port), port)], ready, lambda: True, lambda: None)


def _ready(address: str, *, browser: bool) -> None:
    click.echo(f"工作台已经打开（按 Ctrl+C 结束）。网址只能用一次，不要发给别人：\n{address}")
    if browser:
        click.launch(address)


def desk_pages(portal: Portal, folder: StorePlace, log: Log) -> DeskPages:
    """The desk of an office whose store lies at `folder`."""
    theme = theme_folder(portal.folder)
    style = (theme / _TOKENS).read_bytes() + (theme / "desk" / "desk.css").read_bytes()
    files = {
        "desk.css": (style, "text/css"),
        "seal.svg": ((theme / _SEAL).read_bytes(), "image/svg+xml"),
    }
    common = {"office": portal.settings.office}
    templates = environment(theme / "desk")
    return DeskPages(
        places(Room(portal, folder)), templates, common, in_words_of_the_desk, files, log
    )


def places(room: Room) -> list[Place]:
    """All pages of the desk."""
    return [
        *lists.places(room),
        *deciding.places(room),
        *answering.places(room),
        *batch.places(room),
    ]
