"""All that a table of columns cannot say of `data/guidance/`: what goes together, what must not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from yanlu.guidance.duties import handled_faults, posts_faults
from yanlu.guidance.offices import stale
from yanlu.guidance.receptions import Rests, receptions_faults, resting


def guidance_faults(data: Path, least: int) -> Iterator[str]:
    """Every fault, as a sentence; the tables follow their schemas.

    Counts from 1 to `least` - 1 may not be published.
    """
    yield from receptions_faults(data)
    yield from posts_faults(data)
    yield from handled_faults(data, least)


def guidance_reminders(data: Path, day: date, rests: Rests) -> Iterator[str]:
    """What may be right, but somebody should look at before publishing on `day`."""
    yield from stale(data, day)
    yield from resting(data, day, rests)
