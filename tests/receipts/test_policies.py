"""The list of keys: whose word is enough for a checkpoint."""

from __future__ import annotations

import pytest

from doubles import receipt_vectors as vectors
from yanlu.errors import LogError, SignatureError
from yanlu.receipts.notes import Note, Witness, read_note
from yanlu.receipts.policies import read_policy

LOG, W1 = vectors.key("log").vkey, vectors.key("witness").vkey
W2 = Witness("library.example/witness", bytes(32)).key.vkey


def _note() -> Note:
    return read_note(vectors.read("log/checkpoint"))


def test_the_policy_of_the_vectors_reads_back_and_is_met() -> None:
    content = vectors.read("log/policy.txt")
    policy = read_policy(content)
    assert str(policy).encode() == content
    assert policy.logs == [vectors.key("log")]
    policy.require_quorum(_note())
    with pytest.raises(SignatureError, match="不够"):
        policy.require_quorum(Note(_note().text, _note().signatures[:1]))


@pytest.mark.parametrize(
    ("lines", "met"),
    [
        ("quorum none", True),
        ("group G any W1 W2\nquorum G", True),
        ("group G 1 W1 W2\nquorum G", True),
        ("group G all W1 W2\nquorum G", False),
        ("group G 2 W1 W2\nquorum G", False),
        ("group G 1 W1 W2\ngroup H 2 W1 G\n# comment\n\nquorum H", True),
        ("quorum W2", False),
    ],
)
def test_groups_ask_for_so_many_of_their_members(lines: str, met: bool) -> None:
    policy = read_policy(f"log {LOG}\nwitness W1 {W1}\nwitness W2 {W2} url\n{lines}\n".encode())
    assert read_policy(str(policy).encode()) == policy
    if met:
        policy.require_quorum(_note())
    else:
        with pytest.raises(SignatureError):
            policy.require_quorum(_note())


@pytest.mark.parametrize(
    "lines",
    [
        "",
        "quorum none",
        f"log {LOG}",
        f"log {LOG}\nlog {LOG}\nquorum none",
        f"log {W1}\nquorum none",
        f"log {LOG}\nwitness W1 {LOG}\nquorum none",
        f"log {LOG}\nwitness W1 {W1}\nwitness W2 {W1}\nquorum none",
        f"log {LOG}\nwitness W1 {W1}\nwitness W1 {W2}\nquorum none",
        f"log {LOG}\nquorum W1",
        f"log {LOG}\nquorum none\nquorum none",
        f"log {LOG}\nwitness none {W1}\nquorum none",
        f"log {LOG}\nwitness W1 {W1}\ngroup G 2 W1\nquorum G",
        f"log {LOG}\nwitness W1 {W1}\ngroup G 0 W1\nquorum G",
        f"log {LOG}\nwitness W1 {W1}\ngroup G 2 W1 W1\nquorum G",
        f"log {LOG}\ngroup G 1 W1\nquorum G",
        f"log {LOG}\nquorum none\nfriend {W1}",
    ],
)
def test_what_is_no_policy_is_refused(lines: str) -> None:
    with pytest.raises(LogError, match=r"policy\.txt"):
        read_policy(lines.encode())
