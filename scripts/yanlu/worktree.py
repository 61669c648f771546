"""A repository as people work in it: begun, with hooks, with changes on their way out.

Unlike most of `git`, this heeds what git was told by whoever calls: a hook is given the index of
the commit to be in `GIT_INDEX_FILE`, and people may keep their hooks elsewhere.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from yanlu.errors import HistoryError
from yanlu.git import contents, listing, plumb, run

_NONE = "0" * 40  # how git writes the name of a commit that there is not
_SCISSORS = b"# ------------------------ >8 ------------------------"  # below it, the change
_SHORT = 12  # digits of a commit, by which people find it
_MANY = 1_000  # paths, from which on a whole tree is listed
LINK, REPOSITORY = "120000", "160000"  # modes in git of what is no file
_UNREADABLE = "backslashreplace"  # names of files need not be UTF-8


@dataclass(frozen=True)
class Brought:
    """A file that a change brings: its content, and the one in whose place it comes, b"" if new.

    `mode` as git writes it.
    """

    path: str
    content: bytes
    before: bytes
    mode: str


@dataclass(frozen=True)
class Coming:
    """All that a change brings: files, messages by short names of commits, names of branches."""

    files: Sequence[Brought] = ()
    messages: Mapping[str, bytes] = field(default_factory=dict)
    branches: Sequence[str] = ()


class _Entry(NamedTuple):
    path: str
    name: str
    mode: str


def begin(folder: Path, who: str, message: str) -> None:
    """Make a repository of all files in a folder, with one commit on `main`.

    `who` is author and committer, as `name <address>`; of later commits too, where git knows
    nobody on this machine.
    """
    plumb(folder, "init", "--quiet", "--initial-branch=main")
    plumb(folder, "add", "--all")
    name, _, address = who.removesuffix(">").rpartition(" <")
    person = ("-c", f"user.name={name}", "-c", f"user.email={address}")
    plumb(folder, *person, "commit", "--quiet", "--no-gpg-sign", f"--message={message}")
    if not is_known(folder):
        plumb(folder, "config", "user.name", name)
        plumb(folder, "config", "user.email", address)


def is_known(folder: Path) -> bool:
    """Whether git knows in whose name it commits here."""
    try:
        run(folder, "config", "user.email")
    except HistoryError:
        return False
    return True


def hooks_folder(folder: Path) -> Path:
    """Where git looks for the hooks of a repository."""
    return folder / run(folder, "rev-parse", "--git-path", "hooks").decode().strip()


def top(folder: Path) -> Path:
    """The folder of the repository in which `folder` lies."""
    return Path(run(folder, "rev-parse", "--show-toplevel").decode().strip())


def check_out(folder: Path, commit: str, target: Path) -> Path:
    """The files of a commit in a work tree of their own; answers where `folder` lies in it.

    `target` becomes a repository that borrows the objects of this one, or is one already: what
    git does not know there is left as it is. Nothing of this one changes.
    """
    borrow(folder, target)
    plumb(target, "checkout", "--quiet", "--force", "--detach", commit)
    return target / _told(folder, "rev-parse", "--show-prefix")


def borrow(folder: Path, target: Path) -> None:
    """Make `target` a repository, if it is none, that has all objects of this one."""
    target.mkdir(parents=True, exist_ok=True)
    plumb(target, "init", "--quiet")
    objects = _told(folder, "rev-parse", "--path-format=absolute", "--git-path", "objects")
    (target / ".git" / "objects" / "info" / "alternates").write_text(f"{objects}\n", "utf-8")


def merge_base(folder: Path, commit: str, other: str) -> str:
    """The newest commit that both hold.

    Raises:
        HistoryError: there is no such commit, or they have nothing in common.
    """
    return _told(folder, "merge-base", "--end-of-options", commit, other)


def _told(folder: Path, *arguments: str) -> str:
    return plumb(folder, *arguments).decode().strip()


def staged(folder: Path) -> Coming:
    """What the next commit would bring; `folder` is the top of the repository."""
    given = os.environ.get("GIT_INDEX_FILE")
    index = folder / given if given else None
    head = _known(folder, ["HEAD"])
    if head:
        options = ("--cached", "-r", "-z", "--no-renames", "--diff-filter=AMT")
        entries = _changed(plumb(folder, "diff-index", *options, *head, "--", index=index))
    else:
        shown = plumb(folder, "ls-files", "-s", "-z", index=index).decode(errors=_UNREADABLE)
        parts = [entry.partition("\t") for entry in shown.split("\0") if entry]
        entries = [_Entry(path, facts.split()[1], facts.split()[0]) for facts, _, path in parts]
    return Coming(list(_read(folder, entries, head)))


def said(message: bytes) -> Coming:
    """A message as the editor leaves it, without the lines that git drops."""
    lines = message.partition(_SCISSORS)[0].splitlines(keepends=True)
    return Coming(messages={"": b"".join(line for line in lines if not line.startswith(b"#"))})


def committed(folder: Path, tip: str, known: Sequence[str]) -> Coming:
    """What commits up to `tip` brought that `known` ones do not hold, also what they took back.

    Names of commits that are not there count as nothing, so that of a new branch all counts.
    """
    old = _known(folder, known)
    asked = "".join(f"{line}\n" for line in (tip, *(f"^{name}" for name in old))).encode()
    commits = plumb(folder, "rev-list", "--stdin", asked=asked)
    # of a merge, what it has from none of its parents: the rest is theirs
    options = ("--stdin", "--root", "-c", "-r", "-z", "--no-renames", "--no-commit-id")
    entries = dict.fromkeys(_changed(plumb(folder, "diff-tree", *options, asked=commits)))
    messages = _messages(folder, tip, commits.decode().split())
    return Coming(list(_read(folder, list(entries), old[:1])), messages)


def pushed(folder: Path, lines: Sequence[str]) -> Coming:
    """What a push would send; `lines` are those that git gives to the hook."""
    remotes = plumb(folder, "for-each-ref", "--format=%(objectname)", "refs/remotes").decode()
    files: dict[Brought, None] = {}
    messages: dict[str, bytes] = {}
    branches = []
    for line in lines:
        _, tip, name, there = line.split()
        if tip != _NONE:  # else a branch is taken away
            coming = committed(folder, tip, [there, *remotes.split()])
            files |= dict.fromkeys(coming.files)
            messages |= coming.messages
            branches.append(name)
    return Coming(list(files), messages, branches)


def _changed(shown: bytes) -> list[_Entry]:
    """Files that are there after a change, from git's raw lines, of merges too."""
    fields = shown.decode(errors=_UNREADABLE).rstrip("\0").split("\0") if shown else []
    found = []
    for facts, path in zip(*[iter(fields)] * 2, strict=True):
        parents = len(facts) - len(facts.lstrip(":"))
        told = facts.lstrip(":").split()
        mode, name = told[parents], told[2 * parents + 1]
        if name != _NONE:
            found.append(_Entry(path, name, mode))
    return found


def _messages(folder: Path, tip: str, commits: Sequence[str]) -> dict[str, bytes]:
    """Messages of commits, and of the tag that the tip may be."""
    name = _told(folder, "rev-parse", "--verify", "--end-of-options", tip)
    kind = plumb(folder, "cat-file", "-t", name).strip()
    found = contents(folder, [*commits, name] if kind == b"tag" else commits)
    return {name[:_SHORT]: content.partition(b"\n\n")[2] for name, content in found.items()}


def _known(folder: Path, names: Sequence[str]) -> list[str]:
    """Those of some commits that are there."""
    found = []
    for name in names:
        try:
            asked = ("rev-parse", "--quiet", "--verify", "--end-of-options", f"{name}^{{commit}}")
            found.append(plumb(folder, *asked).decode().strip())
        except HistoryError:
            continue  # not fetched, or the name that stands for none
    return found


def _read(folder: Path, entries: Sequence[_Entry], before: Sequence[str]) -> Iterator[Brought]:
    wanted = [entry.path for entry in entries]
    asked = wanted if len(wanted) < _MANY else ["."]
    old = listing(folder, before[0], asked) if before and wanted else {}
    here = {entry.name for entry in entries if entry.mode != REPOSITORY}
    blobs = contents(folder, sorted({*here, *old.values()}))
    for path, name, mode in entries:
        yield Brought(path, blobs.get(name, b""), blobs[old[path]] if path in old else b"", mode)
