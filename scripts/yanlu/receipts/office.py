"""Whose log it is: the keys that sign it and what is promised of it, and where they lie."""

from __future__ import annotations

import os
from datetime import date, timedelta
from pathlib import Path

from yanlu.errors import LogError, SettingsError
from yanlu.git import would_be_in_git
from yanlu.receipts.log import Log, begun_on
from yanlu.receipts.notes import Key, Signer, read_key
from yanlu.receipts.policies import Group, Policy, read_policy
from yanlu.receipts.promises import ROLE, Promiser
from yanlu.settings import Portal, read_key_file

OVERLAP = timedelta(days=90)  # for which a new key and the one before both sign
_ENOUGH = "enough"  # the name of the group of witnesses
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


def log_policy(portal: Portal) -> Policy:
    """Whose signatures a checkpoint needs, as `policy.txt` says it.

    Raises:
        SettingsError: a key is none, a witness is named twice, or there are too few for the quorum.
    """
    told = portal.settings.receipts
    logs = [log_key(portal), *filter(None, [former_log_key(portal)])]
    witnesses = {one.name: _read("witnesses", one.key) for one in told.witnesses}
    group = {_ENOUGH: Group(told.quorum, list(witnesses))} if told.quorum else {}
    policy = Policy(logs, witnesses, group, _ENOUGH if group else "none")
    try:
        known = read_policy(str(policy).encode())
    except LogError:
        known = None
    if known != policy or len(witnesses) < len(told.witnesses):
        raise SettingsError(
            "data/office.toml 的 receipts.witnesses：每位见证人的名字和公钥要各不相同，"
            "名字里没有空格，公钥是见证人用的（类型 4）；quorum 不能比见证人多。"
        )
    return policy


def checking_keys(portal: Portal) -> dict[str, str]:
    """The public keys with which a page checks receipts: the log's policy, the intake's key.

    Raises:
        SettingsError: a setting is no key.
    """
    return {"policy": str(log_policy(portal)), "intake_key": intake_key(portal).vkey}


def former_log_key(portal: Portal) -> Key | None:
    """The key that signed the log before this one; it is of the same name.

    Raises:
        SettingsError: the setting is no key, or of another log.
    """
    vkey = portal.settings.receipts.former_log_key
    key = _read("former_log_key", vkey) if vkey else None
    if key and (key.name != log_key(portal).name or key == log_key(portal)):
        raise SettingsError(
            "data/office.toml 的 receipts.former_log_key：名字要与 log_key 的一样，密钥要不一样。"
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


def former_signer(portal: Portal, log: Log, day: date) -> Signer | None:
    """The key before this one, where it has to sign as well: for 90 days after the new one's line.

    Raises:
        SettingsError: it has to, and there is no such key; or it has not any more, and is named.
    """
    key = former_log_key(portal)
    if key is None:
        return None
    begun = begun_on(log, log_key(portal))
    if begun and day >= begun + OVERLAP:
        raise SettingsError(
            f"新的密钥登记以后已经满 {OVERLAP.days} 天，旧的不用再签。"
            "请从 data/office.toml 删去 former_log_key，销毁旧的密钥文件。"
        )
    signer = Signer(key.name, read_key_file(former_key_file()))
    _refuse_other("former_log_key", signer, key)
    return signer


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


def former_key_file() -> Path:
    """The file with the secret key before this one, which `YANLU_FORMER_LOG_KEY_FILE` names.

    Raises:
        SettingsError: none is named, it lies in a repository, or others may read it.
    """
    return _key_file(
        "YANLU_FORMER_LOG_KEY_FILE", "公开记录（旧的）", "换密钥以后的 90 天，新的旧的都签。"
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
