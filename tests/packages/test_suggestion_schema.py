"""The front matter of a suggestion: what it may say, and that it cannot say who wrote."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from yanlu.model import Fate
from yanlu.packages.heads import head_faults

SCHEMA = json.loads(
    files("yanlu.packages").joinpath("schemas", "suggestion.schema.json").read_text("utf-8")
)
GOOD: dict[str, Any] = {
    "id": "7k3m9x2p",
    "topic": "lighting",
    "region": "dorchester",
    "month": "2026-10",
    "fate": "replied",
    "publication": "summary",
    "bodies": {"lead": "body-urban"},
    "history": [{"state": "received", "month": "2026-10"}],
    "outcome": "partly-adopted",
    "reason": "经费已列入下一年。",
}


def _valid(front: dict[str, Any]) -> bool:
    return bool(Draft202012Validator(SCHEMA).is_valid(front))


def test_an_ordinary_suggestion_is_valid() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert _valid(GOOD)


def test_its_fates_are_those_of_the_one_table_but_for_matters_that_leave_no_file() -> None:
    left = {str(fate) for fate in Fate} - {Fate.REDIRECTED}
    assert set(SCHEMA["properties"]["fate"]["enum"]) == left


@pytest.mark.parametrize(
    ("fate", "lost"), [("replied", "outcome"), ("closed", "outcome"), ("replied", "reason")]
)
def test_a_reply_says_what_was_decided_and_why(fate: str, lost: str) -> None:
    front = {**GOOD, "fate": fate}
    assert _valid(front)
    assert not _valid({name: value for name, value in front.items() if name != lost})


def test_a_merged_suggestion_says_where_it_went() -> None:
    assert not _valid({**GOOD, "fate": "merged"})
    assert _valid({**GOOD, "fate": "merged", "merged_into": "8k3m9x2p"})


@pytest.mark.parametrize("key", ["name", "phone", "email", "address", "channel", "writer", "姓名"])
def test_nothing_about_the_writer_can_be_stated(key: str) -> None:
    assert not _valid({**GOOD, key: "x"})


PROMISE = {"what": "装灯", "body": "body-urban", "by": "2027-01-01"}


@pytest.mark.parametrize(
    "change",
    [
        *({"month": month} for month in ("1850-05", "0000-05", "2150-01")),
        *({"reason": words} for words in ("", " \u3000\n")),
        *({"promises": [{**PROMISE, "what": words}]} for words in ("", " ")),
        {"promises": [{**PROMISE, "by": "1800-01-01"}]},
        {"promises": [{**PROMISE, "was": [{**PROMISE}]}]},
        *(
            {"promises": [{**PROMISE, "evidence": address}]}
            for address in ("//evil.example/x", "/\\evil.example", "https:///x", "ftp://a/b")
        ),
        {"history": [{"state": "received", "month": "1850-05"}]},
        {"amended": [{"month": "2026-10", "what": " "}]},
    ],
    ids=str,
)
def test_what_is_empty_or_impossible_is_refused(change: dict[str, Any]) -> None:
    assert not _valid({**GOOD, **change})
    assert list(head_faults({**GOOD, **change}, "suggestion.schema"))


@pytest.mark.parametrize("address", ["/", "/a/b.html", "https://www.shili.example/a"])
def test_evidence_lies_on_the_site_or_elsewhere_on_the_web(address: str) -> None:
    assert _valid({**GOOD, "promises": [{**PROMISE, "evidence": address}]})


@pytest.mark.parametrize(
    "change",
    [
        {"month": "2026-10-05"},
        {"history": [{"state": "received", "month": "2026-10-05"}]},
        {"fate": "lost"},
        {"publication": "unlisted"},
        {"id": "SHORT"},
        {"history": []},
    ],
    ids=["a day", "a day in the history", "unknown fate", "unlisted", "bad id", "no history"],
)
def test_what_must_not_be_public_is_refused(change: dict[str, Any]) -> None:
    assert not _valid({**GOOD, **change})


BY_OTHERS = {
    Fate.REGISTERED, Fate.FORWARDED, Fate.RETURNED, Fate.HANDLING, Fate.REPLIED, Fate.PROMISED,
    Fate.PROMISE_OVERDUE, Fate.CARRIED_OUT,
}  # fmt: skip


@pytest.mark.parametrize("fate", sorted(set(Fate) - {Fate.REDIRECTED}))
def test_every_step_may_say_who_and_why_and_one_of_another_body_must_say_who(fate: Fate) -> None:
    step = {"state": str(fate), "month": "2026-10"}
    steps = [GOOD["history"][0], step]
    told = {**step, "body": "body-urban", "note": "现场看过。"}
    assert _valid({**GOOD, "history": [GOOD["history"][0], told]})
    assert _valid({**GOOD, "history": steps}) == (fate not in BY_OTHERS)
    said = ["头部的 history.1 不符合规定（缺少 body）"] if fate in BY_OTHERS else []
    assert list(head_faults({**GOOD, "history": steps}, "suggestion.schema")) == said
