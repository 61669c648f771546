"""`yanlu intake redact`: what it prints, and what it never does."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from yanlu.cli.redact import redact
from yanlu.errors import IntakeError

TEXT = "我叫张伟，电话13800004567，热线12345打不通。"


def _run(*arguments: str, given: bytes = b"") -> tuple[str, str]:
    done = CliRunner().invoke(redact, arguments, input=given, catch_exceptions=False)
    return done.stdout, done.stderr


def test_the_text_goes_to_output_and_the_account_of_it_beside() -> None:
    shown, told = _run(given=TEXT.encode())
    assert shown == "我叫〔姓名〕，电话〔电话〕，热线12345打不通。\n"
    assert "电话 1 处、姓名 1 处" in told
    assert "不必看原文" in told
    assert "张伟" not in told


def test_a_text_without_finds_is_told_so(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("路灯坏了。", "utf-8")
    assert _run(str(file)) == (
        "路灯坏了。\n",
        "没有发现能认出个人的内容。\n不必看原文，由人确认遮盖后的文字即可。\n",
    )


def test_json_holds_code_points_of_the_input() -> None:
    shown, told = _run("--json", given="𠮷祥路，电话13800004567".encode())
    result = json.loads(shown)
    assert result["spans"] == [{"start": 6, "end": 17, "class": "phone", "certain": True}]
    assert result == {
        "redacted": "𠮷祥路，电话〔电话〕",
        "spans": result["spans"],
        "needs_person": False,
    }
    assert told == ""


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_lines_give_one_json_a_line_also_for_empty_ones(end: str) -> None:
    lines = ["第一条，电话13800004567", "", "第三条"]
    shown, _ = _run("--lines", given=("\n".join(lines) + end).encode())
    results = [json.loads(line) for line in shown.splitlines()]
    assert [result["redacted"] for result in results] == ["第一条，电话〔电话〕", "", "第三条"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_the_usual_encodings_are_read(encoding: str) -> None:
    shown, _ = _run(given="路灯坏了，请修理。".encode(encoding))
    assert shown == "路灯坏了，请修理。\n"


@pytest.mark.parametrize("options", [(), ("--lines",)])
def test_any_other_encoding_is_refused(options: tuple[str, ...]) -> None:
    with pytest.raises(IntakeError, match="UTF-8"):
        _run(*options, given="路灯坏了".encode() + b"\n\xff\xfe\xff")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(IntakeError, match=r"没有找到文件 .*nowhere\.txt"):
        _run(str(tmp_path / "nowhere.txt"))


def test_official_numbers_of_the_portal_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "data" / "guidance").mkdir(parents=True)
    directory = tmp_path / "data" / "guidance" / "offices.csv"
    directory.write_text("code,address,telephone\na,示例路1号,021-60001234\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    shown, _ = _run(given="请打021-60001234".encode())
    assert shown == "请打021-60001234\n"
