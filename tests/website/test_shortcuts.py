"""The shorter ways through Markdown end at the same bytes as the long one."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown import Markdown
from mkdocs.config import load_config

from conftest import ROOT
from yanlu.website.shortcuts import anchors, one_markdown

FIGURE = (
    '<figure class="figure" id="figure-a">\n<table id="t"><tr><td>1</td></tr></table>\n</figure>'
)
_LINES = st.text("信访 *_`[]()!<>&\\:#-|~^1a\"'\n", max_size=60)
_WORDS = [
    "**甲**",
    "*乙*",
    "__丙__",
    "`丁`",
    "[戊](b.md)",
    "![己](a.png)",
    "[庚][1]",
    "\\*",
    "[^1]",
]
_MORE = [
    "&amp;",
    "<br>",
    "<https://www.shili.example>",
    "<a@shili.example>",
    "  \n",
    "，",
    "[",
    "<",
    "*",
]
_PIECES = st.one_of(
    _LINES,
    st.lists(st.sampled_from([*_WORDS, *_MORE]), max_size=6).map("".join),
    st.sampled_from(
        [
            *("见[您的权利](rights.md)。", "# 题目 {#a}", "| 甲 | 乙 |\n| :- | -: |\n| 1 | 2 |"),
            *("```\n<figure id='x'>\n\n</figure>\n```", "    <figure >", FIGURE, f"{FIGURE}\n后"),
            *('<div markdown="1">\n*甲*\n</div>', "<p>乙</p>", "&amp; &#20449;", "行末  \n换行"),
            *("注[^1]。\n\n[^1]: 脚注。", "??? note\n    折叠", "<!-- 不见 -->", "<br>甲"),
            *("https://www.shili.example/a_b_c", "<https://www.shili.example>", "\\*甲\\*"),
            *("[TOC]", "## 甲\n\n[TOC]", "![图](a.png)和[*甲*](b.md)", "[甲][1]\n\n[1]: a.md"),
            *("<a@shili.example>", "`[甲](b)`", "**甲_乙_**![图][1]", "[甲]"),
        ]
    ),
)


@cache
def _both() -> tuple[Markdown, Markdown]:
    config = load_config(str(ROOT / "mkdocs.yml"))
    long = Markdown(
        extensions=config.markdown_extensions, extension_configs=dict(config.mdx_configs)
    )
    return long, one_markdown(config.markdown_extensions, config.mdx_configs)


@given(st.lists(_PIECES, max_size=6).map("\n\n".join))
@example(f"前\n\n{FIGURE}\n\n后\n\n{FIGURE}\n\n<p>尾</p>\n\n{FIGURE}\n")
@example(f"{FIGURE}\n\n{FIGURE}\n\n")
@example("**甲** 在[乙](b.md)前，`丙`在&amp;前，*丁*在<br>前，[戊][1]在后。\n\n[1]: a.md")
@example("**甲**见[乙](b.md)")
@example(f"<div>\n\n{FIGURE}\n\n</div>\n\n- 甲\n\n{FIGURE}\n\n后")
def test_a_page_is_the_same_by_the_shorter_ways(text: str) -> None:
    long, short = _both()
    assert short.reset().convert(text) == long.reset().convert(text)


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ('<h2 id="期限">期限</h2><a name="b">x</a><input name="c">', {"期限", "b"}),
        ("<p title='a > id=\"no\"' id='yes'>&lt;b id=\"no\"&gt;</p>", {"yes"}),
        ('<code>id="no"</code><br id="d"/>', {"d"}),
    ],
)
def test_what_can_be_linked_to_are_ids_and_names_of_anchors(html: str, found: set[str]) -> None:
    assert anchors(html) == found
