"""One Jinja for pages that are built and pages that are answered."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from yanlu.model import chinese_day
from yanlu.templates import chinese_month, environment


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one template."""
    (tmp_path / "page.html").write_text("<p>{{ word }}</p>", "utf-8")
    return tmp_path


def test_what_is_put_in_is_escaped(folder: Path) -> None:
    page = environment(folder).get_template("page.html").render(word="<b>&")
    assert page == "<p>&lt;b&gt;&amp;</p>"


def test_a_name_that_nobody_gave_is_a_fault(folder: Path) -> None:
    with pytest.raises(UndefinedError, match="word"):
        environment(folder).get_template("page.html").render()


def test_days_and_months_are_written_as_readers_see_them() -> None:
    assert chinese_day(date(2026, 6, 3)) == "2026年6月3日"
    assert chinese_month("2026-06") == chinese_month("2026-06-03") == "2026年6月"
