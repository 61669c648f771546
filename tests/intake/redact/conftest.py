"""Shared by the tests of the mask."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from yanlu.intake.redact import Redaction, hotlines, kinds, redact, scan


@pytest.fixture
def masked(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], list[tuple[str, str]]]:
    """Kind and text of everything that rules mask in a text.

    What the last net adds is learned and no promise about one word: `test_weighed.py`,
    `test_bars.py`.
    """
    monkeypatch.setattr(scan, "find_weighed", lambda *_: iter(()))

    def look(text: str) -> list[tuple[str, str]]:
        return _shown(text, redact(text, hotlines()), True)

    return look


@pytest.fixture
def marked() -> Callable[[str], list[tuple[str, str]]]:
    """Kind and text of everything that is only marked in a text."""

    def look(text: str) -> list[tuple[str, str]]:
        return _shown(text, redact(text, hotlines()), False)

    return look


def _shown(text: str, redaction: Redaction, masks: bool) -> list[tuple[str, str]]:
    spans = (span for span in redaction.spans if kinds()[span.kind].masked is masks)
    return [(span.kind, text[span.start : span.end]) for span in spans]
