"""The one door to the git program.

Above: the commit that is checked out, and all that came before it. Below: objects and
branches, read and written without the work tree, the index or what is checked out, and
whatever settings, hooks and filters people or their repository have.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import Enum
from pathlib import Path

from yanlu.errors import HistoryError
from yanlu.model import CHINA

SOURCES = ("content", "data", "theme", "mkdocs.yml")  # what a site is built from
ABSENT = ""  # as the old value of a branch: there must be none
BLAND = {  # settings under which git runs no program but itself, and writes nothing unasked
    "core.hooksPath": os.devnull,
    "core.fsmonitor": "false",
    "core.splitIndex": "false",  # it would leave parts of our index with theirs
    "core.logAllRefUpdates": "false",  # a log of branches would name whoever runs this
    "safe.directory": "*",  # whose repository it is does not matter where it can run nothing
}
ALONE = {  # variables under which git heeds and asks nobody else
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_ALLOW_PROTOCOL": "none",  # a partial clone would fetch what is missing, by any program
    "GIT_NO_REPLACE_OBJECTS": "1",
}


@dataclass(frozen=True)
class Head:
    """The commit that is checked out; its moment is that of the build.

    `changed` tells that the site was built from something that is not committed yet.
    """

    commit: str
    moment: datetime
    changed: bool

    @property
    def short(self) -> str:
        """Twelve digits, as printed in the footer."""
        return self.commit[:12]

    @property
    def day(self) -> date:
        """The date of the build, as in China: terms and periods end with days there."""
        return self.moment.astimezone(CHINA).date()


@dataclass(frozen=True)
class Change:
    """A file that a commit added or altered, and the name of its new content."""

    path: str
    name: str
    added: bool


class Reach(Enum):
    """Which commits count: all there are, those checked out, or those that were published.

    Published is the line of first parents: what a merge brought in was a draft until then.
    """

    ALL = ("--all",)
    CHECKED_OUT = ("HEAD",)
    PUBLISHED = ("--first-parent", "HEAD")


@dataclass(frozen=True)
class Past:
    """A content that a file has or had.

    `commit` is the last one that gave it to the file, and `moment` when that was made.
    """

    path: str
    content: bytes
    commit: str
    moment: datetime


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


def would_be_in_git(folder: Path) -> bool:
    """Whether what is written to `folder` (there or not yet) lies in a repository.

    By its name as well as by the place to which links lead; a bare repository counts too.
    """
    plain, real = Path(os.path.abspath(folder)), folder.resolve()  # noqa: PTH100 - without `..`
    places = {plain, *plain.parents, real, *real.parents}
    return any((place / ".git").exists() or _is_bare(place) for place in places)


def _is_bare(place: Path) -> bool:
    return all((place / name).exists() for name in ("HEAD", "objects", "refs"))


def past_contents(
    folder: Path, patterns: Sequence[str], reach: Reach = Reach.ALL
) -> Iterator[Past]:
    """Every content that files of these patterns ever had, in any commit that counts.

    The newest come first, each content of a path once. Patterns are globs relative to
    `folder`, as are the paths. However many files there are, a handful of processes reads
    them, and none of them heeds the settings by which people change what `git log` shows.

    Raises:
        HistoryError: a shallow clone, or a content that the repository does not hold.
    """
    _refuse_shallow(folder)
    moments = _moments(folder, "--ignore-missing", "--date-order", *reach.value)
    commits = "".join(f"{name}\n" for name in moments).encode()
    merges = "--diff-merges=first-parent" if reach is Reach.PUBLISHED else "-m"
    changes = ("diff-tree", "--stdin", "--root", merges, "-r", "-z", "--relative")
    shown = run(folder, *changes, "--", *_globs(patterns), asked=commits)
    blobs = _blobs(shown.decode().split("\0"))
    names = list(dict.fromkeys(name for _, name in blobs))
    answer = run(folder, "cat-file", "--batch", asked="\n".join(names).encode())
    contents = dict(zip(names, _parsed(answer), strict=True))
    for (path, name), commit in blobs.items():
        yield Past(path, contents[name], commit, moments[commit])


def _moments(folder: Path, *which: str) -> Mapping[str, datetime]:
    """Commits with the moments at which they were made, in the order in which git lists them."""
    listed = run(folder, "rev-list", "--timestamp", *which, "--").decode()
    pairs = map(str.split, listed.splitlines())
    return {name: datetime.fromtimestamp(int(stamp), UTC) for stamp, name in pairs}


def published_days(folder: Path, pattern: str) -> Mapping[str, tuple[date, date]]:
    """The first and the last day (in China) on which a file's content came to the main line.

    Paths are relative to `folder`. What a merge brought in came on the day of the merge.
    """
    moments = _moments(folder, *Reach.PUBLISHED.value)
    names = ("--diff-merges=first-parent", "-r", "-z", "--name-only", "--relative")
    asked = "".join(f"{name}\n" for name in moments).encode()
    command = ("diff-tree", "--stdin", "--root", *names, "--", f":(glob){pattern}")
    days: dict[str, tuple[date, date]] = {}
    day = date.max
    for field in run(folder, *command, asked=asked).decode().split("\0"):
        if field in moments:  # the newest come first
            day = moments[field].astimezone(CHINA).date()
        elif field:
            days[field] = (day, days.get(field, (day, day))[1])
    return days


def changed_since(folder: Path, name: str, patterns: Sequence[str]) -> list[str]:
    """Paths of files that were touched after a commit, gone ones too.

    By a commit of the main line (even if a later one undid it) or in the work tree; also those
    that git was told to overlook. Patterns and paths are relative to `folder`.
    """
    commit = commit_of(folder, name)
    options, globs = ("--name-only", "-z", "--no-renames", "--relative"), _globs(patterns)
    commits = plumb(folder, "rev-list", *Reach.PUBLISHED.value, f"^{commit}", "--")
    between = ("diff-tree", "--stdin", "--root", "-r", "--diff-merges=first-parent")
    shown = plumb(folder, "diff", *options, commit, "--", *globs)
    shown += plumb(folder, *between, *options, "--no-commit-id", "--", *globs, asked=commits)
    shown += plumb(folder, "ls-files", "-o", "-z", "--", *globs)
    return sorted({path for path in shown.decode().split("\0") if path})


def tracked(folder: Path, place: str) -> bool:
    """Whether anything of that name, or below it, is to be in the next commit."""
    return bool(plumb(folder, "ls-files", "-z", "--", f":(literal){place}"))


def commit_of(folder: Path, name: str) -> str:
    """The commit that a name means: a branch, a tag, the digits of a commit.

    Raises:
        HistoryError: there is none of this name.
    """
    try:
        return _plain(folder, "rev-parse", "--verify", "--end-of-options", f"{name}^{{commit}}")
    except HistoryError:
        raise HistoryError(f"git 里没有 {name} 这个提交。请用 git log 查看。") from None


def branch_head(folder: Path, branch: str) -> str | None:
    """The commit of a branch, or None where there is none.

    Raises:
        HistoryError: no git, no repository, or one that cannot be read.
    """
    name = f"refs/heads/{branch}"
    shown = _plain(folder, "for-each-ref", "--format=%(refname) %(objectname)", name)
    # the pattern also finds what lies below a name: `inbox/1` finds `inbox/1/edited`
    return dict(line.split() for line in shown.splitlines()).get(name)


def is_ancestor(folder: Path, older: str, newer: str) -> bool:
    """Whether `newer` holds all of `older`'s history; a commit that is not there has none."""
    asked = f"{older}^{{commit}}\n{newer}^{{commit}}\n".encode()
    if plumb(folder, "cat-file", "--batch-check", asked=asked).count(b" commit ") < 2:
        return False
    return not _plain(folder, "rev-list", "-n1", older, f"^{newer}", "--")


def parent(folder: Path, commit: str) -> str:
    """The first parent of a commit."""
    return _plain(folder, "rev-parse", "--verify", "--end-of-options", f"{commit}^1")


def changes(folder: Path, commit: str) -> list[Change]:
    """What a commit added or altered below `folder`, against its first parent."""
    options = ("-r", "-z", "--no-renames", "--diff-filter=AM", "--no-commit-id", "--relative")
    shown = plumb(folder, "diff-tree", *options, f"{commit}^1", commit).decode()
    fields = shown.rstrip("\0").split("\0")
    facts = [(path, *told.split()[3:5]) for told, path in zip(*[iter(fields)] * 2, strict=False)]
    return [Change(path, name, kind == "A") for path, name, kind in facts]


def listing(folder: Path, commit: str, paths: Sequence[str]) -> Mapping[str, str]:
    """Content names by path, of files and of all in folders; paths are relative to `folder`."""
    told = plumb(folder, "ls-tree", "-r", "-z", commit, "--", *paths)
    shown = told.decode(errors="backslashreplace")  # names need not be UTF-8
    entries = [entry.partition("\t") for entry in shown.split("\0") if entry]
    return {path: facts.split()[2] for facts, _, path in entries if facts.split()[1] == "blob"}


def archive(folder: Path, commit: str, target: Path) -> None:
    """Let git write all files of a commit as a tar (`*.tar`), the same bytes for everybody."""
    plumb(folder, "-c", "tar.umask=0002", "archive", f"--output={target.resolve()}", commit)


def contents(folder: Path, names: Sequence[str]) -> Mapping[str, bytes]:
    """Contents by their names.

    Raises:
        HistoryError: a content that the repository does not hold.
    """
    answer = plumb(folder, "cat-file", "--batch", asked="\n".join([*names, ""]).encode())
    return dict(zip(names, _parsed(answer), strict=True))


def write_commit(
    folder: Path, base: str, files: Mapping[str, bytes], who: str, stamp: int, message: str
) -> str:
    """The commit that puts files on top of `base`; no branch points to it yet.

    `who` is author and committer, as `name <address>`; `stamp` is in seconds, UTC. The same
    arguments make the same commit, byte for byte, on any machine.
    """
    tree = _write_tree(folder, base, files)
    lines = (f"tree {tree}", f"parent {base}", f"author {who} {stamp} +0000",
             f"committer {who} {stamp} +0000", "", message)  # fmt: skip
    content = "\n".join(lines).encode()
    made = plumb(folder, "hash-object", "-t", "commit", "-w", "--stdin", asked=content)
    return made.decode().strip()


def create_branch(folder: Path, branch: str, commit: str) -> None:
    """Let a new branch point to a commit; one that exists by now is left as it is.

    Raises:
        HistoryError: git cannot make it, for instance because another name is in the way.
    """
    try:
        plumb(folder, "update-ref", f"refs/heads/{branch}", commit, ABSENT)
    except HistoryError:
        if branch_head(folder, branch) is None:
            raise


def _write_tree(folder: Path, base: str, files: Mapping[str, bytes]) -> str:
    """The tree of `base` with files put in, made in an index of its own."""
    prefix = _plain(folder, "rev-parse", "--show-prefix")
    entries = zip(_write_contents(folder, list(files.values())), files, strict=True)
    lines = "".join(f"100644 {name}\t{prefix}{path}\0" for name, path in entries)
    with tempfile.TemporaryDirectory(prefix="yanlu-index-") as place:
        index = Path(place) / "index"
        plumb(folder, "read-tree", base, index=index)
        plumb(folder, "update-index", "-z", "--index-info", asked=lines.encode(), index=index)
        return plumb(folder, "write-tree", index=index).decode().strip()


def _write_contents(folder: Path, files: Sequence[bytes]) -> list[str]:
    """Names of contents, which one process writes as they are, past every filter."""
    asked = (
        b"blob\nmark :%d\ndata %d\n%s\nget-mark :%d\n" % (mark, len(content), content, mark)
        for mark, content in enumerate(files, 1)
    )
    stream = b"".join((*asked, b"done\n"))
    return plumb(folder, "fast-import", "--quiet", "--done", asked=stream).decode().split()


def _globs(patterns: Iterable[str]) -> list[str]:
    return [f":(glob){pattern}" for pattern in patterns]


def _blobs(fields: Sequence[str]) -> dict[tuple[str, str], str]:
    """Paths and object names from raw changes, each with the first commit that is told of it.

    A commit is a field of its own; a change is a field of facts, then one with the path.
    """
    found: dict[tuple[str, str], str] = {}
    commit, rest = "", iter(fields)
    for field in rest:
        if not field.startswith(":"):
            commit = field
            continue
        name = field.split()[3]
        blob = (next(rest), name)
        if name.strip("0"):
            found.setdefault(blob, commit)
    return found


def _parsed(answer: bytes) -> Iterator[bytes]:
    """Contents that cat-file answered: each `name type size`, a line end, the bytes."""
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
    return run(folder, *arguments).decode().strip()


def _plain(folder: Path, *arguments: str) -> str:
    return plumb(folder, *arguments).decode().strip()


def plumb(folder: Path, *arguments: str, asked: bytes = b"", index: Path | None = None) -> bytes:
    """Run git with nothing of the environment's and the users' settings, and none of its own."""
    settings = (part for name, value in BLAND.items() for part in ("-c", f"{name}={value}"))
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    place = {"GIT_INDEX_FILE": str(index)} if index else {}
    return run(folder, *settings, *arguments, asked=asked, env=inherited | ALONE | place)


def run(
    folder: Path, *arguments: str, asked: bytes = b"", env: Mapping[str, str] | None = None
) -> bytes:
    """What git answers, run as whoever calls would run it."""
    try:
        done = subprocess.run(  # noqa: S603 - fixed program and arguments
            ["git", "-C", str(folder), *arguments],  # noqa: S607 - from PATH, as staff run it
            check=True,
            capture_output=True,
            input=asked,
            env=env,
        )
    except FileNotFoundError:
        raise HistoryError("没有找到 git 程序。请先安装 git。") from None
    except subprocess.CalledProcessError:
        raise HistoryError(
            f"git 在 {folder} 里读不到提交：不是 git 仓库、还没有提交，或者没有权限。"
            "网站的日期和对照用的旧版都取自提交：请先提交。"
        ) from None
    return done.stdout
