"""A report as a page that WPS and Word open: from the Markdown of our own template to HTML.

The template holds headings, paragraphs, lists of one level and tables, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby

_STYLE = (
    "body{font-family:仿宋,FangSong,serif;font-size:16pt;line-height:1.75;max-width:42em;"
    "margin:2cm auto}h1{text-align:center;font-size:22pt;font-family:宋体,SimSun,serif}"
    "h2{font-size:16pt;font-family:黑体,SimHei,sans-serif}h3{font-size:16pt}"
    "p{text-indent:2em;margin:0}table{border-collapse:collapse;margin:.6em 0;font-size:12pt;"
    "line-height:1.4}td,th{border:1px solid #000;padding:.2em .5em}.num{text-align:right}"
)


def page(title: str, text: str) -> str:
    """A whole document; everything in `text` is escaped."""
    body = "\n".join(_blocks(text))
    return (
        '<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n"
        f"<body>\n{body}\n</body>\n</html>\n"
    )


def _blocks(text: str) -> Iterator[str]:
    for kind, lines in groupby(filter(None, map(str.strip, text.splitlines())), _kind):
        if kind == "table":
            yield _table(list(lines))
        elif kind == "list":
            items = "".join(f"<li>{escape(line.removeprefix('- '))}</li>" for line in lines)
            yield f"<ul>{items}</ul>"
        elif kind == "heading":
            yield from map(_heading, lines)
        else:
            yield from (f"<p>{escape(line)}</p>" for line in lines)


def _kind(line: str) -> str:
    starts = {"|": "table", "- ": "list", "#": "heading"}
    return next((kind for start, kind in starts.items() if line.startswith(start)), "words")


def _heading(line: str) -> str:
    level = len(line) - len(line.lstrip("#"))
    return f"<h{level}>{escape(line.lstrip('# '))}</h{level}>"


def _table(lines: Sequence[str]) -> str:
    head, rule, *rows = map(_cells, lines)
    right = [cell.endswith(":") and not cell.startswith(":") for cell in rule]
    return "<table>{}{}</table>".format(
        _row("th", head, right), "".join(_row("td", row, right) for row in rows)
    )


def _row(tag: str, cells: Sequence[str], right: Sequence[bool]) -> str:
    marks = [' class="num"' if number else "" for number in right]
    pairs = zip(cells, marks, strict=True)
    return f"<tr>{''.join(f'<{tag}{mark}>{escape(cell)}</{tag}>' for cell, mark in pairs)}</tr>"


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]
