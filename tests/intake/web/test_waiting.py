"""How long the oldest has waited is a figure that somebody can watch."""

from __future__ import annotations

from datetime import timedelta

from doubles.citizen import WRITTEN, confirmed
from doubles.door import Serving
from yanlu.intake.store.database import change, opened
from yanlu.intake.web.service import today


def test_the_age_of_the_oldest_that_waits_is_told_in_the_metrics(serving: Serving) -> None:
    """The office of these tests is no git repository: to it the forge is always down."""
    with serving() as door:
        assert door.metric("yanlu_oldest_unpublished_seconds") == 0
        assert door.send("/suggest/send", confirmed(door.store, WRITTEN)).code
        with opened(door.store) as store:
            day = (today() - timedelta(days=3)).isoformat()
            change(store.main, "UPDATE submission SET day = ?", (day,))
        assert door.metric("yanlu_oldest_unpublished_seconds") == 3 * 24 * 3600
        assert door.send("/suggest/send", confirmed(door.store, WRITTEN)).code
        assert door.look("/readyz").status == 200
