"""Pages of the service: our templates, put into a page that the website has built."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.responses import HTMLResponse

from yanlu.errors import IntakeError
from yanlu.settings import Portal
from yanlu.templates import Environment, environment, theme_folder

FRAME = Path("suggest") / "answer" / "index.html"
_PLACE = "<!-- answer -->"


@dataclass(frozen=True)
class Pages:
    """The frame before and after an answer, our templates, and what all of them are told."""

    before: str
    after: str
    templates: Environment
    common: Mapping[str, Any]

    def answer(self, template: str, status: int = 200, **facts: Any) -> HTMLResponse:
        """A whole page as an answer."""
        body = self.templates.get_template(f"{template}.html").render({**self.common, **facts})
        return HTMLResponse(f"{self.before}{body}{self.after}", status)


def open_pages(portal: Portal, site: Path) -> Pages:
    """The pages of an office whose finished site lies in `site`.

    Raises:
        IntakeError: the site is not built, or its frame has no place for an answer.
    """
    frame = site / FRAME
    if not frame.is_file():
        raise IntakeError(f"没有找到 {frame}。请先运行 yanlu build，再启动收件服务。")
    before, *rest = frame.read_text("utf-8").split(_PLACE)
    if len(rest) != 1:
        raise IntakeError(f"{frame} 里应当正好有一处 {_PLACE}。请重新运行 yanlu build。")
    common = {"root": portal.settings.office.root, "office": portal.settings}
    templates = environment(theme_folder(portal.folder) / "suggest").overlay(auto_reload=False)
    return Pages(before, rest[0], templates, common)
