"""From a suggestion sent by the form to proposed, published and answered, all at the desk."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

import pyrage
import pytest

from doubles.citizen import WRITTEN, ask
from doubles.clerk import PHONE, Office, desk_office, words
from intake.loop import git
from yanlu.headers import CSP, HEADERS
from yanlu.intake.persons import expected, signers
from yanlu.intake.store.database import change, opened, rows
from yanlu.intake.store.records import history
from yanlu.intake.web.desk import IDLE, Session
from yanlu.model import CHINA
from yanlu.packages.suggestions import open_suggestion

SUMMARY = "建议沿步道加一排路灯，先装有台阶的地方。"
ANSWER = "我们到现场数过，步道有三处台阶没有灯。明年三月以前沿步道装二十盏，先装台阶旁边的。"
BODY = "body-urban"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with desk_office(tmp_path_factory.mktemp("desk")) as office:
        yield office


def test_a_suggestion_goes_from_the_form_to_its_answer_without_a_command(office: Office) -> None:
    clerk, name = office.clerk, office.sent()
    clerk.sign_in("王某")
    assert re.search(rf"{name}\s+\d+年\d+月\d+日以前要登记、转送", words(clerk.look("")))
    item = words(clerk.look(f"item/{name}"))
    assert WRITTEN["matter"] in item
    assert PHONE not in item
    page = f"item/{name}/approve"
    missing = clerk.send(page, title="步道加路灯", text=SUMMARY, step="look")
    assert (missing.status, SUMMARY in missing.text) == (422, True)
    assert "题目、文字和承办单位都要写" in words(missing)
    fields = {"title": "步道加路灯", "text": SUMMARY, "body": BODY}
    again = clerk.send(page, **{**fields, "text": f"请打{PHONE}。"}, step="look")
    assert "文字里还有" in words(again)
    shown = words(clerk.send(page, **fields, step="look"))
    assert "网上会看到的" in shown
    assert "您写的摘要" in shown
    assert office.of(name)["delivery"] == "waiting"  # looking stores nothing
    clerk.send(page, **fields, step="save")
    refused = clerk.send(f"item/{name}/second", what="release", step="agree")
    assert "要由另一个人确认" in words(refused)
    assert "等第二个人确认" in words(clerk.look("batch"))
    clerk.sign_in("李某")
    assert "等您确认的1件" in words(clerk.look(""))
    assert SUMMARY in words(clerk.look(f"item/{name}/second"))
    assert "已确认" in words(clerk.send(f"item/{name}/second", what="release", step="agree"))
    sheet = words(clerk.look("sheet/next"))
    assert all(said in sheet for said in (name, "步道加路灯", "王某", "李某", "第十七条"))
    proposed = clerk.send("batch")
    assert "提出了 1 批" in words(proposed)
    (batch,) = re.findall(r'href="\S+batch/(\S+?)"', proposed.text)
    assert SUMMARY in words(clerk.look(f"batch/{batch}"))
    assert name in words(clerk.look(f"sheet/{batch}"))
    (branch,) = re.findall(r'href="\S+(proposal/\S+?)"', clerk.look("batch").text)
    assert SUMMARY in words(clerk.look(branch))
    assert "已合并" in words(clerk.send(branch))
    assert "可能别人已经合并了" in words(clerk.send(branch))
    assert "审完了 1 批" in words(clerk.send("batch"))
    assert "已公布" in words(clerk.look(f"item/{name}"))
    reply = f"item/{name}/reply"
    model = clerk.send(reply, outcome="adopted", text="先写的一句。", step="model")
    assert "先写的一句。" in model.text
    assert "＿＿" in model.text
    given = {"outcome": "adopted", "reason": "可行。", "conversion": "better-work"}
    unknown = clerk.send(reply, **{**given, "conversion": "plan"}, text=ANSWER, step="look")
    assert "没有代码为 plan 的转化途径" in words(unknown)
    blank = clerk.send(reply, **given, text="＿＿", step="look")
    assert "空（＿＿）还没有填完" in words(blank)
    assert "回复太短" in words(blank)
    assert ANSWER in words(clerk.send(reply, **given, text=ANSWER, step="look"))
    said = words(clerk.send(reply, **given, text=ANSWER, step="save"))
    assert "另一个人合并以后，网上才有" in said, said
    assert "已经有一步等着合并" in words(clerk.send(reply, **given, text=ANSWER, step="save"))
    (branch,) = re.findall(r'href="\S+(proposal/\S+?)"', clerk.look("batch").text)
    assert ANSWER in words(clerk.look(branch))
    assert "要由另一个人合并" in words(clerk.send(branch))
    clerk.sign_in("王某")
    clerk.send(branch)
    assert git(office.folder, "status", "--porcelain") == ""
    clerk.send("batch")
    path = office.folder / "data" / "suggestions" / f"{datetime.now(CHINA):%Y}" / f"{name}.md"
    assert open_suggestion(path).reply == ANSWER
    assert office.of(name)["fate"] == "replied"
    printed = words(clerk.look(f"item/{name}/letter-reply"))
    assert "采纳" in printed
    assert ANSWER in printed
    log = git(office.folder, "log", "--all", "--format=%an %cn %B")
    assert not any(person in log for person in ("王某", "李某", PHONE))


def test_what_is_not_published_is_moved_and_answered_in_the_store_alone(office: Office) -> None:
    clerk, name = office.clerk, office.sent(consent_summary="")
    clerk.sign_in("王某")
    fields = {"title": "步道加路灯", "text": SUMMARY, "body": BODY, "step": "save"}
    assert "已确认。" in words(clerk.send(f"item/{name}/approve", **fields))
    offered = re.findall(r'name="to" value="(\S+?)"', clerk.look(f"item/{name}/move").text)
    assert offered == ["forwarded"]  # of the table, but for an answer and a withdrawal
    refused = clerk.send(f"item/{name}/move", to="carried-out", note="写了的")
    assert "不能变成“已落实”" in words(refused)
    assert "写了的" in refused.text
    for fate in ("forwarded", "handling"):
        clerk.send(f"item/{name}/move", to=fate, body=BODY)
    given = {"outcome": "adopted", "reason": "可行。", "step": "save", "key": office.key}
    repeated = clerk.send(f"item/{name}/reply", **given, text=f"{ANSWER}请接电话{PHONE}。")
    assert "重复了原文里遮盖的内容" in words(repeated)
    assert office.key not in repeated.text
    assert "已回复" in words(clerk.send(f"item/{name}/reply", **given, text=ANSWER))
    assert office.of(name)["fate"] == "replied"


def test_a_reason_that_tells_of_somebody_is_not_kept(office: Office) -> None:
    clerk, name = office.clerk, office.sent()
    clerk.sign_in("王某")
    refused = clerk.send(f"item/{name}/return", why=f"{PHONE}来电说不公布")
    assert (refused.status, "理由或者说明里有电话" in words(refused)) == (422, True)
    assert office.of(name)["delivery"] == "waiting"


def test_two_that_say_the_same_are_merged(office: Office) -> None:
    clerk, lead = office.clerk, office.sent(consent_summary="")
    clerk.sign_in("王某")
    fields = {"title": "步道加路灯", "text": SUMMARY, "body": BODY, "step": "save"}
    clerk.send(f"item/{lead}/approve", **fields)
    name = office.sent(consent_summary="")
    assert 'name="into"' in clerk.look(f"item/{name}/merge").text
    doubtful = clerk.send(f"item/{name}/merge", other=lead, why="与王小明说的一样")
    assert "理由里可能有姓名" in words(doubtful)
    assert "已并入" in words(clerk.send(f"item/{name}/merge", other=lead, why="同一段步道"))
    assert office.of(name)["fate"] == "merged"


def test_raw_text_is_opened_with_a_key_and_a_reason_and_that_is_listed(office: Office) -> None:
    clerk, name = office.clerk, office.sent(consent_summary="")
    clerk.sign_in("赵某")
    page = f"item/{name}/open"
    assert "请粘贴本单位的私钥" in words(clerk.send(page, why="审看"))
    assert "请写为什么要看" in words(clerk.send(page, key=office.key))
    assert "私钥文件打不开" in words(clerk.send(page, why="审看", **{"key-file": "/nowhere"}))
    wrong = clerk.send(page, why="审看", key=str(pyrage.x25519.Identity.generate()))
    assert wrong.status == 422
    path = str(office.store.parent / "office.key")
    opened_page = clerk.send(page, why="本人来电", **{"key-file": path})
    assert PHONE in opened_page.text
    assert opened_page.headers["cache-control"] == "no-store"
    assert re.search(rf"赵某\s+{name}（看过原文）\s+本人来电", words(clerk.look("openings")))
    assert PHONE not in words(clerk.look(f"item/{name}"))


def test_a_removal_is_done_when_another_person_agrees(office: Office) -> None:
    clerk, name = office.clerk, office.sent(consent_summary="")
    clerk.sign_in("王某")
    assert "先要用留下的联系方式" in words(clerk.send(f"item/{name}/remove", what="erase"))
    clerk.send(f"item/{name}/read", why="本人来电")
    assert "还要另一个人确认" in words(clerk.send(f"item/{name}/remove", what="erase"))
    assert "请写不同意的理由" in words(
        clerk.send(f"item/{name}/second", what="erase", step="refuse")
    )
    clerk.sign_in("李某")
    assert "已删除" in words(clerk.send(f"item/{name}/second", what="erase", step="agree"))
    assert office.of(name)["text"] is None
    with opened(office.store) as store:
        assert history(store.main, name)[-1]["by"] == "李某"
        assert name not in [one["submission"] for one in expected(store)]


def test_spam_is_deleted_in_bulk_once_it_is_chosen_and_meant(office: Office) -> None:
    clerk, names = office.clerk, [office.sent() for _ in range(3)]
    with opened(office.store) as store:
        for name in names:
            change(store.main, "UPDATE submission SET lane = 'suspected' WHERE id = ?", (name,))
    clerk.sign_in("王某")
    assert all(name in words(clerk.look("spam")) for name in names)
    chosen = [("name", name) for name in names[:2]]
    unsure = clerk.send("spam", *chosen)
    assert "删了不能恢复" in words(unsure)
    assert unsure.text.count(" checked") == 2
    assert "删了 2 条" in words(clerk.send("spam", *chosen, sure="yes"))
    with opened(office.store) as store:
        left = {row["id"] for row in rows(store.main, "SELECT id FROM submission")}
    assert left & set(names) == {names[2]}


def test_signers_and_deputies_are_named_at_the_desk(office: Office) -> None:
    clerk = office.clerk
    clerk.sign_in("王某")
    wrong = clerk.send("signers", name="张某", deputy="李某", until="明天")
    assert "日期看不懂" in words(wrong)
    assert 'value="明天"' in wrong.text
    assert "由李某代到" in words(
        clerk.send("signers", name="张某", deputy="李某", until="2099-01-01")
    )
    assert "已经去掉" in words(clerk.send("signers", drop="张某"))


def test_a_batch_is_carried_out_and_in_at_the_desk(office: Office) -> None:
    clerk = office.clerk
    clerk.sign_in("王某")
    assert "请写文件放在哪里" in words(clerk.send("carry", step="out"))
    stick = office.store.parent / "none.bundle"
    assert "里面是主分支，没有等着审核的" in words(clerk.send("carry", step="out", file=str(stick)))
    assert "主分支没有变" in words(clerk.send("carry", step="in", file=str(stick)))


def test_nobody_but_the_browser_that_was_let_in_is_told_anything(office: Office) -> None:
    clerk = office.clerk
    clerk.sign_in("王某")
    port, root, host = clerk.port, clerk.root, f"127.0.0.1:{clerk.port}"
    let_in = {"Host": host, "Cookie": clerk.cookie}
    for path, headers in (
        (clerk.start.partition(host)[2], {"Host": host}),  # the address a second time
        (root, {"Host": host}),
        (f"{root}nowhere", {"Host": host}),
        (root, {"Host": host, "Cookie": "desk=x"}),
        (root, {**let_in, "Host": f"evil.example:{port}"}),  # DNS rebinding
        (root, {**let_in, "Host": f"localhost:{port}"}),
        (root, {**let_in, "Sec-Fetch-Site": "cross-site"}),
        (root, {**let_in, "Sec-Fetch-Site": "same-site"}),  # another port of this machine
    ):
        answer = ask(port, path, method="GET", **headers)
        assert (answer.status, "王某" in answer.text) == (403, False)
    form = [("token", clerk.token), ("name", "张某")]
    for sent, headers in (
        ([("token", ""), *form[1:]], let_in),
        ([("token", "x"), *form[1:]], let_in),
        (form[1:], let_in),
        (form, {**let_in, "Origin": "http://evil.example"}),
        (form, {"Host": host}),
    ):
        assert ask(port, f"{root}signers", sent, **headers).status == 403
    with opened(office.store) as store:
        assert "张某" not in [one.name for one in signers(store.main)]
    told = clerk.look("").headers
    assert told["content-security-policy"] == HEADERS[CSP]
    assert (told["cache-control"], told["referrer-policy"]) == ("no-store", "no-referrer")
    assert f"HttpOnly; Path={root}; SameSite=strict" in clerk.let_in_by
    assert not clerk.log.read_text("utf-8")


def test_whoever_signs_in_late_finds_what_was_typed(office: Office) -> None:
    clerk, name = office.clerk, office.sent()
    clerk.sign_in("王某")
    clerk.send("leave")
    late = clerk.send(f"item/{name}/approve", title="题目", text=SUMMARY, step="save")
    assert "您是哪一位" in words(late)
    carried = re.findall(r'hidden" name="(?!token)(\w+)" value="(.*?)"', late.text)
    assert ("text", SUMMARY) in carried
    assert "请只写姓名" in words(clerk.send("", **{"sign-in": "李某（代张某）"}))
    back = clerk.send(f"item/{name}/approve", *carried, **{"sign-in": "李某"})
    assert SUMMARY in back.text
    assert office.of(name)["delivery"] == "waiting"  # signing in decides nothing


def test_a_name_is_asked_for_again_after_half_an_hour() -> None:
    session = Session()
    session.who(0.0)
    session.by = "王某"
    assert session.who(IDLE) == "王某"
    assert session.who(2 * IDLE + 1) == ""
