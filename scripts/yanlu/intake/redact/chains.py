"""Chains of numbers with units, weighed by what stands around them.

A person must look at all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from yanlu.intake.redact.address_parts import HEADS, LATER, SPLIT, chain, lead, part, read, weights
from yanlu.intake.redact.lists import choice, each, table, words
from yanlu.intake.redact.shadow import Find, Shadow

REACH, BEHIND = 16, 8  # characters on both sides that tell
STOP = re.compile(r"[,。;!?\n]")
NOT_BEHIND = {
    "living": "(?![院建户宅])",
    "but": "(?<!位(?=于))",
    "public": "(?![旁边后前附对隔斜路街巷])",
}
UNIT = re.compile(r"[^\W\d]\Z|[0-9]{3}")  # too short ones stand anywhere
GROUP = re.compile("一[组队社]")  # 一组 is the first of a village, 一栋 is any
END = re.compile(r"[,。;、!?()\s:]|\Z")


def find_chains(shadow: Shadow) -> Iterator[Find]:
    """All chains with points enough."""
    text = read(shadow)
    for found in each(chain(), HEADS, text):
        own = _own(found[0])
        if own + _before(shadow, found, own) + _behind(shadow, found) >= _points("enough"):
            yield Find(*found.span(), "address", certain=False)
    for found in _called().finditer(text):
        yield Find(*found.span("number"), "address", certain=False)


@cache
def _called() -> re.Pattern[str]:
    """摊位C27, 门牌41: a number behind the word for it."""
    cues, units = choice(words("chains", "leads", "called")), choice(weights("units"))
    number = rf"[东西南北]?[a-z]{{0,2}}[\-–—]?[0-9]{{1,4}}(?:[\-–—][0-9]{{1,4}})?{LATER}"
    return re.compile(
        rf"{cues}(?:编?号码?)?[是为在:\s]{{0,2}}"
        rf"(?P<number>{number}(?:[、,和与]\s?{number})*)(?!{units})"
    )


def find_places_again(shadow: Shadow, known: Iterable[Find]) -> Iterator[Find]:
    """Addresses that were found, wherever else they stand in the text."""
    places = {shadow.text[one.start : one.end] for one in known if one.kind == "address"}
    for place in sorted(place for place in places if len(place) > 2 and UNIT.search(place)):
        for found in re.finditer(rf"(?<![0-9a-z]){re.escape(place)}", shadow.text):
            yield Find(*found.span(), "address", certain=False)


def _points(key: str) -> int:
    return int(table("chains")["points"][key])


def _own(text: str) -> int:
    """Points of the parts."""
    total = -_points("part")
    for found in part().finditer(text):
        kind = str(found.lastgroup)
        total += _points("part") + (
            _weights(kind)[found[kind]] if kind in SECTIONS else _points(kind)
        )
        if kind == "units":
            total += _points("split") * (found[0][0] in SPLIT) + _points("nth") * _is_nth(found)
    return total


def _is_nth(found: re.Match[str]) -> bool:
    return "第" in found[0] and found["units"] in words("chains", "around", "nth")


SECTIONS = ("units", "sided", "named")
_weights = cache(weights)


def _before(shadow: Shadow, found: re.Match[str], own: int) -> int:
    """Points of the clause before."""
    start = found.start()
    clause = STOP.split(shadow.text[max(0, start - REACH) : start])[-1]
    near = clause.rstrip()
    total = _points("begins") if not near or near[-1] in "(:" else 0
    if own > 1 and (lead(shadow, start) or _is_place(near)):
        total += _points("place")
    ours = near.endswith(words("chains", "around", "ours"))
    if ours:
        total += _points("ours")
    if _told("living").search(clause):
        total += _points("living")
    elif _told("public").search(clause) and not _told("private").search(found[0]):
        total += _points("public")
    counts = (*words("addresses", "words", "counts"), *words("chains", "around", "counts"))
    counted = near.endswith(counts)
    single = len(part().findall(found[0])) == 1
    group = GROUP.match(shadow.text, start) and not ours
    any_one = shadow.text[start] in "一几" and not group
    if shadow.text[start] == "两" or (single and (counted or any_one)):
        total += _points("counted")
    return total


def _is_place(near: str) -> bool:
    lands, others = words("chains", "around", "lands"), words("chains", "around", "no_lands")
    settled = near.endswith(words("chains", "around", "settled"))
    return settled or (near.endswith(lands) and not near.endswith(others))


def _behind(shadow: Shadow, found: re.Match[str]) -> int:
    """Points of the next characters."""
    after = shadow.text[found.end() : found.end() + BEHIND]
    if _told("but").match(after):
        return _points("behind")
    ends, people = END.match(after), _told("people").match(after.removeprefix("的"))
    return (_points("ends") if ends else 0) + (_points("people") if people else 0)


@cache
def _told(key: str) -> re.Pattern[str]:
    """Words of one list around a chain."""
    return re.compile(f"{choice(words('chains', 'around', key))}{NOT_BEHIND.get(key, '')}")
