"""Sealing: the office and the holder of the code can read, the server and any backup cannot."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pyrage
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yanlu.errors import IntakeError
from yanlu.intake.seal import AGE, lock, new_key, unlock
from yanlu.receipts.codes import reading_key

VECTORS = Path(__file__).parents[1] / "vectors" / "receipts"


@given(st.binary(min_size=32, max_size=32))
def test_any_secret_is_a_key_pair_that_age_itself_accepts(secret: bytes) -> None:
    pair = AGE.pair(secret)
    identity = pyrage.x25519.Identity.from_str(pair.private)
    assert str(identity) == pair.private
    assert str(identity.to_public()) == pair.public


def test_office_and_holder_of_the_code_open_what_others_cannot() -> None:
    office = pyrage.x25519.Identity.generate()
    receipt = json.loads((VECTORS / "receipt-1.json").read_text("utf-8"))
    holder = AGE.pair(reading_key(bytes.fromhex(receipt["secret"])))
    sealed = AGE.seal("路灯".encode(), [str(office.to_public()), holder.public])
    assert (
        AGE.unseal(sealed, holder.private) == AGE.unseal(sealed, f"{office}\n") == "路灯".encode()
    )
    with pytest.raises(IntakeError, match="打不开"):
        AGE.unseal(sealed, str(pyrage.x25519.Identity.generate()))


@pytest.mark.parametrize("private", ["", "AGE-SECRET-KEY-1XYZ", "密码"])
def test_what_is_no_private_key_is_told_without_quoting_it(private: str) -> None:
    with pytest.raises(IntakeError) as refusal:
        AGE.unseal(b"nothing", private)
    assert not private or private not in str(refusal.value)


def test_a_wrong_public_key_in_the_settings_says_how_to_make_one() -> None:
    with pytest.raises(IntakeError, match="age-keygen"):
        AGE.refuse_bad_key("age1wrong")


@given(st.binary(max_size=400), st.text(max_size=20))
def test_a_record_opens_only_under_its_own_key_and_name(content: bytes, about: str) -> None:
    key = new_key()
    locked = lock(content, key, about)
    assert unlock(locked, key, about) == content
    for other, name in ((new_key(), about), (key, about + "x")):
        with pytest.raises(IntakeError, match="对不上"):
            unlock(locked, other, name)


def test_the_age_program_opens_what_we_seal(tmp_path: Path) -> None:
    pair = AGE.pair(b"s" * 32)
    (tmp_path / "key").write_text(pair.private, "ascii")
    done = subprocess.run(
        ["age", "-d", "-i", tmp_path / "key"],
        input=AGE.seal(b"text", [pair.public]),
        capture_output=True,
        check=True,
    )
    assert done.stdout == b"text"
