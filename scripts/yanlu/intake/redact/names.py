"""Names behind words that announce them, in lists, and wherever they recur."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from yanlu.intake.redact.lists import HAN, either, members, words
from yanlu.intake.redact.persons import (
    ENOUGH,
    FOLLOWED,
    STOP,
    ends_name,
    heads,
    is_function,
    is_given,
    is_han,
    is_likely_name,
    is_plain,
    is_usual,
    longest_end,
    name_size,
    surname_at,
)
from yanlu.intake.redact.shadow import Find, Shadow
from yanlu.intake.redact.words import begins_word, is_everyday, is_thing, is_torn, word_class

QUOTES = "“\"'‘《"
OPEN = rf"[\s(【\[*{QUOTES}]{{0,3}}"
SPACED = re.compile(rf"{HAN}(?:\s{{1,3}}{HAN}){{1,3}}(?!\s?{HAN})")
BOUNDED = re.compile(rf"{HAN}{{2,4}}(?!{HAN})")
LATIN = re.compile(r"[a-z]{2,20}(?:[\s.'\-]{1,2}[a-z]{1,20}){0,3}(?![a-z0-9@])")
SPREAD = 12  # characters of a label with spaces between them
APART = r"\s{0,4}"  # words may be written with spaces between their characters: 姓 名
JOINED = re.compile(r"\s?(?:[、,/;]|和|与|及|跟|以及|还有|同)\s?")


def find_announced(shadow: Shadow) -> Iterator[Find]:
    """Names behind labels, words of speaking about oneself, kin and offices."""
    readers = ((_labels(), _labelled), (_selves(), _self), (_perhaps(), _perhaps_name))
    for pattern, reader in readers:
        reached = 0  # lists are followed once, however many cues lie within them
        for found in pattern.finditer(shadow.text):
            name = reader(shadow.text, found) if found.end() >= reached else None
            if name:
                yield name
                for listed in _listed(shadow.text, name.end):
                    yield listed
                    reached = listed.end


@cache
def _labels() -> re.Pattern[str]:
    # Looks for the last character of a label, as `_perhaps` does.
    last = members(sorted({label[-1] for label in _all_labels()}))
    name = r"(?P<name>(?:姓名|名字|签名|签字|名)?)\s?(?:[(][^)\n]{0,8}[)])?\s?"
    link = r"(?P<link>(?:就是|叫做|是|为|叫|系)|[:,\-—=|_]{1,4}|\s)"
    linked = rf"(?:{link}\s{{0,4}}{OPEN}|{OPEN}(?<=[(【\[*{QUOTES}]))(?=[a-z]|{HAN})"
    return re.compile(rf"{last}{name}(?:{linked}|(?=[a-z]|{heads()}))")


@cache
def _all_labels() -> frozenset[str]:
    return frozenset(words("names", "cues", "labels"))


def _label_at(text: str, end: int) -> str:
    """The label that ends here; it may be written with spaces between its characters."""
    if text[max(0, end - 2) : end] not in _label_ends() and text[end - 2 : end - 1] != " ":
        return ""
    close = text[max(0, end - SPREAD) : end].replace(" ", "")
    return longest_end(close, len(close), _all_labels())


@cache
def _label_ends() -> frozenset[str]:
    return frozenset(label[-2:] for label in _all_labels())


def _labelled(text: str, found: re.Match[str]) -> Find | None:
    """Whatever stands behind a label and a colon; without a colon, what looks like a name."""
    place, link = found.end(), found["link"]
    label = _label_at(text, found.start("name"))
    if not label and found["name"]:
        label = _label_at(text, found.end("name"))
    someone = found[0][0] == "人" and (link or "").startswith(":")  # 某某人：
    if not (label or someone) or text.startswith(_closings(), place):  # 全体业主敬上
        return None
    if (link and link.strip(":-—=|_") == "") or text[place - 1] in QUOTES:
        return _any_name(text, place)
    if link:
        return _chinese_name(text, place, ENOUGH)
    named = _possible(text, found.start(), label, place)
    return named or _noun(text, place, found[0].endswith("人"))


def _is_inside(text: str, place: int, size: int) -> bool:
    """居民楼里: a thing that is a surname too, and what stands behind places."""
    after = words("names", "given", "after")
    inside = text[place + 1 : place + size] in after or text.startswith("里", place + 1)
    return inside and not is_plain(text[place])


@cache
def _closings() -> tuple[str, ...]:
    return tuple(word for word in words("names", "cues", "signed") if len(word) > 1)


def _noun(text: str, place: int, of_role: bool) -> Find | None:
    """联系人杨梅，: between a label and a stop even a fruit is a name.

    `of_role`: the label names a part in a matter (经办人), which names often follow.
    """
    size = name_size(text, place, ENOUGH)
    ends = ends_name(text, place + size)
    if not size or _is_inside(text, place, size):
        return None
    if is_function(text[place]) or ends < (FOLLOWED if of_role else STOP):
        return None
    if ends == STOP:
        noun = is_plain(text[place]) or word_class(text[place : place + size])[:1] in ("", "n")
        return _sized(text, place, size) if noun else None
    usual = word_class(text[place : place + size])[:1] in ("", "n", "a")
    return Find(place, place + size, "name", certain=False) if usual else None


def _any_name(text: str, place: int) -> Find | None:
    """A name of any make, also of an unknown surname or in Latin letters."""
    word = BOUNDED.match(text, place)
    if word and word[0] in words("names", "cues", "none"):
        return None
    name = _chinese_name(text, place, 0, any_word=True)
    if name or surname_at(text, place):
        return name
    if word and not is_everyday(word[0]) and not is_everyday(word[0][:2]):
        return Find(place, word.end(), "name")
    return _latin(text, place)


def _chinese_name(text: str, place: int, fewest: int, any_word: bool = False) -> Find | None:
    """A name with spaces, transcribed, or of a known surname."""
    spaced = SPACED.match(text, place)
    if spaced and (surname_at(text, place) or _is_apart(spaced[0])):
        return Find(place, spaced.end(), "name")
    foreign = _transcribed().match(text, place)
    if foreign and len(foreign[0]) >= 4 and ends_name(text, foreign.end()):
        return Find(place, foreign.end(), "name")
    size = name_size(text, place, fewest)
    if not size or (is_function(text[place]) and fewest and not is_likely_name(text, place, size)):
        return None
    return _sized(text, place, size, any_word)


def _is_apart(spaced: str) -> bool:
    """操 守 义: three lone characters that begin no word are a name of any surname."""
    letters = spaced.split()
    return len(letters) == 3 and not begins_word("".join(letters), 0)


def _sized(text: str, place: int, size: int, any_word: bool = False) -> Find | None:
    """A name, unless it is a word that no one is called by, or a word that reads on."""
    word = text[place : place + size]
    noun = any_word or word_class(word)[:1] in ("", "n", "a")
    clear = FOLLOWED if is_plain(text[place]) else STOP
    if is_everyday(word) and not (noun and ends_name(text, place + size) >= clear):
        return None
    return Find(place, place + size, "name")


def _latin(text: str, place: int) -> Find | None:
    latin = LATIN.match(text, place)
    return Find(place, latin.end(), "name") if latin else None


@cache
def _transcribed() -> re.Pattern[str]:
    return re.compile(members(words("names", "transcribed", "characters")) + "{2,12}")


@cache
def _selves() -> re.Pattern[str]:
    cues = either((*words("names", "cues", "selves"), "叫"), APART)
    english = r"my\s+name\s+is\b|i\s+am\b|name\b"
    return re.compile(rf"(?:{cues}|{english})\s?[:是为]?{OPEN}(?=[a-z]|{HAN})")


def _self(text: str, found: re.Match[str]) -> Find | None:
    """我叫… is a name, unless an everyday word shows that somebody was called: 我叫了车."""
    place = found.end()
    if found[0][0] in "叫min" and found.start() and text[found.start() - 1].isalnum():
        return None  # the end of another word
    name = _chinese_name(text, place, ENOUGH)
    if name:
        return name
    word = BOUNDED.match(text, place)
    if word is None:
        return _latin(text, place)
    given = is_given(word[0], len(word[0]))
    known = is_everyday(word[0]) or is_everyday(word[0][-2:]) or not given
    return _latin(text, place) if known else Find(place, word.end(), "name")


@cache
def _cues_perhaps() -> frozenset[str]:
    return frozenset((*words("names", "cues", "roles"), *words("names", "cues", "perhaps"), "我"))


@cache
def _perhaps() -> re.Pattern[str]:
    # Looks for the last character of a cue: there are many cues, and few are before a surname.
    last = members(sorted({cue[-1] for cue in _cues_perhaps()}))
    return re.compile(rf"(?P<last>{last})\s?(?:[:,]\s?)?{OPEN}(?={heads()})")


def _perhaps_name(text: str, found: re.Match[str]) -> Find | None:
    cue = longest_end(text, found.end("last"), _cues_perhaps())
    return _possible(text, found.end("last") - len(cue), cue, found.end()) if cue else None


def _possible(text: str, start: int, cue: str, place: int) -> Find | None:
    """A name behind a word that need not announce one, a `cue` that begins at `start`.

    A cue of one character may be a part of another word; it announces little.
    """
    if not surname_at(text, place):
        return None
    if cue == "我" and start and is_han(text[start - 1]):
        return None
    if is_everyday(cue + text[place]):  # 物业费 is no 物业 with a name
        return None
    short = len(cue) == 1
    weak = len(cue) <= 2 and cue in words("names", "cues", "perhaps")
    if (weak and is_torn(text, place)) or (short and is_torn(text, start)):
        return None
    fewest = STOP if cue == "我" else ENOUGH // 2 if is_plain(text[place]) else ENOUGH
    size = name_size(text, place, fewest)
    if _is_inside(text, place, size):
        return None
    known = short and word_class(text[place : place + size]) != ""
    if size and not known and is_likely_name(text, place, size, announced=not short):
        return Find(place, place + size, "name", certain=not weak)
    return None


def _listed(text: str, place: int) -> Iterator[Find]:
    """Names that follow a name: 张三、李四和王五."""
    joint = JOINED.match(text, place)
    while joint:
        start = joint.end()
        size = name_size(text, start, ENOUGH)
        if not size or not (is_likely_name(text, start, size) or _sized(text, start, size)):
            return
        yield Find(start, start + size, "name")
        joint = JOINED.match(text, start + size)


def find_again(shadow: Shadow, known: Iterable[Find]) -> Iterator[Find]:
    """Names that were found, wherever else they stand in the text, and given names alone."""
    names = [one for one in known if one.kind == "name"]
    sure = _wholes(shadow, (one for one in names if one.certain))
    unsure = _wholes(shadow, names) - sure
    parts = {given for whole in sure | unsure if (given := _given_alone(whole))}
    for wholes, certain in ((sure, True), (unsure | parts, False)):
        end = 0
        for start, size in sorted(
            (start, -len(whole)) for whole in wholes for start in _places(whole, shadow.text)
        ):  # the longest first
            if start >= end and (certain or not is_torn(shadow.text, start)):
                end = start - size
                yield Find(start, end, "name", certain)


def _wholes(shadow: Shadow, names: Iterable[Find]) -> set[str]:
    """The names with surname and given name that are no words."""
    texts = {shadow.text[name.start : name.end] for name in names}
    return {one for one in texts if len(one) > 1 and surname_at(one, 0) and not is_everyday(one)}


def _given_alone(whole: str) -> str:
    """The given name by which somebody is called later, unless it is a word."""
    given = whole[len(surname_at(whole, 0)) :]
    return given if len(given) == 2 and is_usual(given) and not is_thing(given) else ""


def _places(whole: str, text: str) -> Iterator[int]:
    """Where a word stands. No pattern is made of it: `re` would remember what somebody wrote."""
    place = text.find(whole)
    while place >= 0:
        yield place
        place = text.find(whole, place + 1)
