"""As whom an office comes to its forge: one secret, in a file that nobody else can read."""

from __future__ import annotations

import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from conftest import ROOT
from doubles.github.server import Double
from doubles.office import assert_once
from intake.forge.conftest import PLANTED
from yanlu.errors import IntakeError, SettingsError
from yanlu.intake.forge.port import AuthLost, Batch
from yanlu.intake.forge.session import App
from yanlu.intake.posting import APP_KEY_FILE, TOKEN_FILE, open_forge
from yanlu.settings import Forge, ForgeApp, Portal, Settings, open_portal, read_toml

APP = ForgeApp(4321, 99)


@pytest.fixture(autouse=True)
def _no_secret_by_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (TOKEN_FILE, APP_KEY_FILE):
        monkeypatch.delenv(name, raising=False)


def _portal(double: Double, app: ForgeApp | None) -> Portal:
    hub = double.hub
    declared = Forge(hub.host, "main", hub.address, hub.owner, hub.name, app)
    settings = msgspec.structs.replace(open_portal(ROOT).settings, forge=declared)
    return Portal(ROOT, settings)


def _secret(path: Path, content: bytes, monkeypatch: pytest.MonkeyPatch, variable: str) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    path.chmod(0o600)
    monkeypatch.setenv(variable, str(path))
    return path


def test_an_app_from_the_settings_is_renewed_in_the_middle_of_a_delivery(
    double: Double, app: App, office: Path, batch: Batch, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    _secret(tmp_path / "app.pem", app.key, monkeypatch, APP_KEY_FILE)
    forge = open_forge(_portal(double, APP))

    def run_out(body: Any) -> Any:
        for account in double.hub.tokens.values():
            account.until = datetime(2026, 1, 1, tzinfo=UTC)
        return body

    double.fail("POST .*/git/trees", alter=run_out)
    assert_once(double, office, batch, forge.publish(batch))
    assert sum("access_tokens" in call for call in double.calls) == 2
    assert all(PLANTED not in seen["authorization"] for seen in double.seen)


def test_a_key_that_is_exchanged_in_its_file_is_used_at_the_next_signing_in(
    double: Double, app: App, batch: Batch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _secret(tmp_path / "app.pem", app.key, monkeypatch, APP_KEY_FILE)
    forge = open_forge(_portal(double, APP))
    path.write_bytes(b"half a key")
    with pytest.raises(AuthLost, match="私钥不能用"):
        forge.publish(batch)
    path.unlink()
    with pytest.raises(AuthLost, match=r"app\.pem 打不开"):
        forge.publish(batch)
    path.write_bytes(app.key)
    assert forge.publish(batch).review == "1"


def _pem(key: Any, form: Any, secrecy: Any) -> bytes:
    made: bytes = key.private_bytes(serialization.Encoding.PEM, form, secrecy)
    return made


@pytest.mark.parametrize("kind", ["passphrase", "public", "utf-16", "curve", "empty", "nonsense"])
def test_a_key_with_which_no_app_can_sign_is_refused_at_the_start(
    double: Double, app_key: rsa.RSAPrivateKey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    kind: str,
) -> None:  # fmt: skip
    formats, bare = serialization.PrivateFormat, serialization.NoEncryption()
    good = _pem(app_key, formats.PKCS8, bare)
    locked = serialization.BestAvailableEncryption(b"canary")
    curve = ec.generate_private_key(ec.SECP256R1())
    public = app_key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    keys = {
        "passphrase": _pem(app_key, formats.PKCS8, locked),
        "public": public,
        "utf-16": good.decode().encode("utf-16"),
        "curve": _pem(curve, formats.PKCS8, bare),
        "empty": b"",
        "nonsense": b"canary",
    }
    path = _secret(tmp_path / "app.pem", keys[kind], monkeypatch, APP_KEY_FILE)
    with pytest.raises(IntakeError, match=rf"{APP_KEY_FILE}）不能用.*RSA私钥") as refused:
        open_forge(_portal(double, APP))
    assert not re.search("canary|api_base", str(refused.value))
    path.write_bytes(b"\xef\xbb\xbf" + good)  # an editor's mark before it does no harm
    open_forge(_portal(double, APP))


def test_a_token_from_a_file_works_as_before(
    double: Double, batch: Batch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _secret(tmp_path / "token", PLANTED.encode(), monkeypatch, TOKEN_FILE)
    assert open_forge(_portal(double, None)).publish(batch).review == "1"


@pytest.mark.parametrize(
    ("app", "variables", "said"),
    [
        (None, (), "没有找到代码托管平台的令牌，也没有设 GitHub App"),
        (APP, (), f"没有找到应用的私钥的文件。.*{APP_KEY_FILE}"),
        (None, (APP_KEY_FILE,), r"没有 \[forge\.app\]"),
        (APP, (TOKEN_FILE,), "只能选一种身份"),
        (APP, (TOKEN_FILE, APP_KEY_FILE), "只能选一种身份"),
        (None, (TOKEN_FILE, APP_KEY_FILE), "只能选一种身份"),
    ],
)
def test_one_identity_and_no_other_is_taken(
    double: Double, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    app: ForgeApp | None, variables: tuple[str, ...], said: str,
) -> None:  # fmt: skip
    for name in variables:
        _secret(tmp_path / name, b"canary", monkeypatch, name)
    with pytest.raises(IntakeError, match=said) as refused:
        open_forge(_portal(double, app))
    assert "canary" not in str(refused.value)


@pytest.mark.parametrize(
    ("app", "variable"), [(APP, APP_KEY_FILE), (None, TOKEN_FILE)], ids=["app", "token"]
)
def test_a_secret_that_others_read_or_that_lies_in_git_is_refused(
    double: Double, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    app: ForgeApp | None, variable: str,
) -> None:  # fmt: skip
    path = _secret(tmp_path / "secret", b"canary", monkeypatch, variable)
    for mode in (0o640, 0o604, 0o620):
        path.chmod(mode)
        with pytest.raises(IntakeError, match="chmod 600"):
            open_forge(_portal(double, app))
    inside = _secret(tmp_path / "repository" / "secret", b"canary", monkeypatch, variable)
    subprocess.run(["git", "init", "-q", inside.parent], check=True)
    link = tmp_path / "link"
    link.symlink_to(inside)
    for way in (inside, link):
        monkeypatch.setenv(variable, str(way))
        with pytest.raises(IntakeError, match="在 git 仓库里"):
            open_forge(_portal(double, app))


@pytest.mark.parametrize("lines", ["id = 1", "id = 0\ninstallation = 1", 'id = 1\nkey = "x"'])
def test_the_numbers_of_an_app_come_together_and_a_key_never_stands_in_the_settings(
    tmp_path: Path, lines: str
) -> None:
    path = tmp_path / "office.toml"
    text = (ROOT / "data" / "office.toml").read_text("utf-8")
    path.write_text(f"{text}\n[forge.app]\n{lines}\n", "utf-8")
    with pytest.raises(SettingsError, match=r"forge\.app"):
        read_toml(path, Settings)
