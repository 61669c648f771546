"""What a build remembers of suggestions: only that these bytes passed, and only for itself."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from conftest import commit_all
from register.history import commit, git
from register.walks import NOW, TEXT, put, shortest, suggestion
from yanlu.cli import looks, passed, site
from yanlu.cli.check import check_portal
from yanlu.cli.looks import look_at
from yanlu.cli.main import yanlu
from yanlu.errors import BuildError, YanluError
from yanlu.model import CHINA, Fate, Month
from yanlu.packages.suggestions import Suggestion, suggestion_files
from yanlu.settings import Portal, open_portal
from yanlu.website.register import kept

FORWARDED = shortest(Fate.FORWARDED)
NAMES = ("7k3m9x2p", "8k3m9x2p", "9k3m9x2p")
KEPT = ".cache/yanlu/passed.msgpack"
Builds = Callable[[], list[str]]


class _BegunError(YanluError):
    """The build goes on to make pages."""


@pytest.fixture
def folder(portal: Portal) -> Path:
    put(portal.folder, *(suggestion(FORWARDED, id=name) for name in NAMES))
    commit_all(portal.folder)
    return portal.folder


@pytest.fixture
def builds(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Builds:
    """Begin a build; answers the ids that it looked at before it went on."""
    seen: list[str] = []

    def look(data: Path, paths: list[Path], *rest: Any) -> Any:
        seen.extend(path.stem for path in paths)
        return look_at(data, paths, *rest)

    def begin(*_: Any, **__: Any) -> None:
        raise _BegunError

    def build() -> list[str]:
        seen.clear()
        with pytest.raises(_BegunError):
            yanlu(["build"], standalone_mode=False)
        return seen

    monkeypatch.chdir(folder)
    monkeypatch.setattr(site, "look_at", look)
    monkeypatch.setattr(site, "build_site", begin)
    monkeypatch.setattr(site, "day_of", lambda _: date(2026, 11, 20))  # whatever the clock says
    return build


def _tell(folder: Path) -> None:
    one = suggestion(FORWARDED)
    put(folder, Suggestion(one.front, one.title, f"{TEXT}请打13912345678。"))


def test_only_what_is_new_is_looked_at_again(folder: Path, builds: Builds) -> None:
    assert sorted(builds()) == sorted(NAMES)
    assert builds() == []
    mark = {"month": "2026-11", "what": "地区写错了。"}
    put(folder, suggestion(FORWARDED, id=NAMES[1], region="back-bay", amended=[mark]))
    assert builds() == [NAMES[1]]
    assert builds() == []


def test_a_check_remembers_for_the_build_and_asks_no_memory_itself(
    folder: Path, builds: Builds, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert check_portal(open_portal(folder)).faults == []
    assert builds() == []
    monkeypatch.setattr(passed.Memory, "read", None)  # whoever asks it fails
    assert check_portal(open_portal(folder)).faults == []


def test_what_did_not_pass_is_refused_as_often_as_it_is_asked(folder: Path, builds: Builds) -> None:
    builds()
    _tell(folder)
    for _ in range(2):
        with pytest.raises(BuildError, match="文字里还有电话"):
            yanlu(["build"], standalone_mode=False)
    put(folder, suggestion(FORWARDED))
    assert builds() == []


def _another_number(folder: Path, _: pytest.MonkeyPatch) -> None:
    path = folder / "data" / "guidance" / "offices.csv"
    path.write_text(path.read_text("utf-8").replace("000-0000 0001", "000-0000 0009"), "utf-8")


def _another_library(_: Path, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(passed, "version", lambda name: f"{name} of tomorrow")


def _another_program(folder: Path, patch: pytest.MonkeyPatch) -> None:
    program = folder / ".git" / "program"
    program.mkdir()
    (program / "__init__.py").write_text("# other rules\n", "utf-8")
    patch.setattr(kept.yanlu, "__file__", str(program / "__init__.py"))
    patch.setattr(passed, "program", kept.program.__wrapped__)  # a new process


def _an_earlier_commit(_: Path, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(site, "day_of", lambda _: date(2026, 10, 31))


def _cut_off(folder: Path, _: pytest.MonkeyPatch) -> None:
    (folder / KEPT).write_bytes((folder / KEPT).read_bytes()[:-1])


def _altered(folder: Path, _: pytest.MonkeyPatch) -> None:
    content = bytearray((folder / KEPT).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / KEPT).write_bytes(content)


def _emptied(folder: Path, _: pytest.MonkeyPatch) -> None:
    (folder / KEPT).write_bytes(b"")


@pytest.mark.parametrize(
    "change",
    [_another_number, _another_library, _another_program, _an_earlier_commit, _cut_off, _altered,
     _emptied],
)  # fmt: skip
def test_a_memory_of_other_rules_or_a_damaged_one_is_made_anew(
    folder: Path, builds: Builds, monkeypatch: pytest.MonkeyPatch, change: Callable[..., None]
) -> None:
    builds()
    change(folder, monkeypatch)
    assert sorted(builds()) == sorted(NAMES)
    assert builds() == []


def test_a_memory_that_somebody_committed_is_refused_by_build_and_told_by_check(
    folder: Path, builds: Builds
) -> None:
    builds()
    assert git(folder, "status", "--porcelain") == ""
    git(folder, "add", "-f", KEPT)
    commit(folder)
    with pytest.raises(BuildError, match=r"git rm -r --cached .cache"):
        yanlu(["build"], standalone_mode=False)
    (said,) = check_portal(open_portal(folder)).faults
    assert "进了 git" in said


def test_what_is_not_committed_yet_is_of_the_offices_own_month(folder: Path) -> None:
    assert passed.office_month(folder) == NOW
    today = datetime.now(CHINA).date()
    put(folder, suggestion(FORWARDED, region="back-bay"))
    assert passed.office_month(folder) == max(NOW, Month(today.year, today.month))
    git(folder, "-c", "core.logAllRefUpdates=false", "checkout", "-q", "--", ".")
    old = {"GIT_COMMITTER_DATE": "2020-02-29T17:00:00+00:00"}  # a day later in China
    amend = ["git", "-c", "user.name=t", "-c", "user.email=t@yanlu.invalid", "commit"]
    amend += ["-q", "--amend", "--no-edit"]
    subprocess.run(amend, cwd=folder, check=True, env={**os.environ, **old})
    assert passed.office_month(folder) == Month(2020, 3)
    put(folder, suggestion(FORWARDED, region="back-bay"))
    assert passed.office_month(folder) == Month(today.year, today.month)


def test_many_processes_find_what_one_finds(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _tell(folder)
    told: list[str] = []
    paths = suggestion_files(folder / "data")
    alone = look_at(folder / "data", paths, NOW, told.append)
    monkeypatch.setattr(looks, "_MANY", 1)
    monkeypatch.setattr(looks, "_TOGETHER", 1)
    together = look_at(folder / "data", paths, NOW, told.append)
    assert list(together.items()) == list(alone.items())
    assert sum(bool(look.faults) for look in together.values()) == 1
    assert told == [f"看建议的文字（{n}／3）" for n in (3, 1, 2, 3)]


def test_what_python_compiles_meanwhile_is_no_part_of_the_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "__init__.py").write_text("# rules\n", "utf-8")
    monkeypatch.setattr(kept.yanlu, "__file__", str(tmp_path / "__init__.py"))
    before = kept.program.__wrapped__()
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "rules.cpython-311.pyc.139").write_bytes(b"half written")
    assert kept.program.__wrapped__() == before
