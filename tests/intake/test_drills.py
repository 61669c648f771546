"""The drills of the manual, run as they stand there: keys, a lost store, and what slipped through.

Real age and OpenSSL, a real service, and real git between a forge, staff and the intake.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pyrage
import pytest

from doubles.citizen import WRITTEN, ask, confirmed
from doubles.door import make_office, started
from doubles.manual import block, run
from intake.loop import LocalLoop, approve, git, send
from yanlu.errors import IntakeError
from yanlu.intake.forge.local import LocalGitForge
from yanlu.intake.seal import AGE
from yanlu.intake.store.database import opened
from yanlu.packages.suggestions import read_suggestion, write_suggestion
from yanlu.receipts.notes import read_key

WORDS = "修鞋摊东边第二户的老两口"  # tells neighbours who it is, and no detector
STAFF = {"GIT_AUTHOR_NAME": "Staff", "GIT_AUTHOR_EMAIL": "staff@office.example",
         "GIT_COMMITTER_NAME": "Staff", "GIT_COMMITTER_EMAIL": "staff@office.example"}  # fmt: skip


def test_the_key_ceremony_makes_keys_that_the_program_takes_and_only_their_owner_reads(
    tmp_path: Path,
) -> None:
    said = run(block("keys", "office-key"), tmp_path)
    private = re.findall("AGE-SECRET-KEY-.*", (tmp_path / "yanlu-office.key").read_text())
    recipient = said.split()[-1]
    AGE.refuse_bad_key(recipient)
    assert AGE.unseal(AGE.seal(b"x", [recipient]), private[0]) == b"x"
    for mark, name in (("log-key", "/log"), ("intake-key", "/intake")):
        key = read_key(run(block("keys", mark), tmp_path).split()[-1])
        assert key.name == f"yanlu.shili.example{name}"
    run(block("keys", "statistics-key"), tmp_path)
    made = sorted(path.name for path in tmp_path.iterdir())
    assert made == ["intake-key", "log-key", "statistics-key", "yanlu-office.key"]
    assert {(tmp_path / name).stat().st_mode & 0o777 for name in made} == {0o600}


def test_what_was_sealed_before_the_office_changed_its_key_opens_with_the_old_one_alone() -> None:
    old, new = (str(pyrage.x25519.Identity.generate()) for _ in range(2))
    sealed = AGE.seal(b"x", [str(pyrage.x25519.Identity.from_str(old).to_public())])
    assert AGE.unseal(sealed, old) == b"x"
    with pytest.raises(IntakeError, match="封存时用的是另一把公钥"):
        AGE.unseal(sealed, new)


def test_a_store_that_was_destroyed_comes_back_and_the_receipt_of_before_still_finds_its_stage(
    tmp_path: Path,
) -> None:
    office = make_office(tmp_path / "office")
    git(office, "init", "-q", "-b", "main")
    git(office, "commit", "-q", "--allow-empty", "-m", "Begin")
    git(office, "remote", "add", "origin", ".")
    git(office, "fetch", "-q")
    git(office, "branch", "-q", "-u", "origin/main")
    store, backups, spare = tmp_path / "store", tmp_path / "backups", tmp_path / "drill"
    there = {"/mnt/backup/yanlu": backups, "/var/lib/yanlu/store": store, "/root/drill": spare}
    with started(office, store) as running:
        code = running.send("/suggest/send", confirmed(store, WRITTEN)).code
        assert code
        run(block("restore", "backup"), office, there=there)
    shutil.rmtree(store)
    said = run(block("restore", "drill"), office, there=there)
    assert "已恢复 1 条" in said
    assert not (spare / "store").exists()
    assert "已恢复 1 条" in run(block("restore", "restore"), office, there=there)
    with started(office, store) as running:
        found = ask(running.port, "/check/status", {"code": code})
        assert (found.status, "已收到" in found.text) == (200, True)


def _objects(repository: Path) -> bytes:
    """Every object that a repository holds, reachable or not."""
    command = ["git", "-C", repository, "cat-file", "--batch", "--batch-all-objects"]
    return subprocess.run(command, check=True, capture_output=True).stdout


def _publish(forge: Path, staff: Path, loop: LocalLoop) -> str:
    """A letter whose confirmed text tells who wrote it, all the way to the main branch."""
    name, _ = send(loop.store, consent_words="", consent_summary="yes")
    approve(loop.store, name, f"{WORDS}出门就是马路，请装一个红绿灯。")
    loop.work()
    git(staff, "fetch", "-q", str(forge), "refs/heads/inbox/*:refs/heads/inbox/*")
    loop.folder = staff
    loop.merge()
    git(staff, "push", "-q", "--prune", str(forge), "main", "refs/heads/inbox/*")
    loop.work()
    assert loop.of(name)["delivery"] == "merged"
    assert WORDS.encode() in _objects(forge)
    return name


def _take_down(forge: Path, staff: Path, place: str) -> None:
    page = read_suggestion((staff / place).read_text("utf-8"))
    stone = replace(page, front={**page.front, "publication": "removed"}, title="", text="")
    (staff / place).write_text(write_suggestion(stone), "utf-8")
    git(staff, "commit", "-qam", "Take it down")
    git(staff, "push", "-q", str(forge), "main")


def test_after_the_incident_drill_the_words_are_in_no_object_and_all_goes_on(
    reference: Path, tmp_path: Path
) -> None:
    """The forge's repository and a new clone hold them nowhere; check, build and intake go on."""
    forge, staff, room = tmp_path / "forge.git", tmp_path / "staff", tmp_path / "room"
    git(tmp_path, "clone", "-q", "--bare", str(reference), str(forge))
    git(forge, "branch", "-M", "main")
    git(tmp_path, "clone", "-q", "-b", "main", str(forge), str(staff))
    git(staff, "tag", "release")
    room.mkdir()
    with opened(tmp_path / "store") as store:
        loop = LocalLoop(store, LocalGitForge(forge, "main"), folder=staff)
        name = _publish(forge, staff, loop)
        place = f"data/suggestions/2026/{name}.md"
        git(staff, "push", "-q", str(forge), "HEAD:refs/heads/of-a-colleague", "release")
        _take_down(forge, staff, place)
        told = {"REPOSITORY": str(forge), "FILE": place, "WORDS": WORDS, **STAFF}
        run(block("incident", "keep"), room, **told)
        assert "还在" in run(block("incident", "proof"), room / "before", **told)
        run(block("incident", "purge"), room, **told)
        run(block("incident", "server"), forge, **told)
        assert any(name in alarm for alarm in loop.work().alarms)
        known = f"cp -r {reference}/.cache .cache\nyanlu build"  # only spares time
        said = run(block("incident", "stone").replace("yanlu build", known), room, **told)
        assert "检查通过" in said
        assert "已生成" in said
        assert "没有了" in run(block("incident", "proof"), room / "after", **told)
        assert WORDS.encode() not in _objects(forge)
        page = room / "after" / "public" / "register" / name / "index.html"
        assert "内容已经撤下" in page.read_text("utf-8")
        assert loop.work().alarms == ()
        assert loop.of(name)["delivery"] == "merged"
        assert git(forge, "branch", "--list", "inbox/*") == ""
