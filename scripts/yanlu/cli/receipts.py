"""`yanlu receipts`: the public log, sealed once a day, checked by anybody."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import click

from yanlu.cli.review import office_day, store_option
from yanlu.errors import LogError
from yanlu.git import changed_since, in_repository, would_be_in_git
from yanlu.intake.office import StoreGiven, store_folder
from yanlu.intake.store.database import existing, opened, write
from yanlu.intake.store.events import forget_sealed, overdue, waiting_lines
from yanlu.receipts.codes import read_code
from yanlu.receipts.cosigning import add_cosignatures
from yanlu.receipts.fetch import reader
from yanlu.receipts.holding import Borne, Public, check_receipt, read_receipt
from yanlu.receipts.lines import EventLine, KeyLine, SiteLine, read_line
from yanlu.receipts.log import read_log
from yanlu.receipts.notes import Signer, read_key
from yanlu.receipts.office import (
    former_signer,
    intake_key,
    intake_key_file,
    key_file,
    log_key,
    log_policy,
    log_signer,
)
from yanlu.receipts.policies import Policy
from yanlu.receipts.promises import TERM
from yanlu.receipts.releases import add_pending
from yanlu.receipts.restarting import restart
from yanlu.receipts.sealing import Made, Order, events_on, last_batch, refuse_clock, seal
from yanlu.receipts.verify import named_policy, verify
from yanlu.settings import Portal, open_portal, read_key_file
from yanlu.sources import SOURCE
from yanlu.website.published import PACKAGES, SUMS, published


@click.group()
def receipts() -> None:
    """凭证：只能添加的公开记录，每天封存一次，谁都可以核对。"""


@receipts.command()
@click.argument("name")
@click.option("--intake", is_flag=True, help="回执的密钥（intake_key），名字以 /intake 结尾。")
def key(name: str, intake: bool) -> None:
    """显示签名密钥公开的那一半，抄进 data/office.toml 的 log_key。

    NAME 是公开记录的名字，例如 yanlu.example.gov.cn/log，以后不能改。
    """
    path = intake_key_file() if intake else key_file()
    vkey = Signer(name, read_key_file(path)).key.vkey
    read_key(vkey)  # or NAME is none
    click.echo(vkey)


@receipts.command()
@click.argument("site", type=click.Path(path_type=Path), default="public")
def register(site: Path) -> None:
    """登记一版已经公布的网站：SITE 是做好的文件夹（默认 public）。"""
    portal = open_portal(Path.cwd())
    line = _site_line(site)
    if add_pending(portal.data, line):
        click.echo("已登记，等待封存：data/log/pending.txt。请用 git 提交。")
    else:
        click.echo("这一版网站已经登记过，在等待封存。")


def _site_line(site: Path) -> SiteLine:
    """The line of a finished site, of which every file is held against its sum.

    Raises:
        LogError: a file is missing or another, or the sources are not among them.
    """
    try:
        sums = (site / SUMS).read_bytes()
        told = dict(line.split("  ", 1)[::-1] for line in sums.decode().splitlines())
        wrong = [place for place, digest in told.items() if _digest(site / place) != digest]
    except OSError:
        raise LogError(
            f"{site.name}/ 不是一版完整的网站，缺少文件。请先运行 yanlu build。"
        ) from None
    if wrong:
        raise LogError(f"{site.name}/{wrong[0]} 与 {SUMS} 不符，没有登记。请重新生成网站。")
    if SOURCE not in told:
        raise LogError(
            f"{site.name}/ 里没有 {SOURCE}：生成网站的时候还有没提交的改动。请提交以后重新生成。"
        )
    return SiteLine(sha256(sums).hexdigest(), told[SOURCE])


def _digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


@receipts.command("seal")
@click.option(
    "--events",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="等着封存的事件行（收件的机器交来的文件，不在仓库里）。",
)
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    help="今天的日期：缺了一个星期以上的时候，用它确认电脑的日期没有错。",
)
def seal_log(events: Path | None, until: datetime | None) -> None:
    """把到今天为止缺的每一天写成一批，重新计算整份公开记录，签名。"""
    portal = open_portal(Path.cwd())
    _refuse_uncommitted(portal)
    signer, journal = log_signer(portal)
    log, day = read_log(portal.data), office_day()
    refuse_clock(log, day, until.date() if until else None)
    order = Order(
        day,
        portal.settings.receipts.events_per_day,
        published(portal.data),
        _events(events) if events else [],
        [KeyLine("intake", intake_key(portal))],
    )
    former = former_signer(portal, log, day)
    made = seal(portal.data, signer, order, secrets.token_bytes, journal, former)
    for said in _sealed(made, order, events_on(day, last_batch(log), order.events)):
        click.echo(said)


def _sealed(made: Made | None, order: Order, count: int) -> Iterator[str]:
    """What was sealed, in batches of so many event lines, and what is to be done about it."""
    if made is None:
        yield "今天的一批已经封存，没有再写。新的登记明天封存。"
        return
    yield (
        f"已封存 {len(made.days)} 天，公开记录共 {made.size} 行。"
        "请用 git 提交 data/log/，再生成网站。"
    )
    if count != order.events:
        yield (
            f"events_per_day 改成了 {order.events}：一年之内不能变，今年每天仍是 {count} 行，"
            f"{order.day.year + 1} 年起用新的。"
        )
    if made.left:
        yield (
            f"事件行放不下，有 {made.left} 行等下一天。常常这样的，请把 events_per_day 调大，"
            "明年起用。"
        )


@receipts.command("events")
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="写到哪个文件（不能在仓库里）。",
)
@store_option
def write_events(out: Path, folder: StoreGiven | None) -> None:
    """在收件的机器上：把等着封存的事件行写进文件，交给封存的电脑。先 git pull。"""
    portal = open_portal(Path.cwd())
    if would_be_in_git(out.absolute().parent):
        raise LogError(f"{out.name} 不能写在仓库里：它说得出真实的件数。请写到仓库之外。")
    sealed, today = read_log(portal.data).labels, office_day()
    open_there = existing if folder else opened  # where a folder was named, there must be a store
    with open_there(store_folder(portal, folder)) as store:
        write(store.main, lambda main: forget_sealed(main, sealed))
        lines = waiting_lines(store.main)
        _put(out, "".join(f"{line}\n" for line in lines))
        late = overdue(store.main, today - TERM)
    click.echo(f"已写到 {out}。请交给封存的电脑，封存以后把它删去。")
    if late:
        click.echo(
            f"注意：有 {late} 行过了承诺的 {TERM.days} 天还没有封存。请查封存有没有每天做，"
            "事件行是不是放不下，这里的 data/log/ 是不是最新的（git pull）。"
        )


def _put(out: Path, text: str) -> None:
    """Write a file for its owner's eyes, whole or not at all; `opened` has set the umask."""
    aside = out.with_name(f".{out.name}.writing")
    try:
        aside.write_text(text, "ascii")
        aside.replace(out)
    except OSError as error:
        raise LogError(f"{out} 写不进（{error.strerror}）。请检查磁盘和权限。") from None
    finally:
        aside.unlink(missing_ok=True)


def _refuse_uncommitted(portal: Portal) -> None:
    """What is sealed as published must be what is published: in a commit.

    Raises:
        LogError: a package was changed since, or was never committed.
    """
    if in_repository(portal.folder) and changed_since(portal.folder, "HEAD", PACKAGES):
        raise LogError("数据包有没提交的改动，没有封存：封存的应当是公布了的。请先用 git 提交。")


def _events(path: Path) -> list[EventLine]:
    if would_be_in_git(path.parent):
        raise LogError(f"{path.name} 放在了仓库里，没有封存：它说得出真实的件数。请移到仓库之外。")
    found = []
    for number, text in enumerate(path.read_text("ascii", errors="replace").splitlines(), 1):
        line = read_line(text) if text.startswith("event/1 ") else None
        if not isinstance(line, EventLine):
            raise LogError(f"{path.name} 第 {number} 行不是事件行，没有封存。")
        found.append(line)
    return found


@receipts.command("restart")
@click.argument("size", type=click.IntRange(min=1))
def restart_log(size: int) -> None:
    """密钥可能被人拿走以后：从 SIZE 行的检查点起不再相信旧的记录，另起一份。"""
    portal = open_portal(Path.cwd())
    former = restart(portal.data, log_key(portal), size)
    click.echo(
        f"旧的记录搬到了 data/former-logs/{former.number}/，可信的到 {size} 行为止。"
        "请用 git 提交，再用新的密钥封存：第一批会写明它的最后一个可信检查点。"
    )


@receipts.command()
@click.argument("sent", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def cosign(sent: Path) -> None:
    """把见证人的签名加到检查点上。SENT 是见证人交来的：签过名的检查点，或者只有签名的那一行。"""
    portal = open_portal(Path.cwd())
    new = add_cosignatures(portal.data, log_policy(portal), sent.read_bytes())
    if new:
        names = "、".join(key.name for key in new)
        click.echo(f"已添加 {names} 的签名。请用 git 提交 data/log/，再生成网站。")
    else:
        click.echo("这些签名以前已经添加过。")


@receipts.command("verify")
@click.argument("place")
@click.option("--key", "vkey", help="公开记录的公钥。不给，就用它自己 policy.txt 里的。")
@click.option(
    "--old",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="以前存下的检查点（checkpoint 文件）：看是不是接着它写的。",
)
def verify_log(place: str, vkey: str | None, old: Path | None) -> None:
    """把一份公开记录从头到尾核对一遍。PLACE 是它的地址（以 /log/ 结尾）或者文件夹。"""
    read = reader(place)
    policy = Policy([read_key(vkey)]) if vkey else named_policy(read)
    verified = verify(read, policy.logs[0], old.read_bytes() if old else None)
    policy.require_quorum(verified.note)
    at = verified.checkpoint
    click.echo(f"核对通过：{at.origin}，{at.size} 行，根 {at.root.hex()}。")
    if vkey is None:
        _warn(policy)
    if old is None:
        click.echo(
            "注意：没有给出以前的检查点，看不出给您看的是不是旧的。"
            "请存下现在的 checkpoint，下次用 --old 给出。",
            err=True,
        )


@receipts.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("place")
@click.option("--key", "vkey", help="公开记录的公钥。不给，就用它自己 policy.txt 里的。")
def check_held(file: Path, place: str, vkey: str | None) -> None:
    """拿回执文件 FILE 和编号，与公开记录（地址或者文件夹 PLACE）核对。编号由您输入，不显示。"""
    read, receipt = reader(place), read_receipt(file.read_bytes())
    policy = Policy([read_key(vkey)]) if vkey else named_policy(read)
    verified = verify(read, policy.logs[0])
    policy.require_quorum(verified.note)
    secret = read_code(click.prompt("回执编号", hide_input=True))
    log = Public(verified.checkpoint.origin, verified.entries, office_day())
    for said in _borne(check_receipt(log, receipt, secret)):
        click.echo(said)
    if vkey is None:
        _warn(policy)


def _warn(policy: Policy) -> None:
    click.echo(
        "注意：没有给出公钥，用的是它自己写的那一把。换了公钥的假记录也能这样通过："
        f"请从别处核对这把公钥：{policy.logs[0].vkey}",
        err=True,
    )


def _borne(borne: Borne) -> Iterator[str]:
    yield f"核对通过：公开记录里有您的 {borne.sealed} 步，与回执一样，没有藏起来的。"
    if borne.words:
        yield f"文件里的 {borne.words} 处文字，与当时定住的一字不差。"
    if borne.lost:
        yield f"另有 {borne.lost} 步，单位说恢复备份时丢了，核对不了。"
    if borne.elsewhere:
        yield (
            f"另有 {borne.elsewhere} 步写在另一个名字的公开记录里，这里没有核对："
            "单位换过名字的，请再用以前那一份的地址（log/former-1/）核对一次。"
        )
    if borne.waiting:
        yield f"还有 {borne.waiting} 步在等封存，没有过期。过几天再核对一次。"
