"""What builds leave for the next one: used for the same source only, and never after a failure."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import pytest

from conftest import ROOT
from yanlu.errors import BuildError
from yanlu.git import Head
from yanlu.settings import Portal
from yanlu.website.assets import Assets
from yanlu.website.mkdocs_half import Half
from yanlu.website.output import Output
from yanlu.website.remembered import Remembered
from yanlu.website.shell import frame, read_navigation, shell_context
from yanlu.website.watched import watched
from yanlu.website.written import Finished, Written, build_pages


def _made(folder: Path, key: bytes, mark: str = "m") -> list[str]:
    """Ask once and finish; answers what had to be made."""
    made: list[str] = []
    kept = Remembered(folder, "some", mark, str)
    kept.get("page", key, lambda: made.append("page") or "text")  # type: ignore[func-returns-value]
    kept.finish()
    return made


def test_what_was_made_is_made_again_only_for_another_key_or_mark(tmp_path: Path) -> None:
    assert _made(tmp_path, b"1") == ["page"]
    assert _made(tmp_path, b"1") == []
    assert _made(tmp_path, b"2") == ["page"]
    assert _made(tmp_path, b"2", "other program") == ["page"]


def test_a_file_that_was_cut_off_counts_for_nothing(tmp_path: Path) -> None:
    _made(tmp_path, b"1")
    path = tmp_path / "some.msgpack"
    path.write_bytes(path.read_bytes()[:-2])
    assert _made(tmp_path, b"1") == ["page"]


def test_what_was_made_before_a_failure_is_not_kept(tmp_path: Path) -> None:
    Remembered(tmp_path, "some", "m", str).get("page", b"1", lambda: "text")  # and no finish
    assert _made(tmp_path, b"1") == ["page"]


def test_a_file_of_the_same_bytes_is_linked_and_no_other(tmp_path: Path) -> None:
    before, site = tmp_path / "before", tmp_path / "site"
    before.mkdir()
    for name in ("same", "other", "elsewhere"):
        (before / name).write_bytes(b"same")
    (before / "link").symlink_to(before / "same")
    os.link(before / "elsewhere", tmp_path / "mine")
    output = Output(site, before)
    output.put("same", b"same")
    output.put("other", b"diff")
    output.put("link", b"same")
    output.put("elsewhere", b"same")
    output.put("a/new", b"new")
    assert (site / "same").samefile(before / "same")
    assert (site / "other").read_bytes() == b"diff"
    assert (before / "other").read_bytes() == b"same"
    assert not (site / "link").is_symlink()
    assert not (site / "elsewhere").samefile(tmp_path / "mine")
    assert (site / "a" / "new").read_bytes() == b"new"


def _build(portal: Portal, docs: dict[str, str | bytes], site: Path) -> None:
    head = Head("0" * 40, datetime(2026, 11, 20, tzinfo=UTC), changed=False)
    theme = ROOT / "theme"
    shell = shell_context(portal.settings, read_navigation(theme), Assets("site.css"), head)
    extra = {"home": {}, "catalogue": ""}
    config, office = ROOT / "mkdocs.yml", portal.settings.office
    written = Written(config, office, docs, theme, frame(theme, shell), extra)
    output = Output(site, site.with_name("none"))
    build_pages(written, output, cache=portal.folder, mark="m")


def test_a_link_into_a_page_that_lost_its_heading_stops_the_build_though_it_is_no_news(
    portal: Portal, tmp_path: Path
) -> None:
    docs: dict[str, str | bytes] = {
        "a.md": "# 甲\n\n见[乙](b.md#期限)。\n",
        "b.md": "# 乙\n\n## 期限\n\n十日。\n",
    }
    _build(portal, docs, tmp_path / "one")
    page = (tmp_path / "one" / "b" / "index.html").read_text("utf-8")
    assert "生成日期2026-11-20" in page
    docs["b.md"] = "# 乙\n\n## 时限\n\n十日。\n"
    with pytest.raises(BuildError, match=r"a\.md.*b\.md#期限"):
        _build(portal, docs, tmp_path / "two")


def test_a_new_page_is_made_alone_and_one_that_went_stops_the_build(
    portal: Portal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    docs: dict[str, str | bytes] = {"a.md": "# 甲\n\n见[乙](b.md)。\n", "b.md": "# 乙\n"}
    _build(portal, docs, tmp_path / "one")
    made: list[str] = []
    finished = Half.finished

    def noted(half: Half, place: str) -> Finished:
        made.append(place)
        return finished(half, place)

    monkeypatch.setattr(Half, "finished", noted)
    docs["c.md"] = "# 丙\n"
    _build(portal, docs, tmp_path / "two")
    assert made == ["c.md"]
    del docs["b.md"]
    with pytest.raises(BuildError, match=r"b\.md"):
        _build(portal, docs, tmp_path / "three")


def test_a_saved_file_is_noticed_at_once_and_an_untouched_one_never(tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    page = tmp_path / "content" / "a.md"
    page.write_text("一", "utf-8")
    noticed = Event()
    with watched(tmp_path, noticed.set):
        assert not noticed.wait(1)
        page.write_text("一二", "utf-8")
        assert noticed.wait(5)
