"""What the intake takes from the office's repository and from the machine it runs on."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from contextlib import suppress
from datetime import date
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from yanlu.errors import IntakeError
from yanlu.intake.accept import Desk
from yanlu.intake.entry import Choices
from yanlu.intake.redact import official_numbers, redact
from yanlu.intake.seal import AGE
from yanlu.intake.store.database import SECRET, SECRET_BYTES, Server, Store, StorePlace
from yanlu.receipts.office import log_key
from yanlu.settings import Portal

StoreGiven = Path | str  # as staff name a store: its folder, or the address of a database
_ADDRESS = re.compile(r"://|=|^(?![A-Za-z]:[\\/])[^/\\]*:")  # a drive of Windows is a folder
_COARSE = ("city", "district")  # where something happened is kept no finer


def store_given(said: str) -> StoreGiven:
    """A folder, or the address of a database; one that is mistyped is never taken for a folder.

    Raises:
        IntakeError: it is neither. It is not repeated: there may be a password in it.
    """
    if said.startswith(("postgresql://", "postgres://")):
        return said
    if _ADDRESS.search(said):
        raise IntakeError(
            "写的收件库既不是数据库的地址，也不像文件夹，什么都没有做。数据库写成"
            " postgresql:///库名 或者 postgresql://用户@主机/库名，全用小写；"
            "文件夹的名字里不要有冒号、等号。"
        )
    return Path(said)


def store_folder(portal: Portal, given: StoreGiven | None) -> StorePlace:
    """Where the store lies: as asked, else under the user's state folder, by the site's host.

    Of a store in a database, what is not in it lies in that folder of this machine.
    """
    if isinstance(given, Path):
        return given
    state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    folder = Path(state) / "yanlu" / urlsplit(portal.settings.office.base_url).netloc
    return Server(given, folder) if given else folder


def open_desk(portal: Portal, folder: Path) -> Desk:
    """The keys and the mask of this office; the intake key is made on first use.

    Raises:
        IntakeError: the office's public key is none, or the key file is not whole.
    """
    recipient = portal.settings.intake.age_recipient
    AGE.refuse_bad_key(recipient)
    mask = partial(redact, keep=official_numbers(portal.data))
    return Desk(_intake_key(folder), AGE, recipient, mask, log_key(portal).name)


def desk_at(portal: Portal, store: Store) -> Desk:
    """`open_desk` for a store which several machines may have: all with the same secret.

    Raises:
        IntakeError: as `open_desk`; or this machine has none, or another one.
    """
    path = store.folder / SECRET
    if not path.exists() and not store.main.agrees(None):
        raise IntakeError(
            f"{path} 不在这台电脑上，而这个收件库已经有别的电脑在用。"
            "请从那台电脑上把它抄过来（只让本用户能读），不要另造一个：回执会对不上。"
        )
    desk = open_desk(portal, store.folder)
    if not store.main.agrees(hashlib.sha256(desk.key).digest()):
        raise IntakeError(
            f"{path} 与别的电脑上的不一样，在这里给的回执，到那里会对不上。"
            "请从最早启动的那台电脑抄过来，换下这一个。"
        )
    return desk


def _intake_key(folder: Path) -> bytes:
    """The secret behind nonces and receipts: 32 bytes beside the store, readable by its user."""
    path = folder / SECRET
    with suppress(FileExistsError):  # made earlier, or by another process just now
        _make_key(path)
    key = path.read_bytes()
    if len(key) != SECRET_BYTES:
        raise IntakeError(
            f"{path} 不完整。没有它，以前的回执都对不上：请从备份恢复这个文件，不要另造一个。"
        )
    return key


def _make_key(path: Path) -> None:
    """Written aside and linked when it is whole: a crash, or another reader, finds no half of it.

    Raises:
        FileExistsError: there is a key already.
    """
    if path.exists():
        raise FileExistsError(path)
    aside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(SECRET_BYTES))
            file.flush()
            os.fsync(file.fileno())
        os.link(aside, path)
    finally:
        aside.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # the name as well
    finally:
        os.close(folder)


def choices(portal: Portal, day: date) -> Choices:
    """What may be chosen on this day: topics of the first level, districts, open calls."""
    # loads frictionless, which reviewing does not need
    from yanlu.packages.open_calls import open_calls

    topics, regions = portal.codes["topics"], portal.codes["regions"]
    coarse = {code for code, row in regions.rows.items() if row["level"] in _COARSE}
    return Choices(
        topics=frozenset(topics.groups) & frozenset(topics.in_force(day)),
        regions=frozenset(regions.in_force(day)) & coarse,
        calls=frozenset(call.front["id"] for call in open_calls(portal.data, day)),
    )
