"""Links that lead nowhere are found in the sources."""

from __future__ import annotations

import pytest

from yanlu.guidance.links import Site, cell_link_faults, link_faults
from yanlu.guidance.pages import read_page

SITE = Site(
    {"content/index.md", "content/guide/index.md", "content/guide/a.md", "content/about/p.png"},
    ("data/", "guide/", "guide/offices/", "register/all/"),
)


def _faults(text: str) -> list[str]:
    return list(link_faults(read_page("content/guide/a.md", f"# 题目\n\n{text}\n"), SITE))


@pytest.mark.parametrize(
    "target",
    [
        "index.md", "../guide/a.md#段落", "../about/p.png", "#段落", "https://example.org/x",
        "tel:12345", "../index.md", "../data/releases/index.md", "/register/all/",
        "/guide/offices/type/court/", "/guide/a/", "/data/2015-06/#topics",
    ],
)  # fmt: skip
def test_a_link_to_a_written_page_or_to_one_that_is_made_passes(target: str) -> None:
    assert _faults(f"见[那里]({target})。") == []


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("nowhere.md", "指的文件不存在"),
        ("/nowhere/", "指的页面不存在"),
        ("/guide/nowhere/", "指的页面不存在"),
        ("/register/", "指的页面不存在"),
        ("../register/all/", "不是一个文件"),
        ("../../README.md", "指的文件不存在"),
    ],
)
def test_any_other_link_is_told_with_its_line(target: str, said: str) -> None:
    (fault,) = _faults(f"见[那里]({target})。")
    assert fault.startswith(f"content/guide/a.md 第 3 行：链接 {target} ")
    assert said in fault


def test_a_bulletin_reaches_other_pages_from_the_root_only() -> None:
    text = "# 题目\n\n[权利](../guide/a.md)，[台账](/register/all/)。\n"
    (fault,) = link_faults(read_page("content/bulletins/b.md", text), SITE)
    assert fault.startswith("content/bulletins/b.md 第 3 行：链接 ../guide/a.md 在公告里打不开")


def test_an_address_in_html_is_told_since_it_does_not_move_with_the_site() -> None:
    (fault,) = _faults('<a href="/register/all/">台账</a>')
    assert "写成了 HTML" in fault


@pytest.mark.parametrize(
    ("name", "column", "cell", "lost"),
    [
        ("doors", "pages", "guide/a/;data/", ""),
        ("doors", "pages", "guide/a/;guide/nowhere/", "guide/nowhere/"),
        ("owed", "door", "register/all/", ""),
        ("owed", "door", "about/nowhere/", "about/nowhere/"),
        ("routes", "door", "a-code", ""),
    ],
)
def test_an_address_in_a_table_leads_somewhere_too(
    name: str, column: str, cell: str, lost: str
) -> None:
    place = f"data/guidance/{name}.csv"
    told = list(cell_link_faults(place, [{column: cell}], SITE))
    assert len(told) == bool(lost)
    assert all(f"第 2 行 列 {column}：{lost} 指的页面不存在" in fault for fault in told)
    assert list(cell_link_faults(place, [{column: cell}], Site((), ()))) == []
