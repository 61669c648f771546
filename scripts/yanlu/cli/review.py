"""`yanlu review`: staff look at what came in, and decide. Every act says who did it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import click

from yanlu.cli.main import REVIEW, Verbs
from yanlu.cli.reminders import aging, others, pressing, reported, unseconded
from yanlu.cli.together import alike_lines, merged_lines
from yanlu.errors import InputError, IntakeError
from yanlu.intake import review as acts
from yanlu.intake import rights
from yanlu.intake.accept import TEXTS
from yanlu.intake.consent import own_words
from yanlu.intake.delivery import DELIVERIES, Delivery
from yanlu.intake.office import StoreGiven, store_folder, store_given
from yanlu.intake.persons import Decision, is_expected
from yanlu.intake.purging import purge_suspected
from yanlu.intake.queues import received_in, waiting
from yanlu.intake.redact import Redacted, confirm, official_numbers
from yanlu.intake.seal import AGE
from yanlu.intake.seconding import ask_removal
from yanlu.intake.store.database import Store, existing
from yanlu.intake.store.records import REPLY_KEPT, history
from yanlu.model import CHINA, FATES, Fate, Month
from yanlu.settings import Codes, Portal, open_portal, read_codes

Command = TypeVar("Command", bound=Callable[..., Any])
WISHES = {"summary": "可以公布摘要", "words": "可以公布原话", "unlisted": "不公布"}
KINDS = {"suggestion": "建议", "claim": "申诉求决", "accusation": "检举控告"}
_WRITERS = {"one": "", "joint": "联名", "organisation": "单位"}
HEADS = {"title": "题目", "matter": "现在的情况", "proposal": "办法"}
WITH_FILE = click.Path(path_type=Path, exists=True, dir_okay=False, allow_dash=True)
store_option = click.option(
    "--store",
    "folder",
    type=store_given,
    metavar="地方",
    help="收件库所在的文件夹，或者数据库：postgresql:///库名。",
)
by_option = click.option(
    "--by", required=True, envvar="YANLU_REVIEWER", help="谁做的（也可以设 YANLU_REVIEWER）。"
)


@click.group(cls=Verbs, verbs=REVIEW)
def review() -> None:
    """审看收到的建议。每一步都记下是谁做的，只记在收件库里。"""


@contextmanager
def at_office(folder: StoreGiven | None) -> Iterator[tuple[Portal, Store]]:
    """The office's settings and its open store, which must be there."""
    portal = open_portal(Path.cwd())
    with existing(store_folder(portal, folder)) as store:
        yield portal, store


def act_of(by: str) -> acts.Act:
    """What somebody does today."""
    return acts.Act(by, office_day())


def office_day() -> date:
    """The day at the office, wherever this machine thinks it is."""
    return datetime.now(CHINA).date()


def _month(_context: click.Context, _option: click.Parameter, given: str | None) -> Month | None:
    return Month.parse(given) if given else None


def month_option(said: str) -> Callable[[Command], Command]:
    """`--month`, with what it is for."""
    return click.option("--month", callback=_month, help=said)


@review.command("list")
@month_option("这个月（年-月）收到的全部，不论到了哪一步：给丢了编号的人找。")
@store_option
def list_(month: Month | None, folder: StoreGiven | None) -> None:
    """紧急的在最前；还要看的，先来的在前，疑似垃圾的在最后；然后是只在库里、没有回复的。"""
    with at_office(folder) as (portal, store):
        found = received_in(store, month) if month else waiting(store)
        line = partial(_line, portal)
        more = [] if month else [*others(store, line)]
        first = [] if month else [*reported(store), *pressing(store, line), *unseconded(store)]
        last = [] if month else [*aging(store, portal.settings.intake.text_days, office_day())]
    for said in first:
        click.echo(said)
    for held in found:
        click.echo(_line(portal, held))
    click.echo(f"共 {len(found)} 条。")
    for said in [*more, *last]:
        click.echo(said)


def _line(portal: Portal, held: dict[str, Any]) -> str:
    topic = portal.codes["topics"].title(held["topic"])
    state = DELIVERIES[Delivery(held["delivery"])].shown
    said = "，".join(marks(portal, held))
    return "  ".join((held["id"], held["day"], topic, state, said))


def marks(portal: Portal, held: Mapping[str, Any]) -> list[str]:
    """What must be known of a record before it is opened."""
    found = [KINDS[held["kind"]], WISHES[held["wish"]], *writing(portal, held)]
    found += ["已并案"] if held["fate"] == Fate.MERGED else []
    found += ["要看原文"] if must_be_opened(held) else []
    found += [f"同样的共 {held['same']} 条"] if held.get("same", 1) > 1 else []
    return found + (["疑似垃圾"] if held["lane"] == "suspected" else [])


def writing(portal: Portal, held: Mapping[str, Any]) -> list[str]:
    """By which channel it came, and what must be known of its writer to handle it rightly."""
    channel = portal.codes["channels"].title(held["channel"])
    child = "不满14周岁，不公布" if held["child"] else ""
    return [said for said in (channel, _WRITERS[held["writer"]], child) if said]


def must_be_opened(held: Mapping[str, Any]) -> bool:
    """What was erased, or has outlived its term, nobody can open any more."""
    return bool(held["needs_person"]) and held["text"] is not None


@review.command()
@click.argument("name", metavar="ID")
@store_option
def show(name: str, folder: StoreGiven | None) -> None:
    """看一条：遮盖后的文字、同意了什么、经过。"""
    with at_office(folder) as (portal, store):
        held = acts.record(store, name)
        steps = history(store.main, name)
        outcomes = read_codes(portal.data / "codes" / "outcomes.csv")
        together = [*merged_lines(store, held), *alike_lines(store, portal.data, held)]
    topic, region = (portal.codes[f"{what}s"].title(held[what]) for what in ("topic", "region"))
    click.echo(f"{name}  {KINDS[held['kind']]}  {topic}  {region}  {WISHES[held['wish']]}")
    click.echo("，".join(writing(portal, held)))
    if held["call"]:
        click.echo(f"回应的征集：{held['call']}")
    for part, text in json.loads(held["redacted"] or "{}").items():
        click.echo(f"\n【{HEADS[part]}】\n{text}")
    if held["confirmed"]:
        click.echo(f"\n【已确认】\n{joined(json.loads(held['confirmed']))}")
    for line in together:
        click.echo(line)
    for answer in rights.replies(steps):
        why = f"理由：{answer.reason}\n" if answer.reason else ""
        click.echo(f"\n【回复：{outcomes.title(answer.outcome)}】\n{why}{answer.text}")
    click.echo("\n【经过】")
    for facts in told(steps):
        click.echo("  ".join(facts))
    if must_be_opened(held):
        click.echo("\n里面可能有程序认不出的内容：请先用 yanlu review open 看原文。")


def told(steps: Sequence[Mapping[str, Any]]) -> Iterator[list[str]]:
    """Each step of a history: when, what, who, and what the office noted."""
    for step in steps:
        # not a reply, which is no remark
        said = step["note"] if step["what"] in _OWN and step["what"] != REPLY_KEPT else None
        facts = (step["day"], _happening(step["what"]), step["by"], said)
        yield [fact for fact in facts if fact]


def _happening(what: str) -> str:
    if what in frozenset(Fate):
        return FATES[Fate(what)].shown
    return _OWN.get(what, what)


_OWN = {
    "opened": "看过原文",
    "exported": "导出，录入正式系统",
    "numbered": "记下了正式系统的登记编号",
    "urgent": "标为紧急",
    "urgent-over": "不再紧急",
    "archived": "已交档案",
    "frozen": "已成批",
    "dissolved": "那一批取消了",
    "proposed": "已提出审核",
    "published": "已合并公布",
    "left-out": "没有合并（审核被关闭，或者从这一批里去掉了）",
    "branch-gone": "审核分支不见了",
    "off-main": "在主分支上不见了",
    "back-on-main": "又回到主分支上",
    "returned-by-staff": "退回",
    "seconded": "第二个人确认了",
    "step-proposed": "提出了办理的一步，等另一个人合并",
    "merged-here": "合并，公布",
    "withdraw-asked": "提出替本人撤回",
    "withdraw-refused": "没有同意替本人撤回",
    "erase-asked": "提出替本人删除",
    "erase-refused": "没有同意替本人删除",
    "confirmed-anew": "重新确认了文字，放回撤下的那一页",
    REPLY_KEPT: "撤下以前留下了网上的回复",
    "consent-narrowed": "本人缩小了公布范围",
    "contact-corrected": "本人换了联系方式",
    "erased": "按本人的要求删除了内容和联系方式",
}


def joined(text: Mapping[str, str]) -> str:
    """Title and text, as they are shown before they go out; nothing where there are none."""
    return "\n\n".join(text[part] for part in ("title", "text") if part in text)


@review.command("open")
@click.argument("name", metavar="ID")
@click.option(
    "--key", "private", type=WITH_FILE, help="age 私钥文件（参考单位的是公开的，不用给）。"
)
@click.option("--why", required=True, help="为什么要看，会记下来。")
@by_option
@store_option
def open_(name: str, private: Path | None, why: str, by: str, folder: StoreGiven | None) -> None:
    """在存有私钥的电脑上看原文和联系方式，只显示在屏幕上。"""
    with at_office(folder) as (portal, store):
        key = identity(portal, private)
        raw = acts.open_raw(store, AGE, name, key, act_of(by), why)
    for part in TEXTS:
        if part in raw.text:
            click.echo(f"【{HEADS[part]}】\n{raw.text[part]}\n")
    reached = [value for value in raw.contact.values() if value]
    click.echo("【联系方式】\n" + ("\n".join(reached) or "没有留。"))
    if raw.appeal:
        click.echo(f"\n【请求再研究的理由】\n{raw.appeal}")


def identity(portal: Portal, private: Path | None) -> str:
    """The office's private key; that of the reference office is public."""
    public = portal.settings.intake.public_test_identity
    if private:
        return key_line(read_text(private))  # also from the keyboard: a key need not be in a file
    if public:
        return public
    raise IntakeError("请用 --key 指定本单位的 age 私钥文件。")


def key_line(content: str) -> str:
    """The key line of an age-keygen file, whose other lines are comments."""
    lines = [line for line in content.splitlines() if line and not line.startswith("#")]
    if len(lines) != 1 or not lines[0].startswith("AGE-SECRET-KEY-"):
        raise IntakeError("私钥文件里应当只有一行 AGE-SECRET-KEY-…（# 开头的是说明）。")
    return lines[0]


@review.command()
@click.argument("name", metavar="ID")
@click.option("--why", required=True, help="为什么看的，会记下来。")
@by_option
@store_option
def read(name: str, why: str, by: str, folder: StoreGiven | None) -> None:
    """记下：--by 写的这个人已经在存有私钥的电脑上看过原文（那里用 open 打开的是一份备份）。"""
    with at_office(folder) as (_, store):
        acts.note_reading(store, name, act_of(by), why)
    click.echo("已记下。")


@review.command()
@click.argument("name", metavar="ID")
@click.option("--body", required=True, help="承办单位的代码，见 data/codes/bodies.csv。")
@click.option("--title", help="公布的题目。")
@click.option("--text", "file", type=WITH_FILE, help="公布的文字（摘要）；- 表示从键盘输入。")
@click.option("--yes", is_flag=True, help="不再问一遍。")
@by_option
@store_option
def approve(
    name: str, body: str, title: str | None, file: Path | None, yes: bool, by: str,
    folder: StoreGiven | None,
) -> None:  # fmt: skip
    """确认公布的文字。同意公布原话的，默认用遮盖后的原话；只同意摘要的，由您写。"""
    with at_office(folder) as (portal, store):
        bodies = read_codes(portal.data / "codes" / "bodies.csv")
        refuse_unlisted(bodies, body)
        said = _text_to_confirm(acts.record(store, name), title, file)
        click.echo(f"\n{joined(said)}\n\n承办单位：{bodies.title(body)}")
        if not yes:
            click.confirm("网上将公布这些文字（本人不同意公布的只存在库里）。确认吗？", abort=True)
        agreed = acts.Confirmed(
            confirmed(portal, said["title"], by), confirmed(portal, said["text"], by), body
        )
        acts.approve(store, name, agreed, act_of(by))
        alone = is_expected(store.main, name, Decision.RELEASE)
    click.echo("已确认。" + (f"还要另一个人用 yanlu review second {name} 确认。" if alone else ""))


def refuse_unlisted(bodies: Codes, body: str) -> None:
    """Only bodies of the list; the message names them."""
    if body not in bodies:
        listed = "、".join(f"{code}（{bodies.title(code)}）" for code in bodies.rows)
        raise IntakeError(f"没有代码为 {body} 的承办单位。可以用：{listed}。")


def confirmed(portal: Portal, text: str, by: str) -> Redacted:
    """A text for which a member of staff stands."""
    return confirm(text, by=by, keep=official_numbers(portal.data))


def _text_to_confirm(held: dict[str, Any], title: str | None, file: Path | None) -> dict[str, str]:
    redacted = json.loads(held["redacted"] or "{}")
    text = read_text(file) if file else None
    if held["wish"] == "words" and redacted:
        return {"title": title or redacted["title"], "text": text or own_words(redacted)}
    if not title or not text:
        raise IntakeError("请用 --title 写题目，用 --text 给出写好摘要的文件。")
    return {"title": title, "text": text}


def read_text(file: Path) -> str:
    """What staff wrote, in a file or at the keyboard."""
    try:
        with click.open_file(str(file), encoding="utf-8") as opened_file:
            return str(opened_file.read()).strip()
    except UnicodeDecodeError:
        raise InputError(f"{file.name} 不是 UTF-8 文本。请在编辑器里另存为 UTF-8。") from None


@review.command("return")
@click.argument("name", metavar="ID")
@click.option("--why", required=True, help="理由，只记在库里。不要写来信人的情况。")
@by_option
@store_option
def return_(name: str, why: str, by: str, folder: StoreGiven | None) -> None:
    """收回已确认的，或者决定不公布（留在库里，照样办理）。"""
    with at_office(folder) as (_, store):
        acts.send_back(store, name, why, act_of(by))
    click.echo("已退回。")


@review.command()
@click.argument("name", metavar="ID")
@click.argument("state", metavar="STATE", type=click.Choice([str(fate) for fate in Fate]))
@click.option("--body", help="转交的承办单位代码。")
@click.option("--note", default="", help="单位写的说明。")
@by_option
@store_option
def move(
    name: str, state: str, body: str | None, note: str, by: str, folder: StoreGiven | None
) -> None:
    """改变只在库里的一条的进展；申诉和检举用 redirected 转送。"""
    with at_office(folder) as (portal, store):
        if body is not None:
            refuse_unlisted(read_codes(portal.data / "codes" / "bodies.csv"), body)
        acts.move(store, name, Fate(state), act_of(by), body=body, note=note)
    click.echo(f"现在是“{FATES[Fate(state)].shown}”。")


@review.command()
@click.argument("name", metavar="ID")
@by_option
@store_option
def withdraw(name: str, by: str, folder: StoreGiven | None) -> None:
    """替丢了编号或者口令的人提出撤回；先用 open 打开联系方式，联系上本人。"""
    with at_office(folder) as (_, store):
        ask_removal(store, name, Decision.WITHDRAW, act_of(by))
    click.echo(f"已记下。还要另一个人用 yanlu review second {name} 确认，才撤回。")


@review.command()
@click.argument("name", metavar="ID")
@by_option
@store_option
def erase(name: str, by: str, folder: StoreGiven | None) -> None:
    """替丢了编号或者口令的人提出删除；先用 open 打开联系方式，联系上本人。"""
    with at_office(folder) as (_, store):
        ask_removal(store, name, Decision.ERASE, act_of(by))
    click.echo(f"已记下。还要另一个人用 yanlu review second {name} 确认，才删除。")


@review.command()
@click.argument("names", metavar="ID...", nargs=-1, required=True)
@store_option
def purge(names: tuple[str, ...], folder: StoreGiven | None) -> None:
    """成批删除看过的疑似垃圾；有人处理过的不删。只留下回执编号的散列，好让本人查得到。"""
    click.confirm(f"要删除 {len(names)} 条，不能恢复。确认吗？", abort=True)
    with at_office(folder) as (_, store):
        purged = purge_suspected(store, names, office_day())
    for name, why in purged.refused.items():
        click.echo(f"没有删 {name}：{why}。")
    click.echo(f"删除了 {len(purged.gone)} 条，没有删 {len(purged.refused)} 条。")
