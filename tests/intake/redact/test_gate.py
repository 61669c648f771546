"""Only what a named person confirmed, and what is found to hold nothing, passes."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from yanlu.errors import IntakeError
from yanlu.intake.redact import confirm, redact


def test_a_redacted_text_passes_under_the_name_of_who_confirmed_it() -> None:
    text = redact("我叫张伟，电话13800004567，路灯坏了。", frozenset()).redacted
    confirmed = confirm(text, by="王某", keep=frozenset())
    assert (confirmed.text, confirmed.by) == (text, "王某")
    with pytest.raises(FrozenInstanceError):
        confirmed.text = ""  # type: ignore[misc]


def test_a_text_that_holds_something_again_is_refused_without_quoting_it() -> None:
    with pytest.raises(IntakeError, match="姓名、电话") as refusal:
        confirm("我叫张伟，电话13800004567", by="王某", keep=frozenset())
    assert "张伟" not in str(refusal.value)
    assert "13800004567" not in str(refusal.value)


def test_official_numbers_pass() -> None:
    assert confirm("请打021-60001234", by="王某", keep={"02160001234"}).text


def test_controls_do_not_pass() -> None:
    assert confirm("路\u200b灯\u202e坏了", by="王某", keep=frozenset()).text == "路灯坏了"


@pytest.mark.parametrize("nobody", ["", "  "])
def test_nobody_confirms_nothing(nobody: str) -> None:
    with pytest.raises(IntakeError, match="由谁确认"):
        confirm("路灯坏了。", by=nobody, keep=frozenset())
