"""Proofs to keep: those of the vectors hold, for their line and for no other."""

from __future__ import annotations

import pytest

from doubles import receipt_vectors as vectors
from yanlu.errors import LogError, SignatureError
from yanlu.receipts.checkpoints import open_checkpoint
from yanlu.receipts.merkle import tree_of
from yanlu.receipts.proofs import Proof, read_proof

LOG = vectors.key("log")
PROOFS = [
    (event["entry"].encode(), event["index"], f"receipt-{number}/event-{event['i']}.tlog-proof")
    for number in (1, 2)
    for event in vectors.load(f"receipt-{number}.json")["events"]
    if (vectors.FOLDER / f"receipt-{number}/event-{event['i']}.tlog-proof").is_file()
]


@pytest.mark.parametrize(("entry", "index", "place"), PROOFS)
def test_a_proof_of_the_vectors_holds_and_is_written_the_same(
    entry: bytes, index: int, place: str
) -> None:
    content = vectors.read(place)
    proof = read_proof(content)
    assert proof.check(entry, LOG).checkpoint.size == 50
    note = open_checkpoint(vectors.read("log/checkpoint"), LOG).note
    made = Proof(index, tree_of(vectors.entries()).inclusion(index, 50), note)
    assert str(made).encode() == content
    with pytest.raises(LogError, match="证明不成立"):
        proof.check(entry + b"!", LOG)
    with pytest.raises(SignatureError):
        proof.check(entry, vectors.key("intake"))


def test_there_are_proofs_of_both_receipts() -> None:
    assert len(PROOFS) == 6


def test_what_an_application_adds_is_kept_and_proves_nothing() -> None:
    plain = read_proof(vectors.read(PROOFS[0][2]))
    proof = Proof(plain.index, plain.path, plain.note, b"note of ours")
    assert read_proof(str(proof).encode()) == proof
    proof.check(PROOFS[0][0], LOG)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("@v1", "@v2", "第一行"),
        ("index 5", "index 05", "序号"),
        ("index 5", "index five", "序号"),
        ("index 5\n", "index 5\n" + "AAAA\n" * 64, "太多"),
        ("jWzh", "j Wz", "base64"),
        ("\n\n", "\n", "空行"),
    ],
)
def test_what_is_no_proof_is_refused(before: str, after: str, said: str) -> None:
    content = vectors.read("receipt-1/event-0.tlog-proof").decode()
    count = -1 if before == "\n\n" else 1
    with pytest.raises(LogError, match=said):
        read_proof(content.replace(before, after, count).encode())
    with pytest.raises(LogError, match="UTF-8"):
        read_proof(b"\xff")
