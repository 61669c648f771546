"""Local git as a forge: a branch is a proposal, `git merge` publishes it, all of it offline."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from yanlu import git
from yanlu.errors import HistoryError
from yanlu.intake.forge.port import (
    BOT_EMAIL,
    BOT_NAME,
    BaseGone,
    Batch,
    Health,
    Published,
    Rejected,
    Retry,
    Status,
    branch_of,
    has_landed,
)

HOST = "local"  # as `forge.host` in data/office.toml names it
PAUSE = 60.0  # seconds until a repository that git could not use is tried again

Answer = TypeVar("Answer")


class LocalGitForge:
    """The repository in which `folder` lies, bare or with a work tree, which is never touched.

    `main` is the branch that publishes. Reviews and their labels are kept by the store, not
    here: a proposal's review has no number, and `annotate` has nothing to do.
    """

    def __init__(self, folder: Path, main: str) -> None:
        self._folder = folder
        self._main = main

    def head(self, branch: str) -> str:
        """The commit of a branch."""
        commit = _asked(lambda: git.branch_head(self._folder, branch))
        if commit is None:
            raise Rejected(f"仓库里没有分支 {branch}。请核对主分支的名称，并至少提交一次。")
        return commit

    def publish(self, batch: Batch) -> Published:
        """Commit and branch of a batch; a branch that exists is never moved."""
        if not self.holds(batch.base):
            raise BaseGone(f"主分支 {self._main} 的历史改写过，这一批的起点不在了。请重新成批。")
        return _asked(lambda: self._published(batch))

    def find(self, batch_id: str) -> Published | None:
        """The branch of a batch, with the commit that it has now."""
        branch = branch_of(batch_id)
        commit = _asked(lambda: git.branch_head(self._folder, branch))
        return Published(branch, commit, "") if commit else None

    def status(self, published: Published) -> Status:
        """How far a proposal has come: open, merged or missing; closing is the store's word."""
        return _asked(lambda: self._status(published))

    def holds(self, commit: str) -> bool:
        """Whether the main branch holds a commit."""
        return _asked(lambda: git.is_ancestor(self._folder, commit, self.head(self._main)))

    def listing(self, commit: str, folder: str) -> Mapping[str, str]:
        """Files of a folder in a commit: content names by path."""
        return _asked(lambda: git.listing(self._folder, commit, [f"{folder}/"]))

    def contents(self, names: Iterable[str]) -> Mapping[str, bytes]:
        """Contents by their names."""
        return _asked(lambda: git.contents(self._folder, list(names)))

    def annotate(self, review: str, labels: Sequence[str], comment: str) -> None:
        """Nothing: git has no place for it, and the store keeps the review."""

    def renew(self, review: str, mark: str, comment: str) -> None:
        """Nothing: git has no place for it."""

    def health(self) -> Health:
        """A repository on this machine: nobody fetches it, and its clock is ours."""
        self.head(self._main)
        return Health(None, HOST, 0.0)

    def _published(self, batch: Batch) -> Published:
        who = f"{BOT_NAME} <{BOT_EMAIL}>"
        folder, base = self._folder, batch.base
        commit = git.write_commit(folder, base, batch.files, who, batch.stamp, batch.message)
        published = Published(batch.branch, commit, "")
        # killed after the branch was made, merged and deleted by staff: nothing is left to do
        if self._status(published).state == "missing":
            git.create_branch(folder, batch.branch, commit)
        return published

    def _status(self, published: Published) -> Status:
        head = git.branch_head(self._folder, published.branch)
        edited = head not in (None, published.commit)
        if self._is_merged(published.commit, head):
            return Status("merged", head, edited)
        return Status("open" if head else "missing", head, edited)

    def _is_merged(self, ours: str, head: str | None) -> bool:
        """Whether our commit, or what staff made of it, has come to the main branch."""
        folder, main = self._folder, self.head(self._main)
        if git.is_ancestor(folder, ours, main):
            return True
        base = git.parent(folder, ours)
        if head and git.is_ancestor(folder, head, main) and not git.is_ancestor(folder, head, base):
            return True
        changes = git.changes(folder, ours)
        return has_landed(changes, git.listing(folder, main, [change.path for change in changes]))


def _asked(call: Callable[[], Answer]) -> Answer:
    """What git answers; a git that fails is a forge that is down."""
    try:
        return call()
    except HistoryError as error:
        reason = str(error)
    raise Retry(reason, PAUSE)
