"""`yanlu stats publish`: from case records to a release, or to a clear refusal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import msgspec

from yanlu.disclosure.crossing import refuse_sparse
from yanlu.disclosure.hierarchy import Hierarchy
from yanlu.disclosure.release import Correction, leaves_of, release
from yanlu.disclosure.rounding import METHOD
from yanlu.errors import InputError
from yanlu.model import Month, Released
from yanlu.packages.bundles import bundle_of, next_quarter, quarter
from yanlu.packages.read import Listing, listed, newest, read_release
from yanlu.packages.write import About, write_release
from yanlu.settings import Codes, Portal, read_key
from yanlu.stats.count import Counted, count_events
from yanlu.stats.mapping import Mapping as Mapped
from yanlu.stats.sheet import Understood
from yanlu.stats.source import Asks, open_source

Report = Callable[[str], None]


@dataclass(frozen=True)
class Order:
    """What staff ask for: which records, which month, and why an earlier version was wrong."""

    cases: str
    month: Month
    mapping: str | None = None
    revise: bool = False
    why: str | None = None


@dataclass(frozen=True)
class Prepared:
    """A release ready to be written, what stands beside it, and what it was counted from.

    `counted` holds true counts: private, like every cube. `understood` says what was read and
    what was dropped, where the records came on a sheet made for people.
    """

    released: Released
    about: About
    counted: Counted
    understood: Understood | None = None


def prepare(
    portal: Portal,
    order: Order,
    *,
    now: datetime,
    report: Report,
    method: int = METHOD,
    asks: Asks | None = None,
) -> Prepared:
    """Read, count and round; no release is written.

    A layout or a code that was never met is asked for from `asks`, and remembered; None refuses.

    `method` is the version of the rounding; an old one serves to remake an old release. A
    correction keeps the base of the version that it corrects.

    Raises:
        InputError: the month is not over, is released already, must wait for the next
            bundle of corrections, or the records have faults.
        SettingsError: the mapping, the codes or the key.
        DisclosureError: a first version too sparse to say anything, or a correction that
            changes nothing.
    """
    _refuse_unfinished(order.month, now)
    correction = _correction(portal, order, now.date())
    key = read_key(portal)
    report("读取记录")
    with open_source(portal, order.cases, order.mapping, order.month, asks) as source:
        report(f"清点{order.month.title}的事件")
        counted = count_events(source.cases, source.mapping, portal.codes, order.month, now)
    base = correction.earlier.base if correction else portal.settings.disclosure.base
    report("小数舍入")
    if correction is None:  # what is wrong must be corrected, however little there is
        _refuse_sparse(portal, counted, base)
    released = release(
        counted.cube,
        dimensions(portal.codes),
        base=base,
        key=key,
        correction=correction,
        method=method,
    )
    return Prepared(released, _about(portal, source.mapping), counted, source.understood)


def write(portal: Portal, prepared: Prepared, *, now: datetime) -> Path:
    """Freeze the prepared release in `data/statistics/`; answers its folder."""
    return write_release(prepared.released, prepared.about, data=portal.data, issued=now.date())


def dimensions(codes: Mapping[str, Codes]) -> tuple[Hierarchy, Hierarchy, Hierarchy]:
    """Region, topic group and channel group, with the sums that the site shows.

    What citizens wrote is added up; records that the office made itself are never added
    to it.
    """
    regions, topics, channels = (codes[name] for name in ("regions", "topics", "channels"))
    citizens = frozenset(c for c in channels.groups if channels.rows[c]["writer"] == "citizen")
    return (
        Hierarchy("地区", regions.leaves, {c: _below(regions, c) for c in regions.branches}),
        Hierarchy("主题", topics.groups, {"all": frozenset(topics.groups)}),
        Hierarchy("渠道", channels.groups, {"citizens": citizens}),
    )


def _below(codes: Codes, code: str) -> frozenset[str]:
    """The leaves under a code; a leaf is its own sum."""
    children = codes.children(code)
    if not children:
        return frozenset({code})
    return frozenset().union(*(_below(codes, child) for child in children))


def _refuse_unfinished(month: Month, now: datetime) -> None:
    if month.end >= now.date():
        raise InputError(
            f"{month.title}还没有结束，不能发布。请在 {month.next.title}1日之后再运行。"
        )


def _correction(portal: Portal, order: Order, today: date) -> Correction | None:
    """The version in force, where a correction was asked for."""
    entry = {e.month: e for e in newest(portal.data)}.get(order.month)
    if entry is None and order.revise:
        raise InputError(f"{order.month.title}还没有发布过，不需要 --revise。")
    if entry is not None and not order.revise:
        raise InputError(
            f"{order.month.title}已经发布过（第 {entry.version} 版），发布过的数字不能改。"
            "要更正请加 --revise --why 原因代码（见 data/codes/revisions.csv），会发布新的一版。"
        )
    if entry is None:
        return None
    why = _reason(portal, order.why)
    _refuse_hasty(portal, entry, today)
    return Correction(read_release(portal.data, entry.month, entry.version), why)


def _refuse_hasty(portal: Portal, entry: Listing, today: date) -> None:
    """All corrections of a quarter go out on one day, and a month is corrected once in it."""
    wait = f"下一批可以从 {next_quarter(today)} 起发布，届时一并更正。"
    bundle = bundle_of(listed(portal.data), today)
    if bundle not in (None, today):
        raise InputError(
            f"本季度的更正已经在 {bundle} 发布过一批。更正每季度只发一批，都在同一天，"
            f"免得看得出是哪一件补录的。{wait}"
        )
    if entry.version > 1 and quarter(entry.issued) == quarter(today):
        raise InputError(
            f"{entry.month.title}在本季度这一批里已经更正过（第 {entry.version} 版）。"
            f"{wait}第 {entry.version} 版还没有公布的，可以先从 git 里撤回再重做。"
        )


def _reason(portal: Portal, why: str | None) -> str:
    codes = portal.codes["revisions"]
    if why is None or why not in codes:
        known = "、".join(f"{code}（{codes.title(code)}）" for code in codes.rows)
        raise InputError(f"更正要用 --why 写明原因代码。可用的代码：{known}。")
    return why


def _refuse_sparse(portal: Portal, counted: Counted, base: int) -> None:
    table = leaves_of(counted.cube.counts, dimensions(portal.codes))
    refuse_sparse(table.counts, table.cells, table.hierarchies, base=base)


def _about(portal: Portal, mapping: Mapped) -> About:
    settings = portal.settings
    return About(
        settings.office.name,
        mapping.source,
        mapping.terms,
        mapping.note,
        msgspec.to_builtins(settings.licence),
    )
