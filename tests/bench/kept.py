"""The page that keeps the last table of each bench, with its day and its machine."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

Part = tuple[str, list[str], list[list[str]]]  # a table: its title, its head, its rows
PAGE = Path(__file__).parents[2] / "content" / "about" / "bench.md"
HEAD = """---
title: 性能测量
description: 大小和速度的测量结果，带机器和日期。
section: about
---

# 性能测量

由`scripts/bench`测量并写在这里，只测一部分时只换那一部分。机器有快有慢，看比值。
"""
SECTION = re.compile(r"^## (.+)$", re.MULTILINE)


def keep(words: str, on: str, parts: Sequence[Part], order: Sequence[str]) -> None:
    """Put the tables of a bench in place of its last; sections stand in the order of the benches.

    A section whose bench is no more goes.
    """
    _, *pieces = SECTION.split(PAGE.read_text("utf-8"))
    held = {title: text.strip() for title, text in zip(pieces[::2], pieces[1::2], strict=True)}
    held[words] = f"{on}\n{''.join(_markdown(*part) for part in parts)}".strip()
    sections = (f"\n## {title}\n\n{held[title]}\n" for title in order if title in held)
    PAGE.write_text(HEAD + "".join(sections), "utf-8")


def _markdown(title: str, head: list[str], rows: list[list[str]]) -> str:
    lines = [head, [":---", *["---:"] * (len(head) - 1)], *rows]
    body = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    return f"\n### {title}\n\n{body}\n"
