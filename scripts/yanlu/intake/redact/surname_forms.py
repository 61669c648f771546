"""Surnames and nicknames that tell: 老王, 阿珍, 王某某, 姓王的, 谢家的院墙."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from yanlu.intake.redact.lists import (
    HAN,
    choice,
    given_characters,
    members,
    surnames,
    words,
)
from yanlu.intake.redact.persons import (
    FOLLOWED,
    WORD,
    ends_name,
    is_function,
    is_han,
    is_plain,
    names_place,
)
from yanlu.intake.redact.shadow import Find, Shadow
from yanlu.intake.redact.words import begins_word, is_everyday, is_thing, is_torn

LONGEST = 4  # characters of a surname
HIDING = re.compile("[某x×*＊○〇□]")  # what stands for a given name
BEFORE_PREFIX = (
    "的",
    "台",
    "找",
    "问",
    "跟",
    "请",
    "给",
    "让",
    "叫",
    "由",
    "壁",
    "门",
)  # before 小鲍
BEFORE_FAMILY = ("在", "到", "从", "被", "把", "和", "跟", "与", "让", "由")  # 在齐家门口
SPEAKING = ("说", "告诉", "讲", "答应", "称", "解释")  # behind 小葛: somebody is meant
HELPING = ("帮", "打电话")  # nor does 小麦 help
NO_HAN = rf"$|(?!{HAN}).|\n"


def find_prefixed(shadow: Shadow) -> Iterator[Find]:
    """老王, 小李: a person must say whether it is one."""
    text = shadow.text
    for found in _prefixed().finditer(text):
        speaks = found[0][0] == "小" and text.startswith(SPEAKING, found.end())
        speaks = speaks and found[0] in words("names", "titles", "things")
        thing = (_is_thing(found[0]) and not speaks) or is_function(found[1])
        house = text.startswith("家", found.end())
        thing = thing or (begins_word(text, found.start(1)) and not house)
        torn = is_torn(text, found.start()) and not _is_cued(text, found.start())
        if not thing and not torn:
            yield Find(found.start(), found.end(), "name", certain=False)


def find_prefixed_loosely(shadow: Shadow) -> Iterator[Find]:
    """物业前台小鲍态度恶劣: behind a word for people, before any word."""
    text = shadow.text
    for found in _loosely().finditer(text):
        start, end = found.span()
        office = text.endswith(words("names", "titles", "offices"), 0, start)
        serves = office and text.startswith(words("names", "titles", "serves"), end)
        if not serves and not is_plain(found[0][1]):
            continue
        speaks = serves and text.startswith((*SPEAKING, *HELPING), end)
        known = (_is_thing(found[0]) or is_thing(found[0])) and not speaks
        known = known or begins_word(text, start + 1) or names_place(text, end)
        cued = office or _is_cued(text, start) or text[start - 1 : start] in BEFORE_PREFIX
        ends = serves or ends_name(text, end) >= WORD
        if cued and ends and not known and not is_torn(text, start):
            yield Find(start, end, "name", certain=False)


@cache
def _loosely() -> re.Pattern[str]:
    return re.compile(rf"{members(words('names', 'titles', 'prefixes'))}{_singles()}")


@cache
def _prefixed() -> re.Pattern[str]:
    prefix = members(words("names", "titles", "prefixes"))
    after = choice(
        (*words("names", "titles", "prefix_followers"), *words("names", "titles", "long"))
    )
    return re.compile(rf"{prefix}({_singles()})(?={NO_HAN}|{after})")


def find_nicknames(shadow: Shadow) -> Iterator[Find]:
    """阿珍, 老顾头, 大刘, 强子: a person must say whether it is somebody."""
    text = shadow.text
    for found in _nicknames().finditer(text):
        before = text[max(0, found.start() - 1) : found.start()]
        if found["free"]:  # rarely a part of another word
            ends = ends_name(text, found.end()) > 0 or _is_kin(text, found.start())
            expected = not is_torn(text, found.start()) and ends
        else:
            expected = not is_han(before) or before in words("names", "given", "linking")
            expected = expected and ends_name(text, found.end()) >= FOLLOWED
        thing = is_thing(found[0]) or is_thing(found[0][:2])
        thing = thing or (found[0].endswith("头") and is_thing(found[0][1:]))  # 老石头
        if expected and not thing:
            yield Find(found.start(), found.end(), "name", certain=False)


def _is_kin(text: str, end: int) -> bool:
    """Whether a word for kin ends here, behind which 阿珍 is somebody: 我老婆阿珍下夜班."""
    kin = (*words("stated", "roles", "kin"), *words("stated", "roles", "one"))
    thing = text[end + 1 : end + 2] in words("names", "titles", "no_nick")
    return not thing and text.endswith(kin, 0, end)


@cache
def _nicknames() -> re.Pattern[str]:
    plain = members(name for name in surnames() if len(name) == 1 and is_plain(name))
    given = members(given_characters())
    word = members(name for name in surnames() if len(name) == 1 and not is_function(name))
    free = rf"老{plain}[伯爹哥姐嫂汉倌总师板]|老{word}头|阿{given}(?![·•])"
    bound = rf"[大胖瘦二三]{plain}|{given}(?:子|妞|娃|妮|哥|姐|叔|伯|婶|嫂)"
    return re.compile(rf"(?P<free>{free})|{bound}")


def find_ranked(shadow: Shadow) -> Iterator[Find]:
    """罗二姐, 乔老三, 轩二孬: a surname, a place in the family, and kin or a nickname."""
    for found in _ranked().finditer(shadow.text):
        start, word = found.start(), found[0]
        torn = is_torn(shadow.text, start) or is_everyday(word[:2]) or is_everyday(word)
        if not torn and not is_function(word[0]):
            yield Find(start, found.end(), "name", certain=False)


@cache
def _ranked() -> re.Pattern[str]:
    rank, kin = (members(words("names", "titles", key)) for key in ("ranks", "ranked"))
    return re.compile(rf"{_singles()}(?:老{rank}|{rank}{kin})(?!{kin})")


def _singles() -> str:
    return members(name for name in surnames() if len(name) == 1)


def _is_thing(word: str) -> bool:
    """Whether 老路 or 小麦 is a thing; 老马 is a person, whatever the dictionary says."""
    known = not is_plain(word[1:]) and is_thing(word)
    return known or word in words("names", "titles", "things")


def _is_cued(text: str, place: int) -> bool:
    """Whether a word that announces names ends here: 楼长老蔡."""
    cues = (*words("names", "cues", "labels"), *words("names", "cues", "roles"))
    return text.endswith(cues, 0, place)


def find_hidden(shadow: Shadow) -> Iterator[Find]:
    """王某某, 张××, 姓王的: the surname is left, or is all there is."""
    text = shadow.text
    for found in _hidden().finditer(text) if HIDING.search(text) else ():
        clean = not is_everyday(text[max(0, found.start() - 1) : found.start() + 1])
        begins = not is_han(text[max(0, found.start() - 1) : found.start()])  # 边某某伪造
        if clean and (begins or not is_function(found[0][0])):
            yield Find(found.start(), found.end(), "name")
    for found in _called().finditer(text):
        yield Find(found.start(1), found.end(1), "name")


@cache
def _hidden() -> re.Pattern[str]:
    some = rf"某{{1,3}}(?!{choice(words('names', 'titles', 'some_thing'))})(?:{HAN}(?=[,。;、的]))?"
    starred = r"[x×*＊○〇□]{1,2}(?![a-z0-9×*])"
    return re.compile(rf"{choice(surnames())}(?:{some}|{starred})")


@cache
def _called() -> re.Pattern[str]:
    behind = choice(words("names", "titles", "of_surname"))
    return re.compile(rf"姓(?<![百贵同改复单双族]姓)({choice(surnames())})(?={NO_HAN}|{behind})")


def find_families(shadow: Shadow) -> Iterator[Find]:
    """谢家的院墙: a person must say whether it is a family or a place."""
    for found in _families().finditer(shadow.text):
        family = _family(shadow.text, found.start())
        if family:
            yield Find(found.start() - len(family), found.start(), "name", certain=False)


@cache
def _families() -> re.Pattern[str]:
    things = choice(words("names", "titles", "of_family"))
    return re.compile(rf"家(?={things}|的(?![园庭长具电]))")


def _family(text: str, end: int) -> str:
    """The surname that ends here and before which no other word stands."""
    for start in range(max(0, end - LONGEST), end):
        before = text[max(0, start - 1) : start]
        if is_plain(text[start:end]) and (not is_han(before) or before in BEFORE_FAMILY):
            return text[start:end]
    return ""
