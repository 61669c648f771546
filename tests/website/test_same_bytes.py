"""A build after any change makes the bytes that a build from nothing makes."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from conftest import commit_all, copy_repository, snapshot
from yanlu.settings import open_portal
from yanlu.website.build import build_site

SUGGESTION = "data/suggestions/2026/1pxe6ja9.md"


def _in(place: str, old: str, new: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        text = (folder / place).read_text("utf-8")
        assert old in text, place
        (folder / place).write_text(text.replace(old, new, 1), "utf-8")

    return change


def _page(folder: Path) -> None:
    text = (folder / "content/guide/rights.md").read_text("utf-8")
    (folder / "content/guide/newer.md").write_text(
        text.replace("title: ", "title: 新的", 1), "utf-8"
    )


def _suggestion(folder: Path) -> None:
    text = (folder / SUGGESTION).read_text("utf-8")
    other = folder / SUGGESTION.replace("1pxe6ja9", "2pxe6ja9")
    other.write_text(text.replace("1pxe6ja9", "2pxe6ja9"), "utf-8")


def _renamed(folder: Path) -> None:
    (folder / "content/guide/newer.md").rename(folder / "content/guide/older.md")


def _removed(folder: Path) -> None:
    (folder / SUGGESTION.replace("1pxe6ja9", "2pxe6ja9")).unlink()


CHANGES: Mapping[str, tuple[Callable[[Path], None], ...]] = {
    "edited and added": (
        _in("content/guide/rights.md", "\n\n", "\n\n多写一句信访权利。\n\n"),
        _in(SUGGESTION, "\n# ", "\n# 改过的"),
        _page,
        _suggestion,
    ),
    "renamed and removed": (_renamed, _removed),
    "template, navigation and settings": (
        _in("theme/pelican/templates/register_item.html", "<h1", "<p>另</p><h1"),
        _in("theme/navigation.toml", 'title = "看数据"', 'title = "数据在这里"'),
        _in("data/office.toml", 'name = "', 'name = "新'),
    ),
}


def test_after_each_change_the_bytes_are_those_of_a_build_from_nothing(tmp_path: Path) -> None:
    folder = copy_repository(tmp_path / "repository")
    shutil.rmtree(folder / "data" / "statistics")
    _build(folder, tmp_path / "after")
    for name, changes in CHANGES.items():
        for change in changes:
            change(folder)
        commit_all(folder)
        _build(folder, tmp_path / "after")
        kept, aside = folder / ".cache", tmp_path / "kept"
        kept.rename(aside)
        _build(folder, tmp_path / "clean")
        shutil.rmtree(kept)
        aside.rename(kept)
        after, clean = snapshot(tmp_path / "after"), snapshot(tmp_path / "clean")
        assert sorted(after) == sorted(clean), name
        assert [place for place in clean if after[place] != clean[place]] == [], name


def _build(folder: Path, out: Path) -> None:
    build_site(open_portal(folder), out, report=lambda _: None)
