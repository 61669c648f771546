"""A change is looked at before it is public: pages beside pages, numbers, terms, what is wrong."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from browser.conftest import ARGUMENTS
from conftest import commit_all, copy_repository, run_yanlu, snapshot
from yanlu.cli.preview import look_ahead
from yanlu.errors import BuildError, HistoryError
from yanlu.settings import open_portal

REPORT = ".cache/yanlu/preview/report"
RIGHTS = "content/guide/rights.md"


def _git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, check=True)
    return done.stdout.decode()


def _preview(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run_yanlu(folder, "preview", *arguments)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A branch with a sentence more, a page more and a suggestion that has gone on a step."""
    folder = copy_repository(tmp_path_factory.mktemp("office"))
    for place in ("data/statistics", "data/log", ".git"):  # fewer pages, and no past without them
        shutil.rmtree(folder / place)
    commit_all(folder)
    _git(folder, "branch", "-M", "main")
    _git(folder, "switch", "-q", "-c", "change")
    text = (folder / RIGHTS).read_text("utf-8")
    (folder / RIGHTS).write_text(f"{text}\n给预览看的一句话。\n", "utf-8")
    newer = text.replace("title: ", "title: 新的", 1).replace("\n# ", "\n# 新的", 1)
    (folder / "content/guide/newer.md").write_text(newer, "utf-8")
    suggestion = folder / "data/suggestions/2026/83mdz1wc.md"
    step = "- state: handling\n  month: 2026-11\n  body: body-urban\n---\n"
    text = suggestion.read_text("utf-8").replace("fate: forwarded", "fate: handling")
    suggestion.write_text(text.replace("---\n\n#", f"{step}\n#"), "utf-8")
    return folder


@pytest.fixture(scope="module")
def summary(office: Path) -> str:
    """What the first preview of it says; a second one was cut off, and left its pieces behind."""
    first = _preview(office)
    assert first.returncode == 0, first.stdout + first.stderr
    kept = office / ".cache/yanlu/preview"
    (kept / "before" / "mkdocs.yml").unlink()
    (kept / "aside").mkdir()
    (kept / "aside" / "index.html").write_text("half", "utf-8")
    shutil.rmtree(kept / "site-before")
    return first.stdout


@pytest.fixture(scope="module")
def previewed(office: Path, summary: str) -> Path:
    """The office once the first preview has been made."""
    assert summary
    return office


def test_the_summary_names_pages_and_terms_that_change(summary: str) -> None:
    assert "检查通过，可以公布：1页新增，" in summary
    for line in (
        "- 新增：新的您的权利（`/guide/newer/`）",
        "- 改动：您的权利（`/guide/rights/`）",
        "- 改动：环卫工人歇脚的地方，冬天给口热水（`/register/83mdz1wc/`）",
        "，回复（办理中）（83mdz1wc，",
        "，回复（已转交）（83mdz1wc，",
    ):
        assert line in summary
    assert "SHA256SUMS" not in summary
    assert "`/about/privacy/`" not in summary  # only its footer tells of another build


def test_run_again_after_an_interruption_it_finishes_the_job(office: Path, summary: str) -> None:
    before = snapshot(office / REPORT)
    again = _preview(office)
    assert again.stdout == summary, again.stderr
    assert snapshot(office / REPORT) == before
    assert _git(office, "status", "--porcelain", ".cache") == ""


@pytest.mark.parametrize("width", [360, 1440])
def test_pages_stand_side_by_side_as_readers_will_see_them(previewed: Path, width: int) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=list(ARGUMENTS)
        )
        page = browser.new_page(viewport={"width": width, "height": 900})
        told: list[str] = []
        page.on("console", lambda message: told.append(message.text))
        page.goto((previewed / REPORT / "index.html").as_uri())
        page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
        assert "给预览看的一句话。" in page.locator("ins").all_inner_texts()
        frame = page.frame_locator('iframe[title="您的权利，以后"]')
        page.locator('iframe[title="您的权利，以后"]').scroll_into_view_if_needed()
        frame.get_by_text("给预览看的一句话。").wait_for()
        assert "PingFang" in frame.locator("main").evaluate("e => getComputedStyle(e).fontFamily")
        assert page.locator('iframe[title="新的您的权利，原来"]').count() == 0
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert told == []  # axe looks for style sheets, which a page on a disk may not read
        assert Axe().run(page, options={"iframes": False}).response["violations"] == []
        browser.close()


def test_what_may_not_be_published_is_told_and_nothing_is_built(
    previewed: Path, tmp_path: Path
) -> None:
    (previewed / "data/guidance/wrong.csv").write_text("a,b\n1,2\n", "utf-8")
    done = _preview(previewed, "--out", str(tmp_path / "out"))
    (previewed / "data/guidance/wrong.csv").unlink()
    assert done.returncode == 1
    assert "**不能公布：" in done.stdout
    assert "data/guidance/wrong.csv" in done.stdout
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "index.html",
        "preview.css",
        "summary.md",
    ]


@pytest.fixture
def on_main(office: Path) -> Iterator[Path]:
    _git(office, "stash", "-q", "-u")
    _git(office, "switch", "-q", "main")
    yield office
    _git(office, "switch", "-q", "change")
    _git(office, "stash", "pop", "-q")


def test_without_a_change_there_is_nothing_to_look_at(on_main: Path) -> None:
    with pytest.raises(HistoryError, match=r"没有改动.*--since HEAD~1"):
        look_ahead(open_portal(on_main), None, on_main / REPORT, lambda _: None)


def test_without_a_forge_there_is_no_pull_request_to_write_to(office: Path) -> None:
    done = _preview(office, "--pull=1")
    assert done.returncode != 0
    assert "没有合并请求" in done.stderr


def test_a_folder_with_other_files_is_not_written_over(office: Path, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("信", "utf-8")
    with pytest.raises(BuildError, match="没有覆盖"):
        look_ahead(open_portal(office), None, tmp_path, lambda _: None)
    assert snapshot(tmp_path) == {"letter.txt": "信".encode()}
