"""The report of 《信访工作条例》 (2022) art. 41: a drafted text and a data package, in memory.

Nothing here writes a file: what is plain must not lie on a disk. The command line seals it.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from yanlu.federation.gather import Gathered
from yanlu.federation.paper import page
from yanlu.federation.tables import ADOPTED, Field, Row, Sheet, sheets
from yanlu.model import Event, chinese_day, period
from yanlu.packages.write import csv_text
from yanlu.templates import chinese_month, environment

TEXT, PAGE = "report.md", "report.html"
BLANK = "【"  # begins what people still have to write
_TEMPLATE = "upward.md"
_TOTAL, _NONE = "合计", "–"
_NAMED = {"topic": "topics", "channel": "channels", "region": "regions"}
_LIMITED = (Event.ON_TIME, Event.LATE)


@dataclass(frozen=True)
class Drafted:
    """The text as Markdown, and the tables that it and the data package show."""

    title: str
    text: str
    sheets: Mapping[str, Sheet]
    descriptor: Mapping[str, Any]


def draft(gathered: Gathered, theme: Path, day: date) -> Drafted:
    """The report of a period, with blanks for what no published file says."""
    made, title = sheets(gathered), _title(gathered)
    template = environment(theme / "report").get_template(_TEMPLATE)
    text = template.render(
        **_figures(gathered, made),
        title=title,
        office=gathered.portal.settings.office.name,
        span=period(gathered.months),
        day=chinese_day(day),
        missing=period(gathered.missing),
        unrolled=period(gathered.unrolled),
        released=len(gathered.releases),
        of=len(gathered.months),
        tables={name: _shown(sheet, gathered) for name, sheet in made.items()},
        made=made,
        held=[(h.rollup.month.title, len(h.taken), len(h.coverage)) for h in gathered.rollups],
        proposals=len(gathered.proposals),
    )
    return Drafted(title, f"{text.strip()}\n", made, _descriptor(gathered, made, title, day))


def _figures(gathered: Gathered, made: Mapping[str, Sheet]) -> Mapping[str, Any]:
    """The counts that stand in sentences."""
    settings, steps = gathered.portal.settings, made["register"]
    total = _total(made["by-month"])
    offices = made["by-office"] if gathered.rollups else None
    return {
        "base": gathered.base,
        "total": total,
        "rate": _rate(total, settings.disclosure.rate_minimum),
        "rolled": _total(offices) if offices else {},
        "own_too": any(row[0] == settings.office.name for row in offices.rows)
        if offices
        else False,
        "steps": dict(zip(_names(steps), _sums(steps), strict=True)),
    }


def packed(drafted: Drafted, finished: Mapping[str, bytes]) -> bytes:
    """A ZIP of the data package and of the text: the finished one, where there is one."""
    texts = finished or {
        TEXT: drafted.text.encode(),
        PAGE: page(drafted.title, drafted.text).encode(),
    }
    told = json.dumps(drafted.descriptor, ensure_ascii=False, indent=2) + "\n"
    files = {**texts, "datapackage.json": told.encode()}
    files |= {f"data/{name}.csv": _csv(sheet) for name, sheet in drafted.sheets.items()}
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, one in files.items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), one)
    return content.getvalue()


def blanks(text: str) -> int:
    """How many places people still have to write at."""
    return text.count(BLANK)


def _title(gathered: Gathered) -> str:
    first, last = gathered.months[0], gathered.months[-1]
    if (first.number, last.number, first.year) == (1, 12, last.year):
        return f"{first.year}年信访情况年度报告"
    return f"{period(gathered.months)}信访情况报告"


def _names(sheet: Sheet) -> list[str]:
    return [field.name for field in sheet.fields if field.kind == "integer"]


def _sums(sheet: Sheet) -> list[int]:
    places = [n for n, field in enumerate(sheet.fields) if field.kind == "integer"]
    return [sum(int(row[n]) for row in sheet.rows) for n in places]


def _total(sheet: Sheet) -> Mapping[str, int]:
    return dict(zip(map(str, Event), _sums(sheet), strict=True))


def _rate(total: Mapping[str, int], minimum: int) -> str:
    """On-time replies ÷ replies with a limit in per cent; "" where the site would not say it."""
    on_time, late = (total[event] for event in _LIMITED)
    if on_time + late < minimum or not (on_time and late):
        return ""
    return f"{100 * on_time / (on_time + late):.1f}"


def _shown(sheet: Sheet, gathered: Gathered) -> str:
    """A table in Markdown, codes by their names, with the sum of its counts."""
    head = [field.title for field in sheet.fields]
    rule = ["---:" if field.kind == "integer" else ":---" for field in sheet.fields]
    rows = [
        [_cell(value, field, gathered) for value, field in zip(row, sheet.fields, strict=True)]
        for row in sheet.rows
    ]
    if _names(sheet) and len(rows) > 1:
        sums = dict(zip(_names(sheet), map(str, _sums(sheet)), strict=True))
        rows.append([_TOTAL, *(sums.get(field.name, _NONE) for field in sheet.fields[1:])])
    return "\n".join(f"| {' | '.join(line)} |" for line in (head, rule, *rows))


def _cell(value: str | int, field: Field, gathered: Gathered) -> str:
    if field.name in ("month", "made", "answered") and value:
        return chinese_month(str(value))
    if field.name == "adopted":
        return ADOPTED[str(value)]
    lists = {**_NAMED, "body": "bodies", "to": "bodies", "outcome": "outcomes"}
    if field.name in lists:
        return gathered.codes[lists[field.name]].title(str(value))
    return str(value).replace("|", "／").replace("\n", " ") or _NONE


def _csv(sheet: Sheet) -> bytes:
    rows: list[Row] = [tuple(field.name for field in sheet.fields), *sheet.rows]
    return csv_text([map(str, row) for row in rows]).encode()


def _descriptor(
    gathered: Gathered, made: Mapping[str, Sheet], title: str, day: date
) -> dict[str, Any]:
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": f"report-{gathered.months[0]}-{gathered.months[-1]}",
        "title": f"{gathered.portal.settings.office.name}：{title}",
        "description": "《信访工作条例》（2022年）第四十一条的报告所附的数据。内部文件，不公布。",
        "created": f"{day.isoformat()}T00:00:00+08:00",
        "resources": [_resource(sheet) for sheet in made.values()],
    }


def _resource(sheet: Sheet) -> dict[str, Any]:
    content = _csv(sheet)
    fields = [{"name": f.name, "title": f.title, "type": f.kind} for f in sheet.fields]
    return {
        "name": sheet.name,
        "path": f"data/{sheet.name}.csv",
        "title": sheet.title,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "schema": {"title": sheet.title, "fields": fields},
    }
