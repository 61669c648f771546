"""What git tells of the register: what changed since a commit, and what was once published.

Whether a suggestion is in order depends on its own file and what it ever was, on the files that
it points to, on those that point to it, and on the lists that it is written with. So a changed
file brings along those that name it, and a changed list all of them.

What cannot be seen from a commit, and is told in `content/about/register.md`:

- faults that were there at that commit: only a check without `--since` finds them;
- a newer program, which may look for more than the one that passed the old files;
- a history that was rewritten, or its merge on another line than that of first parents.

That time passes makes no file wrong: what holds in one month holds in every later one.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath

from yanlu.git import Reach, changed_since, past_contents
from yanlu.packages.faults import Fault
from yanlu.packages.heads import first_bytes
from yanlu.packages.suggestions import CODES, suggestion_files
from yanlu.register.check import FILES, amended_faults

# The lists on which every suggestion depends: its codes, and the numbers that are everybody's.
_LISTS = (*(f"data/codes/{name}.csv" for name in CODES), "data/guidance/offices.csv")
_CALLS = ("data/calls/*.md",)
_MANY = 1000  # so many changed files are named by too many others to look for them
_FEW = 100  # paths that git looks for one by one
_NAMES = re.compile(rb"[a-z0-9]+(?:[.-][a-z0-9]+)*")


def changed_files(folder: Path, since: str) -> list[str] | None:
    """Suggestions that were touched after a commit, gone ones too; None: all may be concerned.

    Raises:
        HistoryError: there is no such commit.
    """
    changed = changed_since(folder, since, [FILES])
    return None if len(changed) > _MANY or changed_since(folder, since, _LISTS) else changed


def concerned_files(folder: Path, since: str, changed: Sequence[str]) -> list[Path]:
    """Files to be looked at: the changed ones that are there, and those that name any of them.

    So do those that name a call that is gone.
    """
    gone = [name for name in changed_since(folder, since, _CALLS) if not (folder / name).is_file()]
    there = {path for name in changed if (path := folder / name).is_file()}
    return sorted(there | set(naming(folder / "data", [*changed, *gone])), key=str)


def naming(data: Path, places: Iterable[str]) -> list[Path]:
    """Suggestions whose heads hold the name of one of these files (no folder, no ending)."""
    names = {PurePosixPath(place).stem.encode() for place in places}
    paths = suggestion_files(data) if names else []
    return [path for path in paths if not names.isdisjoint(_NAMES.findall(_head(path)))]


def taken_back(folder: Path, places: Collection[str] | None) -> Iterator[Fault]:
    """What these files, or all, take back of what was published of them.

    Raises:
        HistoryError: a shallow clone, or a content that the repository does not hold.
    """
    if places is not None and not places:
        return
    few = places is not None and len(places) <= _FEW
    past = past_contents(folder, sorted(places) if places and few else [FILES], Reach.PUBLISHED)
    wanted = ((p.path, p.content) for p in past if places is None or p.path in places)
    yield from amended_faults(folder, wanted)


def _head(path: Path) -> bytes:
    return first_bytes(path).partition(b"\n---\n")[0]
