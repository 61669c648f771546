"""Services that run, for the tests of the door."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from doubles.door import NARROW, Running, Serving, make_office, started
from intake.web.asgi import Inside, inside_of


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An office with the frame of a built site."""
    return make_office(tmp_path_factory.mktemp("office"))


@pytest.fixture
def serving(office: Path, tmp_path: Path) -> Serving:
    """A service of this test's own."""
    return lambda *arguments, **named: started(office, tmp_path / "store", *arguments, **named)


@pytest.fixture(scope="session")
def door(office: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A service that many tests share, and at which one may knock as often as one likes."""
    store = tmp_path_factory.mktemp("door") / "store"
    with started(office, store, "burst=1000000", program=NARROW) as running:
        yield running


@pytest.fixture(scope="session")
def inside(office: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inside]:
    """The application in this process."""
    with inside_of(office, tmp_path_factory.mktemp("inside") / "store") as inside:
        yield inside
