"""No case file, key, store or person gets into a repository, and no message says what it was."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import os
import shutil
import sqlite3
import subprocess
import tomllib
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner
from PIL import Image

from conftest import ROOT, copy_repository
from founding.conftest import script_folder, write_answers
from yanlu import overlay
from yanlu.cli.carrying import carried_in, carried_out
from yanlu.cli.main import yanlu
from yanlu.errors import IntakeError
from yanlu.founding.hooks import install, missing
from yanlu.intake.guard import refusals
from yanlu.settings import Guard, Portal, open_portal
from yanlu.worktree import LINK, REPOSITORY, Brought, Coming

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
    "a packed export": ("cases.csv.gz", gzip.compress(ROWS.encode()), "是压缩文件"),
    "a workbook": ("cases.xlsx", _workbook("xl/workbook.xml"), "是工作簿"),
    "a workbook by another name": ("notes.pdf", _workbook("xl/workbook.xml"), "是工作簿"),
    "an old workbook": ("old", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 99, "是工作簿"),
    "a table in columns": ("cases", b"PAR1" + b"0" * 99, "是工作簿"),
    "a store by another name": ("letters.bin", _store(), "像是收件库"),
    "a log of writes": ("x-wal", b"", "像是收件库"),
    "what is sealed": ("letter", b"age-encryption.org/v1\n-> X25519 x\n", "是封存的内容"),
    "a key for rounding": ("key.txt", b"a1" * 32 + b"\n", "第 1 行：一把密钥"),
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


def _chunk(kind: bytes, content: bytes) -> bytes:
    return len(content).to_bytes(4) + kind + content + zlib.crc32(kind + content).to_bytes(4)


def _png(within: bytes = b"") -> bytes:
    told = _chunk(b"tEXt", b"Comment\0" + within) if within else b""
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", b"\0" * 13) + told + _chunk(b"IEND", b"")


def _picture(kind: str) -> bytes:
    made = io.BytesIO()
    Image.effect_noise((32, 32), 50).save(made, kind)
    return made.getvalue()


BOOK = _workbook("xl/workbook.xml")
SAID = f"来信人：李建国，电话{MOBILE}，身份证号{IDENTITY}。\n"
HEX, DIGEST = "a1" * 32, base64.b64encode(b"k" * 32).decode()
FOUND: dict[str, tuple[str, bytes, str]] = {
    "a page in GB18030": ("content/x.md", SAID.encode("gb18030"), "第 1 行：有电话"),
    "a name alone in GB18030": ("content/x.md", "来信人李建国。\n".encode("gb18030"), "有姓名"),
    "a key in GB18030": ("content/x.md", f"说明\n{KEY}\n".encode("gb18030"), "第 2 行：一把密钥"),
    "a directory in GB18030": (
        "data/guidance/offices.csv", f"code,name\n1,{NAME}{MOBILE}\n".encode("gb18030"), "有电话",
    ),
    "Unicode 文本": ("x.txt", SAID.encode("utf-16"), "有证件号"),
    "the same without its mark": ("x.txt", SAID.encode("utf-16-be"), "有证件号"),
    "UTF-32": ("x.txt", SAID.encode("utf-32"), "有证件号"),
    "text with a NUL": ("x.txt", SAID.encode() + b"\0", "不是文字"),
    "a name in capitals": ("N.TXT", SAID.encode(), "有姓名"),
    "a page of old": ("content/x.htm", SAID.encode(), "有姓名"),
    "a log": ("x.log", SAID.encode(), "有姓名"),
    "no extension": ("x", SAID.encode(), "有姓名"),
    "a drawing": ("content/x.svg", f"<svg>{IDENTITY}</svg>".encode(), "有证件号"),
    "a telephone with dots": ("content/x.js", b"a='139.12345678'", "有电话"),
    "a script": ("content/x.js", f"a='{MOBILE}'".encode(), "有电话"),
    "a number that a word joins": ("content/x.md", f"Mail {MOBILE}".encode(), "有电话"),
    "a mail": ("x.eml", b"base64\n\n" + base64.encodebytes(SAID.encode("gb18030")), "base64"),
    "a mail with a workbook": ("x.eml", base64.encodebytes(BOOK), "用 base64 附的文件"),
    "RTF": ("content/x.md", b"{\\rtf1 x}", "是办公文档"),
    "a workbook as XML": (
        "x", b'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">', "是办公文档",
    ),
    "a document": ("content/x.docx", _workbook("word/document.xml"), "是压缩文件"),
    "a workbook in an archive": ("content/x", _workbook("x.zip"), "是压缩文件"),
    "an archive by its name": ("content/x.CSV.7z", b"x", "是压缩文件"),
    "a workbook behind a picture": ("content/x.png", _png() + BOOK, "还带着别的文件"),
    "a workbook within one": ("content/x.png", _png(BOOK), "还带着别的文件"),
    "a telephone within one": ("content/x.png", _png(MOBILE.encode()), "的说明）：有电话"),
    "a picture cut off": ("content/x.png", _png()[:-9], "不完整"),
    "32 bytes": ("content/x", bytes(range(140, 172)), "像是一把密钥"),
    "a kind that nobody knows": ("content/x.jpg", b"\x80\x81\x00", "不是文字"),
    "a PDF": ("content/x.pdf", b"%PDF-1.4", "写进 checked"),
    "a PDF by another name": ("content/x.md", b"\n%PDF-1.4", "写进 checked"),
    "a key on a line": ("content/x.md", f"key: {HEX}".encode(), "一把密钥"),
    "a key in a table": ("x.json", f'{{"secret": "{DIGEST}"}}'.encode(), "一把密钥"),
    "a key in base64": ("x", b"a=" + base64.b64encode(b"ab" + KEY.encode()), "一把密钥"),
    "sealed further down": ("x.md", b"x\n-----BEGIN AGE ENCRYPTED FILE-----", "有封存的内容"),
    "a telephone in a name": (f"content/{MOBILE}.md", b"x", "content 里的一个文件：文件名里有电话"),
    "a person in a name": ("来信人李建国.md", b"x", "最上一层 里的一个文件：文件名里有姓名"),
    "a key in a name": (f"content/{KEY}.md", b"x", "文件名里有密钥"),
    "a name in GB18030": ("content/\\xd5.md", b"x", "不是用 UTF-8 写的"),
}  # fmt: skip
PASSED: dict[str, bytes] = {
    "SHA256SUMS": f"{HEX}  x.tar\n".encode(),
    "content/hashes.json": f'{{"hash": "sha256:{HEX}"}}'.encode(),
    "content/x.js": f"const INTEGRITY = 'sha256-{DIGEST}'".encode(),
    "content/x.md": "# 页\n\n一句话，没有人。\n".encode("gb18030"),
    "content/2026-10-13-通知.md": b"x",
    "content/x.css": "a::before { content: '\ue000' }".encode(),
    "content/empty.md": b"",
    "data/map.svg": f'<svg><path d="M{MOBILE} 139 1234\n5678z"/></svg>'.encode(),
    "content/x.geojson": b"[116.391284901234, 39.907712345678]",
    "data/log/checkpoints/1": f"x/log\n1\n{DIGEST}\n".encode(),
    "data/mappings/x.toml": b'telephone = "0000-00000000"',
}


@pytest.fixture(scope="module")
def office(founded: Path) -> Portal:
    return open_portal(founded)


def _told(office: Portal, path: str, content: bytes, mode: str = "100644") -> list[str]:
    return list(refusals(Coming([Brought(path, content, b"", mode)]), office))


@pytest.mark.parametrize("name", FOUND)
def test_what_a_file_holds_counts_whatever_it_is_called_and_however_it_is_encoded(
    office: Portal, name: str
) -> None:
    path, content, words = FOUND[name]
    told = "\n".join(_told(office, path, content))
    assert words in told
    assert _quiet(told)


def test_sums_and_pages_without_anybody_pass(office: Portal) -> None:
    assert {path: _told(office, path, content) for path, content in PASSED.items()} == {
        path: [] for path in PASSED
    }


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "ICO"])
def test_a_picture_passes_whole_and_with_nothing_behind_it(office: Portal, kind: str) -> None:
    whole = _picture(kind)
    assert _told(office, "content/x", whole) == []
    assert "还带着" in _told(office, "content/x", whole + b"\0")[0]
    assert "不完整" in _told(office, "content/x", whole[:-20])[0]


def test_a_pdf_passes_that_the_settings_say_was_read(office: Portal) -> None:
    content = b"%PDF-1.7 x"
    read = Guard((hashlib.sha256(content).hexdigest(),))
    known = Portal(office.folder, msgspec.structs.replace(office.settings, guard=read))
    assert _told(known, "content/x.pdf", content) == []
    assert _told(known, "content/x.pdf", content + b"y")


def test_links_and_repositories_within_the_repository_are_refused(office: Portal) -> None:
    for mode in (LINK, REPOSITORY):
        assert "查不到它指着什么" in _told(office, "content/x.md", b"/home/x", mode)[0]


def test_messages_and_names_of_branches_tell_of_nobody(office: Portal) -> None:
    told = {
        "李建国同志反映的事改好了": "有姓名",
        f"联系{MOBILE}": "有电话",
        f"Mail {MOBILE}": "有电话",
        f"key: {HEX}": "一把密钥",
        "更正十月的统计\n\nSigned-off-by: 李建国 <li@office.example>": "",
        f"Take over {'a1' * 20}，one name too": "",
    }
    for message, words in told.items():
        for encoding in ("utf-8", "gb18030"):
            coming = Coming(messages={"abc": message.encode(encoding)})
            assert words in "".join(refusals(coming, office)), message
            assert bool(words) == bool(list(refusals(coming, office))), message
    names = {f"refs/heads/{MOBILE}": "有电话", "李建国同志来信": "有姓名", "inbox/2026-11-29-1": ""}
    for branch, words in names.items():
        said = "".join(refusals(Coming(branches=[branch]), office))
        assert words in said
        assert bool(words) == bool(said)


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
    _guard(portal, "--install")
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


def test_a_message_is_asked_before_its_commit_and_a_name_before_its_push(portal: Path) -> None:
    done = _git(portal, "commit", "--allow-empty", "-m", f"改好了，电话{MOBILE}")
    assert done.returncode == 1
    assert "提交说明：有电话" in done.stderr
    assert _quiet(done.stderr)
    commit = ("commit", "--allow-empty", "--no-verify", "-m", f"改好了，电话{MOBILE}")
    assert _git(portal, *commit).returncode == 0
    _git(portal, "mv", "README.md", f"{MOBILE}.md")  # a new name of what is there already
    assert _git(portal, "commit", "--no-verify", "-m", "x").returncode == 0
    done = _guard(portal, "--since", "HEAD~2", "--branch", f"fix-{MOBILE}")
    for words in ("文件名里有电话", "的说明：有电话", "分支或者标签的名字里有电话"):
        assert words in done.stderr
    assert _quiet(done.stderr)


def test_a_merge_answers_for_what_none_of_its_parents_has(portal: Path) -> None:
    base = _git(portal, "rev-parse", "HEAD").stdout.strip()
    _git(portal, "switch", "--quiet", "-c", "change")
    assert _git(portal, "commit", "--allow-empty", "-m", "x").returncode == 0
    _git(portal, "switch", "--quiet", "main")
    _git(portal, "merge", "--no-ff", "--no-commit", "change")
    _write(portal, {"content/x.txt": SAID.encode()})
    assert _git(portal, "commit", "--no-verify", "-m", "Merge").returncode == 0
    assert "content/x.txt 第 1 行：有电话" in _guard(portal, "--since", base).stderr


def test_hooks_run_the_program_that_installed_them_whatever_the_path_is(portal: Path) -> None:
    bare = {"PATH": "/usr/bin:/bin"}  # that of a service
    _write(portal, {"content/guide/x.md": "# 页\n".encode()})
    done = _git(portal, "commit", "-m", "x", **bare)
    assert done.returncode == 0, done.stderr
    gone = portal / "with a ' space" / "yanlu"
    assert install(portal, str(gone)) == []
    assert missing(portal) == ["commit-msg", "pre-commit", "pre-push"]
    done = _git(portal, "commit", "--allow-empty", "-m", "x", **bare)
    assert done.returncode == 1
    assert "没有找到 yanlu" in done.stderr
    _write(portal, {str(gone.relative_to(portal)): b"#!/bin/sh\nexit 0\n"})
    gone.chmod(0o755)
    assert missing(portal) == []
    assert _git(portal, "commit", "--allow-empty", "-m", "x", **bare).returncode == 0


def _shipped(folder: Path) -> Path:
    """What the wheel would carry, as links into the checkout."""
    build = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]
    for source, place in build["targets"]["wheel"]["force-include"].items():
        link = folder / place.removeprefix("yanlu/portal/")
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(ROOT / source)
    return folder


def test_what_is_carried_out_or_in_is_asked_and_checked_before_anything_changes(
    portal: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overlay, "SHIPPED", _shipped(tmp_path / "package"))
    out, there = tmp_path / "out.bundle", tmp_path / "there"
    assert "查得出来的个人信息" in "".join(carried_out(open_portal(portal), out))
    assert _git(tmp_path, "clone", "--quiet", "-b", "main", str(out), str(there)).returncode == 0
    faults = {
        "content/x.md": ("# 页\n\n来信人李建国\n", "content/x.md 第 3 行：有姓名"),
        "data/suggestions/2026/a0000001.md": ("x\n", "data/suggestions/2026/a0000001.md"),
        "content/y.md": ("---\ntitle: 页\ndescription: 页。\n---\n\n# 页\n", ""),
    }
    before = _git(portal, "for-each-ref").stdout
    for number, (path, (text, words)) in enumerate(faults.items()):
        _write(there, {path: text.encode()})
        assert _git(there, "commit", "--quiet", "-m", "x").returncode == 0
        back = tmp_path / f"{number}.bundle"
        assert _git(there, "bundle", "create", "--quiet", str(back), "main").returncode == 0
        if not words:
            continue
        with pytest.raises(IntakeError, match="没有改动") as refused:
            list(carried_in(open_portal(portal), back, []))
        assert words in str(refused.value)
        assert _git(portal, "for-each-ref").stdout == before
        new = _git(there, "rev-parse", "HEAD").stdout.strip()
        assert _git(portal, "cat-file", "-e", new).returncode != 0  # not even its objects
        assert _git(there, "reset", "--quiet", "--hard", "HEAD~1").returncode == 0
    assert "主分支往前走了" in "".join(carried_in(open_portal(portal), back, []))
    _write(portal, {"cases.csv": ROWS.encode()})
    assert _git(portal, "commit", "--no-verify", "-m", "放错了").returncode == 0
    with pytest.raises(IntakeError, match=r"cases\.csv：是一张表"):
        list(carried_out(open_portal(portal), tmp_path / "next.bundle"))
    assert not (tmp_path / "next.bundle").exists()


def test_the_repository_of_the_software_passes_its_own_check(tmp_path: Path) -> None:
    """Its pages and data; tests, program and manuals hold invented persons."""
    done = _guard(copy_repository(tmp_path / "software"), "--since", "0" * 40)
    assert done.returncode == 0, done.stderr
