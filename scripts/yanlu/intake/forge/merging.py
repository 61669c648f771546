"""Merging a proposal where the repository itself is the forge, for staff who know no git.

The commit that merges has the name of the program, as all of its commits have: who merged it
stands in the store.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from yanlu import git
from yanlu.errors import HistoryError, IntakeError
from yanlu.intake.forge.bundles import HEADS, is_checked_out, open_proposals
from yanlu.intake.forge.port import BOT_EMAIL, BOT_NAME
from yanlu.worktree import merge_base


def proposed_files(folder: Path, main: str, branch: str) -> Iterator[bytes]:
    """What the files of an open proposal would be; those that it does not change are left out.

    Raises:
        IntakeError: there is no such proposal, or it is merged already.
    """
    commit = _open(folder, main, branch)
    before = git.listing(folder, merge_base(folder, main, commit), ["data/suggestions/"])
    after = git.listing(folder, commit, ["data/suggestions/"])
    names = [name for path, name in after.items() if before.get(path) != name]
    yield from git.contents(folder, names).values() if names else ()


def merge_proposal(folder: Path, main: str, branch: str) -> None:
    """Merge an open proposal into the main branch, which is checked out, and delete its branch.

    Raises:
        IntakeError: it is none, another branch is checked out, or files are in the way; nothing
            was changed.
    """
    commit = _open(folder, main, branch)
    if not is_checked_out(folder, main):
        raise IntakeError(f"这里打开的不是主分支 {main}，不能在这里合并。请找管网站的人。")
    who = ("-c", f"user.name={BOT_NAME}", "-c", f"user.email={BOT_EMAIL}")
    before = git.branch_head(folder, main)
    try:
        git.plumb(folder, *who, "merge", "--quiet", "--no-ff", "-m", f"Merge {branch}", commit)
    except HistoryError:
        _undo(folder)
        raise IntakeError(
            "没有合并：这里有改了没有提交的文件，或者别人也改了同一个地方。没有改动。"
            "请找管网站的人看看。"
        ) from None
    if git.branch_head(folder, main) != before:
        git.plumb(folder, "update-ref", "-d", f"{HEADS}{branch}", commit)


def _undo(folder: Path) -> None:
    """Leave no half of a merge behind; where none began, there is nothing to undo."""
    if git.plumb(folder, "ls-files", "--unmerged"):
        git.plumb(folder, "merge", "--abort")


def _open(folder: Path, main: str, branch: str) -> str:
    found = open_proposals(folder, main)
    if branch not in found:
        raise IntakeError(f"没有等着合并的 {branch}：可能别人已经合并了。")
    return found[branch]
