"""`yanlu check`: what every room and tool has to say of `data/`, put together."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import click

from yanlu.disclosure.versions import leaks
from yanlu.errors import HistoryError
from yanlu.git import Reach, changed_since, in_repository, past_contents, read_head
from yanlu.intake import rescan
from yanlu.model import CHINA, Month
from yanlu.packages.check import check_data
from yanlu.packages.history import CUBES, LIST, gather, issued, lost_lines, silent_changes
from yanlu.packages.suggestions import suggestion_files
from yanlu.register.check import FILES, amended_faults, register_faults
from yanlu.settings import Portal, open_portal, settings_faults
from yanlu.stats.mapping import mapping_faults

NO_HISTORY = "这里不是 git 仓库，没有以前的版本可以对照，只检查了现在的文件。"
# 64 hexadecimal digits and nothing else, or the file that age-keygen writes
_KEY = re.compile("[0-9a-f]{64}|(#.*\n)*AGE-SECRET-KEY-1[0-9A-Z]+", re.IGNORECASE)
_KEY_SIZE = 400  # bytes, with comments, blanks and line ends


@dataclass(frozen=True)
class Checked:
    """Faults, each a sentence, and whether there was a history to compare with."""

    faults: list[str]
    with_history: bool


@click.command()
@click.option("--since", metavar="提交", help="台账只看这个提交以后改过的文件，例如 HEAD~1。")
def check(since: str | None) -> None:
    """发布之前检查 data/ 里的每一个文件，并与以前发布过的各版对照，一次列出所有问题。"""
    checked = check_portal(open_portal(Path.cwd()), since)
    for fault in checked.faults:
        click.echo(fault)
    if not checked.with_history:
        click.echo(NO_HISTORY)
    if checked.faults:
        click.echo(f"共 {len(checked.faults)} 处问题，请改正后再发布。")
        sys.exit(1)
    click.echo("检查通过：没有发现问题。")


def check_portal(portal: Portal, since: str | None = None) -> Checked:
    """All that must hold before publishing; of suggestions, only what changed since a commit.

    With wrong files or code lists, settings and versions would only say the same again.

    Raises:
        HistoryError: there is no such commit.
    """
    with_history = in_repository(portal.folder)
    changed = changed_since(portal.folder, since, FILES) if since else None
    files = _files(portal, changed)
    keys = list(_keys(portal))
    faults = [str(fault) for fault in check_data(portal.data, files)]
    if not faults:
        faults = [*settings_faults(portal), *mapping_faults(portal), *_versions(portal)]
        faults += _register(portal, files, changed)
        faults += rescan.faults(portal.data, [*files, *rescan.others(portal.data)])
    return Checked([*keys, *faults], with_history)


def _files(portal: Portal, changed: Sequence[str] | None) -> list[Path]:
    """The suggestions to look at: all of them, or those of the changed paths that are there."""
    if changed is None:
        return suggestion_files(portal.data)
    return [path for name in changed if (path := portal.folder / name).is_file()]


def _register(
    portal: Portal, files: Sequence[Path], changed: Sequence[str] | None
) -> Iterator[str]:
    """Paths and answers of suggestions, and what takes back what readers were told."""
    now = datetime.now(CHINA).date()  # outside git, the office's own day
    if in_repository(portal.folder):
        patterns = [FILES] if changed is None else changed
        try:
            now = read_head(portal.folder).moment.date()
            past = list(past_contents(portal.folder, patterns, Reach.PUBLISHED)) if patterns else []
        except HistoryError as error:
            yield str(error)
            return
        versions = ((one.path, one.content) for one in past)
        yield from map(str, amended_faults(portal.folder, versions))
    yield from map(str, register_faults(portal.data, files, Month(now.year, now.month)))


def _versions(portal: Portal) -> Iterator[str]:
    """Released numbers that changed silently, and versions that together tell too much."""
    cubes, lists = [], []
    if in_repository(portal.folder):
        try:
            cubes = list(past_contents(portal.folder, [CUBES]))
            lists = list(past_contents(portal.folder, [LIST], Reach.CHECKED_OUT))
        except HistoryError as error:
            yield str(error)
    contents = gather(portal.data, [(past.path, past.content) for past in cubes])
    yield from map(str, silent_changes(portal.data, contents))
    yield from map(str, lost_lines(portal.data, [past.content for past in lists], contents))
    versions, unreadable = issued(portal.data, contents, portal.settings.disclosure.base)
    yield from map(str, unreadable)
    yield from map(str, leaks(versions))


def _keys(portal: Portal) -> Iterator[str]:
    """Files that hold what looks like a key, and nothing else."""
    public = portal.settings.disclosure.public_test_key
    for place, folders, names in os.walk(portal.folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for path in (Path(place, name) for name in sorted(names)):
            text = _text(path)
            if _KEY.fullmatch(text) and text.lower() != public:
                yield (
                    f"{path.relative_to(portal.folder)}：看上去是一把密钥。"
                    "密钥不能放在仓库里：请移到仓库之外，再更换一把新的；"
                    "不是密钥的，请在文件里写明它是什么。"
                )


def _text(path: Path) -> str:
    """What a file as small as a key holds; of any other file nothing."""
    if not path.is_file() or path.stat().st_size > _KEY_SIZE:
        return ""
    return path.read_text("ascii", errors="replace").strip()
