"""What is everybody's: hotlines and the directory."""

from __future__ import annotations

from pathlib import Path

from conftest import ROOT
from yanlu.intake.redact import hotlines, official_numbers, redact


def test_hotlines_hold_without_a_directory(tmp_path: Path) -> None:
    assert official_numbers(tmp_path) == hotlines()
    assert {"110", "119", "120", "12345"} <= hotlines()


def test_all_numbers_of_an_office_are_taken(tmp_path: Path) -> None:
    (tmp_path / "guidance").mkdir()
    directory = tmp_path / "guidance" / "offices.csv"
    directory.write_text("code,address,telephone\na,示例路1号,021-60001234、60005678\n", "utf-8")
    assert {"021-60001234", "60005678", "示例路1号"} <= official_numbers(tmp_path)


def test_what_our_own_directory_lists_stays() -> None:
    official = official_numbers(ROOT / "data")
    text = "、".join(sorted(official))
    assert redact(text, official).redacted == text


def test_nothing_in_an_official_address_is_taken_for_somebody() -> None:
    official = {"罗克斯伯里路2号", "示例大道2号一楼3号窗口"}
    text = "到罗克斯伯里路2号和示例大道2号一楼3号窗口办理。"
    assert redact(text, official).redacted == text
    assert "502" not in redact("我住罗克斯伯里路2号3单元502室。", official).redacted


def test_pages_of_this_site_stay_and_those_that_only_look_like_it_do_not(tmp_path: Path) -> None:
    (tmp_path / "office.toml").write_text(
        '[office]\nbase_url = "https://yanlu.city.example/"\n', "utf-8"
    )
    official = official_numbers(tmp_path)
    page = "结果见https://yanlu.city.example/register/a7/。"
    assert redact(page, official).redacted == page
    for other in ("https://yanlu.city.example.evil.cn/a", "https://yanlu.city.example/s?code=7"):
        assert other not in redact(f"见{other}。", official).redacted
