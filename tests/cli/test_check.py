"""`yanlu check` against all that git has kept of what was published."""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import ROOT, Writes, commit_all, record, run_yanlu
from yanlu.intake.layout import layout_faults
from yanlu.model import Month
from yanlu.packages.read import read_release
from yanlu.settings import Portal

Lines = list[str]
MARCH = Month(2024, 3)


@pytest.fixture
def published(portal: Portal, write_records: Writes) -> Path:
    """A portal with one committed release that has large cells and cells of 5."""
    rows = [record(i) for i in range(40)] + [record(100 + i, 主题="噪声") for i in range(4)]
    path = write_records(rows)
    done = run_yanlu(portal.folder, "stats", "publish", str(path), "--month", "2024-03")
    assert done.returncode == 0, done.stderr
    assert 5 in read_release(portal.data, MARCH, 1).counts.values()
    commit_all(portal.folder)
    return portal.folder


def _commit(folder: Path) -> None:
    who = ["-c", "user.name=t", "-c", "user.email=t@yanlu.invalid"]
    subprocess.run(["git", "add", "-A"], cwd=folder, check=True)
    subprocess.run(["git", *who, "commit", "-qm", "more"], cwd=folder, check=True)


def _release(folder: Path, version: int) -> Path:
    return folder / "data" / "statistics" / "2024-03" / f"v{version}"


def _rewrite(release: Path, change: Callable[[Lines], Lines], **facts: object) -> str:
    """Change the rows of a cube by hand, seal it afresh; answers the hash of the old one."""
    cube = release / "cube.csv"
    old = hashlib.sha256(cube.read_bytes()).hexdigest()
    header, *rows = cube.read_text("utf-8").splitlines()
    cube.write_text("\n".join([header, *change(rows)]) + "\n", "utf-8")
    content = cube.read_bytes()
    path = release / "datapackage.json"
    descriptor = {**json.loads(path.read_text("utf-8")), **facts}
    seal = {"hash": f"sha256:{hashlib.sha256(content).hexdigest()}", "bytes": len(content)}
    descriptor["resources"][0].update(seal)
    path.write_text(json.dumps(descriptor, ensure_ascii=False), "utf-8")
    return old


def _correct_by_hand(folder: Path, change: Callable[[Lines], Lines]) -> None:
    """A second version that `stats publish` would not make."""
    shutil.copytree(_release(folder, 1), _release(folder, 2))
    facts = {"version": "2", "revises": 1, "why": "late-records"}
    _rewrite(_release(folder, 2), change, **facts)
    with (folder / "data/statistics/releases.csv").open("a", encoding="utf-8") as file:
        file.write("2024-03,2,2026-11-25,late-records,5\n")


def _without_fives(rows: Lines) -> Lines:
    return [row for row in rows if not row.endswith(",5")]


def _one_more(rows: Lines) -> Lines:
    cell, _, count = rows[0].rpartition(",")
    return [f"{cell},{int(count) + 40}", *rows[1:]]


def test_the_shipped_history_holds_no_silent_change_and_no_leak() -> None:
    done = run_yanlu(ROOT, "check")
    assert done.returncode == 0, done.stdout
    assert "没有以前的版本" not in done.stdout


def test_a_release_and_its_correction_pass(published: Path, write_records: Writes) -> None:
    rows = [record(i) for i in range(40)] + [record(100 + i, 主题="噪声") for i in range(9)]
    path = str(write_records(rows))
    revise = ("--month", "2024-03", "--revise", "--why", "late-records")
    assert run_yanlu(published, "stats", "publish", path, *revise).returncode == 0
    _commit(published)
    done = run_yanlu(published, "check")
    assert done.stdout == "检查通过：没有发现问题。\n"


def test_a_released_cell_that_changed_silently_is_found(published: Path) -> None:
    _rewrite(_release(published, 1), _one_more)
    done = run_yanlu(published, "check")
    assert done.returncode == 1
    assert "data/statistics/2024-03/v1/cube.csv：发布以后换过内容" in done.stdout
    _commit(published)
    assert run_yanlu(published, "check").stdout == done.stdout


def test_a_replacement_that_is_owned_up_to_is_accepted(published: Path) -> None:
    old = _rewrite(_release(published, 1), _one_more)
    with (published / "data/statistics/replaced.csv").open("w", encoding="utf-8") as file:
        rows = [
            ("month", "version", "sha256", "date", "reason", "note"),
            ("2024-03", "1", old, "2026-11-25", "source-error", "公告以前换的。"),
        ]
        csv.writer(file, lineterminator="\n").writerows(rows)
    _commit(published)
    done = run_yanlu(published, "check")
    assert done.returncode == 0, done.stdout


def test_a_correction_that_gives_small_cells_away_is_found_and_tells_no_number(
    published: Path,
) -> None:
    _correct_by_hand(published, _without_fives)
    done = run_yanlu(published, "check")
    assert done.returncode == 1
    assert (
        "data/statistics/2024-03/v2/cube.csv：地区 dorchester、主题 noise、渠道 phone、"
        "事件 received 这一格，与前面各版" in done.stdout
    )
    assert "小数就只剩一两种可能" in done.stdout


def test_a_correction_that_was_taken_back_is_not_forgotten(published: Path) -> None:
    _correct_by_hand(published, _without_fives)
    _commit(published)
    shutil.rmtree(_release(published, 2))
    subprocess.run(
        ["git", "checkout", "-q", "HEAD~1", "data/statistics/releases.csv"],
        cwd=published, check=True,
    )  # fmt: skip
    _commit(published)
    done = run_yanlu(published, "check")
    assert done.returncode == 1
    assert "data/statistics/2024-03/v2/cube.csv：地区 dorchester" in done.stdout


DELISTED = "data/statistics/2024-03/v{}：发布清单里曾经有这一版，现在没有了"
RELISTED = "data/statistics/2024-03/v1：发布清单里的这一行与 git 历史里的不同"


def _relist(folder: Path, change: Callable[[Lines], Lines]) -> None:
    """Change the lines of the list of releases by hand."""
    path = folder / "data/statistics/releases.csv"
    header, *lines = path.read_text("utf-8").splitlines()
    path.write_text("\n".join([header, *change(lines)]) + "\n", "utf-8")


def _own_up(folder: Path, *hashes: str, version: int = 1) -> None:
    rows = [f"2024-03,{version},{sha256},2026-11-25,source-error,说明。" for sha256 in hashes]
    header = "month,version,sha256,date,reason,note"
    path = folder / "data/statistics/replaced.csv"
    path.write_text("\n".join([header, *rows]) + "\n", "utf-8")


def _hash(release: Path) -> str:
    return hashlib.sha256((release / "cube.csv").read_bytes()).hexdigest()


def _check(folder: Path) -> str:
    """What check says, committed or not: it must say the same."""
    before = run_yanlu(folder, "check").stdout
    _commit(folder)
    assert run_yanlu(folder, "check").stdout == before
    return before


def test_a_month_that_vanished_with_its_line_is_found(published: Path) -> None:
    shutil.rmtree(_release(published, 1).parent)
    _relist(published, lambda _: [])
    assert DELISTED.format(1) in _check(published)


def test_a_list_that_vanished_as_a_whole_is_found(published: Path) -> None:
    shutil.rmtree(published / "data/statistics")
    assert DELISTED.format(1) in _check(published)


def test_a_correction_that_was_withdrawn_is_found(published: Path) -> None:
    _correct_by_hand(published, _one_more)
    _commit(published)
    assert run_yanlu(published, "check").returncode == 0
    shutil.rmtree(_release(published, 2))
    _relist(published, lambda lines: lines[:1])
    assert DELISTED.format(2) in _check(published)


def test_a_withdrawal_that_is_owned_up_to_is_accepted(published: Path) -> None:
    _correct_by_hand(published, _one_more)
    _commit(published)
    seal = _hash(_release(published, 2))
    shutil.rmtree(_release(published, 2))
    _relist(published, lambda lines: lines[:1])
    _own_up(published, "0" * 64, version=2)
    assert DELISTED.format(2) in run_yanlu(published, "check").stdout
    _own_up(published, seal, version=2)
    assert "检查通过" in _check(published)


@pytest.mark.parametrize(
    "line", ["2024-03,1,2020-01-01,,5", "2024-03,1,2026-11-24,,5"], ids=["earlier", "later"]
)
def test_a_date_of_issue_that_changed_is_found(line: str, published: Path) -> None:
    _relist(published, lambda _: [line])
    assert RELISTED in _check(published)


def test_a_release_that_was_replaced_may_bear_the_day_of_it_and_no_other(published: Path) -> None:
    old = _rewrite(_release(published, 1), _one_more)
    _own_up(published, old)
    _relist(published, lambda _: ["2024-03,1,2020-01-01,,5"])
    assert RELISTED in run_yanlu(published, "check").stdout
    _relist(published, lambda _: ["2024-03,1,2026-11-25,,5"])
    assert "检查通过" in _check(published)


def test_lines_may_stand_in_another_order_and_with_other_line_ends(published: Path) -> None:
    _correct_by_hand(published, _one_more)
    _commit(published)
    path = published / "data/statistics/releases.csv"
    header, first, second = path.read_text("utf-8").splitlines()
    path.write_bytes("\r\n".join(["\ufeff" + header, second, first, ""]).encode())
    assert "检查通过" in _check(published)


def test_a_draft_in_another_branch_was_never_in_force(published: Path) -> None:
    subprocess.run(["git", "checkout", "-qb", "draft"], cwd=published, check=True)
    _correct_by_hand(published, _one_more)
    _commit(published)
    subprocess.run(["git", "checkout", "-q", "-"], cwd=published, check=True)
    assert "检查通过" in run_yanlu(published, "check").stdout


def test_a_past_list_that_nothing_could_be_built_from_is_passed_over(published: Path) -> None:
    path = published / "data/statistics/releases.csv"
    good = path.read_text("utf-8")
    path.write_text(good + "2024-04,1,gestern,,5\n", "utf-8")
    _commit(published)
    path.write_text(good, "utf-8")
    assert "检查通过" in _check(published)


AGE_FILE = "# created: 2026-11-29\n# public key: age1x\nAGE-SECRET-KEY-16B6B6B\n"


@pytest.mark.parametrize("place", ["key.txt", "data/KEY", "content/.hidden"])
@pytest.mark.parametrize("text", ["6B" * 32 + "\r\n", AGE_FILE], ids=["rounding", "age"])
def test_a_key_in_the_folder_is_found(place: str, text: str, published: Path) -> None:
    (published / place).parent.mkdir(exist_ok=True)
    (published / place).write_text(text, "ascii")
    done = run_yanlu(published, "check")
    assert done.returncode == 1
    assert f"{place}：看上去是一把密钥" in done.stdout
    assert "6b6b" not in done.stdout.lower()


def test_the_public_key_and_a_hash_with_its_name_are_no_keys(
    published: Path, portal: Portal
) -> None:
    public = portal.settings.disclosure.public_test_key
    (published / "public.txt").write_text(f"{public}\n", "ascii")
    (published / "seal.txt").write_text("6b" * 32 + "  x.csv\n", "ascii")
    assert run_yanlu(published, "check").returncode == 0


def test_a_past_content_that_cannot_be_read_is_told(published: Path) -> None:
    cube = _release(published, 1) / "cube.csv"
    good = cube.read_bytes()
    cube.write_text("region,topic\nx,y\n", "utf-8")
    _commit(published)
    cube.write_bytes(good)
    done = run_yanlu(published, "check")
    assert done.returncode == 1
    assert "git 历史里有一份读不懂的内容" in done.stdout


def test_a_shallow_clone_is_told_to_fetch_the_rest(published: Path, tmp_path: Path) -> None:
    (published / "note").write_text("second commit")
    _commit(published)
    clone = ["git", "clone", "-q", "--depth", "1", f"file://{published}", str(tmp_path / "clone")]
    subprocess.run(clone, check=True)
    done = run_yanlu(tmp_path / "clone", "check")
    assert done.returncode == 1
    assert "git fetch --unshallow" in done.stdout


def test_without_git_check_says_that_there_is_no_history_and_goes_on(portal: Portal) -> None:
    done = run_yanlu(portal.folder, "check")
    assert done.returncode == 0
    first, last = done.stdout.splitlines()
    assert "没有以前的版本可以对照" in first
    assert "检查通过" in last


LAYOUTS = {
    "not TOML": ('title = "信访事项', "title = 信访事项", "不是正确的 TOML 文件"),
    "a fact that there is not": ('holds = "day"', 'holds = "date"', "holds"),
    "two columns of one name": ('title = "信访日期"', 'title = "信访形式"', "有两列都叫“信访形式”"),
    "a fact and a text": ('holds = "day"', 'holds = "day"\nalways = "今天"', "请只留一个"),
    "a code that there is not": ("suggestion =", "proposal =", "proposal 不是 data/codes/purposes"),
    "no columns": ("[[columns]]", "[[column]]", "column：不认识这一项"),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_layout_that_an_export_could_not_use_is_named(portal: Portal, name: str) -> None:
    old, new, words = LAYOUTS[name]
    text = (ROOT / "data" / "layouts" / "official.toml").read_text("utf-8")
    assert old in text
    path = portal.data / "layouts" / "official.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")
    assert layout_faults(portal) == []
    path.write_text(text.replace(old, new), "utf-8")
    (said,) = layout_faults(portal)
    assert said.startswith("data/layouts/official.toml：")
    assert words in said
    assert said in run_yanlu(portal.folder, "check").stdout
