"""What the intake asks of a forge, whichever it is: the port, its values and its refusals.

A forge never forces anything and never makes a thing twice: whatever was lost, killed or
answered twice, publishing the same batch again ends in the same commit, branch and review.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from yanlu.errors import YanluError
from yanlu.git import Change

BOT_NAME = "Yanlu intake"  # no person's name stands on a batch: design.md §7, rule 4
BOT_EMAIL = "intake@yanlu.invalid"
BRANCHES = "inbox/"

State = Literal["open", "merged", "closed", "missing"]


class ForgeError(YanluError):
    """A forge that does not take, or does not answer for, what was asked."""


class Retry(ForgeError):  # noqa: N818 - the word of the failure table
    """Nothing is wrong with the batch: ask again after `after` seconds."""

    def __init__(self, message: str, after: float) -> None:
        super().__init__(message)
        self.after = after


class AuthLost(ForgeError):  # noqa: N818 - the word of the failure table
    """The forge does not know us any more: stop, raise the alarm, probe seldom."""


class Rejected(ForgeError):  # noqa: N818 - the word of the failure table
    """This will be refused as often as it is asked: a person must change something."""


class BaseGone(Rejected):
    """The batch's base is not in the main branch any more: freeze it anew as another batch."""


class ProtocolError(ForgeError):
    """An answer that is not what the forge's interface promises; never taken for success."""


@dataclass(frozen=True)
class Batch:
    """One frozen proposal; the same batch makes the same commit, in either forge, every time.

    `base` is the commit of the main branch on which it stands; `moment` is the date of the
    commit, in whole seconds and with an offset; `title` and `body` are those of the review;
    `files` are contents by path below the portal's folder.

    Raises:
        Rejected: an id, a path or a moment that git could not keep as it is.
    """

    id: str
    base: str
    moment: datetime
    title: str
    body: str
    message: str
    files: Mapping[str, bytes]

    def __post_init__(self) -> None:
        fault = _fault(self)
        if fault:
            raise Rejected(f"批次不能提交：{fault}。请重新生成这一批。")

    @property
    def branch(self) -> str:
        """The branch that holds the proposal."""
        return branch_of(self.id)

    @property
    def stamp(self) -> int:
        """The moment as git writes it, in seconds since 1970, UTC."""
        return int(self.moment.timestamp())


@dataclass(frozen=True)
class Published:
    """What lies in the forge: the branch, our commit, and the review's number.

    `review` is empty where a forge keeps no reviews, or where the batch came to the main
    branch before one could be opened.
    """

    branch: str
    commit: str
    review: str


@dataclass(frozen=True)
class Status:
    """How far a proposal has come.

    `head` is the commit that the branch has now, or had last; None where nothing tells it.
    `edited` says that it is not ours: staff have changed or replaced it, and theirs counts.
    A proposal is `merged` as soon as its files are in the main branch, by whatever commit.
    """

    state: State
    head: str | None
    edited: bool


@dataclass(frozen=True)
class Health:
    """What a forge says of itself.

    Whether the repository is private (None: it has no readers to keep out), which host holds
    it, how many seconds the forge's clock is ahead of ours, and whether it says that we may write
    (None: it says nothing).
    """

    private: bool | None
    host: str
    skew: float
    writes: bool | None = None


class Forge(Protocol):
    """Every method may raise `Retry`, `AuthLost`, `Rejected` or `ProtocolError`."""

    def head(self, branch: str) -> str:
        """The commit of a branch; `Rejected` where there is no such branch."""

    def publish(self, batch: Batch) -> Published:
        """Commit, branch and review of a batch: made where missing, else found.

        Raises:
            BaseGone: the main branch was rewritten since the batch was frozen.
        """

    def find(self, batch_id: str) -> Published | None:
        """What the forge holds under a batch's name; `commit` is what the branch has now."""

    def status(self, published: Published) -> Status:
        """How far a proposal has come."""

    def holds(self, commit: str) -> bool:
        """Whether the main branch holds a commit; not any more where it was rewritten."""

    def listing(self, commit: str, folder: str) -> Mapping[str, str]:
        """Files of a folder in a commit: content names by path; none where there is no folder.

        Equal content has an equal name, so whoever keeps the names knows what has changed.
        """

    def contents(self, names: Iterable[str]) -> Mapping[str, bytes]:
        """Contents by their names, as `listing` gives them."""

    def annotate(self, review: str, labels: Sequence[str], comment: str) -> None:
        """Put labels and one comment on a review; what is there already is not repeated."""

    def renew(self, review: str, mark: str, comment: str) -> None:
        """Let one comment on a review, known by the `mark` that it begins with, say this."""

    def health(self) -> Health:
        """What the forge says of itself; nothing is changed."""


def branch_of(batch_id: str) -> str:
    """The branch of a batch."""
    return f"{BRANCHES}{batch_id}"


def has_landed(changes: Iterable[Change], main: Mapping[str, str]) -> bool:
    """Whether any file of a proposal is on the main branch, by whatever commit it came there.

    `main` holds content names by path. A new file need only be there, since staff may have
    edited it on the way; one that was there before must have the proposal's content.
    """
    return any(
        change.path in main if change.added else main.get(change.path) == change.name
        for change in changes
    )


def _fault(batch: Batch) -> str:
    """Why git could not keep a batch as it is; empty where it can."""
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", batch.id):
        return "批次号只能用小写字母、数字和短横"
    if not re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", batch.base):
        return "起点不是完整的提交号"
    if batch.moment.tzinfo is None or batch.moment.microsecond:
        return "日期没有时区，或者不是整秒"
    if not batch.title.strip() or not batch.message.strip() or not batch.files:
        return "缺少标题、说明或者文件"
    if batch.message != batch.message.strip():
        return "提交说明前后有空白"
    return next((fault for path in batch.files if (fault := _path_fault(path))), "")


def _path_fault(path: str) -> str:
    parts = path.split("/")
    if any(part in ("", ".", "..") or part.lower() == ".git" for part in parts):
        return "文件路径不规范"
    return "" if re.fullmatch(r"[\w./-]+", path) else "文件路径里有不能用的字符"
