"""Those who wrote to a call are answered together, once its result is published."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import ROOT, commit_all
from intake.loop import OFFICE_KEY, WORD, desk, send
from intake.loop import approve as approved
from register.walks import put, shortest, suggestion
from yanlu.cli.main import yanlu
from yanlu.errors import InputError, IntakeError, YanluError
from yanlu.intake import review, rights
from yanlu.intake.store.database import Store, change, opened
from yanlu.model import Fate
from yanlu.packages.suggestions import open_suggestion
from yanlu.settings import Portal

CALL = "school-roads-2026"
REPLY = (
    "校门前的限停路段改为不少于100米，9月1日起立牌；红绿灯只有4处达到条件，其余先看抬高以后的车速。"
)
REASON = "限停和抬高可以马上做，装灯要看车流和人流。"
HANDLED, FORWARDED, REPLIED, OTHER = "7k3m9x2p", "8k3m9x2p", "9k3m9x2p", "6k3m9x2p"


@pytest.fixture
def folder(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A portal with two calls, and suggestions of one of them in four states."""
    shutil.copytree(ROOT / "data" / "calls", portal.data / "calls")
    put(
        portal.folder,
        suggestion(shortest(Fate.HANDLING), id=HANDLED, call=CALL),
        suggestion(shortest(Fate.FORWARDED), id=FORWARDED, call=CALL),
        suggestion(shortest(Fate.REPLIED), id=REPLIED, call=CALL),
        suggestion(shortest(Fate.HANDLING), id=OTHER, call="lifts-2027"),
    )
    commit_all(portal.folder)
    monkeypatch.chdir(portal.folder)
    return portal.folder


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with opened(tmp_path / "store") as store:
        yield store


def _unlisted(store: Store) -> tuple[str, bytes]:
    """One whose writer allows nothing to be published, registered in the store alone."""
    name, secret = send(store, consent_words="")
    change(store.main, "UPDATE submission SET call = ? WHERE id = ?", (CALL, name))
    approved(store, name, "建议在校门口装红绿灯。")
    return name, secret


def _answer(store: Store, *more: str, call: str = CALL, reply: str = REPLY) -> None:
    path = store.folder.parent / "reply.txt"
    path.write_text(reply, "utf-8")
    given = ("--outcome=partly-adopted", f"--reason={REASON}", f"--text={path}", "--by=王某")
    where = f"--store={store.folder}"
    yanlu(["review", "answer", call, *more, *given, where], standalone_mode=False)


def _file(folder: Path, name: str) -> Path:
    return folder / "data" / "suggestions" / "2026" / f"{name}.md"


def test_each_gets_the_same_answer_which_leads_to_the_result(
    folder: Path, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    name, secret = _unlisted(store)
    before = {one: _file(folder, one).read_bytes() for one in (FORWARDED, REPLIED, OTHER)}
    _answer(store, "--conversion=convenience")
    answered = open_suggestion(_file(folder, HANDLED))
    assert answered.front["fate"] == "replied"
    assert answered.front["history"][-1]["body"] == "body-transport"  # whose call it was
    assert answered.reply.startswith(REPLY)
    assert f"](/calls/{CALL}/)。" in answered.reply
    held = rights.held(store, desk().suite, secret, WORD)
    (reply,) = held.replies
    assert (reply.outcome, reply.reason) == ("partly-adopted", REASON)
    assert reply.text.startswith(REPLY)
    assert f"/calls/{CALL}/）" in reply.text
    assert {one: _file(folder, one).read_bytes() for one in before} == before
    said = capsys.readouterr().out
    assert f"没有答复 {FORWARDED}：转交了，还没有办理" in said
    assert "只在库里的回复了 1 条；写了 1 个文件" in said
    yanlu(["check"], standalone_mode=False)
    _answer(store, "--conversion=convenience")
    assert "只在库里的回复了 0 条；写了 0 个文件" in capsys.readouterr().out
    assert review.record(store, name)["fate"] == "replied"


def test_one_group_of_opinions_is_answered_by_the_names_of_its_suggestions(
    folder: Path, store: Store
) -> None:
    name, _ = _unlisted(store)
    _answer(store, name, "--conversion=convenience")
    assert review.record(store, name)["fate"] == "replied"
    assert open_suggestion(_file(folder, HANDLED)).front["fate"] == "handling"


@pytest.mark.parametrize(
    ("more", "changed", "words"),
    [
        ((), {"call": "lifts-2027"}, "还没有公布结果"),
        ((), {"call": "no-call"}, "没有编号为 no-call 的征集"),
        ((), {"reply": "您的建议已转交有关部门。"}, "没有回答"),
        ((), {}, "请用 --conversion"),
        (("--conversion=none",), {}, "没有代码为 none 的转化途径"),
        (("--conversion=convenience", OTHER), {}, f"{OTHER} 不是回应 {CALL} 的"),
        (("--conversion=convenience", "--body=none"), {}, "没有代码为 none 的承办单位"),
        (("--conversion=convenience",), {"reply": f"张先生：\n\n{REPLY}"}, "称呼"),
    ],
    ids=str,
)
def test_what_cannot_be_an_answer_for_all_changes_none(
    folder: Path, store: Store, more: tuple[str, ...], changed: dict[str, str], words: str
) -> None:
    name, _ = _unlisted(store)
    before = _file(folder, HANDLED).read_bytes()
    with pytest.raises((InputError, IntakeError), match=words):
        _answer(store, *more, **changed)
    assert _file(folder, HANDLED).read_bytes() == before
    assert review.record(store, name)["fate"] == "registered"


def test_an_answer_to_all_repeats_nothing_that_was_hidden_of_one(
    folder: Path, store: Store, tmp_path: Path
) -> None:
    _unlisted(store)
    key = tmp_path / "key.txt"
    key.write_text(f"{OFFICE_KEY}\n", "utf-8")
    with pytest.raises(YanluError, match="重复了原文里遮盖的内容"):
        _answer(
            store, "--conversion=convenience", f"--key={key}", reply=f"{REPLY}电话139-1234-5678。"
        )
    assert open_suggestion(_file(folder, HANDLED)).front["fate"] == "handling"
