"""Days and years of birth, in every way of writing a date."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from yanlu.intake.redact.lists import HAN, choice, words
from yanlu.intake.redact.shadow import Find, Shadow

GAP = r"[\s_.\-·]{0,2}"
YEAR = rf"(?:1{GAP}[89]|2{GAP}0){GAP}[0-9]{GAP}[0-9]"
SHORT_YEAR = rf"[0-9]{GAP}[0-9]"
NUMBER = rf"(?:[0-9]{GAP}[0-9]|[0-9]?十[0-9]?|廿[0-9]?|卅1?|初?[0-9])"
MARK = rf"{GAP}[.\-/·,—–]{GAP}"
ERA = r"(?:民国|光绪|宣统|昭和)\s?(?:[0-9十廿卅]{1,4}|元)\s?年"
CYCLE = "[甲乙丙丁戊己庚辛壬癸][子丑寅卯辰巳午未申酉戌亥]年"
CALENDAR = r"(?:农历|阴历|阳历|公历)?"
WINDOW = 40  # characters before a cue in which its date lies
BORN_IN = re.compile(
    rf"(?:我|本人)(?:是|系)?\s?({YEAR}\s?年?|{SHORT_YEAR}\s?年)[的人](?:人|(?=[,。;]|$))"
)

# 2021年4月30日在新余生的: where, between the day and the word.
BORN_AT = re.compile(
    rf"({YEAR}\s?[年.\-/]\s?[0-9]{{1,2}}\s?[月.\-/]\s?{NUMBER}\s?[日号]?)(?:那天|当天|凌晨|早上|晚上|夜里)?"
    r"[在于][^,。;!?\n0-9]{1,12}?(?:出生|生的|降生|生下|落地|出世|剖)"
)


@cache
def _forms() -> tuple[str, ...]:
    """Patterns for a day, month or year; numerals are digits already."""
    month = rf"(?:{NUMBER}|[正冬腊元])"
    year = rf"(?:{YEAR}|{SHORT_YEAR})"
    day = rf"{month}{GAP}月{GAP}的?{GAP}(?:份|{NUMBER}{GAP}[日号]?)?"
    pair = rf"[0-9](?:{GAP}[0-9])?"
    marked = rf"{year}{MARK}{pair}(?:{MARK}{pair})?"
    western = rf"[0-9]{{1,2}}{MARK}[0-9]{{1,2}}{MARK}{YEAR}"
    month_and_day = rf"[0-9]{{1,2}}{MARK}[0-9]{{1,2}}(?![0-9.])"
    written = rf"{year}{GAP}年(?:{GAP}的?{GAP}{CALENDAR}{day}|{GAP}{CALENDAR})"
    era = rf"(?:{ERA}|{CYCLE})(?:{GAP}{CALENDAR}{day})?"
    packed = rf"{YEAR}(?:{GAP}[0-9]){{2,4}}"
    return western, marked, month_and_day, written, era, packed, rf"{CALENDAR}{day}", YEAR


@cache
def _cues() -> re.Pattern[str]:
    spaced = [r"\s?".join(cue) for cue in words("dates", "birth", "cues")]
    return re.compile("|".join([*spaced, r"生(?=的?\s{0,2}(?:[,。;、).\n]|$)|\s)"]))


@cache
def _behind() -> tuple[re.Pattern[str], ...]:
    told = choice(words("dates", "birth", "told"))
    link = rf"(?:{told})?[\s:是为在于成(,—\-“\"]{{0,4}}{CALENDAR}\s?"
    packed = rf"(?:0{GAP}[1-9]|1{GAP}[012]){GAP}(?:0{GAP}[1-9]|[12]{GAP}[0-9]|3{GAP}[01])(?![元块])"
    forms = (*_forms(), packed)  # 生日0307
    return tuple(re.compile(rf"{link}({form})(?![0-9])") for form in forms)


@cache
def _before() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(rf"(?<![0-9])({form})的?[)\s]{{0,2}}$") for form in _forms())


@cache
def _celebrated() -> tuple[re.Pattern[str], ...]:
    """3月7日是我生日, 我儿子六月一号过生日: whose day it is stands behind or before."""
    whose, days = (choice(words("dates", "birth", key)) for key in ("whose", "days"))
    whose = rf"{whose}(?![们国党市省县区校院厂司])"
    ends = rf"[过的]{{0,2}}\s?{days}"
    return tuple(
        re.compile(pattern)
        for form in _forms()[:-1]
        for pattern in (
            rf"(?<![0-9])({form})(?:那天|当天)?[\s就是为,]{{0,3}}{whose}(?:{HAN}|[0-9]){{0,6}}?{ends}",
            rf"{whose}{HAN}{{0,4}}?[\s是在,]{{0,2}}(?<![0-9])({form})(?:那天|当天)?要?{ends}",
        )
    )


@cache
def _of_many() -> re.Pattern[str]:
    """2016年出生的孩子 are many, and none of them."""
    return re.compile(choice(words("dates", "birth", "many")))


def _is_of_many(digits: str, found: re.Match[str]) -> bool:
    """Whether it is a year alone, of birth of many: 出生于2016年的孩子."""
    end = found.end() + digits.startswith("年", found.end())
    return "月" not in found[0] and _of_many().match(digits, end) is not None


def find_birth_dates(shadow: Shadow) -> Iterator[Find]:
    """Dates that words beside them say are of somebody's birth; the longest reading counts."""
    digits = shadow.digits
    for cue in _cues().finditer(digits):
        if digits[max(0, cue.start() - 1) : cue.start()] == "卫":  # 卫生
            continue
        for pattern in _behind():
            found = pattern.match(digits, cue.end())
            if found and not _is_of_many(digits, found):
                yield from _date(found, 0)
        if not _of_many().match(digits, cue.end()):
            start = max(0, cue.start() - WINDOW)
            for pattern in _before():
                yield from _date(pattern.search(digits[start : cue.start()]), start)
        yield from _other(digits, cue.end())
    kept = any(day in digits for day in words("dates", "birth", "days"))
    for pattern in (BORN_IN, BORN_AT, *(_celebrated() if kept else ())):
        yield from (find for found in pattern.finditer(digits) for find in _date(found, 0))


def _other(digits: str, place: int) -> Iterator[Find]:
    """Another day in the same sentence: 出生日期写成…，实际为…."""
    for found in _corrected().finditer(digits, place, place + WINDOW):
        if "。" not in digits[place : found.start()]:
            yield from _date(found, 0)


@cache
def _corrected() -> re.Pattern[str]:
    """The whole of a date behind a word that says which one is right."""
    mark = "[年.\\-/]"
    date = rf"{YEAR}\s?{mark}\s?[0-9]{{1,2}}\s?[月.\-/]\s?[0-9]{{1,2}}日?"
    return re.compile(rf"{choice(words('dates', 'birth', 'corrected'))}[^,。\n]{{0,6}}?({date})")


def _date(found: re.Match[str] | None, offset: int) -> Iterator[Find]:
    if found:
        start = offset + found.start(1)
        yield Find(start, start + len(found[1].rstrip()), "birth-date")
