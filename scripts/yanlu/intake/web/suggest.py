"""The form: looked at once without storing anything, then stored for good or not at all."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from yanlu.errors import StoreError
from yanlu.intake.accept import TEXTS, Lane, masked
from yanlu.intake.entry import LIMITS, Entry, Faults, read_entry
from yanlu.intake.given import MONTHS, accepted, first_of, promised
from yanlu.intake.nonce import Age, Nonce, issue, read_nonce
from yanlu.intake.rates import Pace
from yanlu.intake.store.database import DiskError, Store, UnsureError
from yanlu.intake.store.events import messages
from yanlu.intake.store.records import Arrival, First, by_nonce, is_spent
from yanlu.intake.web.confirm import shown
from yanlu.intake.web.crowd import Seats
from yanlu.intake.web.forms import RECEIPT, Form, read_form, read_pairs
from yanlu.intake.web.limits import COMMIT_SECONDS
from yanlu.intake.web.log import UNSTORED
from yanlu.intake.web.masks import read_masks, write_masks
from yanlu.intake.web.refusals import Refused
from yanlu.intake.web.scribe import CROWD
from yanlu.intake.web.service import Service, now, today
from yanlu.intake.web.work import challenge, proven
from yanlu.receipts.codes import write_code
from yanlu.receipts.promises import TERM

Result = TypeVar("Result")
CHANNEL = "online.site"
SHORT = 500  # characters that are masked in a few milliseconds
CHANGED = "这一页的内容和确认过的不一样，或者放的时间太长。请再看一遍，再点“寄出”。"
SOON = "您点得很快。请把下面再看一遍，过几秒再点“寄出”。"
TRAPPED = "有一个要留空的格子被填上了，可能是浏览器自动填的；已经清空。请再看一遍，再点一次“寄出”。"


@dataclass(frozen=True)
class Suggest:
    """The routes below `/suggest/`."""

    service: Service

    async def check(self, request: Request) -> Response:
        """Show what the public would see; store nothing."""
        form = await self._read(request)
        self._pace(request, form, "suggest/check")
        entry = self._entry(form)
        if isinstance(entry, Faults):
            return self._form(form, entry.said)
        async with self._seated(self.service.confirming, form, "suggest/check"):
            return await self._confirm(form, entry)

    async def edit(self, request: Request) -> Response:
        """Back to the form, with all that was typed."""
        return self._form(await self._read(request), {})

    async def send(self, request: Request) -> Response:
        """Store what was confirmed, and give the receipt only when it is durable."""
        form = await self._read(request)
        async with self._seated(self.service.letters, form, "suggest/send"):
            return await self._sent(request, form)

    async def _sent(self, request: Request, form: Form) -> Response:
        nonce = read_nonce(self.service.desk.key, form.nonce, form.pairs)
        if nonce and (receipt := await self._stored(nonce, form)):
            return receipt
        pace = self._pace(request, form, "suggest/send")
        entry = self._entry(form)
        if isinstance(entry, Faults):
            return self._form(form, entry.said)
        if nonce is None or nonce.age(now()) is Age.LATE:
            return await self._confirm(form, entry, notice=CHANGED)
        caught = TRAPPED if form.homepage else SOON if nonce.age(now()) is Age.SOON else None
        if caught and not form.again:
            second = replace(form, homepage="", again=True)
            return await self._confirm(second, entry, notice=caught, nonce=form.nonce)
        return await self._accept(form, entry, nonce, bool(caught), pace)

    async def _accept(
        self, form: Form, entry: Entry, nonce: Nonce, caught: bool, pace: Pace
    ) -> Response:
        """Caught twice, or from a busy address without proof of work: a lane, never a refusal."""
        proof = await self._proof(form) if pace is Pace.BUSY else None
        suspected = caught or (pace is Pace.BUSY and proof is None)
        facts: dict[str, Any] = {
            "day": today(),
            "channel": CHANNEL,
            "lane": Lane.SUSPECTED if suspected else Lane.ORDINARY,
            "proof": proof,
        }
        desk, texts = self.service.desk, [getattr(entry, name) for name in TEXTS]
        shown_before = read_masks(desk.key, form.nonce, form.masks, texts)
        if shown_before:
            desk = replace(desk, mask=shown_before.__getitem__)
        act = partial(accepted, desk, self.service.promiser, entry, nonce, **facts)
        made, promise = await self._made(act, shown_before is not None, entry)
        new = await self._commit(made, form)
        if not new and (earlier := await self._stored(nonce, form)):
            return earlier
        told = {"day": made.day, "kind": made.kind, "word_hash": made.word_hash}
        return self._receipt(form, nonce, told, made.first, promise)

    async def _made(self, act: Callable[[], Result], is_masked: bool, entry: Entry) -> Result:
        """A letter made ready, in a crowd by the process beside us; its mask is made here."""
        if entry.word or not is_masked:
            return await self._worked(not entry.word and _is_short(entry), act)
        if self.service.writer.waiting >= CROWD:
            self.service.scribe.begin(act)
        return await self.service.scribe.do(act)

    async def _worked(self, quick: bool, act: Callable[[], Result]) -> Result:
        """Quick work at once; long work in a thread, so that others are answered meanwhile."""
        if quick:
            return act()
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.service.sealing, act)

    async def _stored(self, nonce: Nonce, form: Form) -> Response | None:
        """The receipt that was given for this nonce, whenever that was."""
        held = await self._looked(form, lambda store: by_nonce(store.main, nonce.hashed))
        if held is None:
            return None
        said = await self._looked(form, lambda store: messages(store.main, held["id"]))
        first = first_of(nonce.secret(self.service.desk.key), said[0]) if said else None
        promise = promised(self.service.promiser, first) if first else ""
        return self._receipt(form, nonce, held, first, promise)

    async def _looked(self, form: Form, look: Callable[[Store], Result]) -> Result:
        """What the store holds.

        Raises:
            Refused: it does not answer.
        """
        try:
            return await self.service.reader.do(look)
        except DiskError as error:
            self.service.log.say(UNSTORED, why=str(error))
            raise self._again("full", form) from None

    def _again(self, why: str, form: Form) -> Refused:
        return Refused(why, fields=form.carried, retry=self._address("suggest/send"))

    async def _commit(self, made: Arrival, form: Form) -> bool:
        """Wait until the record is durable; answers whether its nonce was new.

        Raises:
            Refused: the store cannot take it, or does not say in time whether it did.
        """
        began = time.monotonic()
        try:
            new = await self.service.durable.store(made, COMMIT_SECONDS)
        except StoreError as error:
            self.service.log.say(UNSTORED, why=str(error))
            unsure = isinstance(error, UnsureError)
            raise self._again("late" if unsure else "full", form) from None
        except TimeoutError:
            self.service.log.say(UNSTORED, why=f"{COMMIT_SECONDS:g} 秒里没有写稳")
            raise self._again("late", form) from None
        self.service.counters.committed(time.monotonic() - began)
        self.service.counters.accepted += new
        return new

    async def _proof(self, form: Form) -> tuple[bytes, int] | None:
        proof = proven(self.service.desk.key, form.work, form.nonce)
        if proof is None:
            return None
        is_used = await self._looked(form, lambda store: is_spent(store.main, proof[0]))
        return None if is_used else proof

    async def _read(self, request: Request) -> Form:
        return read_form(await read_pairs(request))

    def _entry(self, form: Form) -> Entry | Faults:
        return read_entry(form.pairs, self.service.offered(today()).choices)

    def _pace(self, request: Request, form: Form, again: str) -> Pace:
        address = request.client.host if request.client else ""
        pace = self.service.sends.knock(address, time.monotonic())
        if pace is Pace.FLOOD:
            raise Refused("flood", fields=form.carried, retry=self._address(again))
        return pace

    @asynccontextmanager
    async def _seated(self, seats: Seats, form: Form, again: str) -> AsyncIterator[None]:
        """A place among those that are under way.

        Raises:
            Refused: all are taken; the page keeps the text.
        """
        async with seats.one() as seated:
            if not seated:
                raise Refused("crowd", fields=form.carried, retry=self._address(again))
            yield

    def _address(self, path: str) -> str:
        return self.service.root + path

    def _form(self, form: Form, faults: Mapping[str, str]) -> Response:
        """The form with what was typed, and what is to be mended."""
        if faults:
            self.service.counters.refused["entry"] += 1
        options = self.service.offered(today()).options
        return self.service.pages.answer(
            "form",
            422 if faults else 200,
            values=form.values,
            faults=faults,
            choices=options,
            limits=LIMITS,
        )

    async def _confirm(
        self, form: Form, entry: Entry, *, notice: str = "", nonce: str = ""
    ) -> Response:
        """What the public would see, with a nonce to send it by; shown again, it says why."""
        desk, moment = self.service.desk, now()
        nonce = nonce or issue(desk.key, moment, form.typed)
        if notice:
            self.service.counters.refused["again"] += 1
        async with self.service.abreast:
            redactions = await self._worked(_is_short(entry), lambda: masked(desk, entry))
            await asyncio.sleep(0)  # whoever waits comes after all the others
        masks = write_masks(desk.key, nonce, redactions.values())
        carried = replace(form, nonce=nonce, masks=masks, work="")
        return self.service.pages.answer(
            "confirm",
            422 if notice else 200,
            fields=[pair for pair in carried.carried if pair[0] != RECEIPT],
            refused=form.refused,
            notice=notice,
            days=self.service.contact_days,
            challenge=challenge(desk.key, nonce, moment),
            call=entry.call,
            calls=self.service.offered(today()).options["calls"],
            **shown(entry, redactions),
        )

    def _receipt(
        self,
        form: Form,
        nonce: Nonce,
        held: Mapping[str, Any],
        first: First | None,
        promise: str,
    ) -> Response:
        """The receipt of a record; without the code for whoever refused it.

        `first` is what the log will say of it: none where it was erased since.
        """
        if form.refused:
            return self.service.pages.answer("unreceipted", months=MONTHS, kind=held["kind"])
        secret, promiser = nonce.secret(self.service.desk.key), self.service.promiser
        return self.service.pages.receipt(
            write_code(secret),
            promise,
            date=date.fromisoformat(held["day"]),
            months=MONTHS,
            word=held["word_hash"] is not None,
            kind=held["kind"],
            deadline=date.fromisoformat(first.day) + TERM if first else None,
            signer=promiser.key_id,
        )


def _is_short(entry: Entry) -> bool:
    return len(entry.matter) + len(entry.proposal) <= SHORT
