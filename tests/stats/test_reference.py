"""The six releases of the reference office, remade from the shipped records."""

from __future__ import annotations

import hashlib
import shutil
from datetime import datetime
from pathlib import Path

import pytest

from conftest import RECORDS, ROOT, snapshot
from yanlu.model import Event, Month
from yanlu.packages.read import read_release
from yanlu.settings import Portal, open_portal
from yanlu.stats.publish import Order, prepare, write

SHA256 = "ba63e3a6eb3825a398d017dd6a42b707f99ee08c21b7a61922e1d105a70365e2"
NOW = datetime.fromisoformat("2026-11-24T12:00:00")
MONTHS = [Month(2015, number) for number in range(1, 7)]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Portal:
    """The reference office before its first release."""
    folder = tmp_path_factory.mktemp("office")
    shutil.copytree(ROOT / "data", folder / "data", ignore=shutil.ignore_patterns("statistics"))
    return open_portal(folder)


def test_the_shipped_records_are_those_that_were_reviewed() -> None:
    assert hashlib.sha256(RECORDS.read_bytes()).hexdigest() == SHA256


@pytest.mark.parametrize("month", MONTHS, ids=str)
def test_the_committed_release_is_remade_byte_for_byte(office: Portal, month: Month) -> None:
    order, method = Order(str(RECORDS), month), read_release(ROOT / "data", month, 1).method
    prepared = prepare(office, order, now=NOW, report=lambda _: None, method=method)
    folder = write(office, prepared, now=NOW)
    assert prepared.counted.records == 58_119
    assert snapshot(folder) == snapshot(ROOT / folder.relative_to(office.folder))


def test_rounded_totals_stay_near_the_true_ones() -> None:
    """Received in the month over all channels, against a plain count of the records."""
    true = dict(zip(MONTHS, (7528, 9052, 10208, 10563, 10436, 10332), strict=True))
    for month, count in true.items():
        release = read_release(Path(ROOT / "data"), month, 1)
        shown = sum(n for cell, n in release.counts.items() if cell.event is Event.RECEIVED)
        assert abs(shown - count) <= 15
