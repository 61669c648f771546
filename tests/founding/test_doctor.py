"""`yanlu doctor`: what is wrong is told with what to do; what is not seen is no fault."""

from __future__ import annotations

import json
import stat
from collections.abc import Mapping
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from click.testing import CliRunner, Result

from conftest import ROOT
from founding.conftest import write_answers
from yanlu import overlay
from yanlu.cli.main import yanlu
from yanlu.founding.doctor import Facts, State, findings

GOOD = Facts(
    keys={"舍入": ""},
    skew=1.5,
    ahead=-3600,
    free=50 << 30,
    headers=(),
    sqlite="",
    server=None,
    log=None,
    left={},
    host="git.example.gov.cn",
    forge="",
    private=True,
    writes=True,
    identifiers={"ICP备案": "蜀ICP备00000000号"},
    contact=("人民路1号", "628100", "0839-0000000", "工作日9:00–17:00"),
    look=30,
    backup=1200,
    hooks=(),
)
WRONG: Mapping[str, tuple[str, Mapping[str, Any], str]] = {
    "a key that others read": ("key-舍入", {"keys": {"舍入": "别的用户也能读"}}, "别的用户"),
    "a clock that is late": ("clock", {"skew": 90.0}, "自动对时"),
    "a clock that is early": ("clock", {"skew": -90.0}, "自动对时"),
    "a commit of tomorrow": ("clock", {"ahead": 86_400}, "还没有到"),
    "a full disk": ("disk", {"free": 1 << 30}, "请腾出空间"),
    "no headers": ("headers", {"headers": ("Referrer-Policy",)}, "_nginx.conf"),
    "an old SQLite": ("sqlite", {"sqlite": "早于 3.51.3"}, "早于"),
    "a server that may lose it": ("server", {"server": "fsync 是 off", "log": ""}, "fsync"),
    "a log that keeps what is gone": ("log", {"server": "", "log": "archive_timeout"}, "archive_"),
    "files that have moved": ("left", {"left": {"/a": True}}, "/a 里还留着搬走以前的 store.sqlite"),
    "files of another store": ("left", {"left": {"/a": False}}, "先不要删"),
    "a token that is none": ("forge", {"forge": "令牌不对"}, "令牌不对"),
    "a token that may only read": ("forge", {"writes": False}, "写分支"),
    "a public repository": ("private", {"private": False}, "改成私有"),
    "a host abroad": ("domestic", {"host": "github.com"}, "《个人信息保护法》"),
    "no ICP number": ("domestic", {"identifiers": {"网站标识码": "1"}}, "ICP 备案号"),
    "an ICP number to come": ("domestic", {"identifiers": {"ICP备案": "申请中"}}, "ICP 备案号"),
    "no contact yet": ("contact", {"contact": ("地址请打12345问",)}, "[contact]"),
    "alarms that nobody reads": ("alerts", {"look": 1e9}, "/metrics"),
    "no backup": ("backup", {"backup": 1e9}, "yanlu intake backup"),
    "no hooks": ("hooks", {"hooks": ("pre-push",)}, "yanlu guard --install"),
}


def test_of_a_good_installation_nothing_is_to_be_done() -> None:
    assert {one.state for one in findings(GOOD)} == {State.OK}
    local = replace(GOOD, host="local", private=None, writes=None)
    assert {one.state for one in findings(local)} == {State.OK}


@pytest.mark.parametrize("name", WRONG)
def test_one_thing_that_is_wrong_is_told_with_what_to_do(name: str) -> None:
    which, changes, words = WRONG[name]
    found = {one.name: one for one in findings(replace(GOOD, **changes))}
    assert found[which].state is State.FIX
    assert words in found[which].words
    assert [one for one in found if found[one].state is not State.OK] == [which]


def test_what_this_machine_cannot_see_is_no_fault() -> None:
    unseen = replace(
        GOOD, keys={"舍入": None}, skew=None, free=None, headers=None, private=None, writes=None,
        left=None, look=None, backup=None,
    )  # fmt: skip
    states = {one.name: one.state for one in findings(unseen)}
    assert State.FIX not in states.values()
    assert [name for name, state in states.items() if state is State.UNSEEN] == [
        "key-舍入", "clock", "left", "disk", "backup", "alerts", "headers", "forge", "private",
    ]  # fmt: skip


@pytest.fixture
def portal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new portal and its keys; this user has no other state."""
    monkeypatch.setattr(overlay, "SHIPPED", ROOT)
    changes = {"address": "http://127.0.0.1:1/"}
    answers = write_answers(tmp_path / "answers.toml", changes)
    done = CliRunner().invoke(yanlu, ["new", str(tmp_path / "p"), "--answers", str(answers)])
    assert done.exit_code == 0, done.output
    for variable, name in {
        "YANLU_KEY_FILE": "rounding.key",
        "YANLU_LOG_KEY_FILE": "log.key",
        "YANLU_INTAKE_KEY_FILE": "intake.key",
    }.items():
        monkeypatch.setenv(variable, str(tmp_path / "keys" / name))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path / "p")
    return tmp_path / "p"


def _run(*arguments: str) -> tuple[Result, dict[str, dict[str, str]]]:
    done = CliRunner().invoke(yanlu, ["doctor", "--json", "--metrics-port", "1", *arguments])
    return done, {one["name"]: one for one in json.loads(done.output)}


def test_a_new_portal_is_fit_but_for_what_nobody_has_done_yet(portal: Path) -> None:
    done, found = _run()
    assert done.exit_code == 0, done.output
    unseen = {name for name, one in found.items() if one["state"] == "unseen"}
    assert unseen == {"clock", "disk", "backup", "alerts", "headers"}
    key = portal.parent / "keys" / "rounding.key"
    key.chmod(key.stat().st_mode | stat.S_IRGRP)
    (portal / ".git" / "hooks" / "pre-push").unlink()
    store = portal.parent / "state" / "yanlu" / "127.0.0.1:1"
    store.mkdir(parents=True)
    (store / "store.sqlite").touch()
    done, found = _run()
    assert done.exit_code == 1
    assert "chmod 600" in found["key-舍入"]["words"]
    fix = {name for name, one in found.items() if one["state"] == "fix"}
    assert fix - {"disk"} == {"key-舍入", "hooks", "backup"}
    plain = CliRunner().invoke(yanlu, ["doctor", "--metrics-port", "1"])
    assert "样要改。" in plain.output


def test_what_the_site_and_the_service_answer_is_looked_at(portal: Path) -> None:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("X-Content-Type-Options", "nosniff")
            self.end_headers()
            self.wfile.write(b"yanlu_alarms_read_age_seconds 3600\n")

        def log_message(self, *_: object) -> None:
            return

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        port = server.server_port
        settings = portal / "data" / "office.toml"
        settings.write_text(
            settings.read_text("utf-8").replace("127.0.0.1:1/", f"127.0.0.1:{port}/")
        )
        done = CliRunner().invoke(yanlu, ["doctor", "--json", "--metrics-port", str(port)])
        server.shutdown()
    found = {one["name"]: one for one in json.loads(done.output)}
    assert found["clock"]["state"] == "ok"
    assert "Content-Security-Policy" in found["headers"]["words"]
    assert "X-Content-Type-Options" not in found["headers"]["words"]
    assert "没有程序在看" in found["alerts"]["words"]
