"""`yanlu new`: ten questions, and a portal that builds, serves and passes `yanlu check`."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import tempfile
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from yanlu.errors import InputError, SettingsError, stopped
from yanlu.founding.hooks import install, program
from yanlu.founding.portal import Publics, portal_files
from yanlu.founding.questions import Question, questions
from yanlu.git import would_be_in_git
from yanlu.intake.seal import AGE
from yanlu.receipts.notes import Signer
from yanlu.receipts.promises import ROLE
from yanlu.settings import read_key_file
from yanlu.worktree import begin

_SECRETS = ("rounding.key", "log.key", "intake.key")  # 64 hexadecimal digits each
_IDENTITY = "yanlu-office.key"
_PUBLIC = re.compile("# public key: (age1[0-9a-z]+)")


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--answers",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="回答写在这个 TOML 文件里，不问；没有写的用默认的。",
)
def new(folder: Path, answers: Path | None) -> None:
    """问十个问题，在 DIR 建一个新门户。

    只放本单位自己的数据、页面和设置；密钥另外放在仓库之外。中途停下什么也不留。
    """
    _refuse_taken(folder)
    asked = questions(folder.resolve().as_posix(), f"yanlu-{version('yanlu')}-py3-none-any.whl")
    given = _from_file(asked, answers) if answers else _asked(asked)
    keys = Path(given["keys"]).expanduser().resolve()
    _refuse_in_git(keys, folder.resolve())
    with _aside(folder) as aside:
        fresh = None if keys.exists() else _make_keys(aside / "keys")
        publics = _publics(fresh or keys, urlsplit(given["address"]).netloc)
        portal = _write(aside / "portal", given, publics)
        if fresh:
            _put_away(fresh, keys)
        portal.replace(folder)
    _tell(folder, keys)


def _refuse_taken(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(f"{folder} 已经有了，里面不是空的，没有动它。请换一个文件夹。")
    if would_be_in_git(folder):
        raise InputError(f"{folder} 在另一个 git 仓库里面。请换一个不在仓库里的地方。")
    if not folder.resolve().parent.is_dir():
        raise InputError(f"没有 {folder.resolve().parent} 这个文件夹。请先建好它。")


def _refuse_in_git(keys: Path, folder: Path) -> None:
    if would_be_in_git(keys) or keys.is_relative_to(folder):
        raise SettingsError(f"{keys} 在 git 仓库里。密钥要放在仓库之外，请换一个文件夹。")


def _asked(asked: Sequence[Question]) -> Mapping[str, Any]:
    """Ask on the terminal, each until it is answered."""
    texts: dict[str, str] = {}
    given: dict[str, Any] = {}
    for number, question in enumerate(asked, 1):
        default = question.default(texts)
        click.echo(f"\n{number}／{len(asked)} {question.asks}\n例如：{question.example}")
        while question.name not in given:
            text = click.prompt("请回答", default=default or None, type=str)
            try:
                given[question.name] = question.read(text)
            except SettingsError as refusal:
                click.echo(str(refusal))
            texts[question.name] = text
    return given


def _from_file(asked: Sequence[Question], path: Path) -> Mapping[str, Any]:
    """Answers from a file, all of whose faults are told at once.

    Raises:
        InputError: it is no TOML, answers what nobody asks, or not as it must.
    """
    try:
        read = tomllib.loads(path.read_text("utf-8-sig"))
    except UnicodeDecodeError:
        raise InputError(f"{path.name}：不是 UTF-8 编码。请另存为 UTF-8。") from None
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{path.name}：不是正确的 TOML 文件（{stopped(error)}）。") from None
    told = {name: str(text) for name, text in read.items()}
    texts: dict[str, str] = {}
    given: dict[str, Any] = {}
    faults = [f"没有人问“{name}”。" for name in told.keys() - {one.name for one in asked}]
    for question in asked:
        texts[question.name] = told.get(question.name) or question.default(texts)
        try:
            given[question.name] = question.read(texts[question.name])
        except SettingsError as refusal:
            faults.append(f"{question.name}（{question.asks}）：{refusal}")
    if faults:
        raise InputError("\n".join([f"{path.name} 要改：", *(f"  · {one}" for one in faults)]))
    return given


@contextmanager
def _aside(folder: Path) -> Iterator[Path]:
    """A folder beside the portal to be, so that nothing half-made ever bears its name."""
    with tempfile.TemporaryDirectory(prefix=".new-", dir=folder.resolve().parent) as place:
        yield Path(place)


def _make_keys(folder: Path) -> Path:
    """Four new keys, for the eyes of their owner only."""
    folder.mkdir(mode=0o700)
    for name in _SECRETS:
        _put(folder / name, f"{secrets.token_hex(32)}\n")
    pair = AGE.pair(secrets.token_bytes(32))
    _put(folder / _IDENTITY, f"# public key: {pair.public}\n{pair.private}\n")
    return folder


def _put_away(fresh: Path, keys: Path) -> None:
    """Copy new keys to where they stay, perhaps on another disk."""
    try:
        keys.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(fresh, keys)
    except OSError:
        raise SettingsError(
            f"密钥写不进 {keys}：上面有一级不是文件夹，或者没有权限。什么都没有建，请换一个文件夹。"
        ) from None


def _put(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)


def _publics(folder: Path, host: str) -> Publics:
    """The public halves of keys that lie in a folder.

    Raises:
        SettingsError: one is not there, or is none.
    """
    try:
        recipient = _PUBLIC.search((folder / _IDENTITY).read_text("ascii", errors="replace"))
    except OSError:
        recipient = None
    if recipient is None:
        raise SettingsError(
            f"{folder} 里没有 {_IDENTITY}，或者里面没有写公钥（# public key: age1…）。"
            "请换一个没有用过的文件夹，或者补上它。"
        )
    rounding, log, intake = (read_key_file(folder / name) for name in _SECRETS)
    if len({rounding, log, intake}) < len(_SECRETS):
        raise SettingsError(f"{folder} 里有两把一样的密钥。每一把都要另外生成。")
    log_key, intake_key = Signer(f"{host}/log", log).key, Signer(f"{host}{ROLE}", intake).key
    return Publics(recipient[1], log_key.vkey, intake_key.vkey)


def _write(folder: Path, given: Mapping[str, Any], publics: Publics) -> Path:
    """The repository, with its first commit and its hooks."""
    day = datetime.now(UTC).date()  # that of the commit, as builds count days
    for place, content in portal_files(given, publics, day, folder).items():
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).write_bytes(content)
    host = urlsplit(given["address"]).hostname
    begin(folder, f"{given['name']} <yanlu@{host}>", f"{given['name']}：新的门户")
    install(folder, program())
    return folder


def _tell(folder: Path, keys: Path) -> None:
    click.echo(f"""
门户建好了，在 {folder}，已经提交第一次。密钥在 {keys}，请马上备份；
{_IDENTITY} 是打开原文用的，移到办公用的电脑上，不要留在网页服务器上。

接下来：
  cd {folder}
  export YANLU_KEY_FILE={keys / _SECRETS[0]}
  export YANLU_LOG_KEY_FILE={keys / _SECRETS[1]}
  export YANLU_INTAKE_KEY_FILE={keys / _SECRETS[2]}
  yanlu doctor     看还缺什么
  yanlu serve      在浏览器里看一看
开通以前要做的，写在 README.md 里。""")
