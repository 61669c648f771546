"""A letter's way through the office, by the commands that staff type."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pyrage
import pytest

from conftest import run_yanlu
from website.register_site import front, suggestion
from yanlu.cli.paper import add
from yanlu.cli.review import office_day
from yanlu.intake.entry import REACHED
from yanlu.intake.store.database import change, opened
from yanlu.model import CHINA
from yanlu.packages.suggestions import write_suggestion
from yanlu.receipts.codes import event_label, read_code
from yanlu.receipts.office import intake_key
from yanlu.receipts.promises import open_promise
from yanlu.settings import Portal, open_portal

PHONE = "13912345678"
ANSWER = "我们到现场数过，放学时每分钟有二十辆车。明年三月这个路口改造，一并装红绿灯。"
PAPER = (
    "add", "--channel", "letter.post", "--contact", "CONTACT", "--matter", "MATTER",
    "--proposal", "PROPOSAL", "--topic", "roads", "--region", "dorchester",
)  # fmt: skip
REPLY = ("--reason", "可行。", "--text", "REPLY")


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
        said = self.run("intake", *PAPER, *more)
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
    contact = f"题目：路口装红绿灯\n\n电话: {PHONE}\n"
    (portal.folder / "CONTACT").write_text(contact, "utf-8")
    (portal.folder / "PROPOSAL").write_text("请装一个红绿灯。", "utf-8")
    (portal.folder / "REPLY").write_text(ANSWER, "utf-8")
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
    assert f"还要另一个人用 yanlu review second {name} 确认" in said
    office.run("review", "signers", "李某")
    office.run("review", "signers", "张某", "--deputy", "赵某", "--until", "2099-01-01")
    assert "没有等着" in office.run("review", "second", name, "--what", "erase", "--yes", code=2)
    office.run("review", "second", name, "--refuse", "再想想", "--by", "张某")
    assert "没有等着第二个人" in office.run("review", "second", name, "--yes", code=2)
    office.run(
        "review", "approve", name, "--body", "body-transport", "--title", "路口装红绿灯",
        "--text", "SUMMARY", "--yes",
    )  # fmt: skip
    seen = office.run("review", "second", name, "--yes", "--by", "赵某")
    assert "建议在学校门口装红绿灯。" in seen
    assert "第二个人确认了  赵某（代张某）" in office.run("review", "show", name)
    assert "李某\n共 1 人" in office.run("review", "signers", "张某", "--remove")
    assert f"{name}  看过原文  王某  审看\n共 1 次" in office.run("review", "openings")
    counted = office.run("intake", "counts", "--month", _month(office, name))
    assert "收到 1 条" in counted
    assert "邮寄 1" in counted
    assert "待成批 1" in counted


def test_who_writes_on_paper_gets_the_promise_of_whoever_writes_on_the_site(
    office: Office,
) -> None:
    """Printed, with its deadline and a note that anybody can check; or nothing, who wants none."""
    said = office.run("intake", *PAPER)
    due = office_day() + timedelta(days=3)
    code = re.search(r"编号：((?:[0-9A-Z]{4}-){6}[0-9A-Z]{4})\n", said)
    assert code
    assert f"最迟{due.year}年{due.month}月{due.day}日" in said
    assert "您没有设口令" in said
    note = re.search(r"\n\n([^\n]+/receipt\n.*?\n\n(?:— [^\n]+\n)+)", said, re.DOTALL)
    assert note
    portal = open_portal(office.folder)
    promise = open_promise(note[1].encode(), intake_key(portal))
    assert promise.deadline == due
    assert promise.line.label == event_label(read_code(code[1]), 0)
    refused = office.run("intake", *PAPER, "--no-receipt")
    assert not re.search("([0-9A-Z]{4}-){6}", refused)
    assert "不要回执" in refused


def _month(office: Office, name: str) -> str:
    shown = office.run("review", "show", name)
    day = re.search(r"(\d{4}-\d\d)-\d\d  已收到", shown)
    assert day is not None
    return day[1]


def test_a_letter_that_says_the_same_is_shown_beside_the_other_and_merged(office: Office) -> None:
    for _ in range(2):
        office.add("--consent", "summary")
    lead, name = (line.split()[0] for line in office.run("review", "list").splitlines()[:2])
    office.run(
        "review", "approve", lead, "--body", "body-transport", "--title", "路口装红绿灯",
        "--text", "SUMMARY", "--yes",
    )  # fmt: skip
    assert f"{lead}  已登记  路口装红绿灯" in office.run("review", "show", name)
    assert lead in office.run("review", "likely", name)
    filed = office.folder / "data" / "suggestions" / "2026" / "7k3m9x2p.md"
    filed.parent.mkdir(parents=True)
    told = suggestion(front(filed.stem), title="路口装红绿灯", text="学校门口请装一个红绿灯。")
    filed.write_text(write_suggestion(told), "utf-8")
    assert f"{filed.stem}  只在台账里，不能并入" in office.run("review", "likely", name)
    refused = office.run("review", "merge", name, filed.stem, "--reason", "同一件事", code=2)
    assert f"{filed.stem} 只在台账里，收件库里没有，不能并入" in refused
    assert f"照常确认、登记、办理 {name}" in refused
    merged = office.run("review", "merge", name, lead, "--reason", "说的是同一个路口")
    assert "一共 2 条" in merged
    assert f"【并入】\n{lead}" in office.run("review", "show", name)
    assert "【并入这一条的】\n1 条" in office.run("review", "show", lead)
    refused = office.run("review", "merge", lead, name, "--reason", f"见{PHONE}", code=2)
    assert "电话" in refused
    doubtful = office.run("review", "merge", lead, name, "--reason", "与王小明说的一样", code=2)
    assert "理由里可能有姓名" in doubtful


def test_what_is_asked_again_and_what_lost_its_lead_is_listed(office: Office) -> None:
    for _ in range(2):
        office.add()
    lead, name = (line.split()[0] for line in office.run("review", "list").splitlines()[:2])
    office.run("review", "read", lead, "--why", "审看")
    office.run(
        "review", "approve", lead, "--body", "body-transport", "--title", "路口装红绿灯",
        "--text", "SUMMARY", "--yes",
    )  # fmt: skip
    office.run("review", "merge", name, lead, "--reason", "说的是同一个路口")
    office.run("review", "reply", lead, "--outcome", "adopted", *REPLY)
    (folder,) = (office.state / "yanlu").iterdir()
    with opened(folder) as store:
        change(store.main, "INSERT INTO appeal VALUES (?, '2026-11-25', NULL)", (lead,))
    assert re.search(f"【本人请求再研究的】\n{lead} ", office.run("review", "list"))
    with opened(folder) as store:
        change(store.main, "UPDATE submission SET fate = 'withdrawn' WHERE id = ?", (lead,))
    listed = office.run("review", "list")
    assert "请求再研究" not in listed
    assert re.search(f"【并入的那一条撤回或者删除了的】\n{name} .*已并案", listed)
    month = datetime.now(CHINA).strftime("%Y-%m")
    refused = office.run("intake", "counts", "--month", month, "--publish", code=2)
    assert "不是已经结束的季度的最后一个月" in refused


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


def test_an_act_on_a_store_that_is_not_there_says_so_and_makes_none(
    office: Office, tmp_path: Path
) -> None:
    for act in (
        ("review", "withdraw", "aaaa"),
        ("review", "move", "aaaa", "forwarded"),
        ("review", "list"),
        ("register", "due"),
        ("intake", "counts", "--month", "2026-11"),
        ("intake", *PAPER),
    ):
        said = office.run(*act, "--store", str(tmp_path / "unmounted"), code=2)
        assert "里没有收件库，什么都没有改。请检查磁盘" in said
    assert not (tmp_path / "unmounted").exists()


def test_who_only_looks_makes_no_store_at_the_usual_place_either(office: Office) -> None:
    assert "先启动一次" in office.run("review", "list", code=2)
    assert "共 0 件" in office.run("register", "due")  # of the public files alone
    assert not office.state.exists()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (("--channel", "online.site"), "渠道代码要用这几个之一"),
        (("--topic", "nothing"), "主题不在可选的范围里"),
        (("--contact", "OTHER"), "电话看起来不完整"),
        (("--contact", "PLAIN"), "第2行前面要写是哪一样（题目、电话、"),
    ],
)
def test_a_letter_that_is_not_recorded_says_why(
    office: Office, changed: tuple[str, str], said: str
) -> None:
    (office.folder / "OTHER").write_text("题目：路口\n电话：一二\n", "utf-8")
    (office.folder / "PLAIN").write_text(f"题目：路口\n{PHONE}\n", "utf-8")
    assert said in office.run("intake", *PAPER, *changed, code=2)
    assert not office.state.exists()


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
    with opened(office.state / "yanlu" / "yanlu.shili.example"):
        pass
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


def test_words_alone_are_published_as_they_were_masked_and_no_summary_in_their_place(
    office: Office,
) -> None:
    _, name = office.add("--consent", "words")
    office.run("review", "read", name, "--why", "审看")
    assert "看过原文  王某  审看（在存有私钥的电脑上看的备份）" in office.run(
        "review", "show", name
    )
    body = ("--body", "body-transport", "--yes")
    said = office.run("review", "approve", name, *body, "--text", "SUMMARY", code=2)
    assert "没有同意公布摘要" in said
    assert "没有同意公布摘要" in office.run(
        "review", "approve", name, *body, "--title", "别的", code=2
    )
    assert "〔电话〕" in office.run("review", "approve", name, *body)
    _, both = office.add("--consent", "words", "--consent", "summary")
    office.run("review", "read", both, "--why", "审看")
    office.run("review", "approve", both, *body, "--text", "SUMMARY")


def test_what_is_opened_on_the_offices_machine_lets_the_server_go_on(
    office: Office, tmp_path: Path
) -> None:
    """The key never comes to the server: a backup goes to where the key is."""
    (office.folder / "MATTER").write_text("请问阿卜杜拉·买买提的摊位为什么搬走。", "utf-8")
    _, name = office.add("--consent", "summary")
    approve = ("review", "approve", name, "--body", "body-transport", "--title", "路口",
               "--text", "SUMMARY", "--yes")  # fmt: skip
    assert "yanlu review read" in office.run(*approve, code=2)
    office.run("intake", "backup", str(tmp_path / "stick"))
    (made,) = (tmp_path / "stick").iterdir()
    copy = ("--store", str(tmp_path / "copy"))
    office.run("intake", "restore", str(made), *copy)
    opened = office.run("review", "open", name, "--key", "KEY", "--why", "审看", *copy)
    assert "买买提" in opened
    assert "yanlu review read" in office.run(*approve, code=2)
    office.run("review", "read", name, "--why", "审看", "--by", "李某")
    office.run(*approve)
    assert "看过原文  李某" in office.run("review", "show", name)


def test_staff_read_the_answer_with_its_outcome(office: Office) -> None:
    _, name = office.add()
    office.run("review", "read", name, "--why", "审看")
    body = ("--body", "body-transport", "--title", "路口", "--text", "SUMMARY", "--yes")
    office.run("review", "approve", name, *body)
    office.run("review", "reply", name, "--outcome", "partly-adopted", *REPLY)
    assert f"【回复：部分采纳】\n理由：可行。\n{ANSWER}" in office.run("review", "show", name)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("已转交市城市管理局办理，感谢您的关注。", "只说了转给别人"),
        (f"建国：您说的都对。{ANSWER}", "对写信人的称呼"),
        (f"桂花巷口的事看过了。{ANSWER}", "重复了原文里遮盖的内容或者联系方式"),
    ],
)
def test_an_answer_in_the_store_is_held_to_what_holds_for_published_ones(
    office: Office, text: str, told: str
) -> None:
    (office.folder / "CONTACT").write_text("题目：路口装红绿灯\n通信地址：桂花巷\n", "utf-8")
    _, name = office.add()
    office.run("review", "read", name, "--why", "审看")
    office.run(
        "review", "approve", name, "--body", "body-transport", "--title", "路口装红绿灯",
        "--text", "SUMMARY", "--yes",
    )  # fmt: skip
    (office.folder / "REPLY").write_text(text, "utf-8")
    asked = ("review", "reply", name, "--outcome", "adopted", *REPLY, "--key", "KEY")
    assert told in office.run(*asked, code=2)
    assert "已登记" in office.run("review", "show", name)


def test_the_key_may_come_from_the_keyboard(office: Office) -> None:
    _, name = office.add()
    done = subprocess.run(
        [Path(sys.executable).with_name("yanlu"), "review", "open", name, "--key", "-",
         "--why", "审看", "--by", "王某"],
        cwd=office.folder,
        env={**os.environ, "XDG_STATE_HOME": str(office.state)},
        input=(office.folder / "KEY").read_text("utf-8"),
        capture_output=True,
        text=True,
        check=True,
    )  # fmt: skip
    assert PHONE in done.stdout


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
    waiting, _, kept = office.run("review", "list").partition("【只在库里，还没有回复的】")
    assert name not in waiting
    assert name in kept
    assert name in office.run("review", "list", "--month", month)
    assert "共 0 条" in office.run("review", "list", "--month", "2001-01")
    assert "先要用留下的联系方式" in office.run("review", "withdraw", name, code=2)
    office.run("review", "open", name, "--key", "KEY", "--why", "本人来电")
    assert "还要另一个人" in office.run("review", "withdraw", name)
    assert f"{name}  {datetime.now(CHINA).date()}  替本人撤回  王某提出" in office.run(
        "review", "list"
    )
    assert "就是王某提出的" in office.run("review", "second", name, "--yes", code=2)
    assert "已撤回" in office.run("review", "second", name, "--yes", "--by", "李某")
    office.run("review", "erase", name)
    said = office.run("review", "second", name, "--yes", "--by", "李某")
    day = datetime.now(CHINA).date()
    for term in (7, 30):
        assert f"{day + timedelta(days=term)} 删去" in said
    shown = office.run("review", "show", name)
    assert "红绿灯" not in shown
    assert "按本人的要求删除了内容和联系方式" in shown
    assert "没有办法核对" in office.run("review", "erase", name, code=2)


def test_who_wrote_a_letter_down_is_in_its_history(office: Office) -> None:
    _, name = office.add("--by", "李某")
    assert "已收到  李某" in office.run("review", "show", name)
    nobody = {"YANLU_REVIEWER": "", "XDG_STATE_HOME": str(office.state)}
    by_nobody = run_yanlu(office.folder, "intake", *PAPER, **nobody)
    assert by_nobody.returncode == 2
    assert "--by" in by_nobody.stderr


def test_title_and_contact_are_asked_for_at_the_keyboard_and_stand_in_no_command(
    office: Office,
) -> None:
    """What is given in a command every user of the machine reads while it runs."""
    yanlu = str(Path(sys.executable).with_name("yanlu"))
    at = PAPER.index("--contact")
    asked = subprocess.run(
        [yanlu, "intake", *PAPER[:at], *PAPER[at + 2 :]],
        cwd=office.folder,
        input=f"路口装红绿灯\n{PHONE}\n\n桂花巷\n\n",
        capture_output=True,
        text=True,
        env={**os.environ, "YANLU_REVIEWER": "王某", "XDG_STATE_HOME": str(office.state)},
        check=False,
    )
    assert asked.returncode == 0, asked
    name = office.run("review", "list").splitlines()[-2].split()[0]
    raw = office.run("review", "open", name, "--key", "KEY", "--why", "审看")
    assert raw.endswith(f"【联系方式】\n{PHONE}\n桂花巷\n")
    assert "路口装红绿灯" in raw
    assert not {one.name for one in add.params} & {"title", *REACHED}


def test_staff_see_by_which_way_it_came_and_who_writes(office: Office) -> None:
    office.add("--child", "--channel", "visit.counter")
    office.add("--writer", "joint")
    office.add("--writer", "organisation")
    *lines, _ = office.run("review", "list").splitlines()
    for marks in ("窗口，不满14周岁", "邮寄，联名", "邮寄，单位"):
        [line] = [line for line in lines if marks in line]
        assert marks in office.run("review", "show", line.split()[0])


def test_what_stays_in_the_store_is_listed_until_it_is_answered(office: Office) -> None:
    _, name = office.add()
    office.run("review", "open", name, "--key", "KEY", "--why", "审看")
    office.run(
        "review", "approve", name, "--body", "body-transport", "--title", "路口装红绿灯",
        "--text", "SUMMARY", "--yes",
    )  # fmt: skip
    listed = office.run("review", "list")
    assert "共 0 条" in listed
    assert name in listed.partition("【只在库里，还没有回复的】")[2]
    office.run("review", "reply", name, "--outcome", "adopted", *REPLY)
    assert name not in office.run("review", "list")


def test_a_claim_is_listed_until_it_is_sent_on(office: Office) -> None:
    _, name = office.add("--kind", "claim")
    office.run("review", "move", name, "screened")
    assert name in office.run("review", "list")
    office.run("review", "move", name, "redirected")
    assert name not in office.run("review", "list")


@pytest.mark.parametrize("days", [1, -400])
def test_a_letter_did_not_come_tomorrow_nor_long_ago(office: Office, days: int) -> None:
    day = datetime.now(CHINA).date() + timedelta(days=days)
    said = office.run("intake", *PAPER, "--day", str(day), code=2)
    assert str(day) in said
    assert not office.state.exists()


@pytest.mark.parametrize("zone", ["Etc/GMT+12", "Pacific/Kiritimati"])
def test_the_day_is_the_offices_wherever_the_machine_thinks_it_is(
    office: Office, zone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", zone)
    before = datetime.now(CHINA).date()
    _, name = office.add()
    office.run("review", "move", name, "screened")
    shown = office.run("review", "show", name)
    assert set(re.findall(r"\d{4}-\d\d-\d\d", shown)) <= {
        str(before), str(datetime.now(CHINA).date()),
    }  # fmt: skip


def test_a_body_that_there_is_not_is_refused_with_those_there_are(office: Office) -> None:
    _, name = office.add("--kind", "claim")
    said = office.run("review", "move", name, "redirected", "--body", "no-such-body", code=2)
    assert "no-such-body" in said
    assert "body-transport" in said
    assert "已收到" in office.run("review", "show", name)


def test_of_what_was_erased_nobody_is_told_to_open_the_raw_text(office: Office) -> None:
    (office.folder / "MATTER").write_text("请问阿卜杜拉·买买提的摊位为什么搬走。", "utf-8")
    _, name = office.add()
    assert "先用 yanlu review open" in office.run("review", "show", name)
    office.run("review", "open", name, "--key", "KEY", "--why", "本人来电")
    office.run("review", "erase", name)
    office.run("review", "second", name, "--yes", "--by", "李某")
    assert "先用 yanlu review open" not in office.run("review", "show", name)


def test_a_purge_says_what_it_left_and_why(office: Office) -> None:
    _, name = office.add()
    done = subprocess.run(
        [Path(sys.executable).with_name("yanlu"), "review", "purge", name, "7k3m9x2p"],
        cwd=office.folder, input="y\n", capture_output=True, text=True, check=True,
        env={**os.environ, "XDG_STATE_HOME": str(office.state)},
    )  # fmt: skip
    assert "删除了 0 条，没有删 2 条" in done.stdout
    assert f"没有删 {name}：不是疑似垃圾" in done.stdout
    assert "没有删 7k3m9x2p：收件库里没有" in done.stdout


def test_a_key_file_that_is_none_opens_nothing(office: Office) -> None:
    _, name = office.add()
    done = office.run("review", "open", name, "--key", "MATTER", "--why", "审看", code=2)
    assert "AGE-SECRET-KEY" in done
