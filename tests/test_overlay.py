"""Where a file of a portal comes from: its own stands in the place of the shipped one."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from conftest import ROOT
from yanlu import overlay
from yanlu.errors import SettingsError
from yanlu.overlay import below, found
from yanlu.packages.schemas import OPTIONAL, TABLES
from yanlu.settings import read_codes
from yanlu.templates import theme_folder

WRITTEN_BY_NEW = {  # what `yanlu new` writes: tests/founding/test_new.py
    *(f"data/codes/{name}.csv" for name in ("regions", "topics", "channels", "bodies")),
    *(f"data/guidance/{name}.csv" for name in ("offices", "routes", "doors")),
}


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package that carries three pages, a template and a code list."""
    folder = tmp_path / "package"
    _write(folder, "content/index.md", "of all")
    _write(folder, "content/guide/rights.md", "of all")
    _write(folder, "theme/shell/head.html", "of all")
    _write(folder, "theme/letters/reply.txt", "of all")
    _write(folder, "data/codes/grades.csv", "code,name\ngood,好\n")
    monkeypatch.setattr(overlay, "SHIPPED", folder)
    return folder


def _write(folder: Path, place: str, text: str) -> Path:
    path = folder / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


@pytest.mark.usefixtures("shipped")
def test_a_page_of_the_office_stands_in_place_of_the_shipped_one(tmp_path: Path) -> None:
    portal = tmp_path / "portal"
    own = _write(portal, "content/guide/rights.md", "of the office")
    pages = below(portal, "content")
    assert list(pages) == ["guide/rights.md", "index.md"]
    assert pages["guide/rights.md"] == own
    assert pages["index.md"].read_text("utf-8") == "of all"
    assert found(portal, "content/guide/rights.md") == own
    assert found(portal, "content/nothing.md") == portal / "content/nothing.md"


@pytest.mark.usefixtures("shipped")
def test_a_portal_without_pages_gets_none(tmp_path: Path) -> None:
    assert below(tmp_path / "portal", "content") == {}


@pytest.mark.usefixtures("shipped")
def test_a_code_list_that_an_office_has_not_is_the_shipped_one(tmp_path: Path) -> None:
    path = tmp_path / "portal" / "data" / "codes" / "grades.csv"
    assert read_codes(path).title("good") == "好"
    _write(path.parents[2], "data/codes/grades.csv", "code,name\ngood,很好\n")
    assert read_codes(path).title("good") == "很好"
    with pytest.raises(SettingsError, match="缺少代码表"):
        read_codes(path.with_name("topics.csv"))


def test_one_template_of_an_office_needs_no_theme_of_its_own(tmp_path: Path, shipped: Path) -> None:
    portal = tmp_path / "portal"
    portal.mkdir()
    assert theme_folder(portal) == shipped / "theme"
    _write(portal, "theme/letters/reply.txt", "of the office")
    for wanted in ("of the office", "changed"):
        _write(portal, "theme/letters/reply.txt", wanted)
        theme = theme_folder(portal)
        assert (theme / "shell/head.html").read_text("utf-8") == "of all"
        assert (theme / "letters/reply.txt").read_text("utf-8") == wanted
    before = (theme / "shell/head.html").stat().st_mtime_ns
    (shipped / "theme/shell/head.html").rename(shipped / "theme/shell/new.html")
    theme = theme_folder(portal)
    assert sorted(path.name for path in (theme / "shell").iterdir()) == ["new.html"]
    assert (theme / "letters/reply.txt").stat().st_mtime_ns >= before


def test_a_checkout_of_the_software_ships_nothing_and_is_the_portal() -> None:
    assert not overlay.SHIPPED.exists()
    assert theme_folder(ROOT) == ROOT / "theme"


YEARLY = "data/guidance/upkeep.csv"  # an office may do without; those that do not share the duties


def test_the_wheel_carries_whatever_an_office_does_not_write() -> None:
    build = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]
    forced = build["targets"]["wheel"]["force-include"]
    assert all(target == f"yanlu/portal/{place}" for place, target in forced.items())
    pages = {f"content/{path.name}" for path in (ROOT / "content").iterdir()}
    assert {place for place in forced if place.startswith("content/")} == pages - {
        "content/bulletins"
    }
    needed = {f"data/{path}" for name, path in TABLES.items() if name not in OPTIONAL}
    carried = {place for place in forced if place.startswith("data/")}
    assert carried == (needed - WRITTEN_BY_NEW) | {YEARLY}
