"""`yanlu new`: ten answers, and a portal that works with the wheel alone."""

from __future__ import annotations

import csv
import re
import signal
import subprocess
import tomllib
from pathlib import Path
from urllib.request import urlopen

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import MAPPING, ROOT, Writes, record, snapshot
from founding.conftest import ANSWERS, Runs, write_answers
from test_overlay import WRITTEN_BY_NEW
from yanlu import overlay
from yanlu.cli.main import yanlu
from yanlu.errors import SettingsError
from yanlu.founding.portal import Publics, portal_files
from yanlu.founding.questions import questions

OWN = {
    *WRITTEN_BY_NEW,
    "data/codes/deadlines.csv",
    "data/office.toml",
    "content/bulletins/opening.md",
    "README.md",
    "requirements.txt",
    ".gitignore",
    ".github/workflows/check.yml",
    ".github/workflows/preview.yml",
    ".github/workflows/publish.yml",
}


def _git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True)
    return done.stdout.decode()


@pytest.fixture(scope="module")
def portal(run_bare: Runs, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A portal that the wheel made in an environment without this checkout."""
    folder = tmp_path_factory.mktemp("founded")
    answers = write_answers(folder / "answers.toml", {})
    done = run_bare(folder, "new", "portal", "--answers", str(answers))
    assert done.returncode == 0, done.stderr
    return folder / "portal"


def test_a_new_portal_passes_the_check_and_builds_with_the_wheel_alone(
    portal: Path, run_bare: Runs
) -> None:
    checked = run_bare(portal, "check")
    assert (checked.returncode, checked.stdout) == (0, "检查通过：没有发现问题。\n")
    built = run_bare(portal, "build")
    assert built.returncode == 0, built.stderr
    home = (portal / "public" / "index.html").read_text("utf-8")
    assert ANSWERS["name"] in home
    assert "蜀ICP备00000000号" in home
    told = [
        path.relative_to(portal).as_posix()
        for path in (portal / "public").rglob("*.html")
        if re.search("示例市|波士顿市", path.read_text("utf-8"))
        and "about" not in path.parts  # the manuals and the history of the software
    ]
    assert told == []
    assert _git(portal, "status", "--porcelain") == ""


def test_a_new_portal_is_served_and_takes_letters_in(portal: Path, bare: Path) -> None:
    keys = {"YANLU_INTAKE_KEY_FILE": str(portal.parent / "keys" / "intake.key")}
    process = subprocess.Popen(
        [str(bare / "bin" / "yanlu"), "serve", "--port", "8471"],
        cwd=portal,
        env={"HOME": str(portal.parent), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", **keys},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout
    try:
        said = ""
        while "就绪" not in said:
            line = process.stdout.readline()
            assert line, said
            said += line
        for place, words in {"": "建议与诉求公开", "suggest/write/": "<form"}.items():
            with urlopen(f"http://127.0.0.1:8471/{place}") as answer:
                assert words in answer.read().decode()
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(20)


def test_the_repository_holds_only_what_is_the_offices_own(portal: Path) -> None:
    assert set(_git(portal, "ls-files").split()) == OWN
    assert _git(portal, "log", "--format=%s").count("\n") == 1
    keys = portal.parent / "keys"
    assert keys.stat().st_mode & 0o077 == 0
    assert all(path.stat().st_mode & 0o077 == 0 for path in keys.iterdir())
    secrets = [path.read_text("ascii").split()[-1] for path in keys.iterdir()]
    held = b"".join(snapshot(portal).values())
    assert not [one for one in secrets if one.encode() in held]


def test_the_first_month_of_a_new_portal_is_published_and_committed_past_its_hooks(
    portal: Path, bare: Path, run_bare: Runs, write_records: Writes
) -> None:
    mapping = MAPPING
    for ours, theirs in {
        "dorchester": "dongcheng", "south-end": "xicheng", "lighting.outages": "city",
        "noise.other": "environment", "waste.bulk": "city",
    }.items():  # fmt: skip
        mapping = mapping.replace(ours, theirs)
    (portal / "data" / "mappings").mkdir()
    (portal / "data" / "mappings" / "cases.toml").write_text(mapping, "utf-8")
    cases = write_records([record(number) for number in range(60)])
    key = str(portal.parent / "keys" / "rounding.key")
    publish = ("stats", "publish", str(cases), "--month", "2024-03")
    published = run_bare(portal, *publish, YANLU_KEY_FILE=key)
    assert published.returncode == 0, published.stderr
    checked = run_bare(portal, "check")
    assert checked.returncode == 0, checked.stdout
    (portal / "cases.csv").write_bytes(cases.read_bytes())
    person = ("-c", "user.name=测试", "-c", "user.email=test@yanlu.invalid")
    hooked = {"PATH": f"{bare / 'bin'}:/usr/bin:/bin", "HOME": str(portal.parent)}
    _git(portal, "add", "--all")
    commit = ["git", *person, "commit", "--quiet", "--message", "第一次发布"]
    refused = subprocess.run(commit, cwd=portal, env=hooked, capture_output=True, check=False)
    assert "cases.csv：是一张表" in refused.stderr.decode()
    _git(portal, "rm", "--quiet", "--force", "cases.csv")
    taken = subprocess.run(commit, cwd=portal, env=hooked, capture_output=True, check=False)
    assert taken.returncode == 0, taken.stderr.decode()


def test_what_the_office_writes_takes_the_place_of_what_is_shipped(
    portal: Path, run_bare: Runs
) -> None:
    page = portal / "content" / "about" / "contact.md"
    page.parent.mkdir()
    page.write_text("---\ntitle: 联系\nsection: about\n---\n\n# 联系\n\n来人民路。\n", "utf-8")
    menu = portal / "theme" / "navigation.toml"
    menu.parent.mkdir()
    shipped = (ROOT / "theme" / "navigation.toml").read_text("utf-8")
    menu.write_text(shipped.replace("看数据", "看本市的数据"), "utf-8")
    built = run_bare(portal, "build")
    assert built.returncode == 0, built.stderr
    shown = (portal / "public" / "about" / "contact" / "index.html").read_text("utf-8")
    assert "来人民路。" in shown
    assert "看本市的数据" in shown
    page.unlink()
    menu.unlink()


REFUSED = {
    "a name with a comma": ({"name": "青川市,信访局"}, "name（单位叫什么）：里面有不能用的符号"),
    "a region without a code": ({"region": "青川市=青川"}, "代码只用小写字母"),
    "regions with one code": ({"region": "甲=a；乙=a"}, "有两个地区的代码一样"),
    "an address that is none": ({"address": "jianyi.qingchuan"}, "网址以 https:// 开头"),
    "too few contacts": ({"contact": "人民路1号"}, "要写四项"),
    "an identifier without a number": ({"identifiers": "ICP备案"}, "每一项写“名称=号码”"),
    "no channel of the site": ({"channels": "来信"}, "“网上”必须有"),
    "no days": ({"days": "很快"}, "写一个天数"),
    "a forge that is no address": ({"forge": "github"}, "写“本机”，或者仓库的网址"),
    "two regions of one name": ({"region": "甲=a；甲=b"}, "有两个地区的名称一样"),
    "a postcode of full-width digits": ({"contact": "路1号；６２８１００；1；1"}, "六位半角数字"),
    "a package that is an option": ({"wheel": "--index-url http://x.example"}, "以 .whl 结尾"),
    "keys below a file": ({"keys": "/etc/hosts/keys"}, "密钥写不进 /etc/hosts/keys"),
    "what nobody asks": ({"colour": "red"}, "没有人问“colour”"),
}


@pytest.mark.usefixtures("shipped")
@pytest.mark.parametrize("name", REFUSED)
def test_a_bad_answer_is_told_with_its_reason_and_leaves_nothing(name: str, tmp_path: Path) -> None:
    changes, words = REFUSED[name]
    answers = write_answers(tmp_path / "answers.toml", changes)
    done = CliRunner().invoke(yanlu, ["new", str(tmp_path / "portal"), "--answers", str(answers)])
    assert words in str(done.exception)
    assert [path.name for path in tmp_path.iterdir()] == ["answers.toml"]


@pytest.mark.usefixtures("shipped")
def test_a_folder_that_is_taken_and_keys_within_git_are_refused(tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    (taken / ".git").mkdir(parents=True)
    answers = write_answers(tmp_path / "answers.toml", {"keys": str(taken / "keys")})
    for place, words in {taken: "里面不是空的", taken / "x": "在另一个 git 仓库里面"}.items():
        done = CliRunner().invoke(yanlu, ["new", str(place), "--answers", str(answers)])
        assert words in str(done.exception)
    for keys in (taken / "keys", tmp_path / "x" / "keys"):
        write_answers(answers, {"keys": str(keys)})
        done = CliRunner().invoke(yanlu, ["new", str(tmp_path / "x"), "--answers", str(answers)])
        assert "密钥要放在仓库之外" in str(done.exception)
    assert [path.name for path in taken.iterdir()] == [".git"]


@pytest.mark.usefixtures("shipped")
def test_a_run_that_fails_half_way_leaves_nothing_and_the_next_one_uses_the_same_keys(
    tmp_path: Path,
) -> None:
    answers = write_answers(tmp_path / "answers.toml", {})
    command = ["new", str(tmp_path / "portal"), "--answers", str(answers)]
    first = CliRunner().invoke(yanlu, command)
    assert first.exit_code == 0, first.output
    before = snapshot(tmp_path / "keys")
    (tmp_path / "portal").rename(tmp_path / "other")
    (tmp_path / "keys" / "log.key").rename(tmp_path / "log.key")
    assert CliRunner().invoke(yanlu, command).exit_code != 0
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "answers.toml", "keys", "log.key", "other",
    ]  # fmt: skip
    (tmp_path / "log.key").rename(tmp_path / "keys" / "log.key")
    assert CliRunner().invoke(yanlu, command).exit_code == 0
    assert snapshot(tmp_path / "keys") == before
    assert snapshot(tmp_path / "other" / "data") == snapshot(tmp_path / "portal" / "data")


@pytest.mark.usefixtures("shipped")
def test_a_person_who_is_asked_may_answer_wrongly_or_stop(tmp_path: Path) -> None:
    folder = tmp_path / "portal"
    answers = ["青川市信访局", "青川市=青川", "", "ftp://x", "https://qc.example/x", "", "", ""]
    stopped = CliRunner().invoke(yanlu, ["new", str(folder)], input="\n".join(answers))
    assert stopped.exit_code == 1
    assert list(tmp_path.iterdir()) == []
    done = CliRunner().invoke(
        yanlu, ["new", str(folder)], input="\n".join([*answers, "", "", "", "", ""])
    )
    assert done.exit_code == 0, done.output
    assert "10／10" in done.output
    assert "代码只用小写字母" in done.output
    assert "网址以 https:// 开头" in done.output
    office = tomllib.loads((folder / "data" / "office.toml").read_text("utf-8"))["office"]
    assert office["base_url"] == "https://qc.example/x/"
    assert office["site"] == "青川市建议与诉求公开"


def test_a_checkout_says_that_it_is_no_package(tmp_path: Path) -> None:
    answers = write_answers(tmp_path / "answers.toml", {})
    done = CliRunner().invoke(yanlu, ["new", str(tmp_path / "portal"), "--answers", str(answers)])
    assert "不是安装包" in str(done.exception)
    assert [path.name for path in tmp_path.iterdir()] == ["answers.toml"]


@settings(max_examples=25)
@given(st.fixed_dictionaries({"name": st.text(), "contact": st.text(), "region": st.text()}))
def test_whatever_is_taken_for_an_answer_makes_files_that_are_read_as_it(
    texts: dict[str, str],
) -> None:
    asked = {one.name: one for one in questions("/srv/portal", "yanlu.whl")}
    read = {}
    for name, one in asked.items():
        try:
            read[name] = one.read(texts.get(name) or one.default(ANSWERS) or ANSWERS[name])
        except SettingsError:
            read[name] = one.read(ANSWERS.get(name) or one.default(ANSWERS))
    files = _files(read)
    office = tomllib.loads(files["data/office.toml"].decode())
    assert office["office"]["name"] == read["name"]
    assert office["contact"]["address"] == read["contact"].address
    rows = list(csv.reader(files["data/guidance/offices.csv"].decode().splitlines()))
    assert {len(row) for row in rows} == {12}


def _files(read: dict[str, object]) -> dict[str, bytes]:
    from datetime import date

    before, overlay.SHIPPED = overlay.SHIPPED, ROOT  # hypothesis runs many times in one test
    try:
        publics = Publics("age1", "log", "intake")
        return dict(portal_files(read, publics, date(2026, 11, 29), Path("/nowhere")))
    finally:
        overlay.SHIPPED = before


def test_workflows_pin_their_actions_and_may_only_read_but_for_one_comment() -> None:
    starter = ROOT / "scripts/yanlu/founding/starter/dot-github/workflows"
    for path in [*starter.iterdir(), *(ROOT / ".github" / "workflows").iterdir()]:
        text = path.read_text("utf-8")
        used = re.findall(r"uses: (\S+)", text)
        assert used
        assert all(re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", one) for one in used), path.name
        assert re.search(r"^permissions:( \{ contents: read \}|\n  contents: read)$", text, re.M)
        written = re.findall(r"[\w-]+: write", text)
        assert written == (["pull-requests: write"] if path.name == "preview.yml" else []), (
            path.name
        )
        assert "github.token" not in text.partition("--pull")[0].partition("umask")[0]
