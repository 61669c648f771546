"""Numbers known by their make-up: identity, telephone and card numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from yanlu.intake.redact.amounts import has_cue, has_unit, is_amount
from yanlu.intake.redact.checks import is_luhn, is_resident_id, plausible_id
from yanlu.intake.redact.leftovers import find_leftovers
from yanlu.intake.redact.lists import choice, members, table, words
from yanlu.intake.redact.runs import Run, runs, separators
from yanlu.intake.redact.shadow import Find, Shadow


@dataclass(frozen=True)
class Match:
    """A number of `size` digits at a place of a run; `tail` characters belong to it behind."""

    size: int
    kind: str
    certain: bool = True
    tail: int = 0


def find_numbers(shadow: Shadow) -> Iterator[Find]:
    """Every number that a person can be found by."""
    for run in runs(shadow):
        start = 0
        for place, match in (*_read(shadow, run), (len(run.digits), None)):
            yield from find_leftovers(shadow, run, start, place)
            if match:
                yield _find(shadow, run, place, match)
                start = place + match.size


def _find(shadow: Shadow, run: Run, start: int, match: Match) -> Find:
    first = run.at[start]
    while first and shadow.text[first - 1] in "(+":
        first -= 1
    return Find(first, run.behind(start + match.size) + match.tail, match.kind, match.certain)


def _read(shadow: Shadow, run: Run) -> Iterator[tuple[int, Match]]:
    """Numbers of known make-up, from left to right; one may follow another directly."""
    start, free = 0, True
    while start < len(run.digits):
        match = _first(shadow, run, start) if free or run.begins(start) else None
        if match:
            yield start, match
        start += match.size if match else 1
        free = match is not None


def _first(shadow: Shadow, run: Run, start: int) -> Match | None:
    for reader in (_identity, _mobile, _landline, _service, _abroad, _card):
        match = reader(shadow, run, start)
        if match:
            return match
    return None


def _identity(shadow: Shadow, run: Run, start: int) -> Match | None:
    """18 digits or 17 and X, where they check wherever they end; 15 of the old kind."""
    digits = run.digits[start : start + 18]
    if len(digits) == 18 and is_resident_id(digits):
        of_disabled = 2 if len(run.digits) - start == 20 else 0  # their card adds two digits
        return Match(18 + of_disabled, "identity")
    tail = _check_letter(shadow, run.behind(start + 17)) if len(digits) >= 17 else 0
    if tail and plausible_id(digits[:17] + "x"):
        return Match(17, "identity", tail=tail)
    for size in (18, 15):
        if len(digits) >= size and _fits(run, start, size) and plausible_id(digits[:size]):
            return Match(size, "identity")
    return None


def _check_letter(shadow: Shadow, place: int) -> int:
    found = _check_letters().match(shadow.text, place)
    return found.end() - place if found else 0


@cache
def _check_letters() -> re.Pattern[str]:
    letters = members(table("glyphs")["letters"]["check"])
    return re.compile(rf"{separators()}{letters}(?![a-z])")


def _mobile(shadow: Shadow, run: Run, start: int) -> Match | None:
    rules = table("numbers")["mobile"]
    for country in ("", *rules["country"]):
        own, end = start + len(country), start + len(country) + 11
        fits = end <= len(run.digits) and run.digits.startswith(country, start)
        known = fits and run.digits[own : own + 2] in rules["prefixes"] and run.ends(end)
        if known and _is_dialled(shadow, run, own, end):
            return Match(end - start, "phone")
    return None


def _is_dialled(shadow: Shadow, run: Run, start: int, end: int) -> bool:
    """Whether the groups are those of a number and not of a list of bus lines."""
    groups = run.groups(start, end)
    if groups in table("numbers")["mobile"]["groups"] or set(groups) == {1}:
        return not (len(groups) == 1 and is_amount(shadow, run, start, end))
    return not run.lists(start, end) and not has_unit(shadow, run.behind(end))


def _landline(shadow: Shadow, run: Run, start: int) -> Match | None:
    """Area code and seven or eight digits, with an extension."""
    for trunk in words("numbers", "landline", "trunks"):
        if run.digits.startswith(trunk, start):
            area = run.digits[start + len(trunk) : start + len(trunk) + 2]
            size = next((len(trunk) + n for n in _local_sizes(area) if
                         _fits(run, start, len(trunk) + n)), 0)  # fmt: skip
            if size:
                return Match(size, "phone", tail=extension(shadow, run.behind(start + size)))
    return None


def _local_sizes(area: str) -> tuple[int, ...]:
    """How many digits an area code and the number behind it have together."""
    rules = table("numbers")["landline"]
    if area in rules["short_areas"]:
        return (10,)
    return (11, 10) if area[:1] in rules["long_areas"] else ()


def _fits(run: Run, start: int, size: int) -> bool:
    end = start + size
    return end <= len(run.digits) and run.ends(end) and run.is_tidy(start, end)


def extension(shadow: Shadow, place: int) -> int:
    """How many characters of an extension (转806) stand here."""
    found = _extensions().match(shadow.digits, place)
    return found.end() - place if found else 0


@cache
def _extensions() -> re.Pattern[str]:
    cues = choice(words("numbers", "landline", "extension"))
    return re.compile(rf"\s?[)]?\s?{cues}\s?:?\s?[0-9](?:\s?[0-9]){{1,4}}(?![0-9年月])")


def _service(_: Shadow, run: Run, start: int) -> Match | None:
    """Numbers that businesses rent: 400 and 800 with seven digits."""
    rented = run.digits[start : start + 3] in words("numbers", "landline", "services")
    return Match(10, "phone") if rented and _fits(run, start, 10) else None


def _abroad(shadow: Shadow, run: Run, start: int) -> Match | None:
    """Numbers with a plus or 00 and a country, and those of Hong Kong, Macau and Taiwan."""
    plus = shadow.text[max(0, run.at[start] - 2) : run.at[start]].strip().endswith("+")
    near = run.digits[start : start + 3] in words("numbers", "landline", "abroad")
    if not (plus or near or run.digits.startswith("00", start)):
        return None
    sizes = range(15, 7 if plus else 9, -1)  # ITU-T E.164: fifteen digits at most
    size = next((size for size in sizes if _fits(run, start, size)), 0)
    return Match(size, "phone") if size else None


def _card(shadow: Shadow, run: Run, start: int) -> Match | None:
    """A checked card number, or any that is called one."""
    rules = table("numbers")["card"]
    called = has_cue(shadow, run.at[start], "card")
    for size in range(rules["longest"], (8 if called else rules["shortest"]) - 1, -1):
        number, end = run.digits[start : start + size], start + size
        if len(number) < size or not run.ends(end):
            continue
        spaced = run.is_tidy(start, end) or set(run.groups(start, end)) <= {1, 2}
        checked = is_luhn(number) and number.startswith(tuple(rules["prefixes"]))
        if spaced and (called or checked):
            return Match(size, "bank-card")
    return None
