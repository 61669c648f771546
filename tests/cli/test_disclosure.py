"""`yanlu disclosure`: what is asked for and cannot be done, and which files are never harmed."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from conftest import Writes, commit_all, record, run_yanlu, snapshot
from yanlu.settings import Portal

KEY = "6b" * 32
IN_GIT = "舍入密钥放在了仓库里。请把它移到仓库之外，再更换一把新的密钥。\n"
LEAF = "region,topic,n\na1,x,12\na1,y,30\na2,x,15\na2,y,3\n"
TREE = "child,parent\na1,a\na2,a\na,Total\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A leaf table, its hierarchy, a table that was released, and a key."""
    folder = tmp_path / "desk"
    folder.mkdir()
    files = {"LEAF.csv": LEAF, "H.csv": TREE, "R.csv": "region,topic,value\na1,y,30\n", "K": KEY}
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
    return folder


def _run(
    folder: Path, verb: str, *more: str, out: str = "OUT.csv", **environment: str
) -> subprocess.CompletedProcess[str]:
    hier = ("--hier", "region=H.csv")
    run = ("disclosure", verb, "LEAF.csv", "--count", "n", *hier, *more, "--out", out)
    return run_yanlu(folder, *run, **environment)


@pytest.mark.parametrize(
    ("verb", "more", "out"),
    [
        ("round", ("--key", "K"), "LEAF.csv"),
        ("round", ("--key", "K"), "K"),
        ("round", ("--key", "K"), "H.csv"),
        ("round", ("--key", "K"), "../desk/./K"),
        ("suppress", ("--released", "R.csv"), "LEAF.csv"),
        ("suppress", ("--released", "R.csv"), "H.csv"),
        ("suppress", ("--released", "R.csv"), "R.csv"),
    ],
)
def test_no_file_that_is_read_is_written_over(
    verb: str, more: Sequence[str], out: str, folder: Path
) -> None:
    before = snapshot(folder)
    done = _run(folder, verb, *more, out=out)
    assert done.returncode == 2, done
    assert f"--out 与读入的 {Path(out).name} 是同一个文件，没有写" in done.stderr
    assert snapshot(folder) == before


def test_the_key_of_the_environment_is_not_written_over_either(folder: Path) -> None:
    before = snapshot(folder)
    done = _run(folder, "round", out="K", YANLU_KEY_FILE=str(folder / "K"))
    assert done.returncode == 2, done
    assert snapshot(folder) == before


def test_an_empty_name_of_a_key_file_names_none(folder: Path) -> None:
    done = _run(folder, "round", YANLU_KEY_FILE="")
    assert done.returncode == 0, done
    assert "没有给密钥" in done.stderr


# -- a key in a repository ----------------------------------------------------------------


@pytest.mark.parametrize("place", ["K", "deeper/K"])
def test_a_key_in_a_repository_is_refused_in_the_words_of_publish(
    place: str, portal: Portal, write_records: Writes, folder: Path
) -> None:
    office = portal.data / "office.toml"
    lines = office.read_text("utf-8").splitlines()
    private = [line for line in lines if not line.startswith("public_test_")]
    office.write_text("\n".join(private) + "\n", "utf-8")
    key = portal.folder / place
    key.parent.mkdir(exist_ok=True)
    key.write_text(KEY, "ascii")
    commit_all(portal.folder)
    records = str(write_records([record(i) for i in range(40)]))
    publish = ("stats", "publish", records, "--month", "2024-03")
    said = run_yanlu(portal.folder, *publish, YANLU_KEY_FILE=str(key))
    done = _run(folder, "round", "--key", str(key))
    assert (done.returncode, done.stderr) == (said.returncode, said.stderr) == (2, IN_GIT)
    assert not (folder / "OUT.csv").exists()


def test_the_public_key_of_the_reference_office_may_lie_in_its_repository(
    portal: Portal, folder: Path
) -> None:
    public = portal.settings.disclosure.public_test_key
    assert public is not None
    (portal.folder / "K").write_text(f"{public}\n", "ascii")
    (portal.folder / "OTHER").write_text(KEY, "ascii")
    commit_all(portal.folder)
    assert _run(folder, "round", "--key", str(portal.folder / "K")).returncode == 0
    assert _run(folder, "round", "--key", str(portal.folder / "OTHER")).stderr == IN_GIT


# -- the audit ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "more", [("--zeros", "shown"), ("--zeros", "hidden"), ("--insider", "LEAF.csv")]
)
def test_what_is_known_of_hidden_cells_says_nothing_of_rounded_ones(
    more: Sequence[str], folder: Path
) -> None:
    assert _run(folder, "round", "--key", "K").returncode == 0
    audit = ("disclosure", "audit", "OUT.csv", "--hier", "region=H.csv", "--rounded", "5")
    assert run_yanlu(folder, *audit).returncode == 0
    done = run_yanlu(folder, *audit, *more)
    assert done.returncode == 2
    assert "--zeros 和 --insider 只用于隐藏的表" in done.stderr
