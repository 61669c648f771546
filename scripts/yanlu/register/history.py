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

import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath

from yanlu.errors import PackageError
from yanlu.git import Past, Reach, changed_since, commit_of, listing, past_contents
from yanlu.model import CHINA, Month
from yanlu.packages.faults import Fault
from yanlu.packages.heads import first_bytes
from yanlu.packages.suggestions import CODES, FOLDER, suggestion_files, suggestion_of
from yanlu.register.backdated import is_backdated
from yanlu.register.check import (
    CALLS,
    FILES,
    PROPOSALS,
    Link,
    Version,
    amended_faults,
    gone_targets,
    merged_late,
)

# The lists on which every suggestion depends: its codes, and the numbers that are everybody's.
_LISTS = (*(f"data/codes/{name}.csv" for name in CODES), "data/guidance/offices.csv")
_SUGGESTIONS = f"data/{FOLDER}/"
_MANY = 1000  # so many changed files are named by too many others to look for them
_BACKDATED = (
    "新公布的文件里，“已回复”或者“已落实”的月份早于上个月，会算成那时就办了",
    "请核对月份；确实是以前办的，可以公布",
)
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
    gone = [name for name in changed_since(folder, since, [CALLS]) if not (folder / name).is_file()]
    # also a link that leads nowhere, or a folder: to be told of
    there = {path for name in changed if os.path.lexists(path := folder / name)}
    return sorted(there | set(naming(folder / "data", [*changed, *gone])), key=str)


def naming(data: Path, places: Iterable[str]) -> list[Path]:
    """Suggestions whose heads hold the name of one of these files (no folder, no ending)."""
    names = {PurePosixPath(place).stem.encode() for place in places}
    paths = suggestion_files(data) if names else []
    files = (path for path in paths if path.is_file())
    return [path for path in files if not names.isdisjoint(_NAMES.findall(_head(path)))]


def taken_back(folder: Path, places: Collection[str] | None, now: Month) -> Iterator[Fault]:
    """What suggestions of these places, or all, take back, and all calls and proposals.

    `now` is the month of what is committed next.

    Raises:
        HistoryError: a shallow clone, or a content that the repository does not hold.
    """
    all_of_them = places is None or len(places) > _FEW
    asked = [*([FILES] if all_of_them else sorted(places or ())), CALLS, PROPOSALS]
    past = past_contents(folder, asked, Reach.PUBLISHED)
    wanted = ((p.path, version_of(p)) for p in past if _concerns(p.path, places))
    yield from amended_faults(folder, wanted, now)


def version_of(past: Past) -> Version:
    """A past content, and in which month readers first saw it."""
    day = past.moment.astimezone(CHINA)
    return Version(past.content, Month(day.year, day.month))


def merged_into_gone(folder: Path, links: Mapping[str, Link]) -> Iterator[Fault]:
    """Merges into a suggestion that had been withdrawn or taken down by then.

    What was merged while the other still stood may stay: that its writer took it back must
    never wait until others are in order.

    Raises:
        HistoryError: as above.
    """
    pairs = gone_targets(folder / "data", links)
    if not pairs:
        return
    wanted = sorted({*pairs, *pairs.values()})
    past = list(past_contents(folder, wanted, Reach.PUBLISHED))
    newest = list(dict.fromkeys(one.commit for one in past))
    ages = {commit: age for age, commit in enumerate(newest, start=1)}
    for place, target in pairs.items():
        into = links[place].merged_into
        merged = [one for one in past if one.path == place and _links(one, "merged_into") == into]
        gone = [o for o in past if o.path == target and _links(o, "publication") == "removed"]
        if _first(merged, ages) <= _first(gone, ages):
            yield merged_late(place, target)


def _first(found: Iterable[Past], ages: Mapping[str, int]) -> int:
    """How many commits ago it first was so; 0: it is so in the work tree alone."""
    return max((ages[one.commit] for one in found), default=0)


def _links(past: Past, key: str) -> str:
    """What the head of a past content says; "" where it could not be read."""
    try:
        return str(suggestion_of(past.content).front.get(key, ""))
    except PackageError:
        return ""


def backdated(folder: Path, since: str, now: Month) -> Iterator[Fault]:
    """Answers and proofs of long ago in files that are new since a commit.

    Such a month ends a period, and nobody can tell whether it is true; of a file that had been
    published `backdated.py` can. `now` is the month of what is committed next.

    Raises:
        HistoryError: there is no such commit.
    """
    touched = changed_since(folder, since, [FILES])
    places = [place for place in touched if (folder / place).is_file()]
    if not places or len(places) > _MANY:
        return
    known = listing(folder, commit_of(folder, since), places)
    for place in sorted(set(places) - known.keys()):
        if any(is_backdated(step, now) for step in _steps(first_bytes(folder / place))):
            yield Fault(place, 0, "", *_BACKDATED)


def _steps(content: bytes) -> Sequence[Mapping[str, str]]:
    """The steps that a file tells of; none where it cannot be read."""
    try:
        steps: Sequence[Mapping[str, str]] = suggestion_of(content).front["history"]
    except PackageError:
        return []
    return steps


def _concerns(path: str, places: Collection[str] | None) -> bool:
    return places is None or path in places or not path.startswith(_SUGGESTIONS)


def _head(path: Path) -> bytes:
    return first_bytes(path).partition(b"\n---\n")[0]
