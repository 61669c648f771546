"""The tables of an upward report: the same rows for its text and for its data package."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from yanlu.federation.gather import STEPS, Gathered
from yanlu.model import FATES, Event, Month, period
from yanlu.packages.proposals import proposal_kinds
from yanlu.packages.read import release_folder
from yanlu.packages.rollups import COLLECTED, Covered, rollup_folder
from yanlu.settings import Codes

Row = tuple[str | int, ...]
ADOPTED = {"yes": "采纳", "partly": "部分采纳", "no": "不采纳", "": "还没有反馈"}
_TEXT, _COUNT = "string", "integer"


@dataclass(frozen=True)
class Field:
    """A column: its name in the file, its title, what it holds."""

    name: str
    title: str
    kind: str = _TEXT


@dataclass(frozen=True)
class Sheet:
    """A table with all that a reader of the file must know."""

    name: str
    title: str
    fields: Sequence[Field]
    rows: Sequence[Row]


def sheets(gathered: Gathered) -> Mapping[str, Sheet]:
    """Every table by name; those of roll-ups only where there are any."""
    made = [
        _cells(gathered),
        *(
            _events(gathered, by, gathered.sums(by))
            for by in ("month", "topic", "channel", "region")
        ),
        _steps(gathered),
        _outcomes(gathered),
        _proposals(gathered),
        _sanctions(gathered),
        _sources(gathered),
        *(_rolled(gathered) if gathered.rollups else ()),
        *(_names(gathered.codes[name]) for name in ("regions", "topics", "channels", "bodies")),
    ]
    return {sheet.name: sheet for sheet in made}


_BY = {"month": "月份", "topic": "主题", "channel": "渠道", "region": "地区"}


def _cells(gathered: Gathered) -> Sheet:
    """The released cells as they are, the records that the office made itself among them."""
    rows: list[Row] = [
        (str(release.month), *map(str, cell), count)
        for release in gathered.releases
        for cell, count in sorted(release.counts.items())
    ]
    fields = [Field("month", "月份"), *(Field(n, _BY[n]) for n in ("region", "topic", "channel"))]
    fields += [Field("event", "事件"), Field("count", "件数", _COUNT)]
    return Sheet("cells", "公布的统计，逐格", fields, rows)


def _rolled(gathered: Gathered) -> Iterator[Sheet]:
    """What the offices below have published; the own figures where they are in the sum."""
    yield from (_offices(gathered), _by_office(gathered), _coverage(gathered), _absent(gathered))
    for by in ("topic", "channel"):
        made = _events(gathered, by, gathered.rolled(by))
        yield replace(made, name=f"rolled-by-{by}", title=f"各地公布的件数，按{_BY[by]}")


def _events(gathered: Gathered, by: str, sums: Mapping[str, Mapping[Event, int]]) -> Sheet:
    """What citizens sent and how it was answered; codes in their own order."""
    titles = gathered.codes["events"]
    order = (
        list(map(str, gathered.months)) if by == "month" else list(gathered.codes[f"{by}s"].rows)
    )
    rows: list[Row] = [
        (code, *(sums[code][event] for event in Event)) for code in order if code in sums
    ]
    fields = [Field(by, _BY[by]), *(Field(e, titles.title(e), _COUNT) for e in Event)]
    return Sheet(f"by-{by}", f"群众反映的事项，按{_BY[by]}", fields, rows)


def _steps(gathered: Gathered) -> Sheet:
    steps = gathered.steps()
    rows: list[Row] = [
        (body, *(steps[body][state] for state in STEPS))
        for body in gathered.codes["bodies"].rows
        if body in steps
    ]
    shown = [Field(state, FATES[state].shown.removeprefix("已"), _COUNT) for state in STEPS]
    return Sheet("register", "公开的建议，按承办单位", [Field("body", "单位"), *shown], rows)


def _outcomes(gathered: Gathered) -> Sheet:
    found = gathered.outcomes()
    rows = [(code, found[code]) for code in gathered.codes["outcomes"].rows if code in found]
    fields = [Field("outcome", "结果"), Field("count", "件数", _COUNT)]
    return Sheet("outcomes", "公开的建议，按最后一次回复的结果", fields, rows)


def _proposals(gathered: Gathered) -> Sheet:
    rows: list[Row] = []
    for one in sorted(gathered.proposals, key=lambda p: (p.front["made"], p.front["id"])):
        answer = one.front.get("answer") or {"adopted": "", "month": "", "why": ""}
        head = (one.front["id"], proposal_kinds()[one.front["kind"]].title, one.front["made"])
        rows.append(
            (*head, one.front["to"], one.title, answer["adopted"], answer["month"], answer["why"])
        )
    fields = (
        Field("id", "编号"),
        Field("kind", "种类"),
        Field("made", "提出月份"),
        Field("to", "向谁提出"),
        Field("title", "题目"),
        Field("adopted", "采纳情况"),
        Field("answered", "反馈月份"),
        Field("why", "反馈的一句话"),
    )
    return Sheet("proposals", "改进工作、完善政策的建议", fields, rows)


def _sanctions(gathered: Gathered) -> Sheet:
    rows = [(str(one.year), one.count, one.note) for one in gathered.sanctions]
    fields = (Field("year", "年份"), Field("count", "件数", _COUNT), Field("note", "说明"))
    return Sheet("sanctions", "追究责任的建议", fields, rows)


def _sources(gathered: Gathered) -> Sheet:
    """Every package that was used, by which anyone finds the published one."""
    data = gathered.portal.data
    rolled = [one.rollup for one in gathered.rollups]
    folders = [
        *(
            (f"statistics-{e.month}", release_folder(data, e.month, e.version))
            for e in gathered.listings
        ),
        *((f"rollup-{e.month}", rollup_folder(data, e.month, e.version)) for e in rolled),
    ]
    rows = [
        (name, folder.name, hashlib.sha256((folder / "datapackage.json").read_bytes()).hexdigest())
        for name, folder in folders
    ]
    fields = (Field("name", "数据包"), Field("version", "版本"), Field("sha256", "SHA-256"))
    return Sheet("sources", "用到的数据包", fields, rows)


def _offices(gathered: Gathered) -> Sheet:
    titles = gathered.codes["events"]
    fields = [Field("month", "月份"), Field("office", "单位")]
    fields += [Field(event, titles.title(event), _COUNT) for event in Event]
    return Sheet("offices", "各地公布的件数，按单位", fields, list(_office_rows(gathered)))


def _by_office(gathered: Gathered) -> Sheet:
    """The months together; how many of them are in the sum of an office, stands beside it."""
    sums: dict[str, list[int]] = {}
    for _, office, *counts in _office_rows(gathered):
        kept = sums.setdefault(str(office), [0] * (len(counts) + 1))
        for at, count in enumerate((1, *counts)):
            kept[at] += int(count)
    titles = gathered.codes["events"]
    fields = [Field("office", "单位"), Field("months", "几个月")]
    fields += [Field(event, titles.title(event), _COUNT) for event in Event]
    rows: list[Row] = [(office, str(n), *counts) for office, (n, *counts) in sums.items()]
    return Sheet("by-office", "各地公布的件数，各月相加", fields, rows)


def _office_rows(gathered: Gathered) -> Iterator[Row]:
    own = gathered.portal.settings.office.name
    regions = gathered.codes["regions"]
    for held in gathered.rollups:
        names = {office.id: office.name for office in held.coverage} | {"": own}
        for id_, counts in held.by_office(regions, gathered.citizens).items():
            yield (str(held.rollup.month), names[id_], *(counts[event] for event in Event))


def _coverage(gathered: Gathered) -> Sheet:
    rows = [
        (str(held.rollup.month), one.name, _held(one), one.version, one.reason, one.gaps)
        for held in gathered.rollups
        for one in held.coverage
    ]
    fields = (
        Field("month", "月份"),
        Field("office", "单位"),
        Field("status", "情况"),
        Field("version", "版本"),
        Field("reason", "为什么没有"),
        Field("gaps", "自己缺哪些"),
    )
    return Sheet("coverage", "哪些单位在内", fields, rows)


def _absent(gathered: Gathered) -> Sheet:
    """Which offices are in no sum, or themselves lack some, in which months together, and why."""
    months: dict[tuple[str, str], list[Month]] = {}
    for held in gathered.rollups:
        for one in held.coverage:
            if one.status != COLLECTED or one.gaps:
                why = one.reason or one.gaps
                months.setdefault((one.name, why), []).append(held.rollup.month)
    rows = [(name, period(found), why) for (name, why), found in months.items()]
    fields = (Field("office", "单位"), Field("months", "哪几个月"), Field("reason", "为什么，缺谁"))
    return Sheet("absent", "哪些单位不在内，或者自己不全", fields, rows)


def _held(office: Covered) -> str:
    return "在内" if office.status == COLLECTED else "不在内"


def _names(codes: Codes) -> Sheet:
    rows = [(code, row["name"]) for code, row in codes.rows.items()]
    return Sheet(codes.name, "代码的名称", (Field("code", "代码"), Field("name", "名称")), rows)
