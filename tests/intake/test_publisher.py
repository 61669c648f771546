"""Batches in local git: frozen once, proposed once, and what staff do to them comes back."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from intake.arrivals import arrival
from yanlu.errors import StoreError
from yanlu.intake import review
from yanlu.intake.batches import Policy
from yanlu.intake.consent import give_way
from yanlu.intake.forge.local import LocalGitForge
from yanlu.intake.forge.port import AuthLost, Retry
from yanlu.intake.lease import SECONDS, take
from yanlu.intake.publisher import Publisher, Round, work
from yanlu.intake.store.database import change, opened, rows, write
from yanlu.intake.store.records import happen, history
from yanlu.intake.store.writer import commit
from yanlu.packages.suggestions import read_suggestion

DAY, NOW = date(2026, 11, 25), 1_790_000_000  # a Wednesday
ANY = Policy(None, 1)


@dataclass
class Office:
    """A repository, a store, and the publisher between them."""

    folder: Path
    publisher: Publisher

    def git(self, *arguments: str) -> str:
        done = subprocess.run(
            ["git", "-C", self.folder, *arguments], check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    def work(self, now: int = NOW, **changed: Any) -> Round:
        return work(replace(self.publisher, **changed), now, DAY)

    def approved(self, **wanted: Any) -> str:
        """A suggestion that a person has confirmed."""
        one = arrival(**wanted)
        commit(self.publisher.store, [one], 0)

        def confirm(main: Any) -> None:
            said = {"title": "修路灯", "text": "建议修好路灯。", "publication": one.wish}
            text = json.dumps(said, ensure_ascii=False)
            query = "UPDATE submission SET confirmed=?, delivery='approved', fate='registered'"
            change(main, f"{query} WHERE id = ?", (text, one.id))
            happen(main, one.id, "2026-11-25", "screened", by="王某")
            happen(main, one.id, "2026-11-25", "registered", by="王某", body="body-urban")

        write(self.publisher.store.main, confirm)
        return one.id

    def of(self, name: str) -> dict[str, Any]:
        return rows(self.publisher.store.main, "SELECT * FROM submission WHERE id = ?", (name,))[0]

    def branches(self) -> list[str]:
        return self.git("branch", "--list", "inbox/*", "--format=%(refname:short)").split()

    def published(self, name: str) -> str:
        return (self.folder / "data" / "suggestions" / "2026" / f"{name}.md").read_text("utf-8")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    folder = tmp_path / "portal"
    for arguments in (
        ["init", "-q", "-b", "main", str(folder)],
        ["-C", str(folder), "config", "user.name", "Staff"],
        ["-C", str(folder), "config", "user.email", "staff@office.example"],
    ):
        subprocess.run(["git", *arguments], check=True)
    (folder / "README.md").write_text("portal", "utf-8")
    with opened(tmp_path / "store") as store:
        lease = take(store, "publisher", "a", NOW)
        assert lease is not None
        made = Office(
            folder,
            Publisher(
                store,
                lease,
                LocalGitForge(folder, "main"),
                ANY,
                "main",
                lambda code: code,
                frozenset(),
            ),
        )
        made.git("add", ".")
        made.git("commit", "-qm", "Begin")
        yield made


def test_a_batch_is_one_commit_by_the_bot_that_holds_only_what_was_confirmed(
    office: Office,
) -> None:
    names = sorted(office.approved() for _ in range(3))
    assert office.work().proposed == 1
    (branch,) = office.branches()
    assert office.git("rev-list", "--count", f"main..{branch}") == "1"
    shown = office.git("show", "--format=%an %ae %cn %cI", "--name-only", branch)
    assert "王某" not in shown
    assert shown.splitlines()[0].endswith("2026-11-24T16:00:00+00:00")  # midnight in China
    assert shown.split()[-3:] == [f"data/suggestions/2026/{name}.md" for name in names]
    assert [office.of(name)["delivery"] for name in names] == ["in-review"] * 3


def test_merging_the_branch_publishes(office: Office) -> None:
    name = office.approved()
    office.work()
    assert office.work().settled == 0
    office.git("merge", "-q", *office.branches())
    assert office.work().settled == 1
    assert office.of(name)["delivery"] == "merged"
    suggestion = read_suggestion(office.published(name))
    assert (suggestion.title, suggestion.text) == ("修路灯", "建议修好路灯。")
    assert suggestion.front["month"] == "2026-11"


def test_what_staff_took_out_of_a_batch_is_returned_and_the_rest_is_merged(office: Office) -> None:
    names = sorted(office.approved() for _ in range(2))
    office.work()
    (branch,) = office.branches()
    office.git("checkout", "-q", branch)
    office.git("rm", "-q", f"data/suggestions/2026/{names[0]}.md")
    office.git("commit", "-qm", "Leave one out")
    office.git("checkout", "-q", "main")
    office.git("merge", "-q", branch)
    office.work()
    assert [office.of(name)["delivery"] for name in names] == ["returned", "merged"]
    assert history(office.publisher.store.main, names[1])[-1]["note"] == "工作人员在分支上改过"


def _squashed(office: Office, names: list[str], branch: str) -> None:
    """One was edited, the other left out; then squashed into main, and the branch deleted."""
    office.git("checkout", "-q", branch)
    office.git("rm", "-q", f"data/suggestions/2026/{names[1]}.md")
    path = office.folder / "data" / "suggestions" / "2026" / f"{names[0]}.md"
    path.write_text(path.read_text("utf-8").replace("建议修好", "建议尽快修好"), "utf-8")
    office.git("commit", "-qam", "Leave one out")
    office.git("checkout", "-q", "main")
    office.git("merge", "-q", "--squash", branch)
    office.git("commit", "-qm", "A batch")
    office.git("branch", "-qD", branch)


def _rewritten(office: Office, names: list[str], branch: str) -> None:
    """Merged, then main was thrown back, and one of the two was put back by hand."""
    before = office.git("rev-parse", "main")
    office.git("merge", "-q", "--no-ff", branch)
    office.git("branch", "-qD", branch)
    office.git("branch", "whole")
    office.git("reset", "-q", "--hard", before)
    office.git("checkout", "-q", "whole", "--", f"data/suggestions/2026/{names[0]}.md")
    office.git("commit", "-qm", "Put one back")


@pytest.mark.parametrize("staff", [_squashed, _rewritten])
def test_squashed_and_deleted_or_rewritten_unseen_what_is_not_there_is_told_and_waits_for_staff(
    office: Office, staff: Callable[[Office, list[str], str], None]
) -> None:
    names = sorted(office.approved() for _ in range(2))
    office.work()
    (branch,) = office.branches()
    staff(office, names, branch)
    (alarm,) = office.work().alarms
    assert f"{branch} 已经删去，主分支上没有其中的 {names[1]}，分不清" in alarm
    assert "再确认一次" in alarm
    assert [office.of(name)["delivery"] for name in names] == ["merged", "missing"]
    assert office.work() == Round()
    store = office.publisher.store
    review.send_back(store, names[1], "不公布", review.Act("王某", DAY))
    assert office.of(names[1])["delivery"] == "kept"


def test_what_a_rewritten_main_has_lost_is_known_again_once_it_is_put_back(office: Office) -> None:
    names = sorted(office.approved() for _ in range(2))
    office.work()
    _rewritten(office, names, *office.branches())
    office.work()
    office.git("merge", "-q", "--no-edit", "whole")
    assert office.work().alarms == ()
    assert [office.of(name)["delivery"] for name in names] == ["merged", "merged"]


def test_a_proposal_that_was_given_up_and_is_merged_all_the_same_is_followed(
    office: Office,
) -> None:
    name = office.approved()
    office.work()
    (branch,) = office.branches()
    commit = office.git("rev-parse", branch)
    office.git("branch", "-qD", branch)
    office.work()
    assert office.of(name)["delivery"] == "missing"
    office.git("merge", "-q", commit)
    assert office.work() == Round()
    assert office.of(name)["delivery"] == "merged"
    store = office.publisher.store
    assert history(store.main, name)[-1]["what"] == "published"
    change(store.main, "UPDATE submission SET wish = 'unlisted' WHERE id = ?", (name,))
    write(store.main, lambda main: give_way(main, name))
    office.work()
    office.git("merge", "-q", *office.branches())
    assert read_suggestion(office.published(name)).front["publication"] == "removed"


def test_a_branch_that_was_deleted_is_missing_and_not_proposed_again_by_itself(
    office: Office,
) -> None:
    name = office.approved()
    office.work()
    office.git("branch", "-qD", *office.branches())
    office.work()
    assert office.of(name)["delivery"] == "missing"
    assert office.work() == Round()
    assert office.branches() == []


def test_a_rewritten_main_branch_makes_another_batch_of_the_same_items(office: Office) -> None:
    name = office.approved()
    office.work(forge=_Dropping(office.publisher.forge, before=True), now=NOW)
    office.git("commit", "-q", "--amend", "-m", "Rewritten")
    office.git("reflog", "expire", "--expire=now", "--all")
    office.work(now=NOW + 10_000)
    assert office.of(name)["delivery"] == "approved"
    office.work(now=NOW + 10_001)
    assert office.of(name)["delivery"] == "in-review"


@pytest.mark.parametrize("before", [True, False])
def test_a_lost_answer_leads_to_the_same_commit_once(office: Office, before: bool) -> None:
    office.approved()
    alarms = office.work(forge=_Dropping(office.publisher.forge, before=before)).alarms
    assert alarms == ("网络中断。",)
    tips = [office.git("rev-parse", branch) for branch in office.branches()]
    assert len(tips) == (0 if before else 1)
    assert office.work(now=NOW + 10_000).proposed == 1
    (branch,) = office.branches()
    assert tips in ([], [office.git("rev-parse", branch)])


def test_it_waits_as_the_forge_asks_and_longer_each_time(office: Office) -> None:
    office.approved()
    waits = []
    for _ in range(3):
        now = NOW + 1_000_000 * (len(waits) + 1)
        office.work(now=now, forge=_Dropping(office.publisher.forge, before=True))
        waits.append(
            rows(office.publisher.store.main, "SELECT next_try FROM batch")[0]["next_try"] - now
        )
    assert 60 <= waits[0] <= 75
    assert waits == sorted(waits)
    assert office.work(now=now).alarms == ()  # not due yet: it is not even asked


def test_a_lost_token_is_probed_hourly_and_nothing_is_lost(office: Office) -> None:
    name = office.approved()
    office.work(forge=_Dropping(office.publisher.forge, before=True, error=AuthLost("令牌失效。")))
    batch = rows(office.publisher.store.main, "SELECT next_try FROM batch")[0]
    assert batch["next_try"] >= NOW + 3600
    assert office.of(name)["delivery"] == "frozen"


def test_batches_wait_for_their_weekday_and_for_enough_items(office: Office) -> None:
    office.approved()
    assert office.work(policy=Policy(None, 2)) == Round()
    office.approved()
    assert office.work(policy=Policy(3, 2)) == Round()
    assert office.work(policy=Policy(2, 2)).proposed == 1


def test_withdrawn_in_review_and_merged_all_the_same_it_gives_way_to_a_tombstone(
    office: Office,
) -> None:
    name = office.approved()
    office.work()
    store = office.publisher.store
    change(store.main, "UPDATE submission SET fate = 'withdrawn' WHERE id = ?", (name,))
    happen(store.main, name, "2026-11-25", "withdrawn", by="writer")
    office.git("merge", "-q", *office.branches())
    office.work()
    newest = office.branches()
    office.git("merge", "-q", *newest)
    office.work()
    stone = read_suggestion(office.published(name))
    assert (stone.title, stone.text, stone.front["publication"]) == ("", "", "removed")
    assert office.of(name)["delivery"] == "merged"
    assert office.work() == Round()


def test_fates_that_staff_write_into_git_become_those_of_the_store(office: Office) -> None:
    name = office.approved()
    office.work()
    office.git("merge", "-q", *office.branches())
    office.work()
    path = office.folder / "data" / "suggestions" / "2026" / f"{name}.md"
    path.write_text(office.published(name).replace("fate: registered", "fate: forwarded"), "utf-8")
    office.git("commit", "-qam", "Forward")
    office.work()
    assert office.of(name)["fate"] == "forwarded"
    assert history(office.publisher.store.main, name)[-1]["what"] == "forwarded"


def test_a_telephone_number_that_staff_put_into_a_merged_text_raises_the_alarm(
    office: Office,
) -> None:
    name = office.approved()
    office.work()
    (branch,) = office.branches()
    office.git("checkout", "-q", branch)
    path = office.folder / "data" / "suggestions" / "2026" / f"{name}.md"
    path.write_text(office.published(name) + "请打13912345678。\n", "utf-8")
    office.git("commit", "-qam", "Add a number")
    office.git("checkout", "-q", "main")
    office.git("merge", "-q", branch)
    for _ in range(2):  # until it is mended
        (alarm,) = office.work().alarms
        assert f"{name}（电话" in alarm
        assert "13912345678" not in alarm
    path.write_text(office.published(name).replace("请打13912345678。", ""), "utf-8")
    office.git("commit", "-qam", "Mend it")
    assert office.work().alarms == ()


def test_a_broken_file_in_git_is_an_alarm_and_holds_nothing_else_up(office: Office) -> None:
    name = office.approved()
    office.work()
    office.git("merge", "-q", *office.branches())
    office.work()
    path = office.folder / "data" / "suggestions" / "2026" / f"{name}.md"
    path.write_text("没有头部", "utf-8")
    office.git("commit", "-qam", "Break it")
    other = office.approved()
    done = office.work()
    assert done.proposed == 1
    assert any("缺少头部" in alarm for alarm in done.alarms)
    assert office.of(other)["delivery"] == "in-review"


def test_whoever_lost_the_lease_writes_nothing_any_more(office: Office) -> None:
    name = office.approved()
    assert take(office.publisher.store, "publisher", "b", NOW) is None
    assert take(office.publisher.store, "publisher", "b", NOW + SECONDS + 1) is not None
    with suppress(StoreError):
        office.work()
    assert office.of(name)["delivery"] == "approved"
    assert office.branches() == []


class _Dropping:
    """A forge whose answer to `publish` is lost, before or after it took effect."""

    def __init__(self, forge: Any, *, before: bool, error: Exception | None = None) -> None:
        self._forge, self._before = forge, before
        self._error = error or Retry("网络中断。", 1.0)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._forge, name)

    def publish(self, batch: Any) -> Any:
        if not self._before:
            self._forge.publish(batch)
        raise self._error
