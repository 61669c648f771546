"""Whether an installation is fit, and what to do where it is not.

Pure: `Facts` are gathered at the rim, on the machine where the command runs. An office has
several machines, and not everything is seen from each: what cannot be seen is told as such, and is
no fault.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

MINUTE, HOUR, DAY = 60, 3600, 86_400  # seconds
MOST_SKEW = 30  # seconds by which a clock may be wrong: signatures and tokens bear times
LEAST_FREE = 2 << 30  # bytes: a store of some years with two backups beside it
OLDEST_BACKUP = HOUR  # made every quarter of an hour: content/about/restore.md
OLDEST_LOOK = 15 * MINUTE  # alarms that nobody reads for so long ring for nobody
ABROAD = ("github.com", "gitlab.com", "bitbucket.org", "codeberg.org")
_ASK = "请打12345问"  # what `yanlu new` writes where nobody has said it


class State(StrEnum):
    """How a check ended."""

    OK = "ok"
    FIX = "fix"
    UNSEEN = "unseen"


@dataclass(frozen=True)
class Facts:
    """What was seen; None where it cannot be seen from here.

    `keys`: for each key, what is wrong with it ("" nothing; None: it is not on this machine).
    `skew`: seconds by which this clock is behind others'; `ahead`: by which the last commit lies in
    the future. `free`: bytes on the disk of the store. `headers`: names of headers that the site
    should send and does not. `sqlite`, `server`, `forge`: what is wrong, "" nothing; `server`: None
    where the store is in files. `log`: the same of how long its log keeps things. `left`: folders
    with files of a store that is not the one in use, and whether that has moved there. `private`,
    `writes`: whether the forge's repository is private, and whether we may write to it. `host` of
    the forge is "local" for the repository itself. `identifiers`, `contact`: what the footer and
    the settings say. `look`: seconds since a program last read the alarms; `backup`: since the last
    good backup. `hooks`: names of those that are missing, or ask a program that is gone.
    """

    keys: Mapping[str, str | None]
    skew: float | None
    ahead: float
    free: int | None
    headers: Sequence[str] | None
    sqlite: str
    server: str | None
    log: str | None
    left: Mapping[str, bool] | None
    host: str
    forge: str
    private: bool | None
    writes: bool | None
    identifiers: Mapping[str, str]
    contact: Sequence[str]
    look: float | None
    backup: float | None
    hooks: Sequence[str]


class Finding(NamedTuple):
    """One check: its name for programs, its title, how it ended, what to do or what was seen."""

    name: str
    title: str
    state: State
    words: str


def findings(facts: Facts) -> list[Finding]:
    """All checks, in the order in which an office sets itself up."""
    keys = [_key(name, wrong) for name, wrong in facts.keys.items()]
    others = [Finding(name, title, *check(facts)) for name, title, check in _CHECKS]
    return [*keys, *others]


_Told = tuple[State, str]


def _key(name: str, wrong: str | None) -> Finding:
    if wrong is None:
        told = State.UNSEEN, "不在这台电脑上。要在用它的电脑上查。"
    else:
        told = (
            (State.FIX, wrong) if wrong else (State.OK, "在仓库之外，只有本用户能读，与设置是一对")
        )
    return Finding(f"key-{name}", f"密钥：{name}", *told)


def _clock(facts: Facts) -> _Told:
    if facts.ahead > MOST_SKEW:
        return (
            State.FIX,
            "最后一次提交的时间还没有到：电脑的时钟慢了，或者提交时快了。请打开自动对时。",
        )
    if facts.skew is None:
        return State.UNSEEN, "连不上网站，也没有代码平台，没有别的时钟可以对。"
    if abs(facts.skew) > MOST_SKEW:
        return State.FIX, f"与别的时钟差 {abs(facts.skew):.0f} 秒。请打开自动对时。"
    return State.OK, "与别的时钟一致"


def _disk(facts: Facts) -> _Told:
    if facts.free is None and facts.server is not None:
        return State.UNSEEN, "收件库在数据库里。要在数据库的服务器上看。"
    if facts.free is None:
        return State.UNSEEN, "这台电脑上还没有收件库。"
    free = f"收件库的磁盘还有 {facts.free / (1 << 30):.1f} GiB"
    if facts.free < LEAST_FREE:
        return State.FIX, f"{free}。请腾出空间，至少 {LEAST_FREE >> 30} GiB：写满了就收不了件。"
    return State.OK, free


def _headers(facts: Facts) -> _Told:
    if facts.headers is None:
        return State.UNSEEN, "连不上网站。开通以后，在能上网的电脑上再查。"
    if facts.headers:
        listed = "、".join(facts.headers)
        todo = "请在网页服务器里加 include _nginx.conf，见手册“网页服务器”。"
        return State.FIX, f"网站没有发送：{listed}。{todo}"
    return State.OK, "安全标头都发送了"


def _sqlite(facts: Facts) -> _Told:
    return (State.FIX, facts.sqlite) if facts.sqlite else (State.OK, "版本够新")


def _server(facts: Facts) -> _Told:
    if facts.server is None:
        return State.OK, "没有用，收件库是本机的文件"
    return (State.FIX, facts.server) if facts.server else (State.OK, "版本够新，写稳才算写成")


def _log(facts: Facts) -> _Told:
    if facts.log is None and facts.server:
        return State.UNSEEN, "数据库没有回答，或者不能用。"
    if facts.log is None:
        return State.OK, "没有用，收件库是本机的文件"
    return (State.FIX, facts.log) if facts.log else (State.OK, "删除了的，半个小时以内没有了")


def _left(facts: Facts) -> _Told:
    if facts.left is None:
        return State.UNSEEN, "没有找到旧的文件在哪里：数据库没有回答，或者文件夹读不了。"
    for folder, has_moved in facts.left.items():
        return State.FIX, f"{folder} 里{_GONE if has_moved else _OWN}"
    return State.OK, "这台电脑上没有"


_GONE = (
    "还留着搬走以前的 store.sqlite*、keys.sqlite*：有内容和钥匙，本人删除了的，在那里还打得开。"
    "新的收件正常、备份过一次以后，请删掉这些，最迟在搬完七天以内；intake.key、backups.txt 留着"
    "（手册“收件用PostgreSQL”）。以后用 --store 写新的地址来查。"
)
_OWN = (
    "还有另一个收件库，没有搬到正用着的数据库，里面可能有没有办完的，先不要删。"
    "要一起用的，运行 yanlu intake migrate 搬进空的数据库；不知道是什么的，请问设收件服务的人。"
)


def _forge(facts: Facts) -> _Told:
    if facts.forge:
        return State.FIX, facts.forge
    if facts.writes is False:
        return State.FIX, "令牌只能读，不能写。请给它写分支和开合并请求的权限，只给这一个仓库。"
    if facts.writes is None and facts.host != "local":
        return State.UNSEEN, "连得上，能读；能不能写，平台没有说。请提一批试试。"
    return State.OK, "用本机的 git" if facts.host == "local" else "能写分支"


def _private(facts: Facts) -> _Told:
    if facts.host == "local":
        return State.OK, "仓库在本机，没有放到平台上"
    if facts.private is None:
        return State.UNSEEN, "连不上代码平台。"
    if not facts.private:
        return State.FIX, "仓库是公开的：审核中的文字谁都看得到。请在平台上改成私有。"
    return State.OK, "仓库是私有的"


def _domestic(facts: Facts) -> _Told:
    if facts.host in ABROAD:
        return State.FIX, (
            f"仓库放在境外（{facts.host}）。遮盖过的文字仍是个人信息，放到境外要合《个人信息保护法》"
            "第三章的条件。请换境内的平台或者本机，改 data/office.toml 的 [forge]。"
        )
    number = next((text for label, text in facts.identifiers.items() if "ICP" in label), "")
    if not any(sign.isdigit() for sign in number):
        return (
            State.FIX,
            "页脚没有 ICP 备案号。境内的网站要先备案，再写进 data/office.toml 的 [footer]。",
        )
    return State.OK, "平台不在境外，写了备案号"


def _contact(facts: Facts) -> _Told:
    if any(_ASK in text for text in facts.contact) or "000000" in facts.contact:
        return (
            State.FIX,
            "联系方式还没有写。请在 data/office.toml 的 [contact] 里写上地址、邮编、电话和时间。",
        )
    return State.OK, "都写了"


def _alerts(facts: Facts) -> _Told:
    if facts.look is None:
        return State.UNSEEN, "这台电脑上没有收件服务在运行。"
    if facts.look > OLDEST_LOOK:
        return State.FIX, (
            "没有程序在看收件服务的 /metrics，出了事没有人知道。"
            "请让监控（例如 Prometheus）每分钟看一次，yanlu_alarm 是 1 就报警。"
        )
    return State.OK, "监控在看"


def _backup(facts: Facts) -> _Told:
    if facts.backup is None and facts.server is not None:
        return State.UNSEEN, "收件库在数据库里，由它的工具备份。请在备份的机器上看，并试一次恢复。"
    if facts.backup is None:
        return State.UNSEEN, "这台电脑上还没有收件库。"
    if facts.backup > OLDEST_BACKUP:
        return (
            State.FIX,
            "一个小时没有做成备份，或者从来没有。"
            "请每一刻钟运行一次 yanlu intake backup（手册“备份和恢复”），并试一次恢复。",
        )
    return State.OK, f"{facts.backup / MINUTE:.0f} 分钟以前做成的"


def _hooks(facts: Facts) -> _Told:
    if facts.hooks:
        listed = "、".join(facts.hooks)
        return State.FIX, (
            f"{listed}：没有装，或者里面写的 yanlu 已经不在那里。请运行 yanlu guard --install。"
        )
    return State.OK, "提交前和推送前都检查"


_CHECKS: Sequence[tuple[str, str, Callable[[Facts], _Told]]] = (
    ("contact", "联系方式", _contact),
    ("hooks", "提交前的检查", _hooks),
    ("clock", "时钟", _clock),
    ("sqlite", "SQLite", _sqlite),
    ("server", "PostgreSQL", _server),
    ("log", "PostgreSQL 的日志", _log),
    ("left", "搬家留下的文件", _left),
    ("disk", "磁盘", _disk),
    ("backup", "备份", _backup),
    ("alerts", "报警", _alerts),
    ("headers", "网页服务器的标头", _headers),
    ("forge", "代码平台的权限", _forge),
    ("private", "私有的仓库", _private),
    ("domestic", "在境内", _domestic),
)
