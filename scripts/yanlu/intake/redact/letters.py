"""Names where letters have them: under the text, and before （收）."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from yanlu.intake.redact.lists import HAN, choice, words
from yanlu.intake.redact.persons import name_size
from yanlu.intake.redact.shadow import Find, Shadow
from yanlu.intake.redact.words import is_everyday

TAIL = 60  # characters at the end in which a signature lies
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
    found = _closing().search(shadow.text, max(0, end - TAIL), end)
    name = re.sub(r"\s", "", found["name"]) if found else ""
    if found and name_size(name, 0) == len(name) and not is_everyday(name):
        yield Find(found.start("name"), found.end("name"), "name")


@cache
def _closing() -> re.Pattern[str]:
    closing = rf"{choice(words('names', 'cues', 'closings'))}[!。,:\s]{{0,4}}"
    date = r"(?:\s*[0-9〇零一二三四五六七八九]{4}\s?[年.\-/].{0,12})?"
    name = rf"(?P<name>{HAN}(?:\s?{HAN}){{1,3}})"
    return re.compile(rf"(?:{closing}|[。!?;]\s*|\n\s*){name}{date}\s*[。.]?\s*$")
