"""What no page may say, since it is not true, not known, or not for this site to say.

《个人信息保护法》 (2021) art. 73 tells masking (去标识化) from anonymisation (匿名化); the other
statements are promises of a law, a place or a standard that nobody here has made or examined.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_SENTENCE = re.compile("[^。！？；]+")
_TAG = re.compile(r"<[^>]*>|\{[{%#].*?[}%#]\}|[*`]")


@dataclass(frozen=True)
class Claim:
    """A statement that may not stand; a sentence in which `unless` is found is no such one."""

    what: str
    says: re.Pattern[str]
    unless: re.Pattern[str] | None
    todo: str


def claim_faults(place: str, text: str, first: int = 1) -> Iterator[str]:
    """Sentences on a text whose first line has this number, as it lies in the file."""
    for line, words in enumerate(text.splitlines(), first):
        for sentence in _SENTENCE.findall(_TAG.sub("", words)):
            for claim in claims():
                if claim.says.search(sentence) and not (
                    claim.unless and claim.unless.search(sentence)
                ):
                    yield f"{place} 第 {line} 行：{claim.what}。{claim.todo}。"


@cache
def claims() -> Sequence[Claim]:
    """All of them, from `claims.toml`."""
    table = tomllib.loads(files(__package__).joinpath("claims.toml").read_text("utf-8"))
    return [
        Claim(
            entry["what"],
            re.compile(entry["says"], re.IGNORECASE),
            re.compile(entry["unless"], re.IGNORECASE) if "unless" in entry else None,
            entry["todo"],
        )
        for entry in table["claim"]
    ]
