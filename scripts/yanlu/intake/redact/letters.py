"""Names where letters have them: under the text, before 敬上, and before （收）."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from yanlu.intake.redact.lists import HAN, choice, words
from yanlu.intake.redact.persons import (
    is_function,
    is_given,
    is_han,
    is_usual,
    name_size,
    surname_at,
)
from yanlu.intake.redact.shadow import Find, Shadow
from yanlu.intake.redact.words import is_everyday, is_thing

TAIL = 60  # characters at the end in which a signature lies
RUN = re.compile(rf"{HAN}{{5,{TAIL}}}[。.]?$")
REACH = 12  # characters before 敬上 in which its name lies
DATE = r"(?:\s*[0-9〇零一二三四五六七八九]{4}\s?[年.\-/].{0,12})?"
PHONE = r"(?:[\s,]*(?:电话|手机|联系电话)?[\s:]*[0-9][0-9\s\-]{6,16})?"
UNDER = rf"[\s,]*{PHONE}{DATE}\s*[。.]?"  # what may stand under or behind a name
REST = re.compile(rf"\s*[)。.!,]?{UNDER}\s*(?:\n|$)")
# What stands behind a name: without it no name is looked for.
RECEIVED = re.compile(r"\(\s?(?:收|亲启|启|敬启|转|代收)\s?[)]|收(?=[,。;\s]|$)|启(?=[,。;\s]|$)")
GREETED = re.compile(r"[:,]\s?[你您]")
ADDRESSED = re.compile(rf"(?:(?<!{HAN})|(?<=[给交]))({HAN}{{2,4}})\s?(?:{RECEIVED.pattern})")
SALUTED = re.compile(rf"(?:^|\n)\s{{0,4}}({HAN}{{2,4}})\s?{GREETED.pattern}")


def find_addressed(shadow: Shadow) -> Iterator[Find]:
    """Who a letter is for: 丁一（收）, or 万芳：你好."""
    addressed = ADDRESSED.finditer(shadow.text) if RECEIVED.search(shadow.text) else ()
    saluted = SALUTED.finditer(shadow.text) if GREETED.search(shadow.text) else ()
    for found in (*addressed, *saluted):
        if name_size(shadow.text, found.start(1)) == len(found[1]):
            yield Find(found.start(1), found.end(1), "name")


def find_signature(shadow: Shadow) -> Iterator[Find]:
    """A name alone at the end of a letter, before its date if there is one."""
    end = len(shadow.text.rstrip())
    run = RUN.search(shadow.text, max(0, end - TAIL), end)
    if run and not _closings().search(shadow.text, max(0, end - TAIL), end):
        return  # an ordinary sentence ends here: asked for speed
    found = _closing().search(shadow.text, max(0, end - TAIL), end)
    name = re.sub(r"\s", "", found["name"]) if found else ""
    if found and name_size(name, 0) == len(name) and not is_everyday(name):
        yield Find(found.start("name"), found.end("name"), "name")


@cache
def _closings() -> re.Pattern[str]:
    return re.compile(choice(words("names", "cues", "closings")))


@cache
def _closing() -> re.Pattern[str]:
    closing = rf"{choice(words('names', 'cues', 'closings'))}[!。,:\s]{{0,4}}"
    name = rf"(?P<name>{HAN}(?:\s?{HAN}){{1,3}})"
    return re.compile(rf"(?:{closing}|[。!?;]\s*|\n\s*|[—–\-]{{2,6}}\s*){name}{UNDER}\s*$")


def find_signed(shadow: Shadow) -> Iterator[Find]:
    """王富贵敬上: a name before a word that only signatures end with, in any line."""
    for found in _signed().finditer(shadow.text):
        if not REST.match(shadow.text, found.end()):
            continue
        if not is_everyday(shadow.text[max(0, found.start() - 1) : found.start() + 1]):  # 以上
            name = _name_behind(shadow.text, found.start())
            if name:
                yield name


@cache
def _signed() -> re.Pattern[str]:
    return re.compile(choice(words("names", "cues", "signed")))


def _name_behind(text: str, end: int) -> Find | None:
    """The name that ends here, whatever its given name.

    Without a stop or a cue before it, only what is likely to be one.
    """
    places = [place for place in range(max(0, end - REACH), end) if is_han(text[place])]
    perhaps = None
    for size in (4, 3, 2):
        start = places[-size] if len(places) >= size else end
        letters = "".join(text[place] for place in places[-size:])
        surname = surname_at(letters, 0) if start < end else ""
        given = letters[len(surname) :]
        if len(given) not in (1, 2) or not _is_name(letters, surname, given):
            continue
        if _begins_here(text, start):
            return Find(start, places[-1] + 1, "name", certain=not is_everyday(letters))
        if is_usual(given) and perhaps is None and not is_thing(given):
            perhaps = Find(start, places[-1] + 1, "name", certain=False)
    return perhaps


def _is_name(letters: str, surname: str, given: str) -> bool:
    """Neither the name of a body (白沙村) nor a word like 代表."""
    word = given[-1] in words("names", "given", "bodies")
    word = word or (is_function(surname) and is_everyday(letters))
    return surname != "" and is_given(given, len(given)) and not word


def _begins_here(text: str, start: int) -> bool:
    """Whether a stop or a word for people stands before a name."""
    before = text[max(0, start - REACH) : start].rstrip()
    if not before or not is_han(before[-1]):
        return not before[-1:].isdigit()
    cues = (*words("names", "cues", "labels"), *words("names", "cues", "roles"))
    return before.endswith((*cues, *words("names", "cues", "before_signed")))
