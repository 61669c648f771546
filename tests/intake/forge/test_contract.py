"""Three parties, one description: our client, the double, and what github3.py needs."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator
from typing import Any

import github3.git
import github3.issues.comment
import github3.issues.issue
import github3.issues.label
import github3.pulls
import github3.repos.commit
import github3.repos.comparison
import github3.repos.repo
import github3.users
import pytest
import requests

from doubles.github import contract
from doubles.github.contract import operation, request_faults
from doubles.github.server import Double, serve
from yanlu.intake.forge.github import GitHubForge
from yanlu.intake.forge.port import Batch

MODELS = {
    "full-repository": github3.repos.repo.Repository,
    "repository": github3.repos.repo.ShortRepository,
    "git-ref": github3.git.Reference,
    "git-commit": github3.git.Commit,
    "git-tree": github3.git.Tree,
    "blob": github3.git.Blob,
    "commit": github3.repos.commit.RepoCommit,
    "commit-comparison": github3.repos.comparison.Comparison,
    "pull-request": github3.pulls.PullRequest,
    "pull-request-simple": github3.pulls.ShortPullRequest,
    "pull-request-review": github3.pulls.PullReview,
    "issue": github3.issues.issue.Issue,
    "issue-comment": github3.issues.comment.IssueComment,
    "label": github3.issues.label.ShortLabel,
    "simple-user": github3.users.ShortUser,
}


def _needed(model: type) -> Iterator[str]:
    """The keys that a model takes without asking whether they are there."""
    for part in model.__mro__:
        if "_update_attributes" not in vars(part):
            continue
        source = textwrap.dedent(inspect.getsource(vars(part)["_update_attributes"]))
        function = ast.parse(source).body[0]
        assert isinstance(function, ast.FunctionDef)
        answer = function.args.args[1].arg
        for node in ast.walk(function):
            if (
                isinstance(node, ast.Subscript)
                and isinstance(node.value, ast.Name)
                and node.value.id == answer
                and isinstance(node.slice, ast.Constant)
            ):
                yield str(node.slice.value)


@pytest.mark.parametrize("schema", MODELS)
def test_github3_needs_no_key_that_github_does_not_promise(schema: str) -> None:
    needed = set(_needed(MODELS[schema]))
    assert needed
    assert needed <= contract.properties(schema) | contract.MEDIA


@pytest.mark.parametrize("schema", MODELS)
def test_the_least_that_github_promises_is_what_it_describes(schema: str) -> None:
    least = contract.filled(schema, "http://127.0.0.1")
    faults = contract.faults_of(contract.reference(schema), least)
    assert [fault for fault in faults if "too short" not in fault] == []


def test_a_request_that_github_does_not_know_is_caught() -> None:
    asked = operation("POST", "/repos/shili/yanlu/git/refs")
    assert asked
    good = {"ref": "refs/heads/x", "sha": "0" * 40}
    assert request_faults(asked, {}, good) == []
    wrong: list[tuple[dict[str, str], Any]] = [
        ({}, good | {"key": "unknown"}), ({}, {"ref": "refs/heads/x"}), ({}, good | {"sha": 1}),
        ({}, []), ({}, None), ({"page": "1"}, good),
    ]  # fmt: skip
    assert all(request_faults(asked, query, body) for query, body in wrong)
    assert operation("POST", "/repos/shili/yanlu/hooks") is None


def test_an_answer_that_github_would_not_give_is_caught() -> None:
    asked = operation("GET", "/repos/shili/yanlu/git/ref/heads/main")
    assert asked
    sha = "0" * 40
    object_ = {"type": "commit", "sha": sha, "url": "http://127.0.0.1"}
    good = {"ref": "refs/heads/main", "node_id": "", "url": "http://127.0.0.1", "object": object_}
    assert contract.answer_faults(asked, 200, good) == []
    for status, body in ((200, good | {"new": 1}), (200, {}), (200, None), (418, good)):
        assert contract.answer_faults(asked, status, body)


def test_the_double_records_what_its_clients_get_wrong(double: Double) -> None:
    token = next(iter(double.hub.tokens))
    headers = {"Authorization": f"token {token}"}
    with serve(double.hub) as own:
        for path, body in (("/git/refs", {"ref": 1}), ("/hooks", {}), ("/pulls", {"draft": "no"})):
            asked = requests.post(own.hub.repo + path, json=body, headers=headers, timeout=5)
            assert asked.status_code in (400, 404)
        assert len(own.violations) >= 3


def test_everything_that_is_described_is_answered_by_the_double(
    double: Double, forge: GitHubForge, batch: Batch
) -> None:
    from doubles.github.routes import HANDLERS

    described = {
        method["operationId"]
        for path in contract.SPEC["paths"].values()
        for method in path.values()
    }
    assert set(HANDLERS) == described
    assert forge.publish(batch).review == "1"
    assert double.violations == []
