"""What git has kept: every content of a file, in every branch, however it went away."""

from __future__ import annotations

import os
import subprocess
from datetime import date
from pathlib import Path

import pytest

from conftest import commit_all
from yanlu.errors import HistoryError
from yanlu.git import (
    Reach,
    changed_since,
    in_repository,
    past_contents,
    published_days,
    read_head,
    would_be_in_git,
)

PATTERN = "data/*/cube.csv"


def _git(folder: Path, *arguments: str) -> None:
    who = ["-c", "user.name=t", "-c", "user.email=t@yanlu.invalid"]
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


def _write(folder: Path, month: str, content: str) -> None:
    path = folder / "data" / month / "cube.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, "utf-8")


def _held(folder: Path) -> list[tuple[str, str]]:
    return [(past.path, past.content.decode()) for past in past_contents(folder, [PATTERN])]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """One file with two contents, committed one after the other, and a file beside it."""
    folder = tmp_path / "repository"
    _write(folder, "march", "one\n")
    (folder / "data" / "march" / "other.csv").write_text("other")
    commit_all(folder)
    _write(folder, "march", "two\n")
    _git(folder, "commit", "-qam", "second")
    return folder


def test_every_content_is_found_once_the_newest_first(repository: Path) -> None:
    place = "data/march/cube.csv"
    _write(repository, "march", "one\n")
    _git(repository, "commit", "-qam", "back again")
    assert _held(repository) == [(place, "one\n"), (place, "two\n")]


def test_what_was_deleted_or_lies_in_another_branch_is_found_too(repository: Path) -> None:
    _git(repository, "checkout", "-qb", "side")
    _write(repository, "april", "three\n\0\n")
    _git(repository, "add", "-A")
    _git(repository, "commit", "-qm", "april")
    _git(repository, "checkout", "-q", "-")
    _git(repository, "rm", "-q", "data/march/cube.csv")
    _git(repository, "commit", "-qm", "gone")
    assert sorted(_held(repository)) == [
        ("data/april/cube.csv", "three\n\0\n"),
        ("data/march/cube.csv", "one\n"),
        ("data/march/cube.csv", "two\n"),
    ]


def test_what_led_to_the_commit_that_is_checked_out_can_be_asked_for_alone(
    repository: Path,
) -> None:
    _git(repository, "checkout", "-qb", "side")
    _write(repository, "april", "three\n")
    _git(repository, "add", "-A")
    _git(repository, "commit", "-qm", "april")
    here = list(past_contents(repository, [PATTERN], Reach.CHECKED_OUT))
    assert [past.content for past in here] == [b"three\n", b"two\n", b"one\n"]
    _git(repository, "checkout", "-q", "-")
    here = list(past_contents(repository, [PATTERN], Reach.CHECKED_OUT))
    assert [past.content for past in here] == [b"two\n", b"one\n"]


def test_a_content_that_only_a_merge_made_is_found(repository: Path) -> None:
    _git(repository, "branch", "first")
    _git(repository, "checkout", "-qb", "side", "HEAD~1")
    _write(repository, "march", "three\n")
    _git(repository, "commit", "-qam", "side")
    _git(repository, "merge", "-q", "--no-commit", "-s", "ours", "first")
    _write(repository, "march", "made by the merge\n")
    _git(repository, "commit", "-qam", "merge")
    assert {content for _, content in _held(repository)} == {
        "one\n", "two\n", "three\n", "made by the merge\n",
    }  # fmt: skip


def test_the_same_content_in_two_places_is_found_in_both(repository: Path) -> None:
    _write(repository, "april", "two\n")
    _git(repository, "add", "-A")
    _git(repository, "commit", "-qm", "april")
    assert ("data/april/cube.csv", "two\n") in _held(repository)
    assert ("data/march/cube.csv", "two\n") in _held(repository)


def test_settings_of_git_log_hide_nothing(repository: Path) -> None:
    for name, value in (("log.showRoot", "false"), ("diff.renames", "copies")):
        _git(repository, "config", name, value)
    assert len(_held(repository)) == 2


def test_a_portal_may_lie_in_a_folder_of_a_larger_repository(tmp_path: Path) -> None:
    _write(tmp_path / "portal", "march", "one\n")
    commit_all(tmp_path)
    assert _held(tmp_path / "portal") == [("data/march/cube.csv", "one\n")]
    assert in_repository(tmp_path / "portal")


def test_a_shallow_clone_is_refused(repository: Path, tmp_path: Path) -> None:
    _git(tmp_path, "clone", "-q", "--depth", "1", f"file://{repository}", "clone")
    with pytest.raises(HistoryError, match="git fetch --unshallow"):
        _held(tmp_path / "clone")
    with pytest.raises(HistoryError, match="git fetch --unshallow"):
        read_head(tmp_path / "clone")


def test_a_repository_without_a_commit_holds_nothing(tmp_path: Path) -> None:
    _git(tmp_path, "init", "-q")
    assert _held(tmp_path) == []
    assert list(past_contents(tmp_path, [PATTERN], Reach.CHECKED_OUT)) == []
    with pytest.raises(HistoryError, match="请先提交"):
        read_head(tmp_path)


def test_a_repository_that_lost_an_object_is_refused(repository: Path) -> None:
    name = subprocess.run(
        ["git", "rev-parse", "HEAD:data/march/cube.csv"],
        cwd=repository, capture_output=True, text=True, check=True,
    ).stdout.strip()  # fmt: skip
    (repository / ".git" / "objects" / name[:2] / name[2:]).unlink()
    with pytest.raises(HistoryError, match="仓库不完整"):
        _held(repository)


def test_a_folder_outside_git_is_no_repository(tmp_path: Path) -> None:
    assert not in_repository(tmp_path)
    with pytest.raises(HistoryError, match="不是 git 仓库"):
        _held(tmp_path)


def test_a_folder_beside_a_repository_is_not_in_it_however_it_is_named(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository)
    assert not would_be_in_git(Path("../backups"))
    assert would_be_in_git(Path("new/../backups"))
    (repository.parent / "link").symlink_to(repository / "data")
    assert would_be_in_git(repository.parent / "link" / ".." / "backups")


def test_without_git_the_message_says_so(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(HistoryError, match="没有找到 git 程序"):
        read_head(repository)


def test_publishing_days_are_those_of_the_main_line(repository: Path) -> None:
    """What a branch wrote came on the day of its merge, in China, whenever it was written."""

    def on(day: int, *command: str) -> None:
        stamp = f"2026-12-{day:02d}T07:30:00+08:00"  # in UTC it is the day before
        who = {f"GIT_{role}_{what}": value for role in ("AUTHOR", "COMMITTER") for what, value in
               (("NAME", "t"), ("EMAIL", "t@yanlu.invalid"), ("DATE", stamp))}  # fmt: skip
        subprocess.run(["git", *command], cwd=repository, env={**os.environ, **who}, check=True)

    on(1, "checkout", "-qb", "side")
    _write(repository, "april", "three\n")
    on(2, "add", "-A")
    on(2, "commit", "-qm", "april")
    on(3, "checkout", "-q", "-")
    on(5, "merge", "-q", "--no-ff", "-m", "merge", "side")
    _write(repository, "march", "three\n")
    on(7, "commit", "-qam", "third")
    assert read_head(repository).day == date(2026, 12, 7)
    days = published_days(repository, PATTERN)
    assert days["data/april/cube.csv"] == (date(2026, 12, 5), date(2026, 12, 5))
    assert days["data/march/cube.csv"] == (date(2026, 11, 20), date(2026, 12, 7))
    assert set(days) == {"data/april/cube.csv", "data/march/cube.csv"}


def test_what_changed_since_a_commit_is_told_with_what_is_new_or_gone(repository: Path) -> None:
    before = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=repository, capture_output=True, text=True, check=True
    ).stdout.strip()
    folder = repository / "data" / "suggestions" / "2026"
    folder.mkdir(parents=True)
    for name in ("kept", "gone"):
        (folder / f"{name}.md").write_text("a", "utf-8")
    commit_all(repository)
    (folder / "gone.md").unlink()
    (folder / "new.md").write_text("b", "utf-8")
    pattern = "data/suggestions/*/*.md"
    changed = [Path(path).stem for path in changed_since(repository, "HEAD", [pattern])]
    assert changed == ["gone", "new"]
    changed = [Path(path).stem for path in changed_since(repository, before, [pattern])]
    assert changed == ["gone", "kept", "new"]  # it came and went, and was seen in between
    with pytest.raises(HistoryError, match="git log"):
        changed_since(repository, "no-such-commit", [pattern])
