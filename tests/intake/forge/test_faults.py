"""Whatever goes wrong between us and the forge: nothing is lost, doubled, leaked or hammered."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from doubles.github.server import Double
from doubles.office import FILES, assert_once, git
from yanlu.intake.forge import session
from yanlu.intake.forge.github import GitHubForge
from yanlu.intake.forge.port import AuthLost, Batch, ForgeError, ProtocolError, Rejected, Retry

Connect = Callable[..., GitHubForge]
PLANTED = "canarycanarycanary"  # a part of the token: see conftest.py
LIMIT = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "99999999999"}
FAULTS: dict[str, tuple[dict[str, Any], type[ForgeError]]] = {
    "a server error": ({"status": 500}, Retry),
    "a bad gateway whose work was done": ({"status": 502, "effect": True}, Retry),
    "a connection that breaks before the work": ({"drop": True}, Retry),
    "a connection that breaks after the work": ({"drop": True, "effect": True}, Retry),
    "a limit with a time": ({"status": 403, "headers": {"Retry-After": "7"}}, Retry),
    "too many requests": ({"status": 429, "headers": {"Retry-After": "7"}}, Retry),
    "too many requests without a time": ({"status": 429}, Retry),
    "the hourly limit": ({"status": 403, "headers": LIMIT}, Retry),
    "the secondary limit": (
        {"status": 403, "message": "You have exceeded a secondary rate limit."}, Retry,
    ),
    "a conflict": ({"status": 409, "message": "Conflict"}, Retry),
    "a refused token": ({"status": 401, "message": "Bad credentials"}, AuthLost),
    "a missing permission": ({"status": 403, "message": "Resource not accessible"}, AuthLost),
    "a redirect": ({"status": 301, "headers": {"Location": "/elsewhere"}}, Rejected),
    "a teapot": ({"status": 418}, Rejected),
}  # fmt: skip
MALFORMED: dict[str, Callable[[Any], Any]] = {
    "an empty object": lambda _: {},
    "nothing": lambda _: None,
    "a text": lambda _: "ok",
    "a number": lambda _: 1,
    "an object where a list is due, and the other way round": lambda body: (
        {"items": body} if isinstance(body, list) else [body]
    ),
    "wrong types inside": lambda body: (
        [1] if isinstance(body, list) else {key: [None] for key in body}
    ),
    "no names of objects": lambda body: _without(body, "sha"),
}


def _without(body: Any, key: str) -> Any:
    if isinstance(body, list):
        return [_without(item, key) for item in body]
    if isinstance(body, dict):
        return {k: "x" if k == key else _without(v, key) for k, v in body.items()}
    return body


def _attempts(
    double: Double, connect: Connect, batch: Batch, fault: dict[str, Any], nths: Iterable[int]
) -> Iterator[ForgeError]:
    """Publish again and again, with the fault at the nth call; the refusals."""
    for nth in nths:
        double.fail(".", skip=nth, **fault)
        try:
            connect().publish(batch)
        except ForgeError as error:
            yield error
        double.script.faults.clear()
        double.rest()


def _forget(double: Double, batch: Batch) -> None:
    """Let the forge be as it was before the batch."""
    double.script.faults.clear()
    double.hub.pulls.clear()
    git(double.hub.bare.path, "update-ref", "-d", f"refs/heads/{batch.branch}")


@pytest.mark.parametrize("name", FAULTS)
def test_after_a_fault_at_each_call_the_batch_is_published_once(
    double: Double, connect: Connect, office: Path, batch: Batch, name: str
) -> None:
    fault, kind = FAULTS[name]
    refusals = list(_attempts(double, connect, batch, fault, range(8)))
    assert len(refusals) >= 6
    assert all(isinstance(refusal, kind) for refusal in refusals)
    assert_once(double, office, batch, connect().publish(batch))


@pytest.mark.parametrize("nth", range(8))
def test_a_lost_answer_doubles_nothing(
    double: Double, connect: Connect, office: Path, batch: Batch, nth: int
) -> None:
    double.fail(".", skip=nth, drop=True, effect=True)
    with pytest.raises(Retry):
        connect().publish(batch)
    assert_once(double, office, batch, connect().publish(batch))


@pytest.mark.parametrize("call", ["POST .*/git/refs", "POST .*/pulls$"])
def test_an_answer_that_comes_too_late_doubles_nothing(
    double: Double, connect: Connect, office: Path, batch: Batch,
    monkeypatch: pytest.MonkeyPatch, call: str,
) -> None:  # fmt: skip
    double.fail(call, delay=0.5)
    with monkeypatch.context() as patch:
        patch.setattr(session, "READ", 0.2)
        with pytest.raises(Retry, match="连不上代码平台"):
            connect().publish(batch)
    assert_once(double, office, batch, connect().publish(batch))


def test_two_workers_with_one_batch_publish_it_once(
    double: Double, connect: Connect, office: Path, batch: Batch
) -> None:
    both = [connect(), connect()]
    first, second = (forge.publish(batch) for forge in both)
    assert first == second
    assert_once(double, office, batch, first)


@pytest.mark.parametrize(
    ("headers", "after"),
    [
        ({"Retry-After": "7"}, 7), ({"Retry-After": "0"}, 1), ({"Retry-After": "9" * 12}, 86400),
        ({"Retry-After": "soon"}, 60), ({"Retry-After": "²"}, 60), (LIMIT, 86400), ({}, 60),
        (LIMIT | {"X-RateLimit-Reset": "0"}, 1), (LIMIT | {"X-RateLimit-Reset": "?"}, 60),
    ],
)  # fmt: skip
def test_a_limit_says_how_long_to_wait(
    double: Double, forge: GitHubForge, headers: dict[str, str], after: float
) -> None:
    double.fail(".", status=429, headers=headers)
    with pytest.raises(Retry) as limited:
        forge.health()
    assert limited.value.after == after


def test_the_hour_of_a_limit_is_told_by_the_forges_own_clock(
    double: Double, forge: GitHubForge
) -> None:
    double.hub.skew = 5000
    reset = double.hub.now().timestamp() + 120
    double.fail(".", status=403, headers=LIMIT | {"X-RateLimit-Reset": str(int(reset))})
    with pytest.raises(Retry) as limited:
        forge.health()
    assert limited.value.after == pytest.approx(120, abs=3)


def test_a_revoked_token_stops_us_at_the_first_call(
    double: Double, forge: GitHubForge, batch: Batch
) -> None:
    double.hub.tokens.clear()
    with pytest.raises(AuthLost, match="请换发令牌"):
        forge.publish(batch)
    assert double.calls == ["GET /repos/shili/yanlu"]


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_answer_is_never_taken_for_success(
    double: Double, connect: Connect, batch: Batch, name: str
) -> None:
    refused = 0
    for nth in range(8):
        double.fail(".", skip=nth, alter=MALFORMED[name])
        try:
            published = connect().publish(batch)
        except (ProtocolError, Rejected):
            refused += 1
        else:  # nothing that we need was missing from it
            assert published.commit == double.hub.bare.ref(batch.branch)
            assert published.review == str(len(double.hub.pulls))
        _forget(double, batch)
    assert refused >= 5


def test_an_answer_that_is_no_json_is_told(double: Double, forge: GitHubForge) -> None:
    double.fail(".", headers={"Content-Length": "3"})
    with pytest.raises(ProtocolError, match="不合接口的约定"):
        forge.health()


def test_no_refusal_and_no_log_holds_a_token_an_address_or_a_text(
    double: Double, connect: Connect, batch: Batch, caplog: pytest.LogCaptureFixture
) -> None:
    said: list[str] = []
    caplog.set_level(logging.DEBUG)
    faults = [fault for fault, _ in FAULTS.values()]
    for fault in (*faults, *({"alter": alter} for alter in MALFORMED.values())):
        logging.getLogger("github3").setLevel(logging.DEBUG)
        for error in _attempts(double, connect, batch, fault, (0, 7)):
            assert error.__cause__ is None
            assert error.__context__ is None
            assert "://" not in str(error)
            said += [repr(vars(error)), *traceback.format_exception(error)]
        _forget(double, batch)
    connect().publish(batch)
    said += [record.getMessage() for record in caplog.records]
    held = "\n".join(said)
    words = [content.decode().splitlines()[-1] for content in FILES.values()]
    for secret in (PLANTED, batch.title, batch.message, *words):
        assert secret not in held


def test_credentials_do_not_show_themselves() -> None:
    shown = repr((session.Token(PLANTED), session.App(1, 2, PLANTED.encode())))
    assert PLANTED not in shown
