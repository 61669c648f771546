"""`yanlu review propose`: one round of the publisher now, for whoever does not wait for it."""

from __future__ import annotations

import time
from collections.abc import Iterator

import click

from yanlu.cli.review import at_office, office_day, store_option
from yanlu.errors import IntakeError
from yanlu.intake.batches import Policy, ready
from yanlu.intake.holder import holder_name
from yanlu.intake.lease import take
from yanlu.intake.office import StoreGiven
from yanlu.intake.persons import Decision, expected
from yanlu.intake.publisher import Publisher, Round, work
from yanlu.intake.redact import official_numbers
from yanlu.intake.store.database import Store, rows
from yanlu.settings import Portal

_HOLDER = holder_name()  # one for the process: its next round need not wait for its last
_DAYS = ("一", "二", "三", "四", "五", "六", "日")


@click.command()
@store_option
def propose(folder: StoreGiven | None) -> None:
    """现在就做一轮：成批、提出审核、看审核的结果。开着收件服务的，它自己半分钟做一轮。"""
    with at_office(folder) as (portal, store):
        for said in proposed(portal, store):
            click.echo(said)


def proposed(portal: Portal, store: Store) -> Iterator[str]:
    """Do a round, and say what was done and what waits for what.

    Raises:
        IntakeError: another process is at it.
    """
    from yanlu.intake.posting import open_forge  # the forges, which reviewing does not need

    lease = take(store, "publisher", _HOLDER, int(time.time()))
    if lease is None:
        raise IntakeError("收件服务正在做，半分钟一轮，不用再提。过一会儿再来看。")
    branch, group = portal.settings.forge.branch, portal.codes["topics"].group
    forge, keep = open_forge(portal), official_numbers(portal.data)
    publisher = Publisher(store, lease, forge, policy_of(portal), branch, group, keep)
    yield from _told(work(publisher, int(time.time()), office_day()))
    yield from waiting_words(portal, store)


def policy_of(portal: Portal) -> Policy:
    """When batches go out, and from how many items on."""
    return Policy(portal.settings.intake.batch_weekday, portal.settings.intake.batch_least)


def _told(done: Round) -> Iterator[str]:
    if done.settled:
        yield f"审完了 {done.settled} 批，收件库已经跟上。"
    if done.proposed:
        yield f"提出了 {done.proposed} 批，等另一个人审核、合并。"
    yield from done.alarms


def waiting_words(portal: Portal, store: Store) -> Iterator[str]:
    """What has been confirmed and is in no batch yet, and why."""
    policy = policy_of(portal)
    alone = sum(one["what"] == Decision.RELEASE for one in expected(store))
    if alone:
        yield f"有 {alone} 条等第二个人确认，确认了才成批。"
    query = "SELECT count(*) AS n FROM submission WHERE delivery = 'approved'"
    confirmed = rows(store.main, query)[0]["n"] - alone
    if confirmed and not ready(store.main, policy, office_day(), {}):
        day = f"星期{_DAYS[policy.weekday]}" if policy.weekday is not None else "哪天都行"
        yield (
            f"有 {confirmed} 条确认好了，还没有成批：要攒够 {policy.least} 条，成批的日子是{day}。"
        )
    elif not confirmed and not alone:
        yield "没有等着成批的。"
