"""What the office publishes with: the forge that it declares, and the worker beside the service."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from yanlu.errors import IntakeError
from yanlu.git import would_be_in_git
from yanlu.intake.batches import Policy
from yanlu.intake.forge.github import GitHubForge
from yanlu.intake.forge.local import HOST, LocalGitForge
from yanlu.intake.forge.port import Forge
from yanlu.intake.forge.session import KEY_WANTED, AppFile, Credentials, Place, TokenFile, signs
from yanlu.intake.redact import official_numbers
from yanlu.intake.retention import Terms
from yanlu.intake.store.database import StorePlace
from yanlu.intake.worker import Report, Worker
from yanlu.settings import ForgeApp, Portal

TOKEN_FILE = "YANLU_FORGE_TOKEN_FILE"  # noqa: S105 - the name of a variable, not a token
APP_KEY_FILE = "YANLU_FORGE_APP_KEY_FILE"
_OTHERS = 0o077  # permissions of anybody but the owner


def open_forge(portal: Portal) -> Forge:
    """The forge that `data/office.toml` declares; its secret is read from a file outside git.

    Raises:
        IntakeError: a forge without address, without a secret or with two, or a secret that
            others can read.
    """
    forge = portal.settings.forge
    if forge.host == HOST:
        return LocalGitForge(portal.folder, forge.branch)
    if not (forge.api_base and forge.owner and forge.name):
        raise IntakeError(
            "data/office.toml 的 [forge] 写了 host，还要写 api_base、owner 和 name，"
            "或者把 host 改成 local（用本机的 git）。"
        )
    place = Place(forge.api_base, forge.host, forge.owner, forge.name, forge.branch)
    return GitHubForge(place, _credentials(forge.app), lambda: datetime.now(UTC))


def _credentials(app: ForgeApp | None) -> Credentials:
    """As whom the office comes to its forge: as an App, or else with the token of an account."""
    token, key = os.environ.get(TOKEN_FILE), os.environ.get(APP_KEY_FILE)
    if token and (app or key):
        raise IntakeError(
            f"代码托管平台只能选一种身份：要么用账号的令牌（{TOKEN_FILE}），要么用 GitHub App"
            f"（data/office.toml 的 [forge.app] 和 {APP_KEY_FILE}）。现在两种都设了，"
            "请去掉一种。"
        )
    if app:
        return AppFile(app.id, app.installation, _app_key())
    if key:
        raise IntakeError(
            f"设了 {APP_KEY_FILE}，而 data/office.toml 里没有 [forge.app]。"
            "请在那里写上应用的编号 id 和安装的编号 installation。"
        )
    if not token:
        raise IntakeError(
            "没有找到代码托管平台的令牌，也没有设 GitHub App。请把令牌放在仓库以外的一个文件里，"
            f"用环境变量 {TOKEN_FILE} 指出这个文件；或者在 data/office.toml 里写 [forge.app]，"
            f"用 {APP_KEY_FILE} 指出应用的私钥文件。"
        )
    return TokenFile(_secret_file(TOKEN_FILE, "令牌"))


def _app_key() -> Path:
    path = _secret_file(APP_KEY_FILE, "应用的私钥")
    try:
        usable = signs(path.read_bytes())
    except OSError:
        raise IntakeError(
            f"应用的私钥的文件（{APP_KEY_FILE}）打不开。请核对运行服务的用户能不能读它。"
        ) from None
    if not usable:
        raise IntakeError(f"应用的私钥的文件（{APP_KEY_FILE}）不能用。{KEY_WANTED}")
    return path


def _secret_file(variable: str, what: str) -> Path:
    """The file that a variable names: outside any repository, and for its owner's eyes only."""
    path = Path(os.environ.get(variable, ""))
    if not path.is_file():
        raise IntakeError(
            f"没有找到{what}的文件。请把它放在仓库以外，用环境变量 {variable} 指出这个文件。"
        )
    if would_be_in_git(path):
        raise IntakeError(
            f"{what}的文件（{variable}）在 git 仓库里。请把它移到仓库以外；"
            f"已经提交过的，换一个新的{what}。"
        )
    if path.stat().st_mode & _OTHERS:
        raise IntakeError(
            f"{what}的文件（{variable}）别的用户也能读写。请运行 chmod 600 {path}，"
            f"让运行服务的用户独自拥有它；怀疑有人看过的，换一个新的{what}。"
        )
    return path


def make_worker(portal: Portal, folder: StorePlace, report: Report) -> Worker:
    """The publisher and watcher of this office, not started yet."""
    intake = portal.settings.intake
    return Worker(
        folder,
        open_forge(portal),
        portal.settings.forge.branch,
        Policy(intake.batch_weekday, intake.batch_least),
        Terms(intake.contact_days, intake.text_days),
        portal.codes["topics"].group,
        official_numbers(portal.data),
        report,
    )
