"""Progress of long work: a moving line on a terminal, nothing of the kind in a log."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass


def _nothing() -> None:
    """What there is to stop and to start where no line moves."""


@dataclass(frozen=True)
class Steps:
    """Says which step begins; `aside` takes the line away while a person is asked something."""

    say: Callable[[str], None] = lambda _: None
    stop: Callable[[], None] = _nothing
    start: Callable[[], None] = _nothing

    def __call__(self, text: str) -> None:
        """Begin a step."""
        self.say(text)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Have the terminal for a question."""
        self.stop()
        try:
            yield
        finally:
            self.start()


@contextmanager
def steps() -> Iterator[Steps]:
    """A function that says which step begins; silent where standard error is no terminal."""
    if not sys.stderr.isatty():
        yield Steps()
        return
    from rich.console import Console  # a log has no use for what takes this long to load
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        yield Steps()
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("准备", total=None)
        yield Steps(
            lambda text: progress.update(task, description=text), progress.stop, progress.start
        )
