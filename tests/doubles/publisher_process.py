"""A publisher in a process of its own, which may be killed at one moment, with SIGKILL.

As a program: `python publisher_process.py STORE FORGE MOMENT`. FORGE is the folder of a
repository or the address of the double. With MOMENT `never` a worker goes on for a second;
otherwise one round is killed: `frozen` (the batch is written down, the forge not yet asked),
`committed` (the forge has the commit and no branch), `branched` (a branch, and no pull request or
record of it), `proposed` (a pull request, and no record of it), `recording` (in the transaction
that records it).
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from requests.adapters import HTTPAdapter

from doubles import stores
from intake.loop import DAY, NOW, Loop
from yanlu import git
from yanlu.intake import publisher
from yanlu.intake.batches import Policy
from yanlu.intake.forge.github import GitHubForge
from yanlu.intake.forge.local import LocalGitForge
from yanlu.intake.forge.port import Forge
from yanlu.intake.forge.session import Place, Token
from yanlu.intake.retention import Terms
from yanlu.intake.store.database import opened
from yanlu.intake.worker import Worker

TOKEN = "github_pat_11AAAAAAA0canarycanarycanary"  # noqa: S105 - the double's own
LAST_CALL = {"committed": "/git/commits", "branched": "/git/refs", "proposed": "/pulls"}


def _die(*_: object, **__: object) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)


def _after(call: Callable[..., Any]) -> Callable[..., Any]:
    def dying(*arguments: Any, **options: Any) -> Any:
        call(*arguments, **options)
        _die()

    return dying


def _after_call(ending: str) -> Callable[..., Any]:
    """A way out to the forge that ends when a POST to an address with this ending was answered."""
    send = HTTPAdapter.send

    def sending(self: Any, request: Any, *arguments: Any, **options: Any) -> Any:
        answer = send(self, request, *arguments, **options)
        return _die() if request.method == "POST" and request.url.endswith(ending) else answer

    return sending


def _arm(moment: str, forge: Forge) -> None:
    if moment == "frozen":
        forge.publish = _die  # type: ignore[method-assign]
    elif moment == "recording":
        publisher._proposed = _after(publisher._proposed)  # noqa: SLF001
    elif isinstance(forge, GitHubForge):
        HTTPAdapter.send = _after_call(LAST_CALL[moment])
    elif moment == "committed":
        git.create_branch = _die
    else:
        git.create_branch = _after(git.create_branch)


def _forge(where: str) -> Forge:
    if not where.startswith("http"):
        return LocalGitForge(Path(where), "main")
    place = Place(where, "git.shili.example", "shili", "yanlu", "main")
    return GitHubForge(place, Token(TOKEN), lambda: datetime.now(UTC))


def main() -> None:
    """Work until then."""
    folder, where, moment = sys.argv[1:]
    stores.redirect()
    forge = _forge(where)
    if moment == "never":
        worker = Worker(
            Path(folder), forge, "main", Policy(None, 1), Terms(90, 180), str, frozenset(),
            lambda _: None, 0.02,
        )  # fmt: skip
        worker.start()
        time.sleep(1.0)
        worker.stop()
        return
    _arm(moment, forge)
    with opened(Path(folder)) as store:
        Loop(store, forge).work(now=NOW, holder="killed")
    print(DAY, "was survived")


if __name__ == "__main__":
    main()
