"""The whole loop in one process: sent as by the form, confirmed by staff, proposed, merged."""

from __future__ import annotations

import secrets
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import pyrage

from doubles import stores
from yanlu.intake import review
from yanlu.intake.accept import Desk, arrival
from yanlu.intake.batches import Policy
from yanlu.intake.entry import Choices, Entry, read_entry
from yanlu.intake.forge.local import LocalGitForge
from yanlu.intake.forge.port import Forge
from yanlu.intake.lease import take
from yanlu.intake.nonce import Nonce
from yanlu.intake.persons import Decision, is_expected
from yanlu.intake.publisher import Publisher, Round, work
from yanlu.intake.redact import confirm, redact
from yanlu.intake.seal import AGE
from yanlu.intake.seconding import second
from yanlu.intake.store.database import Store, opened
from yanlu.intake.store.records import by_id
from yanlu.intake.store.writer import commit
from yanlu.packages.suggestions import Suggestion, read_suggestion

DAY, NOW = date(2026, 11, 25), 1_790_000_000
ACT, OTHER = review.Act("王某", DAY), review.Act("李某", DAY)
OFFICE_KEY = pyrage.x25519.Identity.generate()
KEY = b"k" * 32
CALL = "lifts-2027"
WORD = "老槐树下"
TEXT = "学校门口没有红绿灯，〔住址〕请装一个红绿灯。"  # the words of FIELDS, masked further
SUMMARY = "建议在校门口装红绿灯。"
FIELDS = {
    "title": "路口装红绿灯",
    "matter": "学校门口没有红绿灯，放学时孩子要从车缝里过。",
    "proposal": "请装一个红绿灯。",
    "topic": "roads",
    "region": "dorchester",
    "phone": "13912345678",
    "word": WORD,
    "consent_words": "yes",
}


def git(folder: Path, *arguments: str) -> str:
    """Run git as a member of staff would."""
    who = ("-c", "user.name=Staff", "-c", "user.email=staff@office.example")
    done = subprocess.run(
        ["git", *who, "-C", folder, *arguments], check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def desk() -> Desk:
    """The keys and the mask of an office."""
    return Desk(
        KEY,
        AGE,
        str(OFFICE_KEY.to_public()),
        lambda text: redact(text, frozenset()),
        "log.example/test",
    )


def send(store: Store, **changed: str) -> tuple[str, bytes]:
    """A suggestion as the form would store it: its id and the receipt's secret."""
    offered = Choices({"roads"}, {"dorchester"}, {CALL})
    entry = read_entry(list({**FIELDS, **changed}.items()), offered)
    assert isinstance(entry, Entry)
    nonce = Nonce(secrets.token_bytes(16), 0)
    one = arrival(desk(), entry, nonce, day=DAY, channel="online.site")
    commit(store, [one], 0)
    return one.id, nonce.secret(KEY)


def approve(store: Store, name: str, text: str = "") -> None:
    """Read the raw text, then confirm what goes out, by two: the words, or else a summary."""
    held = review.record(store, name)
    text = text or (TEXT if held["wish"] == "words" else SUMMARY)
    review.open_raw(store, AGE, name, str(OFFICE_KEY), ACT, "审看")
    said = [confirm(part, by="王某", keep=frozenset()) for part in ("路口装红绿灯", text)]
    review.approve(store, name, review.Confirmed(said[0], said[1], "body-transport"), ACT)
    if is_expected(store.main, name, Decision.RELEASE):
        second(store, name, Decision.RELEASE, OTHER)


@dataclass
class Loop:
    """A store, a forge, and the publisher between them."""

    store: Store
    forge: Forge
    terms: dict[str, Any] = field(default_factory=dict)

    def work(self, now: int = NOW, forge: Any = None, holder: str = "a") -> Round:
        """One round, on a day on which batches go out."""
        lease = take(self.store, "publisher", holder, now)
        assert lease is not None
        publisher = Publisher(
            self.store, lease, forge or self.forge, Policy(None, 1), "main", str, frozenset()
        )
        return work(replace(publisher, **self.terms), now, DAY)

    def approved(self, **changed: str) -> tuple[str, bytes]:
        """A suggestion that a person has confirmed: its id and the receipt's secret."""
        name, secret = send(self.store, **changed)
        approve(self.store, name)
        return name, secret

    def of(self, name: str) -> dict[str, Any]:
        """A record as it is now."""
        held = by_id(self.store.main, name)
        assert held is not None
        return held

    def files(self) -> bytes:
        """Every byte that the store keeps."""
        return stores.held(self.store)


@dataclass
class LocalLoop(Loop):
    """A loop whose forge is a git repository of its own."""

    folder: Path = Path()

    def branches(self) -> list[str]:
        """Proposals that are open."""
        return git(self.folder, "branch", "--list", "inbox/*", "--format=%(refname:short)").split()

    def merge(self) -> None:
        """As staff do with every proposal."""
        for branch in self.branches():
            git(self.folder, "merge", "-q", "--no-edit", branch)
            git(self.folder, "branch", "-q", "-d", branch)

    def refuse(self) -> None:
        """As staff do who will not have it."""
        for branch in self.branches():
            git(self.folder, "branch", "-q", "-D", branch)

    def path(self, name: str) -> Path:
        """The published file."""
        return self.folder / "data" / "suggestions" / "2026" / f"{name}.md"

    def published(self, name: str) -> Suggestion:
        """What everybody may read."""
        return read_suggestion(self.path(name).read_text("utf-8"))

    def objects(self) -> bytes:
        """Every object of the repository, reachable or not, as it was written."""
        command = ["git", "-C", self.folder, "cat-file", "--batch", "--batch-all-objects"]
        return subprocess.run(command, check=True, capture_output=True).stdout


@contextmanager
def local_loop(place: Path) -> Iterator[LocalLoop]:
    """A loop over a new repository and a new store below `place`."""
    folder = place / "portal"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    (folder / "README.md").write_text("portal", "utf-8")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "Begin")
    with opened(place / "store") as store:
        yield LocalLoop(store, LocalGitForge(folder, "main"), folder=folder)
