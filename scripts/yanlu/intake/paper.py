"""Letters, calls and visits: the same queue, the same receipt, their own channel."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, timedelta

from yanlu.errors import InputError, IntakeError
from yanlu.intake.accept import Desk, arrival
from yanlu.intake.entry import CALLED, REACHED, Entry
from yanlu.intake.nonce import Nonce
from yanlu.intake.store.database import FLOOR, Store
from yanlu.intake.store.records import First
from yanlu.intake.store.writer import commit
from yanlu.receipts.codes import write_code
from yanlu.settings import Codes

_LATE = timedelta(days=366)  # what lay longer than this was not received on the day that is given


@dataclass(frozen=True)
class Taken:
    """How something came in: its channel, on which day, and by whom and when it is written down."""

    channel: str
    day: date
    by: str
    written: date


def record(store: Store, desk: Desk, entry: Entry, taken: Taken) -> tuple[str, First | None]:
    """Write down what came by letter, telephone or counter.

    Answers the receipt code, and what the log will say of it.

    The log's deadline counts from the day of writing, whenever the letter came.

    Raises:
        StoreError: it could not be written, so that no receipt may be given.
    """
    nonce = Nonce(secrets.token_bytes(16), 0)
    one = arrival(
        desk,
        entry,
        nonce,
        day=taken.day,
        channel=taken.channel,
        by=taken.by,
        written=taken.written,
    )
    commit(store, [one], FLOOR)
    return write_code(nonce.secret(desk.key)), one.first


def read_contact(text: str) -> dict[str, str]:
    """Title and contact as fields of the form, from lines such as `电话：…`.

    Raises:
        InputError: a line that does not say which it is, or one of them twice; the message has
            its number, never what is written there.
    """
    names = {CALLED[name]: name for name in ("title", *REACHED)}
    fields: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        called, _, value = line.replace(":", "：", 1).partition("：")
        name = names.get(called.strip())
        if name is None or name in fields:
            raise InputError(
                f"没有登记：第{number}行前面要写是哪一样（{'、'.join(names)}），然后是冒号，"
                "每一样只写一行。"
            )
        fields[name] = value
    return fields


def refuse_day(day: date, today: date) -> None:
    """Only days on which something that is written down today may have come.

    Raises:
        IntakeError: a day to come, or one long past.
    """
    if not today - _LATE <= day <= today:
        raise IntakeError(
            f"收到的日期 {day} 不对：要在 {today - _LATE} 到今天（{today}）之间。"
            "请检查 --day 的年月日。"
        )


def refuse_channel(channels: Codes, channel: str) -> None:
    """Only channels by which people write, and which do not come through the site itself.

    Raises:
        IntakeError: another code; the message lists those that fit.
    """
    fit = [
        code
        for code in channels.leaves
        if channels.rows[code]["writer"] == "citizen" and channels.group(code) != "online"
    ]
    if channel not in fit:
        listed = "、".join(f"{code}（{channels.title(code)}）" for code in fit)
        raise IntakeError(f"渠道代码要用这几个之一：{listed}。")
