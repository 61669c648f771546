"""What a store leaves on the disk of the machine from which it has moved to a database server."""

from __future__ import annotations

from pathlib import Path

from yanlu.errors import StoreError
from yanlu.intake.store.database import KEYS, STORE, Server, StorePlace, came_from
from yanlu.intake.store.sqlite import move_of


def left_behind(place: StorePlace) -> dict[Path, bool]:
    """Folders of this machine with files of a store that is not the one in use, `place`.

    For each, whether what is in them has moved there: where it has not, it is all there is of it.
    The folder in use itself is told of where its store has moved to another place.

    Raises:
        StoreError: the server does not answer.
        OSError: a folder cannot be read.
    """
    if not isinstance(place, Server):
        return {place: True} if move_of(place) else {}
    came = came_from(place)
    folders = {place.folder.resolve(), *map(Path, came.values())}
    return {one: _has_moved(one, came) for one in sorted(folders) if _holds_files(one)}


def _holds_files(folder: Path) -> bool:
    """The journals of the two files hold letters and keys as well."""
    return folder.is_dir() and any(one.name.startswith((STORE, KEYS)) for one in folder.iterdir())


def _has_moved(folder: Path, came: dict[str, str]) -> bool:
    if not (folder / STORE).is_file():
        return str(folder) in came.values()
    try:
        return move_of(folder) in came
    except StoreError:
        return False  # a file that nobody can read is not ours to give away
