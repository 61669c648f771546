"""`yanlu check` on the register: all of it, or what changed since a commit."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import ROOT, commit_all, run_yanlu
from register.history import commit, git
from register.walks import put, shortest, suggestion
from yanlu.cli.check import check_portal
from yanlu.model import Fate
from yanlu.packages.suggestions import Earlier
from yanlu.settings import Portal, open_portal

WALK = [*shortest(Fate.HANDLING), Fate.REPLIED, Fate.PROMISED, Fate.CARRIED_OUT]
PLACE = "data/suggestions/2026/7k3m9x2p.md"
FINE = "检查通过：没有发现问题。\n"
Plants = Callable[[Path], None]


@pytest.fixture
def folder(portal: Portal) -> Path:
    """A portal under git with one suggestion that is being handled."""
    put(portal.folder, suggestion(WALK[:5]))
    commit_all(portal.folder)
    return portal.folder


def _check(folder: Path, *arguments: str) -> str:
    done = run_yanlu(folder, "check", *arguments)
    assert done.returncode == (0 if done.stdout == FINE else 1), done.stderr
    assert done.stderr == ""
    return done.stdout


def _both(folder: Path) -> str:
    """What check says of everything, and of the last commit: the same, where that is at fault."""
    portal = open_portal(folder)
    everything, last = (check_portal(portal, since).faults for since in (None, "HEAD~1"))
    assert everything == last
    return "\n".join(everything)


def test_a_suggestion_that_goes_its_way_one_commit_at_a_time_passes_at_each(folder: Path) -> None:
    for length in range(6, len(WALK) + 1):
        put(folder, suggestion(WALK[:length]))
        commit(folder)
        assert _check(folder) == FINE
        assert _check(folder, "--since", "HEAD~1") == FINE


def _skip(folder: Path) -> None:
    put(folder, suggestion([*WALK[:5], Fate.CARRIED_OUT]))


def _take_back(folder: Path) -> None:
    put(folder, suggestion(WALK[:3]))


def _replace(folder: Path) -> None:
    put(folder, suggestion(WALK[:6]))
    commit(folder)
    better = "更正：这一段由园林科在9月底以前铺平，费用不变；上一次写错了承办的科室和日子。"
    put(folder, suggestion(WALK[:6], better))


def _pass_on(folder: Path) -> None:
    put(folder, suggestion(WALK[:6], "您好，您的建议已转交相关部门办理，感谢您的支持。"))


def _delete(folder: Path) -> None:
    (folder / PLACE).unlink()


def _edit(old: str, new: str) -> Plants:
    def plant(folder: Path) -> None:
        text = (folder / PLACE).read_text("utf-8")
        assert old in text
        (folder / PLACE).write_text(text.replace(old, new, 1), "utf-8")

    return plant


def _broken_head(folder: Path) -> None:
    (folder / PLACE).write_text("---\n张三: [\n---\n\n# 题\n", "utf-8")


def _no_day(folder: Path) -> None:
    put(folder, suggestion(WALK[:7]))
    _edit("2026-10-31", "2026-02-30")(folder)


def _large(folder: Path) -> None:
    with (folder / PLACE).open("a", encoding="utf-8") as file:
        file.write("水" * 350_000)


def _twice(folder: Path) -> None:
    put(folder, suggestion(WALK[:5], month="2025-06"))


def _each_other(folder: Path) -> None:
    merged = shortest(Fate.MERGED)
    put(
        folder,
        suggestion(merged, id="8k3m9x2p", merged_into="9k3m9x2p"),
        suggestion(merged, id="9k3m9x2p", merged_into="8k3m9x2p"),
    )


PLANTS: dict[str, tuple[Plants, str]] = {
    "a skipped stage": (_skip, f"{PLACE}：“办理中”以后不能是“已落实”，只能是：已回复"),
    "a step taken back": (_take_back, f"{PLACE}：以前公布过的经过被改掉或者删去了"),
    "a reply replaced": (_replace, f"{PLACE}：回复改过了，原来的没有留在下面"),
    "a reply that only passes on": (_pass_on, f"{PLACE}：回复只说了转给别人，没有回答"),
    "a deleted file": (_delete, f"{PLACE}：公布过的建议不能删掉文件"),
    "a head that is none": (_broken_head, f"{PLACE}：头部不是正确的 YAML"),
    "an unknown state": (_edit("fate: handling", "fate: lost"), "头部的 fate 不符合规定（enum）"),
    "an unknown body": (_edit("lead: body-urban", "lead: body-x"), "代码 body-x 不在 codes/bodies"),
    "an unknown topic": (_edit("topic: roads", "topic: rodes"), "代码 rodes 不在 codes/topics"),
    "an unknown call": (_edit("topic: roads", "topic: roads\ncall: none"), "征集 none 没有这个"),
    "a month that is none": (_edit("month: 2026-06", "month: 2026-13"), "不符合规定（pattern）"),
    "a day that is none": (_no_day, "头部的 promises.0.by 不符合规定（format）"),
    "a text of a megabyte": (_large, f"{PLACE}：文件超过 64 KiB，不会是一条建议"),
    "an id in two years": (_twice, "同一个编号在两个年份里都有"),
    "two merged into each other": (_each_other, "9k3m9x2p 自己也并入了别处"),
    "a conflict": (
        _edit("步道有", "<<<<<<< HEAD\n步道有"), "文字里有合并冲突留下的标记",
    ),
    "a script": (_edit("步道有", "<script>x</script>步道有"), "文字里有 HTML 标签或者脚本"),
}  # fmt: skip


@pytest.mark.parametrize("name", PLANTS)
def test_a_planted_fault_is_told_by_both_checks_and_no_text_is_repeated(
    folder: Path, name: str
) -> None:
    plant, words = PLANTS[name]
    plant(folder)
    commit(folder)
    said = _both(folder)
    assert words in said
    assert not any(text in said for text in ("张三", "水水", "坑洼", "园林科", "<script"))


def test_the_command_says_how_many_and_does_not_pass(folder: Path) -> None:
    _skip(folder)
    said = _check(folder)
    assert said.splitlines()[-1] == "共 2 处问题，请改正后再发布。"


def test_since_a_commit_only_what_changed_is_looked_at(folder: Path) -> None:
    _skip(folder)
    commit(folder)
    put(folder, suggestion(WALK[:3], id="8k3m9x2p"))
    commit(folder)
    assert _check(folder, "--since", "HEAD~1") == FINE
    assert "不能是“已落实”" in _check(folder, "--since", "HEAD~2")
    assert "不能是“已落实”" in _check(folder)


def test_what_is_not_committed_yet_is_looked_at_too(folder: Path) -> None:
    put(folder, suggestion([*WALK[:5], Fate.CLOSED], id="8k3m9x2p"))
    assert "不能是“已办结”" in _check(folder, "--since", "HEAD")


def test_a_commit_that_is_not_there_is_told(folder: Path) -> None:
    done = run_yanlu(folder, "check", "--since", "HEAD~9")
    assert done.returncode != 0
    assert "git 里没有 HEAD~9 这个提交" in done.stdout + done.stderr


def test_a_proposal_edited_in_its_branch_and_merged_is_no_fault(folder: Path) -> None:
    git(folder, "checkout", "-qb", "inbox/2026-11-21-0a1b2c3d")
    put(folder, *(suggestion(WALK[:3], id=name) for name in ("8k3m9x2p", "9k3m9x2p")))
    commit(folder, "propose")
    (folder / "data/suggestions/2026/9k3m9x2p.md").unlink()
    edited = suggestion(WALK[:3], id="8k3m9x2p", bodies={"lead": "body-parks"})
    put(folder, edited)
    commit(folder, "edited in review")
    git(folder, "checkout", "-q", "-")
    git(folder, "merge", "-q", "--no-ff", "-m", "merge", "inbox/2026-11-21-0a1b2c3d")
    assert _both(folder) == ""


def test_a_correction_that_keeps_the_old_reply_passes(folder: Path) -> None:
    put(folder, suggestion(WALK[:6]))
    commit(folder)
    old = suggestion(WALK[:6]).reply
    better = "更正：这一段由园林科在9月底以前铺平，费用不变；上一次写错了承办的科室和日子。"
    put(folder, suggestion(WALK[:6], better, [Earlier("2026-10", old)]))
    commit(folder)
    assert _both(folder) == ""


def test_the_reference_office_passes_as_one_commit(portal: Portal) -> None:
    for name in ("suggestions", "calls"):
        shutil.copytree(ROOT / "data" / name, portal.data / name)
    commit_all(portal.folder)
    assert _check(portal.folder) == FINE
