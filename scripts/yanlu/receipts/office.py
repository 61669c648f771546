"""Whose log it is: the keys that sign it and what is promised of it, and where they lie."""

from __future__ import annotations

import os
from pathlib import Path

from yanlu.errors import LogError, SettingsError
from yanlu.git import would_be_in_git
from yanlu.receipts.notes import Key, Signer, read_key
from yanlu.receipts.promises import ROLE, Promiser
from yanlu.settings import Portal, read_key_file

_JOURNAL = ".signed"  # added to the name of the key's file


def log_key(portal: Portal) -> Key:
    """The key by which this office's log is checked.

    Raises:
        SettingsError: the setting is no key.
    """
    return _read("log_key", portal.settings.receipts.log_key)


def intake_key(portal: Portal) -> Key:
    """The key by which the promises on this office's receipts are checked.

    Raises:
        SettingsError: the setting is no key, or not named as such a key is.
    """
    key = _read("intake_key", portal.settings.receipts.intake_key)
    if not key.name.endswith(ROLE) or key.public == log_key(portal).public:
        raise SettingsError(
            f"data/office.toml 的 receipts.intake_key：名字要以 {ROLE} 结尾，"
            "也不能与 log_key 是同一把密钥。"
        )
    return key


def _read(setting: str, vkey: str) -> Key:
    try:
        return read_key(vkey)
    except LogError as error:
        raise SettingsError(f"data/office.toml 的 receipts.{setting}：{error}") from None


def log_signer(portal: Portal) -> tuple[Signer, Path | None]:
    """Who signs this office's log, and the file in which is written what was signed last.

    The reference office gives its key away and has no such file.

    Raises:
        SettingsError: there is no key, others could read it, or it is not the office's.
    """
    key, public = log_key(portal), portal.settings.receipts.public_test_log_key
    path = None if public else key_file()
    signer = Signer(key.name, read_key_file(path) if path else bytes.fromhex(public or ""))
    _refuse_other("log_key", signer, key)
    return signer, path and path.with_name(path.name + _JOURNAL)


def promiser(portal: Portal) -> Promiser:
    """Who signs the promises on this office's receipts.

    Raises:
        SettingsError: there is no key, others could read it, or it is not the office's.
    """
    key, public = intake_key(portal), portal.settings.receipts.public_test_intake_key
    seed = bytes.fromhex(public) if public else read_key_file(intake_key_file())
    signer = Signer(key.name, seed)
    _refuse_other("intake_key", signer, key)
    return Promiser(signer, log_key(portal).name)


def _refuse_other(setting: str, signer: Signer, key: Key) -> None:
    if signer.key != key:
        raise SettingsError(
            f"data/office.toml 的 receipts.{setting} 与签名密钥不是一对。"
            "请用 yanlu receipts key 查看这把密钥公开的那一半。"
        )


def key_file() -> Path:
    """The file with the secret key of a log, which `YANLU_LOG_KEY_FILE` names.

    Raises:
        SettingsError: none is named, it lies in a repository, or others may read it.
    """
    return _key_file(
        "YANLU_LOG_KEY_FILE",
        "公开记录",
        "它只放在封存用的电脑上，不放进仓库，也不放在网站的服务器上。",
    )


def intake_key_file() -> Path:
    """The file with the secret key of promises, which `YANLU_INTAKE_KEY_FILE` names.

    Raises:
        SettingsError: none is named, it lies in a repository, or others may read it.
    """
    return _key_file(
        "YANLU_INTAKE_KEY_FILE", "回执", "它放在收件的服务器上，不放进仓库，与公开记录的密钥分开。"
    )


def _key_file(variable: str, what: str, place: str) -> Path:
    path = Path(os.environ.get(variable) or os.devnull)
    if not path.is_file():
        raise SettingsError(
            f"没有找到{what}的签名密钥。请把环境变量 {variable} 指向密钥文件"
            f"（64 位十六进制；可用 openssl rand -hex 32 生成）。{place}"
        )
    if would_be_in_git(path.parent):
        raise SettingsError(f"{what}的签名密钥放在了仓库里。请移到仓库之外，再更换一把新的。")
    if path.stat().st_mode & 0o077:
        raise SettingsError(
            f"签名密钥文件 {path.name} 别的用户也能打开。请用 chmod 600 改成只有自己能读。"
        )
    return path
