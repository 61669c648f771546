"""What `yanlu review list` reminds of before and after the queue."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from yanlu.intake.leads import adrift
from yanlu.intake.marks import AHEAD, reason, unarchived
from yanlu.intake.opinions import appeals
from yanlu.intake.persons import DECISIONS, Decision, expected
from yanlu.intake.queues import unanswered, urgent, without_page
from yanlu.intake.reports import About, open_reports
from yanlu.intake.store.database import Store


def reported(store: Store) -> Iterator[str]:
    """How many reports of readers wait: one of something personal cannot wait for its turn."""
    found = open_reports(store.main)
    if found:
        personal = sum(held["about"] == About.PERSONAL for held in found)
        yield f"【读者对网站的报告 {len(found)} 份，其中看到个人信息的 {personal} 份】"
        yield "用 yanlu review reports 看；看到个人信息的，先撤下那一页。"
        yield ""


def pressing(store: Store, line: Callable[[dict[str, Any]], str]) -> Iterator[str]:
    """What must be reported at once, with the reasons; before everything else."""
    found = urgent(store)
    if found:
        yield "【紧急，要马上报告的】"
        yield from (f"{line(held)}  {reason(store, held['id'])}" for held in found)
        yield ""


def unseconded(store: Store) -> Iterator[str]:
    """What one person has decided and a second one has yet to confirm."""
    found = expected(store)
    if found:
        yield "【等第二个人确认的】"
        for one in found:
            what = DECISIONS[Decision(one["what"])]
            yield "  ".join((one["submission"], one["day"], what, f"{one['by']}提出"))
        yield f"共 {len(found)} 件，由另一个人用 yanlu review second 确认。"
        yield ""


def others(store: Store, line: Callable[[dict[str, Any]], str]) -> Iterator[str]:
    """What else somebody must look after, each kind with what is to be done."""
    for title, found, said in (
        (
            "只在库里，还没有回复的",
            unanswered(store),
            "用 yanlu review move 和 reply 往下办",
        ),
        (
            "本人改成只公布摘要、已经撤下、等着写摘要的",
            without_page(store),
            "用 yanlu review approve 写摘要，那一页就按原来的进展和回复放回去",
        ),
        (
            "本人请求再研究的",
            appeals(store),
            "用 yanlu review open 看理由；同意的，把进展改成 restudied",
        ),
        (
            "并入的那一条撤回或者删除了的",
            adrift(store),
            "用 yanlu review merge 另选一条并入",
        ),
    ):
        if found:
            yield f"\n【{title}】"
            yield from map(line, found)
            yield f"共 {len(found)} 条，{said}。"


def aging(store: Store, text_days: int, day: date) -> Iterator[str]:
    """What is destroyed soon, and should be in the archive before."""
    found = unarchived(store, text_days, day)
    if found:
        yield f"\n【{AHEAD} 日以内要销毁原文，还没有交档案的】"
        yield from (f"{held['id']}  {held['day']}" for held in found)
        yield "交了以后用 yanlu review archive 记下；到期不论记没记，都会销毁。"
