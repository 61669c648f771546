"""A city above four counties, and the server of what they publish."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from doubles.lower_host import Host, hosted
from yanlu.settings import Portal, open_portal


@pytest.fixture
def city(portal: Portal) -> Portal:
    """A portal whose regions are four counties, in the place of the reference office's."""
    kept = (portal.data / "codes" / "regions.csv").read_text("utf-8").splitlines()
    counties = [
        f"{name},{name}县,shili,district,,2015-01-01," for name in ("east", "west", "south")
    ]
    counties.append("north,北县,shili,district,110105,2015-01-01,")
    text = "\n".join([*kept, *counties, ""])
    (portal.data / "codes" / "regions.csv").write_text(text, "utf-8")
    return open_portal(portal.folder)


@pytest.fixture
def served(tmp_path: Path) -> Path:
    """A folder in which every lower office has its site."""
    folder = tmp_path / "served"
    folder.mkdir()
    return folder


@pytest.fixture
def host(served: Path) -> Iterator[Host]:
    """What serves it."""
    with hosted(served) as served_by:
        yield served_by
