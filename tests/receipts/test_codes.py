"""Receipt codes: what is printed can be typed back, and slips are noticed."""

import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yanlu.errors import ReceiptError
from yanlu.receipts.codes import event_key, event_keys, event_label, read_code, write_code

VECTORS = Path(__file__).parents[1] / "vectors" / "receipts"
secrets = st.binary(min_size=16, max_size=16)


@pytest.mark.parametrize("name", ["receipt-1", "receipt-2"])
def test_codes_labels_and_keys_agree_with_the_vectors(name: str) -> None:
    receipt = json.loads((VECTORS / f"{name}.json").read_text("utf-8"))
    secret = bytes.fromhex(receipt["secret"])
    assert write_code(secret) == receipt["code"]
    for event in receipt["events"]:
        assert event_label(secret, event["i"]).hex() == event["label"]
        assert event_key(secret, event["i"]).hex() == event["key"]


@given(secrets)
def test_a_code_is_seven_groups_and_reads_back(secret: bytes) -> None:
    code = write_code(secret)
    assert [len(group) for group in code.split("-")] == [4] * 7
    assert read_code(code) == secret


@given(secrets)
def test_a_code_is_read_however_it_is_typed(secret: bytes) -> None:
    code = write_code(secret)
    loose = code.lower().replace("0", "o").replace("1", "l").replace("-", " — ")
    wide = "".join(chr(ord(c) + 0xFEE0) if c != "-" else "　" for c in code)
    assert read_code(loose) == read_code(wide) == secret


@given(secrets, st.integers(0, 27), st.integers(1, 31))
def test_one_wrong_symbol_never_leads_to_the_same_secret(secret: bytes, at: int, by: int) -> None:
    symbols = list(write_code(secret).replace("-", ""))
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    symbols[at] = alphabet[(alphabet.index(symbols[at]) + by) % 32]
    typed = "".join(symbols)
    with suppress(ReceiptError):  # nearly always; one slip in 4,096 reads as another code
        assert read_code(typed) != secret


@pytest.mark.parametrize(
    ("typed", "said"), [("", "28个字母和数字"), ("ABCD", "4个"), ("U" * 28, "不会出现")]
)
def test_what_is_no_code_is_told_without_quoting_it(typed: str, said: str) -> None:
    with pytest.raises(ReceiptError, match=said) as refusal:
        read_code(typed)
    assert not typed or typed not in str(refusal.value)


def test_the_keys_of_several_events_are_those_of_each() -> None:
    secret = bytes(range(16))
    each = b"".join(event_label(secret, n) + event_key(secret, n) for n in range(5))
    assert event_keys(secret, 5) == each
