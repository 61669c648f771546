"""Replies that came back in a workbook: which suggestions wait for one, what one must pass."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from yanlu.cli.passed import office_month
from yanlu.cli.replying import refuse_empty
from yanlu.errors import InputError, IntakeError
from yanlu.model import Month
from yanlu.packages.replies import Reply
from yanlu.packages.suggestions import (
    Suggestion,
    open_suggestion,
    suggestion_files,
    suggestion_path,
    write_suggestion,
)
from yanlu.register.check import file_faults
from yanlu.register.path import TAKEN_UP
from yanlu.register.together import MAY_BE_ANSWERED, Answer, answered
from yanlu.settings import Portal


def waiting(portal: Portal) -> list[Suggestion]:
    """The published suggestions that may be answered now, in the order of their files.

    Raises:
        PackageError: a file cannot be read.
    """
    opened = (open_suggestion(path) for path in suggestion_files(portal.data))
    return [
        one
        for one in opened
        if one.front["fate"] in MAY_BE_ANSWERED and one.front["publication"] != "removed"
    ]


def replied(portal: Portal, given: Sequence[Reply]) -> dict[str, str]:
    """The files with these replies in them, by their place under `data/`.

    Raises:
        InputError: all that is wrong with any of them.
    """
    now, known = office_month(portal.folder), {str(s.front["id"]): s for s in waiting(portal)}
    faults = [f"第 {one.row} 行：{what}" for one in given for what in _faults(one, known, now)]
    if faults:
        listed = "\n".join(f"  · {fault}" for fault in faults)
        raise InputError(f"有下面的问题，什么都没有写入：\n{listed}")
    return {
        suggestion_path(known[one.id].front): write_suggestion(_after(known[one.id], one, now))
        for one in given
    }


def _after(suggestion: Suggestion, given: Reply, now: Month) -> Suggestion:
    answer = Answer(
        given.outcome, given.reason, given.text, given.body, given.conversion or None,
        given.promises,
    )  # fmt: skip
    return answered(suggestion, answer, now)


def _faults(given: Reply, known: dict[str, Suggestion], now: Month) -> Iterator[str]:
    if given.id not in known:
        yield "没有这个编号的建议在等回复，可能已经回复了，或者还没有登记、办理"
        return
    if given.outcome in TAKEN_UP and not given.conversion:
        yield "采纳了的，没有选转化途径"
        return
    try:
        refuse_empty(given.text, given.reason)
    except IntakeError as error:
        yield from (line.strip(" ·") for line in str(error).splitlines()[1:])
        return
    place = f"data/{suggestion_path(known[given.id].front)}"
    for fault in file_faults(place, _after(known[given.id], given, now), now):
        yield fault.what
