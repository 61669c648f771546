"""A reader reports a mistake, or something of a person that is seen on the site."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from starlette.requests import Request
from starlette.responses import Response

from yanlu.errors import StoreError
from yanlu.intake.entry import Faults
from yanlu.intake.rates import Pace
from yanlu.intake.reports import FIELDS, About, Report, file_report, read_report
from yanlu.intake.store.database import UnsureError
from yanlu.intake.web.forms import read_pairs
from yanlu.intake.web.log import UNSTORED
from yanlu.intake.web.refusals import Refused
from yanlu.intake.web.service import Service, today

PATH = "suggest/report"
TRAPPED = "有一个要留空的格子被填上了，可能是浏览器自动填的；已经清空。请再交一次。"
_DONE = {
    About.PERSONAL: (
        "收到了，我们先撤下再查",
        "这一类排在所有事情的前面。网站上已经被别人看过、抄走的，收不回来，我们会尽快不让更多的人看到。",
    ),
    About.MISTAKE: (
        "收到了，谢谢",
        "查实以后改正，改了什么写在网站上。数字有错的，发布新的一版，写明原因。",
    ),
}


@dataclass(frozen=True)
class Reporting:
    """The one route."""

    service: Service

    async def report(self, request: Request) -> Response:
        """Keep it, sealed, and say so only when it is durable."""
        given = dict(await read_pairs(request))
        values = {name: given.get(name, "") for name in FIELDS}
        self._pace(request, values)
        if given.get("homepage"):  # a trap for programs; a browser may have filled it
            return self._form(values, {"said": TRAPPED})
        report = read_report(values, self.service.root, self._is_page)
        if isinstance(report, Faults):
            return self._form(values, report.said)
        await self._keep(report, values)
        title, sentence = _DONE[report.about]
        return self.service.pages.answer("done", title=title, sentences=[sentence])

    async def _keep(self, report: Report, values: Mapping[str, str]) -> None:
        desk = self.service.desk
        try:
            await self.service.aside.do(lambda store: file_report(store, desk, report, today()))
        except StoreError as error:
            self.service.log.say(UNSTORED, why=str(error))
            unsure = isinstance(error, UnsureError)
            raise self._again("unsure" if unsure else "full", values) from None

    def _pace(self, request: Request, values: Mapping[str, str]) -> None:
        address = request.client.host if request.client else ""
        if self.service.sends.knock(address, time.monotonic()) is Pace.FLOOD:
            raise self._again("flood", values)

    def _again(self, reason: str, values: Mapping[str, str]) -> Refused:
        fields = [(name, value) for name, value in values.items() if value]
        return Refused(reason, fields=fields, retry=self.service.root + PATH)

    def _is_page(self, page: str) -> bool:
        """Whether the site that is built has it; nothing outside the site is looked at."""
        parts = PurePosixPath(page)
        if parts.is_absolute() or ".." in parts.parts or "\0" in page:
            return False
        place = self.service.site / parts
        try:
            return place.is_file() or (place / "index.html").is_file()
        except OSError:  # a name longer than any file's
            return False

    def _form(self, values: Mapping[str, str], faults: Mapping[str, str]) -> Response:
        self.service.counters.refused["report"] += 1
        return self.service.pages.answer("report", 422, values=values, faults=faults)
