"""What git says of the repository that the site is built from."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from yanlu.errors import BuildError

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


def read_head(folder: Path) -> Head:
    """The commit at HEAD.

    Raises:
        BuildError: no repository, no commit, or a shallow clone (its history, and with it
            the versions that were published before, would be missing).
    """
    if _git(folder, "rev-parse", "--is-shallow-repository") == "true":
        raise BuildError(
            "这是浅克隆，历史不完整，不能用来生成网站。"
            "请运行 git fetch --unshallow，或者重新完整克隆。"
        )
    commit, stamp = _git(folder, "show", "-s", "--format=%H %ct", "HEAD").split()
    changed = _git(
        folder, "status", "--porcelain", "--", *(p for p in SOURCES if (folder / p).exists())
    )
    return Head(commit, datetime.fromtimestamp(int(stamp), UTC), bool(changed))


def _git(folder: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - fixed program and arguments
            ["git", "-C", str(folder), *arguments],  # noqa: S607 - from PATH, as staff run it
            check=True,
            capture_output=True,
            text=True,
        )
    except FileNotFoundError:
        raise BuildError("没有找到 git 程序。请先安装 git。") from None
    except subprocess.CalledProcessError:
        raise BuildError(
            f"{folder} 不是 git 仓库，或者还没有提交。网站的日期取自最近一次提交：请先提交。"
        ) from None
    return done.stdout.strip()
