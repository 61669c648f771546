"""Search at 1,000 and 5,000 pages: what the first answer costs a reader, in a real browser.

The pages hold two-character words of chance, a few of them as common as in any language, so
that next to nothing compresses; the words that are asked for stand in few or in nearly all of
them. A server compresses as web servers do; script, index, excerpts and all headers count.
"""

from __future__ import annotations

import gzip
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from itertools import accumulate
from pathlib import Path
from threading import Thread
from typing import Any

from playwright.sync_api import Browser, Request, expect, sync_playwright
from tests.bench.measure import run

from yanlu.website.output import Output
from yanlu.website.search.build import FOLDER, write_search
from yanlu.website.search.kept import Kept
from yanlu.website.shell import read_navigation

ROOT = Path(__file__).parents[2]
SIZES = (1_000, 5_000)
QUERIES = (ROOT / "tests" / "vectors" / "search" / "queries.txt").read_text("utf-8").split()
LETTERS = "".join((ROOT / "scripts/yanlu/guidance/common.txt").read_text("utf-8").split())
_WORDS = 12_000
_SHORTEST, _LONGEST = 400, 4_000  # characters of a page
_PARAGRAPH, _SENTENCE = 120, 9  # characters; words
_EVERYWHERE = ("信访", "建议", "征集", "信访工作条例", "人民建议征集", "承办单位", "交办")


@dataclass(frozen=True)
class Searched:
    """A site of one size: its index, and the first answers to all queries."""

    pages: int
    cpu: float  # seconds, to read all pages and write the index
    files: int
    kilobytes: float  # of the index, compressed
    costs: dict[str, tuple[int, int]]  # bytes and requests of each query
    recall: float
    precision: float

    @property
    def worst(self) -> str:
        """The query that takes most bytes."""
        return max(self.costs, key=lambda query: self.costs[query])

    @property
    def median(self) -> float:
        """Bytes that half of the queries stay under."""
        return statistics.median(size for size, _ in self.costs.values())


def measure() -> list[Searched]:
    """Build the site once for its search page, then put pages of chance in place of its own."""
    with tempfile.TemporaryDirectory(prefix="yanlu-bench-") as aside:
        site = Path(aside) / "site"
        build = ("-c", "from yanlu.cli import main; main()", "build", "--out", str(site))
        run(*build, folder=ROOT)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
            )
            return [_measured(browser, site, size) for size in SIZES]


def _measured(browser: Browser, site: Path, size: int) -> Searched:
    texts = list(_texts(size))
    frame = (site / FOLDER / "index.html").read_text("utf-8")
    before, (_, _, after) = frame.partition("<article>")[0], frame.partition("</article>")
    addresses = []
    for number, text in enumerate(texts):
        page = site / "pages" / str(number) / "index.html"
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(f"{before}<article>{_marked_up(text)}{after}", "utf-8")
        addresses.append(f"pages/{number}/")
    for part in ("s", "t"):
        shutil.rmtree(site / FOLDER / part)
    began = time.process_time()
    output = Output(site, site)
    names = write_search(output, addresses, read_navigation(ROOT / "theme"), Kept(None))
    cpu = time.process_time() - began
    packed = sum(len(gzip.compress((site / name).read_bytes(), 6)) for name in names)
    with _served(site) as address:
        asked = {query: _ask(browser, address, query) for query in QUERIES}
    held = {query: sum(query in text for text in texts) for query in QUERIES}
    return Searched(
        size,
        cpu,
        len(names),
        packed / 1000,
        {query: (cost, requests) for query, (_, cost, requests) in asked.items()},
        statistics.fmean(min(1, asked[query][0] / held[query]) for query in QUERIES),
        statistics.fmean(min(1, held[query] / asked[query][0]) for query in QUERIES),
    )


def _ask(browser: Browser, address: str, query: str) -> tuple[int, int, int]:
    """How many pages are told to be found, bytes and requests of a first visit's first answer."""
    context = browser.new_context()
    page = context.new_page()
    loaded: list[Request] = []
    page.on("requestfinished", lambda request: loaded.append(request))
    page.goto(f"{address}{FOLDER}/")
    page.fill("#words", query)
    page.keyboard.press("Enter")
    status = page.locator(".search [role=status]")
    expect(status).to_contain_text("找到", timeout=120_000)
    found = int(status.inner_text().removeprefix("找到").partition("页")[0])
    ours = [one for one in loaded if one.url.endswith("search.js") or ".json" in one.url]
    sizes = [one.sizes() for one in ours]
    context.close()
    told = sum(one["responseBodySize"] + one["responseHeadersSize"] for one in sizes)
    return found, told, len(ours)


def _texts(size: int) -> Iterator[str]:
    """Pages of so many sentences; their first lines are titles."""
    chance = random.Random(size)  # noqa: S311 - the same pages in every run
    words = ["".join(chance.choices(LETTERS, k=2)) for _ in range(_WORDS)]
    shares = list(accumulate(1 / rank for rank in range(1, _WORDS + 1)))
    often = {query: 0.9 if query in _EVERYWHERE else chance.random() / 2 for query in QUERIES}
    for _ in range(size):
        length = round(_SHORTEST * (_LONGEST / _SHORTEST) ** chance.random())
        some = [query for query in QUERIES if chance.random() < often[query]]
        lines = ["".join(chance.choices(words, cum_weights=shares, k=5) + some[:1])]
        while sum(map(len, lines)) < length:
            lines.append(_paragraph(chance, words, shares, some))
        yield "\n".join(lines)


def _paragraph(
    chance: random.Random, words: Sequence[str], shares: Sequence[float], some: Sequence[str]
) -> str:
    text = ""
    while len(text) < _PARAGRAPH:
        sentence = chance.choices(words, cum_weights=shares, k=_SENTENCE)
        if some and chance.random() < 1 / 2:
            sentence[chance.randrange(_SENTENCE)] = chance.choice(some)
        text += "".join(sentence) + chance.choice("，。；")
    return text


def _marked_up(text: str) -> str:
    title, *lines = text.split("\n")
    return f"<h1>{title}</h1>" + "".join(f"<p>{line}</p>\n" for line in lines)


class _Handler(SimpleHTTPRequestHandler):
    """Compresses text, as web servers are set up to do."""

    protocol_version = "HTTP/1.1"

    def send_head(self) -> Any:
        """The head of an answer whose body is compressed."""
        path = Path(self.translate_path(self.path))
        file = path / "index.html" if path.is_dir() else path
        if not file.is_file():
            self.send_error(404)
            return None
        body = gzip.compress(file.read_bytes(), 6)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(file))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        return BytesIO(body)

    def log_message(self, *_told: object) -> None:
        """Nothing: a bench prints its table alone."""


@contextmanager
def _served(site: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, directory=str(site)))
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
