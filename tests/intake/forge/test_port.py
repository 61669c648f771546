"""A batch says what git can keep, or is refused before anything is sent."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from doubles.office import frozen
from yanlu.git import Change
from yanlu.intake.forge.github import GitHubForge
from yanlu.intake.forge.local import LocalGitForge
from yanlu.intake.forge.port import Forge, Rejected, has_landed

BASE = "0123456789" * 4
UNFIT = {
    "an id with a slash": {"batch_id": "2026/48"},
    "an id that is an option": {"batch_id": "-x"},
    "an id in another script": {"batch_id": "二零"},
    "a short base": {"base": "0123456"},
    "a branch as base": {"base": "main"},
    "a moment without a zone": {"moment": datetime(2026, 11, 25)},  # noqa: DTZ001
    "a moment with fractions": {"moment": datetime(2026, 11, 25, microsecond=1, tzinfo=UTC)},
    "no title": {"title": " "},
    "no message": {"message": ""},
    "a message with a line end": {"message": "batch\n"},
    "no file": {"files": {}},
    "a path that climbs": {"files": {"data/../../x": b""}},
    "an absolute path": {"files": {"/data/x": b""}},
    "a path into git": {"files": {"data/.GIT/hooks/x": b""}},
    "a folder": {"files": {"data/": b""}},
    "a path with a line end": {"files": {"data/x\n": b""}},
    "a path with a NUL": {"files": {"data/\0x": b""}},
    "an empty path": {"files": {"": b""}},
}


@pytest.mark.parametrize("case", UNFIT)
def test_a_batch_that_git_could_not_keep_is_refused(case: str) -> None:
    fields = {"base": BASE} | UNFIT[case]
    with pytest.raises(Rejected, match="请重新生成这一批"):
        frozen(**fields)  # type: ignore[arg-type]


def test_a_batch_knows_its_branch_and_moment() -> None:
    batch = frozen(BASE, "2026-w48-a")
    assert batch.branch == "inbox/2026-w48-a"
    assert datetime.fromtimestamp(batch.stamp, UTC) == batch.moment


NEW, OLD = Change("new.md", "a", added=True), Change("old.md", "b", added=False)


@pytest.mark.parametrize(
    ("main", "landed"),
    [
        ({}, False), ({"new.md": "a"}, True), ({"new.md": "edited"}, True),
        ({"old.md": "before"}, False), ({"old.md": "b"}, True), ({"other.md": "a"}, False),
    ],
)  # fmt: skip
def test_a_proposal_has_landed_when_main_has_any_of_it(main: dict[str, str], landed: bool) -> None:
    assert has_landed([NEW, OLD], main) is landed


def test_both_forges_are_forges(tmp_path: Path, forge: GitHubForge) -> None:
    forges: tuple[Forge, ...] = (LocalGitForge(tmp_path, "main"), forge)
    verbs = [name for name in vars(Forge) if not name.startswith("_")]
    assert len(verbs) == 10
    assert all(callable(getattr(one, verb)) for one in forges for verb in verbs)
