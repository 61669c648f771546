"""Where a file of a portal comes from: from its own folder, else from the installed package.

The wheel carries a portal of its own: pages, templates, the code lists that are the same
everywhere. An office's repository holds what is the office's. A file that it has stands in the
place of the shipped file of the same path; all others are the shipped ones, so that a new version
of the package brings new ones. The package that lies in a checkout of the software carries
nothing: there, the checkout is the portal.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

from yanlu.errors import InputError

SHIPPED = Path(str(files("yanlu") / "portal"))


def found(folder: Path, place: str) -> Path:
    """Where a file or folder of the portal in `folder` is read; `place` is relative to it.

    One that is nowhere is looked for, and missed, in the portal.
    """
    return _first(folder / place, SHIPPED / place)


def in_data(data: Path, place: str) -> Path:
    """The same for a file of `data/`, whatever that folder is called; `place` is relative to it."""
    return _first(data / place, SHIPPED / "data" / place)


def below(folder: Path, place: str) -> Mapping[str, Path]:
    """All files below a folder of the portal: paths relative to that folder, in their order.

    None where the portal has no such folder, as one that publishes data alone has no pages.
    """
    if not (folder / place).is_dir():
        return {}
    both = {**_files(SHIPPED / place), **_files(folder / place)}
    return dict(sorted(both.items()))


def text_at(path: Path, place: str) -> str:
    """What somebody wrote into a file that messages call `place`.

    Raises:
        InputError: it is not UTF-8.
    """
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(
            f"{place}：不是 UTF-8 编码。请用编辑器打开，另存为 UTF-8；"
            "WPS、Excel 存的文本多半是国标编码。"
        ) from None


def merged(folder: Path, place: str, into: Path) -> Path:
    """A folder of the portal as one folder, for those who cannot look in two.

    That is the portal's or the shipped one where the other is not there; else `into`, which is
    made to hold the files of both, and is written to only where it does not.
    """
    if not (SHIPPED / place).is_dir() or not (folder / place).is_dir():
        return found(folder, place)
    wanted = below(folder, place)
    for stale in _files(into).keys() - wanted.keys():
        (into / stale).unlink()
    for name, path in wanted.items():
        _put(into / name, path.read_bytes())
    return into


def _first(own: Path, shipped: Path) -> Path:
    return shipped if shipped.exists() and not own.exists() else own


def _put(target: Path, content: bytes) -> None:
    """Whole or not at all: a service may be reading."""
    if target.is_file() and target.read_bytes() == content:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_name(f".{target.name}.new")
    aside.write_bytes(content)
    aside.replace(target)


def _files(folder: Path) -> dict[str, Path]:
    return {p.relative_to(folder).as_posix(): p for p in sorted(folder.rglob("*")) if p.is_file()}
