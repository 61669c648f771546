"""The lease of whoever was killed is taken over at once; of anybody else it is waited for."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from conftest import ROOT
from intake.loop import NOW
from yanlu.intake.holder import has_ended, holder_name
from yanlu.intake.lease import SECONDS, take
from yanlu.intake.store.database import Store, opened

HOLDING = f"""
import sys, time
from pathlib import Path
from doubles import stores
from yanlu.intake.holder import holder_name
from yanlu.intake.lease import take
from yanlu.intake.store.database import opened
stores.redirect()
with opened(Path(sys.argv[1])) as store:
    assert take(store, "publisher", holder_name(), {NOW})
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with opened(tmp_path / "store") as store:
        yield store


def test_the_lease_of_a_process_that_was_killed_is_taken_over_at_once(store: Store) -> None:
    path = os.pathsep.join(map(str, (ROOT / "tests", ROOT / "scripts")))
    other = subprocess.Popen(
        [sys.executable, "-c", HOLDING, str(store.folder)],
        env={**os.environ, "PYTHONPATH": path}, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert other.stdout is not None
    with other, other.stdout:
        assert other.stdout.readline() == b"held\n"
        assert take(store, "publisher", holder_name(), NOW + 1) is None
        other.kill()
        os.waitid(os.P_PID, other.pid, os.WEXITED | os.WNOWAIT)  # nobody has asked for its end
        lease = take(store, "publisher", holder_name(), NOW + 2)
    assert lease is not None
    assert lease.fence == 2


def test_two_holders_of_one_process_wait_for_each_other(store: Store) -> None:
    mine, other = holder_name(), holder_name()
    assert not has_ended(mine)
    assert take(store, "publisher", mine, NOW)
    assert take(store, "publisher", other, NOW + SECONDS - 1) is None
    assert take(store, "publisher", other, NOW + SECONDS)


def _renumbered(name: str) -> str:
    place, _, started, chance = name.split(":")
    return ":".join([place, str(2**22 + 1), started, chance])  # above any process's number


def _restarted(name: str) -> str:
    place, number, started, chance = name.split(":")
    return ":".join([place, number, str(int(started) - 1), chance])


@pytest.mark.parametrize("change", [_renumbered, _restarted])
def test_a_number_that_nobody_or_somebody_else_has_by_now_is_no_holder(
    change: Callable[[str], str],
) -> None:
    assert has_ended(change(holder_name()))


@pytest.mark.parametrize("name", ["a", "3f9c0a7712345678", "", ":::", "x:y:z:1", "::::"])
def test_a_name_that_says_nothing_is_waited_for(name: str) -> None:
    assert not has_ended(name)


@pytest.mark.parametrize("differs", ["boot_id", "pid"])
def test_on_another_machine_or_among_other_processes_it_is_waited_for(
    tmp_path: Path, differs: str
) -> None:
    proc = tmp_path / "proc"
    random = proc / "sys/kernel/random"
    random.mkdir(parents=True)
    shutil.copy("/proc/sys/kernel/random/boot_id", random / "boot_id")
    (proc / "self/ns").mkdir(parents=True)
    (proc / "self/ns/pid").symlink_to(Path("/proc/self/ns/pid").readlink())
    gone = _renumbered(holder_name())
    assert has_ended(gone, proc)
    if differs == "boot_id":
        (random / "boot_id").write_text("00000000-0000-0000-0000-000000000000\n")
    else:
        (proc / "self/ns/pid").unlink()
        (proc / "self/ns/pid").symlink_to("pid:[1]")
    assert not has_ended(gone, proc)
    assert not has_ended(gone, tmp_path / "no-proc")
