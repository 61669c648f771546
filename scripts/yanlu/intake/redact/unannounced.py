"""Names that segmentation leaves over: a surname that belongs to no word, and what follows it.

In ordinary sentences the dictionary leaves hardly any surname standing alone. Where one does,
its kind, the characters behind it and what stands around are weighed in points; a person must
look at what reaches `ENOUGH`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from yanlu.intake.redact.lists import given_characters, surnames, words
from yanlu.intake.redact.persons import (
    ANY,
    FOLLOWED,
    MAYBE,
    STOP,
    WORD,
    ends_name,
    is_function,
    is_given,
    is_han,
    is_plain,
    is_usual,
    longest_end,
    name_size,
    names_place,
    reads_as_word,
    surname_at,
)
from yanlu.intake.redact.shadow import Find, Shadow
from yanlu.intake.redact.words import (
    PERSONS,
    is_everyday,
    is_listed,
    is_thing,
    is_torn,
    pieces,
    word_class,
)

ENOUGH = 5  # points from which something may be a name
KINDS = {"plain": 6, "compound": 6, "word": 3, "function": -3}  # points of a surname
OFTEN = -2  # of a surname that often stands alone as a word
CUED, PEOPLE, ALONE, LINKED = 5, 4, 3, 2  # of what stands before
TITLED = 4  # of a title behind it
LEVEL = 0xD8  # first byte of GB 2312 from which on its characters are rare
UNLIKELY = ("f", "d", "p", "c", "r", "u")  # tags of words that are no given names
NUMERAL = frozenset("一二三四五六七八九十")  # people are called by their place in the family
NOUNLIKE = ("n", "a", "v", "t", "i", "z")  # tags of words that people are called by
COUNTS = ("m", "q")  # of words that are given names only behind a plain surname


def find_unannounced(shadow: Shadow) -> Iterator[Find]:
    """Surnames by themselves with one or two characters behind them, by points."""
    text, place, heads = shadow.text, 0, _heads()
    tokens, one, counting = pieces(text), _of_one(), _counting()
    for index, word in enumerate(tokens):
        if word[0] not in heads:
            place += len(word)
            continue
        before = text[place - 1] if place else ""
        if before not in counting and _begins_name(text, place, word):
            size = _size(text, place, tokens, index)
            if size and _points(text, place, size, tokens[index - 1 : index]) >= ENOUGH:
                yield Find(place, place + size, "name", certain=False)
        elif before in one and 1 < len(word) < 4 and _names_one(text, place, len(word)):
            yield Find(place, place + len(word), "name", certain=False)
        place += len(word)


def _names_one(text: str, place: int, size: int) -> bool:
    """Whether a word stands where nothing but the name of one person does: 丈夫高明，."""
    word = text[place : place + size]
    if is_function(word[0]) or is_listed(word):
        return False
    cued = len(longest_end(text, place, _cues())) > 1
    return cued and word_class(word)[:1] in NOUNLIKE and (ends_name(text, place + size) == STOP)


@cache
def _of_one() -> frozenset[str]:
    """Last characters of cues that speak of one person: 丈夫, 申请人, 姓名."""
    return frozenset(words("names", "cues", "one_ends"))


def _begins_name(text: str, place: int, word: str) -> bool:
    """A surname, or a name of the dictionary."""
    if word in _heads():
        return not is_function(word) or _is_cued(text, place)
    usual = len(word) < 5 and not given_characters().isdisjoint(word[1:])
    return usual and word_class(word) in PERSONS


def _is_cued(text: str, place: int) -> bool:
    """Whether a word that announces or links names ends here, or a clause begins."""
    before = text[max(0, place - 1) : place]
    if not is_han(before) or before in _linking():
        return True
    return len(longest_end(text, place, _cues())) > 1


@cache
def _linking() -> frozenset[str]:
    return frozenset(words("names", "given", "linking"))


@cache
def _heads() -> frozenset[str]:
    """All surnames, and the first characters of those of several."""
    return frozenset(one for name in surnames() for one in (name, name[0]))


def _size(text: str, place: int, tokens: list[str], index: int) -> int:
    """The length of the name that these words make: 王建国 or 刘 + 海燕 or 黄 + 丽 + 萍."""
    word, following = tokens[index], tokens[index + 1 : index + 3]
    surname = surname_at(text, place)
    if len(word) > len(surname):
        return _longer(word, surname, following)
    if not surname or not following or not is_han(following[0][0]):
        return 0
    if len(word) < len(surname):  # 纳|兰|涛
        return name_size(text, place, ANY)
    if len(following[0]) > 1:
        return len(word) + 2 if len(following[0]) in (2, 4) else 0  # 胡|四海一家
    if len(following) == 1 or not is_han(following[1][0]):
        return len(word) + 1
    if len(following[1]) > 1:  # 陆|多|多点: half a given name is torn off
        return len(word) + (1 if following[0] in given_characters() else 2)
    one = place + len(surname) + 1
    return name_size(text, place, ANY) if ends_name(text, one) else len(word) + 2


def _longer(word: str, surname: str, following: list[str]) -> int:
    """The same for a name of the dictionary, which may go on by one character: 张伟 + 民."""
    if not surname or not 1 <= len(word) - len(surname) <= 2:
        return 0
    given = word[len(surname) :]
    begins = word_class(word[:2]) != "" and len(word) > 2  # 江西人, 银杏树
    if not is_plain(surname) and (begins or not is_usual(given if is_thing(given) else given[-1])):
        return 0  # 古建筑, 吉祥物
    goes_on = len(word) - len(surname) == 1 and following and len(following[0]) == 1
    runs_on = goes_on and following[0] in given_characters() and not ends_name(following[0], 0)
    return len(word) + 1 if runs_on else len(word)


def _points(text: str, place: int, size: int, before: list[str]) -> int:
    """How much speaks for a name here; what costs most to know is asked last."""
    surname = surname_at(text, place)
    given, behind = text[place + len(surname) : place + size], place + size
    if not given or not is_given(given, len(given)):
        return 0
    points = _of_surname(surname, given) + _of_given(given, surname)
    if points + CUED + TITLED < ENOUGH:
        return 0
    beginning = _of_beginning(text, place, behind, before)
    points += beginning + _of_end(text, behind)
    if points < ENOUGH or not _holds(text, place, size, beginning):
        return 0
    return 0 if _is_word(text, place, size, beginning) else points


def _holds(text: str, place: int, size: int, beginning: int) -> bool:
    """Whether it is clear enough for where it stands: behind words for people little is asked."""
    if beginning >= PEOPLE or text[max(0, place - 1) : place] == "叫":
        return True
    surname, behind = surname_at(text, place), place + size
    given = text[place + len(surname) : behind]
    if not NUMERAL.isdisjoint(given):  # 覃七斤
        return True
    thing = is_thing(given)
    if thing and not (is_plain(surname) or word_class(given)[:1] == "n"):  # 水根本上不来
        return False
    points = _of_given(given, surname)
    if _of_surname(surname, given) < 2 and points < 3:  # 普惠性民办园
        return False
    if beginning < LINKED and ((thing and points < 2) or not _is_clear(text, behind, given)):
        return False
    weak = thing and points < 2 and not (is_plain(surname) and beginning >= ALONE)
    return not weak and text[behind : behind + 1] != "得"  # 石楠长得太高


def _is_clear(text: str, behind: int, given: str) -> bool:
    """Whether every character is one of names, and one alone stands before an end: 滕国栋."""
    if len(given) > 1:
        return all(map(_of_character, given.removeprefix("氏")))  # 阮氏兰
    return _of_end(text, behind) > 1 and given not in words("names", "given", "measures")


@cache
def _counting() -> frozenset[str]:
    """Characters before a surname that make it a word that counts: 三张, 每周."""
    return frozenset(words("names", "given", "counting"))


def _is_word(text: str, place: int, size: int, beginning: int) -> bool:
    """Whether it is listed as no name, or names a body or a place."""
    surname = surname_at(text, place)
    given = text[place + len(surname) : place + size]
    if names_place(text, place + size):
        return True
    if beginning < CUED and len(given) == 1 and given in words("names", "given", "places_after"):
        return True
    if beginning < PEOPLE and given[-1] in words("names", "given", "settlements"):  # 柳林镇
        return True
    if is_function(surname) and is_everyday(given):
        return True
    if len(given) == 1 and given in words("names", "given", "bodies"):
        return True
    listed = any(is_listed(text[place : place + end]) for end in range(2, size + 2))
    word = not is_plain(surname) and reads_as_word(text, place, size)
    home = given[0] == "家" and given[-1] in words("names", "given", "places_after")
    return listed or word or home or given == "家"


def _of_surname(surname: str, given: str) -> int:
    """Less for a word that often stands alone, and if it forms a word with what follows."""
    often = surname in words("names", "given", "often")
    points = KINDS[surnames()[surname]] + (OFTEN if often else 0)
    begins = len(given) > 1 and is_everyday(surname + given[0])  # 银杏 + 树
    if is_thing(surname):  # 南门
        return points - 6
    return points - (8 if begins else 2 if often and len(given) == 1 else 0)


def _of_given(given: str, surname: str) -> int:
    """Usual and rare characters speak for a name, words that are none against it."""
    tag = word_class(given)[:1]
    if tag in UNLIKELY or (tag in COUNTS and not is_plain(surname)):
        return -6
    points = sum(map(_of_character, given)) - (len(given) == 1)
    strange = len(given) > 1 and points <= 0 and NUMERAL.isdisjoint(given)
    points -= 3 if strange else 0
    points -= 3 if given[-1] in words("names", "given", "places") else 0
    points -= 6 if given in _titles() else 0
    return points - (0 if not is_thing(given) else 1 if points > 0 else 4)


def _of_character(char: str) -> int:
    if char in given_characters():
        return 2
    coded = char.encode("gb2312", "ignore")
    return 2 if not coded or coded[0] >= LEVEL else 0


def _of_end(text: str, behind: int) -> int:
    if not _titles().isdisjoint((text[behind : behind + 2], text[behind : behind + 3])):
        return TITLED
    ends = ends_name(text, behind)
    return 2 if ends >= FOLLOWED else 0 if ends == WORD else 1 if ends == MAYBE else -1


def _of_beginning(text: str, place: int, behind: int, before: list[str]) -> int:
    if not before or not is_han(text[place - 1]):
        around = text[max(0, place - 1) : place] + text[behind : behind + 1]
        return LINKED if is_han(text[behind : behind + 1]) or "、" in around else ALONE
    if len(longest_end(text, place, _cues())) > 1:
        return CUED
    word = before[0]
    if word_class(word)[:1] == "n" and word[-1] in words("names", "cues", "people_ends"):
        return PEOPLE
    if word[-1] in _linking() or word in words("names", "given", "verbs"):
        return LINKED
    return -3 if is_torn(text, place) else 0


@cache
def _titles() -> frozenset[str]:
    """What is no given name behind a surname: 同志, 谨上."""
    return frozenset((*words("names", "titles", "long"), *words("names", "cues", "signed")))


@cache
def _cues() -> frozenset[str]:
    keys = ("labels", "roles", "selves", "perhaps")
    return frozenset(cue for key in keys for cue in words("names", "cues", key))
