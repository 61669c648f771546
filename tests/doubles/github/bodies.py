"""The double's answers, each made from what GitHub's description requires."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import Any

from doubles.github.bare import Entry, Made
from doubles.github.contract import filled
from doubles.github.hub import Hub, Pull, Said

LETTERS = {"A": "added", "M": "modified", "D": "removed", "T": "changed"}


def user(hub: Hub, login: str) -> dict[str, Any]:
    """An account."""
    kind = "Bot" if login.endswith("[bot]") else "User"
    address = f"{hub.address}/users/{login}"
    return filled("simple-user", hub.address, login=login, id=7, type=kind, url=address)


def repository(hub: Hub, schema: str = "full-repository") -> dict[str, Any]:
    """The repository, in full or as others hold it."""
    full = f"{hub.owner}/{hub.name}"
    return filled(
        schema, hub.address, id=1, name=hub.name, full_name=full, private=hub.private,
        owner=user(hub, hub.owner), url=hub.repo, html_url=f"https://{hub.host}/{full}",
        default_branch="main", has_downloads=True,
        permissions={"admin": False, "pull": True, "push": hub.writes},
    )  # fmt: skip


def reference(hub: Hub, name: str, sha: str) -> dict[str, Any]:
    """A branch."""
    object_ = {"type": "commit", "sha": sha, "url": f"{hub.repo}/git/commits/{sha}"}
    address = f"{hub.repo}/git/{name}"
    return filled("git-ref", hub.address, ref=name, url=address, object=object_)


def git_commit(hub: Hub, made: Made) -> dict[str, Any]:
    """A commit as git's own data."""
    return filled(
        "git-commit", hub.address, sha=made.sha, url=f"{hub.repo}/git/commits/{made.sha}",
        author=made.author, committer=made.committer, message=made.message,
        tree=_tree_link(hub, made), parents=_parents(hub, made, "git/commits"),
        verification=_unsigned(),
    )  # fmt: skip


def commit(hub: Hub, made: Made) -> dict[str, Any]:
    """A commit as the repository shows it, with its files."""
    address = f"{hub.repo}/commits/{made.sha}"
    inner = {
        "url": f"{hub.repo}/git/commits/{made.sha}", "author": made.author,
        "committer": made.committer, "message": made.message, "comment_count": 0,
        "tree": _tree_link(hub, made), "verification": _unsigned(),
    }  # fmt: skip
    files = [
        filled("diff-entry", hub.address, sha=sha, filename=path, status=LETTERS[letter])
        for letter, sha, path in hub.bare.changes(made.sha)
    ]
    return filled(
        "commit", hub.address, sha=made.sha, url=address, commit=inner, author=None, committer=None,
        parents=_parents(hub, made, "commits"), files=files,
        stats={"additions": 0, "deletions": 0, "total": 0},
    )  # fmt: skip


def comparison(hub: Hub, basehead: str, older: Made, newer: Made, fork: Made) -> dict[str, Any]:
    """How two commits stand to each other."""
    ahead = hub.bare.between(older.sha, newer.sha)
    behind = hub.bare.between(newer.sha, older.sha)
    kinds = {(False, False): "identical", (True, False): "ahead", (False, True): "behind"}
    made = [hub.bare.commit(sha) for sha in ahead[:250]]
    return filled(
        "commit-comparison", hub.address, url=f"{hub.repo}/compare/{basehead}",
        status=kinds.get((bool(ahead), bool(behind)), "diverged"),
        base_commit=commit(hub, older), merge_base_commit=commit(hub, fork),
        ahead_by=len(ahead), behind_by=len(behind), total_commits=len(ahead),
        commits=[commit(hub, one) for one in made if one], files=[],
    )  # fmt: skip


def tree(hub: Hub, sha: str, entries: list[Entry]) -> dict[str, Any]:
    """A tree."""
    kinds = {"blob": "blobs", "tree": "trees", "commit": "commits"}
    lines = [
        {
            "path": e.path, "mode": e.mode, "type": e.type, "sha": e.sha,
            "url": f"{hub.repo}/git/{kinds[e.type]}/{e.sha}",
            **({} if e.size is None else {"size": e.size}),
        }
        for e in entries
    ]  # fmt: skip
    address = f"{hub.repo}/git/trees/{sha}"
    return filled("git-tree", hub.address, sha=sha, url=address, tree=lines, truncated=False)


def blob(hub: Hub, sha: str, content: bytes) -> dict[str, Any]:
    """A content, in lines of base64."""
    return filled(
        "blob", hub.address, sha=sha, url=f"{hub.repo}/git/blobs/{sha}", size=len(content),
        content=base64.encodebytes(content).decode(), encoding="base64",
    )  # fmt: skip


def pull(hub: Hub, one: Pull, *, full: bool) -> dict[str, Any]:
    """A pull request, alone or as a list shows it."""
    address, issue = f"{hub.repo}/pulls/{one.number}", f"{hub.repo}/issues/{one.number}"
    schema = "pull-request" if full else "pull-request-simple"
    known: dict[str, Any] = {
        "id": 1000 + one.number, "number": one.number, "url": address, "issue_url": issue,
        "html_url": f"https://{hub.host}/{hub.owner}/{hub.name}/pull/{one.number}",
        "comments_url": f"{issue}/comments", "title": one.title, "body": one.body,
        "user": user(hub, one.login), "state": one.state, "locked": False,
        "active_lock_reason": None, "assignees": [], "draft": False, "requested_reviewers": [],
        "requested_teams": [], "merge_commit_sha": one.merge_sha,
        "created_at": moment(one.created), "updated_at": moment(one.closed or one.created),
        "closed_at": moment(one.closed), "merged_at": moment(one.merged),
        "labels": [label(hub, name) for name in one.labels],
        "head": _end(hub, one.head, one.sha),
        "base": _end(hub, one.base, hub.bare.ref(f"refs/heads/{one.base}") or one.sha),
        "_links": {
            name: {"href": href} for name, href in (
                ("self", address), ("html", address), ("issue", issue),
                ("comments", f"{issue}/comments"), ("review_comments", f"{address}/comments"),
                ("review_comment", f"{address}/comments/0"), ("commits", f"{address}/commits"),
                ("statuses", f"{hub.repo}/statuses/{one.sha}"),
            )
        },
    }  # fmt: skip
    if full:
        known["merged"] = one.merged is not None
    return filled(schema, hub.address, **known)


def issue(hub: Hub, one: Pull) -> dict[str, Any]:
    """A pull request as the issue that it is too."""
    address = f"{hub.repo}/issues/{one.number}"
    link = f"{hub.repo}/pulls/{one.number}"
    return filled(
        "issue", hub.address, id=1000 + one.number, number=one.number, url=address,
        comments_url=f"{address}/comments", title=one.title, body=one.body,
        user=user(hub, one.login), state=one.state, comments=len(one.comments), assignees=[],
        labels=[label(hub, name) for name in one.labels], created_at=moment(one.created),
        updated_at=moment(one.created), closed_at=moment(one.closed), closed_by=None,
        pull_request=dict.fromkeys(("diff_url", "html_url", "patch_url", "url"), link),
    )  # fmt: skip


def label(hub: Hub, name: str) -> dict[str, Any]:
    """A label."""
    address = f"{hub.repo}/labels/{name}"
    return filled("label", hub.address, name=name, url=address, color="ededed")


def comment(hub: Hub, one: Pull, said: Said) -> dict[str, Any]:
    """A comment on a pull request's issue."""
    return filled(
        "issue-comment", hub.address, id=said.id, url=f"{hub.repo}/issues/comments/{said.id}",
        issue_url=f"{hub.repo}/issues/{one.number}", user=user(hub, said.login), body=said.body,
        author_association="MEMBER", created_at=moment(said.moment), updated_at=moment(said.moment),
    )  # fmt: skip


def review(hub: Hub, one: Pull, said: Said) -> dict[str, Any]:
    """A review of a pull request."""
    address = f"{hub.repo}/pulls/{one.number}"
    return filled(
        "pull-request-review", hub.address, id=said.id, user=user(hub, said.login), body=said.body,
        state=said.state, commit_id=said.commit, pull_request_url=address,
        submitted_at=moment(said.moment), author_association="MEMBER",
    )  # fmt: skip


def moment(value: datetime | None) -> str | None:
    """A moment as GitHub writes it."""
    return value.strftime("%Y-%m-%dT%H:%M:%SZ") if value else None


def _end(hub: Hub, branch: str, sha: str) -> dict[str, Any]:
    return {
        "label": f"{hub.owner}:{branch}", "ref": branch, "sha": sha,
        "user": user(hub, hub.owner), "repo": repository(hub, "repository"),
    }  # fmt: skip


def _tree_link(hub: Hub, made: Made) -> dict[str, Any]:
    return {"sha": made.tree, "url": f"{hub.repo}/git/trees/{made.tree}"}


def _parents(hub: Hub, made: Made, folder: str) -> list[dict[str, Any]]:
    return [
        {"sha": sha, "url": f"{hub.repo}/{folder}/{sha}", "html_url": f"{hub.address}/unused"}
        for sha in made.parents
    ]


def _unsigned() -> dict[str, Any]:
    return {"verified": False, "reason": "unsigned", "signature": None, "payload": None,
            "verified_at": None}  # fmt: skip
