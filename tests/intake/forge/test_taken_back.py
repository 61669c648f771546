"""Through GitHub's double, with a real repository behind it: what is taken back, or turned down."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from doubles.github.server import Double
from doubles.office import commit, git, write
from intake.loop import ACT, DAY, TEXT, WORD, Loop, approve
from yanlu.errors import StoreError
from yanlu.intake import review, rights
from yanlu.intake.forge.github import GitHubForge
from yanlu.intake.store.database import opened
from yanlu.intake.store.records import history
from yanlu.packages.suggestions import Suggestion, read_suggestion


@pytest.fixture
def loop(tmp_path: Path, forge: GitHubForge) -> Iterator[Loop]:
    with opened(tmp_path / "store") as store:
        yield Loop(store, forge)


def _on_main(loop: Loop, name: str) -> Suggestion:
    """What anybody who builds the site would read."""
    names = loop.forge.listing(loop.forge.head("main"), "data/suggestions")
    blob = names[f"data/suggestions/2026/{name}.md"]
    return read_suggestion(loop.forge.contents([blob])[blob].decode())


def _published(loop: Loop, staff: Any) -> tuple[str, bytes]:
    name, secret = loop.approved()
    loop.work()
    staff.pull_request(1).merge()
    loop.work()
    assert _on_main(loop, name).text == TEXT
    return name, secret


@pytest.mark.parametrize("act", [rights.withdraw, rights.erase])
def test_a_published_suggestion_that_is_taken_back_becomes_a_tombstone_on_the_main_branch(
    loop: Loop, staff: Any, act: Any
) -> None:
    name, secret = _published(loop, staff)
    act(loop.store, secret, WORD, DAY)
    assert loop.work().proposed == 1
    assert "其中 1 条没有正文" in staff.pull_request(2).body
    assert "没有正文" not in staff.pull_request(1).body
    staff.pull_request(2).merge()
    loop.work()
    stone = _on_main(loop, name)
    assert (stone.title, stone.text, stone.reply) == ("", "", "")
    assert (stone.front["publication"], stone.front["fate"]) == ("removed", "withdrawn")
    assert loop.work().proposed == 0
    assert loop.of(name)["delivery"] == "merged"


def test_a_tombstone_that_staff_turn_down_is_proposed_again(loop: Loop, staff: Any) -> None:
    _, secret = _published(loop, staff)
    rights.withdraw(loop.store, secret, WORD, DAY)
    loop.work()
    staff.pull_request(2).close()
    loop.work()
    assert [pull.number for pull in staff.pull_requests(state="open")] == [3]


def test_taken_back_in_review_the_pull_request_says_so_once(
    loop: Loop, double: Double, staff: Any
) -> None:
    name, secret = loop.approved()
    loop.work()
    rights.withdraw(loop.store, secret, WORD, DAY)
    for _ in range(2):
        assert name in loop.work().alarms[0]
    (pull,) = double.hub.pulls
    assert pull.labels == ["本人撤回"]
    (comment,) = pull.comments
    assert name in comment.body
    assert TEXT not in comment.body
    staff.pull_request(1).close()
    loop.work()
    assert loop.of(name)["delivery"] == "kept"
    assert loop.work().proposed == 0


def test_what_was_closed_says_why_and_goes_out_again_only_when_staff_confirm_it(
    loop: Loop, double: Double, staff: Any
) -> None:
    name, _ = loop.approved()
    loop.work()
    staff.pull_request(1).close()
    loop.work()
    assert loop.of(name)["delivery"] == "returned"
    assert history(loop.store.main, name)[-1]["note"] == "审核被关闭，没有合并"
    assert loop.work().proposed == 0
    approve(loop.store, name)
    assert loop.work().proposed == 1
    first, second = (pull.head for pull in double.hub.pulls)
    assert first != second


def test_a_pull_request_that_is_opened_again_and_merged_is_followed(loop: Loop, staff: Any) -> None:
    name, secret = loop.approved()
    loop.work()
    staff.pull_request(1).close()
    loop.work()
    assert loop.of(name)["delivery"] == "returned"
    staff.pull_request(1).reopen()
    staff.pull_request(1).merge()
    loop.work()
    assert loop.of(name)["delivery"] == "merged"
    rights.withdraw(loop.store, secret, WORD, DAY)
    loop.work()
    staff.pull_request(2).merge()
    assert _on_main(loop, name).front["publication"] == "removed"


@pytest.mark.parametrize("with_branch", [True, False])
def test_a_branch_that_is_gone_takes_nothing_along(
    loop: Loop, double: Double, staff: Any, with_branch: bool
) -> None:
    """With its branch a pull request is closed; and GitHub may lose a pull request altogether."""
    name, _ = loop.approved()
    loop.work()
    staff.ref(f"heads/{double.hub.pulls[0].head}").delete()
    if not with_branch:
        double.hub.pulls.clear()
    loop.work()
    assert loop.of(name)["delivery"] == ("returned" if with_branch else "missing")
    assert loop.work().proposed == 0
    approve(loop.store, name)
    assert loop.work().proposed == 1


def test_what_staff_forced_onto_the_branch_is_what_counts_and_it_is_read_again(
    loop: Loop, double: Double, office: Path, staff: Any
) -> None:
    name, _ = loop.approved()
    loop.work()
    git(office, "fetch", "-q", "origin")
    git(office, "checkout", "-q", "-b", "theirs", f"origin/{double.hub.pulls[0].head}")
    path = f"data/suggestions/2026/{name}.md"
    edited = (office / path).read_text("utf-8").replace(TEXT, "建议装红绿灯，请打13912345678。")
    write(office, path, edited)
    git(office, "commit", "-q", "-a", "--amend", "-m", "theirs")
    git(office, "push", "-q", "--force", "origin", f"theirs:{double.hub.pulls[0].head}")
    assert loop.work().settled == 0
    staff.pull_request(1).merge()
    done = loop.work()
    assert "装红绿灯，请打" in _on_main(loop, name).text
    (alarm,) = done.alarms
    assert f"{name}（电话" in alarm
    assert "13912345678" not in alarm
    steps = history(loop.store.main, name)
    assert steps[-1]["note"] == "工作人员在分支上改过"


def test_squashed_without_any_of_its_files_all_were_left_out(
    loop: Loop, double: Double, office: Path, staff: Any
) -> None:
    name, _ = loop.approved()
    loop.work()
    git(office, "fetch", "-q", "origin")
    git(office, "checkout", "-q", "-b", "theirs", f"origin/{double.hub.pulls[0].head}")
    git(office, "rm", "-q", f"data/suggestions/2026/{name}.md")
    commit(office, "leave it out")
    git(office, "push", "-q", "origin", f"theirs:{double.hub.pulls[0].head}")
    staff.pull_request(1).merge(merge_method="squash")
    assert loop.work().alarms == ()
    assert loop.work().alarms == ()
    assert loop.of(name)["delivery"] == "returned"
    assert history(loop.store.main, name)[-1]["note"] == "合并的时候去掉了这一条"


def test_after_main_was_rewritten_the_old_branch_is_named_and_the_batch_is_made_anew(
    loop: Loop, double: Double, office: Path
) -> None:
    name, _ = loop.approved()
    double.fail("POST .*/pulls$", drop=True)
    loop.work()
    (old,) = double.hub.branches()
    git(office, "checkout", "-q", "--orphan", "fresh")
    commit(office, "history purged")
    git(office, "push", "-q", "--force", "origin", "fresh:main")
    (alarm,) = loop.work(now=1_790_100_000).alarms
    assert old in alarm
    assert "不要合并" in alarm
    assert loop.work(now=1_790_100_001).proposed == 1
    assert loop.of(name)["delivery"] == "in-review"
    assert [pull.head != old for pull in double.hub.pulls] == [True]


def test_what_vanished_with_mains_history_is_told_and_waits_until_it_is_put_back(
    loop: Loop, double: Double, office: Path, staff: Any
) -> None:
    before = git(office, "rev-parse", "main")
    name, secret = _published(loop, staff)
    open_one, _ = loop.approved()
    assert loop.work().alarms == ()
    git(office, "fetch", "-q", "origin", "main:whole")
    git(office, "push", "-q", "--force", "origin", f"{before}:main")
    for _ in range(2):  # until it is mended, and nothing is published by itself
        alarms = " ".join(loop.work().alarms)
        assert f"有 1 条在主分支上不见了（{name}）" in alarms
        assert "还立在旧的历史上" in alarms
        assert TEXT not in alarms
    assert (loop.of(name)["delivery"], loop.of(open_one)["delivery"]) == ("vanished", "in-review")
    assert [pull.state for pull in double.hub.pulls] == ["closed", "open"]
    assert double.hub.pulls[1].labels == ["不要合并"]
    stage = rights.stage(loop.store, secret)
    assert stage is not None
    assert stage.published is None
    git(office, "push", "-q", "origin", "whole:main")
    assert loop.work().alarms == ()
    assert loop.of(name)["delivery"] == "merged"
    steps = [h["what"] for h in history(loop.store.main, name)]
    assert steps[-2:] == ["off-main", "back-on-main"]


def test_merged_and_rewritten_away_unseen_it_is_no_suggestion_that_staff_left_out(
    loop: Loop, office: Path, staff: Any
) -> None:
    before = git(office, "rev-parse", "main")
    name, _ = loop.approved()
    loop.work()
    staff.pull_request(1).merge()
    git(office, "fetch", "-q", "origin", "main:whole")
    git(office, "push", "-q", "--force", "origin", f"{before}:main")
    done = loop.work()
    assert done.settled == 1
    assert f"不见了（{name}）" in done.alarms[0]
    assert loop.of(name)["delivery"] == "vanished"
    git(office, "push", "-q", "origin", "whole:main")
    assert loop.work().alarms == ()
    assert loop.of(name)["delivery"] == "merged"


def test_what_is_taken_back_while_it_is_off_main_leaves_a_tombstone(
    loop: Loop, office: Path, staff: Any
) -> None:
    before = git(office, "rev-parse", "main")
    name, secret = _published(loop, staff)
    git(office, "push", "-q", "--force", "origin", f"{before}:main")
    loop.work()
    rights.withdraw(loop.store, secret, WORD, DAY)
    assert loop.work().proposed == 1
    staff.pull_request(2).merge()
    loop.work()
    assert _on_main(loop, name).front["publication"] == "removed"
    assert loop.of(name)["delivery"] == "merged"


def test_whatever_staff_turn_down_cannot_be_confirmed_once_it_is_taken_back(
    loop: Loop, staff: Any
) -> None:
    name, secret = loop.approved()
    loop.work()
    staff.pull_request(1).close()
    loop.work()
    rights.withdraw(loop.store, secret, WORD, DAY)
    with pytest.raises(StoreError, match="本人已经撤回"):
        approve(loop.store, name)
    with pytest.raises(StoreError, match="本人已经撤回"):
        review.send_back(loop.store, name, "再看", ACT)
