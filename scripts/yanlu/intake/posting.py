"""What the office publishes with: the forge that it declares, and the worker beside the service."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from yanlu.errors import IntakeError
from yanlu.intake.batches import Policy
from yanlu.intake.forge.github import GitHubForge
from yanlu.intake.forge.local import HOST, LocalGitForge
from yanlu.intake.forge.port import Forge
from yanlu.intake.forge.session import Place, TokenFile
from yanlu.intake.redact import official_numbers
from yanlu.intake.retention import Terms
from yanlu.intake.worker import Report, Worker
from yanlu.settings import Portal

TOKEN_FILE = "YANLU_FORGE_TOKEN_FILE"  # noqa: S105 - the name of a variable, not a token


def open_forge(portal: Portal) -> Forge:
    """The forge that `data/office.toml` declares; its token is read from a file outside git.

    Raises:
        IntakeError: a forge without address, or without a token.
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
    return GitHubForge(place, TokenFile(_token_file()), lambda: datetime.now(UTC))


def _token_file() -> Path:
    path = os.environ.get(TOKEN_FILE)
    if not path or not Path(path).is_file():
        raise IntakeError(
            f"没有找到代码托管平台的令牌。请把令牌放在仓库以外的一个文件里，"
            f"并用环境变量 {TOKEN_FILE} 指出这个文件。"
        )
    return Path(path)


def make_worker(portal: Portal, folder: Path, report: Report) -> Worker:
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
