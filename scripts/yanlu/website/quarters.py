"""The page of the quarters: suggestions without a page of their own, and grades of answers."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from yanlu.model import FATES, Fate
from yanlu.packages.quarters import FOLDER, Told, read_quarters
from yanlu.settings import Portal, read_codes
from yanlu.templates import environment
from yanlu.website.front import front_matter

ADDRESS = "data/quarters/"
_TITLE = "按季度看建议"
_DESCRIPTION = "没有公布的建议办得怎么样，写信人怎样评价回复：全单位一个季度的合计，舍入以后公布。"


def quarter_files(portal: Portal, templates: Path) -> Iterator[tuple[str, str]]:
    """The page as (path relative to the root, Markdown)."""
    grades = read_codes(portal.data / "codes" / "grades.csv")
    body = (
        environment(templates)
        .get_template("quarters.md")
        .render(
            root=portal.settings.office.root,
            quarters=[
                {
                    "title": told.title,
                    "issued": told.issued,
                    "address": f"data/releases/{told.name}/",
                    "unpublished": _lines(
                        told,
                        told.unpublished,
                        {str(f): FATES[Fate(f)].shown for f in told.unpublished},
                    ),
                    "ratings": _lines(
                        told, told.ratings, {code: grades.title(code) for code in told.ratings}
                    ),
                    "raters": sum(told.ratings.values()),
                }
                for told in read_quarters(portal.data)
            ],
        )
    )
    head = front_matter(title=_TITLE, description=_DESCRIPTION, section="data")
    yield f"{ADDRESS}index.md", f"{head}# {_TITLE}\n\n{body}\n"


def _lines(
    told: Told, counts: Mapping[str, int], names: Mapping[str, str]
) -> list[tuple[str, str]]:
    """Names with counts; what is 0 may be any number below the base."""
    small = f"0至{told.base - 1}"
    return [(names[code], str(count) if count else small) for code, count in counts.items()]


def copy_quarters(portal: Portal, target: Path) -> None:
    """The packages of the quarters as they are."""
    for told in read_quarters(portal.data):
        shutil.copytree(portal.data / FOLDER / told.name, target / told.name)
