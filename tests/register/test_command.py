"""`yanlu check` on the register: all of it, or what changed since a commit."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from conftest import ROOT, commit_all, run_yanlu
from register.history import commit, git
from register.walks import course, put, shortest, suggestion
from yanlu.cli.check import check_portal
from yanlu.cli.main import yanlu
from yanlu.errors import BuildError, PackageError
from yanlu.model import Fate
from yanlu.packages.suggestions import Earlier, Suggestion, write_suggestion
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
    for told in course(WALK)[5:]:
        put(folder, told)
        commit(folder)
        assert _both(folder) == ""


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


def _second_file(folder: Path) -> None:
    other = write_suggestion(suggestion(WALK[:3], id="8k3m9x2p"))
    with (folder / PLACE).open("a", encoding="utf-8") as file:
        file.write(f"\n{other}")


def _deep(folder: Path) -> None:
    (folder / PLACE).write_text(f"---\nid: {'[' * 9000}\n---\n\n# 题\n", "utf-8")


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
    "an unknown state": (_edit("fate: handling", "fate: lost"), "进展（fate）写得不对：只能"),
    "an unknown body": (_edit("lead: body-urban", "lead: body-x"), "代码 body-x 不在 codes/bodies"),
    "an unknown topic": (_edit("topic: roads", "topic: rodes"), "代码 rodes 不在 codes/topics"),
    "an unknown call": (_edit("topic: roads", "topic: roads\ncall: none"), "征集 none 没有这个"),
    "a month that is none": (_edit("month: 2026-06", "month: 2026-13"), "要写成 2026-06 这样"),
    "a day that is none": (_no_day, "承诺（promises）第1项的期限（by）写得不对"),
    "a text of a megabyte": (_large, f"{PLACE}：文件超过 64 KiB，不会是一条建议"),
    "an id in two years": (_twice, "同一个编号在两个年份里都有"),
    "two merged into each other": (_each_other, "9k3m9x2p 自己也并入了别处"),
    "a conflict": (
        _edit("步道有", "<<<<<<< HEAD\n步道有"), "文字里有合并冲突留下的标记",
    ),
    "two files in one": (_second_file, f"{PLACE}：正文里又有一个头部"),
    "two heads in one": (
        _edit("topic: roads", "topic: roads\ntopic: parks"), "头部（第 2 行起）有一项写了两遍",
    ),
    "a head that refers to itself": (
        _edit("lead: body-urban", "lead: &a body-urban\n  with: [*a]"), "用了 YAML 的引用（*）",
    ),
    "a head that goes ever deeper": (_deep, f"{PLACE}：头部不是正确的 YAML"),
    "a head without a part": (_edit("region:", "regions:"), "不认识的名称，是不是 region"),
    "a topic that is too fine": (_edit("topic: roads", "topic: lighting.outages"), "太细：只写"),
    "a script": (_edit("步道有", "<script>x</script>步道有"), "文字里有 HTML 标签或者脚本"),
}  # fmt: skip


def test_the_faults_of_one_file_hide_those_of_no_other(folder: Path) -> None:
    put(folder, suggestion(WALK[:6], id="8k3m9x2p"), suggestion(WALK[:3], id="9k3m9x2p"))
    commit(folder)
    _edit("fate: handling", "fate: lost")(folder)
    put(folder, suggestion([*WALK[:5], Fate.CARRIED_OUT], "已转交。", id="8k3m9x2p"))
    (folder / "data/suggestions/2026/9k3m9x2p.md").unlink()
    (folder / "data/suggestions/2026/list.xlsx").write_bytes(b"PK")
    said = "\n".join(check_portal(open_portal(folder)).faults)
    for words in (
        "7k3m9x2p.md：进展（fate）写得不对", "8k3m9x2p.md：“办理中”以后不能是“已落实”",
        "list.xlsx：data/ 里不应当有这个文件", "8k3m9x2p.md：以前公布过的经过被改掉",
        "9k3m9x2p.md：公布过的建议不能删掉文件",
    ):  # fmt: skip
        assert words in said


def test_a_takedown_that_leaves_no_word_of_a_promise_passes(folder: Path) -> None:
    one = suggestion(WALK[:7])
    (owed,) = one.front["promises"]
    was = {**owed, "by": "2026-10-30", "month": "2026-10"}
    put(folder, suggestion(WALK[:7], promises=[{**owed, "was": [was]}]))
    commit(folder)
    for promise in (owed, was):
        del promise["what"]
    bare = {**one.front, "publication": "removed", "promises": [{**owed, "was": [was]}]}
    put(folder, Suggestion(bare))
    commit(folder)
    assert _both(folder) == ""


def test_a_folder_and_a_link_to_nothing_are_told_by_their_names_and_stop_the_build(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = (folder / PLACE).parent
    (place / "a.md").symlink_to("nothing.md")
    commit(folder)
    (said,) = check_portal(open_portal(folder), "HEAD~1").faults
    assert "a.md 是失效的链接" in said
    for name in ("suggestions/2026/b.md", "calls/c.md"):
        (folder / "data" / name).mkdir(parents=True)
    told = check_portal(open_portal(folder)).faults
    assert [one.partition("；")[0] for one in told] == [
        "data/calls/c.md：c.md 是文件夹，不是文件",
        "data/suggestions/2026/a.md：a.md 是失效的链接，或者刚刚删去了",
        "data/suggestions/2026/b.md：b.md 是文件夹，不是文件",
    ]
    monkeypatch.chdir(folder)
    with pytest.raises(PackageError, match=r"a\.md 是失效的链接"):
        yanlu(["build"], standalone_mode=False)


def _refusal(folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """What the build says instead of beginning."""
    monkeypatch.chdir(folder)
    with pytest.raises(BuildError) as refused:
        yanlu(["build"], standalone_mode=False)
    assert not [path for path in folder.iterdir() if path.name in ("public", ".building")]
    return str(refused.value)


@pytest.mark.parametrize("name", PLANTS)
def test_a_planted_fault_is_told_by_both_checks_and_stops_the_build_and_no_text_is_repeated(
    folder: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant, words = PLANTS[name]
    plant(folder)
    commit(folder)
    said, refused = _both(folder), _refusal(folder, monkeypatch)
    assert words in said
    assert words in refused
    for text in ("张三", "水水", "坑洼", "园林科", "<script"):
        assert text not in said + refused


@pytest.mark.parametrize("name", ["a deleted file", "a step taken back"])
def test_a_build_that_remembers_files_refuses_what_they_take_back_as_often_as_it_is_asked(
    folder: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant, words = PLANTS[name]
    assert check_portal(open_portal(folder)).faults == []
    assert _remembered(folder)
    plant(folder)
    commit(folder)
    assert words in _refusal(folder, monkeypatch)
    assert words in _refusal(folder, monkeypatch)


def _remembered(folder: Path) -> bool:
    return (folder / ".cache" / "yanlu" / "passed.msgpack").is_file()


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


def _merge_further(folder: Path) -> None:
    """The one that others were merged into is merged itself; they stay as they are."""
    merged = suggestion(shortest(Fate.MERGED), id="8k3m9x2p", merged_into="7k3m9x2p")
    put(folder, merged, suggestion(WALK[:3], id="9k3m9x2p"))
    commit(folder)
    put(folder, suggestion([*WALK[:2], Fate.MERGED], merged_into="9k3m9x2p"))


def _lose_call(folder: Path) -> None:
    shutil.copytree(ROOT / "data" / "calls", folder / "data" / "calls")
    put(folder, suggestion(WALK[:5], id="8k3m9x2p", call="lifts-2027"))
    commit(folder)
    (folder / "data/calls/lifts-2027.md").unlink()


def _lose_code(folder: Path) -> None:
    lines = (folder / "data/codes/bodies.csv").read_text("utf-8").splitlines(keepends=True)
    kept = "".join(line for line in lines if not line.startswith("body-urban,"))
    (folder / "data/codes/bodies.csv").write_text(kept, "utf-8")


def _lose_number(folder: Path) -> None:
    directory = folder / "data/guidance/offices.csv"
    text = directory.read_text("utf-8")
    directory.write_text(text.replace("000-0000 0001", "021-62345678"), "utf-8")
    one = suggestion(WALK[:5], id="8k3m9x2p")
    put(folder, replace(one, text="打过电话021-62345678，没有人接。"))
    commit(folder)
    directory.write_text(text, "utf-8")


def _undo(folder: Path) -> None:
    put(folder, suggestion(WALK[:6]))
    commit(folder)
    put(folder, suggestion(WALK[:5]))


def _overlook(folder: Path) -> None:
    (folder / ".gitignore").write_text("8*.md\n", "utf-8")
    put(folder, suggestion([*WALK[:5], Fate.CLOSED], id="8k3m9x2p"))


ELSEWHERE: dict[str, tuple[Plants, str]] = {
    "the one it was merged into": (_merge_further, "7k3m9x2p 自己也并入了别处"),
    "a call that is gone": (_lose_call, "征集 lifts-2027 没有这个文件"),
    "a code that is gone": (_lose_code, "代码 body-urban 不在 codes/bodies"),
    "a number that is no longer everybody's": (_lose_number, "8k3m9x2p.md：文字里还有电话"),
    "what was published and undone": (_undo, "以前公布过的经过被改掉或者删去了"),
    "a file that git overlooks": (_overlook, "“办理中”以后不能是“已办结”"),
}


@pytest.mark.parametrize("name", ELSEWHERE)
def test_what_changed_elsewhere_is_seen_since_a_commit_too(folder: Path, name: str) -> None:
    plant, words = ELSEWHERE[name]
    before = git(folder, "rev-parse", "HEAD").strip()
    plant(folder)
    since = before if name == "what was published and undone" else "HEAD"
    said = "\n".join(check_portal(open_portal(folder), since).faults)
    assert words in said


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
