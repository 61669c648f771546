"""`yanlu check` reads what people read: pages, templates, tables."""

from __future__ import annotations

import shutil

import pytest

from conftest import ROOT, commit_all, run_yanlu
from yanlu.settings import Portal


@pytest.fixture
def written(portal: Portal) -> Portal:
    """A portal with the reference office's theme and one page, committed in November 2026."""
    shutil.copytree(ROOT / "theme", portal.folder / "theme")
    (portal.folder / "content" / "guide").mkdir(parents=True)
    _write(portal, "guide/index.md", "last_checked: 2026-11-01", "见《信访工作条例》（2022年）。")
    return portal


def _write(portal: Portal, name: str, head: str, text: str) -> None:
    content = f"---\ntitle: 题目\n{head}\n---\n\n# 题目\n\n{text}\n"
    (portal.folder / "content" / name).write_text(content, "utf-8")


def _said(portal: Portal) -> list[str]:
    return run_yanlu(portal.folder, "check").stdout.splitlines()


def test_a_portal_whose_pages_are_in_order_passes(written: Portal) -> None:
    commit_all(written.folder)
    assert _said(written) == ["检查通过：没有发现问题。"]


def test_everything_that_is_wrong_with_a_page_is_told_at_once(written: Portal) -> None:
    head = "last_checked: 2025-01-01\nlaws:\n  - 《信访工作条例》（2022年） 第六十条"
    text = "[丢了](/lost/)。公布的都是匿名的，见第六十条。"
    _write(written, "guide/bad.md", head, text)
    commit_all(written.folder)
    told = "\n".join(_said(written))
    for words in ("没有第六十条", "一年没有核对了", "链接 /lost/", "是匿名的", "共 4 处问题"):
        assert words in told


def test_templates_and_tables_are_read_too(written: Portal) -> None:
    (written.folder / "theme" / "suggest" / "more.html").write_text(
        "<p>本站不记录IP。</p>", "utf-8"
    )
    deadlines = written.data / "codes" / "deadlines.csv"
    text = deadlines.read_text("utf-8").replace("第二十二条", "第九十二条")
    deadlines.write_text(text, "utf-8")
    told = "\n".join(_said(written))
    assert "theme/suggest/more.html 第 1 行：说不记录IP地址" in told
    assert "data/codes/deadlines.csv 第 2 行：《信访工作条例》（2022年）只有50条" in told


def test_a_law_that_nobody_has_counted_is_a_reminder(written: Portal) -> None:
    head = "last_checked: 2026-11-01\nlaws:\n  - 《民法典》（2020年） 第一百八十八条"
    _write(written, "guide/law.md", head, "见《民法典》（2020年）第一百八十八条。")
    laws = written.data / "codes" / "laws.csv"
    laws.write_text(laws.read_text("utf-8").replace(",1260,", ",,"), "utf-8")
    commit_all(written.folder)
    note, *_, last = _said(written)
    assert note.startswith(
        "提醒：data/codes/laws.csv：《中华人民共和国民法典》（2020年）没有写有多少条"
    )
    assert last == "检查通过：没有发现问题。"


def test_the_age_of_a_page_counts_to_the_day_of_the_commit(written: Portal) -> None:
    _write(written, "guide/old.md", "last_checked: 2025-11-20", "正文。")
    commit_all(written.folder)  # on 20 November 2026
    (note,) = [line for line in _said(written) if "old.md" in line]
    assert note.startswith("提醒：content/guide/old.md：2025-11-20 核对过")


def test_a_published_page_that_is_renamed_needs_a_redirect_from_its_old_address(
    written: Portal,
) -> None:
    """Only what a commit published: a draft may come and go."""
    _write(written, "guide/old.md", "last_checked: 2026-11-01", "一句话。")
    commit_all(written.folder)
    pages = written.folder / "content" / "guide"
    (pages / "old.md").rename(pages / "new.md")
    told = "\n".join(_said(written))
    assert "content/guide/old.md：这一页以前公布过，现在没有了" in told
    assert "old 写 guide/old/" in told
    redirects = written.data / "redirects.csv"
    redirects.write_text("old,new,since\nguide/old/,guide/new/,2026-11-29\n", "utf-8")
    assert _said(written) == ["检查通过：没有发现问题。"]
    redirects.write_text("old,new,since\n/guide/old,guide/new/,2026-11-29\n", "utf-8")
    assert "data/redirects.csv 第 2 行 列 old：" in "\n".join(_said(written))


def test_a_page_in_another_encoding_is_named_beside_the_other_faults(written: Portal) -> None:
    (written.folder / "content" / "old.md").write_bytes("# 国标编码的页面\n".encode("gb18030"))
    _write(written, "guide/bad.md", "last_checked: 2026-11-01", "[丢了](/lost/)。")
    commit_all(written.folder)
    said = "\n".join(_said(written))
    assert "content/old.md：不是 UTF-8 编码" in said
    assert "content/guide/bad.md" in said
    built = run_yanlu(written.folder, "build")
    assert (built.returncode, "content/old.md：不是 UTF-8 编码" in built.stderr) == (2, True)
