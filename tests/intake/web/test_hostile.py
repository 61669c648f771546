"""Whatever is sent, it is answered in words or not at all: never an error, never its own markup."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doubles.door import Serving
from doubles.hostile import NASTY, attack, reflected, requests, resident
from intake.web.asgi import Inside

PROXY = "--trusted-proxy=127.0.0.1/32"


def test_hundreds_of_hostile_requests_find_no_fault_and_leave_no_memory(serving: Serving) -> None:
    with serving(PROXY) as door:
        first = attack(door, 200, seed=1)
        before = resident(door.process.pid)
        second = attack(door, 250, seed=2)
        grown = resident(door.process.pid) - before
        assert door.look("/readyz").status == 200
    assert first.faults == second.faults == []
    assert {200, 400, 422} <= first.statuses.keys() | second.statuses.keys()
    assert grown < 16, f"{grown:.1f} MiB"


def test_a_probe_that_became_markup_would_be_seen() -> None:
    assert all(
        reflected(page) for page in ("<yanlu-probe>", "<a onclick=1>", "<!-- yanlu-probe -->")
    )
    assert not reflected("&lt;yanlu-probe&gt; <b title='yanlu-probe'>")


words = st.one_of(st.sampled_from(NASTY), st.text(max_size=80))
names = st.one_of(
    st.sampled_from(["title", "matter", "topic", "nonce", "again"]), st.text(max_size=9)
)


@given(fields=st.lists(st.tuples(names, words), max_size=70))
def test_any_fields_at_all_are_answered_with_a_page(
    inside: Inside, fields: list[tuple[str, str]]
) -> None:
    for path in ("/suggest/check", "/suggest/send", "/suggest/edit", "/check/status"):
        answer = inside.send(path, fields)
        assert answer.status < 500
        assert not reflected(answer.text)


@given(body=st.binary(max_size=400))
@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
)
def test_any_bytes_at_all_are_answered_with_a_page(inside: Inside, kind: str, body: bytes) -> None:
    answer = inside.post("/suggest/check", body, kind)
    assert 400 <= answer.status < 500


@given(matter=words.filter(str.strip), proposal=words)
def test_what_the_confirm_page_carries_is_what_it_signed(
    inside: Inside, matter: str, proposal: str
) -> None:
    """Whatever was typed, a browser can send the page's own fields: they fit its nonce."""
    written = inside.written | {"matter": f"事{matter}", "proposal": f"办{proposal}"}
    shown = inside.send("/suggest/check", list(written.items()))
    if shown.status == 422:
        return  # too long: told on the form
    sent = inside.send("/suggest/send", shown.fields("/suggest/send"))
    assert "点得很快" in sent.text


def test_the_same_chance_makes_the_same_requests(inside: Inside) -> None:
    def some(seed: int) -> list[bytes]:
        made = requests(random.Random(seed), inside.store)  # noqa: S311 - not a secret
        return [next(made) for _ in range(3)]

    assert some(3)[0] == some(3)[0] != some(4)[0]
