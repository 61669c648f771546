"""The secret of an office: made once, and never to be found half written."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from conftest import ROOT
from yanlu.intake.office import open_desk
from yanlu.intake.store.database import SECRET
from yanlu.settings import open_portal


def test_its_key_has_a_name_only_when_it_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named: list[bool] = []
    fsync = os.fsync

    def watching(file: int) -> None:
        named.append((tmp_path / SECRET).exists())
        fsync(file)

    monkeypatch.setattr(os, "fsync", watching)
    open_desk(open_portal(ROOT), tmp_path)
    assert named == [False, True]  # first what is in it, then its name
    assert (tmp_path / SECRET).stat().st_mode & 0o077 == 0


def test_many_that_make_the_key_at_once_get_the_same(tmp_path: Path) -> None:
    portal = open_portal(ROOT)
    with ThreadPoolExecutor(6) as crowd:
        keys = {desk.key for desk in crowd.map(partial(open_desk, portal), [tmp_path] * 6)}
    assert keys == {(tmp_path / SECRET).read_bytes()}
    assert [path.name for path in tmp_path.iterdir()] == [SECRET]


def test_whoever_is_stopped_while_the_key_is_made_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_file: int) -> None:
        raise OSError("no space")

    with monkeypatch.context() as failing:
        failing.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="no space"):
            open_desk(open_portal(ROOT), tmp_path)
    assert not list(tmp_path.iterdir())
    assert open_desk(open_portal(ROOT), tmp_path).key
