"""The double does what GitHub does, where the intake depends on it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import github3
import pytest
import requests

from doubles.github.server import Double
from doubles.office import commit, git, write
from yanlu.intake.forge.github import GitHubForge
from yanlu.intake.forge.port import Batch, Published


@pytest.fixture
def published(forge: GitHubForge, batch: Batch) -> Published:
    return forge.publish(batch)


def _get(double: Double, path: str, **headers: str) -> requests.Response:
    token = next(iter(double.hub.tokens))
    known = {"Authorization": f"token {token}", "X-GitHub-Api-Version": "2022-11-28"}
    return requests.get(double.hub.repo + path, headers=known | headers, timeout=5)


def test_a_branch_is_created_once_and_moved_forward_only(
    staff: Any, batch: Batch, published: Published
) -> None:
    for ref, sha in ((f"refs/heads/{published.branch}", batch.base), ("refs/heads/x", "0" * 40)):
        with pytest.raises(github3.exceptions.UnprocessableEntity):
            staff.create_ref(ref, sha)
    branch = staff.ref(f"heads/{published.branch}")
    with pytest.raises(github3.exceptions.UnprocessableEntity, match="not a fast forward"):
        branch.update(batch.base)
    assert branch.update(batch.base, force=True)
    assert branch.delete()
    with pytest.raises(github3.exceptions.NotFoundError):
        staff.ref(f"heads/{published.branch}")


def test_a_second_pull_request_of_a_branch_is_refused(staff: Any, published: Published) -> None:
    with pytest.raises(github3.exceptions.UnprocessableEntity) as refused:
        staff.create_pull("again", "main", published.branch)
    assert "already exists" in str(refused.value.errors)
    for base, head in (("main", "nowhere"), ("nowhere", published.branch), ("main", "main")):
        with pytest.raises(github3.exceptions.UnprocessableEntity):
            staff.create_pull("wrong", base, head)


@pytest.mark.usefixtures("published")
def test_a_pull_request_is_an_issue_too(staff: Any) -> None:
    pull = staff.pull_request(1)
    issue = pull.issue()
    assert (issue.number, issue.title) == (pull.number, pull.title)
    assert issue.pull_request().number == 1
    with pytest.raises(github3.exceptions.NotFoundError):
        staff.issue(2)


def test_merging_makes_a_real_merge_and_tells_when_it_cannot(
    double: Double, staff: Any, office: Path, published: Published
) -> None:
    with pytest.raises(github3.exceptions.Conflict):
        staff.pull_request(1).merge(sha="0" * 40)
    write(office, "data/suggestions/2026/q7w2.md", "in the way\n")
    commit(office)
    git(office, "push", "-q", "origin", "main")
    with pytest.raises(github3.exceptions.MethodNotAllowed):
        staff.pull_request(1).merge()
    git(office, "push", "-q", "--force", "origin", "main~1:main")
    assert staff.pull_request(1).merge()
    merged = staff.pull_request(1)
    made = double.hub.bare.commit(merged.merge_commit_sha)
    assert made
    assert made.parents[1] == published.commit
    assert made.sha == double.hub.bare.ref("main")
    git(double.hub.bare.path, "fsck", "--strict")


@pytest.mark.usefixtures("published")
def test_a_closed_pull_request_may_be_opened_again(staff: Any) -> None:
    pull = staff.pull_request(1)
    pull.close()
    assert staff.pull_request(1).state == "closed"
    pull.reopen()
    assert staff.pull_request(1).state == "open"


def test_renderings_come_with_the_media_type_only(double: Double, published: Published) -> None:
    full = _get(double, f"/pulls/{published.review}", Accept="application/vnd.github.v3.full+json")
    plain = _get(double, f"/pulls/{published.review}", Accept="application/json")
    assert {"body_html", "body_text"} <= full.json().keys()
    assert not {"body_html", "body_text"} & plain.json().keys()


def test_lists_come_in_pages(double: Double, forge: GitHubForge, published: Published) -> None:
    for number in range(5):
        forge.annotate(published.review, [], str(number))
    double.hub.page = 2
    first = _get(double, "/issues/1/comments?per_page=100")
    second = requests.get(first.links["next"]["url"], headers=first.request.headers, timeout=5)
    assert [len(page.json()) for page in (first, second)] == [2, 2]
    assert "/repositories/1/issues/1/comments" in first.links["next"]["url"]


def test_what_has_not_changed_is_not_sent_again(double: Double) -> None:
    first = _get(double, "")
    again = _get(double, "", **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    double.hub.private = False
    assert _get(double, "", **{"If-None-Match": first.headers["ETag"]}).status_code == 200


@pytest.mark.parametrize("header", ["", "token unknown", "Basic eDp5", "Bearer"])
def test_without_a_good_token_there_is_no_answer(double: Double, header: str) -> None:
    assert _get(double, "", Authorization=header).status_code == 401


def test_the_repository_can_be_cloned(double: Double, published: Published, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", "-b", published.branch, str(double.hub.bare.path), "copy")
    assert git(tmp_path / "copy", "rev-parse", "HEAD") == published.commit
