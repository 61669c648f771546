"""What a site is made from, in a repository or out of the archive that a site offers itself.

The archive has no history. What a site says of its own history (which commit, of when, on which
days its files were published first and last) stands in a small file beside the archive; both
are published, and covered by the site's checksums. With them anybody makes the same site again.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from itertools import chain
from pathlib import Path, PurePosixPath

import msgspec

from yanlu.errors import HistoryError
from yanlu.git import Head, archive, in_repository, published_days, read_head

SOURCE, HISTORY = "source.tar", "source.json"
Days = Mapping[str, tuple[date, date]]  # the first and the last, by path
_HIDDEN = "."  # before their names, where they lie in the folder that they were unpacked to


class _History(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What git said; `days` by path, below the folder of the portal."""

    commit: str
    moment: datetime
    days: dict[str, tuple[date, date]]


def head_of(folder: Path) -> Head:
    """The commit that a site in this folder is made from.

    Raises:
        HistoryError: no repository and no unpacked archive, no commit, or a shallow clone.
    """
    told = _told(folder)
    if told is None:
        return read_head(folder)
    return Head(told.commit, told.moment.astimezone(UTC), changed=False)


def has_head(folder: Path) -> bool:
    """Whether there is such a commit: in a repository, and in an archive that was unpacked."""
    return in_repository(folder) or _told(folder) is not None


def days_of(folder: Path, pattern: str) -> Days:
    """The first and the last day (in China) on which files of a pattern were published, by path."""
    told = _told(folder)
    if told is None:
        return published_days(folder, pattern)
    return {p: days for p, days in told.days.items() if PurePosixPath(p).match(pattern)}


def put_sources(folder: Path, head: Head, days: Iterable[Days], site: Path) -> None:
    """Write the archive and its history into a site that was made from this commit as it is.

    `days` are those of the files that are told by their days.
    """
    held = folder / (_HIDDEN + SOURCE)
    if _told(folder):
        shutil.copyfile(held, site / SOURCE)
    else:
        archive(folder, head.commit, site / SOURCE)
    told = _History(head.commit, head.moment, dict(sorted(chain(*(d.items() for d in days)))))
    (site / HISTORY).write_bytes(msgspec.json.encode(told) + b"\n")


@contextmanager
def unpacked(source: Path) -> Iterator[Path]:
    """A folder with what an archive holds, as long as it is needed; its history lies beside it.

    Raises:
        HistoryError: one of the two is missing or not what it must be, or the folder for such
            things lies in a repository.
    """
    import tarfile  # few need it

    history = source.with_name(HISTORY)
    with tempfile.TemporaryDirectory(prefix="yanlu-source-") as place:
        folder = Path(place)
        if in_repository(folder):
            raise HistoryError(
                f"临时文件夹 {folder.parent} 在一个 git 仓库里，分不清用哪一个。"
                "请用环境变量 TMPDIR 换一个仓库之外的。"
            )
        try:
            with tarfile.open(source, "r:") as packed:
                packed.extractall(folder, filter="data")
            shutil.copyfile(source, folder / (_HIDDEN + SOURCE))
            shutil.copyfile(history, folder / (_HIDDEN + HISTORY))
        except (OSError, tarfile.TarError):
            raise HistoryError(
                f"{source.name} 打不开，或者旁边没有 {HISTORY}。请从网站把两个文件都下载下来，"
                "放在同一个文件夹里。"
            ) from None
        yield folder


def _told(folder: Path) -> _History | None:
    path = folder / (_HIDDEN + HISTORY)
    if in_repository(folder) or not path.is_file():
        return None  # a file of that name in a repository has nothing to say
    try:
        return msgspec.json.decode(path.read_bytes(), type=_History)
    except (msgspec.ValidationError, msgspec.DecodeError):
        raise HistoryError(f"{HISTORY} 不完整，或者改过。请从网站重新下载。") from None
