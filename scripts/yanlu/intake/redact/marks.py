"""What a writer says about themselves: kept in the text, and shown to the reviewer.

Only what is said of the writer or of kin counts: that a road runs past a school is no mark.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from yanlu.intake.redact.lists import HAN, choice, each, members, words
from yanlu.intake.redact.shadow import Find, Shadow

NO_STOP = r"[^。;!?\n,、:]"
NAME = rf"(?:{HAN}|[0-9a-z()])"
NAMED = ("ethnicity", "faith", "illness", "ailment")  # kinds that are told by a list of names
APART = rf"(?<!{HAN})"


def find_marks(shadow: Shadow) -> Iterator[Find]:
    """Employers, schools, posts, nationality, faith, illness, age and kin of the writer."""
    told = [kind for kind in _patterns() if _needed()[kind].search(shadow.text)]
    patterns = [(kind, _patterns()[kind]) for kind in told]
    for speaker in each(_speakers(), _first(), shadow.text) if patterns else ():
        for kind, pattern in patterns:
            found = pattern.match(shadow.text, speaker.start())
            if found and not _is_generic(kind, found):
                yield Find(found.start("mark"), found.end("mark"), kind, certain=False)


@cache
def _speakers() -> re.Pattern[str]:
    """Where a sentence about the writer or kin may begin."""
    return re.compile(rf"{choice(_starts())}|(?<=[,;。])在|{APART}{_kin()}")


@cache
def _first() -> re.Pattern[str]:
    """The characters with which that begins."""
    return re.compile(members({word[0] for word in (*_starts(), "在", *_people("kin"))}))


def _starts() -> tuple[str, ...]:
    return (*_people("selves"), *_people("roles"), *_people("now"))


def _is_generic(kind: str, found: re.Match[str]) -> bool:
    """Whether it names no one place: 在一家公司上班, 上小学."""
    name = found.groupdict().get("name")
    return name is not None and name.endswith(words("marks", kind, "generic"))


@cache
def _needed() -> Mapping[str, re.Pattern[str]]:
    """What a text must hold so that there can be such a mark in it: most hold none."""
    lists = {
        "employer": words("marks", "employer", "ends"),
        "school": words("marks", "school", "ends"),
        "post": words("marks", "post", "titles"),
        **{kind: words("marks", kind, "names") for kind in NAMED},
        "age": ("岁",),
        "kinship": _people("kin"),
    }
    return {kind: re.compile(choice(needed)) for kind, needed in lists.items()}


@cache
def _patterns() -> Mapping[str, re.Pattern[str]]:
    return {
        "employer": _employer(),
        "school": _school(),
        "post": _post(),
        "ethnicity": _belonging("ethnicity"),
        "faith": _belonging("faith"),
        "illness": _illness("illness"),
        "ailment": _illness("ailment"),
        "age": _age(),
        "kinship": re.compile(rf"(?:我|本人|俺|咱)(?:们?家)?的?(?P<mark>{_kin()})"),
    }


def _people(key: str) -> tuple[str, ...]:
    return words("marks", "people", key)


def _kin() -> str:
    return choice(_people("kin"))


def _self() -> str:
    """The writer, or kin of the writer."""
    return rf"(?:{choice(_people('selves'))}家?的?{_kin()}?|{APART}{_kin()})"


def _soon(characters: int) -> str:
    """A pattern for so many characters at most, of the same clause."""
    return rf"{NO_STOP}{{0,{characters}}}?"


def _employer() -> re.Pattern[str]:
    at, ends, work = (choice(words("marks", "employer", key)) for key in ("at", "ends", "work"))
    name = rf"(?P<mark>(?P<name>{NAME}{{2,16}}?){ends})"
    return re.compile(rf"(?:{_self()}{_soon(6)}|(?<=[,;。]))原?{at}{name}{_soon(4)}{work}")


def _school() -> re.Pattern[str]:
    at, ends, study = (choice(words("marks", "school", key)) for key in ("at", "ends", "study"))
    grade = r"[一二三四五六七八九高初0-9]{1,2}年?级?[(]?[一二三四五六七八九十0-9]{1,2}[)]?班"
    name = rf"(?P<mark>(?P<name>{NAME}{{2,10}}?){ends}(?:{grade})?)"
    return re.compile(rf"{_self()}{_soon(6)}{at}{name}(?:的?{_soon(3)}{study}|(?<=班))")


def _post() -> re.Pattern[str]:
    titles, verbs = (choice(words("marks", "post", key)) for key in ("titles", "verbs"))
    one = r"(?:一名|一个|一位|了)?"
    letterbox = rf"(?!{HAN}{{0,3}}(?:信箱|热线|接待))"  # 找过的是书记信箱
    role = choice(_people("roles"))
    mark = rf"(?P<mark>{NAME}{{0,14}}?{titles})"
    return re.compile(rf"(?:{_self()}{verbs}|{role}){one}{mark}{letterbox}")


def _belonging(kind: str) -> re.Pattern[str]:
    between, names = (choice(words("marks", kind, key)) for key in ("between", "names"))
    return re.compile(rf"{_self()}(?:{between}|\s){{0,5}}(?P<mark>{names})")


def _illness(kind: str) -> re.Pattern[str]:
    what = rf"{choice(words('marks', kind, 'names'))}(?:症|病|患者|病人|人)?"
    have = choice(words("marks", "illness", "have"))
    return re.compile(rf"{_self()}{_soon(8)}{have}{_soon(6)}(?P<mark>{what})")


def _age() -> re.Pattern[str]:
    number = r"(?:[0-9]{1,3}|[一二三四五六七八九十百]{1,4})"
    many = r"(?!以[上下]|及以|的?老人|儿童)"  # 60岁以上 are many
    age = rf"(?:今年|现年|年)?(?:已经?)?{number}多?周?岁{many}"
    alone = rf"{APART}(?={choice(_people('now'))})"
    return re.compile(rf"(?:{_self()}{_soon(8)}|{alone})(?P<mark>{age})")
