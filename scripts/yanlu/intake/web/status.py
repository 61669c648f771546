"""Status by receipt code, and the rights that need the second word as well."""

from __future__ import annotations

import json
import time
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from yanlu.errors import InputError, ReceiptError, StoreError
from yanlu.headers import CSP, FETCHING
from yanlu.intake import opinions, rights
from yanlu.intake.accept import code_hash
from yanlu.intake.entry import read_contact
from yanlu.intake.given import FILE, Given, words_of
from yanlu.intake.given import given as find_given
from yanlu.intake.purging import purged_in
from yanlu.intake.rates import Pace
from yanlu.intake.store.backup import TERMS
from yanlu.intake.store.database import KEYS, STORE, DiskError, Store
from yanlu.intake.web.forms import read_pairs
from yanlu.intake.web.lists import Titles
from yanlu.intake.web.log import UNSTORED
from yanlu.intake.web.refusals import Refused, undone
from yanlu.intake.web.service import Service, today
from yanlu.model import FATES, Fate
from yanlu.receipts.codes import read_code, write_code

# Nothing of it stays on a computer that others use (Clear Site Data, W3C).
# What a reader typed or was shown is nowhere else; storage holds only how the site is to look.
CLEARED = {"Clear-Site-Data": '"cache"'}
UNKNOWN = "没有查到这个编号。请对照回执，一组一组地检查；确实没有抄错的，请打电话或者到窗口问。"
PURGED = (
    "这一条 {} 由工作人员按垃圾信息删除，内容没有留下。"
    "如果弄错了，请再提交一次，或者打电话、到窗口说明。"
)
_DONE = {
    "withdraw": (
        "已经撤回",
        "不再往下办，遮过的文字已经删去，备份里最多再留"
        f"{TERMS[STORE].days}天；已经公布的，下一次更新时撤下。"
        "加密的原文和联系方式到期删除，要马上删除的，请再选“删除”。",
    ),
    "erase": (
        "已经删除",
        "您写的内容和联系方式已经销毁，库的日志里如果还有残余，一小时内清掉；"
        f"备份里的钥匙最多再留{TERMS[KEYS].days}天，那以后哪一份备份都打不开，"
        f"遮过的文字在备份里最多再留{TERMS[STORE].days}天；已经公布的，下一次更新时撤下。",
    ),
    "correct": (
        "已经改了",
        "公布的范围已经改小。已经公布的，比现在同意的多，就在下一次更新时撤下；"
        "改成只公布摘要的，摘要由工作人员写好再公布。",
    ),
    "contact": (
        "已经改了",
        "联系方式换成了新的，重新加密存放；原来的已经销毁，库的日志里如果还有残余，一小时内清掉，"
        f"备份里的钥匙最多再留{TERMS[KEYS].days}天。",
    ),
    "rate": (
        "记下了",
        "谢谢。评价只计入全单位一个季度的合计，二十个人以上评价了才公布，不按承办单位和经办人分。",
    ),
    "restudy": (
        "收到了",
        "理由已经加密存放，不公布。同意再研究的，查进展时会看到“再研究中”；每一条只有一次。",
    ),
}
_OWN = {  # field → the act that it belongs to, and what it is called where it is named
    "grade": ("rate", "对回复的评价"),
    "reason": ("restudy", "再研究的理由"),
    **dict.fromkeys(("phone", "email", "post", "names"), ("contact", "新的联系方式")),
}
_KEPT = ("act", "wish", *_OWN)  # what a page carries on; the word is never among it
_WISHES = {"unlisted": "什么都不公布", "summary": "只公布摘要"}
_SAME = {
    "correct": ("没有改动", "公布的范围本来就是这样，什么都没有改。"),
    "contact": ("没有改动", "您写的与存着的一样，什么都没有改。"),
    "rate": ("没有改动", "与上次的评价一样，什么都没有改。"),
}
_PARTS = {
    "one": "一个人",
    "joint": "几个人一起",
    "organisation": "单位或者组织",
    "suggestion": "建议",
    "claim": "申诉求决",
    "accusation": "检举控告",
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
            return self._mistyped(str(error), 422, given)
        if "application/json" in request.headers.get("accept", ""):
            return await self._told(secret, given)
        stage = await self.service.aside.do(lambda store: rights.stage(store, secret))
        if stage is None:
            return await self._unknown(code_hash(secret), given)
        proof = await self._proof(stage, secret)
        answer = self._stage(stage, write_code(secret), dict(_kept(given)), proof)
        answer.headers[CSP] = self.service.headers[CSP] + FETCHING  # the public log, to check it
        return answer

    async def _proof(self, stage: rights.Stage, secret: bytes) -> str:
        """What the reader's browser holds against the public log; nothing of records without."""
        held = await self._given(secret) if stage.provable else None
        return json.dumps(held.file, ensure_ascii=False) if held else ""

    async def _told(self, secret: bytes, given: Mapping[str, str]) -> Response:
        """The same for a script that checks the receipt against the public log."""
        held = await self._given(secret)
        if held is None:
            return await self._unknown(code_hash(secret), given)
        told = {**held.file, "key": self.service.promiser.key.vkey}
        return JSONResponse(told, headers=CLEARED)

    async def receipt(self, request: Request) -> Response:
        """The receipt as a file: what was promised and what the log says, without the code."""
        given = await self._read(request)
        try:
            secret = read_code(given.get("code", ""))
        except ReceiptError as error:
            return self._mistyped(str(error), 422, given)
        held = await self._given(secret)
        if held is None:
            return await self._unknown(code_hash(secret), given)
        return _as_file(held.file)

    async def _given(self, secret: bytes) -> Given | None:
        promiser = self.service.promiser
        return await self.service.aside.do(lambda store: find_given(store, promiser, secret))

    async def act(self, request: Request) -> Response:
        """Read, rate, ask again, withdraw, correct or erase, with code and second word."""
        given = await self._read(request)
        try:
            secret = read_code(given.get("code", ""))
        except ReceiptError as error:
            return self._mistyped(str(error), 422, given)
        fields = [("code", write_code(secret)), *_kept(given)]
        again = partial(Refused, fields=fields, retry=f"{self.service.root}check/status")
        asked = given.get("act", "")
        if asked not in (*_DONE, "read", "file"):
            raise again("act")
        if unchosen := _unchosen(asked, given):
            raise again("unchosen", more=f"您写了{unchosen}，却没有选这一项。")
        if self.service.acts.count(code_hash(secret).hex(), time.monotonic()) is Pace.FLOOD:
            raise again("often")
        return await self._tried(asked, secret, given, again)

    async def _tried(
        self, asked: str, secret: bytes, given: Mapping[str, str], again: Callable[..., Refused]
    ) -> Response:
        """What was asked for, or why not; only wrong words use up the tries of a code.

        Each try is counted beforehand and the others are forgiven: else many guesses at once
        would all be let in before the first of them is known to be wrong.
        """
        tries, who = self.service.tries, code_hash(secret).hex()
        if tries.count(who, time.monotonic()) is Pace.FLOOD:
            raise again("tries")
        try:
            answer = await self._granted(asked, secret, given)
        except ReceiptError as error:
            raise again("unproven", more=str(error)) from None
        except (StoreError, InputError) as error:
            tries.forgive(who)
            if isinstance(error, DiskError):  # its words are for staff, and name a place on disk
                self.service.log.say(UNSTORED, why=str(error))
                raise again(undone(error)) from None
            raise again("unfit", more=str(error)) from None
        tries.forgive(who)
        return answer

    async def _granted(self, asked: str, secret: bytes, given: Mapping[str, str]) -> Response:
        """What was asked for, done; `rights` looks at the word."""
        word = given.get("word", "")
        day, desk, aside = today(), self.service.desk, self.service.aside
        suite, sealer = desk.suite, rights.Sealer(desk.suite, desk.recipient)
        if asked in ("read", "file"):
            held = await aside.do(lambda store: rights.held(store, suite, secret, word))
            return await self._with_words(held, secret) if asked == "file" else self._held(held)
        acts: Mapping[str, Callable[[Store], bool | None]] = {
            "withdraw": lambda store: rights.withdraw(store, secret, word, day),
            "erase": lambda store: rights.erase(store, secret, word, day),
            "correct": lambda store: rights.correct(
                store, secret, word, given.get("wish", ""), day
            ),
            "contact": lambda store: rights.correct_contact(
                store, sealer, secret, word, read_contact(given), day
            ),
            "rate": lambda store: opinions.rate(
                store, secret, word, self._grade(given), day, self.service.until
            ),
            "restudy": lambda store: opinions.ask_again(
                store, sealer, secret, word, given.get("reason", ""), day
            ),
        }
        same = await aside.do(acts[asked]) is False
        title, sentence = (_SAME if same else _DONE)[asked]
        return self._answer("done", title=title, sentences=[sentence])

    async def _with_words(self, held: rights.Held, secret: bytes) -> Response:
        """The receipt as a file, with the words that it binds."""
        told = await self._given(secret)
        if told is None or not told.messages:
            raise StoreError("这一条没有公开记录里的步骤，没有带内容的回执文件。")
        return _as_file({**told.file, "words": words_of(held, told.messages)})

    def _grade(self, given: Mapping[str, str]) -> str:
        grade = given.get("grade", "")
        if grade not in self.service.grades:
            raise InputError("请选一个评价，从很满意到很不满意。")
        return grade

    async def _read(self, request: Request) -> Mapping[str, str]:
        pairs = await read_pairs(request)
        address = request.client.host if request.client else ""
        if self.service.looks.knock(address, time.monotonic()) is Pace.FLOOD:
            given = dict(pairs)
            fields = [("code", given.get("code", "")), *_kept(given)]
            raise Refused("flood", fields=fields, retry=f"{self.service.root}check/status")
        return dict(pairs)

    async def _unknown(self, hashed: bytes, given: Mapping[str, str]) -> Response:
        month = await self.service.aside.do(lambda store: purged_in(store, hashed))
        fault, status = (PURGED.format(month), 410) if month else (UNKNOWN, 404)
        return self._mistyped(fault, status, given)

    def _mistyped(self, fault: str, status: int, given: Mapping[str, str]) -> Response:
        """The form for the code again, with what to look at."""
        self.service.counters.refused["code"] += 1
        return self._answer("check", status, fault=fault, kept=_kept(given))

    def _stage(
        self, stage: rights.Stage, code: str, typed: Mapping[str, str], proof: str
    ) -> Response:
        fate, answering = _fate(stage.shown), stage.lead or stage
        past = [shown for shown, _ in answering.history]
        return self._answer(
            "status",
            stage={"shown": stage.shown, "since": stage.since, **_stages()[fate]},
            history=[{"shown": shown, "month": month} for shown, month in stage.history],
            page=self._page(stage.published),
            lead=self._lead(stage.lead),
            result=self._result(stage.call),
            published=stage.published is not None,
            down=answering.down,
            erased=stage.erased,
            can_withdraw=stage.can_withdraw,
            grades=self.service.grades if _fate(answering.shown) in opinions.ANSWERED else {},
            may_ask_again=_fate(answering.shown) is Fate.REPLIED
            and FATES[Fate.RESTUDIED].shown not in past,
            narrower=[(wish, _WISHES[wish]) for wish in stage.narrower],
            rights=stage.with_word,
            provable=stage.provable,
            shown=proof,
            kind=stage.kind,
            code=code,
            typed=typed,
        )

    def _lead(self, lead: rights.Stage | None) -> Mapping[str, object] | None:
        """How far the suggestion has come into which this one was merged."""
        if lead is None:
            return None
        history = [{"shown": shown, "month": month} for shown, month in lead.history]
        return {"shown": lead.shown, "history": history, "page": self._page(lead.published)}

    def _held(self, held: rights.Held) -> Response:
        titles = self.service.offered(today()).titles
        return self._answer(
            "held",
            text=held.text,
            contact=held.contact,
            masked=held.masked,
            confirmed=held.confirmed,
            replies=[
                {
                    "outcome": titles["outcomes"](one.outcome) if one.outcome else "",
                    "reason": one.reason,
                    "text": one.text,
                }
                for one in held.replies
            ],
            down=held.down,
            facts=self._facts(held, titles),
        )

    def _facts(self, held: rights.Held, titles: Titles) -> list[tuple[str, str]]:
        """What else is held of a submission, in words."""
        own = held.facts
        agreed = {"summary": "摘要", "words": "原话"}
        child = "是" if own["child"] else "没有勾"
        return [
            ("收到的日子", own["day"]),
            ("办到哪一步", FATES[Fate(own["fate"])].shown),
            ("怎样收到的", titles["channels"](own["channel"])),
            ("类别", _PARTS[own["kind"]]),
            ("主题", titles["topics"](own["topic"])),
            ("地区", titles["regions"](own["region"])),
            *([("回应的征集", titles["calls"](own["call"]))] if own["call"] else []),
            ("谁写的", _PARTS[own["writer"]]),
            ("不满14周岁", child),
            *([("您对回复的评价", self.service.grades[held.grade])] if held.grade else []),
            *([("您请求再研究的理由", held.appeal)] if held.appeal else []),
            *[
                (f"公布{agreed[one]}", "同意" if one in held.allowed else "不同意")
                for one in agreed
            ],
        ]

    def _page(self, name: str | None) -> str | None:
        """The address of a published page, where the site that is built has it already."""
        if name is None or not (self.service.site / "register" / name / "index.html").is_file():
            return None
        return f"{self.service.root}register/{name}/"

    def _result(self, call: str | None) -> tuple[str, str] | None:
        """Address and title of the call that was answered, once its result can be read."""
        title = self.service.offered(today()).results.get(call or "")
        if not title or not (self.service.site / "calls" / str(call) / "index.html").is_file():
            return None
        return f"{self.service.root}calls/{call}/", title

    def _answer(self, template: str, status: int = 200, **facts: object) -> Response:
        answer = self.service.pages.answer(template, status, **facts)
        answer.headers.update(CLEARED)
        return answer


def _as_file(told: Mapping[str, object]) -> Response:
    as_file = {"Content-Disposition": f'attachment; filename="{FILE}"'}
    return JSONResponse(told, headers={**CLEARED, **as_file})


def _kept(given: Mapping[str, str]) -> list[tuple[str, str]]:
    """What was typed, to be typed no second time."""
    return [(name, given[name]) for name in _KEPT if given.get(name)]


def _unchosen(asked: str, given: Mapping[str, str]) -> str:
    """What was written for another act than the one that is asked for: it would be lost."""
    called = [
        said for name, (act, said) in _OWN.items() if act != asked and given.get(name, "").strip()
    ]
    return "、".join(dict.fromkeys(called))


def _fate(shown: str) -> Fate:
    return next(fate for fate, step in FATES.items() if step.shown == shown)


@cache
def _stages() -> Mapping[Fate, Mapping[str, str]]:
    table = tomllib.loads((files(__package__) / "stages.toml").read_text("utf-8"))
    return {Fate(name): said for name, said in table.items()}
