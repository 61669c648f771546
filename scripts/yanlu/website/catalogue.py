"""Dictionary, downloads and the list of releases: what the data files are, as pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from yanlu.packages.quarters import RATINGS, UNPUBLISHED
from yanlu.packages.schemas import TABLES, load_schema
from yanlu.settings import Codes
from yanlu.templates import environment
from yanlu.website.editions import Edition, Origin
from yanlu.website.front import front_matter
from yanlu.website.pages import Page

QUARTERLY = (UNPUBLISHED, RATINGS)
ROLLED = {"rolled": "cube", "coverage": "coverage"}  # tables of a roll-up, and their files


def catalogue_files(
    editions: Sequence[Edition],
    pages: Sequence[Page],
    codes: Mapping[str, Codes],
    origin: Origin,
    templates: Path,
) -> Iterator[tuple[str, str]]:
    """The three pages as (path relative to the root, Markdown)."""
    jinja = environment(templates)
    entries = [_entry(edition) for edition in editions]
    facts: dict[str, Any] = {
        "dictionary": {
            "columns": _columns(pages),
            "groups": _groups([_table(name) for name in ("cube", *QUARTERLY, *ROLLED, *TABLES)]),
            "lists": [_list(codes[name]) for name in ("events", "channels", "topics", "regions")],
        },
        "releases": {"entries": entries},
        "downloads": {
            "entries": entries,
            "pages": pages,
            "sources": origin.sources([edition.month for edition in editions]),
            "licence": origin.licence,
        },
    }
    for name, (title, description) in _TITLES.items():
        body = jinja.get_template(f"{name}.md").render(root=origin.root, **facts[name])
        head = front_matter(title=title, description=description, section="data")
        yield f"data/{name}/index.md", f"{head}# {title}\n\n{body}\n"


_TITLES = {
    "dictionary": ("数据字典", "每个数据文件的每一列是什么意思，每个代码代表什么。"),
    "releases": ("发布清单", "每次发布的日期、版本、更正原因和文件校验值。"),
    "downloads": ("下载数据", "全部统计数据包和页面图表的 CSV、JSON 文件。"),
}

# The dictionary's headings, by the folder that a table stands in; some folders share one.
_GROUPS = {
    "statistics": "统计的文件",
    "codes": "代码表",
    "guidance": "办事指引的表",
    "others": "别的表",
}
_SHARED = {"quarters": "statistics", "rollups": "statistics"}


def _entry(edition: Edition) -> dict[str, Any]:
    listing = edition.listing
    return {
        "title": edition.title,
        "anchor": edition.anchor,
        "address": edition.address,
        "issued": listing.issued.isoformat(),
        "cutoff": edition.descriptor["cutoff"],
        "base": listing.base,
        "why": edition.why,
        "replaced": edition.replaced,
        "files": [_file(resource) for resource in edition.descriptor["resources"]],
    }


def _file(resource: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": resource["path"],
        "title": resource["schema"].get("title", resource["name"]),
        "bytes": resource["bytes"],
        "hash": resource["hash"].removeprefix("sha256:"),
    }


def _columns(pages: Sequence[Page]) -> list[dict[str, str]]:
    """Every column of every figure, once; months that are columns are all alike."""
    columns = {
        column.name: {
            "name": column.name,
            "title": column.title,
            "description": column.description,
        }
        for page in pages
        for figure in page.figures
        for column in figure.table.columns
        if column.name not in map(str, figure.months)
    }
    return list(columns.values())


def _table(name: str) -> dict[str, Any]:
    schema = load_schema(name)
    folder = "quarters/<季度>" if name in QUARTERLY else "statistics/<月份>/v<版本>"
    path = f"data/{TABLES[name]}" if name in TABLES else f"data/{folder}/{name}.csv"
    if name in ROLLED:
        path = f"data/rollups/<月份>/v<版本>/{ROLLED[name]}.csv"
    return {
        "name": name,
        "path": path,
        "title": schema.get("title", name),
        "description": schema.get("description", ""),
        "fields": schema["fields"],
    }


def _groups(tables: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "anchor": anchor,
            "title": title,
            "tables": [table for table in tables if _group(table["path"]) == anchor],
        }
        for anchor, title in _GROUPS.items()
    ]


def _group(path: str) -> str:
    folder = path.split("/")[1]
    group = _SHARED.get(folder, folder)
    return group if group in _GROUPS else "others"


def _list(codes: Codes) -> dict[str, Any]:
    third = {"events": ("含义", "definition"), "channels": ("由谁写下", "writer")}
    title, column = third.get(codes.name, ("上一级", "parent"))
    return {
        "name": codes.name,
        "title": {"events": "事件", "channels": "渠道", "topics": "主题", "regions": "地区"}[
            codes.name
        ],
        "third": title,
        "rows": [
            {"code": code, "name": row["name"], "note": _note(codes, column, row[column])}
            for code, row in codes.rows.items()
        ],
    }


def _note(codes: Codes, column: str, value: str) -> str:
    if column == "parent":
        return codes.title(value) if value else "–"
    return {"citizen": "群众", "office": "本单位"}.get(value, value)
