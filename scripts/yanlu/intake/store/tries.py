"""How the last backups went, written down beside the store for whoever watches over it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from yanlu.intake.store.database import STORE

_GOOD, _FAILED = "backup-good.txt", "backup-failed.txt"  # Unix seconds, one number each


@dataclass(frozen=True)
class Since:
    """Seconds since the last good backup and the last failed try; since 1970 where none was."""

    good: int
    failed: int

    @property
    def is_failing(self) -> bool:
        """Whether nothing good has come after the last failure."""
        return self.failed < self.good


def note_good(folder: Path, now: datetime) -> None:
    """A backup of the store in `folder` is whole."""
    _write(folder / _GOOD, now)


def note_failed(folder: Path, now: datetime) -> None:
    """One could not be made; where there is no store, there is nothing to watch over."""
    if (folder / STORE).is_file():
        with suppress(OSError):  # the failure itself is told; and the last good one grows older
            _write(folder / _FAILED, now)


def since(folder: Path, now: int) -> Since:
    """How long ago either was, at `now` (Unix seconds)."""
    return Since(now - _read(folder / _GOOD), now - _read(folder / _FAILED))


def _write(path: Path, now: datetime) -> None:
    aside = path.with_suffix(".new")
    aside.write_text(f"{int(now.timestamp())}\n", "utf-8")
    aside.replace(path)


def _read(path: Path) -> int:
    try:
        return int(path.read_text("utf-8"))
    except (OSError, ValueError):
        return 0
