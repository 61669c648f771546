"""The receipt of a letter, a call or a visit, as text to be printed and handed over.

It says what the page says to whoever writes on the site (theme/suggest/receipt.html). Made of
nothing that could fail once the record is written: the code is shown this one time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from yanlu.intake.entry import Kind
from yanlu.intake.given import MONTHS
from yanlu.model import chinese_day
from yanlu.settings import Settings

_NEXT = {
    True: "工作人员先看，再登记、转给能办的单位研究，最后回复您：采纳、部分采纳、不采纳或者"
    "留作参考，写明理由。",
    False: "它不是建议，由我们依规转送有权处理的机关，不公布。",
}
_WORD = {
    True: "看回复、撤回、删除，还要您定的口令，它没有印在这里。",
    False: "您没有设口令：要看回复、撤回、删除，请打电话或者到窗口。",
}


@dataclass(frozen=True)
class Paper:
    """What is printed: the code, the day on which it came, and the promise that was signed."""

    code: str
    received: date
    kind: Kind
    has_word: bool
    promise: str
    deadline: date
    signer: str  # the eight digits of the key's id


def printed(paper: Paper, settings: Settings) -> str:
    """The receipt, in short paragraphs."""
    return "\n\n".join(_parts(paper, settings)) + "\n"


def _parts(paper: Paper, settings: Settings) -> Iterator[str]:
    office, contact, url = settings.office, settings.contact, settings.office.base_url
    suggestion = paper.kind is Kind.SUGGESTION
    yield f"{office.name}\n\n回执\n\n编号：{paper.code}"
    yield (
        f"这是什么：我们于{chinese_day(paper.received)}收到您的{'建议' if suggestion else '来件'}，"
        "这个编号是凭据。丢了我们也找不回来，请收好，不要给别人：别人看到它，就知道您写过信，"
        "也能查进展。"
    )
    yield f"接下来：{_NEXT[suggestion]}{_WORD[paper.has_word] if suggestion else ''}"
    yield (
        f"查进展：{url}check/，或者打电话{contact.telephone}（{contact.hours}），"
        f"到{contact.address}。过了{MONTHS}个月没有变化，也请来问。"
    )
    demonstration = settings.receipts.public_test_intake_key
    yield (
        f"承诺：最迟{chinese_day(paper.deadline)}，把“收到了”写进公开记录：收到过，以后改了，"
        f"都看得出来。能证明什么，见{url}suggest/receipt/。"
        f"{'这里是演示，签名的密钥是公开的，不能当真。' if demonstration else ''}"
    )
    yield (
        f"签过名的承诺，密钥编号{paper.signer}，给核对的人和程序看"
        f"（查进展的时候也能存成文件）：\n\n{paper.promise}"
    )
