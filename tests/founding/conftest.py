"""The wheel as an office installs it, and portals that `yanlu new` makes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from conftest import ROOT
from yanlu import overlay

ANSWERS = {
    "name": "青川市人民建议征集办公室",
    "region": "青川市=qingchuan；东城区=dongcheng；西城区=xicheng",
    "address": "https://jianyi.qingchuan.example/",
    "contact": "人民路1号；628100；0839-0000000；工作日9:00–17:00",
    "identifiers": "网站标识码=0000000000；ICP备案=蜀ICP备00000000号",
    "days": "30",
}
Runs = Callable[..., subprocess.CompletedProcess[str]]


def write_answers(path: Path, changes: Mapping[str, str]) -> Path:
    """A file of answers, in which `changes` stand in the place of the usual ones."""
    told = {**ANSWERS, "keys": str(path.parent / "keys"), **changes}
    path.write_text("".join(f'{name} = "{text}"\n' for name, text in told.items()), "utf-8")
    return path


def _uv() -> str:
    own = ROOT / ".uv" / "bin" / "uv"
    return str(own) if own.is_file() else str(shutil.which("uv"))


def _wheel(folder: Path) -> Path:
    """The package as it is released; what builds it was fetched when the checkout was set up."""
    command = [_uv(), "build", "--quiet", "--wheel", "--out-dir", str(folder), str(ROOT)]
    if subprocess.run([*command, "--offline"], check=False, capture_output=True).returncode:
        subprocess.run(command, check=True)  # a cache that somebody has emptied
    (wheel,) = folder.glob("*.whl")
    return wheel


@pytest.fixture(scope="session")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment with the wheel, and nothing of this checkout.

    The libraries are those of the environment of the tests, by a path that leaves out what is
    installed there from the checkout.
    """
    folder = tmp_path_factory.mktemp("bare")
    wheel = _wheel(folder / "dist")
    venv.create(folder / "venv", with_pip=False, symlinks=True)
    python = folder / "venv" / "bin" / "python"
    install = [_uv(), "pip", "install", "--quiet", "--offline", "--no-deps", "--python", python]
    subprocess.run([*install, wheel], check=True)
    (packages,) = (folder / "venv" / "lib").glob("python*/site-packages")
    (packages / "libraries.pth").write_text(f"{Path(pytest.__file__).parents[1]}\n", "utf-8")
    return folder / "venv"


@pytest.fixture(scope="session")
def run_bare(bare: Path) -> Runs:
    """Runs the installed command with no other variable than a shell of a new user has."""

    def run(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        home = {"HOME": str(bare.parent), "PATH": f"{bare / 'bin'}:/usr/bin:/bin"}
        return subprocess.run(
            [str(bare / "bin" / "yanlu"), *arguments],
            cwd=folder,
            env={**home, "LANG": "C.UTF-8", **variables},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


@pytest.fixture
def shipped(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests within one process: the checkout stands for what the wheel carries."""
    monkeypatch.setattr(overlay, "SHIPPED", ROOT)


def script_folder() -> str:
    """Where the command of the checkout lies, for hooks that look for it."""
    return f"{Path(sys.executable).parent}:{os.environ['PATH']}"
