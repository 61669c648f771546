"""Pages of the service: our templates, put into a page that the website has built."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from html import escape
from itertools import cycle
from pathlib import Path
from typing import Any

from starlette.responses import HTMLResponse

from yanlu.errors import IntakeError
from yanlu.guidance.offices import Office, read_offices
from yanlu.intake.entry import Kind
from yanlu.receipts.codes import GROUPS
from yanlu.receipts.office import checking_keys
from yanlu.settings import Portal
from yanlu.templates import Environment, environment, theme_folder

FRAME = Path("suggest") / "answer" / "index.html"
_PLACE = "<!-- answer -->"
_GROUP, _PROMISE = "{group}", "{promise}"
_BLANK = re.compile(f"({re.escape(_GROUP)}|{re.escape(_PROMISE)})")
_RECEIPTS = 16  # kinds of receipts: of two days, with a word and without, of each kind of matter
_COUNTERS = {Kind.CLAIM: "petitions", Kind.ACCUSATION: "discipline"}  # codes of office-types.csv


@dataclass(frozen=True)
class Pages:
    """The frame before and after an answer, our templates, and what all of them are told."""

    before: str
    after: str
    templates: Environment
    common: Mapping[str, Any]

    def answer(self, template: str, status: int = 200, **facts: Any) -> HTMLResponse:
        """A whole page as an answer."""
        return HTMLResponse(f"{self.before}{self._body(template, facts)}{self.after}", status)

    def receipt(self, code: str, promise: str, **facts: Hashable) -> HTMLResponse:
        """The receipt with this code and promise: only they tell one from the others of a day."""
        groups, said = cycle(code.split("-")), escape(promise)
        told = [
            next(groups) if part == _GROUP else said if part == _PROMISE else part
            for part in self._receipts(**facts)
        ]
        return HTMLResponse(f"{self.before}{''.join(told)}{self.after}")

    @cached_property
    def _receipts(self) -> Callable[..., list[str]]:
        return lru_cache(maxsize=_RECEIPTS)(self._receipt)

    def _receipt(self, **facts: Hashable) -> list[str]:
        """What stands around the groups of any code and its promise, and where these stand."""
        blank = {"code": [_GROUP] * GROUPS, "promise": _PROMISE}
        return _BLANK.split(self._body("receipt", {**facts, **blank}))

    def _body(self, template: str, facts: Mapping[str, Any]) -> str:
        return self.templates.get_template(f"{template}.html").render({**self.common, **facts})


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
    common = {
        "root": portal.settings.office.root,
        "office": portal.settings,
        "channels": _channels(portal.data),
        **checking_keys(portal),
    }
    templates = environment(theme_folder(portal.folder) / "suggest").overlay(auto_reload=False)
    return Pages(before, rest[0], templates, common)


def _channels(data: Path) -> dict[Kind, list[Office]]:
    """Where each kind that is no suggestion ought to go: the counters of its type."""
    offices = read_offices(data)
    return {kind: [o for o in offices if o.type == type_] for kind, type_ in _COUNTERS.items()}
