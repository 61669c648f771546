"""Letters, calls and visits: the same queue, the same receipt, their own channel."""

from __future__ import annotations

import secrets
from datetime import date

from yanlu.errors import IntakeError
from yanlu.intake.accept import Desk, arrival
from yanlu.intake.entry import Entry
from yanlu.intake.nonce import Nonce
from yanlu.intake.store.database import FLOOR, Store
from yanlu.intake.store.writer import commit
from yanlu.receipts.codes import write_code
from yanlu.settings import Codes


def record(store: Store, desk: Desk, entry: Entry, channel: str, day: date) -> str:
    """Write down what came by letter, telephone or counter; answers the receipt code.

    Raises:
        StoreError: it could not be written, so that no receipt may be given.
    """
    nonce = Nonce(secrets.token_bytes(16), 0)
    commit(store, [arrival(desk, entry, nonce, day=day, channel=channel)], FLOOR)
    return write_code(nonce.secret(desk.key))


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
