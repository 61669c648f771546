"""The same Markdown and mkdocs.yml built with Zensical: is the text of every page the same?"""

from __future__ import annotations

import html
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from tests.bench.measure import Cost, run
from tests.bench.site import ROOT, write_markdown

from yanlu.settings import open_portal

_ARTICLE = re.compile(r"<article\b[^>]*>(.*?)</article>", re.DOTALL)
# On the home page, which begins with what is made of data.
_WRITTEN = re.compile(r'<div class="written">(.*?)</article>', re.DOTALL)
# What each puts around a text: links to its headings, days of checking, data for programs.
_AROUND = re.compile(
    r'<!--.*?-->|<(script|aside|nav|svg)\b.*?</\1>|<a class="headerlink".*?</a>'
    r'|<p class="checked">.*?</p>',
    re.DOTALL,
)


@dataclass(frozen=True)
class Compared:
    """Pages that both have; those whose text is another; of these, where only a title was added.

    `missing` are pages that only one has.
    """

    version: str
    pages: int
    other: Sequence[str]
    titled: Sequence[str]
    missing: Sequence[str]
    cost: Cost


def measure() -> Compared:
    """Build both and compare main contents without spaces and markup."""
    with tempfile.TemporaryDirectory(prefix="yanlu-bench-") as aside:
        folder = Path(aside)
        run("-c", "from yanlu.cli import main; main()", "build", "--out", f"{aside}/ours",
            folder=ROOT)  # fmt: skip
        write_markdown(open_portal(ROOT), folder / "docs", folder / "notices")
        settings = (ROOT / "mkdocs.yml").read_text("utf-8")
        settings = settings.replace("docs_dir: content", "docs_dir: docs")
        (folder / "mkdocs.yml").write_text(settings, "utf-8")
        cost = run("-m", "zensical", "build", "-f", "mkdocs.yml", folder=folder)
        return _compared(folder / "docs", folder / "ours", folder / "site", cost)


def _compared(docs: Path, ours: Path, theirs: Path, cost: Cost) -> Compared:
    places = [page.relative_to(docs).with_suffix("") for page in sorted(docs.rglob("*.md"))]
    pages = [f"{place}/".removesuffix("index/") for place in map(Path.as_posix, places)]
    both = [p for p in pages if all((s / p / "index.html").is_file() for s in (ours, theirs))]
    texts = {page: (_text(ours / page), _text(theirs / page)) for page in both}
    other = {page: (own, their) for page, (own, their) in texts.items() if own != their}
    return Compared(
        version("zensical"),
        len(both),
        [*other],
        [page for page, (own, their) in other.items() if their.endswith(own)],
        sorted({*pages} - {*both}),
        cost,
    )


def _text(folder: Path) -> str:
    page = (folder / "index.html").read_text("utf-8")
    found = _WRITTEN.search(page) or _ARTICLE.search(page)
    inner = _AROUND.sub("", found[1]) if found else ""
    return re.sub(r"\s+", "", html.unescape(re.sub(r"<[^>]+>", "", inner)))
