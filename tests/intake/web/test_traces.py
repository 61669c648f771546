"""Nothing of a writer is left in clear: not in the store, its log file, our log, the metrics.

Planted: what people write of themselves, what their browsers and networks say of them, and the
code and the word that only they may have. Then every byte that the service wrote is searched.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from doubles.citizen import WRITTEN, ask, confirmed, look
from doubles.door import NARROW, Running, Serving
from doubles.traces import found
from yanlu.receipts.codes import read_code

PERSON = {
    "name": "王秋鹂",
    "phone": "13912345678",
    "identity": "110101199003078515",
    "email": "canary@example.com",
    "address": "黄鹂花路8号3单元501",
    "word": "老槐树下的小黄鹂",
    "network": "198.51.100.77",
    "browser": "CanaryBrowser/7.7",
    "query": "who=canary-query",
}
LETTER = {
    **WRITTEN,
    "title": f"我叫{PERSON['name']}，请装路灯",
    "matter": f"我叫{PERSON['name']}，身份证{PERSON['identity']}，电话{PERSON['phone']}，"
    f"住在{PERSON['address']}，邮箱{PERSON['email']}。",
    "proposal": f"请给{PERSON['name']}回电话：{' '.join(PERSON['phone'])}。",
    "consent_words": "yes",
    "phone": PERSON["phone"],
    "email": PERSON["email"],
    "post": PERSON["address"],
    "names": f"{PERSON['name']}",
    "word": PERSON["word"],
}
SAYS = {"User_Agent": PERSON["browser"], "X_Forwarded_For": PERSON["network"]}


def _visit(door: Running) -> list[str | bytes]:
    """Everything that a citizen can do, also what fails; answers what must not be found."""
    query = f"?{PERSON['query']}"
    fields = confirmed(door.store, LETTER)
    assert ask(door.port, f"/suggest/check{query}", LETTER, **SAYS).status == 200
    code = ask(door.port, f"/suggest/send{query}", fields, **SAYS).code
    assert code
    ask(door.port, "/suggest/edit", LETTER, **SAYS)
    ask(door.port, "/suggest/check", {**LETTER, "topic": PERSON["name"]}, **SAYS)
    ask(door.port, "/suggest/check", {PERSON["name"]: PERSON["phone"]}, **SAYS)
    ask(door.port, f"/{PERSON['name'].encode().hex()}{query}", method="GET", **SAYS)
    for given in ({"code": code}, {"code": PERSON["identity"]}):
        ask(door.port, f"/check/status{query}", given, **SAYS)
    for act in ("read", "correct", PERSON["name"]):
        given = {"code": code, "word": PERSON["word"], "act": act, "wish": "summary"}
        ask(door.port, "/check/rights", given, **SAYS)
    return [*PERSON.values(), code, read_code(code), dict(fields)["nonce"]]


def _written(door: Running) -> dict[str, bytes]:
    files = {path.name: path.read_bytes() for path in door.store.rglob("*") if path.is_file()}
    del files["intake.key"]
    return {**files, "log": door.log.read_bytes()}


@pytest.mark.parametrize("end", ["running", "stopped", "killed"])
def test_of_a_letter_no_trace_is_left_in_clear(serving: Serving, end: str) -> None:
    with serving("--trusted-proxy=127.0.0.1/32") as door:
        planted = _visit(door)
        metrics = look(door.metrics_port, "/metrics").text.encode()
        if end == "stopped":
            door.process.terminate()
            door.process.wait(10)
        if end == "killed":
            door.process.kill()
            door.process.wait(10)
        written = {**_written(door), "metrics": metrics}
    assert ("store.sqlite-wal" in written) == (end != "stopped")
    assert "〔电话〕".encode() in b"".join(written.values())
    for name, content in written.items():
        assert found(content, planted) == [], name


def test_a_failing_service_says_nothing_of_what_it_failed_on(serving: Serving) -> None:
    with serving("mask=broken", program=NARROW) as door:
        for path in ("/suggest/check", "/suggest/send"):
            assert ask(door.port, path, confirmed(door.store, LETTER), **SAYS).status == 500
        door.process.terminate()
        said, _ = door.process.communicate(timeout=10)
        assert found(said.encode() + door.log.read_bytes(), PERSON.values()) == []
        assert "Traceback" not in door.log.read_text("utf-8")


def test_the_log_tells_what_runs_and_nothing_more(serving: Serving) -> None:
    with serving() as door:
        _visit(door)
        answers = [event for event in door.events() if event["event"] == "answer"]
    assert {key for event in answers for key in event} == {
        "event", "request", "route", "status", "ms", "size",
    }  # fmt: skip
    assert {"/suggest/check", "/suggest/send", "/check/status", "none"} <= {
        str(event["route"]) for event in answers
    }
    assert len({event["request"] for event in answers}) == len(answers)


def test_no_core_is_ever_written(serving: Serving) -> None:
    with serving() as door:
        limits = Path(f"/proc/{door.process.pid}/limits").read_text()
    [core] = [line for line in limits.splitlines() if line.startswith("Max core file size")]
    assert core.split()[4:6] == ["0", "0"]
