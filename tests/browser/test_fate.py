"""One suggestion, from the form to the promise that was kept: its writer can follow every step."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import yaml
from playwright.sync_api import Page, expect

from conftest import run_yanlu
from doubles.citizen import WRITTEN
from doubles.door import NARROW, Running, started
from doubles.office import commit, git
from yanlu.intake.posting import make_worker
from yanlu.intake.publisher import Round
from yanlu.intake.store.database import opened
from yanlu.intake.worker import Worker
from yanlu.model import CHINA
from yanlu.settings import open_portal

REPLY = "经现场勘查，步道有台阶的三处在年内各装两盏路灯，其余路段明年与步道翻修一起装。"
KEPT = {"what": "有台阶的三处各装两盏路灯", "body": "body-urban"}
STAFF = {"YANLU_REVIEWER": "王某"}


@dataclass(frozen=True)
class Office:
    """A repository with its site, the store beside it, and the service that runs."""

    folder: Path
    door: Running
    worker: Worker
    rounds: list[Round]

    def run(self, *arguments: str) -> str:
        """A command of the staff that must succeed."""
        store = (f"--store={self.door.store}",) if arguments[0] == "review" else ()
        done = run_yanlu(self.folder, *arguments, *store, **STAFF)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def go_round(self) -> None:
        """The publisher and watcher, once, as it does beside the service."""
        with opened(self.door.store) as store:
            self.worker._round(store, time.time(), datetime.now(CHINA).date())  # noqa: SLF001
        assert self.rounds.pop().alarms == ()

    def merge(self) -> None:
        """Take what was proposed."""
        (branch,) = git(
            self.folder, "branch", "--list", "inbox/*", "--format=%(refname:short)"
        ).split()
        git(self.folder, "merge", "-q", "--no-ff", "--no-edit", branch)
        git(self.folder, "branch", "-q", "-D", branch)

    def step(self, path: Path, state: str, **changed: object) -> None:
        """Write one step into the file, look at it, commit it; the watcher follows."""
        _, head, text = path.read_text("utf-8").split("---\n", 2)
        front = yaml.safe_load(head)
        month = f"{datetime.now(CHINA):%Y-%m}"
        front["history"].append({"state": state, "month": month, "body": "body-urban"})
        reply = changed.pop("reply", "")
        front |= {"fate": state, **changed}
        head = yaml.safe_dump(front, allow_unicode=True, sort_keys=False)
        path.write_text(f"---\n{head}---\n{text}{reply}", "utf-8")
        self.run("check", "--since=HEAD")
        commit(self.folder, f"{path.stem}: {state}")
        self.go_round()


@pytest.fixture
def office(reference: Path, tmp_path: Path) -> Iterator[Office]:
    folder = tmp_path / "portal"
    shutil.copytree(reference, folder, symlinks=True)
    git(folder, "branch", "-M", "main")
    with started(folder, tmp_path / "store", "site=beside", program=NARROW) as door:
        rounds: list[Round] = []
        worker = make_worker(open_portal(folder), door.store, rounds.append)
        yield Office(folder, door, worker, rounds)


def _send(page: Page, home: str) -> str:
    page.goto(f"{home}suggest/write/")
    for name in ("title", "matter", "proposal"):
        page.fill(f"#{name}", WRITTEN[name])
    page.select_option("#topic", WRITTEN["topic"])
    page.select_option("#region", WRITTEN["region"])
    page.check("#consent_words")
    page.click("form[action$='suggest/check'] button")
    page.wait_for_timeout(3100)  # nobody reads faster, and the service does not believe it
    page.click("button:text-is('寄出')")
    return "".join(page.locator(".number span").all_inner_texts())


def test_a_suggestion_is_followed_from_the_form_to_the_promise_that_was_kept(
    reader: Page, office: Office
) -> None:
    home = f"http://127.0.0.1:{office.door.port}/"
    code = _send(reader, home)

    def assert_told(stage: str, whose: str = "") -> None:
        reader.goto(f"{home}check/")
        reader.fill("#code", whose or code)
        reader.click("form[action$='check/status'] button")
        expect(reader.locator(".stage strong")).to_have_text(stage)

    def assert_both_told(stage: str) -> None:
        assert_told(stage)
        assert_told("已并案", other)
        expect(reader.locator("main")).to_contain_text(f"那一条现在是{stage}")

    def open_page(stage: str) -> None:
        office.run("build")
        assert_told(stage)
        reader.get_by_role("link", name="看公布的那一页").click()
        expect(reader.locator("h1")).to_have_text(WRITTEN["title"])
        expect(reader.locator("main")).to_contain_text(stage)

    assert_told("已收到")
    name = office.run("review", "list").split()[0]
    other = _send(reader, home)  # by somebody who says the same
    listed = {line.split()[0] for line in office.run("review", "list").splitlines()[:2]}
    (same,) = listed - {name}
    office.run("review", "approve", name, "--body=body-urban", "--yes")
    office.run("review", "second", name, "--yes", "--by=李某")
    assert name in office.run("review", "likely", same)
    office.run("review", "merge", same, name, "--reason=说的是同一段步道的路灯。")
    office.run("review", "approve", same, "--body=body-urban", "--yes")
    office.run("review", "second", same, "--yes", "--by=李某")
    office.go_round()
    office.merge()
    office.go_round()
    open_page("已登记")
    year = f"{datetime.now(CHINA):%Y}"
    path = office.folder / "data" / "suggestions" / year / f"{name}.md"
    office.step(path, "forwarded", bodies={"lead": "body-urban"})
    assert_both_told("已转交")
    office.step(path, "handling")
    assert_both_told("办理中")
    said = {"outcome": "adopted", "reason": "台阶处天黑看不清，装灯的钱在今年养护经费内。",
            "conversion": "convenience"}  # fmt: skip
    office.step(path, "replied", reply=f"\n<!-- 回复 -->\n\n{REPLY}\n", **said)
    assert_both_told("已回复")
    by = f"{datetime.now(CHINA).date() + timedelta(days=30)}"
    office.step(path, "promised", promises=[{**KEPT, "by": by}])
    assert_both_told("已承诺落实")
    evidence = "https://www.shili.example/urban/2026/steps.html"
    office.step(path, "carried-out", promises=[{**KEPT, "by": by, "evidence": evidence}])
    office.run("check")
    open_page("已落实")
    expect(reader.locator("main")).to_contain_text(REPLY)
    expect(reader.locator("main")).to_contain_text(KEPT["what"])
    expect(reader.locator("main")).to_contain_text("同样的建议合在这里一起办")
    assert_both_told("已落实")
    reader.get_by_role("link", name="看公布的那一页").click()
    expect(reader.locator("main")).to_contain_text("并入给街心公园的步道加一排路灯")
    log = office.door.log.read_text("utf-8")
    assert code not in log
    assert other not in log
