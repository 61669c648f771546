"""A site of a thousand pages against plain mkdocs-material with its search; and edits of it.

Material's search cuts Chinese into words only where jieba is there, as its manual says: without
it the plain site would be one whose search finds nothing inside a sentence.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.bench import pages
from tests.bench.measure import Cost, run
from tests.bench.register import MEMORY

from yanlu.git import read_head
from yanlu.settings import Portal, open_portal
from yanlu.templates import theme_folder
from yanlu.website.generate import Made, generate
from yanlu.website.inserts import fill, inserts
from yanlu.website.output import write_all
from yanlu.website.remembered import Remembered
from yanlu.website.shell import read_navigation
from yanlu.website.tallies import tally

ROOT = Path(__file__).parents[2]
RUNS = 3
_CUT = rb"\u200b"  # what Material sets between the words of its index, as JSON writes it
_ARTICLE = re.compile(r"<article\b[^>]*>(.*?)</article>", re.DOTALL)
PLAIN = """
site_name: plain
theme: { name: material, language: zh, font: false, features: [navigation.prune] }
plugins: [search]
markdown_extensions:
  - abbr
  - admonition
  - attr_list
  - def_list
  - footnotes
  - md_in_html
  - meta
  - tables
  - toc: { permalink: true }
  - pymdownx.details
  - pymdownx.superfences
"""


def write_markdown(portal: Portal, docs: Path, notices: Path) -> None:
    """What both generators are given, but without the templates that pages ask for."""
    theme, head = theme_folder(portal.folder), read_head(portal.folder)
    day = head.day
    sources = generate(
        portal,
        read_navigation(theme),
        theme / "pages",
        tally=tally((), day),
        kept=Remembered(None, "data", "", Made),
        rest=b"",
        archived=not head.changed,
    )
    write_all(docs, fill(sources.docs, inserts(portal, theme, day)))
    write_all(notices, sources.notices)
    for page in (*docs.rglob("*.md"), *notices.rglob("*.md")):
        text = page.read_text("utf-8")
        page.write_text(re.sub(r"^template: .*\n", "", text, flags=re.M), "utf-8")


def write_plain(portal: Portal, ours: Path, folder: Path) -> int:
    """The same pages as a plain Material site; answers how many.

    Those that were made of tables and have no Markdown stand there with the HTML of our article.
    """
    docs = folder / "docs"
    write_markdown(portal, docs, folder / "notices")
    shutil.copytree(folder / "notices", docs / "bulletins")
    for page in sorted(ours.rglob("index.html")):
        place = page.parent.relative_to(ours)
        text = page.read_text("utf-8")
        article = _ARTICLE.search(text)
        written = (docs / place / "index.md", docs / f"{place}.md")
        if article and not any(path.is_file() for path in written):
            (docs / place).mkdir(parents=True, exist_ok=True)
            (docs / place / "index.md").write_text(article[1], "utf-8")
    (folder / "mkdocs.yml").write_text(PLAIN, "utf-8")
    return sum(1 for _ in docs.rglob("*.md"))


@dataclass(frozen=True)
class Measured:
    """Whole builds, ours and the plain one, and ours again after each edit.

    `again` is the command, `served` what `yanlu serve` does, which is loaded already.
    """

    pages: int
    ours: Cost
    plain: Cost
    again: Mapping[str, Cost]
    served: Mapping[str, Cost]


def measure() -> Measured:
    """Medians; ours and the plain one are built turn by turn.

    In memory where the machine offers it: what a disk takes for a file is no cost of a program.
    """
    place = str(MEMORY) if MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="yanlu-bench-", dir=place) as aside:
        portal, plain, out = (Path(aside, name) for name in ("portal", "plain", "out"))
        portal.mkdir()
        plain.mkdir()
        pages.write_portal(portal)
        build(portal, out)
        count = write_plain(open_portal(portal), out, plain)
        pairs = [(_anew(portal, out), _plain(plain)) for _ in range(RUNS)]
        edits = {words: partial(pages.edit, portal, at) for words, at in pages.EDITED.items()}
        edits["一条建议"] = partial(pages.edit_item, portal)
        again = {words: _again(change, portal, out) for words, change in edits.items()}
        served = _served(portal, out, Path(aside) / "told.json")
    ours, other = zip(*pairs, strict=True)
    return Measured(count, _median(ours), _median(other), again, served)


def build(portal: Path, out: Path) -> Cost:
    """The whole command, in a process of its own."""
    return run(
        "-c", "from yanlu.cli import main; main()", "build", "--out", str(out), folder=portal
    )


def _anew(portal: Path, out: Path) -> Cost:
    """From nothing."""
    for folder in (portal / ".cache", out):
        shutil.rmtree(folder)
    return build(portal, out)


def _plain(folder: Path) -> Cost:
    cost = run("-m", "mkdocs", "build", "--quiet", folder=folder)
    if _CUT not in (folder / "site/search/search_index.json").read_bytes():
        raise SystemExit("Material 没有切分中文：请先运行 uv sync --group bench。")
    return cost


def _again(change: Callable[[], None], portal: Path, out: Path) -> Cost:
    costs = []
    for _ in range(RUNS):
        change()
        costs.append(build(portal, out))
    return _median(tuple(costs))


def _served(portal: Path, out: Path, told: Path) -> dict[str, Cost]:
    arguments = ("-m", "tests.bench.resident", *map(str, (portal, out, told)))
    peak = run(*arguments, folder=ROOT).peak
    costs = json.loads(told.read_text())
    return {words: Cost(wall, cpu, peak) for words, (cpu, wall) in costs.items()}


def _median(costs: tuple[Cost, ...]) -> Cost:
    return sorted(costs, key=lambda cost: cost.cpu)[len(costs) // 2]
