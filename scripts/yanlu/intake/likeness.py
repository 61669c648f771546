"""Which earlier suggestions say much the same as a new one: texts are compared, nothing else.

Neither who wrote, nor how or from where it came enters. The index lives in memory for as long as
one command runs: on disk it would be another copy of every text, to be found at each erasure.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from yanlu.errors import PackageError
from yanlu.intake.store.database import Store, rows
from yanlu.intake.store.sqlite import Database, in_memory

MOST = 60  # pairs of characters that are looked for, the rarest first: others say little
# Bytes above 127 are parts of words for the tokenizer "ascii": pairs of any script stay whole.
_SCHEMA = """
CREATE VIRTUAL TABLE told USING fts5 (pairs, content='', tokenize='ascii');
CREATE VIRTUAL TABLE pair USING fts5vocab (told, 'row');
"""
_SCARCE = (
    "SELECT term FROM pair "
    "WHERE term IN (SELECT value FROM json_each(?)) ORDER BY doc, term LIMIT ?"
)
_HELD = (
    "SELECT id, redacted FROM submission WHERE kind = 'suggestion' AND redacted IS NOT NULL "
    "AND fate NOT IN ('withdrawn', 'redirected')"
)


@dataclass(frozen=True)
class Proposal:
    """What was proposed, by the public id of the suggestion; the first line is its title."""

    name: str
    text: str


@dataclass(frozen=True)
class Alike:
    """A suggestion that was found, and its title (masked)."""

    name: str
    title: str


@dataclass(frozen=True)
class Texts:
    """Texts that can be searched by likeness (BM25 over pairs of characters, in SQLite's FTS5)."""

    index: Database
    titles: list[Alike]

    def likeliest(self, text: str, most: int) -> list[Alike]:
        """The texts that are most like this one, the likeliest first."""
        asked = json.dumps(sorted(set(_pairs(text))), ensure_ascii=False)
        scarce = [row["term"] for row in rows(self.index, _SCARCE, (asked, MOST))]
        if not scarce:
            return []
        query = "SELECT rowid FROM told WHERE told MATCH ? ORDER BY rank, rowid LIMIT ?"
        words = " OR ".join(f'"{pair}"' for pair in scarce)
        return [self.titles[row["rowid"]] for row in rows(self.index, query, (words, most))]


@contextmanager
def gathered(proposals: Iterable[Proposal]) -> Iterator[Texts]:
    """An index of these texts, which is gone afterwards."""
    with in_memory() as index:
        index.execute(_SCHEMA)
        titles: list[Alike] = []
        with index.transaction():
            index.executemany(_INSERT, _lines(proposals, titles))
        yield Texts(index, titles)


_INSERT = "INSERT INTO told (rowid, pairs) VALUES (?, ?)"


def _lines(proposals: Iterable[Proposal], titles: list[Alike]) -> Iterator[tuple[int, str]]:
    """Number and pairs of each text; its name and title are kept under that number."""
    for number, proposal in enumerate(proposals):
        titles.append(Alike(proposal.name, proposal.text.partition("\n")[0]))
        yield number, " ".join(_pairs(proposal.text))


def _pairs(text: str) -> list[str]:
    """Neighbouring letters and digits: of Chinese about a word, of other scripts a syllable."""
    letters = "".join(c for c in text.lower() if c.isalnum())
    return list(map("".join, pairwise(letters)))


def likely(store: Store, data: Path, name: str, most: int) -> list[Alike]:
    """The suggestions that say most nearly what this one says, itself left out.

    Compared are masked texts in the store and, where the store has none, published ones; what
    was taken back or erased is not.
    """
    for own in _held(store, "AND id = ?", (name,)):
        with gathered(_others(store, data, name)) as texts:
            return texts.likeliest(own.text, most)
    return []


def _others(store: Store, data: Path, name: str) -> Iterator[Proposal]:
    yield from _held(store, "AND id <> ?", (name,))
    known = {row["id"] for row in rows(store.main, "SELECT id FROM submission")}
    yield from _published(data, known)


def _held(store: Store, which: str, values: tuple[str, ...]) -> Iterator[Proposal]:
    for row in rows(store.main, f"{_HELD} {which} ORDER BY id", values):
        yield Proposal(row["id"], "\n".join(json.loads(row["redacted"]).values()))


def _published(data: Path, known: Collection[str]) -> Iterator[Proposal]:
    """Texts of files that the store does not know; what is no suggestion `yanlu check` tells."""
    # late: it brings the checker of tables along, which most verbs of `review` have no use for
    from yanlu.packages.suggestions import open_suggestion, suggestion_files

    for path in suggestion_files(data):
        if path.stem in known:
            continue
        with suppress(PackageError):
            one = open_suggestion(path)
            if one.title:
                yield Proposal(path.stem, f"{one.title}\n{one.text}")
