"""An office's repository as staff use it, and a batch that stands on it."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from pathlib import Path

from doubles.github.server import Double
from yanlu.intake.forge.local import LocalGitForge
from yanlu.intake.forge.port import Batch, Published

FILES = {
    "data/suggestions/2026/q7w2.md": "---\nid: q7w2\n---\n\n建议在小区门口加一盏路灯。\n".encode(),
    "data/suggestions/2026/x3k9.md": "---\nid: x3k9\n---\n\nتەكلىپ: ئاپتوبۇس.\n".encode(),
}


def git(folder: Path, *arguments: str) -> str:
    """Run git as a member of staff would."""
    who = ("-c", "user.name=staff", "-c", "user.email=staff@yanlu.invalid")
    done = subprocess.run(
        ["git", *who, *arguments], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def write(folder: Path, path: str, text: str) -> None:
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_text(text, "utf-8")


def commit(folder: Path, message: str = "staff") -> str:
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", message)
    return git(folder, "rev-parse", "HEAD")


def frozen(base: str, batch_id: str = "2026-w48-a", **changes: object) -> Batch:
    """A batch on a commit, with changes."""
    fields: dict[str, object] = {
        "id": batch_id,
        "base": base,
        "moment": datetime(2026, 11, 25, 1, 0, tzinfo=UTC),
        "title": "征集的建议：2026年第48周",
        "body": "共2件，请审看后合并。",
        "message": "征集的建议：2026年第48周（2件）",
        "files": FILES,
    }
    return Batch(**(fields | changes))  # type: ignore[arg-type]


def committed_locally(office: Path, batch: Batch) -> str:
    """The commit that the local forge makes of a batch; the branch is deleted again."""
    made = LocalGitForge(office, "main").publish(batch).commit
    git(office, "branch", "-q", "-D", batch.branch)
    return made


def assert_once(double: Double, office: Path, batch: Batch, published: Published) -> None:
    """One branch, one commit beside the office's own, one pull request; as local git has it."""
    double.rest()
    hub = double.hub
    assert published == Published(batch.branch, committed_locally(office, batch), "1")
    assert hub.branches() == [batch.branch]
    assert hub.bare.ref(batch.branch) == published.commit
    assert hub.bare.commits() == int(git(office, "rev-list", "--count", "main")) + 1
    assert [(pull.head, pull.state) for pull in hub.pulls] == [(batch.branch, "open")]
