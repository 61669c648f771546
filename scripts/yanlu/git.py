"""The one door to the git program: the commit that is checked out, and all that came before."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from yanlu.errors import HistoryError

SOURCES = ("content", "data", "theme", "mkdocs.yml")  # what a site is built from


@dataclass(frozen=True)
class Head:
    """The commit that is checked out; its moment is the date of the build.

    `changed` tells that the site was built from something that is not committed yet.
    """

    commit: str
    moment: datetime
    changed: bool

    @property
    def short(self) -> str:
        """Twelve digits, as printed in the footer."""
        return self.commit[:12]


@dataclass(frozen=True)
class Past:
    """A content that a file has or had in some commit."""

    path: str
    content: bytes


def read_head(folder: Path) -> Head:
    """The commit at HEAD.

    Raises:
        HistoryError: no repository, no commit, or a shallow clone.
    """
    _refuse_shallow(folder)
    commit, stamp = _git(folder, "show", "-s", "--format=%H %ct", "HEAD").split()
    sources = [path for path in SOURCES if (folder / path).exists()]
    changed = _git(folder, "status", "--porcelain", "--", *sources)
    return Head(commit, datetime.fromtimestamp(int(stamp), UTC), bool(changed))


def in_repository(folder: Path) -> bool:
    """Whether a folder lies in a git work tree; looked up without git, which may be absent."""
    return any((place / ".git").exists() for place in (folder, *folder.parents))


def past_contents(folder: Path, pattern: str) -> Iterator[Past]:
    """Every content that files of this pattern ever had, in any commit of any branch or tag.

    The newest come first, each content of a path once. `pattern` is a glob relative to
    `folder`, as are the paths. However many files there are, a handful of processes reads
    them, and none of them heeds the settings by which people change what `git log` shows.

    Raises:
        HistoryError: a shallow clone, or a content that the repository does not hold.
    """
    _refuse_shallow(folder)
    commits = _run(folder, "rev-list", "--all", "--date-order")
    changes = ("diff-tree", "--stdin", "--root", "-m", "-r", "-z", "--no-commit-id", "--relative")
    shown = _run(folder, *changes, "--", f":(glob){pattern}", asked=commits)
    blobs = _blobs(shown.decode().split("\0"))
    names = list(dict.fromkeys(name for _, name in blobs))
    contents = dict(zip(names, _contents(folder, names), strict=True))
    for path, name in blobs:
        yield Past(path, contents[name])


def _blobs(fields: Sequence[str]) -> list[tuple[str, str]]:
    """Paths and object names from raw changes: a field of facts, then one with the path."""
    pairs = zip(fields[::2], fields[1::2], strict=False)
    changes = [(path, facts.split()[3]) for facts, path in pairs]
    return [(path, name) for path, name in dict.fromkeys(changes) if name.strip("0")]


def _contents(folder: Path, names: Iterable[str]) -> Iterator[bytes]:
    """The contents of objects, in their order: `name type size`, a line end, the bytes."""
    answer = _run(folder, "cat-file", "--batch", asked="\n".join(names).encode())
    start = 0
    while start < len(answer):
        end = answer.index(b"\n", start)
        facts = answer[start:end].split()
        if facts[1] == b"missing":
            raise HistoryError(
                "git 仓库不完整，缺少以前发布过的文件，没有办法对照。请重新完整克隆。"
            )
        size = int(facts[2])
        yield answer[end + 1 : end + 1 + size]
        start = end + 1 + size + 1


def _refuse_shallow(folder: Path) -> None:
    if _git(folder, "rev-parse", "--is-shallow-repository") == "true":
        raise HistoryError(
            "这是浅克隆，历史不完整，看不到以前发布过的版本：不能生成网站，也不能对照各版。"
            "请运行 git fetch --unshallow，或者重新完整克隆。"
        )


def _git(folder: Path, *arguments: str) -> str:
    return _run(folder, *arguments).decode().strip()


def _run(folder: Path, *arguments: str, asked: bytes = b"") -> bytes:
    try:
        done = subprocess.run(  # noqa: S603 - fixed program and arguments
            ["git", "-C", str(folder), *arguments],  # noqa: S607 - from PATH, as staff run it
            check=True,
            capture_output=True,
            input=asked,
        )
    except FileNotFoundError:
        raise HistoryError("没有找到 git 程序。请先安装 git。") from None
    except subprocess.CalledProcessError:
        raise HistoryError(
            f"git 在 {folder} 里读不到提交：不是 git 仓库、还没有提交，或者没有权限。"
            "网站的日期和对照用的旧版都取自提交：请先提交。"
        ) from None
    return done.stdout
