"""Statistics pages as Markdown with their drawings, tables and files."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from yanlu.model import chinese_day
from yanlu.templates import Environment, environment
from yanlu.website.drawings import draw
from yanlu.website.editions import Origin
from yanlu.website.figures import Drawing, Figure
from yanlu.website.front import front_matter
from yanlu.website.pages import Page
from yanlu.website.table import Column, Kind, Measure, Name, Share, Value


def page_files(page: Page, origin: Origin, templates: Path) -> Iterator[tuple[str, str]]:
    """All files of a page as (path relative to the root, text): Markdown, CSV, JSON, SVG."""
    jinja = environment(templates)
    blocks = []
    for figure in page.figures:
        files = dict(_figure_files(figure, page.address, origin, jinja))
        blocks.append(_figure_block(figure, page.address, origin, jinja, files))
        yield from files.items()
    yield f"{page.address}index.md", _markdown(page, origin, jinja, blocks)


def _markdown(page: Page, origin: Origin, jinja: Environment, blocks: list[str]) -> str:
    body = jinja.get_template(page.template).render(
        figures=blocks,
        titles=[figure.table.columns[0].title for figure in page.figures[1:]],
        facts_html=jinja.get_template("facts.html").render(facts=page.facts.get("facts", [])),
        source_html=_source(page, origin, jinja),
        root=origin.root,
        **{name: value for name, value in page.facts.items() if name != "facts"},
    )
    head = front_matter(title=page.title, description=page.description, section="data")
    return f"{head}# {page.title}\n\n{body}\n"


def _source(page: Page, origin: Origin, jinja: Environment) -> str:
    """Where the released counts on a page come from; nothing where there are none."""
    months = next((figure.released for figure in page.figures if figure.released), ())
    if not months:
        return ""
    return jinja.get_template("source.md").render(
        root=origin.root,
        sources=origin.sources(months),
        base=origin.base,
        licence=origin.licence,
        editions=origin.of(months),
        cutoff=chinese_day(months[-1].end),
    )


def _figure_files(
    figure: Figure, address: str, origin: Origin, jinja: Environment
) -> Iterator[tuple[str, str]]:
    stem = f"{address}{figure.name}"
    yield f"{stem}.csv", table_csv(figure)
    yield f"{stem}.json", table_json(figure, origin)
    yield f"{stem}.metadata.json", table_csvw(figure, origin)
    if figure.drawing is not Drawing.NONE:
        yield f"{stem}.svg", draw(figure, jinja, origin.map)


def _figure_block(
    figure: Figure, address: str, origin: Origin, jinja: Environment, files: dict[str, str]
) -> str:
    links = [
        {"address": path, "title": _kind(path), "size": size(text)} for path, text in files.items()
    ]
    drawing = files.get(f"{address}{figure.name}.svg", "").strip()
    block = jinja.get_template("figure.html").render(
        f=figure, files=links, root=origin.root, drawing=_safe(drawing)
    )
    return "\n".join(line for line in block.splitlines() if line.strip())


def _kind(path: str) -> str:
    """What a reader is told of a file: of the one that describes the CSV, what it describes."""
    return "列的说明" if path.endswith(".metadata.json") else path.rpartition(".")[2].upper()


def _safe(markup: str) -> Markup:
    """Markup that our own template has already escaped."""
    return Markup(markup)  # noqa: S704 - made by our SVG templates, which escape


def size(text: str) -> str:
    """Bytes as readers see them."""
    count = len(text.encode())
    return f"{count} B" if count < 1000 else f"{count / 1000:.1f} kB"


def table_csv(figure: Figure) -> str:
    """The rows without the total: code, name, then numbers; a withheld share is empty."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_names(figure.table.columns))
    writer.writerows(_plain(row) for row in figure.table.rows)
    return out.getvalue()


def _names(columns: Sequence[Column]) -> list[str]:
    return [columns[0].name, f"{columns[0].name}-name", *(c.name for c in columns[1:])]


def _plain(row: Sequence[Value]) -> list[str]:
    return [cell for value in row for cell in _plain_cells(value)]


def _plain_cells(value: Value) -> list[str]:
    if isinstance(value, Name):
        return [value.code, value.title]
    if isinstance(value, Measure):
        return ["" if value.value is None else str(value.value)]
    return [str(value) if isinstance(value, int) else value.percent or ""]


def table_json(figure: Figure, origin: Origin) -> str:
    """The same rows with the total and all that is needed to use them rightly."""
    first, *others = figure.table.columns
    fields = [
        {"name": first.name, "title": f"{first.title}代码", "type": "string"},
        {"name": f"{first.name}-name", "title": first.title, "type": "string"},
        *(_field(column) for column in others),
    ]
    names = _names(figure.table.columns)
    rows = [_record(names, row) | _pages(figure, row[0]) for row in figure.table.rows]
    document = {
        "title": figure.title,
        "period": figure.period,
        "months": [str(month) for month in figure.months],
        "cutoff": figure.months[-1].end.isoformat(),
        "method": _method(figure, origin),
        "sources": origin.sources(figure.released),
        "licence": dict(origin.licence),
        "releases": [edition.address for edition in origin.of(figure.released)],
        "fields": fields,
        "rows": rows,
        "total": _record(names, figure.table.total),
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def table_csvw(figure: Figure, origin: Origin) -> str:
    """What each column of the CSV is, as CSV on the Web (W3C, 2015) writes it down."""
    first, *others = figure.table.columns
    columns = [
        {**_csvw(first.name, f"{first.title}代码", "string"), "required": True},
        _csvw(f"{first.name}-name", first.title, "string"),
        *(_csvw_field(_field(column)) for column in others),
    ]
    document = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "zh"}],
        "url": f"{figure.name}.csv",
        "dc:title": f"{figure.title}（{figure.period}）",
        "dc:description": figure.description,
        "dc:license": {"@id": origin.licence["path"]},
        "dialect": {"encoding": "utf-8", "lineTerminators": ["\n"], "header": True},
        "tableSchema": {"columns": columns, "primaryKey": _variable(first.name)},
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _csvw(name: str, title: str, datatype: str) -> dict[str, Any]:
    """The head of the CSV is the first title; a name in CSVW may hold no hyphen."""
    return {"name": _variable(name), "titles": [name, title], "datatype": datatype}


def _csvw_field(field: Mapping[str, str]) -> dict[str, Any]:
    about = _csvw(field["name"], field["title"], field["type"])
    said = f"{field['description']}（{field['unit']}）" if "unit" in field else field["description"]
    return {**about, "dc:description": said}


def _variable(name: str) -> str:
    return name.replace("-", "_")


def _method(figure: Figure, origin: Origin) -> dict[str, Any]:
    if not figure.released:
        return {"name": "published-pages"}
    return {"name": "small-count-rounding", "base": origin.base}


def _pages(figure: Figure, name: Value) -> dict[str, Any]:
    """The pages that a row counts, for whoever wants to count them."""
    if figure.pages is None or not isinstance(name, Name):
        return {}
    return {"pages": list(figure.pages[name.code])}


def _field(column: Column) -> dict[str, str]:
    kind = "integer" if column.kind is Kind.COUNT else "number"
    about = {"name": column.name, "title": column.title, "type": kind}
    if column.kind is Kind.SHARE:
        about |= {"unit": "%", "part": str(column.part), "whole": column.whole or "total"}
    return {**about, "description": column.description}


def _record(names: Sequence[str], row: Sequence[Value]) -> dict[str, Any]:
    values: list[str | int | float | None] = []
    for value in row:
        if isinstance(value, Name):
            values += [value.code, value.title]
        elif isinstance(value, Share):
            values.append(None if value.percent is None else float(value.percent))
        elif isinstance(value, Measure):
            values.append(None if value.value is None else float(value.value))
        else:
            values.append(value)
    return dict(zip(names, values, strict=True))
