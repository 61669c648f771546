"""What staff write beside what they do: it is kept in clear, and so must tell of nobody.

Reasons and remarks are not sealed as letters are, and stand in every backup. They go through the
same search as a summary before it is confirmed.
"""

from __future__ import annotations

from collections.abc import Collection

from yanlu.errors import IntakeError
from yanlu.intake.entry import clean
from yanlu.intake.redact import found_in, hotlines
from yanlu.intake.store.records import Note


def noted(said: str, fits: Collection[str] = ()) -> Note:
    """A remark of staff as one line; `fits` are kinds (kinds.toml) that it may hold.

    Raises:
        IntakeError: it holds what is found with certainty of a person; the message names kinds,
            never the text.
    """
    left = sorted(kind.title for kind in found_in(said, hotlines()) if kind.code not in fits)
    if left:
        raise IntakeError(
            f"理由或者说明里有{'、'.join(left)}，没有记下，什么都没有改。"
            "理由和说明不加密，不要写来信人和别人的情况。请改写以后再来。"
        )
    return Note(clean(said, lines=False))
