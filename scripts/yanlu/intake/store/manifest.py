"""What a backup consists of, byte for byte: damage is told before anything is restored."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

MANIFEST = "SHA256SUMS"  # in the format of sha256sum, so that it can be checked without us


def write_manifest(folder: Path, names: Iterable[str]) -> None:
    """Write down the SHA-256 of these files in `folder`; all of it is durable when this returns."""
    lines = [f"{_digest(folder / name)}  {name}\n" for name in names]
    (folder / MANIFEST).write_text("".join(lines), "ascii")
    for path in (*(folder / name for name in (*names, MANIFEST)), folder):
        make_durable(path)


def is_whole(folder: Path, names: Iterable[str], manifest: Path) -> bool:
    """Whether these files in `folder` are those that the manifest tells of; none is empty."""
    lines = manifest.read_text("ascii", "replace").splitlines()
    told = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    paths = [folder / name for name in names]
    return all(path.stat().st_size and told.get(path.name) == _digest(path) for path in paths)


def make_durable(path: Path) -> None:
    """Have a file, or the names in a folder, on the disk before going on."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
