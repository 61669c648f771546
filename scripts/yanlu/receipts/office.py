"""Whose log it is: the key that signs it, and where its secret half lies."""

from __future__ import annotations

import os
from pathlib import Path

from yanlu.errors import LogError, SettingsError
from yanlu.git import would_be_in_git
from yanlu.receipts.notes import Key, Signer, read_key
from yanlu.settings import Portal, read_key_file

_JOURNAL = ".signed"  # added to the name of the key's file


def log_key(portal: Portal) -> Key:
    """The key by which this office's log is checked.

    Raises:
        SettingsError: the setting is no key.
    """
    try:
        return read_key(portal.settings.receipts.log_key)
    except LogError as error:
        raise SettingsError(f"data/office.toml 的 receipts.log_key：{error}") from None


def log_signer(portal: Portal) -> tuple[Signer, Path | None]:
    """Who signs this office's log, and the file in which is written what was signed last.

    The reference office gives its key away and has no such file.

    Raises:
        SettingsError: there is no key, others could read it, or it is not the office's.
    """
    key, public = log_key(portal), portal.settings.receipts.public_test_log_key
    path = None if public else key_file()
    signer = Signer(key.name, read_key_file(path) if path else bytes.fromhex(public or ""))
    if signer.key != key:
        raise SettingsError(
            "data/office.toml 的 receipts.log_key 与签名密钥不是一对。"
            "请用 yanlu receipts key 查看这把密钥公开的那一半。"
        )
    return signer, path and path.with_name(path.name + _JOURNAL)


def key_file() -> Path:
    """The file with the secret key of a log, which `YANLU_LOG_KEY_FILE` names.

    Raises:
        SettingsError: none is named, it lies in a repository, or others may read it.
    """
    path = Path(os.environ.get("YANLU_LOG_KEY_FILE") or os.devnull)
    if not path.is_file():
        raise SettingsError(
            "没有找到公开记录的签名密钥。请把环境变量 YANLU_LOG_KEY_FILE 指向密钥文件"
            "（64 位十六进制；可用 openssl rand -hex 32 生成）。"
            "它只放在封存用的电脑上，不放进仓库，也不放在网站的服务器上。"
        )
    if would_be_in_git(path.parent):
        raise SettingsError("公开记录的签名密钥放在了仓库里。请移到仓库之外，再更换一把新的。")
    if path.stat().st_mode & 0o077:
        raise SettingsError(
            f"签名密钥文件 {path.name} 别的用户也能打开。请用 chmod 600 改成只有自己能读。"
        )
    return path
