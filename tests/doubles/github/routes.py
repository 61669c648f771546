"""What the double does at each operation of the description."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from doubles.github import bodies
from doubles.github.bare import BareError, Made
from doubles.github.hub import Hub, Pull, RefusedError, Said, person


@dataclass(frozen=True)
class Asked:
    """A request, read and checked."""

    values: Mapping[str, str]
    query: Mapping[str, str]
    body: Any
    login: str
    authorization: str


@dataclass
class Answer:
    """A status and a JSON body; `items` is a whole list, of which a page is sent."""

    status: int
    body: Any = None
    items: list[Any] | None = None
    headers: dict[str, str] = field(default_factory=dict)


def repository(hub: Hub, _: Asked) -> Answer:
    return Answer(200, bodies.repository(hub))


def get_ref(hub: Hub, asked: Asked) -> Answer:
    name = f"refs/{asked.values['ref']}"
    return Answer(200, bodies.reference(hub, name, _found(hub.bare.ref(name))))


def create_ref(hub: Hub, asked: Asked) -> Answer:
    hub.bare.create_ref(asked.body["ref"], asked.body["sha"])
    return Answer(201, bodies.reference(hub, asked.body["ref"], asked.body["sha"]))


def move_ref(hub: Hub, asked: Asked) -> Answer:
    name, sha = f"refs/{asked.values['ref']}", asked.body["sha"]
    hub.bare.move_ref(name, sha, force=asked.body.get("force", False))
    return Answer(200, bodies.reference(hub, name, sha))


def delete_ref(hub: Hub, asked: Asked) -> Answer:
    hub.bare.delete_ref(f"refs/{asked.values['ref']}")
    return Answer(204)


def get_git_commit(hub: Hub, asked: Asked) -> Answer:
    return Answer(200, bodies.git_commit(hub, _commit(hub, asked.values["commit_sha"])))


def create_commit(hub: Hub, asked: Asked) -> Answer:
    self_made = person(asked.login, hub.now())
    author = asked.body.get("author", self_made)
    committer = asked.body.get("committer", author)
    body = asked.body
    sha = hub.bare.create_commit(body["tree"], body["parents"], body["message"], author, committer)
    return Answer(201, bodies.git_commit(hub, _commit(hub, sha)))


def get_commit(hub: Hub, asked: Asked) -> Answer:
    made = hub.bare.commit(asked.values["ref"])
    if made is None:
        raise RefusedError(422, f"No commit found for SHA: {asked.values['ref']}")
    return Answer(200, bodies.commit(hub, made))


def compare(hub: Hub, asked: Asked) -> Answer:
    basehead = asked.values["basehead"]
    older, newer = (_commit(hub, name) for name in basehead.split("..."))
    fork = hub.bare.merge_base(older.sha, newer.sha)
    return Answer(200, bodies.comparison(hub, basehead, older, newer, _commit(hub, _found(fork))))


def get_tree(hub: Hub, asked: Asked) -> Answer:
    sha = asked.values["tree_sha"]
    entries = hub.bare.tree(sha, recursive="recursive" in asked.query)
    return Answer(200, bodies.tree(hub, sha, _found(entries)))


def create_tree(hub: Hub, asked: Asked) -> Answer:
    sha = hub.bare.create_tree(asked.body["tree"], asked.body.get("base_tree"))
    return Answer(201, bodies.tree(hub, sha, hub.bare.tree(sha, recursive=False) or []))


def get_blob(hub: Hub, asked: Asked) -> Answer:
    sha = asked.values["file_sha"]
    return Answer(200, bodies.blob(hub, sha, _found(hub.bare.blob(sha))))


def list_pulls(hub: Hub, asked: Asked) -> Answer:
    state, head = asked.query.get("state", "open"), asked.query.get("head", "")
    owner, _, branch = head.partition(":")
    chosen = [
        bodies.pull(hub, pull, full=False)
        for pull in reversed(hub.pulls)
        if state in ("all", pull.state)
        # a filter that is no `owner:branch` is ignored, as GitHub does
        and (not branch or (owner == hub.owner and pull.head == branch))
        and asked.query.get("base", pull.base) == pull.base
    ]
    return Answer(200, items=chosen)


def create_pull(hub: Hub, asked: Asked) -> Answer:
    body, head = asked.body, asked.body["head"].split(":")[-1]
    sha = hub.bare.ref(f"refs/heads/{head}") or ""
    number, now = len(hub.pulls) + 1, hub.now()
    pull = Pull(
        number, body["title"], body.get("body", ""), head, body["base"], sha, asked.login, now
    )
    return Answer(201, bodies.pull(hub, hub.open(pull), full=True))


def get_pull(hub: Hub, asked: Asked) -> Answer:
    return Answer(200, bodies.pull(hub, _pull(hub, asked), full=True))


def update_pull(hub: Hub, asked: Asked) -> Answer:
    pull = _pull(hub, asked)
    pull.title = asked.body.get("title", pull.title)
    if asked.body.get("state") == "closed" and pull.state == "open":
        hub.close(pull)
    elif asked.body.get("state") == "open" and not pull.merged:
        pull.state, pull.closed = "open", None
    return Answer(200, bodies.pull(hub, pull, full=True))


def merge(hub: Hub, asked: Asked) -> Answer:
    pull = _pull(hub, asked)
    if asked.body.get("sha", pull.sha) != pull.sha:
        raise RefusedError(409, "Head branch was modified. Review and try the merge again.")
    squash = asked.body.get("merge_method") == "squash"
    sha = hub.merge(pull, asked.login, squash=squash)
    return Answer(200, {"sha": sha, "merged": True, "message": "Pull Request successfully merged"})


def list_reviews(hub: Hub, asked: Asked) -> Answer:
    pull = _pull(hub, asked)
    return Answer(200, items=[bodies.review(hub, pull, said) for said in pull.reviews])


def create_review(hub: Hub, asked: Asked) -> Answer:
    pull = _pull(hub, asked)
    states = {"APPROVE": "APPROVED", "REQUEST_CHANGES": "CHANGES_REQUESTED", "COMMENT": "COMMENTED"}
    state = states.get(asked.body.get("event", ""), "PENDING")
    said = _said(hub, pull.reviews, asked, state=state, commit=pull.sha)
    return Answer(200, bodies.review(hub, pull, said))


def get_issue(hub: Hub, asked: Asked) -> Answer:
    return Answer(200, bodies.issue(hub, _pull(hub, asked)))


def add_labels(hub: Hub, asked: Asked) -> Answer:
    pull = _pull(hub, asked)
    given = asked.body["labels"] if isinstance(asked.body, dict) else asked.body
    pull.labels = list(dict.fromkeys([*pull.labels, *given]))
    return Answer(200, [bodies.label(hub, name) for name in pull.labels])


def list_comments(hub: Hub, asked: Asked) -> Answer:
    pull = _pull(hub, asked)
    return Answer(200, items=[bodies.comment(hub, pull, said) for said in pull.comments])


def create_comment(hub: Hub, asked: Asked) -> Answer:
    pull = _pull(hub, asked)
    return Answer(201, bodies.comment(hub, pull, _said(hub, pull.comments, asked)))


def update_comment(hub: Hub, asked: Asked) -> Answer:
    pull, place = hub.comment(int(asked.values["comment_id"]))
    pull.comments[place] = replace(pull.comments[place], body=asked.body["body"])
    return Answer(200, bodies.comment(hub, pull, pull.comments[place]))


def installation_token(hub: Hub, asked: Asked) -> Answer:
    installation = int(asked.values["installation_id"])
    token, until = hub.installation_token(asked.authorization, installation)
    return Answer(201, {"token": token, "expires_at": bodies.moment(until)})


def _pull(hub: Hub, asked: Asked) -> Pull:
    return hub.pull(int(asked.values.get("pull_number") or asked.values["issue_number"]))


def _said(hub: Hub, list_: list[Said], asked: Asked, **more: str) -> Said:
    said = Said(hub.said() + 1, asked.login, asked.body.get("body", ""), hub.now(), **more)
    list_.append(said)
    return said


def _commit(hub: Hub, name: str) -> Made:
    made: Made = _found(hub.bare.commit(name))
    return made


def _found(value: Any) -> Any:
    if value is None:
        raise RefusedError(404, "Not Found")
    return value


HANDLERS: Mapping[str, Callable[[Hub, Asked], Answer]] = {
    "apps/create-installation-access-token": installation_token,
    "git/create-commit": create_commit,
    "git/create-ref": create_ref,
    "git/create-tree": create_tree,
    "git/delete-ref": delete_ref,
    "git/get-blob": get_blob,
    "git/get-commit": get_git_commit,
    "git/get-ref": get_ref,
    "git/get-tree": get_tree,
    "git/update-ref": move_ref,
    "issues/add-labels": add_labels,
    "issues/create-comment": create_comment,
    "issues/get": get_issue,
    "issues/list-comments": list_comments,
    "issues/update-comment": update_comment,
    "pulls/create": create_pull,
    "pulls/create-review": create_review,
    "pulls/get": get_pull,
    "pulls/list": list_pulls,
    "pulls/list-reviews": list_reviews,
    "pulls/merge": merge,
    "pulls/update": update_pull,
    "repos/compare-commits-with-basehead": compare,
    "repos/get": repository,
    "repos/get-commit": get_commit,
}


def answer(hub: Hub, operation: str, asked: Asked) -> Answer:
    """The answer to a checked request; refusals in GitHub's words."""
    hub.settle()
    try:
        return HANDLERS[operation](hub, asked)
    except BareError as error:
        return refusal(422, str(error))
    except RefusedError as error:
        return refusal(error.status, str(error), error.code)


def refusal(status: int, message: str, code: str = "") -> Answer:
    """An error in GitHub's shape."""
    body: dict[str, Any] = {"message": message, "documentation_url": "https://docs.example/rest"}
    if status == 422 and code:
        body["errors"] = [{"code": "custom", "message": code}]
    return Answer(status, body)
