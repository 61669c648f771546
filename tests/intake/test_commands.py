"""A letter's way through the office, by the commands that staff type."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pyrage
import pytest

from conftest import run_yanlu
from yanlu.settings import Portal

PHONE = "13912345678"


@dataclass(frozen=True)
class Office:
    """A portal with a key of its own and a store beside it."""

    folder: Path
    state: Path

    def run(self, *arguments: str, code: int = 0) -> str:
        done = run_yanlu(
            self.folder,
            *arguments,
            YANLU_REVIEWER="王某",
            XDG_STATE_HOME=str(self.state),
        )
        assert done.returncode == code, done
        if arguments[1] != "open":
            assert PHONE not in done.stdout + done.stderr
        return done.stdout + done.stderr

    def add(self, *more: str) -> tuple[str, str]:
        """A letter: its receipt code and its id."""
        said = self.run(
            "intake", "add", "--channel", "letter.post", "--title", "路口装红绿灯",
            "--matter", "MATTER", "--proposal", "PROPOSAL", "--topic", "roads",
            "--region", "dorchester", "--phone", PHONE, *more,
        )  # fmt: skip
        code = re.search(r"(?:[0-9A-Z]{4}-){6}[0-9A-Z]{4}", said)
        newest = self.run("review", "list").splitlines()[-2].split()[0]
        assert code is not None
        return code[0], newest


@pytest.fixture
def office(portal: Portal, tmp_path: Path) -> Office:
    key = pyrage.x25519.Identity.generate()
    settings = portal.folder / "data" / "office.toml"
    text = re.sub(
        r'age_recipient = "\w+"',
        f'age_recipient = "{key.to_public()}"',
        settings.read_text("utf-8"),
    )
    settings.write_text(text, "utf-8")
    (portal.folder / "KEY").write_text(f"# created: today\n# public key: …\n{key}\n", "utf-8")
    matter = f"学校门口没有红绿灯，我的电话{PHONE}。"
    (portal.folder / "MATTER").write_text(matter, "utf-8")
    (portal.folder / "PROPOSAL").write_text("请装一个红绿灯。", "utf-8")
    (portal.folder / "SUMMARY").write_text("建议在学校门口装红绿灯。", "utf-8")
    return Office(portal.folder, tmp_path / "state")


def test_a_letter_is_recorded_read_confirmed_and_counted(office: Office) -> None:
    _, name = office.add("--consent", "summary")
    assert "可以公布摘要" in office.run("review", "list")
    assert "〔电话〕" in office.run("review", "show", name)
    raw = office.run("review", "open", name, "--key", "KEY", "--why", "审看")
    assert PHONE in raw
    said = office.run(
        "review", "approve", name, "--body", "body-transport", "--title", "路口装红绿灯",
        "--text", "SUMMARY", "--yes",
    )  # fmt: skip
    assert "示例市交通运输局" in said
    counted = office.run("intake", "counts", "--month", _month(office, name))
    assert "收到 1 条" in counted
    assert "邮寄 1" in counted
    assert "待成批 1" in counted


def _month(office: Office, name: str) -> str:
    shown = office.run("review", "show", name)
    day = re.search(r"(\d{4}-\d\d)-\d\d  已收到", shown)
    assert day is not None
    return day[1]


def test_an_accusation_by_letter_has_no_text_in_any_list_and_is_forwarded(office: Office) -> None:
    _, name = office.add("--kind", "accusation")
    shown = office.run("review", "show", name)
    assert "红绿灯" not in shown
    assert "已依规转送" in office.run("review", "move", name, "redirected")
    assert "共 0 条" in office.run("review", "list")


def test_what_was_backed_up_comes_back_elsewhere(office: Office, tmp_path: Path) -> None:
    office.add()
    office.run("intake", "backup", str(tmp_path / "backups"))
    (made,) = (tmp_path / "backups").iterdir()
    said = office.run("intake", "restore", str(made), "--store", str(tmp_path / "new"))
    assert "已恢复 1 条" in said
    again = office.run("intake", "restore", str(made), "--store", str(tmp_path / "new"), code=2)
    assert "已经有收件库" in again


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (("--channel", "online.site"), "渠道代码要用这几个之一"),
        (("--topic", "nothing"), "主题不在可选的范围里"),
        (("--phone", "一二"), "电话看起来不完整"),
    ],
)
def test_a_letter_that_is_not_recorded_says_why(
    office: Office, changed: tuple[str, str], said: str
) -> None:
    answered = office.run(
        "intake", "add", "--channel", "letter.post", "--title", "路口", "--matter", "MATTER",
        "--proposal", "PROPOSAL", "--topic", "roads", "--region", "dorchester", *changed, code=2,
    )  # fmt: skip
    assert said in answered
    assert "共 0 条" in office.run("review", "list")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("show", "7k3m9x2p"), "没有编号为 7k3m9x2p"),
        (("approve", "7k3m9x2p", "--body", "nobody", "--yes"), "没有代码为 nobody"),
        (("move", "7k3m9x2p", "closed"), "没有编号为 7k3m9x2p"),
    ],
)
def test_an_act_on_nothing_is_refused(
    office: Office, arguments: tuple[str, ...], said: str
) -> None:
    assert said in office.run("review", *arguments, code=2)


def test_without_a_key_file_only_the_reference_office_opens_a_text(office: Office) -> None:
    _, name = office.add()
    path = office.folder / "data" / "office.toml"
    lines = path.read_text("utf-8").splitlines()
    path.write_text("\n".join(ln for ln in lines if "public_test_identity" not in ln), "utf-8")
    assert "--key" in office.run("review", "open", name, "--why", "审看", code=2)


def test_a_summary_with_a_telephone_number_cannot_be_confirmed(office: Office) -> None:
    _, name = office.add("--consent", "summary")
    office.run("review", "open", name, "--key", "KEY", "--why", "审看")
    arguments = ("--body", "body-transport", "--title", "路口", "--text", "MATTER", "--yes")
    before = office.run("review", "show", name)
    done = run_yanlu(
        office.folder, "review", "approve", name, *arguments,
        YANLU_REVIEWER="王某", XDG_STATE_HOME=str(office.state),
    )  # fmt: skip
    assert done.returncode == 2
    assert PHONE not in done.stderr
    assert office.run("review", "show", name) == before


def test_the_same_text_twice_is_two_records_and_staff_are_told(office: Office) -> None:
    first, second = office.add()[0], office.add()[0]
    assert first != second
    listed = office.run("review", "list")
    assert listed.count("同样的共 2 条") == 2
    assert "共 2 条。" in listed


def test_for_who_lost_the_code_staff_find_it_by_month_and_act_once_it_is_proven(
    office: Office,
) -> None:
    _, name = office.add("--consent", "summary")
    month = _month(office, name)
    office.run("review", "return", name, "--why", "不公布")
    assert name not in office.run("review", "list")
    assert name in office.run("review", "list", "--month", month)
    assert "共 0 条" in office.run("review", "list", "--month", "2001-01")
    assert "先要用留下的联系方式" in office.run("review", "withdraw", name, code=2)
    office.run("review", "open", name, "--key", "KEY", "--why", "本人来电")
    assert "已撤回" in office.run("review", "withdraw", name)
    assert "已删除" in office.run("review", "erase", name, "--yes")
    shown = office.run("review", "show", name)
    assert "红绿灯" not in shown
    assert "按本人的要求删除了内容和联系方式" in shown
    assert "没有办法核对" in office.run("review", "erase", name, "--yes", code=2)


def test_a_key_file_that_is_none_opens_nothing(office: Office) -> None:
    _, name = office.add()
    done = office.run("review", "open", name, "--key", "MATTER", "--why", "审看", code=2)
    assert "AGE-SECRET-KEY" in done
