"""`yanlu federation collect`: what lower offices have published, taken in and checked."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import click

from yanlu.cli.progress import steps
from yanlu.cli.review import office_day
from yanlu.errors import SettingsError
from yanlu.federation.collecting import Outcome, collect_all, expected_on
from yanlu.federation.fetching import Limits
from yanlu.federation.states import COLLECTED, STATE
from yanlu.model import Month, period
from yanlu.packages.lower_offices import FILE, read_lower_offices
from yanlu.packages.read import Listing
from yanlu.settings import Codes, open_portal

_NAMED = 20  # packages of one office that are named; all are in its state


@click.command()
def collect() -> None:
    """收集下级单位公布的数据包，核对以后放进 data/collected/。单位写在 data/sources.toml。

    有单位连不上，或者有不能收的，退出码为 1：别的照收，以前收下的不动。
    """
    portal = open_portal(Path.cwd())
    offices = read_lower_offices(portal.data, portal.codes)
    if not offices:
        raise SettingsError(f"data/{FILE} 里还没有下级单位，没有可以收的。写法见手册“上下级”。")
    day = office_day()
    with steps() as report:
        outcomes = collect_all(portal, offices, day, Limits(), report)
    for line in told(outcomes, expected_on(day), portal.codes["revisions"]):
        click.echo(line)
    if not all(one.is_sound for one in outcomes):
        sys.exit(1)


def told(outcomes: Sequence[Outcome], expected: Month, reasons: Codes) -> Iterator[str]:
    """What came of each office that is not as it was, by kinds; then how many there are."""
    late = [(one, missing) for one in outcomes if (missing := one.missing(expected))]
    kinds = {
        "收下": [(one, _taken(one.taken, reasons)) for one in outcomes if one.taken],
        "没有收下": [(one, why) for one in outcomes for why in _faults(one)],
        "连不上": [(one, one.down) for one in outcomes if one.down],
        "还没有收到": [(one, _late(one, missing)) for one, missing in late],
        "请核对": [(one, note) for one in outcomes for note in one.notes],
    }
    for title, lines in kinds.items():
        if lines:
            yield f"{title}："
            yield from (f"  · {one.office.name}（{one.office.id}）：{what}" for one, what in lines)
    yield f"共 {len(outcomes)} 个单位：{'，'.join(_counted(outcomes, len(late)))}。"
    if any(one.taken for one in outcomes):
        yield f"请看一遍，用 git 提交 data/{COLLECTED}/。"


def _counted(outcomes: Sequence[Outcome], late: int) -> Iterator[str]:
    unchanged = sum(1 for one in outcomes if one.is_sound and not one.taken)
    counts = {
        "有新的": sum(1 for one in outcomes if one.taken),
        "没有新的": unchanged,
        "连不上": sum(1 for one in outcomes if one.down),
        "有不能收的": sum(1 for one in outcomes if one.broken or one.refused),
        "迟了": late,
    }
    return (f"{count} 个{what}" for what, count in counts.items() if count)


def _taken(listings: Iterable[Listing], reasons: Codes) -> str:
    return "、".join(_named(one, reasons) for one in listings)


def _named(one: Listing, reasons: Codes) -> str:
    if one.version == 1:
        return one.month.title
    why = f"，{reasons.title(one.why)}" if one.why in reasons else ""
    return f"{one.month.title}（更正，第{one.version}版{why}）"


def _faults(one: Outcome) -> Iterator[str]:
    if one.broken:
        yield one.broken
    for name, why in list(one.refused.items())[:_NAMED]:
        yield f"{name}：{why}"
    if len(one.refused) > _NAMED:
        more = f"data/{COLLECTED}/{one.office.id}/{STATE}"
        yield f"……没有收下的一共 {len(one.refused)} 个，都写在 {more} 里。"


def _late(one: Outcome, missing: Sequence[Month]) -> str:
    if not one.newest:
        return "一个月也还没有收到"
    return f"{period(missing)}（最后收到的是{one.newest.title}）"
