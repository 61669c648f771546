"""What readers report of the site: sealed at once, persons first, forgotten once it is settled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from conftest import ROOT
from yanlu.cli.main import yanlu
from yanlu.errors import IntakeError, StoreError
from yanlu.intake.accept import Desk
from yanlu.intake.entry import Faults
from yanlu.intake.redact import redact
from yanlu.intake.reports import (
    KEPT,
    About,
    Report,
    file_report,
    open_reports,
    read_report,
    settle,
    unsealed_report,
)
from yanlu.intake.retention import Terms, clear
from yanlu.intake.review import Act
from yanlu.intake.seal import AGE
from yanlu.intake.store.database import STORE, Store, empty_log, opened
from yanlu.settings import open_portal

DAY = date(2026, 11, 29)
PAIR = AGE.pair(b"k" * 32)
DESK = Desk(b"s" * 32, AGE, PAIR.public, redact, "log.example/test")
SEEN = Report(About.PERSONAL, "register/abcd1234/", "第二段写着赵小满的电话", "13900001234")
WRONG = Report(About.MISTAKE, "data/2015-06/", "", "")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with opened(tmp_path / "store") as store:
        yield store


def _read(fields: Mapping[str, str]) -> Report | Faults:
    return read_report(fields, "/portal/", lambda page: page in ("data/2015-06/", "index.html"))


@pytest.mark.parametrize(
    "typed",
    [
        "data/2015-06/",
        "/portal/data/2015-06/",
        "https://yanlu.example/portal/data/2015-06/?from=mail#table",
        "/portal/data/2015-06/#table",
    ],
)
def test_the_page_is_found_however_its_address_was_copied(typed: str) -> None:
    read = _read({"about": "mistake", "page": typed})
    assert read == WRONG


def test_what_is_wrong_with_a_report_is_said_at_once_and_by_field() -> None:
    read = _read({"about": "", "page": "nowhere/", "contact": "1" * 121})
    assert isinstance(read, Faults)
    assert list(read.said) == ["about", "page", "contact"]
    empty = _read({"about": "personal"})
    assert isinstance(empty, Faults)
    assert list(empty.said) == ["said"]


@given(st.dictionaries(st.sampled_from(["about", "page", "said", "contact"]), st.text()))
def test_any_text_is_read_or_refused(fields: dict[str, str]) -> None:
    assert isinstance(_read(fields), Report | Faults)


def test_the_same_report_twice_on_a_day_is_kept_once(store: Store) -> None:
    assert file_report(store, DESK, SEEN, DAY)
    assert not file_report(store, DESK, SEEN, DAY)
    assert file_report(store, DESK, SEEN, DAY + timedelta(days=1))
    assert len(open_reports(store.main)) == 2


def test_what_is_seen_of_a_person_comes_first_and_only_the_office_reads_the_rest(
    store: Store,
) -> None:
    file_report(store, DESK, WRONG, DAY - timedelta(days=9))
    file_report(store, DESK, SEEN, DAY)
    first, second = open_reports(store.main)
    assert (first["about"], second["about"]) == ("personal", "mistake")
    told = unsealed_report(store, AGE, first["id"], PAIR.private)
    assert told == {"said": SEEN.said, "contact": SEEN.contact}
    with pytest.raises(IntakeError):
        unsealed_report(store, AGE, first["id"], AGE.pair(b"x" * 32).private)


def test_the_file_of_the_store_holds_nothing_of_it_in_clear(store: Store) -> None:
    file_report(store, DESK, SEEN, DAY)
    empty_log(store.main)
    held = (store.folder / STORE).read_bytes()
    for secret in (SEEN.said, SEEN.contact, "赵小满"):
        assert secret.encode() not in held


def test_a_settled_report_leaves_the_list_cannot_be_settled_again_and_is_forgotten(
    store: Store,
) -> None:
    file_report(store, DESK, SEEN, DAY)
    [held] = open_reports(store.main)
    with pytest.raises(IntakeError, match="理由或者说明里有电话"):
        settle(store, held["id"], "13987654321来电", Act("审核员甲", DAY))
    settle(store, held["id"], "已撤下", Act("审核员甲", DAY))
    assert open_reports(store.main) == []
    with pytest.raises(StoreError, match="已经办完"):
        settle(store, held["id"], "再来一次", Act("审核员甲", DAY))
    with pytest.raises(StoreError, match="没有编号"):
        settle(store, "none", "没有", Act("审核员甲", DAY))
    terms = Terms(contact_days=90, text_days=180)
    clear(store, terms, DAY + timedelta(days=KEPT - 1), now=0)
    assert unsealed_report(store, AGE, held["id"], PAIR.private)
    clear(store, terms, DAY + timedelta(days=KEPT), now=0)
    with pytest.raises(StoreError):
        unsealed_report(store, AGE, held["id"], PAIR.private)


def test_staff_see_reports_first_open_one_with_the_key_and_settle_it(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the commands of the manual, at the reference office, whose key everybody has."""
    monkeypatch.chdir(ROOT)
    office = open_portal(ROOT).settings.intake
    file_report(
        store, Desk(b"s" * 32, AGE, office.age_recipient, redact, "log.example/test"), SEEN, DAY
    )
    [held] = open_reports(store.main)
    assert "看到个人信息的 1 份" in _review(store, "list").splitlines()[0]
    assert f"{held['id']}  2026-11-29  看到个人信息  /register/abcd1234/" in _review(
        store, "reports"
    )
    assert SEEN.said in _review(store, "report", held["id"])
    assert "已记下" in _review(store, "settle", held["id"], "--note", "已撤下", "--by", "审核员甲")
    assert "共 0 份" in _review(store, "reports")
    assert "报告" not in _review(store, "list")


def _review(store: Store, *given: str) -> str:
    asked = ["review", *given, "--store", str(store.folder)]
    return CliRunner().invoke(yanlu, asked, catch_exceptions=False).output
