"""Whatever click refuses is said in Chinese, and nothing that was typed is repeated."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from yanlu.cli.main import yanlu

WRONG: dict[str, tuple[list[str], str]] = {
    "a day that is none": (
        ["deadlines", "explain", "objection", "2026-13-40"],
        "DATE 写得不对：要写成 2026-09-18 这样的日子，并且真有这一天。",
    ),
    "too little": (["deadlines", "explain"], "缺少 RULE。"),
    "too much": (["check", "张三"], "参数的个数不对"),
    "no choice of these": (["review", "move", "x", "张三"], "STATE 写得不对：只能写其中一个：rec"),
    "a choice that is missing": (["review", "letter", "x"], "缺少 --kind：只能写其中一个："),
    "no number": (["intake", "serve", "--port", "张三"], "--port 写得不对：要写一个整数，最小 1"),
    "no file": (
        ["review", "reply", "x", "--outcome", "adopted", "--reason", "y", "--text", "张三"],
        "--text 写得不对：要写一个已经有的、能读的文件。",
    ),
    "no network": (
        ["intake", "serve", "--trusted-proxy", "张三"],
        "--trusted-proxy 写得不对：要写成网段，例如 10.0.0.0/8 或者 127.0.0.1/32。",
    ),
    "an option that is mistyped": (["check", "--sinc"], "没有 --sinc 这个选项，是不是 --since。"),
    "an option that is none": (["check", "--13912345678"], "没有这个选项。"),
    "an option without its value": (["check", "--since"], "选项 --since 后面要写的值没有写"),
    "a verb that is mistyped": (["chekc"], "没有这个命令"),
    "a verb that is none": (["review", "张三"], "没有这个命令。"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_command_line_that_cannot_be_followed_is_told_in_chinese(name: str) -> None:
    given, words = WRONG[name]
    done = CliRunner().invoke(yanlu, given)
    assert done.exit_code == 2
    assert words in done.output
    for word in ("Error", "Usage", "Try ", "Invalid", "Missing", "%", "张三", "13912345678"):
        assert word not in done.output
    assert "--help" in done.output or name == "an option without its value"


def test_a_question_that_is_broken_off_is_told_in_chinese(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    def stop(*_given: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("yanlu.cli.deadlines.open_portal", stop)
    done = CliRunner().invoke(yanlu, ["deadlines", "list"])
    assert (done.exit_code, "已经停下" in done.output) == (1, True)
