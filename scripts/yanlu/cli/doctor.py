"""`yanlu doctor`: whether this installation is fit, and what to do where it is not."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import partial
from http.client import HTTPException
from pathlib import Path
from typing import NamedTuple
from urllib.request import Request, urlopen

import click

from yanlu.cli.review import store_option
from yanlu.errors import HistoryError, YanluError
from yanlu.founding.doctor import Facts, Finding, State, findings
from yanlu.founding.hooks import missing
from yanlu.git import read_head
from yanlu.headers import OVER_TLS, SITE_HEADERS
from yanlu.intake.forge.port import Health
from yanlu.intake.office import StoreGiven, store_folder
from yanlu.intake.posting import APP_KEY_FILE, TOKEN_FILE, open_forge
from yanlu.intake.store.database import (
    STORE,
    Server,
    StorePlace,
    home,
    refuse_lasting,
    refuse_unsafe,
)
from yanlu.intake.store.leftover import left_behind
from yanlu.intake.store.sqlite import refuse_old_sqlite
from yanlu.intake.store.tries import since
from yanlu.intake.web.health import DOCTOR
from yanlu.receipts.office import log_signer, promiser
from yanlu.settings import Portal, open_portal, read_key
from yanlu.worktree import top

_SECONDS = 5  # of silence, after which a server is taken for unreachable
_LOOK = re.compile(rb"^yanlu_alarms_read_age_seconds (\S+)$", re.MULTILINE)
_MARKS = {State.OK: "好", State.FIX: "要改", State.UNSEEN: "看不到"}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="写成 JSON。")
@click.option(
    "--metrics-port",
    default=8002,
    show_default=True,
    type=click.IntRange(1, 65535),
    help="收件服务的 /metrics 在哪个端口。",
)
@store_option
def doctor(as_json: bool, metrics_port: int, folder: StoreGiven | None) -> None:
    """检查这台电脑上的安装：密钥、时钟、磁盘、SQLite、标头、代码平台、备份、报警、钩子。

    每一样说好不好，不好的说怎样改；这台电脑上看不到的，不算不好。有要改的，退出码为 1。
    """
    portal = open_portal(Path.cwd())
    found = findings(_facts(portal, store_folder(portal, folder), metrics_port))
    if as_json:
        click.echo(json.dumps([one._asdict() for one in found], ensure_ascii=False, indent=2))
    else:
        _tell(found)
    if any(one.state is State.FIX for one in found):
        sys.exit(1)


def _tell(found: list[Finding]) -> None:
    for one in found:
        click.echo(f"{_MARKS[one.state]:　<3} {one.title}：{one.words}")
    fix = sum(one.state is State.FIX for one in found)
    click.echo(f"有 {fix} 样要改。" if fix else "没有要改的。")


def _facts(portal: Portal, store: StorePlace, metrics_port: int) -> Facts:
    settings, now = portal.settings, datetime.now(UTC)
    forge, wrong = _forge(portal)
    site = _site(settings.office.base_url, now)
    folder = home(store)
    there = (folder / STORE).is_file() and folder == store
    contact = settings.contact
    return Facts(
        keys=_keys(portal),
        skew=forge.skew if forge and settings.forge.host != "local" else site and site.skew,
        ahead=_ahead(portal, now),
        free=_free(folder) if there else None,
        headers=site and site.missing,
        sqlite=_wrong(refuse_old_sqlite) or "",
        server=_server(store),
        log=_log(store),
        left=_left(store),
        host=settings.forge.host,
        forge=wrong,
        private=forge.private if forge else None,
        writes=forge.writes if forge else None,
        identifiers={one.label: one.value for one in settings.footer.identifiers},
        contact=(contact.address, contact.postcode, contact.telephone, contact.hours),
        look=_look(metrics_port),
        backup=since(folder, int(now.timestamp())).good if there else None,
        hooks=missing(top(portal.folder)),
    )


def _server(store: StorePlace) -> str | None:
    """What is wrong with the database of the store; None where it is in files."""
    if not isinstance(store, Server):
        return None
    return _wrong(partial(refuse_unsafe, store))


def _log(store: StorePlace) -> str | None:
    """What is wrong with the log of that database; None where there is none, or no answer."""
    if _server(store) != "":
        return None
    return _wrong(partial(refuse_lasting, store)) if isinstance(store, Server) else None


def _left(store: StorePlace) -> Mapping[str, bool] | None:
    """Folders with files of a store that is not in use; None where nobody can tell."""
    try:
        return {str(folder): moved for folder, moved in left_behind(store).items()}
    except (YanluError, OSError):
        return None  # the checks of the database and of the disk say what is wrong


def _wrong(call: Callable[[], object]) -> str:
    """What a refusal says; nothing where there is none."""
    try:
        call()
    except YanluError as refusal:
        return str(refusal)
    return ""


def _keys(portal: Portal) -> Mapping[str, str | None]:
    """What is wrong with each key that this machine is told of; the reference office has none."""
    if portal.settings.reference:
        return {}
    called: Mapping[str, tuple[str, Callable[[], object]]] = {
        "舍入": ("YANLU_KEY_FILE", lambda: read_key(portal)),
        "公开记录": ("YANLU_LOG_KEY_FILE", lambda: log_signer(portal)),
        "回执": ("YANLU_INTAKE_KEY_FILE", lambda: promiser(portal)),
    }
    return {
        name: (_wrong(call) or _open(variable)) if os.environ.get(variable) else None
        for name, (variable, call) in called.items()
    }


def _open(variable: str) -> str:
    path = Path(os.environ[variable])
    if path.stat().st_mode & 0o077:
        return f"{path} 别的用户也能读。请运行 chmod 600 {path}。"
    return ""


def _forge(portal: Portal) -> tuple[Health | None, str]:
    """What the forge says of itself, and what is wrong; neither where no token is here."""
    away = not (os.environ.get(TOKEN_FILE) or os.environ.get(APP_KEY_FILE))
    if portal.settings.forge.host != "local" and away:
        return None, ""
    try:
        return open_forge(portal).health(), ""
    except YanluError as refusal:
        return None, str(refusal)


class _Seen(NamedTuple):
    """What the site answers: headers that it should send and does not, how far its clock is."""

    missing: list[str]
    skew: float


def _site(address: str, now: datetime) -> _Seen | None:
    wanted = {**SITE_HEADERS, **(OVER_TLS if address.startswith("https:") else {})}
    try:
        with urlopen(Request(address, headers={"User-Agent": DOCTOR}), timeout=_SECONDS) as answer:  # noqa: S310 - http(s) only
            sent = answer.headers
    except (OSError, HTTPException):
        return None
    date = sent.get("Date")
    skew = (parsedate_to_datetime(date) - now).total_seconds() if date else 0.0
    return _Seen([name for name, value in wanted.items() if sent.get(name) != value], skew)


def _look(port: int) -> float | None:
    address = f"http://127.0.0.1:{port}/metrics"
    try:
        with urlopen(Request(address, headers={"User-Agent": DOCTOR}), timeout=_SECONDS) as answer:
            found = _LOOK.search(answer.read())
    except (OSError, HTTPException):
        return None
    return float(found[1]) if found else None


def _ahead(portal: Portal, now: datetime) -> float:
    try:
        return (read_head(portal.folder).moment - now).total_seconds()
    except HistoryError:
        return 0.0  # nothing is committed yet


def _free(store: Path) -> int:
    space = os.statvfs(store)
    return space.f_bavail * space.f_frsize
