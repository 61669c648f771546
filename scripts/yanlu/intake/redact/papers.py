"""Passports, permits and other papers of persons: letters and digits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from yanlu.intake.redact.checks import is_day, is_hong_kong_id
from yanlu.intake.redact.lists import HAN, choice, members, words
from yanlu.intake.redact.shadow import Find, Shadow
from yanlu.intake.redact.tokens import find_called, link

GAP = r"[\s\-_.·]{1,3}"
STANDARD = re.compile(r"[0-9]{3,5}\s?[-.]\s?(?:19|20)[0-9]{2}")  # a standard and its year
ORDINAL = re.compile(r"第\s?[0-9](?:[\s\-.]{0,2}[0-9]){4}")  # without it there is no certificate
# Begins with a character, not with a look behind, so that `re` tries letters only.
HONG_KONG = re.compile(r"[a-z](?<![a-z0-9][a-z])[a-z]?\s?[0-9]{6}\s?[(]?[0-9a][)]?(?![a-z0-9])")


def find_papers(shadow: Shadow) -> Iterator[Find]:
    """Papers by their letters, by the word before them, by their check digit."""
    for found in _lettered().finditer(shadow.digits):
        yield from _lettered_paper(found)
    yield from find_called(shadow, "papers", "identity", fewest=5)
    for found in _provincial().finditer(shadow.digits):
        yield Find(*found.span("token"), "identity")
    certificates = _certificates().finditer(shadow.digits) if ORDINAL.search(shadow.digits) else ()
    for found in certificates:
        paper = found[0].partition("字")[0][:-1].rfind("证") + 1  # 军官证 南字第…号
        yield Find(found.start() + paper, found.end(), "identity")
    for found in HONG_KONG.finditer(shadow.digits):
        if "(" in found[0] or is_hong_kong_id(re.sub(r"[^a-z0-9]", "", found[0])):
            yield Find(found.start(), found.end(), "identity")


@cache
def _lettered() -> re.Pattern[str]:
    together, apart = r"[0-9]{7,12}", rf"[0-9](?:{GAP}[0-9]){{6,9}}"
    groups = rf"[0-9]{{4}}{GAP}[0-9]{{3,4}}|[0-9]{{2}}{GAP}[0-9]{{3}}{GAP}[0-9]{{3}}"
    letters = rf"[a-z](?:(?:{GAP})?[a-z]){{0,3}}"
    return re.compile(rf"({letters})(?:{GAP})?({together}|{apart}|{groups})(?![a-z0-9])")


def _lettered_paper(found: re.Match[str]) -> Iterator[Find]:
    letters, digits = re.sub(r"[^a-z]", "", found[1]), re.sub(r"[^0-9]", "", found[2])
    known = letters in words("documents", "papers", "letters") and len(digits) <= 10
    together = found[1] == letters and found[2] == digits
    if (known or together) and not _is_no_paper(found, letters, digits):
        yield Find(found.start(), found.end(), "identity" if known else "file-number", known)


def _is_no_paper(found: re.Match[str], letters: str, digits: str) -> bool:
    """Whether it ends a longer word, is a day, or a standard and its year."""
    before = found.string[max(0, found.start() - 1) : found.start()]
    day = len(digits) == 8 and is_day(digits)
    common = letters in words("documents", "papers", "common")
    return bool(re.match(r"[a-z0-9/]", before) or STANDARD.fullmatch(found[2])) or (
        day and not common
    )


@cache
def _provincial() -> re.Pattern[str]:
    """证号鲁军E000326, 执业证粤律第00417号: the province before the number."""
    cues = choice(words("documents", "papers", "cues"))
    province = members(words("documents", "plates", "provinces"))
    number = r"第?[a-z]{0,3}[\s\-]?[0-9]{4,12}(?:\s?号)?"
    return re.compile(rf"{cues}{link()}(?P<token>{province}{HAN}{{0,4}}?{number})(?![0-9a-z元])")


@cache
def _certificates() -> re.Pattern[str]:
    """某字第…号: papers of the forces and old certificates."""
    forces = members(words("documents", "papers", "forces"))
    number = r"[0-9](?:[\s\-.]{0,2}[0-9]){4,8}"
    of_forces = rf"{forces}{{1,2}}\s?字?\s?第\s?{number}(?:\s?号)?"
    return re.compile(rf"{of_forces}|(?:{HAN}|[()]){{1,5}}\s?字\s?第\s?{number}\s?号")
