"""A clerk at the desk: its pages over a real socket, with the browser's cookie and no browser."""

from __future__ import annotations

import re
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

import pyrage

from conftest import commit_all
from doubles.citizen import WRITTEN, Answer, ask
from doubles.door import free_ports, make_office
from intake.loop import git
from yanlu.intake.accept import arrival
from yanlu.intake.entry import Choices, Entry, read_entry
from yanlu.intake.nonce import Nonce
from yanlu.intake.office import open_desk
from yanlu.intake.store.database import opened
from yanlu.intake.store.records import by_id
from yanlu.intake.store.writer import commit
from yanlu.model import CHINA
from yanlu.settings import open_portal

PHONE = "13912345678"


@dataclass
class Clerk:
    """A browser that was let in. `start` is the address that the command printed."""

    start: str
    log: Path
    cookie: str = ""
    token: str = ""
    let_in_by: str = ""

    @property
    def port(self) -> int:
        return urlsplit(self.start).port or 0

    @property
    def root(self) -> str:
        return urlsplit(self.start).path.partition("start/")[0]

    def enter(self, name: str) -> None:
        """Follow the printed address, and sign in."""
        answer = ask(self.port, urlsplit(self.start).path, method="GET", Host=self._host)
        assert answer.status == 303
        self.let_in_by = answer.headers["set-cookie"]
        self.cookie = self.let_in_by.partition(";")[0]
        self.sign_in(name)

    def sign_in(self, name: str) -> Answer:
        """Whoever is there now."""
        if self.token:
            self.send("leave")
        self.look("")
        return self.send("", **{"sign-in": name})

    @property
    def _host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def look(self, path: str) -> Answer:
        """Open a page."""
        headers = {"Cookie": self.cookie, "Host": self._host}
        answer = ask(self.port, self.root + path, method="GET", **headers)
        found = re.search(r'name="token" value="([^"]+)"', answer.text)
        self.token = found[1] if found else self.token
        return answer

    def send(self, path: str, *pairs: tuple[str, str], **fields: str) -> Answer:
        """Send a form of a page; where it leads on, the page that follows."""
        headers = {"Cookie": self.cookie, "Host": self._host}
        sent = [("token", self.token), *pairs, *((k.rstrip("_"), v) for k, v in fields.items())]
        answer = ask(self.port, self.root + path, sent, **headers)
        if answer.status == 303:
            return self.look(answer.headers["location"].removeprefix(self.root))
        return answer


def words(answer: Answer) -> str:
    """What a page says, without its marks."""
    return unescape(re.sub(r"<[^>]+>", " ", answer.text.partition("<main")[2]))


@contextmanager
def at_the_desk(office: Path, store: Path, *arguments: str) -> Iterator[Clerk]:
    """`yanlu desk` until the end of the block, and whoever was let in."""
    (port,) = free_ports(1)
    yanlu = str(Path(sys.executable).with_name("yanlu"))
    command = [yanlu, "desk", "--no-browser", f"--port={port}", f"--store={store}", *arguments]
    said = store.parent / "desk.log"
    with said.open("a") as log:
        process = subprocess.Popen(
            command, cwd=office, stdout=subprocess.PIPE, stderr=log, text=True
        )
        try:
            assert process.stdout
            assert "已经打开" in process.stdout.readline()
            yield Clerk(process.stdout.readline().strip(), said)
        finally:
            process.terminate()
            process.communicate(timeout=10)


@dataclass(frozen=True)
class Office:
    """A portal in git with a key of its own, the store beside it, and a clerk at its desk."""

    folder: Path
    store: Path
    key: str
    clerk: Clerk

    def sent(self, **changed: str) -> str:
        """A suggestion as the form stores it; its id."""
        offered = Choices({WRITTEN["topic"]}, {WRITTEN["region"]}, set())
        fields = {**WRITTEN, "phone": PHONE, "word": "老槐树下", **changed}
        entry = read_entry(list(fields.items()), offered)
        assert isinstance(entry, Entry)
        with opened(self.store) as store:
            desk = open_desk(open_portal(self.folder), self.store)
            nonce, day = Nonce(secrets.token_bytes(16), 0), datetime.now(CHINA).date()
            one = arrival(desk, entry, nonce, day=day, channel="online.site")
            commit(store, [one], 0)
        return one.id

    def of(self, name: str) -> dict[str, object]:
        with opened(self.store) as store:
            held = by_id(store.main, name)
        assert held is not None
        return held


@contextmanager
def desk_office(place: Path, *, enter: bool = True) -> Iterator[Office]:
    """A new office below `place`; 王某 is at its desk, or whoever opens the printed address."""
    folder, store = make_office(place / "portal"), place / "store"
    key = pyrage.x25519.Identity.generate()
    settings = folder / "data" / "office.toml"
    text = settings.read_text("utf-8")
    text = re.sub(r'age_recipient = "\w+"', f'age_recipient = "{key.to_public()}"', text)
    settings.write_text(re.sub(r"public_test_identity = .*", "", text), "utf-8")
    commit_all(folder)
    git(folder, "branch", "-M", "main")
    (place / "office.key").write_text(f"# created\n{key}\n", "utf-8")
    with opened(store):
        pass  # an empty one
    with at_the_desk(folder, store) as clerk:
        if enter:
            clerk.enter("王某")
        yield Office(folder, store, str(key), clerk)
