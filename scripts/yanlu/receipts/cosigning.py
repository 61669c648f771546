"""Signatures of witnesses: that they saw a checkpoint, and that it continued what they saw before.

What a witness sends is a checkpoint with a signature line more, or that line alone, as a witness
answers (c2sp.org/tlog-witness). Only witnesses that the policy names are believed.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from yanlu.errors import LogError, SignatureError
from yanlu.locks import alone
from yanlu.receipts.log import FOLDER, Log, read_log
from yanlu.receipts.notes import Key, Note, joined, read_note
from yanlu.receipts.policies import Policy
from yanlu.receipts.sealing import put_file

_DASH = "— ".encode()


def add_cosignatures(data: Path, policy: Policy, content: bytes) -> Sequence[Key]:
    """Add what witnesses signed to the checkpoint that it is of; answers whose is new.

    Raises:
        SignatureError: no witness of the policy signed, or a signature of one is false.
        LogError: it is no note, or of a checkpoint that this log has not got.
    """
    with alone(data):
        log = read_log(data)
        size, sent = _meant(log, content)
        held = log.notes[size]
        signers = sent.signers(policy.witnesses.values())
        if not signers:
            raise SignatureError("里面没有 data/office.toml 写着的见证人的签名，没有添加。")
        ids = {(key.name, key.id) for key in signers}
        theirs = [one for one in sent.signatures if (one.name, one.id) in ids]
        whole = joined(held, theirs)
        put_file(data / FOLDER / "checkpoints" / str(size), str(whole).encode())
    before = held.signers(signers)
    return [key for key in signers if key not in before]


def _meant(log: Log, content: bytes) -> tuple[int, Note]:
    """The size of the checkpoint that was signed, and the note with its signatures."""
    if not log.size:
        raise LogError("公开记录还没有封存过，没有可以见证的检查点。")
    if content.startswith(_DASH):  # signature lines alone: of the newest
        content = log.notes[log.size].text.encode() + b"\n" + content
    sent = read_note(content)
    for size, held in log.notes.items():
        if held.text == sent.text:
            return size, sent
    raise LogError(
        "这不是本单位公开记录里任何一个检查点，没有添加。见证人看到的如果确实是它，"
        "说明有两份不一样的记录：请保存这个文件，按手册“出了问题”办。"
    )
