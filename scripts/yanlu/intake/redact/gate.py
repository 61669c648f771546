"""The gate: only what a named person has confirmed may be written where others read it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from yanlu.errors import IntakeError
from yanlu.intake.redact.controls import strip_controls
from yanlu.intake.redact.kinds import Kind, kinds
from yanlu.intake.redact.scan import redact


@dataclass(frozen=True)
class Redacted:
    """A text after redaction that the person `by` has confirmed; only `confirm` makes one."""

    text: str
    by: str


def confirm(text: str, by: str, keep: Collection[str]) -> Redacted:
    """Let a reviewer's text pass, as they left it after reading and editing.

    It is searched again: a placeholder may have been undone, a telephone number pasted in.
    `keep` are official numbers and addresses, as for `redact`.

    Raises:
        IntakeError: nobody is named, or the text still holds what is found with certainty;
            the message names kinds, never the text.
    """
    if not by.strip():
        raise IntakeError("没有写明由谁确认。请写上审核人的姓名。")
    if left := found_in(text, keep):
        titles = "、".join(sorted(kind.title for kind in left))
        raise IntakeError(f"文字里还有{titles}，不能通过。请遮盖以后再确认。")
    return Redacted(strip_controls(text), by)


def found_in(text: str, keep: Collection[str]) -> frozenset[Kind]:
    """What a text holds with certainty of what would be masked; `keep` as for `redact`."""
    found = {kinds()[span.kind] for span in redact(text, keep).spans if span.certain}
    return frozenset(kind for kind in found if kind.masked)
