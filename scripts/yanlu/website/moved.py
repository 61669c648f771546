"""Pages at addresses that moved, which lead on to the new ones."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from yanlu.errors import BuildError
from yanlu.guidance.moved import FILE, Move
from yanlu.website.sitemap import PAGE

MODEL, _PLACE = "_moved/", "<!-- new -->"


def write_moved(site: Path, moves: Iterable[Move]) -> None:
    """Copy the page that was built for them to every address that moved, and take it away.

    Raises:
        BuildError: an address that moved is still a page, or the new one is none.
    """
    model = (site / MODEL / PAGE).read_text("utf-8")
    shutil.rmtree(site / MODEL)
    for move in moves:
        old, new = site / move.old / PAGE, site / move.new / PAGE
        if old.exists():
            raise BuildError(f"data/{FILE}：{move.old} 现在是一个页面，不能又转走。请删去这一行。")
        if not new.is_file():
            raise BuildError(f"data/{FILE}：{move.new} 指的页面没有生成。请改正 new。")
        old.parent.mkdir(parents=True, exist_ok=True)
        old.write_text(model.replace(_PLACE, move.new), "utf-8", newline="")
