"""A process beside the service, which makes records ready while many letters come at once.

To seal and to sign is half of the work of a letter, and lets no other thread run meanwhile. The
process writes nothing and keeps nothing: what it leaves unanswered is done in the service, and
another is started for a later crowd (decision 0011).
"""

from __future__ import annotations

import asyncio
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

from yanlu.intake.web.log import Log

Result = TypeVar("Result")
Act = Callable[[], Any]
CROWD = 4  # letters that wait to be written, from which on the process is worth its 70 MiB
PATIENCE = 5.0  # seconds for an answer
GROUP = 32  # letters at once: with all of them, the service would wait for the last, and then it
_GONE = (OSError, EOFError, pickle.PickleError)


@dataclass
class Scribe:
    """The process as the event loop asks it: one group after another, of all that came meanwhile.

    An act goes there as a pickle: it is a partial of a module's function, with plain values.
    """

    log: Log
    _asked: list[tuple[Act, asyncio.Future[list[Any]]]] = field(default_factory=list)
    _thread: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(1, "yanlu-scribe")
    )
    _begun: Future[list[Any]] | None = None
    _process: subprocess.Popen[bytes] | None = None
    _passing: asyncio.Task[None] | None = None

    def begin(self, trial: Act) -> None:
        """Have it started, unless it is, and load what an act needs; nobody waits for that."""
        if self._begun is None:
            self._begun = self._thread.submit(self._ask, [trial])

    async def do(self, act: Callable[[], Result]) -> Result:
        """What an act makes: there once it runs, else here."""
        if self._begun is None or not self._begun.done():
            return act()
        loop = asyncio.get_running_loop()
        told: asyncio.Future[list[Result]] = loop.create_future()
        self._asked.append((act, told))
        if self._passing is None:
            self._passing = loop.create_task(self._pass())
        made = await told
        return made[0] if made else act()

    async def _pass(self) -> None:
        loop = asyncio.get_running_loop()
        group: list[tuple[Act, asyncio.Future[list[Any]]]] = []
        try:
            while self._asked:
                group, self._asked = self._asked[:GROUP], self._asked[GROUP:]
                answer = loop.run_in_executor(self._thread, self._ask, [act for act, _ in group])
                await asyncio.wait([answer], timeout=PATIENCE)
                if not answer.done() and self._process:
                    self._process.kill()  # which the thread hears of
                made = await answer
                for place, (_, told) in enumerate(group):
                    if not told.done():
                        told.set_result(made[place : place + 1])
        finally:
            self._passing = None
            for _, told in (*group, *self._asked):  # nobody waits for what is not to come
                if not told.done():
                    told.set_result([])
            self._asked = []

    def _ask(self, acts: Sequence[Act]) -> list[Any]:
        """In the thread: what the acts make; nothing where the process ended meanwhile."""
        made: list[Any] = []
        try:
            self._process = self._process or _started()
            made = _exchanged(self._process, acts)
        except _GONE as error:
            self.log.say("scribe", error=type(error).__name__)
        finally:
            if not made:  # also where it was no process's fault: half a pickle may have gone there
                self._begun = None
                self._end()
        return made

    def _end(self) -> None:
        process, self._process = self._process, None
        if process:
            process.kill()
            process.communicate()

    def stop(self) -> None:
        """End the process; there is nothing in it that is not here."""
        if self._process:
            self._process.kill()  # so that the thread waits no longer
        self._thread.shutdown()
        self._end()


def _started() -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - this module
        [sys.executable, "-P", "-m", __name__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # what is printed of an error may quote what somebody wrote
    )


def _exchanged(process: subprocess.Popen[bytes], acts: Sequence[Act]) -> list[Any]:
    if process.stdin is None or process.stdout is None:
        raise EOFError
    pickle.dump(acts, process.stdin)
    process.stdin.flush()
    made: list[Any] = pickle.load(process.stdout)  # noqa: S301 - our own process
    return made


def _answer() -> None:
    """In the process: one group. An act that fails ends it, and then fails in the service."""
    acts = pickle.load(sys.stdin.buffer)  # noqa: S301 - the service that started us
    pickle.dump([act() for act in acts], sys.stdout.buffer)
    sys.stdout.buffer.flush()


def _serve() -> None:
    """In the process: until the service is gone, which is told by itself when to end."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    with suppress(EOFError, BrokenPipeError):
        while True:
            _answer()


if __name__ == "__main__":
    _serve()
