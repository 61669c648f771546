"""The office's words name nobody as the one who wrote, and places and bodies are nobody."""

from __future__ import annotations

from pathlib import Path

import pytest

from conftest import ROOT
from register.walks import REPLY, shortest, suggestion
from yanlu.cli.replying import refuse_empty
from yanlu.errors import IntakeError
from yanlu.intake import rescan
from yanlu.intake.attributed import NAMED, named_faults
from yanlu.model import Fate
from yanlu.packages.suggestions import open_suggestion, suggestion_files
from yanlu.register.answers import reply_faults

VECTORS = ROOT / "tests" / "vectors" / "register"
REPLIED = shortest(Fate.REPLIED)


def _lines(name: str) -> list[str]:
    return Path(VECTORS / name).read_text("utf-8").splitlines()


def _said(line: str) -> list[str]:
    reply = f"{REPLY}\n\n{line}"
    one = suggestion(REPLIED, reply)
    return [*reply_faults(reply), *rescan.faults("data/x.md", one, ())]


@pytest.mark.parametrize("line", _lines("naming.txt"))
def test_an_answer_that_says_by_name_who_wrote_is_refused_and_the_name_not_repeated(
    line: str,
) -> None:
    said = "".join(_said(line))
    assert "请改成“您”" in said or "姓名" in said
    assert line[:6] not in said


def test_places_bodies_and_everyday_words_write_nothing() -> None:
    assert {line: said for line in _lines("naming-nobody.txt") if (said := _said(line))} == {}


def test_a_reason_and_a_note_are_looked_at_too_and_the_summary_is_left_to_its_reviewer() -> None:
    named = "采纳了赵淑芬的建议。"
    reason = suggestion(REPLIED, reason=named)
    assert any(NAMED in said for said in rescan.faults("data/x.md", reason, ()))
    steps = [{**one, "note": named} for one in reason.front["history"]]
    noted = suggestion(REPLIED, history=steps)
    assert any(NAMED in said for said in rescan.faults("data/x.md", noted, ()))


def test_an_answer_in_the_store_alone_is_held_to_the_same() -> None:
    with pytest.raises(IntakeError, match="哪个人提出"):
        refuse_empty(REPLY, "采纳了赵淑芬的建议。")
    refuse_empty(REPLY, "采纳了您的建议。")
    with pytest.raises(IntakeError, match="没有写理由"):
        refuse_empty(REPLY, "无")


def test_no_answer_of_the_reference_office_names_anybody() -> None:
    for path in suggestion_files(ROOT / "data"):
        one = open_suggestion(path)
        assert list(named_faults(one.reply, *(past.text for past in one.earlier))) == []
