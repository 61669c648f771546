"""Signed notes, checkpoints and cosignatures: the vectors' bytes, and a reason for each refusal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doubles import receipt_vectors as vectors
from yanlu.errors import LogError, SignatureError
from yanlu.receipts.checkpoints import Checkpoint, open_checkpoint, read_checkpoint
from yanlu.receipts.merkle import check_consistency, tree_of
from yanlu.receipts.notes import Key, Kind, Signer, Witness, joined, read_key, read_note

LOG, WITNESS = vectors.key("log"), vectors.key("witness")


@pytest.mark.parametrize("role", ["log", "intake", "witness"])
def test_keys_are_written_and_read_as_in_the_vectors(role: str) -> None:
    told = vectors.load("keys.json")[role]
    key = read_key(told["vkey"])
    assert key.name == told["name"]
    assert key.kind == told["type"]
    assert key.public.hex() == told["public"]
    assert key.id.hex() == told["key_id"]
    assert key.vkey == told["vkey"]


@pytest.mark.parametrize("size", vectors.SIZES)
def test_every_checkpoint_of_the_vectors_is_signed_again_to_the_byte(size: int) -> None:
    content = vectors.read(f"log/history/{size}.checkpoint")
    sealed = open_checkpoint(content, LOG)
    tree = tree_of(vectors.entries())
    assert sealed.checkpoint == Checkpoint("portal.example/log", size, tree.root(size))
    assert sealed.note.signers([LOG, WITNESS]) == [LOG, WITNESS]
    assert str(sealed.note).encode() == content
    signed = Signer(LOG.name, vectors.seed("log")).sign(sealed.checkpoint.text)
    time = int.from_bytes(sealed.note.signatures[1].content[:8])
    seen = Witness(WITNESS.name, vectors.seed("witness")).cosign(signed, time)
    assert str(seen).encode() == content
    assert joined(signed, seen.signatures) == seen


@pytest.mark.parametrize(
    ("name", "error", "said"),
    [
        ("root-changed", SignatureError, "签名是假的"),
        ("size-changed", SignatureError, "签名是假的"),
        ("wrong-key", SignatureError, "签名是假的"),
        ("no-blank-line", LogError, "没有空行"),
        ("leading-zero", LogError, "前面不加 0"),
    ],
)
def test_every_bad_checkpoint_is_refused_for_its_reason(
    name: str, error: type[LogError], said: str
) -> None:
    with pytest.raises(error, match=said):
        open_checkpoint(vectors.read(f"bad/checkpoint-{name}"), LOG)


def test_a_fork_is_signed_and_yet_not_what_the_log_grew_from() -> None:
    fork = open_checkpoint(vectors.read("bad/fork.checkpoint"), LOG).checkpoint
    tree = tree_of(vectors.entries())
    assert fork.root != tree.root(fork.size)
    for size in vectors.SIZES[:-1]:
        path = tree.consistency(size, fork.size)
        with pytest.raises(LogError, match="算出的根"):
            check_consistency(size, fork.size, path, tree.root(size), fork.root)


def test_promises_are_notes_of_the_intake_and_of_nobody_else() -> None:
    for name in ("receipt-1", "receipt-2"):
        note = read_note(vectors.read(f"{name}/promise.note"))
        assert note.signed_by(vectors.key("intake")) is note
        with pytest.raises(SignatureError, match=r"没有 portal\.example/log"):
            note.signed_by(LOG)


def test_a_checkpoint_of_another_log_is_not_taken_for_ours() -> None:
    text = Checkpoint("other.example/log", 1, bytes(32)).text
    note = Signer(LOG.name, vectors.seed("log")).sign(text)
    with pytest.raises(LogError, match="另一份公开记录"):
        open_checkpoint(str(note).encode(), LOG)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("o\n1\n", "三行"),
        ("o\n1\nAAAA\nmore\n", "三行"),
        ("\n1\nAAAA\n", "没有名字"),
        ("o\n+1\nAAAA\n", "十进制"),
        ("o\n１\nAAAA\n", "十进制"),
        ("o\n1\nAAA\n", "base64"),
        ("o\n1\nAAAA\n", "32 个字节"),
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str, said: str) -> None:
    with pytest.raises(LogError, match=said):
        read_checkpoint(text)


GOOD = "portal.example/log\n1\nroot\n\n— a AAAAAAA=\n"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (GOOD[:-1].encode(), "不完整"),
        (b"text\n\n", "不完整"),
        (GOOD.replace("— ", "- ").encode(), "应当是签名"),
        (GOOD.replace("a AAAA", "a+b AAAA").encode(), "应当是签名"),
        (GOOD.replace("AAAAAAA=", "AAAA").encode(), "太短"),
        (GOOD.replace("AAAAAAA=", "AAAAAAB=").encode(), "base64"),
        (GOOD.replace("AAAAAAA=", "AAAA AAA=").encode(), "base64"),
        (GOOD.replace("root", "ro\tot").encode(), "控制字符"),
        (b"\xff" + GOOD.encode(), "UTF-8"),
        ((GOOD + "— a AAAAAAA=\n" * 100).encode(), "太多"),
        (b"x" * 1_000_001, "太大"),
    ],
)
def test_what_is_no_note_is_refused(content: bytes, said: str) -> None:
    with pytest.raises(LogError, match=said):
        read_note(content)


@pytest.mark.parametrize(
    ("vkey", "said"),
    [
        ("", "不是公钥"),
        (LOG.vkey.replace("+667b", "+667c"), "抄错了"),
        (LOG.vkey.replace("portal", "porta1"), "抄错了"),
        (LOG.vkey.replace("+AbF8", "+BbF8"), "类型"),
        (LOG.vkey[:-4], "类型"),
    ],
)
def test_what_is_no_key_is_refused(vkey: str, said: str) -> None:
    with pytest.raises(LogError, match=said):
        read_key(vkey)


def test_signatures_of_unknown_keys_are_let_be() -> None:
    note = Signer("a.example", bytes(32)).sign("text\n")
    other = Signer("b.example", bytes([1]) * 32)
    both = joined(note, other.sign("another text\n").signatures)
    assert read_note(str(both).encode()).signed_by(Signer("a.example", bytes(32)).key)
    with pytest.raises(SignatureError, match="假的"):
        both.signers([other.key])


@given(st.text().map(lambda text: f"{text}\n"), st.binary(min_size=32, max_size=32))
def test_what_is_signed_reads_back_and_no_edit_passes(text: str, seed: bytes) -> None:
    signer = Signer("name.example", seed)
    try:
        note = signer.sign(text)
    except (LogError, UnicodeEncodeError):
        return  # nothing that a note can hold
    assert read_note(str(note).encode()).signed_by(signer.key) == note
    with pytest.raises(SignatureError):
        type(note)(f"{text}.\n", note.signatures).signed_by(signer.key)


def test_a_point_off_the_curve_signed_nothing() -> None:
    key = Key("a.example", Kind.NOTE, b"\xff" * 32)
    assert not key.made(b"text\n", bytes(64))
    assert not Key("a.example", Kind.COSIGNATURE, LOG.public).made(b"text\n", b"short")
