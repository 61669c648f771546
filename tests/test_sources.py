"""What a site offers of its own making is enough, and counts nowhere else."""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest

from conftest import commit_all
from yanlu.errors import HistoryError
from yanlu.git import read_head
from yanlu.settings import Portal
from yanlu.sources import days_of, has_head, head_of, unpacked

TOLD = (
    '{"commit": "abc", "moment": "2026-11-20T04:00:00Z", '
    '"days": {"data/suggestions/2026/x.md": ["2026-11-19", "2026-11-20"]}}'
)


def _archive(folder: Path) -> Path:
    (folder / "note").write_text("one", "ascii")
    with tarfile.open(folder / "source.tar", "w") as packed:
        packed.add(folder / "note", "content/note")
    return folder / "source.tar"


def test_an_archive_is_unpacked_with_the_history_that_lies_beside_it(tmp_path: Path) -> None:
    source = _archive(tmp_path)
    for content in (None, "{}"):
        if content:
            (tmp_path / "source.json").write_text(content, "ascii")
        with pytest.raises(HistoryError, match=r"source\.json"), unpacked(source) as folder:
            head_of(folder)
    (tmp_path / "source.json").write_text(TOLD, "ascii")
    with unpacked(source) as folder:
        assert (folder / "content" / "note").read_text("ascii") == "one"
        assert (head_of(folder).commit, head_of(folder).changed) == ("abc", False)
        assert list(days_of(folder, "data/suggestions/*/*.md")) == ["data/suggestions/2026/x.md"]
        assert list(days_of(folder, "data/supervision/*/*.md")) == []
    assert not folder.exists()


def test_in_a_repository_only_git_tells_of_its_history(
    portal: Portal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (portal.folder / ".source.json").write_text(TOLD, "ascii")
    commit_all(portal.folder)
    assert has_head(portal.folder)
    assert head_of(portal.folder) == read_head(portal.folder)
    source = _archive(tmp_path)
    (tmp_path / "source.json").write_text(TOLD, "ascii")
    monkeypatch.setattr("tempfile.tempdir", str(portal.folder))
    with pytest.raises(HistoryError, match="TMPDIR"), unpacked(source):
        pass
