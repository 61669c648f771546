"""The bare repository behind the double, driven by git itself."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

NOTHING = "0" * 40
Person = Mapping[str, str]  # name, email and date, as GitHub writes them


@dataclass(frozen=True)
class Made:
    """A commit as it lies in git."""

    sha: str
    tree: str
    parents: tuple[str, ...]
    author: Person
    committer: Person
    message: str


@dataclass(frozen=True)
class Entry:
    """A line of a tree."""

    mode: str
    type: str
    sha: str
    size: int | None
    path: str


class BareError(Exception):
    """Git said no; the words are GitHub's."""


@dataclass(frozen=True)
class Bare:
    """A bare repository on disk, with the methods that GitHub's git data API has."""

    path: Path

    def ref(self, name: str) -> str | None:
        """Commit of `refs/…`, or None."""
        return self._maybe("rev-parse", "--verify", "-q", f"{name}^{{commit}}")

    def names(self, below: str) -> list[str]:
        """Short names of the refs below a folder."""
        return self._git("for-each-ref", "--format=%(refname:short)", below).split()

    def commits(self) -> int:
        """How many commits there are, whatever points to them."""
        listed = self._git("cat-file", "--batch-all-objects", "--batch-check=%(objecttype)")
        return listed.split().count("commit")

    def create_ref(self, name: str, sha: str) -> None:
        if self.ref(name):
            raise BareError("Reference already exists")
        if self.object(sha) != "commit":
            raise BareError("Object does not exist")
        self._git("update-ref", name, sha, NOTHING)

    def move_ref(self, name: str, sha: str, *, force: bool) -> None:
        now = self.ref(name)
        if now is None:
            raise BareError("Reference does not exist")
        if not force and not self.is_ancestor(now, sha):
            raise BareError("Update is not a fast forward")
        self._git("update-ref", name, sha, now)

    def delete_ref(self, name: str) -> None:
        if self.ref(name) is None:
            raise BareError("Reference does not exist")
        self._git("update-ref", "-d", name)

    def object(self, sha: str) -> str | None:
        """The type of an object, or None where it is not there."""
        return self._maybe("cat-file", "-t", sha)

    def commit(self, name: str) -> Made | None:
        sha = self.ref(name)
        if sha is None:
            return None
        shape = "%H%x00%T%x00%P%x00%an%x00%ae%x00%aI%x00%cn%x00%ce%x00%cI%x00%B"
        fields = self._git("show", "-s", f"--format={shape}", sha).split("\0")
        author, committer = ({"name": n, "email": e, "date": d.replace("+00:00", "Z")}
                             for n, e, d in (fields[3:6], fields[6:9]))  # fmt: skip
        return Made(sha, fields[1], tuple(fields[2].split()), author, committer, fields[9].rstrip())

    def create_commit(
        self, tree: str, parents: Iterable[str], message: str, author: Person, committer: Person
    ) -> str:
        if self.object(tree) != "tree":
            raise BareError("Tree SHA does not exist")
        if any(self.object(parent) != "commit" for parent in parents):
            raise BareError("Parent SHA does not exist or is not a commit object")
        who = {
            f"GIT_{role}_{part.upper()}": person[part]
            for role, person in (("AUTHOR", author), ("COMMITTER", committer))
            for part in ("name", "email", "date")
        }
        flags = [flag for parent in parents for flag in ("-p", parent)]
        return self._git("commit-tree", tree, *flags, asked=message.encode(), **who)

    def tree(self, name: str, *, recursive: bool) -> list[Entry] | None:
        """The lines of a tree, or of a commit's tree."""
        if self._maybe("rev-parse", "--verify", "-q", f"{name}^{{tree}}") is None:
            return None
        flags = ("-r", "-t") if recursive else ()
        lines = self._git("ls-tree", "-z", "-l", *flags, name).split("\0")
        return [_entry(line) for line in lines if line]

    def create_tree(self, entries: Iterable[Mapping[str, str]], base: str | None) -> str:
        if base is not None and self.object(base) is None:
            raise BareError("Tree SHA does not exist")
        index = self.path / "double-index"
        index.unlink(missing_ok=True)
        place = {"GIT_INDEX_FILE": str(index)}
        if base:
            self._git("read-tree", base, **place)
        lines = [
            f"{entry['mode']} {entry.get('sha') or self.create_blob(entry['content'].encode())}"
            f"\t{entry['path']}\0"
            for entry in entries
        ]
        asked = "".join(lines).encode()
        self._git("update-index", "-z", "--index-info", asked=asked, **place)
        return self._git("write-tree", **place)

    def create_blob(self, content: bytes) -> str:
        return self._git("hash-object", "-w", "--stdin", asked=content)

    def blob(self, sha: str) -> bytes | None:
        if self.object(sha) != "blob":
            return None
        return self._run("cat-file", "blob", sha)

    def is_ancestor(self, older: str, newer: str) -> bool:
        return self._git("rev-list", "-n1", older, f"^{newer}") == ""

    def between(self, older: str, newer: str) -> list[str]:
        """Commits that `newer` has and `older` has not, the oldest first."""
        return self._git("rev-list", "--reverse", f"{older}..{newer}").split()

    def merge_base(self, one: str, other: str) -> str | None:
        return self._maybe("merge-base", one, other)

    def merged_tree(self, one: str, other: str) -> str | None:
        """The tree of a merge without conflict, or None."""
        shown = self._maybe("merge-tree", "--write-tree", one, other)
        return shown.split()[0] if shown else None

    def changes(self, sha: str) -> list[tuple[str, str, str]]:
        """Letter of the change, name of the content and path, against the first parent."""
        shown = self._git("diff-tree", "-r", "-z", "--root", "--no-commit-id", "--no-renames",
                          "-m", "--first-parent", sha)  # fmt: skip
        fields = shown.rstrip("\0").split("\0")
        pairs = zip(fields[::2], fields[1::2], strict=False)
        return [(facts.split()[4], facts.split()[3], path) for facts, path in pairs]

    def _maybe(self, *arguments: str) -> str | None:
        try:
            return self._git(*arguments)
        except subprocess.CalledProcessError:
            return None

    def _git(self, *arguments: str, asked: bytes = b"", **variables: str) -> str:
        return self._run(*arguments, asked=asked, **variables).decode().strip()

    def _run(self, *arguments: str, asked: bytes = b"", **variables: str) -> bytes:
        command = ["git", "-C", str(self.path), *arguments]
        env = {**os.environ, "GIT_CONFIG_NOSYSTEM": "1", **variables}
        return subprocess.run(command, input=asked, capture_output=True, check=True, env=env).stdout


def _entry(line: str) -> Entry:
    facts, _, path = line.partition("\t")
    mode, kind, sha, size = facts.split()
    return Entry(mode, kind, sha, int(size) if size.isdigit() else None, path)
