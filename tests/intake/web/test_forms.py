"""What is read from a body, and what a page carries along."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yanlu.intake.entry import FIELDS
from yanlu.intake.web.forms import _urlencoded, read_form
from yanlu.intake.web.refusals import Refused

pairs = st.lists(st.tuples(st.sampled_from([*sorted(FIELDS), "nonce", "again", "x"]), st.text()))


@given(given_pairs=pairs)
def test_what_a_page_carries_is_read_back_as_the_same_form(
    given_pairs: list[tuple[str, str]],
) -> None:
    form = read_form(given_pairs)
    again = read_form(form.carried)
    assert again.values == form.values
    assert again.typed == form.typed == read_form(again.typed).typed
    assert (again.nonce, again.again) == (form.nonce, form.again)


sent = st.lists(st.tuples(st.text(min_size=1), st.text()))


@given(fields=sent)
def test_a_form_is_read_as_the_standard_library_reads_it(fields: list[tuple[str, str]]) -> None:
    body = urlencode(fields, errors="replace").encode()[:60_000]
    if body.count(b"&") < 60:
        assert _urlencoded(body) == parse_qsl(body.decode(), keep_blank_values=True)


@given(body=st.text(alphabet="ab=&+%4e8/", max_size=60))
def test_half_escapes_are_read_as_they_stand(body: str) -> None:
    try:
        expected = parse_qsl(body, keep_blank_values=True, errors="strict")
    except UnicodeDecodeError:
        with pytest.raises(Refused):
            _urlencoded(body.encode())
    else:
        assert _urlencoded(body.encode()) == expected


def test_every_field_has_a_value_for_the_template() -> None:
    assert set(read_form([]).values) == FIELDS
    assert set(read_form([]).values.values()) == {""}
