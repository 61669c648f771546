"""`data/redirects.csv`: addresses that moved, so that old links still lead to their pages.

Addresses are relative to the root of the site and end with a slash, as in the menu.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from yanlu.guidance.links import Site

FILE = "redirects.csv"
PAGES = "content/**/*.md"
_NOTICES = "content/bulletins/"  # all below counts as made, though people write some


@dataclass(frozen=True)
class Move:
    """An address that was, the one that took its place, and the day from which on (YYYY-MM-DD)."""

    old: str
    new: str
    since: str


def read_moves(data: Path) -> list[Move]:
    """The moves in the order of the file; none where there is no file."""
    path = data / FILE
    if not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [Move(row["old"], row["new"], row["since"]) for row in csv.DictReader(file)]


def move_faults(moves: Sequence[Move], site: Site, gone: Iterable[str]) -> Iterator[str]:
    """Sentences on moves that lead nowhere, and on written pages that vanished without one.

    `gone` are the paths of pages that `content/` once held and holds no more.
    """
    olds = {move.old for move in moves}
    for line, move in enumerate(moves, start=2):  # the first line names the columns
        if what := _wrong(move, olds, site):
            yield f"data/{FILE} 第 {line} 行：{what}"
    for path in sorted(gone):
        address = address_of(path)
        if address not in olds and (path.startswith(_NOTICES) or not site.leads(address)):
            yield (
                f"{path}：这一页以前公布过，现在没有了，别人存的链接会断。"
                f"请在 data/{FILE} 里添一行，old 写 {address}，new 写现在在哪里。"
            )


def _wrong(move: Move, olds: Collection[str], site: Site) -> str:
    if move.new == move.old:
        return f"{move.old} 指向自己。请改正 new。"
    if move.new in olds:
        return f"{move.new} 自己也搬了，读者要转几次，或者转不出来。请把 new 直接写成最后的地址。"
    if site.is_written(move.old):
        return f"{move.old} 现在是一个页面，不能又转走。请删去这一行，或者把页面换个名称。"
    if not site.leads(move.new):
        return f"{move.new} 指的页面不存在。请改成网站上有的地址，例如 guide/rights/。"
    return ""


def address_of(path: str) -> str:
    """The address of a written page by the path of its file."""
    place = path.removeprefix("content/").removesuffix(".md")
    return f"{place.removesuffix('index').rstrip('/')}/".lstrip("/")
