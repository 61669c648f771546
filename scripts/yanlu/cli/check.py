"""`yanlu check`: what every room and tool has to say of `data/`, put together."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from yanlu.disclosure.versions import leaks
from yanlu.errors import HistoryError
from yanlu.git import in_repository, past_contents
from yanlu.packages.check import check_data
from yanlu.packages.history import CUBES, gather, issued, silent_changes
from yanlu.settings import Portal, open_portal, settings_faults
from yanlu.stats.mapping import mapping_faults

NO_HISTORY = "这里不是 git 仓库，没有以前的版本可以对照，只检查了现在的文件。"


@dataclass(frozen=True)
class Checked:
    """Faults, each a sentence, and whether there was a history to compare with."""

    faults: list[str]
    with_history: bool


@click.command()
def check() -> None:
    """发布之前检查 data/ 里的每一个文件，并与以前发布过的各版对照，一次列出所有问题。"""
    checked = check_portal(open_portal(Path.cwd()))
    for fault in checked.faults:
        click.echo(fault)
    if not checked.with_history:
        click.echo(NO_HISTORY)
    if checked.faults:
        click.echo(f"共 {len(checked.faults)} 处问题，请改正后再发布。")
        sys.exit(1)
    click.echo("检查通过：没有发现问题。")


def check_portal(portal: Portal) -> Checked:
    """All that must hold before publishing.

    With wrong files or code lists, settings and versions would only say the same again.
    """
    with_history = in_repository(portal.folder)
    faults = [str(fault) for fault in check_data(portal.data)]
    if not faults:
        faults = [*settings_faults(portal), *mapping_faults(portal), *_versions(portal)]
    return Checked(faults, with_history)


def _versions(portal: Portal) -> Iterator[str]:
    """Released numbers that changed silently, and versions that together tell too much."""
    past = []
    if in_repository(portal.folder):
        try:
            past = [(held.path, held.content) for held in past_contents(portal.folder, CUBES)]
        except HistoryError as error:
            yield str(error)
    contents = gather(portal.data, past)
    yield from map(str, silent_changes(portal.data, contents))
    versions, unreadable = issued(portal.data, contents, portal.settings.disclosure.base)
    yield from map(str, unreadable)
    yield from map(str, leaks(versions))
