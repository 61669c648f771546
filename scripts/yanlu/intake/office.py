"""What the intake takes from the office's repository and from the machine it runs on."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from yanlu.errors import IntakeError
from yanlu.intake.accept import Desk
from yanlu.intake.batches import Policy
from yanlu.intake.entry import Choices
from yanlu.intake.forge.github import GitHubForge
from yanlu.intake.forge.local import HOST, LocalGitForge
from yanlu.intake.forge.port import Forge
from yanlu.intake.forge.session import Place, Token
from yanlu.intake.redact import official_numbers, redact
from yanlu.intake.retention import Terms
from yanlu.intake.seal import AGE
from yanlu.intake.store.database import SECRET
from yanlu.intake.worker import Report, Worker
from yanlu.settings import Portal

TOKEN_FILE = "YANLU_FORGE_TOKEN_FILE"  # noqa: S105 - the name of a variable, not a token
_KEY_BYTES = 32
_COARSE = ("city", "district")  # where something happened is kept no finer


def store_folder(portal: Portal, given: Path | None) -> Path:
    """Where the store lies: as asked, else under the user's state folder, by the site's host."""
    if given:
        return given
    state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(state) / "yanlu" / urlsplit(portal.settings.office.base_url).netloc


def open_desk(portal: Portal, folder: Path) -> Desk:
    """The keys and the mask of this office; the intake key is made on first use.

    Raises:
        IntakeError: the office's public key is none, or the key file is not whole.
    """
    recipient = portal.settings.intake.age_recipient
    AGE.refuse_bad_key(recipient)
    mask = partial(redact, keep=official_numbers(portal.data))
    return Desk(_intake_key(folder), AGE, recipient, mask)


def _intake_key(folder: Path) -> bytes:
    """The secret behind nonces and receipts: 32 bytes beside the store, readable by its user."""
    path = folder / SECRET
    with suppress(FileExistsError):  # made earlier, or by another process just now
        _make_key(path)
    key = path.read_bytes()
    if len(key) != _KEY_BYTES:
        raise IntakeError(
            f"{path} 不完整。没有它，以前的回执都对不上：请从备份恢复这个文件，不要另造一个。"
        )
    return key


def _make_key(path: Path) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secrets.token_bytes(_KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())


def choices(portal: Portal, day: date) -> Choices:
    """Codes that may be chosen on this day: topics of the first level, regions to the district."""
    topics, regions = portal.codes["topics"], portal.codes["regions"]
    coarse = {code for code, row in regions.rows.items() if row["level"] in _COARSE}
    return Choices(
        topics=frozenset(topics.groups) & frozenset(topics.in_force(day)),
        regions=frozenset(regions.in_force(day)) & coarse,
        calls=frozenset(),
    )


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
    return GitHubForge(place, Token(_token()), lambda: datetime.now(UTC))


def _token() -> str:
    path = os.environ.get(TOKEN_FILE)
    if not path or not Path(path).is_file():
        raise IntakeError(
            f"没有找到代码托管平台的令牌。请把令牌放在仓库以外的一个文件里，"
            f"并用环境变量 {TOKEN_FILE} 指出这个文件。"
        )
    return Path(path).read_text("ascii").strip()


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
