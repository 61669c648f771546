"""When nothing can be stored, nobody is told otherwise, and nothing that was typed is lost."""

from __future__ import annotations

import resource
import secrets
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager

import pytest

from doubles import stores
from doubles.citizen import WRITTEN, confirmed
from doubles.door import NARROW, Running, Serving
from doubles.postgres import PATIENCE, Server
from intake.arrivals import arrival
from yanlu.intake.store.database import opened
from yanlu.intake.store.writer import commit
from yanlu.intake.web.server import GRACE

PLENTY = f"floor={1 << 60}"
WORDS = {**WRITTEN, "matter": "这些话 <不能> 丢。"}
LONG = {**WRITTEN, "matter": WORDS["matter"] * 80}
PAGES, ROW = 130, 4 * 1996  # what is long, in a page of PostgreSQL's: a MiB, more than its log's
Crammed = Callable[[Running], AbstractContextManager[None]]


def _refused_in_words(door: Running, words: Mapping[str, str] = WORDS) -> None:
    fields = confirmed(door.store, words)
    answer = door.send("/suggest/send", fields)
    assert answer.status == 503
    assert answer.code is None
    assert int(answer.headers["retry-after"]) > 0
    assert dict(answer.fields("/suggest/send")) == dict(fields)
    for way in ("打电话", "写信", "到窗口"):
        assert way in answer.text


def test_below_the_floor_the_door_says_so_and_gives_no_receipt(serving: Serving) -> None:
    with serving(PLENTY, program=NARROW) as door:
        _refused_in_words(door)
        ready = door.look("/readyz")
        assert (ready.status, ready.text) == (503, "disk\n")
        assert door.look("/healthz").status == 200
        assert door.metric('yanlu_refused_total{reason="full"}') == 1
        assert door.metric("yanlu_accepted_total") == 0
        assert door.send("/suggest/check", WORDS).status == 200


@pytest.fixture
def crammed(database: str, request: pytest.FixtureRequest) -> Crammed:
    """What lets the disk of a running service take no more, until the end of the block."""
    if database == "files":
        return _files_crammed
    server = request.getfixturevalue("postgres")
    return lambda door: _server_crammed(server, door)


@contextmanager
def _files_crammed(door: Running) -> Iterator[None]:
    process = door.process.pid
    before = resource.prlimit(process, resource.RLIMIT_FSIZE)
    size = sum(path.stat().st_size for path in door.store.iterdir())
    resource.prlimit(process, resource.RLIMIT_FSIZE, (size // 8, before[1]))
    yield
    resource.prlimit(process, resource.RLIMIT_FSIZE, before)


@contextmanager
def _server_crammed(server: Server, door: Running) -> Iterator[None]:
    """What is long lies in pages for four pieces each: all are taken, and there is no other."""
    with opened(door.store) as store:
        assert commit(store, [arrival(text=secrets.token_bytes(ROW * PAGES))], 0) == [True]
    server.cramp(stores.name_of(door.store), (PAGES << 13) + 100)
    yield
    server.cramp(stores.name_of(door.store), None)


def test_a_disk_that_takes_no_more_gives_no_receipt_and_heals(
    serving: Serving, crammed: Crammed
) -> None:
    """Writes fail as on a full disk, from some point on, in the middle of a letter."""
    with serving() as door:
        first = confirmed(door.store, WRITTEN)
        assert door.send("/suggest/send", first).code
        with crammed(door):
            _refused_in_words(door, LONG)
        [told] = [e for e in door.events() if e["event"] == "unstored"]
        assert "磁盘" in str(told["why"])
        again = confirmed(door.store, LONG)
        assert door.send("/suggest/send", again).code
        assert door.send("/suggest/send", first).code


def test_a_server_whose_own_log_has_no_room_gives_no_receipt_and_heals(
    serving: Serving,
    postgres: Server,
    on_server: None,  # noqa: ARG001 - a fixture
) -> None:
    """It falls over while it commits, as PostgreSQL does then, and starts itself again."""
    with serving() as door:
        assert door.send("/suggest/send", confirmed(door.store, WRITTEN)).code
        postgres.cramp(stores.name_of(door.store), 100)
        letter = confirmed(door.store, WORDS)
        answer = door.send("/suggest/send", letter)
        assert (answer.status, answer.code) == (503, None)
        assert "不能确定这一次有没有存好" in answer.text
        assert dict(answer.fields("/suggest/send")) == dict(letter)
        end = time.monotonic() + PATIENCE
        while not (code := door.send("/suggest/send", letter).code):
            assert time.monotonic() < end
            time.sleep(0.3)
        assert door.send("/suggest/send", letter).code == code


def test_a_store_that_another_program_holds_is_an_alarm_and_the_log_says_why(
    serving: Serving,
) -> None:
    with serving() as door, opened(door.store) as other:
        assert door.metric('yanlu_alarm{of="writer"}') == 0
        other.main.execute("BEGIN IMMEDIATE")
        _refused_in_words(door)
        other.main.execute("ROLLBACK")
        assert door.metric('yanlu_alarm{of="writer"}') == 1
        [told] = [e for e in door.events() if e["event"] == "unstored"]
        assert "正被别的命令占用" in str(told["why"])


def test_told_to_stop_while_the_store_is_locked_it_answers_in_words_and_ends_soon(
    serving: Serving,
) -> None:
    with serving() as door, opened(door.store) as other, ThreadPoolExecutor(4) as crowd:
        letters = [confirmed(door.store, WORDS) for _ in range(4)]
        other.keys.execute("BEGIN IMMEDIATE")
        answers = [crowd.submit(door.send, "/suggest/send", letter) for letter in letters]
        time.sleep(0.5)
        began = time.monotonic()
        door.process.send_signal(signal.SIGTERM)
        assert door.process.wait(15) == 0
        assert time.monotonic() - began < GRACE
        other.keys.execute("ROLLBACK")
        for answer, letter in zip(answers, letters, strict=True):
            assert answer.result().status == 503
            assert dict(answer.result().fields("/suggest/send")) == dict(letter)


def test_a_store_that_is_gone_is_told_in_words_and_ends_nothing(
    serving: Serving, database: str
) -> None:
    with serving() as door:
        fields = confirmed(door.store, WORDS)
        stores.lose(door.store)
        for _ in range(2):
            answer = door.send("/suggest/send", fields)
            assert answer.status == 503
            assert dict(answer.fields("/suggest/send")) == dict(fields)
        ready = door.look("/readyz")
        assert (ready.status, ready.text) == (503, "store\n")
        assert door.look("/healthz").status == 200
        assert door.metric('yanlu_alarm{of="writer"}') == 1
        assert door.metric('yanlu_alarm{of="disk"}') == (database == "files")


def test_a_flood_is_asked_to_wait_with_every_word_kept(serving: Serving) -> None:
    with serving("burst=3", program=NARROW) as door:
        sent = [door.send("/suggest/send", confirmed(door.store, WORDS)) for _ in range(7)]
        assert [answer.status for answer in sent] == [200] * 6 + [429]
        assert dict(sent[-1].fields("/suggest/send"))["matter"] == WORDS["matter"]
        assert int(sent[-1].headers["retry-after"]) > 0
        assert "许多人共用一个地址" in sent[-1].text
        assert door.send("/suggest/check", WORDS).status == 429


@pytest.mark.parametrize("path", ["/suggest/check", "/suggest/send"])
def test_what_nobody_foresaw_is_told_without_detail(serving: Serving, path: str) -> None:
    with serving("mask=broken", program=NARROW) as door:
        answer = door.send(path, confirmed(door.store, WORDS))
        assert answer.status == 500
        assert "没有存下来" in answer.text
        assert "mask" not in answer.text
        [failed] = [e for e in door.events() if e["event"] == "failed"]
        assert failed["error"] == "RuntimeError"
        assert "不能" not in door.log.read_text("utf-8")
        assert door.look("/readyz").status == 200
