"""Proposals carried to another network and back in one file, where no wire leads there.

The file is a `git bundle` with the whole history, so that whoever opens it needs nothing else.
Coming back, the main branch only ever moves forward, and nothing moves unless all of it fits.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from yanlu import git
from yanlu.errors import HistoryError, IntakeError
from yanlu.intake.forge.port import BRANCHES
from yanlu.worktree import borrow

HEADS = "refs/heads/"

Judge = Callable[[Path, Mapping[str, str]], None]
"""Given a repository and commits by branch, refuses those that may not leave or come."""


@dataclass(frozen=True)
class Carried:
    """What a bundle brought: proposals that are on the main branch now, and those that are not.

    `moved` tells whether the main branch went forward; `edited` are proposals that were changed
    over there and still wait; `absent` are open here, and the bundle did not have them.
    """

    moved: bool
    merged: Sequence[str]
    edited: Sequence[str]
    absent: Sequence[str]


def carry_out(folder: Path, main: str, file: Path, judge: Judge) -> Sequence[str]:
    """Write the main branch and every open proposal into `file`; the names of the proposals.

    Raises:
        IntakeError: there is such a file already, it was not written, or `judge` refuses what
            would leave.
    """
    if file.exists():
        raise IntakeError(f"{file} 已经存在，没有覆盖。请换一个名字，或者先删去旧的。")
    found = open_proposals(folder, main)
    judge(folder, {main: git.commit_of(folder, f"{HEADS}{main}"), **found})
    try:
        git.plumb(folder, "bundle", "create", "--quiet", str(file.absolute()), main, *found)
    except HistoryError:
        raise IntakeError(f"写不成 {file}。请看移动盘还在不在、满没满，文件夹对不对。") from None
    _note(folder, main)
    return sorted(found)


def carried_before(folder: Path) -> Sequence[str]:
    """The commit of the main branch when a file last left or came, if any ever did.

    Kept as words beside git's own: a branch would keep alive what is purged from the history.
    """
    place = _noted(folder)
    return place.read_text("ascii").split() if place.is_file() else ()


def _note(folder: Path, main: str) -> None:
    _noted(folder).write_text(f"{git.branch_head(folder, main)}\n", "ascii")


def _noted(folder: Path) -> Path:
    options = ("rev-parse", "--path-format=absolute", "--git-path", "yanlu-carried")
    return Path(git.plumb(folder, *options).decode().strip())


def open_proposals(folder: Path, main: str) -> Mapping[str, str]:
    """Branches of proposals that are not on the main branch yet, with their commits."""
    options = ("for-each-ref", "--format=%(refname) %(objectname)")
    shown = git.plumb(folder, *options, f"--no-merged={HEADS}{main}", f"{HEADS}{BRANCHES}")
    return _by_branch(shown)


def carry_in(
    folder: Path, main: str, file: Path, judge: Judge, closed: Collection[str] = ()
) -> Carried:
    """Take what was decided elsewhere into this repository.

    `closed` are proposals that were refused there: their branches are deleted here.

    Raises:
        IntakeError: no bundle or a broken one, one of another repository, one that does not
            lead forward from here, or what `judge` refuses; nothing was changed, and nothing of
            it is in this repository.
    """
    before = open_proposals(folder, main)
    _refuse_unknown(closed, before)
    with tempfile.TemporaryDirectory(prefix="yanlu-carried-") as place:
        aside = Path(place) / "aside"
        brought = _brought(folder, file, aside)
        if main not in brought:
            raise IntakeError(
                f"{file.name} 里没有主分支 {main}，没有改动。请在那边连主分支一起打包。"
            )
        heads = {name: brought[name] for name in (main, *before) if name in brought}
        _refuse_astray(folder, aside, heads)
        judge(aside, heads)
        _take_over(folder, aside, heads.values())
    moved = _forward(folder, main, heads.pop(main))
    edited = [name for name, commit in heads.items() if _forward(folder, name, commit)]
    still = open_proposals(folder, main)
    for name in closed:
        if name in still:
            git.plumb(folder, "update-ref", "-d", f"{HEADS}{name}", still[name])
    _note(folder, main)
    return Carried(
        moved,
        sorted(before.keys() - still.keys()),
        sorted(set(edited) & still.keys()),
        sorted(still.keys() - brought.keys() - set(closed)),
    )


def _brought(folder: Path, file: Path, aside: Path) -> Mapping[str, str]:
    """The branches of a bundle, once all that they need is in the repository `aside`."""
    if not file.is_file():
        raise IntakeError(f"没有找到 {file}。请看移动盘插好没有，文件名对不对。")
    borrow(folder, aside)
    shown = git.plumb(folder, "for-each-ref", "--format=%(objectname)").decode().split()
    here = "".join(f"create refs/here/{name} {name}\n" for name in sorted(set(shown)))
    whole = str(file.absolute())
    try:
        git.plumb(aside, "update-ref", "--stdin", asked=here.encode())
        told = git.plumb(aside, "bundle", "unbundle", whole)
        found = _by_branch(b"\n".join(_swapped(line) for line in told.splitlines()))
        git.plumb(aside, "fsck", "--no-dangling", "--connectivity-only", *found.values())
    except HistoryError:
        raise IntakeError(
            f"{file.name} 打不开：不是 git 的打包文件、拷坏了，或者不是这个仓库的。没有改动。"
            "请在那边重新打包，再拷一次。"
        ) from None
    return found


def _take_over(folder: Path, aside: Path, commits: Iterable[str]) -> None:
    """What these commits need and the repository does not have; no branch knows of it yet."""
    here = git.plumb(aside, "for-each-ref", "--format=^%(objectname)").decode().split()
    asked = "".join(f"{line}\n" for line in (*commits, *here)).encode()
    packed = git.plumb(aside, "pack-objects", "--quiet", "--revs", "--stdout", asked=asked)
    git.plumb(folder, "unpack-objects", "-q", asked=packed)


def _swapped(line: bytes) -> bytes:
    commit, _, name = line.partition(b" ")
    return name + b" " + commit


def _by_branch(shown: bytes) -> dict[str, str]:
    pairs = [line.split() for line in shown.decode().splitlines()]
    return {name.removeprefix(HEADS): commit for name, commit in pairs if name.startswith(HEADS)}


def _refuse_unknown(closed: Collection[str], known: Collection[str]) -> None:
    strange = sorted(set(closed) - set(known))
    if strange:
        raise IntakeError(f"这里没有等着审核的 {'、'.join(strange)}，没有改动。请核对分支的名字。")


def _refuse_astray(folder: Path, aside: Path, heads: Mapping[str, str]) -> None:
    """Every branch must hold all that it holds here, or be behind, as an older bundle is."""
    for name, commit in heads.items():
        here = git.branch_head(folder, name)
        if here and not _are_in_line(aside, here, commit):
            raise IntakeError(
                f"{name} 这里有的，带回来的没有：两边各改各的，合不到一起，没有改动。"
                "请在这里重新打包带过去，那边并好了再带回来。"
            )


def _are_in_line(folder: Path, one: str, other: str) -> bool:
    return git.is_ancestor(folder, one, other) or git.is_ancestor(folder, other, one)


def _forward(folder: Path, branch: str, commit: str) -> bool:
    """Let a branch, and the files where it is checked out, have a commit if it is a later one.

    Raises:
        IntakeError: files that are not committed yet stand in the way; nothing was changed.
    """
    here = git.branch_head(folder, branch)
    if here and git.is_ancestor(folder, commit, here):
        return False
    if is_checked_out(folder, branch):
        try:
            git.plumb(folder, "merge", "--quiet", "--ff-only", commit)
        except HistoryError:
            raise IntakeError(
                "这里有改了没有提交的文件，正好带回来的也改了它，没有改动。"
                "请先提交，或者另存一份再还原，然后再带一次。"
            ) from None
    else:
        git.plumb(folder, "update-ref", f"{HEADS}{branch}", commit, here or git.ABSENT)
    return True


def is_checked_out(folder: Path, branch: str) -> bool:
    """Whether files of this branch lie in the work tree."""
    options = ("--is-bare-repository", "--symbolic-full-name", "HEAD")
    return git.plumb(folder, "rev-parse", *options).decode().split() == [
        "false",
        f"{HEADS}{branch}",
    ]
