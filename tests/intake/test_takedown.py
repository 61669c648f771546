"""What a writer takes back is public no longer, wherever it was on its way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from intake.loop import (
    ACT,
    DAY,
    NOW,
    OFFICE_KEY,
    OTHER,
    SUMMARY,
    TEXT,
    WORD,
    LocalLoop,
    approve,
    git,
    local_loop,
    send,
)
from yanlu.errors import StoreError
from yanlu.intake import review, rights
from yanlu.intake.batches import Policy
from yanlu.intake.books import read_books
from yanlu.intake.forge.port import Retry
from yanlu.intake.persons import Decision, expected
from yanlu.intake.queues import without_page
from yanlu.intake.redact import confirm
from yanlu.intake.retention import Terms, clear
from yanlu.intake.seal import AGE
from yanlu.intake.seconding import ask_removal, refuse, second
from yanlu.intake.store.database import change, rows
from yanlu.intake.store.records import history
from yanlu.model import Fate, Month
from yanlu.packages.suggestions import Earlier, write_suggestion
from yanlu.register.history import taken_back

TAKES_BACK = {
    "withdraws": rights.withdraw,
    "erases": rights.erase,
    "allows nothing any more": lambda store, secret, word, day: rights.correct(
        store, secret, word, "unlisted", day
    ),
}
changes_mind = pytest.mark.parametrize("how", TAKES_BACK)


@pytest.fixture
def loop(tmp_path: Path) -> Iterator[LocalLoop]:
    with local_loop(tmp_path) as made:
        yield made


class _Down:
    """A forge that cannot be reached."""

    def __init__(self, forge: Any) -> None:
        self._forge = forge

    def __getattr__(self, name: str) -> Any:
        return getattr(self._forge, name)

    def publish(self, _batch: Any) -> Any:
        raise Retry("网络中断。", 1.0)


def _merged(loop: LocalLoop, **changed: str) -> tuple[str, bytes]:
    name, secret = loop.approved(**changed)
    loop.work()
    loop.merge()
    loop.work()
    assert loop.published(name).text == TEXT
    return name, secret


def _take_back(loop: LocalLoop, how: str, secret: bytes) -> None:
    TAKES_BACK[how](loop.store, secret, WORD, DAY)


@changes_mind
def test_before_it_is_in_a_batch_it_never_reaches_git_and_others_do(
    loop: LocalLoop, how: str
) -> None:
    (name, secret), (other, _) = loop.approved(), loop.approved()
    _take_back(loop, how, secret)
    assert loop.work().alarms == ()
    loop.merge()
    loop.work()
    assert loop.of(name)["delivery"] == "kept"
    assert loop.published(other).text == TEXT
    assert name.encode() not in loop.objects()


@changes_mind
def test_in_a_batch_that_waits_for_the_forge_it_never_reaches_git_and_others_do(
    loop: LocalLoop, how: str
) -> None:
    (name, secret), (other, _) = loop.approved(), loop.approved()
    loop.work(forge=_Down(loop.forge))
    assert loop.of(name)["delivery"] == "frozen"
    _take_back(loop, how, secret)
    loop.work(now=NOW + 10_000)
    loop.work(now=NOW + 10_001)
    loop.merge()
    loop.work(now=NOW + 10_002)
    assert loop.of(name)["delivery"] == "kept"
    assert loop.published(other).text == TEXT
    assert name.encode() not in loop.objects()


@changes_mind
def test_in_review_staff_are_told_in_every_round_and_its_text_is_not_quoted(
    loop: LocalLoop, how: str
) -> None:
    name, secret = loop.approved()
    loop.work()
    _take_back(loop, how, secret)
    for _ in range(2):
        (alarm,) = loop.work().alarms
        assert name in alarm
        assert "请先从这个分支里去掉" in alarm
        assert TEXT not in alarm


@pytest.mark.parametrize("how", ["withdraws", "erases"])
def test_in_review_and_then_refused_it_is_forgotten_and_cannot_be_confirmed_again(
    loop: LocalLoop, how: str
) -> None:
    name, secret = loop.approved()
    loop.work()
    _take_back(loop, how, secret)
    loop.refuse()
    loop.work()
    assert loop.of(name)["delivery"] == "kept"
    for clear_text in (TEXT, "路口装红绿灯"):
        assert clear_text.encode() not in loop.files()
    with pytest.raises(StoreError, match="本人已经撤回或者删除"):
        review.send_back(loop.store, name, "再看看", ACT)
    assert loop.work().proposed == 0


@changes_mind
def test_in_review_and_merged_all_the_same_it_gives_way_to_a_tombstone(
    loop: LocalLoop, how: str
) -> None:
    name, secret = loop.approved()
    loop.work()
    _take_back(loop, how, secret)
    loop.merge()
    done = loop.work()
    assert (done.settled, done.proposed) == (1, 1)
    loop.merge()
    loop.work()
    _assert_stone(loop, name)


def _assert_stone(loop: LocalLoop, name: str) -> None:
    stone = loop.published(name)
    assert (stone.title, stone.text, stone.reply) == ("", "", "")
    assert stone.front["publication"] == "removed"
    assert loop.of(name)["delivery"] == "merged"
    assert loop.work() == loop.work()
    assert loop.branches() == []


@changes_mind
def test_what_is_published_gives_way_to_a_tombstone_that_is_proposed_until_it_stands(
    loop: LocalLoop, how: str
) -> None:
    name, secret = _merged(loop)
    assert rights.stage(loop.store, secret).published == name  # type: ignore[union-attr]
    _take_back(loop, how, secret)
    assert rights.stage(loop.store, secret).published is None  # type: ignore[union-attr]
    for _ in range(2):
        loop.work()
        assert len(loop.branches()) == 1
        loop.refuse()
        loop.work()
    loop.merge()
    loop.work()
    _assert_stone(loop, name)
    assert rights.stage(loop.store, secret).published is None  # type: ignore[union-attr]


def test_a_tombstone_on_its_way_cannot_be_stopped_by_staff(loop: LocalLoop) -> None:
    name, secret = _merged(loop)
    rights.withdraw(loop.store, secret, WORD, DAY)
    with pytest.raises(StoreError, match="本人已经撤回"):
        review.send_back(loop.store, name, "不撤", ACT)
    with pytest.raises(StoreError, match="本人已经撤回"):
        approve(loop.store, name)
    assert loop.of(name)["delivery"] == "approved"


def test_words_that_were_narrowed_to_a_summary_are_taken_down_and_a_summary_may_stand(
    loop: LocalLoop,
) -> None:
    name, secret = _merged(loop, consent_summary="yes")
    assert loop.published(name).front["publication"] == "words"
    rights.correct(loop.store, secret, WORD, "summary", DAY)
    loop.work()
    loop.merge()
    loop.work()
    _assert_stone(loop, name)
    stone = loop.path(name).read_text("utf-8")
    summary = stone.replace("publication: removed", "publication: summary")
    loop.path(name).write_text(f"{summary}\n# 红绿灯\n\n建议装红绿灯。\n", "utf-8")
    git(loop.folder, "commit", "-qam", "A summary")
    assert loop.work().alarms == ()
    assert loop.branches() == []
    assert rights.stage(loop.store, secret).published == name  # type: ignore[union-attr]


ANSWER = "采纳，明年安装。"
EARLIER = (Earlier("2026-10", "正在研究。"),)


def _answered(loop: LocalLoop) -> tuple[str, bytes]:
    """Published in the writer's words and answered in git, by a reply that was corrected once."""
    name, secret = _merged(loop, consent_summary="yes")
    page = loop.published(name)
    step = {"state": "replied", "month": "2026-11", "body": "body-transport"}
    history = [*page.front["history"], step]
    front = {**page.front, "fate": "replied", "outcome": "adopted", "history": history}
    text = write_suggestion(replace(page, front=front, reply=ANSWER, earlier=EARLIER))
    _write(loop, name, text)
    loop.work()
    assert loop.of(name)["fate"] == "replied"
    return name, secret


def _write(loop: LocalLoop, name: str, text: str) -> None:
    """As a member of staff would, on the main branch."""
    loop.path(name).write_text(text, "utf-8")
    git(loop.folder, "commit", "-qam", "By hand")


def _send_back(loop: LocalLoop, name: str) -> None:
    review.send_back(loop.store, name, "再看看", ACT)


def _rounds(loop: LocalLoop) -> None:
    loop.work()
    loop.merge()
    assert loop.work().alarms == ()


def test_what_is_published_is_not_confirmed_again_and_keeps_its_reply(loop: LocalLoop) -> None:
    name, _ = _answered(loop)
    before = git(loop.folder, "rev-parse", "HEAD~1")
    with pytest.raises(StoreError, match="已经在 git 里（已公布），不能再确认"):
        approve(loop.store, name)
    git(loop.folder, "branch", "whole")
    git(loop.folder, "reset", "-q", "--hard", f"{before}~1")
    loop.work()
    for act in (lambda: approve(loop.store, name), lambda: _send_back(loop, name)):
        with pytest.raises(StoreError, match="主分支上不见了"):
            act()
    git(loop.folder, "reset", "-q", "--hard", "whole")
    assert loop.work().proposed == 0
    assert (loop.of(name)["delivery"], loop.of(name)["fate"]) == ("merged", "replied")
    assert loop.published(name).reply == ANSWER


def test_narrowed_to_a_summary_an_answered_page_comes_back_with_its_answer(
    loop: LocalLoop,
) -> None:
    name, secret = _answered(loop)
    front = loop.published(name).front
    rights.correct(loop.store, secret, WORD, "summary", DAY)
    with pytest.raises(StoreError, match="正要撤下"):
        review.send_back(loop.store, name, "不撤", ACT)
    _rounds(loop)
    _assert_stone(loop, name)
    assert [held["id"] for held in without_page(loop.store)] == [name]
    approve(loop.store, name, SUMMARY)
    assert without_page(loop.store) == []
    _rounds(loop)
    page = loop.published(name)
    mark = {"month": "2026-11", "what": "撤下以后，换上了重新确认的文字。"}
    assert page.front == {**front, "publication": "summary", "amended": [mark]}
    assert (
        list(taken_back(loop.folder, None, Month.parse("2026-11"))) == []
    )  # as `yanlu check` looks at it
    assert (page.text, page.reply, page.earlier) == (SUMMARY, ANSWER, EARLIER)
    assert (loop.of(name)["delivery"], loop.of(name)["fate"]) == ("merged", "replied")
    assert [h["what"] for h in history(loop.store.main, name)].count("registered") == 1
    read_books(loop.store, Month.parse("2026-11"))  # balances


@pytest.mark.parametrize("wish", ["summary", "unlisted"])
def test_the_answer_of_a_page_that_is_down_is_read_with_code_and_word(
    loop: LocalLoop, wish: str
) -> None:
    name, secret = _answered(loop)
    assert rights.held(loop.store, AGE, secret, WORD).replies == []  # it stands on the page
    rights.correct(loop.store, secret, WORD, wish, DAY)
    _rounds(loop)
    _assert_stone(loop, name)
    held = rights.held(loop.store, AGE, secret, WORD)
    assert (held.down, held.replies) == (True, [rights.Reply("adopted", ANSWER)])
    stage = rights.stage(loop.store, secret)
    assert stage is not None
    assert (stage.published, stage.down, stage.erased) == (None, True, False)
    rights.erase(loop.store, secret, WORD, DAY)
    stage = rights.stage(loop.store, secret)
    assert stage is not None
    assert stage.erased
    assert ANSWER.encode() not in loop.files()


def test_a_summary_that_is_taken_back_leaves_the_tombstone(loop: LocalLoop) -> None:
    name, secret = _merged(loop, consent_summary="yes")
    rights.correct(loop.store, secret, WORD, "summary", DAY)
    _rounds(loop)
    approve(loop.store, name, SUMMARY)
    _send_back(loop, name)
    assert loop.work().proposed == 0
    _assert_stone(loop, name)
    assert [held["id"] for held in without_page(loop.store)] == [name]
    approve(loop.store, name, SUMMARY)  # and may be confirmed again
    with pytest.raises(StoreError, match="已经在 git 里"):
        review.move(loop.store, name, Fate.FORWARDED, ACT)
    rights.correct(loop.store, secret, WORD, "unlisted", DAY)  # or its writer has had enough
    assert loop.work().alarms == ()
    _assert_stone(loop, name)
    assert without_page(loop.store) == []


def test_what_came_down_by_hand_does_not_come_back_without_its_answer(loop: LocalLoop) -> None:
    name, _ = _answered(loop)
    page = loop.published(name)
    stone = replace(page, front={**page.front, "publication": "removed"}, title="", text="")
    _write(loop, name, write_suggestion(replace(stone, reply="", earlier=())))
    loop.work()
    approve(loop.store, name)
    (alarm,) = loop.work().alarms
    assert f"{name} 不能成批：撤下的那一页有回复" in alarm
    _write(loop, name, write_suggestion(stone))  # the answer alone
    _rounds(loop)
    assert (loop.published(name).text, loop.published(name).reply) == (TEXT, ANSWER)


def test_a_writer_who_withdraws_in_that_moment_is_not_overruled(
    loop: LocalLoop, monkeypatch: pytest.MonkeyPatch
) -> None:
    from yanlu.intake import mergers

    lead, _ = loop.approved(consent_words="")
    name, secret = send(loop.store)
    write = review.write_act

    def late(store: Any, act: Any) -> Any:
        with monkeypatch.context() as undone:
            undone.setattr(review, "write_act", write)
            rights.withdraw(loop.store, secret, WORD, DAY)
        return write(store, act)

    said = confirm("同一个路口", by="王某", keep=frozenset())
    monkeypatch.setattr(mergers, "write_act", late)
    with pytest.raises(StoreError):
        mergers.merge(loop.store, name, lead, said, ACT)
    monkeypatch.setattr(review, "write_act", late)
    name, secret = send(loop.store)
    with pytest.raises(StoreError):
        review.move(loop.store, name, Fate.SCREENED, ACT)
    assert {r["fate"] for r in rows(loop.store.main, "SELECT fate FROM submission")} == {
        "registered", "withdrawn",
    }  # fmt: skip


def test_words_that_staff_put_up_by_hand_beyond_consent_are_taken_down(loop: LocalLoop) -> None:
    name, _ = loop.approved(consent_words="", consent_summary="yes")
    loop.work()
    loop.merge()
    loop.work()
    text = loop.path(name).read_text("utf-8")
    loop.path(name).write_text(text.replace("publication: summary", "publication: words"), "utf-8")
    git(loop.folder, "commit", "-qam", "The words")
    loop.work()
    loop.merge()
    loop.work()
    assert loop.published(name).front["publication"] == "removed"


def test_a_summary_that_staff_put_in_the_place_of_words_alone_is_taken_down(
    loop: LocalLoop,
) -> None:
    name, _ = _merged(loop)
    text = loop.path(name).read_text("utf-8")
    loop.path(name).write_text(text.replace("publication: words", "publication: summary"), "utf-8")
    git(loop.folder, "commit", "-qam", "A summary")
    loop.work()
    loop.merge()
    loop.work()
    assert loop.published(name).front["publication"] == "removed"


def test_narrowed_before_it_went_out_it_is_confirmed_anew(loop: LocalLoop) -> None:
    name, secret = loop.approved(consent_summary="yes")
    rights.correct(loop.store, secret, WORD, "summary", DAY)
    held = loop.of(name)
    assert (held["delivery"], held["confirmed"]) == ("waiting", None)
    assert loop.work().proposed == 0
    approve(loop.store, name, "建议装红绿灯。")
    loop.work()
    loop.merge()
    head = loop.published(name).front
    assert head["publication"] == "summary"
    assert [step["state"] for step in head["history"]] == ["received", "screened", "registered"]


def test_a_tombstone_waits_for_the_day_of_batches_and_not_for_company(loop: LocalLoop) -> None:
    name, secret = _merged(loop)
    rights.withdraw(loop.store, secret, WORD, DAY)
    other, _ = loop.approved()
    loop.terms["policy"] = Policy((DAY.weekday() + 1) % 7, 5)
    assert loop.work().proposed == 0
    loop.terms["policy"] = Policy(DAY.weekday(), 5)
    assert loop.work().proposed == 1
    assert loop.of(name)["delivery"] == "in-review"
    assert loop.of(other)["delivery"] == "approved"


def test_of_a_child_nothing_is_ever_in_git_whatever_the_record_says(loop: LocalLoop) -> None:
    name, _ = send(loop.store, child="yes", consent_summary="yes")
    approve(loop.store, name)
    assert loop.of(name)["delivery"] == "kept"
    change(
        loop.store.main,
        "UPDATE submission SET wish = 'words', delivery = 'approved' WHERE id = ?",
        (name,),
    )
    assert any(name in alarm for alarm in loop.work().alarms)
    assert loop.branches() == []
    assert name.encode() not in loop.objects()


def test_one_that_cannot_be_written_holds_no_other_up(loop: LocalLoop) -> None:
    (broken, _), (other, _) = loop.approved(), loop.approved()
    change(loop.store.main, "UPDATE submission SET confirmed = NULL WHERE id = ?", (broken,))
    done = loop.work()
    assert done.proposed == 1
    assert any(broken in alarm for alarm in done.alarms)
    assert loop.of(other)["delivery"] == "in-review"


def test_erased_in_review_its_text_is_in_no_file_once_the_batch_is_settled(
    loop: LocalLoop,
) -> None:
    _, secret = loop.approved()
    loop.work()
    rights.erase(loop.store, secret, WORD, DAY)
    loop.merge()
    loop.work()
    assert TEXT.encode() not in loop.files()


def test_with_the_writing_the_replies_and_notes_about_it_go(loop: LocalLoop) -> None:
    name, secret = send(loop.store, consent_words="")
    approve(loop.store, name)
    answer = confirm("您说的那个路口明年装红绿灯。", by="王某", keep=frozenset())
    review.reply(loop.store, name, "adopted", answer, ACT)
    before = [(h["number"], h["what"], h["by"]) for h in history(loop.store.main, name)]
    rights.erase(loop.store, secret, WORD, DAY)
    after = history(loop.store.main, name)
    assert [(h["number"], h["what"], h["by"]) for h in after[:-1]] == before
    assert {h["note"] for h in after} == {None}
    assert "那个路口".encode() not in loop.files()


def test_published_is_not_handled_together_and_refused_is_not_handed_back(
    loop: LocalLoop,
) -> None:
    """Two words that tables of fates and of deliveries share must not meet in a history."""
    name, secret = _merged(loop)
    other, other_secret = loop.approved()
    loop.work()
    loop.refuse()
    loop.work()
    assert loop.of(other)["delivery"] == "missing"
    for one in (secret, other_secret):
        stage = rights.stage(loop.store, one)
        assert stage is not None
        assert [shown for shown, _ in stage.history] == ["已收到", "已审看", "已登记"]
    assert "published" in [h["what"] for h in history(loop.store.main, name)]


def test_publication_is_no_answer_and_ends_no_term(loop: LocalLoop) -> None:
    name, _ = _merged(loop)
    clear(loop.store, Terms(90, 180), DAY + timedelta(days=1000), 0)
    assert loop.of(name)["contact"] is not None


def test_what_is_studied_anew_is_not_answered_yet(loop: LocalLoop) -> None:
    name, _ = send(loop.store, consent_words="")
    approve(loop.store, name)
    answer = confirm("明年装。", by="王某", keep=frozenset())
    review.reply(loop.store, name, "adopted", answer, ACT)
    review.move(loop.store, name, Fate.RESTUDIED, ACT)
    clear(loop.store, Terms(90, 180), DAY + timedelta(days=1000), 0)
    assert loop.of(name)["contact"] is not None


def test_a_branch_that_was_deleted_is_proposed_anew_once_staff_confirm_it(
    loop: LocalLoop,
) -> None:
    name, _ = loop.approved()
    loop.work()
    (old,) = loop.branches()
    loop.refuse()
    loop.work()
    assert loop.of(name)["delivery"] == "missing"
    assert loop.work().proposed == 0
    approve(loop.store, name)
    assert loop.work().proposed == 1
    assert loop.branches() != [old]


def test_every_step_on_the_way_is_a_row_of_its_history(loop: LocalLoop) -> None:
    name, secret = _merged(loop)
    rights.withdraw(loop.store, secret, WORD, DAY)
    loop.work()
    loop.merge()
    loop.work()
    assert [h["what"] for h in history(loop.store.main, name)] == [
        "received", "opened", "screened", "registered", "seconded",
        "frozen", "proposed", "published", "withdrawn", "frozen", "proposed", "published",
    ]  # fmt: skip


ON_BEHALF = pytest.mark.parametrize("what", [Decision.WITHDRAW, Decision.ERASE])


@ON_BEHALF
def test_who_lost_the_code_is_helped_by_two_once_staff_have_opened_the_contact(
    loop: LocalLoop, what: Decision
) -> None:
    name, _ = send(loop.store, word="")
    with pytest.raises(StoreError, match="先要用留下的联系方式找到本人"):
        ask_removal(loop.store, name, what, ACT)
    review.open_raw(loop.store, AGE, name, str(OFFICE_KEY), ACT, "本人来电，要求核对")
    with pytest.raises(StoreError, match="没有等着第二个人确认"):
        second(loop.store, name, what, OTHER)
    ask_removal(loop.store, name, what, ACT)
    assert loop.of(name)["fate"] == "received"
    with pytest.raises(StoreError, match="就是王某提出的，要由另一个人确认"):
        second(loop.store, name, what, ACT)
    second(loop.store, name, what, OTHER)
    held = loop.of(name)
    assert held["fate"] == "withdrawn"
    assert (held["text"] is None) == (what is Decision.ERASE)
    assert history(loop.store.main, name)[-1]["by"] == "李某"
    assert expected(loop.store) == []


@ON_BEHALF
def test_a_removal_that_the_second_person_does_not_want_is_none(
    loop: LocalLoop, what: Decision
) -> None:
    name, _ = send(loop.store, word="")
    review.open_raw(loop.store, AGE, name, str(OFFICE_KEY), ACT, "本人来电，要求核对")
    ask_removal(loop.store, name, what, ACT)
    refuse(loop.store, name, what, "电话对不上", OTHER)
    with pytest.raises(StoreError, match="没有等着第二个人确认"):
        second(loop.store, name, what, OTHER)
    assert loop.of(name)["fate"] == "received"


@ON_BEHALF
def test_where_no_contact_was_given_nobody_can_be_proven(loop: LocalLoop, what: Decision) -> None:
    name, _ = send(loop.store, phone="")
    review.open_raw(loop.store, AGE, name, str(OFFICE_KEY), ACT, "来电")
    with pytest.raises(StoreError, match="没有办法核对是不是本人"):
        ask_removal(loop.store, name, what, ACT)
    assert rows(loop.store.main, "SELECT fate FROM submission")[0]["fate"] == "received"
