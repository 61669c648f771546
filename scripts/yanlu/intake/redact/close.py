"""Names of those who are close, and of whoever is asked for: 老三冷向阳精神残疾, 有事找高兴.

Behind kin and the like a name may be of any surname, and a sentence may go on behind it; a person
must look at all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from yanlu.intake.redact.between import is_no_role, roles
from yanlu.intake.redact.lists import HAN, choice, members, words
from yanlu.intake.redact.persons import (
    FOLLOWED,
    MAYBE,
    ends_name,
    is_function,
    is_given,
    is_plain,
    is_usual,
    longest_end,
    surname_at,
)
from yanlu.intake.redact.shadow import Find, Shadow
from yanlu.intake.redact.stated import acts, is_leftover
from yanlu.intake.redact.words import is_everyday, is_listed, is_thing, is_torn, tagged

STOPPED = r"(?=[,。;(!?\n]|\Z)"
ASKING = re.compile("[找给系络]|[是叫]")  # asked for speed
WHO = re.compile(rf"[长任记官员](?:就是|是|叫)(?P<name>{HAN}{{2,3}}){STOPPED}")
CALLED = re.compile(rf"叫(?P<name>{HAN}{{2,3}})(?:{STOPPED}|(?P<of>的)(?={HAN}))")
GOING_ON = ("p", "d", "r", "c")  # tags of what a sentence goes on with: 表哥喻锋用门板
FAMILY = re.compile("姓|家|单名")  # asked for speed
FAMILIES = re.compile(rf"(?<!{HAN})(?:{HAN}家、){{1,8}}{HAN}家(?![长具乡庭])")  # 荆家、步家
OF_SURNAME = re.compile(
    rf"(?!百|同|改|贵|外|复|异|本|单|双|各|何|啥)(?P<own>{HAN})姓"
    r"(?=[男女业租住居村老青司店房邻工商某户人大小])"
    rf"|单名一?个?(?P<given>{HAN})字"
)


def find_close(shadow: Shadow) -> Iterator[Find]:
    """All of them."""
    text = shadow.text
    for finder in (_longer, _titled, _asked_for, _of_surname):
        for start, end in finder(text):
            yield Find(start, end, "name", certain=False)


def _longer(text: str) -> Iterator[tuple[int, int]]:
    """老三冷向阳精神残疾, 村主任段友才把: a surname and two usual characters, whatever follows."""
    for found in _before_names().finditer(text):
        start = found.end()
        kin = longest_end(text, start, _kin())
        if kin or found["link"] or len(longest_end(text, start, roles())) > 1:
            size = _size(text, start, kin != "")
            if size:
                yield start, start + size


def _size(text: str, start: int, kin: bool) -> int:
    """How many characters of a full name begin here; behind `kin` of any surname; 0: none."""
    surname = surname_at(text, start)
    known = surname != "" and not is_function(surname)
    for given in (2, 1) if kin or known else ():
        if given == 1 and not (kin and known):
            break
        size = len(surname or text[start]) + given
        usual = kin or is_usual(text[start + 1 : start + size])
        if usual and _is_full(text, start, size, given, (kin, known)):
            return size
    return 0


def _is_full(text: str, start: int, size: int, given: int, cued: tuple[bool, bool]) -> bool:
    """Whether so many characters are a name: of usual characters, or before a verb.

    `cued`: whether kin stands before, and whether the surname is known.
    """
    whole, end, (kin, known) = text[start : start + size], start + size, cued
    last = whole[-given:]
    if whole in words("stated", "between", "no_elders") or last[-1:] in "最太很完":
        return False
    if len(whole) < size or not is_given(last, given) or is_everyday(whole) or is_listed(whole):
        return False
    if is_torn(text, start) or is_everyday(text[end - 1 : end + 1]):
        return False
    named = kin and known and is_usual(last) and ends_name(text, end) >= MAYBE
    if is_everyday(whole[:2]) and not named:
        return False
    if given == 2 and is_usual(last) and (known or not is_thing(last)):
        return True
    goes_on = kin and is_plain(text[start]) and tagged(text[end : end + 4])[:1]
    ends = ends_name(text, end) >= FOLLOWED or acts(text, end) or is_thing(last)
    return known and (ends or bool(goes_on and goes_on[0][1] in GOING_ON))


def _titled(text: str) -> Iterator[tuple[int, int]]:
    """邻居管老师: what is a verb too, between a word for a person and a title."""
    for found in _surname_titled().finditer(text):
        surname = found["surname"]
        known = surname_at(surname, 0) and surname not in words("stated", "between", "governing")
        start = found.start("surname") - (found["of"] == "的")
        serves = text.endswith(words("names", "titles", "offices"), 0, start)
        asked = text.startswith(words("names", "titles", "asking"), found.end())
        thanks = text.endswith(words("stated", "between", "thanks"), 0, start)
        told = known and not asked and (serves or thanks or longest_end(text, start, _kin()))
        if told and not is_everyday(text[found.start("surname") : found.end()]):
            yield found.span("surname")


@cache
def _surname_titled() -> re.Pattern[str]:
    thanks = words("stated", "between", "thanks")
    before = {*_kin(), *words("names", "titles", "offices"), *thanks}
    last = "".join(sorted({word[-1] for word in before}))
    titles = choice(words("names", "titles", "long"))
    return re.compile(rf"[{last}](?P<of>的?)(?P<surname>{HAN}){titles}")


def _asked_for(text: str) -> Iterator[tuple[int, int]]:
    """有事找高兴。, 请和满仓联系, 站长是朱砂。, 名叫初夏的老人: by a name that is a word."""
    for pattern in (_asked(), WHO, CALLED) if ASKING.search(text) else ():
        for found in pattern.finditer(text):
            name = found["name"]
            cued = pattern is not CALLED or longest_end(text, found.start(), _kin()) != ""
            cued = cued or (found["of"] is not None and text[found.start() - 1] in "名个位")
            if cued and _may_be_asked(name):
                yield found.span("name")


def _may_be_asked(name: str) -> bool:
    """Whether somebody may be called so: no office, nor what one calls for."""
    surname = surname_at(name, 0)
    made = is_usual(name) or (surname not in ("", name) and not is_function(surname))
    made = made or (is_leftover(name) and not is_everyday(name))
    office = name[-1] in words("names", "given", "bodies") or not is_no_role(name)
    called = not name.endswith(words("stated", "called", "things"))
    return made and called and not office and is_given(name, len(name))


@cache
def _asked() -> re.Pattern[str]:
    asks = choice(words("stated", "between", "asks"))
    reached = rf"[请可]以?[和与跟同](?={HAN}+联[系络])"
    return re.compile(rf"(?:{asks}|{reached})(?P<name>{HAN}{{2,3}}?)(?:{STOPPED}|联[系络])")


def _of_surname(text: str) -> Iterator[tuple[int, int]]:
    """武姓住户, 从家和查家, 段家嫂子: a surname of any kind, or a given name, is spoken of."""
    for listed in FAMILIES.finditer(text) if "家、" in text else ():
        own = [place for place in range(*listed.span(), 3) if surname_at(text[place], 0)]
        if len(own) * 3 > listed.end() - listed.start():  # all of them
            yield from ((place, place + 1) for place in own)
    for pattern in (OF_SURNAME, _families(), _family_kin()) if FAMILY.search(text) else ():
        for found in pattern.finditer(text):
            for group, part in found.groupdict().items():
                if group == "given" or surname_at(part or "", 0):
                    yield from [found.span(group)] if part else []


@cache
def _families() -> re.Pattern[str]:
    """从家和查家."""
    no = members(words("stated", "between", "no_family"))
    first, second = (rf"(?!{no})(?P<{group}>{HAN})家" for group in ("first", "second"))
    return re.compile(rf"(?<!{HAN}[大两各几]){first}[和与跟]{second}(?!{HAN}?[长具])")


@cache
def _family_kin() -> re.Pattern[str]:
    """段家嫂子."""
    no = members(words("stated", "between", "no_family"))
    kin = choice(words("stated", "between", "of_family"))
    begins = rf"(?:(?<!{HAN})|(?<=[的村里和跟找问给被叫把])|(?<=邻居|隔壁|对门|楼上|楼下|街坊))"
    return re.compile(rf"{begins}(?!{no})(?P<kin>{HAN})家(?={kin})")


@cache
def _kin() -> frozenset[str]:
    lists = (("roles", "sure"), ("roles", "kin"), ("selves", "near"), ("between", "kin"))
    return frozenset(word for section, key in lists for word in words("stated", section, key))


@cache
def _before_names() -> re.Pattern[str]:
    last = "".join(sorted({word[-1] for word in _kin() | roles()}))
    link = choice(words("stated", "between", "before_name"))
    return re.compile(rf"(?:(?P<link>{link})|[{last}])(?={HAN}{{3}})")
