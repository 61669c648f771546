"""One letter through everything that there is: and nowhere a trace of who wrote it.

A real service, a real worker, a real repository; staff confirm and merge, the site is built, the
service fails, is aborted and is backed up. Then every byte that any of it wrote is searched: git
objects, the site, logs and metrics, the store with its logs, backups, and what a crash leaves.
"""

from __future__ import annotations

import re
import signal
import time
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, quote_plus

import pyrage
import pytest

from conftest import copy_repository, run_yanlu
from doubles import traces
from doubles.citizen import WRITTEN, ask, confirmed, look
from doubles.door import NARROW, Running, started
from intake.loop import git
from yanlu.intake.store.database import opened, rows
from yanlu.receipts.codes import read_code

PERSON = {
    "name": "王秋鹂",
    "other": "慕容雪鹀",
    "phone": "13912345678",
    "landline": "0531-86123457",
    "identity": "110101199003078515",
    "email": "canary@example.com",
    "address": "黄鹂花路8号3单元501",
    "post": "青鸟市白鹭区金丝雀里9号楼2门301",
    "wechat": "goldcanary_88",
    "card": "6222020200112230007",
    "word": "老槐树下的小黄鹂",
    "network": "198.51.100.77",
    "browser": "CanaryBrowser/7.7",
}
LETTER = {
    **WRITTEN,
    "title": f"我叫{PERSON['name']}，请给步道装路灯",
    "matter": f"我叫{PERSON['name']}，身份证{PERSON['identity']}，电话{PERSON['phone']}，"
    f"家里电话{PERSON['landline']}。住在{PERSON['address']}，邮箱{PERSON['email']}，"
    f"微信号{PERSON['wechat']}。步道晚上没有灯，看不清台阶。",
    "proposal": f"请装一排路灯。回电话打{' '.join(PERSON['phone'])}，"
    f"误工费打到{PERSON['card']}。联系人：{PERSON['other']}。",
    "consent_words": "yes",
    "phone": PERSON["landline"],
    "email": PERSON["email"],
    "post": PERSON["post"],
    "names": f"{PERSON['name']}、{PERSON['other']}",
    "word": PERSON["word"],
}
SAYS = {"User_Agent": PERSON["browser"], "X_Forwarded_For": PERSON["network"]}


@dataclass
class World:
    """An office with a repository, a store beside it, and everything that was written there."""

    place: Path
    planted: list[str | bytes] = field(default_factory=lambda: [*PERSON.values()])
    said: dict[str, bytes] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        return self.place / "repository"

    @property
    def store(self) -> Path:
        return self.place / "store"

    def run(self, *arguments: str) -> str:
        """A command of staff; all that it says is kept, but for what only shows the raw text."""
        done = run_yanlu(
            self.folder, *arguments, YANLU_REVIEWER="审核员", TMPDIR=str(self.place / "tmp")
        )
        assert done.returncode == 0, (arguments, done.stderr)
        if arguments[:2] != ("review", "open"):
            name = " ".join(arguments[:2])
            self.said[name] = self.said.get(name, b"") + (done.stdout + done.stderr).encode()
        return done.stdout

    def searched(self) -> Mapping[str, bytes]:
        """Every byte by where it lies; of keys, the one file that nobody may have."""
        folders = ("store", "backups", "tmp", "repository/public", "repository/data")
        found = {
            f"{folder}/{name}": content
            for folder in folders
            for name, content in traces.written(self.place / folder)
            if not name.endswith("intake.key")
        }
        beside = {path.name: path.read_bytes() for path in self.place.iterdir() if path.is_file()}
        return {
            **found,
            **{name: content for name, content in beside.items() if name != "office.key"},
            **self.said,
            "git": traces.git_objects(self.folder),
        }


def _settle(place: Path) -> World:
    """An office with keys of its own and its first site."""
    world = World(place)
    (place / "tmp").mkdir()
    key = pyrage.x25519.Identity.generate()
    (place / "office.key").write_text(f"{key}\n")
    copy_repository(world.folder)
    settings = world.folder / "data" / "office.toml"
    text = re.sub('age_recipient = "[^"]+"', f'age_recipient = "{key.to_public()}"',
                  settings.read_text("utf-8"))  # fmt: skip
    settings.write_text(text, "utf-8")
    (world.folder / ".gitignore").write_text("public/\n", "utf-8")
    git(world.folder, "add", "-A")
    git(world.folder, "commit", "-qm", "Settle")
    git(world.folder, "branch", "-M", "main")
    world.run("build")
    return world


def _visit(world: World, door: Running) -> str:
    """A citizen's visit, with the rights that a code and a word give."""
    assert ask(door.port, "/suggest/check", LETTER, **SAYS).status == 200
    fields = confirmed(door.store, LETTER)
    code = ask(door.port, "/suggest/send?who=canary-query", fields, **SAYS).code
    assert code
    world.planted += [code, read_code(code), dict(fields)["nonce"], "canary-query"]
    for act in ("read", PERSON["name"]):
        given = {"code": code, "word": PERSON["word"], "act": act}
        ask(door.port, "/check/rights", given, **SAYS)
    ask(door.port, "/check/status", {"code": PERSON["identity"]}, **SAYS)
    return code


def _confirm(world: World) -> str:
    """Staff read the raw text and confirm the words as they were masked."""
    with opened(world.store) as store:
        [held] = rows(store.main, "SELECT id FROM submission")
    name, at = str(held["id"]), ("--store", str(world.store))
    key = str(world.place / "office.key")
    assert PERSON["phone"] in world.run("review", "open", name, "--key", key, "--why", "审看", *at)
    for verb in ("list", "show"):
        world.run("review", verb, *([name] if verb == "show" else []), *at)
    world.run("review", "approve", name, "--body", "body-urban", "--yes", *at)
    world.run("review", "second", name, "--yes", "--by", "李某", *at)
    return name


def _merged(world: World) -> None:
    """Wait for the worker's proposal, and merge it as the manual says."""
    end = time.monotonic() + 90
    while not (branches := git(world.folder, "branch", "--list", "inbox/*").split()):
        assert time.monotonic() < end
        time.sleep(0.5)
    git(world.folder, "merge", "-q", "--no-edit", *branches)


def _fail(world: World, door: Running) -> None:
    """What a handler says that meets an error with the letter in it; then the process aborts."""
    with started(
        world.folder, world.store, "mask=broken", program=NARROW, TMPDIR=str(world.place / "tmp")
    ) as failing:
        for path in ("/suggest/check", "/suggest/send"):
            fields = confirmed(failing.store, LETTER)
            assert ask(failing.port, path, fields, **SAYS).status == 500
    door.process.send_signal(signal.SIGABRT)
    assert door.process.wait(20) == -signal.SIGABRT


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    world = _settle(tmp_path_factory.mktemp("world"))
    environment = {"PYTHONFAULTHANDLER": "1", "TMPDIR": str(world.place / "tmp")}
    proxy = "--trusted-proxy=127.0.0.1/32"
    with started(world.folder, world.store, proxy, **environment) as door:
        _visit(world, door)
        world.said["metrics"] = look(door.metrics_port, "/metrics").text.encode()
        name = _confirm(world)
        _merged(world)
        world.run("intake", "backup", str(world.place / "backups"), "--store", str(world.store))
        _fail(world, door)
        world.said["standard output"] = door.process.communicate(timeout=10)[0].encode()
    assert list((world.folder / "data" / "suggestions").rglob(f"{name}.md"))
    world.run("check")
    world.run("build")
    return world


def test_the_letter_went_all_the_way(world: World) -> None:
    """Or else there would be nothing to find."""
    searched = world.searched()
    for place in ("git", "store/store.sqlite-wal"):
        assert "步道晚上没有灯".encode() in searched[place], place
        assert "〔电话〕".encode() in searched[place], place
    assert any(name.startswith("backups/") for name in searched)
    assert "示例市".encode() in searched["repository/public/index.html"]
    assert b'"event": "failed"' in searched["store.log"]
    assert b"Fatal Python error: Aborted" in searched["store.log"]
    assert b"yanlu_accepted_total 1" in searched["metrics"]


@pytest.mark.parametrize(
    "where", ["git", "repository/", "store", "backups/", "tmp/", "metrics", "review", ""]
)
def test_of_who_wrote_it_no_trace_is_anywhere(world: World, where: str) -> None:
    searched = {name: text for name, text in world.searched().items() if name.startswith(where)}
    assert searched or where == "tmp/"
    whole = b"\n".join(searched.values())
    told = traces.found(whole, world.planted)
    assert not told, [name for name, text in searched.items() if traces.found(text, told)]


def test_an_abort_leaves_no_image_of_the_memory(world: World) -> None:
    images = [path for path in world.place.rglob("core*") if path.suffix != ".py"]
    assert [path for path in images if path.is_file() and path.read_bytes()[:4] == b"\x7fELF"] == []


def _hidden(planted: str) -> Mapping[str, bytes]:
    wide = planted.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)})
    plain = planted.encode()
    return {
        "utf-8": plain,
        "utf-16": planted.encode("utf-16"),
        "gb18030": planted.encode("gb18030"),
        **{f"base64 after {n}": b64encode(b"x" * n + plain + b"yz") for n in range(3)},
        "base64 for addresses": urlsafe_b64encode(b"?" + plain + b"?"),
        "base64 of utf-16": b64encode(b"x" + planted.encode("utf-16-le")),
        "hex": plain.hex().encode(),
        "HEX": plain.hex().upper().encode(),
        "address": quote(planted).encode(),
        "form": quote_plus(planted).lower().encode(),
        "full width": wide.encode(),
        "full width in gb18030": wide.encode("gb18030"),
        "escapes": planted.encode("unicode_escape"),
        "entities": planted.encode("ascii", "xmlcharrefreplace"),
    }


@pytest.mark.parametrize("planted", [*PERSON, "code"])
def test_the_search_finds_whatever_is_planted_in_whatever_spelling(planted: str) -> None:
    one = PERSON.get(planted, "7K3M-9X2P-QW5T-0A1B-C8DE-FGHJ-RSTV")
    missed = [
        way
        for way, content in _hidden(one).items()
        if traces.found(b"before " + content + b" after", [one]) != [one]
    ]
    assert missed == []
    assert traces.found("步道晚上没有灯，〔电话〕。".encode() * 9, [one]) == []


def test_the_search_finds_what_git_has_put_away(tmp_path: Path) -> None:
    """On a branch that was deleted, packed, and compressed."""
    git(tmp_path, "init", "-q", "-b", "main")
    (tmp_path / "letter.md").write_text(f"请联系{PERSON['phone']}。\n" * 40, "utf-8")
    for message in ("Tell", "Hide"):
        git(tmp_path, "add", ".")
        git(tmp_path, "commit", "-q", "--allow-empty", "-m", message)
        (tmp_path / "letter.md").write_text("请联系〔电话〕。\n", "utf-8")
    git(tmp_path, "gc", "-q")
    packs = b"".join(path.read_bytes() for path in tmp_path.rglob("*.pack"))
    assert traces.found(packs, [PERSON["phone"]]) == []
    assert traces.found(traces.git_objects(tmp_path), [PERSON["phone"]]) == [PERSON["phone"]]
