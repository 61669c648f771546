"""A repository as people work in it: begun, with hooks, with changes on their way out.

Unlike most of `git`, this heeds what git was told by whoever calls: a hook is given the index of
the commit to be in `GIT_INDEX_FILE`, and people may keep their hooks elsewhere.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from yanlu.errors import HistoryError
from yanlu.git import contents, listing, plumb, run

_NONE = "0" * 40  # how git writes the name of a commit that there is not
_MANY = 1_000  # paths, from which on a whole tree is listed


@dataclass(frozen=True)
class Brought:
    """A file that a change brings: its content, and the one in whose place it comes, b"" if new."""

    path: str
    content: bytes
    before: bytes


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


def staged(folder: Path) -> list[Brought]:
    """What the next commit would bring; `folder` is the top of the repository."""
    given = os.environ.get("GIT_INDEX_FILE")
    index = folder / given if given else None
    head = _known(folder, ["HEAD"])
    if head:
        options = ("--cached", "-r", "-z", "--no-renames", "--diff-filter=AMT")
        shown = plumb(folder, "diff-index", *options, *head, "--", index=index).decode()
        fields = shown.rstrip("\0").split("\0") if shown else []
        names = [(path, facts.split()[3]) for facts, path in zip(*[iter(fields)] * 2, strict=True)]
    else:
        shown = plumb(folder, "ls-files", "-s", "-z", index=index).decode()
        entries = [entry.partition("\t") for entry in shown.split("\0") if entry]
        names = [(path, facts.split()[1]) for facts, _, path in entries]
    return list(_read(folder, names, head))


def committed(folder: Path, tip: str, known: Sequence[str]) -> list[Brought]:
    """What commits up to `tip` brought that `known` ones do not hold, also what they took back.

    Names of commits that are not there count as nothing, so that of a new branch all counts.
    """
    old = _known(folder, known)
    asked = "".join(f"{line}\n" for line in (tip, *(f"^{name}" for name in old))).encode()
    shown = plumb(folder, "rev-list", "--objects", "--stdin", asked=asked).decode()
    pairs = [line.partition(" ") for line in shown.splitlines()]
    named = [(path, name) for name, _, path in pairs if path]
    kinds = plumb(
        folder, "cat-file", "--batch-check=%(objecttype)",
        asked="".join(f"{name}\n" for _, name in named).encode(),
    ).split()  # fmt: skip
    files = [pair for pair, kind in zip(named, kinds, strict=True) if kind == b"blob"]
    return list(_read(folder, files, old[:1]))


def pushed(folder: Path, lines: Sequence[str]) -> list[Brought]:
    """What a push would send; `lines` are those that git gives to the hook."""
    remotes = plumb(folder, "for-each-ref", "--format=%(objectname)", "refs/remotes").decode()
    found: dict[tuple[str, bytes], Brought] = {}
    for line in lines:
        _, tip, _, there = line.split()
        if tip != _NONE:  # else a branch is taken away
            for one in committed(folder, tip, [there, *remotes.split()]):
                found[one.path, one.content] = one
    return list(found.values())


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


def _read(
    folder: Path, names: Sequence[tuple[str, str]], before: Sequence[str]
) -> Iterator[Brought]:
    wanted = [path for path, _ in names]
    asked = wanted if len(wanted) < _MANY else ["."]
    old = listing(folder, before[0], asked) if before and wanted else {}
    blobs = contents(folder, sorted({*(name for _, name in names), *old.values()}))
    for path, name in names:
        yield Brought(path, blobs[name], blobs[old[path]] if path in old else b"")
