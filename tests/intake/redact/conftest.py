"""Shared by the tests of the mask."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from yanlu.intake.redact import Redaction, hotlines, kinds, redact, scan


@pytest.fixture
def masked() -> Callable[[str], list[tuple[str, str]]]:
    """Kind and text of everything that is masked in a text.

    The last net is learned: the sentences of these tests are among those that it learned from.
    What it takes for a name in doubt besides is looked at with `ruled`.
    """

    def look(text: str) -> list[tuple[str, str]]:
        return _shown(text, redact(text, hotlines()), True)

    return look


@pytest.fixture
def ruled(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], list[tuple[str, str]]]:
    """The same without the last net, for the few words that it takes for names all the same."""
    monkeypatch.setattr(scan.Net, "find", lambda *_: iter(()))

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
