"""Between the event loop and the writer: each hears of its own record, a group at one call."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest

from intake.arrivals import arrival
from yanlu.errors import StoreError
from yanlu.intake.store.database import Store, opened, rows
from yanlu.intake.store.writer import Writer
from yanlu.intake.web.durable import Durable


class _Busy(Writer):
    """A writer that is kept from its first transaction until it may go on."""

    def __post_init__(self) -> None:
        self.free = threading.Event()
        super().__post_init__()

    def _run(self) -> None:
        self.free.wait(10)
        super()._run()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with opened(tmp_path) as opened_store:
        yield opened_store


@pytest.fixture
def writer(store: Store) -> Iterator[_Busy]:
    busy = _Busy(store)
    yield busy
    busy.free.set()
    busy.stop()


class _Counting(asyncio.SelectorEventLoop):
    """A loop that counts the calls of other threads."""

    calls = 0

    def call_soon_threadsafe(self, *called: Any, **named: Any) -> asyncio.Handle:
        self.calls += 1
        return super().call_soon_threadsafe(*called, **named)


def _run(act: Callable[[], Coroutine[Any, Any, Any]]) -> tuple[Any, int]:
    with asyncio.Runner(loop_factory=_Counting) as runner:
        loop = runner.get_loop()
        assert isinstance(loop, _Counting)
        return runner.run(act()), loop.calls


def test_a_group_is_told_at_few_calls_and_each_its_own_outcome(writer: _Busy) -> None:
    durable, first = Durable(writer), arrival()
    again = arrival(nonce_hash=first.nonce_hash, code_hash=first.code_hash)
    sent = [first, *(arrival() for _ in range(20)), again]

    async def act() -> list[bool]:
        asking = asyncio.gather(*(durable.store(one, 10) for one in sent))
        await asyncio.sleep(0)
        writer.free.set()
        return await asking

    told, calls = _run(act)
    assert told == [True] * 21 + [False]
    assert calls < len(sent)


def test_each_loop_hears_even_after_one_that_ended_in_between(writer: _Busy) -> None:
    durable = Durable(writer)
    writer.free.set()
    for _ in range(3):
        with pytest.raises(TimeoutError):
            asyncio.run(durable.store(arrival(), 0))
        assert asyncio.run(durable.store(arrival(), 10))


def test_a_refusal_of_the_store_is_heard(writer: _Busy) -> None:
    writer.free.set()
    with pytest.raises(StoreError):
        asyncio.run(Durable(writer).store(arrival(lane="nowhere"), 10))


def test_what_is_given_up_before_its_transaction_is_never_written(
    store: Store, writer: _Busy
) -> None:
    durable = Durable(writer)
    with pytest.raises(TimeoutError):
        asyncio.run(durable.store(arrival(), 0.05))
    writer.free.set()
    assert asyncio.run(durable.store(arrival(), 10))
    assert len(rows(store.main, "SELECT 1 FROM submission")) == 1
