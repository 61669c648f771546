"""How long the log is and what its root is, signed: c2sp.org/tlog-checkpoint v1."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass

from yanlu.errors import LogError, quoted
from yanlu.receipts.merkle import HASH_BYTES
from yanlu.receipts.notes import Key, Note, from_base64, read_note

_SIZE = re.compile("0|[1-9][0-9]{0,18}")


@dataclass(frozen=True)
class Checkpoint:
    """The state of a log: its name, its lines, the root of the tree over them."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def read_checkpoint(text: str) -> Checkpoint:
    """A checkpoint from the text of its note.

    Lines behind the third are allowed by the format and never written by us: refused.

    Raises:
        LogError: it is not written as a checkpoint is; the message says where.
    """
    lines = text.split("\n")
    if len(lines) != 4 or lines[3]:
        raise LogError("检查点应当正好有三行：名字、行数、根。")
    origin, size, root = lines[:3]
    if not origin:
        raise LogError("检查点第 1 行没有名字。")
    if not _SIZE.fullmatch(size):
        raise LogError("检查点第 2 行应当是行数：十进制，前面不加 0。")
    hashed = from_base64(root)
    if len(hashed) != HASH_BYTES:
        raise LogError(f"检查点第 3 行应当是 {HASH_BYTES} 个字节的根。")
    return Checkpoint(origin, int(size), hashed)


@dataclass(frozen=True)
class Sealed:
    """A checkpoint and the note that proves who signed it."""

    checkpoint: Checkpoint
    note: Note


def open_checkpoint(content: bytes, key: Key) -> Sealed:
    """A checkpoint that this key signed, for the log of the key's name.

    Raises:
        SignatureError: the key did not sign, or not this.
        LogError: no note, no checkpoint, or of another log.
    """
    note = read_note(content).signed_by(key)
    checkpoint = read_checkpoint(note.text)
    if checkpoint.origin != key.name:
        origin = quoted(checkpoint.origin)
        raise LogError(f"这是另一份公开记录（{origin}）的检查点，不是 {key.name} 的。")
    return Sealed(checkpoint, note)
