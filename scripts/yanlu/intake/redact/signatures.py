"""What ends a letter: a name alone, whatever it looks like; a person must look.

幸福 泣书 on the last line, ，蓝天。 behind a telephone number, 退休职工曲艺, 谭 behind Linda.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from yanlu.intake.redact.lists import HAN, choice, words
from yanlu.intake.redact.persons import is_given, is_plain, is_usual, longest_end, surname_at
from yanlu.intake.redact.shadow import Find, Shadow
from yanlu.intake.redact.stated import is_leftover
from yanlu.intake.redact.words import is_everyday, is_listed

TAIL = 50  # characters at the end in which all this lies
NAME = rf"(?P<name>{HAN}{{2,4}}?)"
DATE = r"(?:\s*[0-9]{4}\s?[年.\-/].{0,12})?"
HANDLE = r"(?:\s+(?P<handle>[a-z][a-z0-9_\-.]{4,30}))?"
END = re.compile(r"[\n(]")
STOPS = ("", "。", "!", "?", ":", ",", "\n")  # before an end: a sentence ends there
LONGEST = 20  # characters of a last clause
CLAUSE = re.compile(rf"(?:^|[。!?;\n\s]|[—\-]{{2}})({HAN}{{2,12}}\s?{HAN}{{0,4}})\s*\Z")
KNOWN = re.compile(
    r"[,(、]\s?(?:[男女](?=[,、。\s)])|(?:今年|现年|年)?[0-9]{2}岁|(?:现|家|就|我)住(?![院户])|(?P<live>住|系(?!统|列|数)))"
)
CLAUSE_NAME = re.compile(rf"(?:(?<!{HAN})|\A)(?P<name>{HAN}{{2,4}})\s?\Z")
WEPT = "[泣敬拜谨顿叩跪呈涕][书上呈首启拜告禀]"  # 泣书
NUMBERED = re.compile(rf"[0-9]{{4}}\)?\s*[,、。\s]\s*{NAME}[。.]?\s*\Z")
DATED = re.compile(rf"\A\s*{NAME}\s*[0-9]{{4}}\s?[年.\-/][0-9]{{1,2}}[月.\-/].{{0,4}}\Z")
RECEIVED = re.compile(rf"[,\s号室]\s?(?P<name>{HAN}{{2,3}})亲?收(?!{HAN})")  # 粮站巷8号，路平收
PHONED = re.compile(
    rf"(?:\A|[。!?;~\n\s“”\"(]){NAME}(?:[\s,:]{{1,3}}(?:家属|家人|联系|子女|儿子|女儿)(?:人?电话|手机)?)?"
    r"[\s,:]{0,3}(?=(?:\+?86\s?-?)?1[3-9][0-9]{9}(?![0-9]))"
)
HOUSED = re.compile(rf"[0-9号室楼组社队村栋房户村湾庄屯]\s{NAME}[。.]?\s*\Z")
SENTENCE = re.compile(rf"[。!?;~]\s*{NAME}\s*\Z")


def find_last_line(shadow: Shadow) -> Iterator[Find]:
    """A line or a clause at the end that holds nothing but a name and what belongs to it."""
    text = shadow.text.rstrip()
    start = max(0, len(text) - TAIL)
    alone = _alone().search(text, start)
    told = alone and (alone["signed"] or alone["handle"] or _is_built(alone["name"]))
    if alone and told and _may_sign(alone["name"]) and not _reads_on(alone["name"]):
        yield _unsure(alone)
        if alone["handle"]:
            yield Find(*alone.span("handle"), "account", certain=False)
    for received in RECEIVED.finditer(shadow.text) if "收" in text else ():
        if surname_at(received["name"], 0) and _may_sign(received["name"]):
            yield _unsure(received)
    for pattern in (NUMBERED, SENTENCE, DATED):
        found = pattern.search(text, start)
        if found and surname_at(found["name"], 0) and _may_sign(found["name"]):
            yield _unsure(found)


def find_reached(shadow: Shadow) -> Iterator[Find]:
    """轩建民 17600009021, 桥头1号 靖国: before a telephone number, behind a home at the end."""
    text = shadow.text.rstrip()
    for phoned in PHONED.finditer(text):
        if _may_sign(phoned["name"]) and not phoned["name"].endswith(_no_ends()):
            yield _unsure(phoned)
    housed = HOUSED.search(text, max(0, len(text) - TAIL))
    if housed and _may_sign(housed["name"]) and is_usual(housed["name"][-1]):
        nobody = housed["name"].endswith(_no_ends()) or _reads_on(housed["name"])
        if not nobody:
            yield _unsure(housed)


@cache
def _no_ends() -> tuple[str, ...]:
    """Ends of what stands before a number and is nobody: 手机, 家属电话, 全体业主."""
    labels = (label for label in words("names", "cues", "labels"))
    return (*words("stated", "fields", "bodies"), *words("stated", "signature", "no_ends"), *labels)


def _reads_on(name: str) -> bool:
    """马路上: a word and what follows it."""
    return len(name) == 3 and is_everyday(name[:2])


def _unsure(found: re.Match[str]) -> Find:
    return Find(found.start("name"), found.end("name"), "name", certain=False)


def _may_sign(name: str) -> bool:
    """No formula, and nothing that holds a character of sentences."""
    formulas = words("stated", "signature", "not_names")
    return name not in formulas and is_given(name[1:], len(name) - 1)


@cache
def _alone() -> re.Pattern[str]:
    signed = choice(word for word in words("names", "cues", "signed") if len(word) > 1)
    return re.compile(rf"\n\s*{NAME}(?P<signed>\s*(?:{signed}|{WEPT}))?{HANDLE}{DATE}\s*[。.]?\Z")


def find_identified(shadow: Shadow) -> Iterator[Find]:
    """何必，男，38岁: a name that begins a clause, and what is known of the one."""
    for known in KNOWN.finditer(shadow.text):
        found = CLAUSE_NAME.search(shadow.text, max(0, known.start() - 6), known.start())
        if not found or not _may_sign(found["name"]) or not surname_at(found["name"], 0):
            continue
        if not known["live"] or (_is_built(found["name"]) and not is_everyday(found["name"])):
            yield _unsure(found)


def find_closing_role(shadow: Shadow) -> Iterator[Find]:
    """退休职工曲艺, 店主操小刚: a word for a person and a name are all of the last clause."""
    text = shadow.text
    for stop in (*(found.start() for found in END.finditer(text)), len(text)):
        if text[stop - 1 : stop] in STOPS:
            continue
        found = CLAUSE.search(text, max(0, stop - LONGEST), stop)
        clause, end = (found[1], found.end(1)) if found else ("", 0)
        for size in (1, 2, 3, 4):
            name, before = clause[-size:], clause[:-size].rstrip()
            if is_listed(name):
                continue
            role = longest_end(before, len(before), _roles())
            rest = before[: len(before) - len(role)]
            if role and rest in ("", *words("stated", "signature", "of_roles")):
                if _may_sign(name) and _is_built(name) and name not in _roles() | _titles():
                    yield Find(end - size, end, "name", certain=False)
                break


def _is_built(name: str) -> bool:
    """Whether it has a surname, or three characters that are no words."""
    given = len(name) - len(surname_at(name, 0))
    if len(name) == 1:  # ——护士长柏
        return given == 0 and is_plain(name)
    return given < 3 if given < len(name) else len(name) == 3 and is_leftover(name)


@cache
def _roles() -> frozenset[str]:
    keys = ("labels", "roles")
    return frozenset(
        (*(word for key in keys for word in words("names", "cues", key)),
         *words("stated", "roles", "one"), *words("stated", "roles", "sure"))
    )  # fmt: skip


@cache
def _titles() -> frozenset[str]:
    return frozenset(words("names", "titles", "long"))
