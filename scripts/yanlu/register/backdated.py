"""Whether a step or a change was written down long after the month that it names.

A month ends a period: a late answer that is dated back would count as one in time. What was
noted late may stand where the step says so, for then the page says it as well. A page was changed
when its file was: for a mark of another month there is no reason. Of a file that is new nobody
can tell: an office may begin with all that had happened before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from yanlu.model import FATES, Fate, Month
from yanlu.packages.heads import Head

Steps = Sequence[Mapping[str, str]]
_ENDING = frozenset({Fate.REPLIED, Fate.CARRIED_OUT})  # steps that end a period


def backdated_faults(
    steps: Steps, now: Month, past: Sequence[tuple[Month, Steps]]
) -> Iterator[str]:
    """Steps that came into a published file later than in the month after their own.

    `steps` are those of the file as it stands since `now`; `past` those of its other published
    versions, each with the month of its commit, the newest first.
    """
    if not past:
        return
    begun = len(past[-1][1])
    for place, step in enumerate(steps[begun:], begun):
        written = min((month for month, told in past if len(told) > place), default=now)
        if is_backdated(step, min(written, now)) and "note" not in step:
            yield (
                f"经过里的“{FATES[Fate(step['state'])].shown}”写的是{_title(step)}，"
                f"{min(written, now).title}才写进来：月份写错的请改正；"
                "确实是补记的，在这一步的 note 写明为什么"
            )


def backdated_marks(front: Head, now: Month, past: Sequence[tuple[Month, Head]]) -> Iterator[str]:
    """Marks of changes (`amended`, `was`) that name a month before the last, seen from theirs.

    As above: `front` is the head of a file since `now`, `past` those of its published versions.
    """
    known = [(month, dict(_marks(told))) for month, told in past]
    for mark, named in _marks(front):
        if not known or mark in known[-1][1]:
            continue
        written = min((month for month, told in known if mark in told), default=now)
        if Month.parse(named).next < min(written, now):
            yield (
                f"{mark[0]}写的是{Month.parse(named).title}，{min(written, now).title}才写进来："
                "页面是哪个月改的，就写哪个月"
            )


def _marks(front: Head) -> Iterator[tuple[tuple[str, int, int], str]]:
    """Which change, and the month that it names; of a promise, the oldest change comes first."""
    for place, mark in enumerate(front.get("amended", ())):
        yield ("修改说明（amended）", 0, place), mark["month"]
    for number, promise in enumerate(front.get("promises", ())):
        for place, past in enumerate(reversed(promise.get("was", ()))):
            yield ("承诺的原样（was）", number, place), past["month"]


def is_backdated(step: Mapping[str, str], written: Month) -> bool:
    """Whether a step that ends a period names a month before the last, seen from `written`."""
    return Fate(step["state"]) in _ENDING and Month.parse(step["month"]).next < written


def _title(step: Mapping[str, str]) -> str:
    return Month.parse(step["month"]).title
