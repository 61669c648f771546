"""The reference site, against plain mkdocs-material with its search on the same pages."""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path

from tests.bench.measure import Cost, run

from yanlu.git import read_head
from yanlu.settings import open_portal
from yanlu.templates import theme_folder
from yanlu.website.generate import generate
from yanlu.website.inserts import fill, inserts
from yanlu.website.shell import read_navigation

ROOT = Path(__file__).parents[2]
RUNS = 3
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


def write_markdown(docs: Path, notices: Path) -> None:
    """What both generators are given, but without the templates that pages ask for."""
    portal = open_portal(ROOT)
    theme, head = theme_folder(portal.folder), read_head(portal.folder)
    generate(
        portal,
        read_navigation(theme),
        theme / "pages",
        docs,
        notices,
        entries=(),
        day=head.moment.date(),
        archived=not head.changed,
    )
    fill(docs, inserts(portal, theme, head.moment.date()))
    for page in (*docs.rglob("*.md"), *notices.rglob("*.md")):
        text = page.read_text("utf-8")
        page.write_text(re.sub(r"^template: .*\n", "", text, flags=re.M), "utf-8")


def write_plain(folder: Path) -> int:
    """The same Markdown, bulletins included, as a plain Material site; answers its pages."""
    docs = folder / "docs"
    write_markdown(docs, folder / "notices")
    shutil.copytree(folder / "notices", docs / "bulletins")
    (folder / "mkdocs.yml").write_text(PLAIN, "utf-8")
    return sum(1 for _ in docs.rglob("*.md"))


def measure() -> tuple[Cost, Cost, int]:
    """Medians of our whole build and of the plain one, turn by turn, and the pages."""
    with tempfile.TemporaryDirectory(prefix="yanlu-bench-") as aside:
        folder = Path(aside)
        pages = write_plain(folder)
        build = ("-c", "from yanlu.cli import main; main()", "build", "--out", f"{aside}/ours")
        plain = ("-m", "mkdocs", "build", "--quiet", "--site-dir", f"{aside}/plain")
        pairs = [(run(*build, folder=ROOT), run(*plain, folder=folder)) for _ in range(RUNS)]
    own, other = zip(*pairs, strict=True)
    return _median(own), _median(other), pages


def _median(costs: tuple[Cost, ...]) -> Cost:
    return sorted(costs, key=lambda cost: cost.cpu)[len(costs) // 2]
