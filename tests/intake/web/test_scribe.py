"""In a crowd a process beside the service makes the letters ready; nothing hangs on its life."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from doubles.citizen import WRITTEN, code_in, confirmed, crowd, post
from doubles.door import Running, Serving
from intake.web.asgi import Inside
from yanlu.intake.accept import TEXTS, code_hash
from yanlu.intake.redact import redact
from yanlu.intake.rights import unsealed
from yanlu.intake.seal import AGE
from yanlu.intake.store.database import opened, rows
from yanlu.intake.store.records import by_code
from yanlu.intake.web import scribe as scribes
from yanlu.intake.web.masks import write_masks
from yanlu.intake.web.scribe import Scribe
from yanlu.receipts.codes import read_code, reading_key

CONNECTIONS = 32


@pytest.fixture
def scribe(inside: Inside) -> Scribe:
    return inside.service.scribe


def _children(parent: int) -> list[int]:
    return [
        int(stat.parent.name)
        for stat in Path("/proc").glob("[0-9]*/stat")
        if _parent(stat) == parent
    ]


def _parent(stat: Path) -> int:
    try:
        return int(stat.read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0  # ended meanwhile


def _letters(store: Path, count: int) -> dict[bytes, str]:
    """Letters as they are sent from confirm pages, which carry what was masked: → the title."""
    key, sent = (store / "intake.key").read_bytes(), {}
    known = {name: redact(WRITTEN[name], ()) for name in TEXTS}
    for number in range(count):
        title = f"第{number}盏路灯"
        fields = confirmed(store, {**WRITTEN, "title": title})
        masks = [redact(title, ()), known["matter"], known["proposal"]]
        token = write_masks(key, dict(fields)["nonce"], masks)
        address = f"X-Forwarded-For: 10.0.{number // 250}.{number % 250}"
        sent[post("/suggest/send", [*fields, ("masks", token)], address)] = title
    return sent


def _sent(door: Running, letters: dict[bytes, str], end_at: int = 0) -> dict[str, str]:
    """All at once: code → title. After `end_at` receipts the process beside is killed."""
    receipts: dict[str, str] = {}

    def heard(sent: bytes, status: int, body: bytes) -> None:
        assert status == 200
        receipts[str(code_in(body.decode()))] = letters[sent]
        if len(receipts) == end_at:
            for child in _children(door.process.pid):
                os.kill(child, signal.SIGKILL)

    asyncio.run(crowd(door.port, iter(letters), CONNECTIONS, heard))
    return receipts


def _until_it_runs(door: Running) -> int:
    for _ in range(200):
        if found := _children(door.process.pid):
            return found[0]
        time.sleep(0.05)
    raise AssertionError("nothing was started beside the service")


def test_letters_of_a_crowd_are_made_ready_aside_and_none_is_lost_when_that_process_is_killed(
    serving: Serving,
) -> None:
    with serving("--trusted-proxy=127.0.0.1/32") as door:
        receipts = _sent(door, _letters(door.store, 60))
        first = _until_it_runs(door)
        time.sleep(1)
        receipts |= _sent(door, _letters(door.store, 100), end_at=60)
        receipts |= _sent(door, _letters(door.store, 40))
        second = _until_it_runs(door)
        assert second != first
        assert [e["error"] for e in door.events() if e["event"] == "scribe"]
        with opened(door.store) as store:
            for code, title in receipts.items():
                secret = read_code(code)
                held = by_code(store.main, code_hash(secret))
                assert held is not None
                private = AGE.pair(reading_key(secret)).private
                assert json.loads(unsealed(store, AGE, held, "text", private))["title"] == title
            assert len(rows(store.main, "SELECT 1 FROM log_line")) == len(receipts) == 200
        door.process.kill()
        door.process.wait(10)
        for _ in range(100):
            if not Path(f"/proc/{second}").exists():
                break
            time.sleep(0.05)
        assert not Path(f"/proc/{second}").exists()  # it ends with the service


def _begun(scribe: Scribe) -> int:
    """Its process's number, once it answers."""
    scribe.begin(os.getpid)
    for _ in range(200):
        if (number := asyncio.run(scribe.do(os.getpid))) != os.getpid():
            return number
        time.sleep(0.05)
    raise AssertionError("it does not answer")


def test_what_it_cannot_do_or_does_not_answer_in_time_is_done_in_the_service(
    scribe: Scribe, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert asyncio.run(scribe.do(os.getpid)) == os.getpid()  # nobody comes, so there is none
    first = _begun(scribe)
    here = object()
    assert asyncio.run(asyncio.wait_for(scribe.do(lambda: here), 5)) is here  # no pickle of that
    first = _begun(scribe)
    with pytest.raises(ValueError, match="本人的话"):
        asyncio.run(scribe.do(partial(int, "本人的话")))
    second = _begun(scribe)
    assert second != first
    os.kill(second, signal.SIGSTOP)
    monkeypatch.setattr(scribes, "PATIENCE", 0.1)
    assert asyncio.run(scribe.do(os.getpid)) == os.getpid()
    third = _begun(scribe)
    assert third not in {first, second}
    os.kill(third, signal.SIGTERM)  # whoever stops the service may tell all of its processes
    assert asyncio.run(scribe.do(os.getpid)) == third
    said = capfd.readouterr()
    assert "本人的话" not in said.out + said.err


def test_a_crowd_goes_there_in_groups_so_that_the_first_need_not_wait_for_the_last(
    scribe: Scribe, monkeypatch: pytest.MonkeyPatch
) -> None:
    _begun(scribe)
    ask, sizes = scribes._exchanged, []  # noqa: SLF001 - what goes over the pipe

    def exchanged(process: Any, acts: Any) -> list[Any]:
        sizes.append(len(acts))
        return ask(process, acts)

    monkeypatch.setattr(scribes, "_exchanged", exchanged)

    async def act() -> list[int]:
        return await asyncio.gather(*(scribe.do(partial(int, str(n))) for n in range(100)))

    assert asyncio.run(act()) == list(range(100))
    assert max(sizes) == scribes.GROUP
