"""Addresses that moved: each leads to a page at once, and no published page is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from yanlu.guidance.links import Site
from yanlu.guidance.moved import Move, move_faults, read_moves

SITE = Site(
    {"content/index.md", "content/guide/index.md", "content/guide/a.md"},
    ("data/", "guide/", "bulletins/"),
)


def _faults(moves: list[tuple[str, str]], gone: tuple[str, ...] = ()) -> list[str]:
    listed = [Move(old, new, "2026-11-29") for old, new in moves]
    return list(move_faults(listed, SITE, gone))


@pytest.mark.parametrize("new", ["guide/a/", "guide/", "", "data/2015-06/", "bulletins/b/"])
def test_a_move_to_a_page_passes(new: str) -> None:
    assert _faults([("guide/b/", new)]) == []


@pytest.mark.parametrize(
    ("moves", "said"),
    [
        ([("guide/b/", "guide/b/")], "指向自己"),
        ([("guide/b/", "guide/c/"), ("guide/c/", "guide/b/")], "自己也搬了"),
        ([("guide/b/", "guide/c/"), ("guide/c/", "guide/a/")], "自己也搬了"),
        ([("guide/b/", "guide/nowhere/")], "指的页面不存在"),
        ([("guide/a/", "guide/")], "现在是一个页面"),
    ],
    ids=["itself", "loop", "chain", "no target", "still a page"],
)
def test_any_other_move_is_told_with_its_line(moves: list[tuple[str, str]], said: str) -> None:
    fault, *_ = _faults(moves)
    assert fault.startswith("data/redirects.csv 第 2 行：")
    assert said in fault


@pytest.mark.parametrize("path", ["content/guide/b.md", "content/bulletins/2026-01-01-b.md"])
def test_a_published_page_that_vanished_needs_a_move(path: str) -> None:
    (fault,) = _faults([], (path,))
    assert fault.startswith(f"{path}：这一页以前公布过")
    address = path.removeprefix("content/").removesuffix(".md") + "/"
    assert _faults([(address, "guide/a/")], (path,)) == []


def test_a_page_whose_file_moved_but_not_its_address_needs_none() -> None:
    assert _faults([], ("content/guide/a/index.md", "content/data/months.md")) == []


def test_without_a_file_nothing_has_moved(tmp_path: Path) -> None:
    assert read_moves(tmp_path) == []
