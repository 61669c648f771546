"""A receipt checked in a real browser against a year's log: how long, and what is downloaded."""

from __future__ import annotations

import gzip
import json
import secrets
import shutil
import statistics
import tempfile
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright
from tests.bench.log import SIGNER

from doubles.site_door import hosted
from yanlu.receipts.checkpoints import Checkpoint
from yanlu.receipts.codes import write_code
from yanlu.receipts.commitments import event_line
from yanlu.receipts.lines import EventLine, KeyLine
from yanlu.receipts.log import Day, Log
from yanlu.receipts.merkle import tree_of
from yanlu.receipts.policies import Policy
from yanlu.receipts.sealing import Order, batches
from yanlu.receipts.serving import listed

THEME = Path(__file__).parents[2] / "theme"
_EVENTS, _DAYS, _ROUNDS = 64, 365, 5
_LAST = date(2026, 12, 31)
_SECRET = bytes(range(16))
_CHECK = """async ([code, shown, policy]) => {
  const { checkReceipt } = await import("/js/receipt/receipt.js");
  const start = performance.now();
  const [checkpoint, entries] = await Promise.all(["checkpoint", "entries.txt"].map(
    async (name) => (await fetch(`/${name}`, { cache: "no-store" })).text()));
  const keys = { policy, intake: "" };
  const told = await checkReceipt(
    { code, shown, checkpoint, entries, keys, today: "2027-01-01", spare: "" });
  return [performance.now() - start, told.pop()];
}"""


@dataclass(frozen=True)
class Checked:
    """Lines of the log, kilobytes to download (compressed), milliseconds of a check."""

    lines: int
    kilobytes: float
    median: float
    slowest: float


def measure() -> Checked:
    """Serve a year's log and check one receipt of six events against all of it."""
    origin = SIGNER.name
    messages = [
        {"v": "1", "event": "step", "origin": origin, "date": str(_LAST - timedelta(days=at))}
        for at in range(6)
    ]
    lines = [event_line(_SECRET, at, message) for at, message in enumerate(messages)]
    entries = [entry for day in _year(lines) for entry in day.entries]
    root = tree_of(entries).root(len(entries))
    note = str(SIGNER.sign(Checkpoint(origin, len(entries), root).text))
    shown = {"origin": origin, "messages": messages, "promise": ""}
    asked = [write_code(_SECRET), shown, str(Policy([SIGNER.key]))]
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        shutil.copytree(THEME / "assets" / "js", folder / "js")
        (folder / "index.html").write_text("<!doctype html><title>.</title>", "utf-8")
        (folder / "checkpoint").write_text(note, "utf-8")
        (folder / "entries.txt").write_bytes(listed(entries))
        size = len(gzip.compress(listed(entries), 6)) + len(note)
        times = _times(folder, asked)
    return Checked(len(entries), size / 1000, statistics.median(times), max(times))


def _year(lines: list[EventLine]) -> list[Day]:
    first = _LAST - timedelta(days=_DAYS - 1)
    draw = secrets.token_bytes
    begun = batches(Log(), Order(first, _EVENTS), [KeyLine("log", SIGNER.key)], draw)
    log = Log(begun, {len(begun[0].entries): SIGNER.sign("x\n")})
    return [*begun, *batches(log, Order(_LAST, _EVENTS, waiting=lines), [], draw)]


def _times(folder: Path, asked: list[Any]) -> list[float]:
    with hosted(folder, "/") as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        page = browser.new_page()
        page.goto(address)
        rounds = [page.evaluate(_CHECK, asked) for _ in range(_ROUNDS)]
        browser.close()
    if any(verdict != ["good"] for _, verdict in rounds):
        raise RuntimeError(json.dumps([verdict for _, verdict in rounds]))
    return [time for time, _ in rounds]
