"""Letters to writers: filled in from the record, with the law cited, and nothing of a person."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from conftest import ROOT
from intake.loop import ACT, DAY, FIELDS, WORD, approve, send
from website.register_site import ADOPTED, front, suggestion
from yanlu.cli.main import yanlu
from yanlu.errors import StoreError
from yanlu.intake import review, rights
from yanlu.intake.letters import matter_of
from yanlu.intake.mergers import merge
from yanlu.intake.redact import confirm
from yanlu.intake.store.database import Store, opened
from yanlu.model import Fate
from yanlu.packages.suggestions import suggestion_path, write_suggestion

Letters = Callable[[str, str], str]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with opened(tmp_path / "store") as opened_store:
        yield opened_store


@pytest.fixture
def written(store: Store, monkeypatch: pytest.MonkeyPatch) -> Letters:
    """A letter as the command shows it on the day after the suggestion came."""
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr("yanlu.cli.letters.office_day", lambda: date(2026, 11, 26))

    def write(name: str, kind: str) -> str:
        asked = ["review", "letter", name, "--kind", kind, "--store", str(store.folder)]
        return CliRunner().invoke(yanlu, asked, catch_exceptions=False).output

    return write


def test_a_notice_says_where_it_goes_by_when_and_by_which_article(
    store: Store, written: Letters
) -> None:
    name, _ = send(store)
    said = written(name, "notice")
    assert "2026年11月25日收到" in said
    assert "在2026年12月10日以前转送有权处理的机关、单位" in said  # fifteen days after
    assert "《信访工作条例》（2022年）第二十二条" in said
    assert "登记之日起60日内答复" in said
    approve(store, name)
    assert "以前转送示例市交通运输局" in written(name, "notice")
    review.move(store, name, Fate.FORWARDED, ACT, body="body-urban")
    assert "已经转送示例市城市管理局" in written(name, "notice")


def test_a_letter_holds_nothing_that_the_writer_wrote(store: Store, written: Letters) -> None:
    name, _ = send(store, title="张三的摊位", phone="13912345678")
    said = written(name, "notice")
    assert not any(word in said for word in ("张三", "摊位", "13912345678", FIELDS["matter"]))
    other, _ = send(store)
    approve(store, other)
    assert "“路口装红绿灯”" in written(other, "notice")  # the title that staff confirmed


def test_a_reply_says_the_outcome_and_cites_what_it_rests_on(
    store: Store, written: Letters
) -> None:
    name, _ = send(store)
    approve(store, name)
    text = confirm("已经列入明年的计划。", by="王某", keep=frozenset())
    review.reply(store, name, "adopted", text, ACT)
    said = written(name, "reply")
    assert "结果是：采纳" in said
    assert "已经列入明年的计划。" in said
    assert "《信访工作条例》（2022年）第二十九条" in said


def test_the_reply_of_a_published_page_is_that_of_the_page(store: Store, tmp_path: Path) -> None:
    name, _ = send(store)
    page = suggestion(front(name, month="2026-11", **ADOPTED))
    path = tmp_path / suggestion_path(page.front)
    path.parent.mkdir(parents=True)
    path.write_text(write_suggestion(page), "utf-8")
    matter = matter_of(store, tmp_path, name)
    assert matter.answer is not None
    assert (matter.answer.outcome, matter.answer.text) == ("adopted", page.reply)
    assert matter.answer.reason == "可行。"


def test_no_letter_is_written_of_what_is_none_of_its_kind(store: Store) -> None:
    claim, _ = send(store, kind="claim")
    with pytest.raises(StoreError, match="申诉或者检举"):
        matter_of(store, ROOT / "data", claim)
    gone, secret = send(store)
    rights.withdraw(store, secret, WORD, DAY)
    with pytest.raises(StoreError, match="撤回"):
        matter_of(store, ROOT / "data", gone)


def test_a_merged_writer_is_told_what_became_of_the_one_that_answers_for_theirs(
    store: Store, written: Letters
) -> None:
    lead, name = send(store)[0], send(store)[0]
    approve(store, lead)
    merge(store, name, lead, confirm("说的是同一个路口", by="王某", keep=frozenset()), ACT)
    said = written(name, "notice")
    assert "两条合在一起办、一起答复" in said
    assert "已经转送" not in said
    assert matter_of(store, ROOT / "data", name).answer is None
    review.move(store, lead, Fate.FORWARDED, ACT, body="body-urban")
    assert "那一条已经转送示例市城市管理局" in written(name, "notice")
    review.move(store, lead, Fate.HANDLING, ACT, body="body-urban")
    text = confirm("已经列入明年的计划。", by="王某", keep=frozenset())
    review.reply(store, lead, "adopted", text, ACT)
    said = written(name, "reply")
    assert "已经列入明年的计划。" in said
    assert f"网站编号{name}" in said


def test_what_was_answered_here_or_came_back_was_not_sent(store: Store) -> None:
    name, _ = send(store)
    approve(store, name)
    text = confirm("已经列入明年的计划。", by="王某", keep=frozenset())
    review.reply(store, name, "adopted", text, ACT)
    assert not matter_of(store, ROOT / "data", name).sent
    other, _ = send(store)
    approve(store, other)
    for fate, sent in ((Fate.FORWARDED, True), (Fate.RETURNED, False), (Fate.FORWARDED, True)):
        review.move(store, other, fate, ACT, body="body-urban")
        assert matter_of(store, ROOT / "data", other).sent is sent


def test_a_day_that_has_passed_is_no_plan(
    store: Store, written: Letters, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("yanlu.cli.letters.office_day", lambda: date(2026, 12, 11))
    name, _ = send(store)
    assert "应当在2026年12月10日以前转送" in written(name, "notice")
    assert "还没有转送" in written(name, "notice")
