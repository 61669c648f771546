"""Proof of work: right, timely, for this nonce and once; it earns priority and is never needed."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from altcha import Challenge, Payload, solve_challenge
from hypothesis import given
from hypothesis import strategies as st

from doubles.citizen import confirmed
from intake.web.asgi import Inside, inside_of
from yanlu.intake.rates import Allowance, Rates
from yanlu.intake.store.records import is_spent
from yanlu.intake.web.app import intake_app
from yanlu.intake.web.service import now
from yanlu.intake.web.work import challenge, proven

KEY = bytes(range(32))
NONCE = "a nonce as the page carries it"


def _solved(given: str) -> str:
    made = Challenge.from_dict(json.loads(given))
    solution = solve_challenge(made)
    assert solution is not None
    return Payload(made, solution).to_base64()


@pytest.fixture(scope="module")
def work() -> str:
    return _solved(challenge(KEY, NONCE, now()))


def test_a_solved_challenge_is_a_proof_for_its_own_nonce(work: str) -> None:
    proof = proven(KEY, work, NONCE)
    assert proof is not None
    digest, until = proof
    assert len(digest) == 32
    assert until > now()
    assert proven(KEY, work, "another nonce") is None
    assert proven(bytes(32), work, NONCE) is None


def test_a_challenge_that_has_run_out_proves_nothing() -> None:
    assert proven(KEY, _solved(challenge(KEY, NONCE, now() - 25 * 3600)), NONCE) is None


def test_a_guess_proves_nothing(work: str) -> None:
    payload = json.loads(base64.b64decode(work))
    for change in ({"counter": payload["solution"]["counter"] + 1}, {"derivedKey": "00" * 32}):
        guess = payload | {"solution": payload["solution"] | change}
        assert proven(KEY, base64.b64encode(json.dumps(guess).encode()).decode(), NONCE) is None


shapes = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["challenge", "solution", "parameters"]), inner, max_size=3
        )
    ),
)


@given(shape=shapes)
def test_no_shape_of_a_proof_breaks_the_door(shape: object) -> None:
    assert proven(KEY, base64.b64encode(json.dumps(shape).encode()).decode(), NONCE) is None


@given(work=st.text())
def test_no_text_at_all_breaks_the_door(work: str) -> None:
    assert proven(KEY, work, NONCE) is None


@pytest.fixture
def busy(office: Path, tmp_path: Path) -> Iterator[Inside]:
    """A service to which every address is busy from the first letter on."""
    with inside_of(office, tmp_path / "store") as inside:
        crowded = Rates(Allowance(burst=1, hourly=0, flood=10**6))
        service = replace(inside.service, sends=crowded)
        inside = replace(inside, app=intake_app(service), service=service)
        inside.send("/suggest/check", [])  # the one that is not busy yet
        yield inside


def _lane(inside: Inside, fields: list[tuple[str, str]]) -> str:
    answer = inside.send("/suggest/send", fields)
    assert answer.code is not None
    query = "SELECT lane FROM submission ORDER BY rowid DESC LIMIT 1"
    return str(next(iter(inside.service.reader.store.main.execute(query)))[0])


def test_from_a_busy_address_a_proof_earns_its_place_and_its_lack_costs_only_that(
    busy: Inside,
) -> None:
    assert _lane(busy, list(confirmed(busy.store, busy.written))) == "suspected"
    fields = dict(confirmed(busy.store, busy.written))
    key = busy.service.desk.key
    fields["work"] = _solved(challenge(key, fields["nonce"], now()))
    assert _lane(busy, list(fields.items())) == "ordinary"
    proof = proven(key, fields["work"], fields["nonce"])
    assert proof is not None
    assert is_spent(busy.service.reader.store.main, proof[0])


def test_a_proof_is_taken_once(busy: Inside) -> None:
    fields = dict(confirmed(busy.store, busy.written))
    work = _solved(challenge(busy.service.desk.key, fields["nonce"], now()))
    assert _lane(busy, [*fields.items(), ("work", work)]) == "ordinary"
    other = dict(confirmed(busy.store, busy.written))
    assert _lane(busy, [*other.items(), ("work", work)]) == "suspected"


def test_sent_again_with_its_proof_the_same_receipt_comes(busy: Inside) -> None:
    fields = dict(confirmed(busy.store, busy.written))
    fields["work"] = _solved(challenge(busy.service.desk.key, fields["nonce"], now()))
    first, second = (busy.send("/suggest/send", list(fields.items())) for _ in range(2))
    assert first.code == second.code is not None
