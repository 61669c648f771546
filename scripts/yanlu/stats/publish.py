"""`yanlu stats publish`: from case records to a release, or to a clear refusal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from yanlu.disclosure.hierarchy import Hierarchy
from yanlu.disclosure.release import Correction, release
from yanlu.errors import InputError
from yanlu.model import Month, Released
from yanlu.packages.read import newest, read_release
from yanlu.packages.write import About, write_release
from yanlu.settings import Codes, Portal, read_key
from yanlu.stats.count import Counted, count_events
from yanlu.stats.mapping import Mapping as Mapped
from yanlu.stats.mapping import choose_mapping
from yanlu.stats.read import open_cases

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
    """A release ready to be written, what stands beside it, and how many records it read."""

    released: Released
    about: About
    records: int


def prepare(portal: Portal, order: Order, *, now: datetime, report: Report) -> Prepared:
    """Read, count and round; nothing is written.

    Raises:
        InputError: the month is not over, is released already, or the records have faults.
        SettingsError: the mapping, the codes or the key.
        DisclosureError: a correction that changes nothing.
    """
    _refuse_unfinished(order.month, now)
    correction = _correction(portal, order)
    key = read_key(portal)
    _, mapping = choose_mapping(portal, order.mapping)
    counted = _count(portal, order, mapping, now, report)
    report("小数舍入")
    released = release(
        counted.cube,
        dimensions(portal.codes),
        base=portal.settings.disclosure.base,
        key=key,
        correction=correction,
    )
    return Prepared(released, _about(portal, mapping), counted.records)


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
        Hierarchy("region", regions.leaves, {c: _below(regions, c) for c in regions.branches}),
        Hierarchy("topic", topics.groups, {"all": frozenset(topics.groups)}),
        Hierarchy("channel", channels.groups, {"citizens": citizens}),
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


def _correction(portal: Portal, order: Order) -> Correction | None:
    """The version in force, where a correction was asked for."""
    version = {e.month: e.version for e in newest(portal.data)}.get(order.month)
    if version is None and order.revise:
        raise InputError(f"{order.month.title}还没有发布过，不需要 --revise。")
    if version is not None and not order.revise:
        raise InputError(
            f"{order.month.title}已经发布过（第 {version} 版），发布过的数字不能改。"
            "要更正请加 --revise --why 原因代码（见 data/codes/revisions.csv），会发布新的一版。"
        )
    if version is None:
        return None
    return Correction(read_release(portal.data, order.month, version), _reason(portal, order.why))


def _reason(portal: Portal, why: str | None) -> str:
    codes = portal.codes["revisions"]
    if why is None or why not in codes:
        known = "、".join(f"{code}（{codes.title(code)}）" for code in codes.rows)
        raise InputError(f"更正要用 --why 写明原因代码。可用的代码：{known}。")
    return why


def _count(portal: Portal, order: Order, mapping: Mapped, now: datetime, report: Report) -> Counted:
    report("读取记录")
    with open_cases(order.cases, mapping) as cases:
        report(f"清点{order.month.title}的事件")
        return count_events(cases, mapping, portal.codes, order.month, now)


def _about(portal: Portal, mapping: Mapped) -> About:
    settings = portal.settings
    return About(
        settings.office.name,
        mapping.source,
        mapping.terms,
        mapping.note,
        msgspec.to_builtins(settings.licence),
    )
