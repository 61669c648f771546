"""Nothing that acts, or that is fetched from elsewhere, can stand in a written page."""

from __future__ import annotations

import pytest

from yanlu.guidance.foreign import foreign_faults
from yanlu.guidance.pages import read_page


def _faults(text: str) -> list[str]:
    return list(foreign_faults(read_page("content/guide/a.md", f"# 题目\n\n{text}\n")))


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>", "<SCRIPT src=a.js>", "<style>p{}</style>", "<svg onload=a()>",
        "<iframe src=https://e.example>", "<form action=https://e.example>", "<b style='x'>粗</b>",
        '<p onclick = "a()">字</p>', "[字](javascript:alert(1))", '<a href="javascript:a()">字</a>',
        "[字]: JavaScript:a()", "![图](https://e.example/y.png)", "![图](//e.example/y.png)",
        '<img alt="" src="https://e.example/y.png">', "![图][一]\n\n[一]: https://e.example/y.png",
        "<img srcset='//e.example/y.png'>", "[字](data:text/html,x)",
    ],
)  # fmt: skip
def test_programs_looks_and_things_from_other_hosts_are_named_with_their_line(text: str) -> None:
    faults = _faults(text)
    assert faults
    assert faults[0].startswith("content/guide/a.md 第 3 行：")
    assert "e.example" not in "".join(faults)


@pytest.mark.parametrize(
    "text",
    [
        "![首页](home.png)", "[那里](https://e.example/y.png)", "写成`<script>`的不收。",
        "```html\n<script>\n```", '<div class="note" markdown>字</div>', "<!-- latest -->",
        "data: 数据；javascript: 是一种语言。", "见[甲][一]。\n\n[一]: https://e.example/",
    ],
)  # fmt: skip
def test_words_links_own_pictures_and_what_is_shown_as_code_pass(text: str) -> None:
    assert _faults(text) == []
