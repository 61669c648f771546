"""Status by receipt code, and the rights that need the second word as well."""

from __future__ import annotations

import time
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import Response

from yanlu.errors import ReceiptError, StoreError
from yanlu.intake import rights
from yanlu.intake.accept import code_hash
from yanlu.intake.rates import Pace
from yanlu.intake.store.database import Store
from yanlu.intake.web.forms import read_pairs
from yanlu.intake.web.refusals import Refused
from yanlu.intake.web.service import Service, today
from yanlu.model import FATES, Fate
from yanlu.receipts.codes import read_code, write_code

# Nothing of it stays on a computer that others use (Clear Site Data, W3C).
CLEARED = {"Clear-Site-Data": '"cache", "storage"'}
UNKNOWN = "没有查到这个编号。请对照回执，一组一组地检查；确实没有抄错的，请打电话或者到窗口问。"
_DONE = {
    "withdraw": ("已经撤回", "不再往下办；已经公布的，下一次更新时撤下。"),
    "erase": ("已经删除", "您写的内容和联系方式已经销毁；已经公布的，下一次更新时撤下。"),
    "correct": (
        "已经改了",
        "公布的范围已经改小。已经公布的，下一次更新时撤下；改成只公布摘要的，摘要由工作人员写好再公布。",
    ),
}


@dataclass(frozen=True)
class Status:
    """The routes below `/check/`."""

    service: Service

    async def status(self, request: Request) -> Response:
        """How far it has come: the code alone shows the stage and nothing else."""
        given = await self._read(request)
        try:
            secret = read_code(given.get("code", ""))
        except ReceiptError as error:
            return self._mistyped(str(error), 422)
        stage = await self.service.aside.do(lambda store: rights.stage(store, secret))
        if stage is None:
            return self._mistyped(UNKNOWN, 404)
        return self._stage(stage, write_code(secret))

    async def act(self, request: Request) -> Response:
        """Read, withdraw, correct or erase, with code and second word."""
        given = await self._read(request)
        try:
            secret = read_code(given.get("code", ""))
        except ReceiptError as error:
            return self._mistyped(str(error), 422)
        asked, word = given.get("act", ""), given.get("word", "")
        again = partial(
            Refused, fields=[("code", write_code(secret))], retry=f"{self.service.root}check/status"
        )
        if asked not in (*_DONE, "read"):
            raise again("act")
        tried = self.service.tries.count(code_hash(secret).hex(), time.monotonic())
        if tried is Pace.FLOOD:
            raise again("tries")
        try:
            return await self._granted(asked, secret, word, given.get("wish", ""))
        except ReceiptError as error:
            raise again("unproven", more=str(error)) from None
        except StoreError as error:
            raise again("unfit", more=str(error)) from None

    async def _granted(self, asked: str, secret: bytes, word: str, wish: str) -> Response:
        """What was asked for, done; `rights` looks at the word."""
        day, suite, aside = today(), self.service.desk.suite, self.service.aside
        if asked == "read":
            held = await aside.do(lambda store: rights.held(store, suite, secret, word))
            return self._held(held)
        acts: Mapping[str, Callable[[Store], None]] = {
            "withdraw": lambda store: rights.withdraw(store, secret, word, day),
            "erase": lambda store: rights.erase(store, secret, word, day),
            "correct": lambda store: rights.correct(store, secret, word, wish, day),
        }
        await aside.do(acts[asked])
        title, sentence = _DONE[asked]
        return self._answer("done", title=title, sentences=[sentence])

    async def _read(self, request: Request) -> Mapping[str, str]:
        pairs = await read_pairs(request)
        address = request.client.host if request.client else ""
        if self.service.looks.knock(address, time.monotonic()) is Pace.FLOOD:
            code = [(name, value) for name, value in pairs if name == "code"]
            raise Refused("flood", fields=code, retry=f"{self.service.root}check/status")
        return dict(pairs)

    def _mistyped(self, fault: str, status: int) -> Response:
        """The form for the code again, with what to look at."""
        self.service.counters.refused["code"] += 1
        return self._answer("check", status, fault=fault)

    def _stage(self, stage: rights.Stage, code: str) -> Response:
        fate = next(fate for fate, step in FATES.items() if step.shown == stage.shown)
        published = f"{self.service.root}register/{stage.published}/" if stage.published else None
        return self._answer(
            "status",
            stage={"shown": stage.shown, "since": stage.since, **_stages()[fate]},
            history=[{"shown": shown, "month": month} for shown, month in stage.history],
            page=published,
            rights=stage.with_word,
            kind=stage.kind,
            code=code,
        )

    def _held(self, held: rights.Held) -> Response:
        return self._answer(
            "held",
            text=held.text,
            contact=held.contact,
            masked=held.masked,
            replies=held.replies,
        )

    def _answer(self, template: str, status: int = 200, **facts: object) -> Response:
        answer = self.service.pages.answer(template, status, **facts)
        answer.headers.update(CLEARED)
        return answer


@cache
def _stages() -> Mapping[Fate, Mapping[str, str]]:
    table = tomllib.loads((files(__package__) / "stages.toml").read_text("utf-8"))
    return {Fate(name): said for name, said in table.items()}
