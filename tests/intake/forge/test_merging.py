"""A proposal merged where the repository is the forge, by somebody who knows no git."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from intake.loop import TEXT, LocalLoop, git, local_loop
from yanlu.errors import IntakeError
from yanlu.intake.forge.merging import merge_proposal, proposed_files
from yanlu.packages.suggestions import suggestion_of


@pytest.fixture
def loop(tmp_path: Path) -> Iterator[LocalLoop]:
    with local_loop(tmp_path) as made:
        yield made


def test_what_is_shown_is_what_is_merged_and_nobodys_name_is_on_it(loop: LocalLoop) -> None:
    name, _ = loop.approved()
    loop.work()
    (branch,) = loop.branches()
    (loop.folder / "README.md").write_text("later", "utf-8")
    git(loop.folder, "commit", "-qam", "Later")
    (content,) = proposed_files(loop.folder, "main", branch)
    assert suggestion_of(content).text == TEXT
    merge_proposal(loop.folder, "main", branch)
    assert loop.path(name).read_bytes() == content
    assert loop.branches() == []
    assert git(loop.folder, "log", "-1", "--format=%an %cn") == "Yanlu intake Yanlu intake"
    loop.work()
    assert loop.of(name)["delivery"] == "merged"


def test_where_something_is_in_the_way_nothing_is_merged(loop: LocalLoop) -> None:
    name, _ = loop.approved()
    loop.work()
    (branch,) = loop.branches()
    loop.path(name).parent.mkdir(parents=True)
    loop.path(name).write_text("not committed", "utf-8")
    with pytest.raises(IntakeError, match="没有合并"):
        merge_proposal(loop.folder, "main", branch)
    git(loop.folder, "add", "-A")
    git(loop.folder, "commit", "-qm", "Another of this name")
    before = git(loop.folder, "rev-parse", "main")
    with pytest.raises(IntakeError, match="没有合并"):
        merge_proposal(loop.folder, "main", branch)
    assert git(loop.folder, "rev-parse", "main") == before
    assert git(loop.folder, "status", "--porcelain") == ""
    git(loop.folder, "checkout", "-qb", "draft")
    with pytest.raises(IntakeError, match="打开的不是主分支"):
        merge_proposal(loop.folder, "main", branch)
    with pytest.raises(IntakeError, match="没有等着合并的"):
        merge_proposal(loop.folder, "main", "inbox/none")
