"""GitHub as a forge: one commit, one branch, one pull request, whatever staff and time do."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from requests.adapters import HTTPAdapter

from doubles.github.server import Double
from doubles.office import (
    FILES,
    assert_once,
    commit,
    committed_locally,
    frozen,
    git,
    write,
)
from yanlu.intake.forge.github import GitHubForge
from yanlu.intake.forge.local import LocalGitForge
from yanlu.intake.forge.port import AuthLost, BaseGone, Batch, ProtocolError, Published, Rejected

Connect = Callable[..., GitHubForge]
NEW = "data/suggestions/2026/q7w2.md"


@pytest.fixture
def published(forge: GitHubForge, batch: Batch) -> Published:
    return forge.publish(batch)


def _state(forge: GitHubForge, published: Published) -> tuple[str, bool]:
    status = forge.status(published)
    return status.state, status.edited


def test_fifty_files_are_one_commit_and_eight_calls(
    double: Double, forge: GitHubForge, office: Path, batch: Batch
) -> None:
    files = {f"data/suggestions/2026/{n:04}.md": f"第{n}件\n".encode() for n in range(50)}
    many = frozen(batch.base, files=files)
    assert_once(double, office, many, forge.publish(many))
    repository = "/repos/shili/yanlu"
    assert double.calls == [
        f"GET {repository}",
        f"GET {repository}/git/ref/heads/main",
        f"GET {repository}/git/commits/{batch.base}",
        f"POST {repository}/git/trees",
        f"POST {repository}/git/commits",
        f"GET {repository}/pulls",
        f"POST {repository}/git/refs",
        f"POST {repository}/pulls",
    ]


def test_a_batch_is_proposed_in_its_own_words_by_the_bot(
    double: Double, batch: Batch, published: Published
) -> None:
    made = double.hub.bare.commit(published.commit)
    assert made
    assert made.author == made.committer
    assert made.author["email"] == "intake@yanlu.invalid"
    assert (made.message, made.parents) == (batch.message, (batch.base,))
    pull = double.hub.pulls[0]
    assert (pull.title, pull.body, pull.base) == (batch.title, batch.body, "main")


def test_publishing_again_finds_it_even_when_main_has_moved(
    double: Double, forge: GitHubForge, office: Path, batch: Batch, published: Published
) -> None:
    write(office, "data/office.toml", "reference = false\n")
    commit(office, "main has moved")
    git(office, "push", "-q", "origin", "main")
    assert forge.publish(batch) == published
    assert_once(double, office, batch, published)


class KilledError(BaseException):
    """The worker's end, wherever it was."""


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("nth", range(1, 9))
def test_killed_at_any_call_and_started_again_it_is_published_once(
    double: Double, connect: Connect, office: Path, batch: Batch,
    monkeypatch: pytest.MonkeyPatch, nth: int, moment: str,
) -> None:  # fmt: skip
    calls = 0
    send = HTTPAdapter.send

    def killing(*arguments: Any, **options: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == nth and moment == "before":
            raise KilledError
        response = send(*arguments, **options)
        if calls == nth:
            raise KilledError
        return response

    with monkeypatch.context() as patch:
        patch.setattr(HTTPAdapter, "send", killing)
        with pytest.raises(KilledError):
            connect().publish(batch)
    assert_once(double, office, batch, connect().publish(batch))


def test_a_merge_by_staff_publishes(
    forge: GitHubForge, published: Published, staff: Any, double: Double
) -> None:
    assert _state(forge, published) == ("open", False)
    staff.pull_request(1).merge(sha=published.commit)
    assert _state(forge, published) == ("merged", False)
    assert NEW in forge.listing(forge.head("main"), "data/suggestions")
    staff.ref(f"heads/{published.branch}").delete()
    assert _state(forge, published) == ("merged", False)
    git(double.hub.bare.path, "fsck", "--strict")


def test_an_edit_by_staff_counts_and_is_never_overwritten(
    forge: GitHubForge, batch: Batch, published: Published, office: Path, double: Double
) -> None:
    git(office, "fetch", "-q", "origin")
    git(office, "checkout", "-q", published.branch)
    write(office, NEW, "edited by staff\n")
    theirs = commit(office)
    git(office, "push", "-q", "origin", published.branch)
    assert forge.status(published).head == theirs
    assert _state(forge, published) == ("open", True)
    assert forge.publish(batch) == published
    assert double.hub.bare.ref(published.branch) == theirs
    git(office, "checkout", "-q", "main")
    git(office, "merge", "-q", "--no-edit", published.branch)
    git(office, "push", "-q", "origin", "main")
    assert _state(forge, published) == ("merged", True)


def test_a_branch_that_staff_forced_elsewhere_is_edited(
    forge: GitHubForge, batch: Batch, published: Published, office: Path, staff: Any
) -> None:
    git(office, "checkout", "-q", "-b", "theirs", batch.base)
    write(office, "data/suggestions/2026/theirs.md", "theirs\n")
    theirs = commit(office)
    git(office, "push", "-q", "origin", "theirs")
    staff.ref(f"heads/{published.branch}").update(theirs, force=True)
    assert _state(forge, published) == ("open", True)
    assert forge.publish(batch) == published
    staff.pull_request(1).merge()
    assert _state(forge, published) == ("merged", True)


def test_a_pull_request_that_staff_closed_is_returned_and_not_opened_again(
    forge: GitHubForge, batch: Batch, published: Published, staff: Any, double: Double
) -> None:
    staff.pull_request(1).close()
    staff.ref(f"heads/{published.branch}").delete()
    assert _state(forge, published) == ("closed", False)
    assert forge.publish(batch) == published
    assert (len(double.hub.pulls), double.hub.branches()) == (1, [])


def test_a_branch_that_was_deleted_closes_its_pull_request(
    forge: GitHubForge, published: Published, staff: Any
) -> None:
    staff.ref(f"heads/{published.branch}").delete()
    assert _state(forge, published) == ("closed", False)


def test_a_pull_request_that_is_gone_is_missing(forge: GitHubForge, published: Published) -> None:
    gone = Published("inbox/gone", published.commit, "7")
    status = forge.status(gone)
    assert (status.state, status.head) == ("missing", None)


@pytest.mark.parametrize("way", ["merge --squash", "cherry-pick -n"])
def test_files_that_came_to_main_by_another_way_are_merged_though_the_pull_request_is_closed(
    forge: GitHubForge, published: Published, office: Path, staff: Any, way: str
) -> None:
    git(office, "fetch", "-q", "origin")
    git(office, *way.split(), f"origin/{published.branch}")
    write(office, NEW, "edited by staff\n")
    commit(office)
    git(office, "push", "-q", "origin", "main")
    staff.pull_request(1).close()
    assert _state(forge, published) == ("merged", False)


def test_a_squash_by_staff_is_a_merge(forge: GitHubForge, published: Published, staff: Any) -> None:
    staff.pull_request(1).merge(merge_method="squash")
    assert _state(forge, published) == ("merged", False)


def test_a_branch_merged_before_it_had_a_pull_request_is_merged(
    double: Double, forge: GitHubForge, office: Path, batch: Batch
) -> None:
    double.fail("POST .*/pulls$", drop=True)
    with pytest.raises(Exception, match="提交审看"):
        forge.publish(batch)
    git(office, "fetch", "-q", "origin")
    git(office, "merge", "-q", "--ff-only", f"origin/{batch.branch}")
    git(office, "push", "-q", "origin", "main")
    published = forge.publish(batch)
    assert published.review == ""
    assert _state(forge, published) == ("merged", False)
    forge.annotate(published.review, ["待审看"], "请审看。")
    assert double.hub.pulls == []


def test_an_open_pull_request_counts_before_those_that_were_closed(
    forge: GitHubForge, batch: Batch, published: Published, staff: Any
) -> None:
    staff.pull_request(1).close()
    staff.create_pull("again, by staff", "main", batch.branch)
    assert forge.publish(batch).review == "2"
    assert forge.find(batch.id) == Published(batch.branch, published.commit, "2")


def test_other_pull_requests_are_never_taken_for_ours(
    double: Double, forge: GitHubForge, batch: Batch
) -> None:
    other = forge.publish(frozen(batch.base, "other"))
    listed: list[Any] = []
    double.fail("GET .*/pulls$", alter=lambda body: listed.extend(body) or body)
    assert forge.find("other") == other
    for _ in range(2):  # GitHub does not understand the filter, and lists them all
        double.fail("GET .*/pulls$", alter=lambda body: [*listed, *body])
    assert forge.find(batch.id) is None
    assert forge.publish(batch).review == "2"
    assert other.review == "1"


def test_a_batch_is_found_by_its_branch_where_it_has_no_pull_request(
    double: Double, forge: GitHubForge, batch: Batch
) -> None:
    double.hub.bare.create_ref(f"refs/heads/{batch.branch}", batch.base)
    assert forge.find(batch.id) == Published(batch.branch, batch.base, "")
    assert forge.find("nothing") is None


def test_a_rewritten_main_branch_refuses_what_stood_on_the_old_one(
    double: Double, forge: GitHubForge, office: Path, batch: Batch
) -> None:
    git(office, "checkout", "-q", "--orphan", "fresh")
    commit(office, "history purged")
    git(office, "push", "-q", "--force", "origin", "fresh:main")
    with pytest.raises(BaseGone, match="请重新成批"):
        forge.publish(batch)
    with pytest.raises(BaseGone):
        forge.publish(frozen("f" * 40))
    assert not any(call.startswith("POST") for call in double.calls)


def test_a_main_branch_that_is_not_there_is_named(connect: Connect, batch: Batch) -> None:
    with pytest.raises(Rejected, match="没有分支 trunk"):
        connect(main="trunk").publish(batch)


def test_files_of_a_commit_are_listed_and_read(
    forge: GitHubForge, office: Path, published: Published
) -> None:
    local = LocalGitForge(office, "main")
    git(office, "fetch", "-q", "origin")
    for folder in ("data/suggestions", "data", "data/nowhere", "data/office.toml"):
        names = forge.listing(published.commit, folder)
        if folder != "data/office.toml":
            assert names == local.listing(published.commit, folder)
    names = forge.listing(published.commit, "data/suggestions/2026")
    contents = forge.contents(names.values())
    assert {path: contents[name] for path, name in names.items()} == FILES


def test_a_list_that_was_cut_off_is_not_taken_for_whole(
    double: Double, forge: GitHubForge, batch: Batch
) -> None:
    double.fail("GET .*/git/trees/", alter=lambda body: body | {"truncated": True})
    with pytest.raises(ProtocolError, match="没有列全"):
        forge.listing(batch.base, "data")


def test_labels_and_comment_are_put_once(
    double: Double, forge: GitHubForge, published: Published
) -> None:
    double.hub.page = 2
    for said in ("一", "二", "请审看。", "请审看。"):
        forge.annotate(published.review, ["待审看"], said)
    double.fail("POST .*/comments", drop=True, effect=True)
    with pytest.raises(Exception, match="写评论"):
        forge.annotate(published.review, ["已编辑", "待审看"], "已由工作人员修改。")
    forge.annotate(published.review, ["已编辑", "待审看"], "已由工作人员修改。")
    pull = double.hub.pulls[0]
    assert pull.labels == ["待审看", "已编辑"]
    assert [said.body for said in pull.comments] == ["一", "二", "请审看。", "已由工作人员修改。"]


def test_comments_of_an_account_that_was_deleted_are_read(
    double: Double, forge: GitHubForge, published: Published
) -> None:
    forge.annotate(published.review, [], "请审看。")
    double.fail("GET .*/comments", alter=lambda body: [one | {"user": None} for one in body])
    forge.annotate(published.review, [], "请审看。")
    assert len(double.hub.pulls[0].comments) == 1


def test_a_comment_that_tells_the_state_is_one_however_often_it_changes(
    double: Double, forge: GitHubForge, published: Published
) -> None:
    forge.annotate(published.review, [], "请审看。")
    double.hub.page = 1
    double.fail("GET .*/comments", alter=lambda body: [one | {"user": None} for one in body])
    for said in ("预览\n三页", "预览\n四页", "预览\n四页"):
        forge.renew(published.review, "预览", said)
    assert [said.body for said in double.hub.pulls[0].comments] == ["请审看。", "预览\n四页"]
    assert [call.split()[0] for call in double.calls].count("PATCH") == 1


def test_a_comment_that_cannot_be_changed_is_told_and_not_said_twice(
    double: Double, forge: GitHubForge, published: Published
) -> None:
    forge.renew(published.review, "预览", "预览\n三页")
    double.fail("PATCH .*/comments/", status=403)
    with pytest.raises(Exception, match="写评论"):
        forge.renew(published.review, "预览", "预览\n四页")
    assert [said.body for said in double.hub.pulls[0].comments] == ["预览\n三页"]


def test_staff_reviews_do_not_disturb_a_proposal(
    forge: GitHubForge, published: Published, staff: Any
) -> None:
    pull = staff.pull_request(1)
    pull.create_review("请核对第二件", event="REQUEST_CHANGES")
    assert [review.state for review in pull.reviews()] == ["CHANGES_REQUESTED"]
    assert _state(forge, published) == ("open", False)


UNFIT = {
    "public": ({"private": False}, "公开"),
    "internal": ({"visibility": "internal"}, "公开"),
    "private by another word": ({"private": "yes"}, "公开"),
    "another host": ({"html_url": "https://github.example/shili/yanlu"}, "申报的主机"),
    "another name": ({"full_name": "shili/moved"}, "申报的主机"),
}


@pytest.mark.parametrize("case", UNFIT)
def test_nothing_is_sent_to_a_repository_that_is_not_private_and_as_declared(
    double: Double, forge: GitHubForge, batch: Batch, published: Published, case: str
) -> None:
    changes, words = UNFIT[case]
    repository = "GET /repos/shili/yanlu$"
    double.calls.clear()
    for act in (
        lambda: forge.publish(batch),
        lambda: forge.annotate(published.review, ["待审看"], "请审看。"),
        lambda: forge.renew(published.review, "预览", "预览\n三页"),
        lambda: forge.status(published),
    ):
        double.fail(repository, alter=lambda body: body | changes)
        with pytest.raises(Rejected, match=words):
            act()
    assert double.calls == ["GET /repos/shili/yanlu"] * 4


def test_a_repository_that_the_token_cannot_see_is_told(connect: Connect, batch: Batch) -> None:
    with pytest.raises(AuthLost, match="找不到这个仓库"):
        connect(name="elsewhere").publish(batch)


def test_health_tells_what_the_forge_says_and_refuses_nothing(
    double: Double, forge: GitHubForge
) -> None:
    double.hub.skew = 90
    health = forge.health()
    assert (health.private, health.host) == (True, "git.shili.example")
    assert health.skew == pytest.approx(90, abs=2)
    double.hub.private = False
    assert forge.health().private is False


def test_a_file_that_is_not_text_is_refused(
    double: Double, forge: GitHubForge, batch: Batch
) -> None:
    with pytest.raises(Rejected, match="UTF-8"):
        forge.publish(frozen(batch.base, files={"data/x.md": b"\xff"}))
    assert not any(call.startswith("POST") for call in double.calls)


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=TEXTS, message=TEXTS.map(str.strip).filter(bool))
def test_both_forges_make_the_same_commit_of_any_text(
    forge: GitHubForge, office: Path, batch: Batch, double: Double, text: str, message: str
) -> None:
    one = frozen(batch.base, "any", files={"data/x.md": text.encode()}, message=message)
    published = forge.publish(one)
    assert published.commit == committed_locally(office, one)
    double.hub.pulls.clear()
    subprocess.run(["git", "update-ref", "-d", "refs/heads/inbox/any"],
                   cwd=double.hub.bare.path, check=True)  # fmt: skip
