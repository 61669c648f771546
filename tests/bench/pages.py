"""The reference office with as many pages more as make a site of a thousand, and edits of them.

Written pages and bulletins are made of sentences of the office's own pages, suggestions as in
the bench of the register: text that compresses and repeats as real text does.
"""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from tests.bench.register import change_one, commit, start, suggestions

from yanlu.packages.suggestions import suggestion_path, write_suggestion

ROOT = Path(__file__).parents[2]
GUIDANCE, BULLETINS, SUGGESTIONS = 390, 50, 110  # with those of the office about a thousand pages
SEED = 7
CHECKED = f"last_checked: {date.today()}"  # noqa: DTZ011 - any day of this year will do
_CITED = re.compile("《|第.+条")  # what `yanlu check` holds against the law that it names
_SENTENCE = re.compile(r"^[^#|\-<\n`\[\]:：]{30,400}$", re.MULTILINE)
FOLDER = "content/guide/more"


def write_portal(folder: Path) -> None:
    """The portal, in git."""
    for name in ("content", "data", "theme", "mkdocs.yml", ".gitignore"):
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, folder / name)
    chance = random.Random(SEED)  # noqa: S311 - not a secret
    sentences = _sentences()
    (folder / FOLDER).mkdir()
    for number in range(GUIDANCE):
        text = _page(number, sentences, chance)
        (folder / FOLDER / f"{number}.md").write_text(text, "utf-8")
    for number in range(BULLETINS):
        text = _bulletin(number, sentences, chance)
        (folder / "content" / "bulletins" / f"more-{number}.md").write_text(text, "utf-8")
    for one in suggestions(SUGGESTIONS, folder / "data" / "codes"):
        path = folder / "data" / suggestion_path(one.front)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(write_suggestion(one), "utf-8")
    start(folder)
    commit(folder)


def _sentences() -> list[str]:
    pages = (path.read_text("utf-8") for path in sorted((ROOT / "content").rglob("*.md")))
    lines = (line for page in pages for line in _SENTENCE.findall(page))
    words = (words for line in lines for words in line.split("。") if len(words) > 8)
    return sorted({f"{one}。" for one in words if not _CITED.search(one)})


def _body(sentences: Sequence[str], chance: random.Random) -> str:
    parts = []
    for _ in range(chance.randint(3, 6)):
        parts.append(f"## {chance.choice(sentences)[:10]}")
        parts += ["".join(chance.choices(sentences, k=5)) for _ in range(chance.randint(1, 3))]
    rows = [f"| {chance.choice(sentences)[:8]} | {chance.randint(5, 900)} |" for _ in range(5)]
    parts.append("\n".join(["| 事项 | 件数 |", "| :-- | --: |", *rows]))
    parts.append("\n".join(f"- {words}" for words in chance.choices(sentences, k=4)))
    return "\n\n".join(parts)


def _page(number: int, sentences: Sequence[str], chance: random.Random) -> str:
    title = f"{chance.choice(sentences)[:12]}{number}"
    facts = f"title: {title}\ndescription: {chance.choice(sentences)}\nsection: guide\n{CHECKED}"
    head = f"---\n{facts}\n---\n"
    after = f"见[下一页]({(number + 1) % GUIDANCE}.md)和[您的权利](../rights.md)。"
    return f"{head}\n# {title}\n\n{_body(sentences, chance)}\n\n{after}\n"


def _bulletin(number: int, sentences: Sequence[str], chance: random.Random) -> str:
    day = f"{2020 + number % 7}-{1 + number % 10:02d}-{1 + number % 28:02d}"
    facts = {
        "Title": f"公告第{number}号",
        "Date": day,
        "Category": "notice",
        "Tags": "本站",
        "Slug": f"more-{number}",
        "Summary": chance.choice(sentences),
    }
    head = "\n".join(f"{name}: {value}" for name, value in facts.items())
    return f"{head}\n\n{_body(sentences, chance)}\n"


EDITED: Mapping[str, str] = {  # what is edited, and the page of it that gets a sentence more
    "一页办事指引": f"{FOLDER}/7.md",
    "一页数据说明": "content/data/methods.md",
    "一篇公告": "content/bulletins/more-7.md",
}


def edit(folder: Path, place: str) -> None:
    """One more sentence in a page, and the commit of it."""
    path = folder / place
    path.write_text(f"{path.read_text('utf-8')}\n再说一句，看看改一处要多久。\n", "utf-8")
    commit(folder)


def edit_item(folder: Path) -> None:
    """The same in a suggestion, owned up to."""
    change_one(folder)
