"""What several tests stand on: a small portal, records for it, and the built reference site."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import settings

from yanlu.settings import Portal, open_portal

settings.register_profile("house", deadline=None)  # a busy machine is no fault
settings.load_profile("house")

ROOT = Path(__file__).parents[1]
RECORDS = ROOT / "tests" / "records" / "boston311_2015H1_noaddress.csv.gz"
NOW = datetime.fromisoformat("2024-06-15T12:00:00")
HEADER = ("编号", "收到", "期限", "回复", "地区", "主题", "渠道")
MAPPING = """
title = "测试记录"
source = "测试来源"
terms = "随意使用。"
note = "只用于测试。"

[columns]
id = "编号"
received = "收到"
due = "期限"
replied = "回复"
region = "地区"
topic = "主题"
channel = "渠道"

[ignore]
columns = ["姓名", "电话", "地址"]

[dates]
format = "%Y-%m-%d %H:%M"

[values.region]
"多区" = "dorchester"
"南区" = "south-end"
[values.topic]
"路灯" = "lighting.outages"
"噪声" = "noise.other"
"垃圾" = "waste.bulk"
[values.channel]
"热线" = "phone.call"
"网站" = "online.site"
"自查" = "internal.staff"
"""

Row = Sequence[str]
Writes = Callable[..., Path]


def record(number: int, **changes: str) -> list[str]:
    """One ordinary record, received on 5 March 2024 and replied in time, with changes."""
    row = dict(
        zip(
            HEADER,
            (
                f"A{number:05d}",
                "2024-03-05 09:00",
                "2024-03-20 23:59",
                "2024-03-10 10:00",
                "多区",
                "路灯",
                "热线",
            ),
            strict=True,
        )
    )
    row.update(changes)
    return list(row.values())


@pytest.fixture
def portal(tmp_path: Path) -> Portal:
    """A portal with the reference office's codes, a small mapping and no release yet.

    No receptions either: `yanlu check` reminds of those to come, and these tests have no day.
    """
    folder = tmp_path / "portal"
    for name in ("codes", "guidance"):
        shutil.copytree(ROOT / "data" / name, folder / "data" / name)
    (folder / "data" / "guidance" / "receptions.csv").unlink()
    shutil.copy(ROOT / "data" / "office.toml", folder / "data" / "office.toml")
    (folder / "data" / "mappings").mkdir()
    (folder / "data" / "mappings" / "small.toml").write_text(MAPPING, "utf-8")
    return open_portal(folder)


@pytest.fixture
def write_records(tmp_path: Path) -> Writes:
    """Write rows as a CSV file and answer its path."""

    def write(
        rows: Sequence[Row],
        *,
        name: str = "cases.csv",
        header: Row = HEADER,
        encoding: str = "utf-8",
    ) -> Path:
        path = tmp_path / name
        with path.open("w", encoding=encoding, newline="") as file:
            csv.writer(file).writerows([header, *rows])
        return path

    return write


def run_yanlu(
    folder: Path, *arguments: str, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run the installed command as staff do, in the folder of a portal."""
    return subprocess.run(
        [str(Path(sys.executable).with_name("yanlu")), *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        check=False,
    )


def snapshot(folder: Path) -> dict[str, bytes]:
    """Every file of a folder, to see that a refused run left it as it was."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def commit_all(folder: Path) -> None:
    """Make `folder` a git repository with one commit of a day that is not today."""
    stamp = "2026-11-20T08:00:00+08:00"
    who = {
        "GIT_AUTHOR_NAME": "测试",
        "GIT_AUTHOR_EMAIL": "test@yanlu.invalid",
        "GIT_COMMITTER_NAME": "测试",
        "GIT_COMMITTER_EMAIL": "test@yanlu.invalid",
        "GIT_AUTHOR_DATE": stamp,
        "GIT_COMMITTER_DATE": stamp,
    }
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "test"]):
        subprocess.run(["git", *command], cwd=folder, env={**os.environ, **who}, check=True)


def copy_repository(target: Path) -> Path:
    """What git holds or would hold of this checkout, as a repository of its own."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file() and not name.startswith("tests/"):
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, target / name)
    commit_all(target)
    return target


@pytest.fixture(scope="session")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reference office's repository, built once into its `public/`."""
    folder = copy_repository(tmp_path_factory.mktemp("reference"))
    done = run_yanlu(folder, "build")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="session")
def site(reference: Path) -> Path:
    """The finished reference site."""
    return reference / "public"


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    """The reference site, served with its security headers."""
    from doubles.site_door import hosted

    with hosted(site, "/") as address:
        yield address
