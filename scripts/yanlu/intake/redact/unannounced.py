"""Names without any word that announces them: a person must look at what is found here."""

from __future__ import annotations

from collections.abc import Iterator

from yanlu.intake.redact.lists import given_characters, surnames
from yanlu.intake.redact.persons import (
    FOLLOWED,
    PLACE_NAMES,
    ends_name,
    is_function,
    is_han,
    is_likely_name,
    is_plain,
    is_usual,
    surname_at,
)
from yanlu.intake.redact.shadow import Find, Shadow
from yanlu.intake.redact.words import PERSONS, is_everyday, is_thing, segment, word_class

Token = tuple[str, str]


def find_unannounced(shadow: Shadow) -> Iterator[Find]:
    """Three characters (or two that are rarely a word) that segmentation takes for a name."""
    place, known = 0, surnames()
    tokens = segment(shadow.text)
    for index, (word, tag) in enumerate(tokens):
        size = _size(tokens, index) if word in known or tag in PERSONS else 0
        if size and _can_be_name(shadow.text, place, size, tag in PERSONS):
            yield Find(place, place + size, "name", certain=False)
        place += len(word)


def _size(tokens: list[Token], index: int) -> int:
    """The length of the name that these tokens make: 王建国 or 刘 + 海燕 or 黄 + 丽 + 萍."""
    word, tag = tokens[index]
    if tag in PERSONS and 2 <= len(word) <= 4 and surname_at(word, 0) not in ("", word):
        return len(word)
    if word not in surnames():
        return 0
    following = [token for token, _ in tokens[index + 1 : index + 3]]
    if following and len(following[0]) == 2:
        return len(word) + 2
    return len(word) + 2 if len("".join(following)) == 2 else 0


def _can_be_name(text: str, place: int, size: int, tagged: bool) -> bool:
    """`tagged`: segmentation says that it is a person's name."""
    surname, ends = surname_at(text, place), ends_name(text, place + size)
    given = text[place + len(surname) : place + size]
    counted = place > 0 and text[place - 1].isdigit()
    if counted or is_function(surname) or len(given) not in (1, 2) or not ends:
        return False
    half = tagged and is_plain(surname) and not given_characters().isdisjoint(given)
    if not (half or is_usual(given)) or _is_word(text, place, size, ends):
        return False
    if len(given) == 1 and not (tagged and _stands_apart(text, place, size, ends)):
        return False
    return is_likely_name(text, place, size, announced=False)


def _is_word(text: str, place: int, size: int, ends: int) -> bool:
    """Whether name or given name is a word; between stops a noun may be a name all the same."""
    surname = surname_at(text, place)
    given = text[place + len(surname) : place + size]
    if is_everyday(text[place : place + size]):
        return True
    noun = word_class(given)[:1] == "n" and not is_everyday(text[place : place + 2])
    named = noun and is_plain(surname) and ends >= FOLLOWED
    return is_thing(given) and word_class(given) not in PLACE_NAMES and not named


def _stands_apart(text: str, place: int, size: int, ends: int) -> bool:
    """Whether two characters are a name rather than half a word: 张伟表示."""
    first = place == 0 or not is_han(text[place - 1])
    after = text[place + size : place + size + 1]
    return first and is_plain(text[place]) and ends >= FOLLOWED and after not in ("", "、")
