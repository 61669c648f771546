"""That a line stands in the log, to be kept offline: c2sp.org/tlog-proof@v1."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass

from yanlu.errors import LogError
from yanlu.receipts.checkpoints import Sealed, open_checkpoint
from yanlu.receipts.merkle import check_inclusion, leaf_hash
from yanlu.receipts.notes import Key, Note, from_base64, read_note

_HEAD = "c2sp.org/tlog-proof@v1"
_INDEX = re.compile("index (0|[1-9][0-9]{0,18})")
_MOST_STEPS = 63


@dataclass(frozen=True)
class Proof:
    """Where a line stands, the steps from it to the root, and the signed root.

    `extra` is what an application adds for itself; it proves nothing.
    """

    index: int
    path: Sequence[bytes]
    note: Note
    extra: bytes | None = None

    def __str__(self) -> str:
        extra = [] if self.extra is None else [f"extra {base64.b64encode(self.extra).decode()}"]
        steps = [base64.b64encode(step).decode() for step in self.path]
        return "\n".join([_HEAD, *extra, f"index {self.index}", *steps, "", str(self.note)])

    def check(self, entry: bytes, key: Key) -> Sealed:
        """Check that an entry stands in the log of this key; answers the checkpoint.

        Raises:
            LogError: it is not shown, or the key did not sign.
        """
        sealed = open_checkpoint(str(self.note).encode(), key)
        at = sealed.checkpoint
        check_inclusion(leaf_hash(entry), self.index, at.size, self.path, at.root)
        return sealed


def read_proof(content: bytes) -> Proof:
    """A proof from its bytes; nothing is checked yet.

    Raises:
        LogError: it is not written as a proof is.
    """
    try:
        head, blank, note = content.decode("utf-8").partition("\n\n")
    except UnicodeDecodeError:
        raise LogError("证明文件不是 UTF-8 文字。") from None
    first, *lines = head.split("\n")
    if first != _HEAD or not blank:
        raise LogError(f"证明文件的第一行应当是 {_HEAD}，检查点之前应当有空行。")
    extra = None
    if lines and lines[0].startswith("extra "):
        extra = from_base64(lines.pop(0).removeprefix("extra "))
    index = _INDEX.fullmatch(lines[0]) if lines else None
    if index is None:
        raise LogError("证明文件里没有序号（index）。")
    if len(lines) > 1 + _MOST_STEPS:
        raise LogError("证明文件的步数太多。")
    path = [from_base64(line) for line in lines[1:]]
    return Proof(int(index[1]), path, read_note(note.encode()), extra)
