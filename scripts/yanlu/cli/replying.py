"""`yanlu review reply`: an answer to a suggestion that is in the store alone."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from yanlu.cli.review import (
    WITH_FILE,
    act_of,
    at_office,
    by_option,
    confirmed,
    identity,
    read_text,
    refuse_unlisted,
    store_option,
)
from yanlu.errors import IntakeError
from yanlu.intake import review as acts
from yanlu.intake.attributed import named_faults
from yanlu.intake.details import hidden_details, refuse_details
from yanlu.intake.office import StoreGiven
from yanlu.intake.redact import Redacted, official_numbers
from yanlu.intake.seal import AGE
from yanlu.intake.store.database import Store
from yanlu.intake.store.records import history
from yanlu.settings import Portal, read_codes

BLANK = "＿＿"  # what a model of an answer leaves to be filled in

key_option = click.option(
    "--key", "private", type=WITH_FILE,
    help="age 私钥文件：在存有私钥的电脑上，另外对照原文里遮盖的内容。",
)  # fmt: skip


@click.command()
@click.argument("name", metavar="ID")
@click.option("--outcome", required=True, help="结果代码，见 data/codes/outcomes.csv。")
@click.option("--reason", required=True, help="理由，一两句，本人看得到。")
@click.option("--text", "file", required=True, type=WITH_FILE, help="写好回复的文件。")
@click.option("--body", help="答复的单位代码；不写就是现在承办的单位。")
@key_option
@by_option
@store_option
def reply(
    name: str, outcome: str, reason: str, file: Path, body: str | None, private: Path | None,
    by: str, folder: StoreGiven | None,
) -> None:  # fmt: skip
    """回复只在库里的一条；本人凭回执编号和口令查看。"""
    given = Given(outcome, reason, read_text(file), body)
    with at_office(folder) as (portal, store):
        details = known_details(portal, store, acts.record(store, name), private)
        answer(store, name, checked(portal, store, name, given, details, by), act_of(by))
    click.echo("已回复。")


@dataclass(frozen=True)
class Given:
    """An answer as it was written: an empty body stands for who was last asked."""

    outcome: str
    reason: str
    text: str
    body: str | None


@dataclass(frozen=True)
class Checked:
    """An answer with which nothing is wrong, and who answers."""

    outcome: str
    reason: Redacted
    text: Redacted
    body: str


def checked(
    portal: Portal, store: Store, name: str, given: Given, details: Collection[str] | None, by: str
) -> Checked:
    """Look an answer over before it is kept; `details` is what was hidden of the writer.

    Raises:
        IntakeError: all that is wrong with it; nothing was written.
    """
    refuse_outcome(portal, given.outcome)
    refuse_empty(given.text, given.reason)
    refuse_details(f"{given.reason}\n{given.text}", details or ())
    text, reason = (confirmed(portal, part, by) for part in (given.text, given.reason))
    return Checked(given.outcome, reason, text, _answering(portal, store, name, given.body))


def answer(store: Store, name: str, given: Checked, act: acts.Act) -> None:
    """Keep an answer that was looked over; its writer reads it with code and word."""
    acts.reply(store, name, given.outcome, given.text, act, reason=given.reason, body=given.body)


def known_details(
    portal: Portal, store: Store, held: Mapping[str, Any], private: Path | None
) -> Collection[str] | None:
    """What was hidden in a record; None where there is no key that opens it."""
    if not private and not portal.settings.intake.public_test_identity:
        return None
    key = identity(portal, private)
    try:
        return details_by(portal, store, held, key)
    except IntakeError:
        if private:
            raise
        return None  # the public key of a demonstration, and a record sealed to another


def details_by(portal: Portal, store: Store, held: Mapping[str, Any], key: str) -> Collection[str]:
    """What was hidden in a record, opened with this key for the comparison alone.

    Raises:
        IntakeError: the key does not open it.
    """
    return hidden_details(store, AGE, held, key, official_numbers(portal.data))


def refuse_outcome(portal: Portal, outcome: str) -> None:
    """Only outcomes of the list."""
    if outcome not in read_codes(portal.data / "codes" / "outcomes.csv"):
        raise IntakeError(f"没有代码为 {outcome} 的结果，见 data/codes/outcomes.csv。")


def refuse_conversion(portal: Portal, way: str) -> None:
    """Only ways of the list."""
    if way not in read_codes(portal.data / "codes" / "conversions.csv"):
        raise IntakeError(f"没有代码为 {way} 的转化途径，见 data/codes/conversions.csv。")


def refuse_empty(said: str, reason: str) -> None:
    """What `yanlu check` would refuse of a published answer is refused here as well."""
    # loads frictionless, which reviewing does not need
    from yanlu.register.answers import is_reason, reply_faults

    faults = list(reply_faults(said))
    if BLANK in said:
        faults.insert(0, f"样子里的空（{BLANK}）还没有填完")
    if not is_reason(reason):
        faults.insert(0, "没有写理由（--reason）")
    faults += named_faults(said, reason)
    if faults:
        raise IntakeError("没有回复：\n" + "\n".join(f"  · {fault}" for fault in faults))


def _answering(portal: Portal, store: Store, name: str, body: str | None) -> str:
    """Who answers: as given, or else who was last asked."""
    if body is None:
        asked = [step["body"] for step in history(store.main, name) if step["body"]]
        if not asked:
            raise IntakeError(f"{name} 还没有承办单位。请用 --body 写明是哪个单位答复的。")
        return str(asked[-1])
    refuse_unlisted(read_codes(portal.data / "codes" / "bodies.csv"), body)
    return body
