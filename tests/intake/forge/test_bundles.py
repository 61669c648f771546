"""A closed network: what is proposed here is merged there, and comes back in one file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from intake.loop import TEXT, LocalLoop, git, local_loop
from yanlu.errors import IntakeError
from yanlu.intake.forge.bundles import carry_in, carry_out, open_proposals


@pytest.fixture
def loop(tmp_path: Path) -> Iterator[LocalLoop]:
    with local_loop(tmp_path) as made:
        yield made


@pytest.fixture
def there(tmp_path: Path) -> Path:
    """The other network: no way leads there but the files."""
    return tmp_path / "there"


def anything(folder: Path, heads: Mapping[str, str]) -> None:
    """A judge that lets all pass: what it is asked is there."""
    for commit in heads.values():
        assert git(folder, "cat-file", "-t", commit) == "commit"


def _taken_there(loop: LocalLoop, there: Path, stick: Path) -> tuple[str, str]:
    """A proposal, carried out and opened over there: its suggestion and its branch."""
    name, _ = loop.approved()
    loop.work()
    (branch,) = carry_out(loop.folder, "main", stick / "out.bundle", anything)
    if not there.exists():
        git(stick, "clone", "-q", "-b", "main", str(stick / "out.bundle"), str(there))
    git(there, "fetch", "-q", str(stick / "out.bundle"), "+refs/heads/inbox/*:refs/heads/inbox/*")
    return name, branch


def _brought_back(there: Path, stick: Path) -> Path:
    back = stick / "back.bundle"
    back.unlink(missing_ok=True)
    carry_out(there, "main", back, anything)
    return back


def test_what_is_merged_there_is_published_here_and_its_status_follows(
    loop: LocalLoop, there: Path, tmp_path: Path
) -> None:
    name, branch = _taken_there(loop, there, tmp_path)
    git(there, "merge", "-q", "--no-ff", "--no-edit", branch)
    done = carry_in(loop.folder, "main", _brought_back(there, tmp_path), anything)
    assert (done.moved, done.merged, done.edited, done.absent) == (True, [branch], [], [])
    loop.work()
    assert loop.of(name)["delivery"] == "merged"
    assert loop.published(name).text == TEXT  # the files are there as well, not the branch alone
    assert git(loop.folder, "status", "--porcelain") == ""
    for older in ("back", "out"):
        again = carry_in(loop.folder, "main", tmp_path / f"{older}.bundle", anything)
        assert (again.moved, again.merged) == (False, [])


def test_what_is_edited_there_counts_and_what_is_refused_there_is_told(
    loop: LocalLoop, there: Path, tmp_path: Path
) -> None:
    name, branch = _taken_there(loop, there, tmp_path)
    git(there, "checkout", "-q", branch)
    path = there / "data" / "suggestions" / "2026" / f"{name}.md"
    path.write_text(path.read_text("utf-8").replace("装红绿灯", "装信号灯"), "utf-8")
    git(there, "commit", "-q", "-am", "Edit")
    done = carry_in(loop.folder, "main", _brought_back(there, tmp_path), anything)
    assert (done.moved, done.edited) == (False, [branch])
    git(there, "checkout", "-q", "main")
    git(there, "branch", "-q", "-D", branch)
    back = _brought_back(there, tmp_path)
    assert carry_in(loop.folder, "main", back, anything).absent == [branch]
    loop.work()
    assert loop.of(name)["delivery"] == "in-review"
    with pytest.raises(IntakeError, match="这里没有等着审核的 inbox/other"):
        carry_in(loop.folder, "main", back, anything, ["inbox/other"])
    carry_in(loop.folder, "main", back, anything, [branch])
    assert open_proposals(loop.folder, "main") == {}
    loop.work()
    assert loop.of(name)["delivery"] == "missing"


def test_what_does_not_fit_changes_nothing(loop: LocalLoop, there: Path, tmp_path: Path) -> None:
    _, branch = _taken_there(loop, there, tmp_path)
    with pytest.raises(IntakeError, match="已经存在，没有覆盖"):
        carry_out(loop.folder, "main", tmp_path / "out.bundle", anything)
    with pytest.raises(IntakeError, match="写不成"):
        carry_out(loop.folder, "main", tmp_path / "nowhere" / "out.bundle", anything)
    git(there, "merge", "-q", "--no-ff", "--no-edit", branch)
    back = _brought_back(there, tmp_path)
    before = git(loop.folder, "for-each-ref")
    broken = tmp_path / "broken.bundle"
    broken.write_bytes(back.read_bytes()[:-200])
    (tmp_path / "text.bundle").write_text("不是", "utf-8")
    git(there, "bundle", "create", "-q", str(tmp_path / "branch.bundle"), branch)
    for name, said in (
        ("broken", "拷坏了"),
        ("text", "不是 git 的打包文件"),
        ("gone", "没有找到"),
        ("branch", "没有主分支"),
    ):
        with pytest.raises(IntakeError, match=said):
            carry_in(loop.folder, "main", tmp_path / f"{name}.bundle", anything)
    (loop.folder / "README.md").write_text("here", "utf-8")
    git(there, "rm", "-q", "README.md")
    git(there, "commit", "-qm", "Remove")
    later = _brought_back(there, tmp_path)
    with pytest.raises(IntakeError, match="改了没有提交的文件"):
        carry_in(loop.folder, "main", later, anything)
    git(loop.folder, "commit", "-qam", "Here")
    with pytest.raises(IntakeError, match="两边各改各的"):
        carry_in(loop.folder, "main", later, anything)
    git(loop.folder, "reset", "-q", "--hard", "HEAD~1")
    assert git(loop.folder, "for-each-ref") == before
