"""Our own Jinja templates, for pages that are built and for pages that are answered."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from jinja2 import Environment as Environment  # for those who only pass it on
from jinja2 import FileSystemLoader, StrictUndefined, select_autoescape
from jinja2 import TemplateSyntaxError as TemplateSyntaxError  # for those who say where it is
from markupsafe import Markup, escape

from yanlu.model import chinese_day
from yanlu.overlay import merged

CACHE = ".cache/yanlu"  # below the folder of a portal: what may be deleted at any time

# 12345, 000-0000 0001, （010）88886666, +86 10 1234 5678: three digits at least
_NUMBER = re.compile(r"(?:[（(]0\d{2,3}[)）][ -]?)?\+?\d(?:[ -]?\d){2,}")


def theme_folder(folder: Path) -> Path:
    """The theme of the portal in `folder`: its own files, and the shipped ones for all others."""
    return merged(folder, "theme", folder / CACHE / "theme")


@cache
def environment(folder: Path) -> Environment:
    """Jinja for the templates in `folder`: unknown names are faults, HTML is escaped."""
    jinja = Environment(
        loader=FileSystemLoader(folder),
        undefined=StrictUndefined,
        autoescape=select_autoescape(("html", "svg")),
        keep_trailing_newline=False,
    )
    jinja.filters |= {"grouped": grouped, "day": chinese_day, "month": chinese_month, "dial": dial}
    return jinja


def grouped(count: int) -> str:
    """A number as readers see it: thin grouping from five digits on."""
    return f"{count:,}".replace(",", "\u202f") if abs(count) >= 10_000 else str(count)


def chinese_month(month: str) -> str:
    """A month as readers see it, 2026年6月; `month` begins with YYYY-MM."""
    return f"{int(month[:4])}年{int(month[5:7])}月"


def dial(telephone: str) -> Markup:
    """Words with every number in them as a link that a telephone dials."""
    shown, end = Markup(), 0
    for number in _NUMBER.finditer(telephone):
        digits = re.sub(r"[^\d+]", "", number[0])
        link = Markup('<a href="tel:{}">{}</a>').format(digits, number[0])
        shown += escape(telephone[end : number.start()]) + link
        end = number.end()
    return shown + escape(telephone[end:])
