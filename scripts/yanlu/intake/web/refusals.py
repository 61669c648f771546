"""Why a request is not taken, in words for citizens: `refusals.toml` beside this module."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from yanlu.intake.store.database import UnsureError

Fields = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Refusal:
    """Status and words of an answer that takes nothing; `wait` is in seconds."""

    reason: str
    status: int
    title: str
    sentences: Sequence[str]
    wait: int | None = None


class Refused(Exception):  # noqa: N818 - what happened, not a fault of ours
    """Ends a request with the page of a refusal.

    `fields` and `retry` let the citizen try again with all that was typed; `more` are
    sentences of ours that fit this case alone.
    """

    def __init__(
        self, reason: str, *, fields: Fields = (), retry: str | None = None, more: str = ""
    ) -> None:
        super().__init__(reason)
        self.refusal = refusals()[reason]
        self.fields = fields
        self.retry = retry
        self.more = more


@cache
def refusals() -> Mapping[str, Refusal]:
    """All refusals by reason."""
    table = tomllib.loads((files(__package__) / "refusals.toml").read_text("utf-8"))
    return {reason: Refusal(reason, **said) for reason, said in table.items()}


def undone(error: Exception) -> str:
    """Why an act on a record was not done, where the store refused it or nobody can tell."""
    return "unsure" if isinstance(error, UnsureError) else "stuck"
