"""`yanlu check`: what every room and tool has to say of `data/` and the pages, put together."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click

from yanlu.cli.guided import guidance
from yanlu.cli.looks import Report, look_at
from yanlu.cli.passed import Memory, office_day, passed, refuse_committed
from yanlu.cli.progress import steps
from yanlu.disclosure.versions import leaks
from yanlu.errors import BuildError, HistoryError, LogError, PackageError, SettingsError
from yanlu.federation.standing import collected_faults
from yanlu.git import Reach, in_repository, past_contents
from yanlu.intake import rescan
from yanlu.intake.layout import layout_faults
from yanlu.model import Month
from yanlu.packages.check import check_data, hides_others
from yanlu.packages.history import CUBES, LIST, gather, issued, lost_lines, silent_changes
from yanlu.packages.maps import map_faults
from yanlu.packages.quarters import FILES, changed_quarters
from yanlu.packages.rollups import FILES as ROLLED
from yanlu.packages.rollups import changed_rollups
from yanlu.packages.suggestions import suggestion_files
from yanlu.receipts.log import KEPT, read_log, rewritten
from yanlu.receipts.office import log_policy
from yanlu.receipts.promises import TERM
from yanlu.receipts.sealing import last_batch
from yanlu.receipts.serving import witnessed
from yanlu.register.check import linked_faults
from yanlu.register.dates import date_faults
from yanlu.register.history import (
    backdated,
    changed_files,
    concerned_files,
    merged_into_gone,
    taken_back,
)
from yanlu.settings import Portal, open_portal, settings_faults
from yanlu.stats.mapping import mapping_faults
from yanlu.website.published import published_faults

QUARTERS, ROLLUPS = ([f"data/{file}" for file in files] for files in (FILES, ROLLED))
NO_HISTORY = "这里不是 git 仓库，没有以前的版本可以对照，只检查了现在的文件。"
WHOLE = "代码表或者机构目录改过，或者改过的文件太多：台账的每一个文件都看了。"
# 64 hexadecimal digits and nothing else, or the file that age-keygen writes
_KEY = re.compile("[0-9a-f]{64}|(#.*\n)*AGE-SECRET-KEY-1[0-9A-Z]+", re.IGNORECASE)
_KEY_SIZE = 400  # bytes, with comments, blanks and line ends


@dataclass(frozen=True)
class Checked:
    """Faults and notes, each a sentence, and whether there was a history to compare with.

    `whole` tells that all suggestions had to be looked at although a commit was named.
    """

    faults: list[str]
    with_history: bool
    notes: list[str] = field(default_factory=list)
    whole: bool = False


@dataclass(frozen=True)
class _Scope:
    """Suggestions to look at, and the places whose past counts; None: all.

    `since` is the commit with which what is new is compared.
    """

    files: list[Path]
    places: Sequence[str] | None
    since: str = "HEAD"


@click.command()
@click.option("--since", metavar="提交", help="台账只看这个提交以后改过的文件，例如 HEAD~1。")
def check(since: str | None) -> None:
    """发布之前检查 data/ 和页面的每一个文件，并与以前发布过的各版对照，一次列出所有问题。

    代码表或者统计发布有错时，先只列它们：别的都要按它们来看。
    """
    with steps() as report:
        checked = check_portal(open_portal(Path.cwd()), since, report)
    for fault in checked.faults:
        click.echo(fault)
    for note in checked.notes:
        click.echo(f"提醒：{note}")
    if not checked.with_history:
        click.echo(NO_HISTORY)
    if checked.whole:
        click.echo(WHOLE)
    if checked.faults:
        click.echo(f"共 {len(checked.faults)} 处问题，请改正后再发布。")
        sys.exit(1)
    click.echo("检查通过：没有发现问题。")


def check_portal(
    portal: Portal, since: str | None = None, report: Report = lambda _: None
) -> Checked:
    """All that must hold before publishing; of suggestions, only what changed since a commit.

    With wrong tables or releases, settings and versions would only say the same again. A file
    that people write, as a suggestion or a call, hides the faults of no other.

    Raises:
        HistoryError: there is no such commit.
    """
    scope = _scope(portal, since)
    keys = [*_keys(portal), *_committed(portal)]
    report("检查数据文件")
    found_first = check_data(portal.data, scope.files)
    faults, notes = [str(fault) for fault in found_first], list[str]()
    if not any(map(hides_others, found_first)):
        faults += [*settings_faults(portal), *mapping_faults(portal), *layout_faults(portal)]
        faults += map(str, map_faults(portal))
        faults += _versions(portal)
        faults += _log(portal)
        report("核对下级单位的数据包")
        faults += collected_faults(portal)
        found, notes = _register(portal, scope, report, sound=not found_first)
        unequal, left = _rollups(portal)
        report("检查办事指引和页面的文字")
        wrong, told = guidance(portal)
        faults += [*found, *unequal, *rescan.other_faults(portal.data), *wrong]
        faults = list(dict.fromkeys(faults))
        notes += [*told, *left]
    if not faults:
        notes = [*notes, *_standing_still(portal)]
    whole = since is not None and scope.places is None
    return Checked([*keys, *faults], in_repository(portal.folder), notes, whole)


def _scope(portal: Portal, since: str | None) -> _Scope:
    changed = changed_files(portal.folder, since) if since else None
    if since is None or changed is None:
        return _Scope(suggestion_files(portal.data), None, since or "HEAD")
    return _Scope(concerned_files(portal.folder, since, changed), changed, since)


def _register(
    portal: Portal, scope: _Scope, report: Report, *, sound: bool
) -> tuple[list[str], list[str]]:
    """Faults and notes of suggestions: each, all together, and with what was once published.

    `sound` tells that their heads and codes are in order: what passes then is remembered.
    """
    try:
        day = office_day(portal.folder)
        now = Month(day.year, day.month)
        report("对照以前公布过的台账")
        past = in_repository(portal.folder)
        faults = list(map(str, taken_back(portal.folder, scope.places, now))) if past else []
    except HistoryError as error:
        return [str(error)], []
    looks = look_at(portal.data, scope.files, now, report)
    links = {place: look.link for place, look in looks.items() if look.link}
    faults += map(str, [*linked_faults(portal.data, links), *date_faults(portal.data, day)])
    faults += map(str, merged_into_gone(portal.folder, links) if past else ())
    faults += [fault for look in looks.values() for fault in look.faults]
    if scope.places is None and sound and not faults:
        Memory(portal.folder, now).keep(passed(looks), rest=False)
    notes = [note for look in looks.values() for note in look.notes]
    notes += map(str, backdated(portal.folder, scope.since, now) if past else ())
    return faults, notes


def _log(portal: Portal) -> Iterator[str]:
    """What is wrong with the public log, and what it took back of what was published of it."""
    try:
        yield from published_faults(portal)
        past = (
            past_contents(portal.folder, KEPT, Reach.PUBLISHED)
            if in_repository(portal.folder)
            else ()
        )
        yield from rewritten(portal.data, ((old.path, old.content) for old in past))
    except (HistoryError, LogError, SettingsError) as error:
        yield str(error)


def _standing_still(portal: Portal) -> Iterator[str]:
    """That nothing was sealed, or witnessed, for longer than what is promised on receipts.

    Which lines wait, only the intake knows (its alarm `unsealed`): git must not tell.
    """
    last = last_batch(witnessed(read_log(portal.data), log_policy(portal)))
    day, told = office_day(portal.folder), portal.settings.receipts
    if last and not told.public_test_log_key and day > last.day + TERM:
        yield (
            f"公开记录只封存到 {last.day}，过了回执上承诺的 {TERM.days} 天。"
            "请今天就运行 yanlu receipts seal；封存过的，请催见证人签名，用 yanlu receipts cosign "
            "加进来。收件的人也要看 unsealed 报警。"
        )


def _committed(portal: Portal) -> Iterator[str]:
    """What a build remembers, and should not be in git."""
    try:
        refuse_committed(portal.folder)
    except (BuildError, HistoryError) as error:
        yield str(error)


def _versions(portal: Portal) -> Iterator[str]:
    """Released numbers that changed silently, and versions that together tell too much."""
    cubes, lists, told, rolled = [], [], [], []
    if in_repository(portal.folder):
        try:
            cubes = list(past_contents(portal.folder, [CUBES]))
            lists = list(past_contents(portal.folder, [LIST], Reach.CHECKED_OUT))
            told = list(past_contents(portal.folder, QUARTERS, Reach.PUBLISHED))
            rolled = list(past_contents(portal.folder, ROLLUPS, Reach.PUBLISHED))
        except HistoryError as error:
            yield str(error)
    contents = gather(portal.data, [(past.path, past.content) for past in cubes])
    yield from map(str, changed_quarters(portal.data, [(p.path, p.content) for p in told]))
    yield from map(str, changed_rollups(portal.data, [(p.path, p.content) for p in rolled]))
    yield from map(str, silent_changes(portal.data, contents))
    yield from map(str, lost_lines(portal.data, [past.content for past in lists], contents))
    versions, unreadable = issued(portal.data, contents, portal.settings.disclosure.base)
    yield from map(str, unreadable)
    yield from map(str, leaks(versions))


def _rollups(portal: Portal) -> tuple[list[str], list[str]]:
    """What is to be said of roll-ups beside the packages that they were made of."""
    if not (portal.data / "rollups").is_dir():
        return [], []
    from yanlu.federation.rolling import compared  # loads the auditor

    try:
        return compared(portal)
    except (PackageError, SettingsError) as error:
        return [str(error)], []


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
