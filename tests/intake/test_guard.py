"""No case file, key, store or person gets into a repository, and no message says what it was."""

from __future__ import annotations

import gzip
import io
import os
import shutil
import sqlite3
import subprocess
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner

from conftest import ROOT, copy_repository
from founding.conftest import script_folder, write_answers
from yanlu import overlay
from yanlu.cli.main import yanlu

WHO = ("-c", "user.name=测试", "-c", "user.email=test@yanlu.invalid")
NAME, MOBILE, IDENTITY = "欧阳金丝雀", "13912345678", "110101199003078515"
ROWS = f"姓名,电话,身份证号\n{NAME},{MOBILE},{IDENTITY}\n"


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A portal as `yanlu new` leaves it, with its hooks."""
    folder = tmp_path_factory.mktemp("guarded")
    answers = write_answers(folder / "answers.toml", {})
    before, overlay.SHIPPED = overlay.SHIPPED, ROOT
    try:
        done = CliRunner().invoke(yanlu, ["new", str(folder / "p"), "--answers", str(answers)])
    finally:
        overlay.SHIPPED = before
    assert done.exit_code == 0, done.output
    return folder / "p"


@pytest.fixture
def portal(founded: Path, tmp_path: Path) -> Path:
    """A copy of it for one test."""
    return Path(shutil.copytree(founded, tmp_path / "portal", symlinks=True))


def _git(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["git", *WHO, *arguments],
        cwd=folder,
        env={**os.environ, "PATH": script_folder(), **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def _write(portal: Path, files: Mapping[str, bytes]) -> None:
    for place, content in files.items():
        (portal / place).parent.mkdir(parents=True, exist_ok=True)
        (portal / place).write_bytes(content)
    assert _git(portal, "add", "--force", "--all").returncode == 0


def _guard(portal: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["yanlu", "guard", *arguments],
        cwd=portal,
        env={**os.environ, "PATH": script_folder()},
        capture_output=True,
        text=True,
        check=False,
    )


def _quiet(said: str) -> bool:
    return not any(planted in said for planted in (NAME, MOBILE, IDENTITY, "金丝雀", "SECRET"))


def _workbook(part: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(part, ROWS)
    return packed.getvalue()


def _store() -> bytes:
    with sqlite3.connect(":memory:") as made:
        made.execute("CREATE TABLE letter (text)")
        return made.serialize()


KEY = f"AGE-SECRET-KEY-1{'Q' * 58}"
REFUSED: dict[str, tuple[str, bytes, str]] = {
    "an export of cases": ("案件.csv", ROWS.encode("gb18030"), "是一张表"),
    "an export in data": ("data/cases.csv", ROWS.encode(), "data/ 里没有这样的文件"),
    "a packed export": ("cases.csv.gz", gzip.compress(ROWS.encode()), "是一张表"),
    "a workbook": ("cases.xlsx", _workbook("xl/workbook.xml"), "是工作簿"),
    "a workbook by another name": ("notes.pdf", _workbook("xl/workbook.xml"), "是工作簿"),
    "an old workbook": ("old", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 99, "是工作簿"),
    "a table in columns": ("cases", b"PAR1" + b"0" * 99, "是工作簿"),
    "a store by another name": ("letters.bin", _store(), "像是收件库"),
    "a log of writes": ("x-wal", b"", "像是收件库"),
    "what is sealed": ("letter", b"age-encryption.org/v1\n-> X25519 x\n", "是封存的内容"),
    "a key for rounding": ("key.txt", b"a1" * 32 + b"\n", "像是一把密钥"),
    "the office's private key": ("content/a.md", f"# 页\n\n{KEY}\n".encode(), "第 3 行：一把密钥"),
    "a key of an App": ("app.pem", b"-----BEGIN RSA PRIVATE KEY-----\n", "第 1 行：一把密钥"),
    "a token": ("run.sh", b"x\nT=ghp_" + b"a" * 36 + b"\n", "第 2 行：一把密钥"),
    "a person on a page": (
        "content/guide/x.md", f"# 页\n\n来信人{NAME}，电话{MOBILE}。\n".encode(), "第 3 行：有电话",
    ),
    "an identity number in a table": (
        "data/guidance/owed.csv", f"situation\n{IDENTITY}\n".encode(), "第 2 行：有证件号",
    ),
    "a telephone in settings": ("data/mappings/x.toml", f'note = "{MOBILE}"\n'.encode(), "有电话"),
}  # fmt: skip


def test_a_commit_with_any_of_them_is_refused_in_words_that_do_not_repeat_it(portal: Path) -> None:
    _write(portal, {place: content for place, content, _ in REFUSED.values()})
    done = _git(portal, "-c", "core.quotePath=false", "commit", "-m", "一次提交")
    assert done.returncode == 1, done
    told = done.stderr.splitlines()
    for name, (place, _, words) in REFUSED.items():
        assert any(line.startswith(f"  · {place}") and words in line for line in told), name
    assert _quiet(done.stderr + done.stdout)
    assert _git(portal, "rev-list", "--count", "HEAD").stdout == "1\n"


def test_only_lines_that_are_new_are_looked_at_and_only_those_of_this_commit(portal: Path) -> None:
    page, told = "content/guide/x.md", f"来信人{NAME}，电话{MOBILE}。\n"
    _write(portal, {page: f"# 页\n\n{told}".encode()})
    assert _git(portal, "commit", "--no-verify", "-m", "放错了").returncode == 0
    _write(portal, {page: f"# 题目\n\n{told}\n多了一句。\n".encode()})
    assert _git(portal, "commit", "-m", "改题目").returncode == 0
    (portal / "README.md").write_text(f"联系人{NAME}，{MOBILE}\n", "utf-8")
    (portal / page).write_text("# 题目\n", "utf-8")
    done = _git(portal, "commit", "-m", "只交这一页", "--", page)  # git gives its own index
    assert done.returncode == 0, done.stderr
    assert _git(portal, "commit", "--all", "-m", "都交").returncode == 1


def test_the_check_of_a_change_finds_what_a_skipped_hook_let_in_and_a_later_commit_took_out(
    portal: Path,
) -> None:
    base = _git(portal, "rev-parse", "HEAD").stdout.strip()
    _write(portal, {"cases.csv": ROWS.encode(), "content/guide/x.md": "# 页\n".encode()})
    assert _git(portal, "commit", "--no-verify", "-m", "放错了").returncode == 0
    assert _git(portal, "rm", "--quiet", "cases.csv").returncode == 0
    assert _git(portal, "commit", "-m", "拿走").returncode == 0
    done = _guard(portal, "--since", base)
    assert done.returncode == 1
    assert "cases.csv：是一张表" in done.stderr
    assert _quiet(done.stderr)
    assert _guard(portal, "--since", "HEAD").returncode == 0


def test_what_a_merge_brings_from_the_main_branch_is_not_the_changes_own(portal: Path) -> None:
    assert _git(portal, "switch", "--quiet", "-c", "change").returncode == 0
    _write(portal, {"content/guide/x.md": "# 页\n".encode()})
    assert _git(portal, "commit", "-m", "一页").returncode == 0
    assert _git(portal, "switch", "--quiet", "main").returncode == 0
    _write(portal, {"old.csv": ROWS.encode()})
    assert _git(portal, "commit", "--no-verify", "-m", "早就有的").returncode == 0
    assert _git(portal, "switch", "--quiet", "change").returncode == 0
    assert _git(portal, "merge", "--no-edit", "main").returncode == 0
    assert _guard(portal, "--since", "main").returncode == 0


def test_a_push_is_refused_until_what_was_let_in_is_out_of_its_history(
    portal: Path, tmp_path: Path
) -> None:
    remote = tmp_path / "remote.git"
    subprocess.run(["git", "init", "--quiet", "--bare", remote], check=True)
    assert _git(portal, "remote", "add", "origin", str(remote)).returncode == 0
    first = _git(portal, "push", "--quiet", "origin", "main")
    assert first.returncode == 0, first.stderr
    _write(portal, {"cases.csv": ROWS.encode()})
    assert _git(portal, "commit", "--no-verify", "-m", "放错了").returncode == 0
    refused = _git(portal, "push", "origin", "main", "main:refs/heads/new")
    assert refused.returncode == 1
    assert "cases.csv：是一张表" in refused.stderr
    assert _quiet(refused.stderr)
    assert _git(portal, "reset", "--quiet", "--hard", "HEAD~1").returncode == 0
    assert _git(portal, "push", "--quiet", "origin", "main:refs/heads/new").returncode == 0
    assert _git(portal, "push", "--quiet", "origin", ":refs/heads/new").returncode == 0


def test_hooks_are_installed_once_more_without_change_and_never_over_those_of_others(
    portal: Path,
) -> None:
    hooks = portal / ".git" / "hooks"
    ours = (hooks / "pre-commit").read_bytes()
    (hooks / "pre-push").write_text("#!/bin/sh\nmake test\n", "utf-8")
    for _ in range(2):
        done = _guard(portal, "--install")
        assert done.returncode == 0
        assert "pre-push 已经有一个别的钩子，没有动它" in done.stderr
        assert "yanlu guard --pushed || exit 1" in done.stderr
    assert (hooks / "pre-commit").read_bytes() == ours
    assert (hooks / "pre-push").read_text("utf-8") == "#!/bin/sh\nmake test\n"


def test_hooks_go_where_the_repository_says_that_its_hooks_are(portal: Path) -> None:
    assert _git(portal, "config", "core.hooksPath", "hooks").returncode == 0
    assert _guard(portal, "--install").returncode == 0
    _write(portal, {"cases.csv": ROWS.encode()})
    assert _git(portal, "commit", "-m", "x").returncode == 1
    assert os.access(portal / "hooks" / "pre-commit", os.X_OK)


def test_without_the_program_nothing_is_committed(portal: Path) -> None:
    _write(portal, {"content/guide/x.md": "# 页\n".encode()})
    done = _git(portal, "commit", "-m", "x", PATH="/usr/bin:/bin")
    assert done.returncode == 1
    assert "没有找到 yanlu" in done.stderr


def test_the_repository_of_the_software_passes_its_own_check(tmp_path: Path) -> None:
    """Its pages and data; tests, program and manuals hold invented persons."""
    done = _guard(copy_repository(tmp_path / "software"), "--since", "0" * 40)
    assert done.returncode == 0, done.stderr
