"""The pages that the intake answers, each with an ordinary context, for tests that look at them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec

from conftest import ROOT
from yanlu.settings import open_portal
from yanlu.templates import environment

TEMPLATES = ROOT / "theme" / "suggest"
CODE = ["7K2M", "Q9XA", "0C4T", "HV3E", "8RWN", "5DYG", "P6JB"]
OPTIONS = [{"code": "roads", "title": "道路与人行道"}, {"code": "lighting", "title": "路灯照明"}]
REGIONS = [{"code": "shili", "title": "示例市"}, {"code": "back-bay", "title": "后湾"}]
CHOICES = {"topics": OPTIONS, "regions": REGIONS, "calls": []}
TYPED = {
    "title": "菜市场门口加一段扶手",
    "matter": "下雨天台阶很滑。\n上个月有老人在这里摔倒。",
    "proposal": "先在东门装一段扶手，再把台阶边缘贴上防滑条。",
    "topic": "roads",
    "region": "back-bay",
    "writer": "joint",
    "names": "住在附近的几户人家",
    "consent_words": "yes",
    "phone": "123",
}
FAULTS = {
    "title": "请填写题目。",
    "matter": "现在的情况最多3000个字，现在是3012个。请写短一些。",
    "topic": "请选一个主题。",
    "phone": "电话看起来不完整，请检查一下。",
}
MASK = {"placeholder": "〔电话〕", "why": "电话号码可以直接联系到您。"}
SENT = [*TYPED.items(), ("nonce", "bm9uY2U=")]
SHOWN = {
    "title": [{"text": TYPED["title"], "mask": None}],
    "matter": [
        {"text": "下雨天台阶很滑。\n要问细节请打", "mask": None},
        {"text": "139 1234 5678", "mask": MASK},
        {"text": "。", "mask": None},
    ],
    "proposal": [{"text": TYPED["proposal"], "mask": None}],
}
COUNTERS = [
    {
        "name": "示例市接待中心（虚构示例）",
        "telephone": "000-0000 0001",
        "address": "示例大道1号",
        "hours": "工作日9:00–17:00",
        "transport": "示例路公交站向东200米",
        "accessible": "入口有坡道",
        "note": "",
    }
]
CONFIRM = {
    "public": SHOWN,
    "masked": [{"name": "电话", "count": 1, "why": MASK["why"]}],
    "marked": True,
    "publication": "words",
    "summary_allowed": False,
    "contact": True,
    "child": False,
    "kind": "suggestion",
    "fields": SENT,
    "days": 90,
    "challenge": '{"parameters": {"algorithm": "none"}}',
    "channels": {"claim": COUNTERS, "accusation": COUNTERS},
    "call": "roads",
    "calls": OPTIONS,
    "refused": False,
}
PROMISE = (
    "yanlu.shili.example/receipt\n2026-11-25\n2026-11-28\n"
    f"event/1 {'0a' * 16} {'5e' * 32}\n\n— yanlu.shili.example/intake {'Zns' * 30}\n"
)
RECEIPT = {
    "code": CODE,
    "date": date(2026, 11, 25),
    "months": 3,
    "word": True,
    "kind": "suggestion",
    "promise": PROMISE,
    "deadline": date(2026, 11, 28),
    "signer": "cee7d823",
}
STATUS = {
    "stage": {
        "shown": "已转交",
        "since": "2026-12",
        "next": "下一步：承办单位回复。",
        "what_if": "到2027年3月还没有回复，请打电话问我们。",
    },
    "history": [
        {"shown": "已收到", "month": "2026-11"},
        {"shown": "已审看", "month": "2026-11"},
        {"shown": "已登记", "month": "2026-12"},
        {"shown": "已转交", "month": "2026-12"},
    ],
    "page": "/register/ab12cd34/",
    "published": True,
    "can_withdraw": True,
    "narrower": [("unlisted", "什么都不公布"), ("summary", "只公布摘要")],
    "rights": True,
    "kind": "suggestion",
    "lead": None,
    "grades": {},
    "may_ask_again": False,
    "result": None,
    "down": False,
    "erased": False,
    "provable": True,
    "shown": "",
    "policy": "log example+00000000+AAAA",
    "intake_key": "example/intake+00000000+AAAA",
}
ANSWERED = {
    "lead": {
        "shown": "已回复",
        "history": [
            {"shown": "已登记", "month": "2026-12"},
            {"shown": "已回复", "month": "2027-01"},
        ],
        "page": None,
    },
    "grades": {"satisfied": "满意", "fair": "一般"},
    "may_ask_again": True,
}
HELD = {
    "text": {part: TYPED[part] for part in ("title", "matter", "proposal")},
    "contact": {"phone": "000-0000 0009", "email": "", "post": "", "names": TYPED["names"]},
    "masked": {part: TYPED[part] for part in ("title", "matter", "proposal")},
    "confirmed": {"title": TYPED["title"], "text": TYPED["proposal"]},
    "replies": [
        {
            "outcome": "部分采纳",
            "reason": "可行。",
            "text": "东门的扶手在明年春天装好，防滑条先试一处。",
        }
    ],
    "facts": [("主题", "道路与人行道"), ("公布摘要", "不同意"), ("公布原话", "同意")],
    "down": False,
}
TYPED_BEFORE = {"act": "restudy", "reason": "台阶没有答到。\n东门也没有。", "phone": "000"}
FORM = {"values": {}, "faults": {}, "choices": CHOICES}
PAGES: Mapping[str, tuple[str, dict[str, Any]]] = {
    "form": ("form.html", FORM),
    "form-mended": ("form.html", FORM | {"values": TYPED, "faults": FAULTS}),
    "form-with-calls": ("form.html", FORM | {"choices": CHOICES | {"calls": OPTIONS}}),
    "check": ("check.html", {"fault": ""}),
    "check-mistyped": ("check.html", {"fault": "回执编号对不上，可能有一两个字符抄错了。"}),
    "confirm-words": ("confirm.html", CONFIRM),
    "confirm-summary": ("confirm.html", CONFIRM | {"publication": "summary", "marked": False}),
    "confirm-none": (
        "confirm.html",
        CONFIRM | {"publication": "none", "masked": [], "contact": False},
    ),
    "confirm-child": ("confirm.html", CONFIRM | {"publication": "none", "child": True}),
    "confirm-of-a-claim": (
        "confirm.html",
        CONFIRM | {"kind": "claim", "publication": "none", "public": {}, "masked": []},
    ),
    "confirm-of-an-accusation": (
        "confirm.html",
        CONFIRM | {"kind": "accusation", "publication": "none", "public": {}, "masked": []},
    ),
    "confirm-again": (
        "confirm.html",
        CONFIRM | {"notice": "这一页放得太久了，请再看一遍。", "refused": True},
    ),
    "report-mended": (
        "report.html",
        {
            "values": {"about": "personal", "page": "/nowhere/"},
            "faults": {"page": "没有找到这一页。", "said": "请写得短一些。"},
        },
    ),
    "receipt": ("receipt.html", RECEIPT),
    "receipt-without-word": ("receipt.html", RECEIPT | {"word": False}),
    "receipt-of-what-was-erased": ("receipt.html", RECEIPT | {"promise": "", "deadline": None}),
    "unreceipted": ("unreceipted.html", {"months": 2, "kind": "suggestion"}),
    "receipt-of-a-claim": ("receipt.html", RECEIPT | {"kind": "claim"}),
    "status": ("status.html", STATUS),
    "status-with-code": ("status.html", STATUS | {"code": "-".join(CODE)}),
    "status-without-word": (
        "status.html",
        STATUS | {"rights": False, "page": None, "published": False},
    ),
    "status-before-the-site": ("status.html", STATUS | {"page": None}),
    "status-forwarded": (
        "status.html",
        STATUS | {"can_withdraw": False, "narrower": [], "typed": TYPED_BEFORE},
    ),
    "status-answered-with-another": ("status.html", STATUS | ANSWERED),
    "status-of-a-claim": ("status.html", STATUS | {"kind": "claim", "page": None}),
    "held": ("held.html", HELD),
    "held-erased": (
        "held.html",
        {
            "text": {},
            "contact": {},
            "masked": {},
            "confirmed": {},
            "replies": [],
            "facts": [],
            "down": False,
        },
    ),
    "done": ("done.html", {"title": "已经撤回", "sentences": ["这条建议不再办理。"]}),
    "refused": (
        "refused.html",
        {
            "title": "现在收不下",
            "sentences": ["收件的机器正忙，您的建议还没有存下来。请过几分钟再试。"],
            "fields": SENT,
            "retry": "/suggest/send",
        },
    ),
    "refused-for-good": (
        "refused.html",
        {"title": "不能再撤回", "sentences": ["这一条已经回复。"], "fields": [], "retry": None},
    ),
}


def rendered(name: str, **changes: Any) -> str:
    """One of the pages as the intake would answer it, without the frame."""
    template, context = PAGES[name]
    settings = open_portal(ROOT).settings
    base = {"root": settings.office.root, "office": msgspec.to_builtins(settings)}
    return environment(TEMPLATES).get_template(template).render(base | context | changes)
