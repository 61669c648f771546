"""GitHub as a forge, through github3.py: found first, made only where it is missing.

A batch costs eight calls, however many files it has. The repository is asked each time
whether it is private and on the declared host; nothing is sent to one that is not.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import PurePosixPath
from typing import Any, Literal
from urllib.parse import urlsplit

import github3.exceptions
from github3.structs import GitHubIterator

from yanlu.git import Change
from yanlu.intake.forge.port import (
    BOT_EMAIL,
    BOT_NAME,
    AuthLost,
    BaseGone,
    Batch,
    Health,
    ProtocolError,
    Published,
    Rejected,
    State,
    Status,
    branch_of,
    has_landed,
)
from yanlu.intake.forge.refusals import Invalid, Missing
from yanlu.intake.forge.session import Connection, Credentials, Place

KEPT = {"added": True, "modified": False, "changed": False}  # is a changed file a new one?
ORDER = ("open", "merged", "closed")  # of pull requests with one branch, the first counts
CONTAINED = ("behind", "identical")  # how a commit stands to a branch that holds it

# github3.py has no types: what its objects hold is checked where it is taken out of them
Repository = Any


@dataclass(frozen=True)
class _Pull:
    """What we need of a pull request."""

    number: int
    state: Literal["open", "merged", "closed"]
    label: str
    head: str


class GitHubForge:
    """One repository on GitHub or GitHub Enterprise; see the port for what each method does.

    `now` tells the time, against which the forge's clock and the App's tokens are held.
    """

    def __init__(self, place: Place, credentials: Credentials, now: Callable[[], datetime]) -> None:
        self._place = place
        self._connection = Connection(place, credentials, now)
        self._ask = self._connection.ask

    def head(self, branch: str) -> str:
        """The commit of a branch."""
        return self._head(self._repository(), branch)

    def publish(self, batch: Batch) -> Published:
        """Commit, branch and pull request of a batch: made where missing, else found."""
        repository = self._repository()
        self._refuse_lost_base(repository, batch)
        commit = self._commit(repository, batch)
        pull = self._pull(repository, batch.branch)
        if pull is None:
            self._ensure_branch(repository, batch.branch, commit)
            pull = self._ensure_pull(repository, batch, commit)
        return Published(batch.branch, commit, str(pull.number) if pull else "")

    def find(self, batch_id: str) -> Published | None:
        """The pull request of a batch, or its branch alone."""
        repository, branch = self._repository(), branch_of(batch_id)
        pull = self._pull(repository, branch)
        if pull is not None:
            return Published(branch, pull.head, str(pull.number))
        commit = self._maybe_head(repository, branch)
        return Published(branch, commit, "") if commit else None

    def status(self, published: Published) -> Status:
        """How far a proposal has come."""
        repository = self._repository()
        pull = self._pull_by_number(repository, published.review)
        head = pull.head if pull else self._maybe_head(repository, published.branch)
        state: State = pull.state if pull else "missing"
        if state not in ("open", "merged") and self._has_landed(repository, published.commit):
            state = "merged"
        return Status(state, head, head not in (None, published.commit))

    def holds(self, commit: str) -> bool:
        """Whether the main branch holds a commit."""
        return self._holds(self._repository(), commit)

    def listing(self, commit: str, folder: str) -> Mapping[str, str]:
        """Files of a folder in a commit: content names by path, one call a folder."""
        return self._listing(self._repository(), commit, folder)

    def contents(self, names: Iterable[str]) -> Mapping[str, bytes]:
        """Contents by their names, one call each."""
        repository = self._repository()
        return {name: self._content(repository, name) for name in names}

    def annotate(self, review: str, labels: Sequence[str], comment: str) -> None:
        """Put labels and one comment on a pull request, where they are not there yet."""
        if not review:  # merged before it could be opened: nothing is there to be annotated
            return
        repository = self._repository()
        issue = self._ask("读取合并请求", lambda: _there(repository.issue(int(review))))
        there = self._ask("读取标签", lambda: {label.name for label in issue.original_labels})
        missing = [label for label in labels if label not in there]
        if missing:
            self._ask("加标签", lambda: issue.add_labels(*missing))
        if comment not in self._comments(issue).values():
            self._ask("写评论", lambda: issue.create_comment(comment))

    def renew(self, review: str, mark: str, comment: str) -> None:
        """Let one comment on a pull request say this: the one that began so, or a new one."""
        repository = self._repository()
        issue = self._ask("读取合并请求", lambda: _there(repository.issue(int(review))))
        said = self._comments(issue)
        ours = next((address for address, body in said.items() if body.startswith(mark)), None)
        if ours is None:
            self._ask("写评论", lambda: issue.create_comment(comment))
        elif said[ours] != comment:
            self._ask("写评论", lambda: _renewed(issue.session, ours, comment))

    def health(self) -> Health:
        """Whether the repository is private, where it says it lies, and how its clock goes."""
        repository = self._fetched()
        private, host, _ = self._named(repository)
        told = self._ask("读取仓库", lambda: repository.as_dict().get("permissions") or {})
        return Health(private, host, self._connection.skew, told.get("push"))

    def _comments(self, issue: Any) -> dict[str, str]:
        """What was said on a pull request, by the address of each comment in the interface."""
        # not issue.comments(): it fails on comments of accounts that have been deleted
        return self._ask("读取评论", lambda: {
            one["url"]: one["body"] for one in GitHubIterator(-1, issue.comments_url, dict, issue)
        })  # fmt: skip

    def _repository(self) -> Repository:
        """The repository, if it is the declared one and nobody else can read it."""
        repository = self._fetched()
        private, host, name = self._named(repository)
        place = self._place
        if host != place.host.lower() or name != f"{place.owner}/{place.name}".lower():
            raise Rejected(
                f"代码平台上的仓库不在申报的主机 {place.host}，或者改了名：什么也没有发送。"
                "请核对 data/office.toml 的 forge.host 和仓库的设置。"
            )
        if not private:
            raise Rejected("代码平台上的仓库是公开的：什么也没有发送。请先把仓库改为私有，再继续。")
        return repository

    def _fetched(self) -> Repository:
        place = self._place
        github = self._connection.github
        try:
            return self._ask("读取仓库", lambda: _there(github.repository(place.owner, place.name)))
        except Missing:
            reason = (
                "代码平台上找不到这个仓库（404）：名称不对，或者令牌看不到它。请核对设置和令牌。"
            )
        raise AuthLost(reason)

    def _named(self, repository: Repository) -> tuple[bool, str, str]:
        """Is it private, on which host, and under which name."""
        return self._ask("读取仓库", lambda: (
            # "internal" is private too, and yet everybody in the enterprise reads it
            repository.private is True and repository.as_dict().get("visibility") != "internal",
            (urlsplit(repository.html_url).hostname or "").lower(),
            repository.full_name.lower(),
        ))  # fmt: skip

    def _head(self, repository: Repository, branch: str) -> str:
        commit = self._maybe_head(repository, branch)
        if commit is None:
            raise Rejected(f"仓库里没有分支 {branch}。请核对主分支的名称，并至少提交一次。")
        return commit

    def _maybe_head(self, repository: Repository, branch: str) -> str | None:
        try:
            return self._ask("读取分支", lambda: _sha(repository.ref(f"heads/{branch}").object.sha))
        except Missing:
            return None

    def _refuse_lost_base(self, repository: Repository, batch: Batch) -> None:
        if not self._holds(repository, batch.base):
            raise BaseGone(
                f"主分支 {self._place.main} 的历史改写过，这一批的起点不在了。请重新成批。"
            )

    def _holds(self, repository: Repository, commit: str) -> bool:
        main = self._head(repository, self._place.main)
        return main == commit or self._is_in(repository, commit, main)

    def _is_in(self, repository: Repository, commit: str, main: str) -> bool:
        """Whether the main branch holds a commit; asked so that the answer is a short one."""
        try:
            how = self._ask("比较提交", lambda: repository.compare_commits(main, commit).status)
        except Missing:
            return False
        return how in CONTAINED

    def _commit(self, repository: Repository, batch: Batch) -> str:
        """Our commit, which is made anew each time and is always the same."""
        entries = _entries(batch.files)
        who = {"name": BOT_NAME, "email": BOT_EMAIL, "date": _date(batch)}
        base = self._ask("读取起点", lambda: _sha(repository.git_commit(batch.base).tree.sha))
        tree = self._ask("写入文件", lambda: _sha(repository.create_tree(entries, base).sha))
        return self._ask("提交", lambda: _sha(
            repository.create_commit(batch.message, tree, [batch.base], who, who).sha
        ))  # fmt: skip

    def _pull(self, repository: Repository, branch: str) -> _Pull | None:
        """The pull request of a branch: an open one, else a merged one, else the newest."""
        label = f"{self._place.owner}:{branch}"
        pulls = self._ask("查找合并请求", lambda: [
            _described(pull) for pull in repository.pull_requests(state="all", head=label)
        ])  # fmt: skip
        # GitHub answers with all pull requests where it does not understand the filter
        ours = [pull for pull in pulls if pull.label.lower() == label.lower()]
        return min(ours, key=lambda pull: ORDER.index(pull.state), default=None)

    def _pull_by_number(self, repository: Repository, review: str) -> _Pull | None:
        if not review:
            return None
        try:
            return self._ask(
                "读取合并请求", lambda: _described(repository.pull_request(int(review)))
            )
        except Missing:
            return None

    def _ensure_branch(self, repository: Repository, branch: str, commit: str) -> None:
        """Make a branch; one that is there by now is left as it is."""
        try:
            self._ask("建立分支", lambda: repository.create_ref(f"refs/heads/{branch}", commit))
        except Invalid as error:
            refusal = error
        else:
            return
        if self._maybe_head(repository, branch) is None:
            raise refusal

    def _ensure_pull(self, repository: Repository, batch: Batch, commit: str) -> _Pull | None:
        """A new pull request, or one that is there by now; none where main has it all."""
        main = self._place.main
        try:
            return self._ask("提交审看", lambda: _described(
                repository.create_pull(batch.title, main, batch.branch, batch.body)
            ))  # fmt: skip
        except Invalid as error:
            refusal = error
        pull = self._pull(repository, batch.branch)
        # staff may find the branch, and merge it, before it has a pull request
        if pull is None and not self._is_in(repository, commit, self._head(repository, main)):
            raise refusal
        return pull

    def _has_landed(self, repository: Repository, commit: str) -> bool:
        """Whether our files are in the main branch all the same, by whatever way."""
        try:
            changes = self._ask("读取提交", lambda: _changes(repository.commit(commit).files))
        except (Missing, Invalid):
            return False
        main = self._head(repository, self._place.main)
        folders = {str(PurePosixPath(change.path).parent) for change in changes}
        found = [self._listing(repository, main, folder) for folder in sorted(folders)]
        return has_landed(changes, {path: name for one in found for path, name in one.items()})

    def _content(self, repository: Repository, name: str) -> bytes:
        return self._ask("读取文件", lambda: _decoded(repository.blob(name)))

    def _listing(self, repository: Repository, commit: str, folder: str) -> dict[str, str]:
        tree = commit
        for part in PurePosixPath(folder).parts:
            folders = self._tree(repository, tree)[1]
            if part not in folders:
                return {}
            tree = folders[part]
        return self._walked(repository, tree, PurePosixPath(folder))

    def _walked(self, repository: Repository, tree: str, folder: PurePosixPath) -> dict[str, str]:
        """Files below a folder; a recursive answer would be cut off at seven megabytes."""
        files, folders = self._tree(repository, tree)
        found = {str(folder / name): blob for name, blob in files.items()}
        for name, below in folders.items():
            found |= self._walked(repository, below, folder / name)
        return found

    def _tree(self, repository: Repository, sha: str) -> tuple[dict[str, str], dict[str, str]]:
        """Names of contents of the files, and of trees of the folders, in one folder."""
        truncated, lines = self._ask("列出文件", lambda: _lines(repository.tree(sha)))
        if truncated:
            raise ProtocolError("列出文件：一个文件夹里的文件太多，代码平台没有列全。请按年分开。")
        files = {name: sha for name, kind, sha in lines if kind == "blob"}
        return files, {name: sha for name, kind, sha in lines if kind == "tree"}


def _there(thing: Any) -> Any:
    """What github3 answers, which is None for an empty body."""
    if thing is None:
        raise ValueError
    return thing


def _renewed(session: Any, address: str, comment: str) -> None:
    """Change a comment; github3's own object of it fails where its account was deleted."""
    answer = session.patch(address, json={"body": comment})
    if answer.status_code != HTTPStatus.OK:
        raise github3.exceptions.error_for(answer)


def _described(pull: Any) -> _Pull:
    """A pull request, whose state GitHub tells in two places."""
    state: Literal["open", "merged", "closed"] = "merged" if pull.merged_at else pull.state
    if state not in ORDER or type(pull.number) is not int:
        raise ValueError
    return _Pull(pull.number, state, pull.head.label, _sha(pull.head.sha))


def _sha(value: object) -> str:
    """A commit's or a tree's name, which an answer could give as anything."""
    if not isinstance(value, str) or not re.fullmatch(r"[0-9a-f]{40}", value):
        raise ValueError
    return value


def _date(batch: Batch) -> str:
    """The moment as GitHub takes it; in UTC, as the local forge writes it."""
    return datetime.fromtimestamp(batch.stamp, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _entries(files: Mapping[str, bytes]) -> list[dict[str, str]]:
    """Files as lines of a tree, with their text in them: no call a file is needed."""
    try:
        return [
            {"path": path, "mode": "100644", "type": "blob", "content": content.decode("utf-8")}
            for path, content in files.items()
        ]
    except UnicodeDecodeError:
        reason = "批次里有不是 UTF-8 文字的文件，不能提交到代码平台。请重新生成这一批。"
    raise Rejected(reason)


def _changes(files: Iterable[Mapping[str, str]]) -> list[Change]:
    return [
        Change(file["filename"], file["sha"], KEPT[file["status"]])
        for file in files
        if file["status"] in KEPT
    ]


def _lines(tree: Any) -> tuple[bool, list[tuple[str, str, str]]]:
    """Whether a tree was cut off, and its lines: name, kind, sha."""
    return tree.truncated, [(line.path, line.type, _sha(line.sha)) for line in tree.tree]


def _decoded(blob: Any) -> bytes:
    if blob.encoding != "base64":
        raise ValueError
    return base64.b64decode(blob.content)
