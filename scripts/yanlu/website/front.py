"""Pages as Markdown that need no figure: their head, and what stands there until there are some."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from yanlu.templates import environment


def front_matter(**facts: Any) -> str:
    """The YAML head of a page."""
    return f"---\n{yaml.safe_dump(facts, allow_unicode=True, sort_keys=False)}---\n\n"


def empty_files(pages: Mapping[str, str], root: str, templates: Path) -> Iterator[tuple[str, str]]:
    """Statistics pages (address → title) before the first release: what will be here, and when."""
    template = environment(templates).get_template("empty.md")
    for address, title in pages.items():
        body = template.render(root=root, what=f"“{title}”的数字")
        head = front_matter(title=title, description=f"{title}：还没有发布。", section="data")
        yield f"{address}index.md", f"{head}# {title}\n\n{body}\n"
