"""Published texts are looked through once more, by `yanlu check` as by the watcher."""

from __future__ import annotations

import pytest

from conftest import run_yanlu
from yanlu.packages.suggestions import Suggestion, suggestion_path, write_suggestion
from yanlu.settings import Portal

FRONT = {
    "id": "7k3m9x2p",
    "topic": "lighting",
    "region": "dorchester",
    "month": "2026-10",
    "fate": "registered",
    "publication": "summary",
    "bodies": {"lead": "body-urban"},
    "history": [{"state": "received", "month": "2026-10"}],
}


def _check(portal: Portal, text: str) -> tuple[int, str]:
    path = portal.data / suggestion_path(FRONT)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(write_suggestion(Suggestion(FRONT, "修路灯", text)), "utf-8")
    done = run_yanlu(portal.folder, "check")
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("planted", "kind"),
    [("13912345678", "电话"), ("11010519491231002X", "证件号"), ("wang@163.com", "邮箱")],
)
def test_what_tells_who_wrote_is_named_by_kind_and_not_repeated(
    portal: Portal, planted: str, kind: str
) -> None:
    code, said = _check(portal, f"路灯坏了，请联系{planted}。")
    assert code == 1
    assert f"data/{suggestion_path(FRONT)}" in said
    assert kind in said
    assert planted not in said


def test_a_masked_text_and_official_numbers_pass(portal: Portal) -> None:
    code, said = _check(portal, "路灯坏了，打过12345，我的电话是〔电话〕。")
    assert (code, "检查通过" in said) == (0, True), said
