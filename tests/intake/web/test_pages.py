"""Answers in the frame of the built site."""

from __future__ import annotations

from pathlib import Path

import pytest

from yanlu.errors import IntakeError
from yanlu.intake.web.pages import FRAME, open_pages
from yanlu.intake.web.refusals import refusals
from yanlu.intake.web.status import _stages
from yanlu.model import Fate
from yanlu.settings import open_portal


def test_an_answer_stands_where_the_frame_has_its_place(office: Path) -> None:
    page = open_pages(open_portal(office), office / "public").answer(
        "done", 200, title="<b>", sentences=["一句。"]
    )
    text = bytes(page.body).decode()
    assert text.startswith("<!doctype html>")
    assert "<article>\n<h1>&lt;b&gt;</h1>" in text
    assert text.rstrip().endswith("</html>")


@pytest.mark.parametrize("frame", ["", "<!-- answer --><!-- answer -->"])
def test_a_frame_without_one_place_is_refused(office: Path, tmp_path: Path, frame: str) -> None:
    (tmp_path / FRAME).parent.mkdir(parents=True)
    (tmp_path / FRAME).write_text(frame)
    with pytest.raises(IntakeError, match="yanlu build"):
        open_pages(open_portal(office), tmp_path)


def test_every_refusal_says_what_to_do(office: Path) -> None:
    pages = open_pages(open_portal(office), office / "public")
    for refusal in refusals().values():
        assert 400 <= refusal.status < 600
        page = pages.answer(
            "refused", refusal.status, title=refusal.title, sentences=refusal.sentences,
            fields=[], retry=None,
        )  # fmt: skip
        assert "打电话" in bytes(page.body).decode()


def test_every_stage_says_what_comes_next() -> None:
    assert set(_stages()) == set(Fate)
    assert all(said["next"] and said["what_if"] for said in _stages().values())
