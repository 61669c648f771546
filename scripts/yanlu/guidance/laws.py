"""The laws that the site cites: which versions there are, and how many articles each has."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

PLACE = "data/codes/laws.csv"
_STATE = "中华人民共和国"
_VERSION = re.compile(r"(\d{4})年?(修订|修正)?")


@dataclass(frozen=True)
class Law:
    """One version of a law; without `articles`, nobody has counted them in its text.

    `begins` and `ends`: from when and until when this version is in force, where known.
    """

    name: str
    version: str
    begins: date | None
    ends: date | None
    articles: int | None

    @property
    def title(self) -> str:
        """How a page names it."""
        year, kind = self.version[:4], self.version[4:]
        return f"《{self.name}》（{year}年{kind}）"


class Laws:
    """The table of laws, asked by any of a law's names and a version as pages write it."""

    def __init__(self, rows: Iterable[Mapping[str, str]]) -> None:
        self._laws: dict[tuple[str, str], Law] = {}
        self._versions: dict[str, list[Law]] = {}
        for row in rows:
            law = _law(row)
            for name in {_plain(part) for part in _names(row)}:
                self._laws[name, law.version] = law
                self._versions.setdefault(name, []).append(law)

    def find(self, name: str, version: str) -> Law | None:
        """The version of this law that a page means by `2022年` or `2019年修订`."""
        return self._laws.get((_plain(name), version_of(version)))

    def versions(self, name: str) -> list[Law]:
        """All versions of a law that are known."""
        return self._versions.get(_plain(name), [])


def version_of(words: str) -> str:
    """`2019修订` of 2019年修订; of words that begin with a whole date, its year."""
    found = _VERSION.match(words)
    return f"{found[1]}{found[2] or ''}" if found else ""


def _law(row: Mapping[str, str]) -> Law:
    begins, ends = (row[key] and date.fromisoformat(row[key]) for key in ("valid_from", "valid_to"))
    count = row["articles"]
    return Law(row["name"], row["version"], begins or None, ends or None, int(count or 0) or None)


def _names(row: Mapping[str, str]) -> Iterator[str]:
    yield row["name"]
    yield from filter(None, row["others"].split("、"))


def _plain(name: str) -> str:
    return name.removeprefix(_STATE)
