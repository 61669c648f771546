"""A publisher killed at any moment, or beside another: one commit, one branch, one request."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import doubles
from conftest import ROOT
from doubles.github.server import Double
from intake.loop import NOW, LocalLoop, Loop, git, local_loop
from yanlu.intake.forge.github import GitHubForge
from yanlu.intake.lease import SECONDS
from yanlu.intake.store.database import opened
from yanlu.intake.store.records import history

PROGRAM = str(Path(str(doubles.__file__)).with_name("publisher_process.py"))
LATER = NOW + SECONDS + 1  # by then the lease of whoever was killed has run out


def _started(store: Path, forge: str, moment: str) -> subprocess.Popen[bytes]:
    path = os.pathsep.join(map(str, (ROOT / "tests", ROOT / "scripts")))
    command = [sys.executable, PROGRAM, str(store), forge, moment]
    return subprocess.Popen(command, env={**os.environ, "PYTHONPATH": path})


def _killed(store: Path, forge: str, moment: str) -> None:
    assert _started(store, forge, moment).wait(60) == -9


@pytest.fixture
def local(tmp_path: Path) -> Iterator[LocalLoop]:
    (tmp_path / "local").mkdir()
    with local_loop(tmp_path / "local") as made:
        yield made


@pytest.mark.parametrize(
    ("moment", "branches"), [("frozen", 0), ("committed", 0), ("branched", 1), ("recording", 1)]
)
def test_killed_with_local_git_it_goes_on_to_the_same_one_branch(
    local: LocalLoop, moment: str, branches: int
) -> None:
    name, _ = local.approved()
    _killed(local.store.folder, str(local.folder), moment)
    assert local.of(name)["delivery"] == "frozen"
    before = [git(local.folder, "rev-parse", branch) for branch in local.branches()]
    assert len(before) == branches
    assert local.work(now=LATER).proposed == 1
    (branch,) = local.branches()
    assert before in ([], [git(local.folder, "rev-parse", branch)])
    assert git(local.folder, "rev-list", "--count", f"main..{branch}") == "1"
    _assert_proposed_once(local, name)


def _assert_proposed_once(loop: Loop, name: str) -> None:
    steps = [happening["what"] for happening in history(loop.store.main, name)]
    assert steps[-2:] == ["frozen", "proposed"]
    assert loop.of(name)["delivery"] == "in-review"


@pytest.mark.parametrize(
    ("moment", "branches", "pulls"),
    [
        ("frozen", 0, 0),
        ("committed", 0, 0),
        ("branched", 1, 0),
        ("proposed", 1, 1),
        ("recording", 1, 1),
    ],
)
def test_killed_with_github_it_goes_on_to_the_same_one_pull_request(
    double: Double, forge: GitHubForge, tmp_path: Path, moment: str, branches: int, pulls: int
) -> None:
    with opened(tmp_path / "store") as store:
        loop = Loop(store, forge)
        name, _ = loop.approved()
        _killed(store.folder, double.hub.address, moment)
        double.rest()
        assert (len(double.hub.branches()), len(double.hub.pulls)) == (branches, pulls)
        tips = [double.hub.bare.ref(branch) for branch in double.hub.branches()]
        assert loop.work(now=LATER).proposed == 1
        double.rest()
        (branch,) = double.hub.branches()
        assert tips in ([], [double.hub.bare.ref(branch)])
        assert [(pull.head, pull.state) for pull in double.hub.pulls] == [(branch, "open")]
        _assert_proposed_once(loop, name)


def test_two_processes_on_one_store_propose_each_suggestion_once(local: LocalLoop) -> None:
    names = sorted(local.approved()[0] for _ in range(3))
    both = [_started(local.store.folder, str(local.folder), "never") for _ in range(2)]
    assert [process.wait(60) for process in both] == [0, 0]
    (branch,) = local.branches()
    listed = git(local.folder, "diff", "--name-only", f"main...{branch}").split()
    assert listed == [f"data/suggestions/2026/{name}.md" for name in names]
    for name in names:
        _assert_proposed_once(local, name)
