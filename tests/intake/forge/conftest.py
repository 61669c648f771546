"""A frozen batch, an office's repository on which it stands, and the GitHub that holds it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import github3
import github3.session
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from doubles.github.bare import Bare
from doubles.github.hub import Account, Hub
from doubles.github.hub import App as Installed
from doubles.github.server import Double, serve
from doubles.office import commit, frozen, git, write
from yanlu.intake.forge.github import GitHubForge
from yanlu.intake.forge.port import Batch
from yanlu.intake.forge.session import App, Place, Token

PLANTED = "github_pat_11AAAAAAA0canarycanarycanary"
STAFF = "github_pat_staff"
Connect = Callable[..., GitHubForge]


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository that every office starts from, made once."""
    folder = tmp_path_factory.mktemp("founded")
    git(folder, "init", "-q", "-b", "main", "--template=")
    write(folder, "data/office.toml", "reference = true\n")
    write(folder, "data/suggestions/2025/old.md", "old\n")
    commit(folder)
    return folder


@pytest.fixture
def office(founded: Path, tmp_path: Path) -> Path:
    """An office's repository with one suggestion published before, on the branch `main`."""
    return shutil.copytree(founded, tmp_path / "office")


@pytest.fixture
def batch(office: Path) -> Batch:
    """Two suggestions, frozen on the head of `office`."""
    return frozen(git(office, "rev-parse", "main"))


@pytest.fixture
def double(office: Path, tmp_path: Path) -> Iterator[Double]:
    """A GitHub that holds the office's repository; whatever breaks its description fails."""
    forge = shutil.copytree(office / ".git", tmp_path / "forge.git")
    git(forge, "config", "core.bare", "true")
    git(office, "remote", "add", "origin", str(forge))
    tokens = {PLANTED: Account("yanlu-bot"), STAFF: Account("staff")}
    with serve(Hub(Bare(forge), tokens=tokens)) as double:
        yield double
    assert double.violations == []


@pytest.fixture
def connect(double: Double) -> Connect:
    """Open a forge on the double, as a worker does at its start."""

    def open_forge(credentials: Token | App | None = None, **changes: str) -> GitHubForge:
        hub = double.hub
        known = {
            "api_base": hub.address, "host": hub.host, "owner": hub.owner, "name": hub.name,
            "main": "main",
        }  # fmt: skip
        place = Place(**(known | changes))
        return GitHubForge(place, credentials or Token(PLANTED), lambda: datetime.now(UTC))

    return open_forge


@pytest.fixture
def forge(connect: Connect) -> GitHubForge:
    """A forge on the double, with a token."""
    return connect()


@pytest.fixture(scope="session")
def app_key() -> rsa.RSAPrivateKey:
    """The private key of a GitHub App."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def app(double: Double, app_key: rsa.RSAPrivateKey) -> App:
    """An App that is installed on the double's repository."""
    public = app_key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    private = app_key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    double.hub.app = Installed(4321, 99, public)
    return App(4321, 99, private)


@pytest.fixture
def staff(double: Double) -> Any:
    """The repository as a member of staff sees it, through github3.py alone."""
    session = github3.session.GitHubSession()
    session.base_url = double.hub.address
    github = github3.GitHub(token=STAFF, session=session, api_version="2022-11-28")
    return github.repository(double.hub.owner, double.hub.name)
