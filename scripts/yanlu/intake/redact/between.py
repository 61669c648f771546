"""Names told by both sides: 接白露她们几个, 上个月庆华抱着, 丰收大爷, 我家二丫今年五岁.

No word for a person stands before, or no stop behind; a person must look at all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from yanlu.intake.redact.lists import HAN, choice, words
from yanlu.intake.redact.persons import (
    is_function,
    is_given,
    is_plain,
    is_usual,
    surname_at,
)
from yanlu.intake.redact.shadow import Find, Shadow
from yanlu.intake.redact.transcribed import whole_names
from yanlu.intake.redact.words import is_everyday, is_listed, is_thing, is_torn, word_class

YOUNGER = re.compile(
    rf"(?:(?<!{HAN})|(?<=[的和跟找问请叫是年月天里被把给对向]))(?P<name>{HAN}{{2}})(?=[叔婶嫂姨伯娘](?!{HAN}?[叔婶嫂姨伯]))"
)
WRITTEN = re.compile(
    rf"(?:[写印刻签]着|[写签]的是|[胸工名]牌[上是]+|名字写的?)(?P<name>{HAN}{{2,3}})(?=的|[,。(!?]|$)"
)
ROW = re.compile(rf"(?<!{HAN})(?:{HAN}{{3}}){{2,8}}(?!{HAN})")
ONE_PERSON = re.compile(rf"(?P<name>{HAN}{{2}})(?=同学|同志|女士|先生|小朋友|小姐)")
TOGETHER = "(?=都|也都|一起|[两三][人个]|几个|他们|她们)"
JOINED = re.compile(
    rf"(?:(?<=[、的])|(?<!{HAN}))(?P<first>{HAN}{{2,3}})[和跟与、](?P<name>{HAN}{{2,3}}){TOGETHER}"
)
PEOPLE = "员长人手工师生友民主户者属们的"  # ends of words for people and of attributes


def find_between(shadow: Shadow) -> Iterator[Find]:
    """All of them."""
    text = shadow.text
    for finder in FINDERS:
        for start, end in finder(text):
            yield Find(start, end, "name", certain=False)


def _several(text: str) -> Iterator[tuple[int, int]]:
    """接白露她们几个, 有福老两口: whoever is with others."""
    for found in _with_others().finditer(text):
        name = found["name"]
        no = words("stated", "between", "no_several")
        if name.startswith(no) or name.endswith(no) or name[-1] in PEOPLE:
            continue
        if is_given(name, len(name)) and (is_usual(name) or surname_at(name, 0)):
            yield found.span("name")


@cache
def _with_others() -> re.Pattern[str]:
    before = choice(words("stated", "between", "with"))
    several = choice(words("stated", "between", "several"))
    return re.compile(rf"(?:{before}|(?<!{HAN}))(?P<name>{HAN}{{2,3}})(?={several})")


def _doing(text: str) -> Iterator[tuple[int, int]]:
    """上个月庆华抱着孩子, 初夏在朋友圈发的: a given name, and what its bearer does."""
    for found in _does().finditer(text):
        name = found["name"]
        if is_usual(name) and not is_listed(name) and is_no_role(name):
            known = word_class(name)[:1] in ("v", "d", "p", "r", "c", "m", "a")
            if not known and not is_everyday(text[found.end("name") - 1 : found.end("name") + 1]):
                yield found.span("name")


def is_no_role(name: str) -> bool:
    """Whether it is no word for people, nor for how or where they are."""
    no = (*words("stated", "between", "no_several"), *words("stated", "between", "no_elders"))
    return name not in no and name not in roles() and name[-1] not in PEOPLE


@cache
def _does() -> re.Pattern[str]:
    when, does = (choice(words("stated", "between", key)) for key in ("when", "does"))
    return re.compile(rf"(?:{when}|(?<!{HAN}))(?P<name>{HAN}{{2}})(?={does}|说(?![明法话服辞起]))")


@cache
def roles() -> frozenset[str]:
    """Words for people: parts in a matter, kin, offices, titles."""
    keys = ("labels", "roles", "selves")
    cues = {cue for key in keys for cue in words("names", "cues", key)}
    own = {word for key in ("one", "sure", "kin") for word in words("stated", "roles", key)}
    return frozenset(cues | own | set(words("names", "titles", "long")))


def _elders(text: str) -> Iterator[tuple[int, int]]:
    """钓鱼的丰收大爷: a given name, though it be a word, before a word for elder people."""
    for found in _before_elders().finditer(text):
        name = found["name"]
        known = word_class(name)[:1] in ("d", "p", "r", "c", "m", "s", "f", "t")
        if not known and is_no_role(name) and is_given(name, 2) and is_usual(name[0]):
            yield found.span("name")


def _younger(text: str) -> Iterator[tuple[int, int]]:
    """去年冬天秀兰婶摔断: a given name before one character for an elder."""
    for found in YOUNGER.finditer(text):
        name, start = found["name"], found.start("name")
        made = is_usual(name) and not is_thing(name) and is_no_role(name)
        if made and not is_torn(text, start) and not is_everyday(text[start + 1 : start + 3]):
            yield found.span("name")


def _written(text: str) -> Iterator[tuple[int, int]]:
    """胸牌写着许曼的: what stands on a badge or a paper, without quotes."""
    for found in WRITTEN.finditer(text):
        name = found["name"]
        given = name[len(surname_at(name, 0)) :]
        full = given not in ("", name) and is_given(given, len(given)) and is_usual(given)
        if full and not is_thing(name) and not is_everyday(name[:2]):
            yield found.span("name")


@cache
def _before_elders() -> re.Pattern[str]:
    elders = choice(word for word in words("stated", "between", "elders") if len(word) > 1)
    return re.compile(rf"(?:(?<!{HAN})|[的跟和找问请叫是])(?P<name>{HAN}{{2}})(?={elders})")


def _whole(text: str) -> Iterator[tuple[int, int]]:
    """旁边扎西东智的茶馆: a transcribed name that goes on in other characters."""
    for found in _wholes().finditer(text):
        rest = found["rest"]
        if not is_everyday(rest) and is_given(rest, 2) and not is_torn(text, found.start()):
            yield found.span()


@cache
def _wholes() -> re.Pattern[str]:
    names = choice(whole_names())
    return re.compile(
        rf"{names}(?P<rest>{HAN}{{2}})(?=[的说也和家一在是有去来被把给跟她他,。、()!?\s]|\Z)"
    )


def _of_village(text: str) -> Iterator[tuple[int, int]]:
    """俺是小屯村的展宝库，: where the writer is from, and who it is."""
    for found in _from().finditer(text):
        name = found["name"]
        given = name[len(surname_at(name, 0)) :]
        full = given not in ("", name) and is_given(given, len(given)) and is_no_role(name)
        full = full and name not in words("stated", "between", "no_one")
        if full and not is_thing(name) and (is_usual(given[:1]) or is_plain(name[0])):
            yield found.span("name")


@cache
def _from() -> re.Pattern[str]:
    who = "(?:我是|俺是|我系|本人是|我们是|他是|她是|我乃|我叫|来自)"
    return re.compile(rf"{who}[^,。;!?\n]{{2,20}}的(?P<name>{HAN}{{2,4}})(?=[,。(、])")


def _nicked(text: str) -> Iterator[tuple[int, int]]:
    """小温姑娘, 市管的小季: who serves, though 小温 be a word too."""
    for found in _nicks().finditer(text):
        name = found["name"] or found["nick"]
        surname = name[1]
        listed = name in words("names", "titles", "things")
        torn = is_everyday(text[found.end() - 1 : found.end() + 1])
        told = not listed and not torn and not is_function(surname)
        if found["title"]:
            told = (listed or not is_everyday(name)) and not is_torn(text, found.start())
        if surname_at(surname, 0) and told:
            yield found.span("name" if found["name"] else "nick")


@cache
def _nicks() -> re.Pattern[str]:
    titles = choice(word for word in words("names", "titles", "long") if len(word) > 1)
    serves = choice(words("stated", "between", "serving"))
    goes = choice(words("stated", "between", "behind_nick"))
    return re.compile(
        rf"(?P<name>[小老]{HAN})(?P<title>{titles})|{serves}的?(?P<nick>[小老]{HAN})(?={goes})"
    )


def _worded(text: str) -> Iterator[tuple[int, int]]:
    """杨柳同学: a word by which somebody is called, before what is said to one person."""
    for found in ONE_PERSON.finditer(text):
        name = found["name"]
        noun = word_class(name)[:1] in ("n", "t", "a", "") and is_no_role(name)
        noun = noun and (not is_listed(name) or text.startswith("同学", found.end()))
        other = name in words("stated", "between", "no_one") or is_torn(text, found.start())
        if surname_at(name, 0) and noun and is_usual(name[1:]) and not other:
            yield found.span("name")


def _joined(text: str) -> Iterator[tuple[int, int]]:
    """大刘、阿飞和胡椒都: the last of several, though it be a word."""
    for found in JOINED.finditer(text):
        first, name = found["first"], found["name"]
        nick = first[0] == "阿" or (first[0] in "小老大" and not is_everyday(first))
        nick = nick and len(first) == 2
        whole = surname_at(first, 0) and is_usual(first[1:]) and not is_everyday(first)
        named = is_given(name, len(name)) and is_no_role(name)
        if (nick or whole) and named and (surname_at(name, 0) or is_usual(name)):
            yield found.span("name")


def _children(text: str) -> Iterator[tuple[int, int]]:
    """我家二丫今年五岁: whoever is so old, or goes to school."""
    for found in _child().finditer(text):
        if is_no_role(found["name"]) and is_given(found["name"], 2):
            yield found.span("name")


@cache
def _child() -> re.Pattern[str]:
    ours = choice(words("stated", "signature", "ours"))
    grown = choice(words("stated", "between", "grown"))
    aged = rf"(?:今年|才|刚|快|都|已经)?(?:满|过)?{HAN}{{0,2}}岁"
    return re.compile(rf"{ours}(?P<name>{HAN}{{2}})(?={aged}|{grown}|对{HAN}{{1,4}}过敏)")


def _in_a_row(text: str) -> Iterator[tuple[int, int]]:
    """詹玉珍查小敏巫长林: a clause that is made of names alone, with nothing between."""
    for found in ROW.finditer(text):
        starts = range(found.start(), found.end(), 3)
        given = [text[start + 1 : start + 3] for start in starts]
        usual = sum(map(is_usual, given)) * 3 >= 2 * len(given)
        torn = any(is_everyday(text[start : start + 2]) for start in starts)
        if usual and not torn and all(len(surname_at(text, start)) == 1 for start in starts):
            yield from ((start, start + 3) for start in starts)


FINDERS = (
    _several,
    _doing,
    _elders,
    _younger,
    _written,
    _whole,
    _of_village,
    _nicked,
    _worded,
    _joined,
    _children,
    _in_a_row,
)
