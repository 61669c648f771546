"""Published texts are looked through once more, by `yanlu check` as by the watcher."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from conftest import ROOT, run_yanlu
from doubles.door import free_ports
from yanlu.intake.rescan import other_faults
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
    "history": [{"state": "registered", "month": "2026-10", "body": "body-petitions"}],
}


def _put(portal: Portal, text: str, **front: Any) -> None:
    path = portal.data / suggestion_path(FRONT)
    path.parent.mkdir(parents=True, exist_ok=True)
    suggestion = Suggestion({**FRONT, **front}, "修路灯", text)
    path.write_text(write_suggestion(suggestion), "utf-8")


def _check(portal: Portal, text: str, **front: Any) -> tuple[int, str]:
    _put(portal, text, **front)
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


IN_THE_HEAD: dict[str, dict[str, Any]] = {
    "reason": {
        "fate": "replied", "outcome": "not-adopted", "reason": "已经打13912345678问过本人。",
    },
    "note": {"history": [{"state": "received", "month": "2026-10", "note": "13912345678来电。"}]},
    "promise": {
        "promises": [{"what": "回电13912345678", "body": "body-urban", "by": "2027-01-01"}],
    },
}  # fmt: skip


@pytest.mark.parametrize("place", IN_THE_HEAD)
def test_what_staff_wrote_into_the_head_is_looked_through_too(portal: Portal, place: str) -> None:
    code, said = _check(portal, "路灯坏了。", **IN_THE_HEAD[place])
    assert code == 1
    assert "电话" in said
    assert "13912345678" not in said


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("question: ", "question: 请打13912345678。"),
        ("short_because: ", "short_because: 请打13912345678。"),
        ("what: 斑马线", "what: 13912345678说斑马线"),
        ("why: 草案", "why: 13912345678说草案"),
        ("请您看草案", "13912345678请您看草案"),
    ],
)
def test_a_call_is_looked_through_too(tmp_path: Path, old: str, new: str) -> None:
    for name in ("calls", "guidance", "codes"):
        shutil.copytree(ROOT / "data" / name, tmp_path / name)
    assert list(other_faults(tmp_path)) == []
    path = tmp_path / "calls" / "school-roads-2026.md"
    path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
    (said,) = other_faults(tmp_path)
    assert said.startswith("data/calls/school-roads-2026.md：文字里还有电话")
    assert "13912345678" not in said


@pytest.mark.parametrize("command", ["build", "serve"])
def test_no_site_is_built_of_a_text_that_tells_who_wrote(portal: Portal, command: str) -> None:
    _put(portal, "路灯坏了，请联系13912345678。")
    port = ("--port", str(*free_ports(1))) if command == "serve" else ()
    done = run_yanlu(portal.folder, command, *port)
    assert f"data/{suggestion_path(FRONT)}：文字里还有电话" in done.stderr
    assert done.returncode == 1
    assert "13912345678" not in done.stdout + done.stderr
    assert not (portal.folder / "public").exists()


def test_a_file_that_is_none_is_left_to_the_check(portal: Portal) -> None:
    _put(portal, "路灯坏了。")
    (portal.data / suggestion_path(FRONT)).write_bytes(b"\xff")
    done = run_yanlu(portal.folder, "check")
    assert done.returncode == 1
    assert "文件不是 UTF-8 编码" in done.stdout
