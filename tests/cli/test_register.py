"""`yanlu register due`: what the office owes, from its store and from its promises."""

from __future__ import annotations

import re
import subprocess
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from conftest import run_yanlu
from yanlu.intake.owed import Owed, owed_answers
from yanlu.intake.store.database import opened
from yanlu.model import CHINA, Fate
from yanlu.packages.suggestions import Suggestion, suggestion_path, write_suggestion
from yanlu.register.due import promises_due
from yanlu.settings import Portal

TODAY = datetime.now(CHINA).date()


def _run(portal: Portal, state: Path, *words: str) -> subprocess.CompletedProcess[str]:
    named = {"YANLU_REVIEWER": "王某", "XDG_STATE_HOME": str(state)}
    return run_yanlu(portal.folder, *words, **named)


def _register(portal: Portal, state: Path) -> str:
    """A letter that was registered today; its id."""
    for name, text in {
        "C": "题目：路灯",
        "M": "路灯不亮。",
        "P": "请修路灯。",
        "S": "建议修路灯。",
    }.items():
        (portal.folder / name).write_text(text, "utf-8")
    added = _run(
        portal, state, "intake", "add", "--channel", "letter.post", "--contact", "C", "--matter",
        "M", "--proposal", "P", "--topic", "roads", "--region", "dorchester",
        "--consent", "summary",
    )  # fmt: skip
    assert added.returncode == 0, added
    name = _run(portal, state, "review", "list").stdout.split()[0]
    done = _run(
        portal, state, "review", "approve", name, "--body", "body-urban", "--title", "路灯",
        "--text", "S", "--yes",
    )  # fmt: skip
    assert done.returncode == 0, done
    return name


def _promise(portal: Portal, by: date, **more: object) -> None:
    month = f"{TODAY:%Y-%m}"
    front = {
        "id": "7k3m9x2p", "topic": "roads", "region": "dorchester", "month": month,
        "fate": "promised", "publication": "summary", "bodies": {"lead": "body-urban"},
        "history": [
            {"state": state, "month": month, "body": "body-urban"}
            for state in ("registered", "replied", "promised")
        ],
        "outcome": "adopted", "reason": "可行。", "conversion": "better-work",
        "promises": [{"what": "换好路灯", "body": "body-urban", "by": by.isoformat(), **more}],
    }  # fmt: skip
    path = portal.data / suggestion_path(front)
    path.parent.mkdir(parents=True)
    path.write_text(write_suggestion(Suggestion(front, "路灯", "换灯。", "我们换。")), "utf-8")


def test_an_answer_is_due_sixty_days_after_registration(portal: Portal, tmp_path: Path) -> None:
    name = _register(portal, tmp_path)
    early = _run(portal, tmp_path, "register", "due").stdout
    assert name not in early
    assert "共 1 件，逾期 0 件，1 件还早。" in early
    told = _run(portal, tmp_path, "register", "due", "--all").stdout
    day = TODAY + timedelta(days=60)
    assert re.search(rf"{day}  还有60天  {name}  示例市城市管理局.*  回复（已登记）", told)


@pytest.mark.parametrize(("days", "words"), [(-3, "逾期3天"), (0, "今天到期"), (5, "还有5天")])
def test_promises_are_listed_by_day(days: int, words: str, portal: Portal, tmp_path: Path) -> None:
    _promise(portal, TODAY + timedelta(days=days))
    told = _run(portal, tmp_path, "register", "due").stdout
    assert words in told
    assert "换好路灯" in told


def test_a_promise_that_was_put_off_is_listed_by_its_first_day(
    portal: Portal, tmp_path: Path
) -> None:
    by = f"{TODAY - timedelta(days=3)}"
    was = {"what": "换好路灯", "body": "body-urban", "by": by, "month": by[:7]}
    _promise(portal, TODAY + timedelta(days=90), was=[was])
    assert "逾期3天" in _run(portal, tmp_path, "register", "due").stdout


@pytest.mark.parametrize("fate", ["replied", "promised", "restudied"])
def test_a_promise_without_evidence_is_owed_in_every_state(fate: str) -> None:
    owed = {"body": "body-urban", "by": "2026-10-31"}
    front = {"id": "7k3m9x2p", "fate": fate, "promises": [owed, {**owed, "evidence": "/e/"}]}
    assert [one.day for one in promises_due([Suggestion(front)])] == [date(2026, 10, 31)]


def test_a_promise_that_was_kept_is_owed_no_more(portal: Portal, tmp_path: Path) -> None:
    _promise(portal, TODAY, evidence="/data/")
    assert "共 0 件" in _run(portal, tmp_path, "register", "due").stdout


def test_answers_owed_to_files_that_the_store_does_not_know_run_from_the_end_of_their_month(
    portal: Portal, tmp_path: Path
) -> None:
    _promise(portal, TODAY)
    front = {
        "id": "8k3m9x2p", "topic": "roads", "region": "dorchester", "month": "2026-01",
        "fate": "handling", "publication": "summary", "bodies": {"lead": "body-transport"},
        "history": [
            {"state": state, "month": month, "body": "body-transport"}
            for state, month in (("registered", "2026-01"), ("handling", "2026-02"))
        ],
    }  # fmt: skip
    path = portal.data / suggestion_path(front)
    path.write_text(write_suggestion(Suggestion(front, "路灯", "换灯。")), "utf-8")
    answered = {**front, "id": "9k3m9x2p", "fate": "replied"}
    answered |= {"outcome": "not-adopted", "reason": "答。"}
    path = portal.data / suggestion_path(answered)
    path.write_text(write_suggestion(Suggestion(answered, "路灯", "换灯。", "答。")), "utf-8")
    told = _run(portal, tmp_path, "register", "due").stdout
    assert re.search(
        "2026-04-01  逾期.* 8k3m9x2p .*回复（办理中）", told
    )  # 60 days from 31 January
    assert "9k3m9x2p" not in told
    assert "共 2 件" in told
    only = _run(portal, tmp_path, "register", "due", "--body", "body-transport").stdout
    assert "共 1 件" in only
    assert "7k3m9x2p" not in only
    assert "可以用" in _run(portal, tmp_path, "register", "due", "--body", "x").stderr


def test_without_a_term_for_answers_it_says_so(portal: Portal, tmp_path: Path) -> None:
    _register(portal, tmp_path)
    path = portal.data / "codes" / "deadlines.csv"
    lines = path.read_text("utf-8").splitlines()
    kept = [line for line in lines if "suggestion-reply" not in line]
    path.write_text("\n".join(kept) + "\n", "utf-8")
    done = _run(portal, tmp_path, "register", "due")
    assert done.returncode == 2
    assert "suggestion-reply" in done.stderr


def test_what_is_answered_or_no_suggestion_is_not_owed(portal: Portal, tmp_path: Path) -> None:
    name = _register(portal, tmp_path)
    [place] = [path.parent for path in tmp_path.rglob("store.sqlite")]
    with opened(place) as store:
        assert owed_answers(store) == [Owed(name, Fate.REGISTERED, TODAY, "body-urban")]
        store.main.execute("UPDATE submission SET fate = 'replied'")
        assert owed_answers(store) == []
