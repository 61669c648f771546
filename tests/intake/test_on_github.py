"""One suggestion on GitHub: form, pull request, preview, approval, merge, site, status."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import github3
import github3.session
import pytest

from conftest import copy_repository, run_yanlu
from doubles.citizen import WRITTEN, confirmed
from doubles.door import FRAME, NARROW, Running, started
from doubles.github.bare import Bare
from doubles.github.hub import Account, Hub
from doubles.github.server import Double, serve
from doubles.office import commit, git
from yanlu.intake.posting import TOKEN_FILE, make_worker
from yanlu.intake.publisher import Round
from yanlu.intake.store.database import opened
from yanlu.intake.worker import Worker
from yanlu.model import CHINA
from yanlu.settings import open_portal

BOT, STAFF = "github_pat_bot", "github_pat_staff"
FORGE = """[forge]
host = "{0.host}"
api_base = "{0.address}"
owner = "{0.owner}"
name = "{0.name}"
"""
PHONE = "13912345678"


@dataclass(frozen=True)
class Office:
    """The machine of the intake, the forge, and the desk of the one who reviews."""

    folder: Path
    desk: Path
    double: Double
    door: Running
    worker: Worker
    rounds: list[Round]

    def go_round(self) -> None:
        """The publisher and watcher, once, as it does beside the service."""
        with opened(self.door.store) as store:
            self.worker._round(store, time.time(), datetime.now(CHINA).date())  # noqa: SLF001
        assert self.rounds.pop().alarms == ()

    def run(self, folder: Path, *arguments: str) -> str:
        """A command that must succeed."""
        done = run_yanlu(folder, *arguments, YANLU_REVIEWER="王某")
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def status(self, code: str) -> str:
        """What the one who has the receipt is told."""
        return self.door.send("/check/status", {"code": code}).text


def _founded(folder: Path, hub: Hub) -> None:
    """The office's repository: without statistics it is built sooner."""
    copy_repository(folder)
    for place in ("data/statistics", "data/log", ".git"):
        shutil.rmtree(folder / place)
    settings = folder / "data" / "office.toml"
    text = settings.read_text("utf-8")
    settings.write_text(text.replace('[forge]\nhost = "local"', FORGE.format(hub), 1), "utf-8")
    frame = folder / "public" / "suggest" / "answer" / "index.html"
    frame.parent.mkdir(parents=True)
    frame.write_text(FRAME, "utf-8")
    git(folder, "init", "-q", "-b", "main", "--template=")
    commit(folder)


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    token = tmp_path / "token"
    token.write_text(BOT, "ascii")
    token.chmod(0o600)
    monkeypatch.setenv(TOKEN_FILE, str(token))
    folder, forge = tmp_path / "portal", tmp_path / "forge.git"
    hub = Hub(Bare(forge), tokens={BOT: Account("yanlu-bot"), STAFF: Account("staff")})
    with serve(hub) as double:
        _founded(folder, hub)
        git(tmp_path, "clone", "-q", "--bare", str(folder), str(forge))
        git(tmp_path, "clone", "-q", str(forge), str(tmp_path / "desk"))
        git(folder, "remote", "add", "origin", str(forge))
        rounds: list[Round] = []
        with started(folder, tmp_path / "store", program=NARROW) as door:
            worker = make_worker(open_portal(folder), door.store, rounds.append)
            yield Office(folder, tmp_path / "desk", double, door, worker, rounds)
    assert double.violations == []


def _staff(double: Double) -> Any:
    session = github3.session.GitHubSession()
    session.base_url = double.hub.address
    github = github3.GitHub(token=STAFF, session=session, api_version="2022-11-28")
    return github.repository(double.hub.owner, double.hub.name)


def test_a_suggestion_goes_by_way_of_a_pull_request_that_shows_what_will_be_public(
    office: Office,
) -> None:
    fields = {**WRITTEN, "consent_words": "yes", "phone": PHONE}
    receipt = office.door.send("/suggest/send", confirmed(office.door.store, fields))
    assert receipt.code
    store = f"--store={office.door.store}"
    name = office.run(office.folder, "review", "list", store).split()[0]
    office.run(office.folder, "review", "approve", name, "--body=body-urban", "--yes", store)
    office.run(office.folder, "review", "second", name, "--yes", "--by=李某", store)
    office.go_round()
    (pull,) = office.double.hub.pulls

    git(office.desk, "fetch", "-q", "origin", pull.head)
    git(office.desk, "switch", "-q", "--detach", "FETCH_HEAD")
    office.run(office.desk, "preview", "--since=origin/main", f"--pull={pull.number}")
    (told,) = pull.comments
    assert f"- 新增：{WRITTEN['title']}（`/register/{name}/`）" in told.body
    assert "，回复（已登记）（" in told.body
    assert PHONE not in told.body

    staff = _staff(office.double)
    proposal = staff.pull_request(pull.number)
    proposal.create_review("可以公布", event="APPROVE")
    proposal.merge()
    git(office.folder, "pull", "-q", "--ff-only", "origin", "main")
    shutil.rmtree(office.folder / "public")  # the frame alone is no site
    office.run(office.folder, "build")
    page = (office.folder / f"public/register/{name}/index.html").read_text("utf-8")
    assert WRITTEN["title"] in page
    office.go_round()
    assert "已登记" in office.status(receipt.code)
    assert f"/register/{name}/" in office.status(receipt.code)
