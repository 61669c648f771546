"""The promise that a receipt carries: by this day, this line will be in the public log.

A signed note with four lines: `<host>/receipt`, the day of acceptance, the deadline, the entry
line. Whoever holds one can prove a line that is missing after its deadline.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from yanlu.errors import LogError
from yanlu.receipts.lines import EventLine, read_line
from yanlu.receipts.notes import Key, Note, Signature, Signer, read_note
from yanlu.receipts.signatures import sign

TERM = timedelta(days=3)  # from acceptance to the deadline, calendar days
ROLE = "/intake"  # how the name of a key ends that signs promises


@dataclass(frozen=True)
class Promise:
    """What was promised: that a line stands in the log when `deadline` is over."""

    host: str
    accepted: date
    deadline: date
    line: EventLine

    @property
    def text(self) -> str:
        """What is signed."""
        return f"{self.host}/receipt\n{self.accepted}\n{self.deadline}\n{self.line}\n"


@dataclass(frozen=True)
class Promiser:
    """The intake's own key, which is none of the log's, and the log that it speaks of.

    `origin` is the name of that log.
    """

    signer: Signer
    origin: str

    @cached_property
    def key(self) -> Key:
        """By which its promises are checked."""
        return self.signer.key

    @cached_property
    def key_id(self) -> str:
        """The eight hexadecimal digits by which a signature names the key."""
        return self.key.id.hex()

    @cached_property
    def host(self) -> str:
        """For whom it speaks."""
        return self.key.name.removesuffix(ROLE)

    def promise(self, accepted: date, line: EventLine) -> Note:
        """The same promise each time that it is asked for: Ed25519 has no chance in it."""
        text = Promise(self.host, accepted, accepted + TERM, line).text
        return Note(
            text,
            [
                Signature(
                    self.key.name, bytes.fromhex(self.key_id), sign(self.signer.seed, text.encode())
                )
            ],
        )


def open_promise(content: bytes, key: Key) -> Promise:
    """A promise that this key signed.

    Raises:
        SignatureError: the key did not sign, or not this.
        LogError: no note, or no promise of the key's host.
    """
    lines = read_note(content).signed_by(key).text.split("\n")
    host = key.name.removesuffix(ROLE)
    if len(lines) != 5 or lines[0] != f"{host}/receipt":
        raise LogError(f"这不是 {host} 的收件承诺：应当正好有四行。")
    try:
        accepted, deadline = map(date.fromisoformat, lines[1:3])
    except ValueError:
        raise LogError("收件承诺的第 2、3 行应当是日期。") from None
    line = read_line(lines[3])
    if not isinstance(line, EventLine):
        raise LogError("收件承诺的第 4 行应当是事件行。")
    return Promise(host, accepted, deadline, line)
