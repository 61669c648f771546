"""Our own Jinja templates, for pages that are built and for pages that are answered."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment as Environment  # for those who only pass it on
from jinja2 import FileSystemLoader, StrictUndefined, select_autoescape

from yanlu.model import chinese_day


def theme_folder(folder: Path) -> Path:
    """The theme of the portal in `folder`, or the one that is shipped in the wheel."""
    own = folder / "theme"
    return own if own.is_dir() else Path(str(files("yanlu") / "theme"))


@cache
def environment(folder: Path) -> Environment:
    """Jinja for the templates in `folder`: unknown names are faults, HTML is escaped."""
    jinja = Environment(
        loader=FileSystemLoader(folder),
        undefined=StrictUndefined,
        autoescape=select_autoescape(("html", "svg")),
        keep_trailing_newline=False,
    )
    jinja.filters |= {"grouped": grouped, "day": chinese_day, "month": chinese_month}
    return jinja


def grouped(count: int) -> str:
    """A number as readers see it: thin grouping from five digits on."""
    return f"{count:,}".replace(",", "\u202f") if abs(count) >= 10_000 else str(count)


def chinese_month(month: str) -> str:
    """A month as readers see it, 2026年6月; `month` begins with YYYY-MM."""
    return f"{int(month[:4])}年{int(month[5:7])}月"
