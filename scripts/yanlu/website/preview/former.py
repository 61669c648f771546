"""The files of another commit, to be built beside those of this one."""

from __future__ import annotations

from pathlib import Path

from yanlu.git import plumb


def check_out(folder: Path, commit: str, target: Path) -> Path:
    """The files of a commit in a work tree of their own; answers where `folder` lies in it.

    `target` becomes a repository that borrows the objects of this one, or is one already: what
    git does not know there is left as it is. Nothing of this one changes.
    """
    target.mkdir(parents=True, exist_ok=True)
    plumb(target, "init", "--quiet")
    objects = _told(folder, "rev-parse", "--path-format=absolute", "--git-path", "objects")
    (target / ".git" / "objects" / "info" / "alternates").write_text(f"{objects}\n", "utf-8")
    plumb(target, "checkout", "--quiet", "--force", "--detach", commit)
    return target / _told(folder, "rev-parse", "--show-prefix")


def merge_base(folder: Path, commit: str, other: str) -> str:
    """The newest commit that both hold.

    Raises:
        HistoryError: there is no such commit, or they have nothing in common.
    """
    return _told(folder, "merge-base", "--end-of-options", commit, other)


def _told(folder: Path, *arguments: str) -> str:
    return plumb(folder, *arguments).decode().strip()
