"""All detectors over one text, and what comes of it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from yanlu.intake.redact.accounts import find_accounts
from yanlu.intake.redact.address_ends import widened
from yanlu.intake.redact.between import find_between
from yanlu.intake.redact.cases import find_files, is_own
from yanlu.intake.redact.chains import find_chains, find_places_again
from yanlu.intake.redact.clear import find_clear, find_rare
from yanlu.intake.redact.close import find_close
from yanlu.intake.redact.companions import find_companions
from yanlu.intake.redact.controls import strip_controls, turns_direction
from yanlu.intake.redact.corners import find_corners
from yanlu.intake.redact.dates import find_birth_dates
from yanlu.intake.redact.dwellings import find_dwellings
from yanlu.intake.redact.emails import find_emails
from yanlu.intake.redact.estates import find_estates, find_groups, find_homes, find_labelled
from yanlu.intake.redact.fields import find_fields
from yanlu.intake.redact.groups import find_lone_groups
from yanlu.intake.redact.hamlets import find_hamlets, find_inhabited
from yanlu.intake.redact.houses import find_houses
from yanlu.intake.redact.kinds import kinds, ranks
from yanlu.intake.redact.latin import find_latin
from yanlu.intake.redact.leftovers import find_starred
from yanlu.intake.redact.letters import find_addressed, find_signature, find_signed
from yanlu.intake.redact.lists import words
from yanlu.intake.redact.marks import find_marks
from yanlu.intake.redact.misprinted import find_misprinted
from yanlu.intake.redact.name_ends import whole
from yanlu.intake.redact.names import find_again, find_announced
from yanlu.intake.redact.neighbours import find_neighbours
from yanlu.intake.redact.numbered import find_numbered, find_tenants
from yanlu.intake.redact.numbers import find_numbers
from yanlu.intake.redact.papers import find_papers
from yanlu.intake.redact.parents import find_parents
from yanlu.intake.redact.plates import find_plates
from yanlu.intake.redact.public_names import private
from yanlu.intake.redact.queues import find_queued
from yanlu.intake.redact.quoted import find_quoted
from yanlu.intake.redact.registered import find_registered
from yanlu.intake.redact.rooms import find_rooms
from yanlu.intake.redact.rosters import find_fellows, find_rosters
from yanlu.intake.redact.scripts import is_beyond_detectors
from yanlu.intake.redact.selves import find_selves
from yanlu.intake.redact.shadow import Find, Shadow, cast
from yanlu.intake.redact.signatures import (
    find_closing_role,
    find_identified,
    find_last_line,
    find_reached,
)
from yanlu.intake.redact.spaced import find_spaced
from yanlu.intake.redact.stated import (
    find_called,
    find_children,
    find_neighbouring_families,
    find_stated,
)
from yanlu.intake.redact.surname_forms import (
    find_families,
    find_hidden,
    find_nicknames,
    find_prefixed,
    find_prefixed_loosely,
    find_ranked,
)
from yanlu.intake.redact.titles import find_titled
from yanlu.intake.redact.transcribed import find_dotted, find_titled_transcribed, find_transcribed
from yanlu.intake.redact.unannounced import find_unannounced
from yanlu.intake.redact.unplaced import find_unplaced
from yanlu.intake.redact.urls import find_urls, host_of
from yanlu.intake.redact.villagers import find_villagers
from yanlu.intake.redact.weighed import Net
from yanlu.intake.redact.words import forget

Detector = Callable[[Shadow], Iterator[Find]]
DETECTORS: tuple[Detector, ...] = (
    find_urls,
    find_emails,
    find_numbers,
    find_starred,
    find_papers,
    find_files,
    find_queued,
    find_registered,
    find_plates,
    find_accounts,
    find_birth_dates,
    find_houses,
    find_groups,
    find_lone_groups,
    find_hamlets,
    find_inhabited,
    find_estates,
    find_homes,
    find_labelled,
    find_rooms,
    find_neighbours,
    find_dwellings,
    find_corners,
    find_unplaced,
    find_numbered,
    find_chains,
    find_announced,
    find_titled,
    find_hidden,
    find_families,
    find_addressed,
    find_signature,
    find_signed,
    find_spaced,
    find_dotted,
    find_titled_transcribed,
    find_latin,
    find_called,
    find_stated,
    find_children,
    find_parents,
    find_quoted,
    find_neighbouring_families,
    find_last_line,
    find_closing_role,
    find_identified,
    find_reached,
    find_selves,
    find_villagers,
    find_fields,
)
# These only weigh what stands around.
GUESSING: tuple[Detector, ...] = (
    find_prefixed,
    find_prefixed_loosely,
    find_ranked,
    find_nicknames,
    find_transcribed,
    find_unannounced,
    find_tenants,
    find_between,
    find_close,
    find_clear,
    find_rare,
)
# How far what was found goes on.
ENDS: Mapping[str, Callable[[Shadow, Find], Find]] = {"address": widened, "name": whole}
BETWEEN = re.compile(r"[\W_]")  # what does not count when numbers are compared
LOCAL = (7, 8)  # digits of a telephone number without its area code
STREET = 30  # characters before a house in which its street stands
SHORT = 4  # characters of an official address that lies in any text by chance
WEAK_MARKS = 3  # so many kinds of weak marks together make a writer recognisable


@dataclass(frozen=True)
class Span:
    """A stretch of the input in code points, from `start` to before `end`.

    Whether it was masked or only marked follows from its kind (`kinds()[kind].masked`).
    `certain` tells that a check, a cue or a fixed make-up speaks for it.
    """

    start: int
    end: int
    kind: str
    certain: bool


@dataclass(frozen=True)
class Redaction:
    """The text with placeholders, what was found in the input, and who must look.

    `needs_person`: the reviewer must read the raw text, not only confirm the redacted one.
    """

    redacted: str
    spans: tuple[Span, ...]
    needs_person: bool


def redact(text: str, keep: Collection[str]) -> Redaction:
    """Find and mask what makes people recognisable; the same text gives the same result.

    `keep` are official numbers and addresses, which stay, however they are spelled.
    """
    try:
        return _redacted(text, frozenset(keep))
    finally:
        forget()


def _redacted(text: str, keep: frozenset[str]) -> Redaction:
    shadow = cast(text)
    marks = list(find_marks(shadow))
    masked = _merged(_spans(shadow, _found(shadow, _bared(keep), marks)))
    marked = _beside(_spans(shadow, marks), masked)
    spans = tuple(sorted((*masked, *marked), key=lambda span: (span.start, span.end)))
    unsure = any(not span.certain for span in masked)
    unreadable = is_beyond_detectors(text) or turns_direction(text)
    return Redaction(
        redacted=strip_controls("".join(_replaced(text, masked))),
        spans=spans,
        needs_person=unsure or unreadable or _tells(marked),
    )


def _found(shadow: Shadow, official: frozenset[str], marks: Iterable[Find]) -> Iterator[Find]:
    net = Net(shadow)
    finds = [find for detector in DETECTORS for find in detector(shadow)]
    guesses = [find for detector in GUESSING for find in detector(shadow)]
    finds += private(shadow, guesses)
    finds += [*find_again(shadow, finds), *find_places_again(shadow, finds)]
    finds += find_companions(shadow, finds)
    finds += find_rosters(shadow, finds)
    finds += find_misprinted(shadow, finds)
    told = [replace(mark, certain=True) for mark in marks]
    known = _listed(shadow, official)
    weighed = private(shadow, _no_formulas(shadow, net.find([*finds, *told])))
    fellows = find_fellows(shadow, [*finds, *weighed])
    for find in (*finds, *weighed, *find_again(shadow, weighed), *fellows):
        inside = any(start <= find.start and find.end <= end for start, end in known)
        if not inside and not _is_official(shadow, find, official):
            yield ENDS[find.kind](shadow, find) if find.kind in ENDS else find


def _no_formulas(shadow: Shadow, finds: Iterable[Find]) -> list[Find]:
    """Without what ends letters: 敬礼, 敬上."""
    return [find for find in finds if shadow.text[find.start : find.end] not in _formulas()]


@cache
def _formulas() -> frozenset[str]:
    keys = ("signed", "closings")
    own = (word for key in keys for word in words("names", "cues", key))
    return frozenset((*words("stated", "signature", "not_names"), *own))


@lru_cache(maxsize=8)
def _bared(official: frozenset[str]) -> frozenset[str]:
    return frozenset(map(_bare, official))


def _bare(text: str) -> str:
    """A number or address without anything between its characters."""
    return BETWEEN.sub("", cast(text).digits)


def _listed(shadow: Shadow, official: frozenset[str]) -> list[tuple[int, int]]:
    """Where official addresses stand as they are listed: nothing in them is anybody's."""
    shown = [place for place, char in enumerate(shadow.digits) if not BETWEEN.match(char)]
    bare = "".join(shadow.digits[place] for place in shown)
    ends: list[tuple[int, int]] = []
    for one in _addresses(official):
        place = bare.find(one)
        while place >= 0:
            ends.append((shown[place], shown[place + len(one) - 1] + 1))
            place = bare.find(one, place + 1)
    return ends


@lru_cache(maxsize=8)
def _addresses(official: frozenset[str]) -> tuple[str, ...]:
    """Of official numbers and addresses, the addresses."""
    return tuple(sorted(one for one in official if len(one) > SHORT and not one.isdigit()))


def _is_official(shadow: Shadow, find: Find, official: frozenset[str]) -> bool:
    """Whether it is an official number, with or without its area code, or ends an address."""
    bare = BETWEEN.sub("", shadow.digits[find.start : find.end])
    if bare in official:
        return not is_own(shadow, find.start)
    if find.kind == "url":
        return _bare(host_of(shadow.digits[find.start : find.end])) in official
    if find.kind == "address":
        street = BETWEEN.sub("", shadow.digits[max(0, find.start - STREET) : find.end])
        known = street.endswith(tuple(official))  # as good as never: asked in one go
        return known and any(one.endswith(bare) for one in official if street.endswith(one))
    return len(bare) in LOCAL and bare.isdigit() and bare in _local(official)


@lru_cache(maxsize=8)
def _local(official: frozenset[str]) -> frozenset[str]:
    """Official numbers without an area code."""
    long = [one for one in official if one.startswith("0")]
    return frozenset(one[-size:] for one in long for size in LOCAL)


def _spans(shadow: Shadow, finds: Iterable[Find]) -> Iterator[Span]:
    for find in finds:
        if find.start < find.end:
            yield Span(*shadow.place(find.start, find.end), find.kind, find.certain)


def _merged(spans: Iterable[Span]) -> list[Span]:
    """Spans that overlap, and neighbours of one kind, as one."""
    merged: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        last = merged[-1] if merged else None
        if last and (span.start < last.end or (span.start == last.end and span.kind == last.kind)):
            merged[-1] = _union(last, span)
        else:
            merged.append(span)
    return merged


def _union(one: Span, other: Span) -> Span:
    """The certain one names the mask, then the one whose kind stands first in the table."""
    first = min(one, other, key=lambda span: (not span.certain, ranks()[span.kind]))
    end = max(one.end, other.end)
    whole = any(
        each.certain and (each.start, each.end) == (one.start, end) for each in (one, other)
    )
    return Span(one.start, end, first.kind, whole or (one.certain and other.certain))


def _beside(marks: Iterable[Span], masked: list[Span]) -> list[Span]:
    """Marks that are not masked anyway, each once."""
    starts = [span.start for span in masked]
    ends = [0, *(span.end for span in masked)]
    before = {
        mark: bisect_left(starts, mark.end) for mark in marks
    }  # masks that begin before its end
    return [mark for mark, count in before.items() if ends[count] <= mark.start]


def _tells(marks: list[Span]) -> bool:
    """Whether the marks make a writer recognisable, alone or together."""
    found = {kinds()[mark.kind] for mark in marks}
    return any(kind.strong for kind in found) or len(found) >= WEAK_MARKS


def _replaced(text: str, masked: list[Span]) -> Iterator[str]:
    place = 0
    for span in masked:
        yield text[place : span.start]
        yield kinds()[span.kind].placeholder
        place = span.end
    yield text[place:]
