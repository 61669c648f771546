"""Numbers of cases and files, and of whatever a matter, a study or an order is called by."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from yanlu.intake.redact.lists import HAN, choice, members, words
from yanlu.intake.redact.shadow import Find, Shadow
from yanlu.intake.redact.tokens import find_called, link

GAP = r"[\s\-_.·]{0,2}"
YEAR = re.compile(rf"[(\[〔]{GAP}[0-9](?:{GAP}[0-9]){{3}}{GAP}[)\]〕]")
FIGURE = "[0-9十百千万廿卅]"  # 第一千二百三十四号
COUNT = rf"{GAP}第?{GAP}{FIGURE}(?:{GAP}{FIGURE}){{0,7}}"
NUMBER = rf"{COUNT}{GAP}号(?:之{FIGURE}{{1,2}})?"
BARE_YEAR = rf"(?<![0-9])(?:1{GAP}9|2{GAP}0){GAP}[0-9]{GAP}[0-9]{GAP}年?"
PART = rf"(?:{HAN}|[()])"
OFFICE_REACH = 16  # characters before the year in which the office and the kind stand
OWN_REACH = 12  # characters before a number in which the word for it stands
LAST_DIGITS = re.compile(
    r"(?:尾号|[后末][0-9]位)(?:数字|号码|数)?[\s:是为]{0,3}([0-9](?:\s?[0-9]){2,7})(?![0-9])"
)


def find_files(shadow: Shadow) -> Iterator[Find]:
    """（2023）沪01民初123号, 受理编号…, 学号…, and the last digits of a number."""
    for start, end in _cases(shadow.digits):
        yield Find(start, end, "file-number")
    for pattern in (_entries(), _titles(), _bare_cases()):
        for found in pattern.finditer(shadow.digits):
            yield Find(*found.span("number"), "file-number")
    for found in LAST_DIGITS.finditer(shadow.digits):
        yield Find(found.start(1), found.end(1), "file-number")
    for pattern in (_registers(), _dated()):
        for found in pattern.finditer(shadow.digits):
            if not _is_of_all(shadow.digits[max(0, found.start() - 6) : found.start("number")]):
                yield Find(*found.span("number"), "file-number")
    yield from find_called(shadow, "files", "file-number", fewest=3)


def is_own(shadow: Shadow, start: int) -> bool:
    """Whether what a number stands behind has one for each person, hotline or not: 档案号12345."""
    return _own().search(shadow.digits, max(0, start - OWN_REACH), start) is not None


@cache
def _own() -> re.Pattern[str]:
    return re.compile(rf"(?<![a-z]){choice(words('documents', 'files', 'own'))}[\s:是为]{{0,4}}\Z")


def _cases(digits: str) -> Iterator[tuple[int, int]]:
    """Where case numbers lie: around their year in brackets."""
    for year in YEAR.finditer(digits):
        court = _court().match(digits, year.end())
        own = _own_number().match(digits, year.end())
        office = _office().search(digits[max(0, year.start() - OFFICE_REACH) : year.start()])
        if own and office:
            yield year.start() - len(office[0]), own.end()
        elif court:
            yield year.start(), court.end()


@cache
def _court() -> re.Pattern[str]:
    """Behind the year: the court's character and number, the kind, the number."""
    name = rf"{HAN}(?:{GAP}{PART}){{0,2}}(?:{GAP}[0-9]){{0,4}}"
    return re.compile(rf"{GAP}{name}(?:{GAP}{PART}){{0,8}}{NUMBER}")


@cache
def _bare_cases() -> re.Pattern[str]:
    """2023京0101民初45号, 京0101民初45, 2014年朝民初字第45号: no brackets around the year."""
    kinds = choice(words("documents", "files", "court_types"), GAP)
    provinces = members(words("documents", "plates", "provinces"))
    named = choice(words("documents", "files", "courts"), GAP)
    court = rf"(?:{provinces}{GAP}[0-9](?:{GAP}[0-9]){{1,3}}|{named})"
    numbered = rf"(?:{BARE_YEAR}{GAP})?{court}{GAP}{kinds}{GAP}字?{COUNT}(?:{GAP}号|(?![0-9]))"
    lettered = rf"{BARE_YEAR}{GAP}{HAN}{{1,4}}?{kinds}{GAP}字{NUMBER}"
    return re.compile(rf"(?P<number>{numbered}|{lettered})")


@cache
def _dated() -> re.Pattern[str]:
    """案件编号2023年第45号, 编号：信2023-0045: behind a word for a number, and no day."""
    cues = choice(cue for cue in words("documents", "files", "cues") if cue[-1] in "号码")
    no, public = (members(words("documents", "files", key)) for key in ("no_office", "of_public"))
    office = rf"(?:(?!{no}){HAN}{GAP}){{0,3}}(?!{no}|{public}){HAN}{GAP}"
    day = r"[0-9]{4}\s?[\-/.]\s?[01]?[0-9]\s?[\-/.]\s?[0-3]?[0-9](?![0-9])"
    serial = rf"{office}(?!{day}){BARE_YEAR}[/—–]?{COUNT}(?:{GAP}号|(?!{GAP}[0-9年月日]))"
    return re.compile(rf"{cues}码?{link()}(?P<number>{BARE_YEAR}{GAP}(?=第){NUMBER}|{serial})")


@cache
def _registers() -> re.Pattern[str]:
    """给我的号是gzf-2019-04417: letters, a year and a number behind words for a number."""
    told = choice(words("documents", "files", "registers"))
    mark, year = r"\s?[\-—–_/]\s?", "(?:19|20)[0-9]{2}"
    number = rf"[a-z]{{1,6}}(?:{mark})?{year}(?:{mark})?(?:[0-9]{{1,4}}{mark})?[0-9]{{2,8}}"
    return re.compile(rf"{told}[^,。;!?\n]{{0,6}}?(?<![a-z0-9])(?P<number>{number})(?![a-z0-9])")


def _is_of_all(before: str) -> bool:
    """Whether a standard, a type or a product is numbered so, or a thing of the public."""
    kinds = (*words("documents", "files", "no_registers"), *words("documents", "files", "public"))
    return any(kind in before for kind in kinds)


@cache
def _entries() -> re.Pattern[str]:
    """民调字2023第41号, 水利字2024-0068: a year without brackets; published documents have them."""
    published = members(words("documents", "files", "of_public"))
    kind = rf"(?:(?![的是为了号在据按照]){HAN}){{0,6}}?(?!{published}){HAN}字"
    return re.compile(
        rf"(?P<number>{kind}\s?(?:19|20)[0-9]{{2}}年?\s?(?:第|[\-—–_/])\s?[0-9]{{1,7}}号?)(?![0-9])"
    )


@cache
def _titles() -> re.Pattern[str]:
    """川(2019)某县不动产权第0003172号: land, houses, woods."""
    kinds = choice(words("documents", "files", "titles"))
    place = rf"(?:{HAN}|[0-9]){{0,10}}?"
    return re.compile(
        rf"(?P<number>(?:{HAN}(?={YEAR.pattern}))?(?:{YEAR.pattern})?{place}{kinds}[^,。;\n0-9]{{0,8}}?"
        rf"(?:{YEAR.pattern})?字?第?\s?[0-9]{{3,12}}(?:-[0-9]{{1,4}})?\s?号)"
    )


@cache
def _own_number() -> re.Pattern[str]:
    return re.compile(NUMBER)


@cache
def _office() -> re.Pattern[str]:
    """Before the year: an office and a kind of case; published documents have none."""
    types = members(words("documents", "files", "case_types"))
    published = choice(words("documents", "files", "of_public"))
    kind = rf"{types}(?:(?!号){PART}){{0,4}}|(?!{published}){HAN}字"
    return re.compile(rf"(?:(?![的是为了号在据按照]){PART}){{0,8}}(?:{kind})\s?$")
