"""The short way to an HMAC leads to the same as the standard library's."""

import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yanlu.receipts.keyed import keyed_hash


@given(st.binary(max_size=64), st.binary(max_size=300))
def test_it_is_the_hmac_of_the_standard_library(key: bytes, message: bytes) -> None:
    assert keyed_hash(key, message) == hmac.digest(key, message, "sha256")


def test_a_key_that_would_have_to_be_hashed_first_is_refused() -> None:
    with pytest.raises(ValueError, match="64 bytes"):
        keyed_hash(b"k" * 65, b"")
