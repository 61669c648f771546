"""Our SQL as PostgreSQL says it."""

from __future__ import annotations

from importlib.resources import files

import pytest

from yanlu.intake.store import dialect, port
from yanlu.model import Fate


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("a = ? AND b IN (?, ?)", "a = %s AND b IN (%s, %s)"),
        ("a = :one AND b > :two_more", "a = %(one)s AND b > %(two_more)s"),
        ("a LIKE '%?:x' AND b % 2 = ?", "a LIKE '%%?:x' AND b %% 2 = %s"),
        ("json_extract(s.head, '$.merged_into') = ?", "json_extract(s.head, '$.merged_into') = %s"),
    ],
)
def test_values_are_marked_and_literals_stay(ours: str, theirs: str) -> None:
    assert dialect.statement(ours) == theirs


def test_values_are_taken_as_sqlite_takes_them() -> None:
    assert dialect.values((True, Fate.RECEIVED, b"x", None, "y")) == [
        1,
        "received",
        b"x",
        None,
        "y",
    ]
    assert dialect.values({"a": False}) == {"a": 0}


@pytest.mark.parametrize("name", [*port.RECORDS_SQL, *port.KEYS_SQL])
def test_nothing_that_sqlite_alone_knows_is_left_in_a_schema(name: str) -> None:
    told = dialect.schema((files("yanlu.intake.store") / name).read_text("utf-8"))
    words = {word for line in told.splitlines() for word in line.partition("--")[0].split()}
    assert not {one.strip(",;()") for one in words} & {"STRICT", "BLOB", "INTEGER", "ROWID"}
    assert "CREATE TRIGGER" not in told
    made = [line for line in told.splitlines() if line.startswith("CREATE ")]
    assert all(" IF NOT EXISTS " in line for line in made)
