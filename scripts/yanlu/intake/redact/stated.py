"""Names where nothing but a name can stand, be they words or of no known surname.

我叫高兴，, 反映人扎西顿珠，, 配偶于是，, 弟弟税小龙拿去: what stands around tells, not the
characters; a person must look at all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from yanlu.intake.redact.lists import HAN, choice, either, members, words
from yanlu.intake.redact.persons import (
    FOLLOWED,
    MAYBE,
    WORD,
    ends_name,
    is_function,
    is_given,
    is_han,
    is_usual,
    longest_end,
    surname_at,
)
from yanlu.intake.redact.shadow import Find, Shadow
from yanlu.intake.redact.transcribed import whole_names
from yanlu.intake.redact.words import (
    PERSONS,
    is_everyday,
    is_listed,
    is_thing,
    is_torn,
    pieces,
    segment,
    tagged,
    word_class,
)

LONGEST = 6  # characters of a name of no known surname
WHOLE = re.compile(rf"{HAN}{{2,{LONGEST}}}(?!{HAN})")
DOUBLED = re.compile(rf"({HAN})\1")
FLOOR = re.compile(r"(?:[0-9十]楼|[0-9]{3,4}[室号]?)\Z")
VERBS = ("v", "d", "p", "r", "u", "m", "q")  # tags of words that go on with a sentence
NO_CHILD = ("d", "m", "t", "z", "r")  # tags of doubled words: 天天, 常常
NO_LAST = "难差慢贵坏烂重累"  # ends of sentences and not of names
KIN = (("roles", "sure"), ("roles", "kin"), ("between", "kin"))  # lists of words for kin and others
PLACES = ("ns", "nr", "nz")  # tags of words that people are called by
NO_HAN = rf"(?!{HAN})"


def find_called(shadow: Shadow) -> Iterator[Find]:
    """我叫高兴，; 有个叫飞哥的司机; 姓令狐名守拙; 外号三拐子."""
    text = shadow.text
    if "叫" in text or "号" in text or "人称" in text:
        for found in _called().finditer(text):
            cue, start = longest_end(text, found.end("cue"), _cues()), found.start()
            begins = found["cue"] == "叫" and not is_han(text[max(0, start - 1) : start])
            if (cue or begins) and (
                cue in _those("called", "nicknames") or _is_called(found["name"])
            ):
                yield _unsure(found.start("name"), found.end("name"))
        for found in _called_someone().finditer(text):
            if not is_thing(found[1]) and not is_everyday("叫" + found[1][0]):
                yield _unsure(*found.span(1))
    if "姓" in text:
        for found in _surnamed().finditer(text):
            yield _unsure(*found.span("surname"))
            if found["given"]:
                yield _unsure(*found.span("given"))


@cache
def _those(section: str, key: str) -> frozenset[str]:
    """A list of words, or of characters, to ask whether something is one of them."""
    return frozenset(words("stated", section, key))


def _unsure(start: int, end: int) -> Find:
    return Find(start, end, "name", certain=False)


def _is_called(name: str) -> bool:
    """Whether somebody is called so, and nothing called for (叫了车, 叫外卖)."""
    if name.endswith(("车", *words("stated", "called", "things"))) or is_everyday("叫" + name[0]):
        return False
    never = words("names", "given", "never")
    if name[0] in never or (len(name) > 4 and not is_leftover(name)):
        return False
    return len(name) < 3 or not is_everyday(name[:2]) or is_usual(name[1:])


@cache
def _called() -> re.Pattern[str]:
    last = members(sorted({cue[-1] for cue in _cues()}))
    name = rf"(?P<name>{HAN}{{2,{LONGEST}}}){NO_HAN}"
    return re.compile(rf"(?P<cue>{last})[\s:“\"]{{0,2}}{name}")


@cache
def _cues() -> frozenset[str]:
    return frozenset(words("stated", "called", "cues"))


@cache
def _called_someone() -> re.Pattern[str]:
    who = choice(words("stated", "called", "persons"))
    return re.compile(rf"[个位]叫({HAN}{{2,4}}?)的{HAN}{{0,3}}?{who}")


@cache
def _surnamed() -> re.Pattern[str]:
    no = members(words("stated", "called", "no_surname"))
    things = members(words("stated", "called", "no_given"))
    stop = r"(?=[\s,。;、!?(]|\Z)"
    surname = rf"(?P<surname>(?!{no}){HAN}{{1,2}})"
    named = rf"(?:,\s?)?(?:单名(?:一个|叫|为|是)?|名(?!{things})(?:叫|为|是)?)"
    given = rf"(?:{named}(?P<given>{HAN}{{1,3}}?)字?{NO_HAN}|{stop})"
    return re.compile(
        rf"(?:(?<=[我俺咱敝他她子爸妈东板主人师生长家])|(?<!{HAN}))姓{surname}{given}"
    )


def find_stated(shadow: Shadow) -> Iterator[Find]:
    """Names behind words for one person: 反映人解放（, 会计冷月说, 弟弟税小龙拿去."""
    text = shadow.text
    tails = _tails()
    for found in _role_ends().finditer(text):
        end = found.start() + 1
        if text[end - 2 : end] in tails:
            yield from _behind(text, longest_end(text, end, _roles()), end, found.end())


def _behind(text: str, role: str, end: int, place: int) -> Iterator[Find]:
    """The name at a place behind a role that ends before it."""
    longer = place == end and is_everyday(text[end - len(role) : end + 1])  # 农民工
    size = _size(text, place, role) if role and not longer else 0
    if size and not text.startswith(_other_roles(), place):
        yield _unsure(place, place + size)


@cache
def _roles() -> frozenset[str]:
    """Words for one person, and those for parts in a matter."""
    parts = (label for label in words("names", "cues", "labels") if label[-1] in "人主户者")
    roles = (role for role in words("names", "cues", "roles") if len(role) > 1)
    own = (
        word for key in ("one", "sure", "kin", "naming") for word in words("stated", "roles", key)
    )
    return frozenset((*own, *roles, *parts))


@cache
def _tails() -> frozenset[str]:
    return frozenset(role[-2:] for role in _roles())


@cache
def _role_ends() -> re.Pattern[str]:
    last = members(sorted({role[-1] for role in _roles()}))
    return re.compile(rf"{last}\s?(?={HAN})")


@cache
def _other_roles() -> tuple[str, ...]:
    """Words for people, and titles: 村医代表, 业主家长."""
    keys = ("labels", "roles", "selves")
    cues = (word for key in keys for word in words("names", "cues", key) if len(word) > 1)
    return tuple({*cues, *words("names", "titles", "long"), *_roles()})


def _size(text: str, place: int, role: str) -> int:
    """How many characters from here are a name behind such a word; 0: none."""
    whole = WHOLE.match(text, place)
    if whole and _fills(text, place, whole[0], role):
        return len(whole[0])
    return (
        _transcribed(text, place)
        or _spoken(text, place, role)
        or _left_over(text, place, role)
        or _given(text, place, role)
    )


def _fills(text: str, place: int, name: str, role: str) -> bool:
    """Whether what stands between the word and a stop is a name."""
    behind = text[place + len(name) : place + len(name) + 1]
    if _foreign().fullmatch(name) and is_leftover(name):
        return True
    if name in _those("roles", "no_name") or not is_given(name, len(name)):
        return False
    if name[0] in _those("roles", "no_first") or name[-1] in NO_LAST:
        return False
    if is_leftover(name):
        return len(name) > 3 or (
            len(name) == 3 and (surname_at(text, place) != "" or is_usual(name[1:]))
        )
    if len(name) > 3 or not is_given(name[1:], len(name) - 1) or is_listed(name):
        return False
    surname = surname_at(text, place)
    if len(name) == 3 and is_thing(name[1:]):  # 家长和老师, 青年路小学
        return False
    closing = behind in ("", "\n")
    named = role in _those("roles", "sure") or role in _those("roles", "naming")
    strong = named or behind == "("
    if len(name) == 2:
        known = surname != "" or (role[-1] == "人" and not is_everyday(name))
        return known and (strong or closing or surname == "") and _is_apart(text, place, role)
    torn = is_everyday(name[:2]) or is_everyday(name)
    return not torn and (surname != "" or closing) and is_usual(name[2:])


def _is_apart(text: str, place: int, role: str) -> bool:
    """Whether the word for a person begins a clause, or stands behind 我 or 的."""
    start = text.rfind(role, 0, place)
    before = text[max(0, start - 1) : start]
    return not before or not re.match(HAN, before) or before in "我的他她是与和及同名"


def _spoken(text: str, place: int, role: str) -> int:
    """会计冷月说: a word of a surname and one character, that does something."""
    name = text[place : place + 2]
    if role not in _those("roles", "sure") or not surname_at(text, place):
        return 0
    if name in _those("roles", "no_name") or is_listed(name) or not is_given(name[1:], 1):
        return 0
    if word_class(name)[:1] in VERBS or is_everyday(text[place + 1 : place + 3]):
        return 0
    if word_class(name) in PLACES and ends_name(text, place + 2) >= MAYBE:
        return 2
    if text.startswith(words("stated", "roles", "speaks"), place + 2):
        return 2
    if role[-1] == "人":  # 举报人信息泄露
        return 0
    following = segment(text[place + 2 : place + 6])
    return 2 if following and following[0][1] == "v" and len(following[0][0]) > 1 else 0


def is_leftover(name: str) -> bool:
    """Whether segmentation knows no word in it but names: 贡布才让."""
    return all(
        len(one) == 1 or one in whole_names() or (len(one) < 4 and word_class(one) in PERSONS)
        for one in pieces(name)
    )


def _left_over(text: str, place: int, role: str) -> int:
    """弟弟税小龙拿去: three characters before a word that follows names."""
    name, end = text[place : place + 3], place + 3
    if name[:1] in _those("roles", "no_first") or name[-1:] in NO_LAST:
        return 0
    if name[:1] in words("names", "given", "places"):  # 青年路小学
        return 0
    if len(name) < 3 or not is_usual(name[1:]) or not is_given(name, 3):
        return 0
    sure = role in _those("roles", "sure")
    if (is_everyday(name[:2]) and not sure) or is_everyday(name):
        return 0
    if is_thing(name[1:]) and is_function(name[0]) and word_class(name[1:])[:1] != "n":
        return 0
    if is_thing(name[1:]) and not (surname_at(text, place) and ends_name(text, end) >= FOLLOWED):
        return 0
    if is_everyday(text[end - 1 : end + 1]):
        return 0
    ends = ends_name(text, end)
    enough = MAYBE if sure else WORD if surname_at(text, place) else FOLLOWED
    return 3 if ends >= enough and not is_everyday(text[place - 1 : place + 1]) else 0


def _given(text: str, place: int, role: str) -> int:
    """女儿可欣被: a given name alone behind a word for kin."""
    name, end = text[place : place + 2], place + 2
    kin = any(role in _those(*key) for key in KIN)
    if not kin or len(name) < 2 or not is_given(name, 2) or is_thing(name):
        return 0
    if not is_usual(name) and not (is_usual(name[1]) and ends_name(text, end) >= WORD):
        return 0
    if name[0] in _those("roles", "no_first") or is_everyday(text[end - 1 : end + 1]):
        return 0
    ends = ends_name(text, end) >= MAYBE or (is_usual(name) and acts(text, end))
    return 2 if ends and not is_everyday(text[place - 1 : end - 1]) else 0


def acts(text: str, place: int) -> bool:
    """Whether a verb begins here: 媳妇秀莲抱着, 岩温骑摩托, 岩罕骑车 (listed as a noun)."""
    following = tagged(text[place : place + 6])
    if not following or following[0][1][:1] == "v":
        return bool(following)
    word, tag = following[0]
    return len(word) > 1 and tag in ("n", "l") and tagged(word[0])[0][1][:1] == "v"


def _transcribed(text: str, place: int) -> int:
    """娃娃吉克阿呷莫考起, 同学马依努尔每天: by characters of names of other origin."""
    found = _foreign().match(text, place)
    if found and is_leftover(found[0]):
        return len(found[0])
    run = _syllables().match(text, place)
    sizes = range(len(run[0]) if run else 0, 2, -1)
    return next((size for size in sizes if _is_foreign(text, place, size)), 0)


def _is_foreign(text: str, place: int, size: int) -> bool:
    """Whether so many characters are no words, most of them of such names, and the name ends."""
    name, end = text[place : place + size], place + size
    core = sum(char in words("names", "transcribed", "core") for char in name)
    ends = ends_name(text, end) or acts(text, end)
    return core * 2 >= size and is_leftover(name) and ends > 0 and not is_everyday(name[:2])


@cache
def _syllables() -> re.Pattern[str]:
    return re.compile(rf"{members(words('names', 'transcribed', 'syllables'))}{{3,8}}")


@cache
def _foreign() -> re.Pattern[str]:
    known = {*words("names", "transcribed", "core"), *"".join(whole_names())}
    known -= {*words("names", "given", "never")}
    return re.compile(rf"{members(sorted(known | {'莫', '让'}))}{{4,8}}")


def find_children(shadow: Shadow) -> Iterator[Find]:
    """浩浩妈妈, 广林他爹, 把朵朵: children, and parents by their child's name."""
    text = shadow.text
    for found in _of_child().finditer(text):
        start = max(0, found.start() - 2)
        given = text[start : found.start()]
        usual = is_given(given, 2) and is_usual(given)
        if usual and not is_listed(given) and not is_torn(text, start):
            yield _unsure(start, found.start())
    for found in DOUBLED.finditer(text):
        told = text.startswith(words("stated", "signature", "of_doubled"), found.end())
        before = words("stated", "signature", "before_doubled")
        told = told or text.endswith(before, 0, found.start())
        role = longest_end(text, found.start(), _roles())
        told = told or (role != "" and not is_everyday(role + found[1]))
        told = told and found[0] not in _roles() and found[0] not in _those("signature", "no_child")
        kin = role in _those("roles", "sure") or role in _those("roles", "kin")
        named = told and (kin or is_usual(found[1])) and word_class(found[0])[:1] not in NO_CHILD
        if named or _is_child(text, found.start(), role, kin):
            yield _unsure(*found.span())


def _is_child(text: str, place: int, role: str, kin: bool) -> bool:
    """我家豆豆（4岁）, 女儿婷婷热的: words too, but what stands around leaves no room for them."""
    name, end = text[place : place + 2], place + 2
    if name in _those("signature", "no_child") or text[end : end + 1] in ("的", "地"):
        return False
    if word_class(name)[:1] == "z":
        return kin and is_usual(name) and text[end : end + 2] != text[end : end + 1] * 2
    ours = role == "" and text.endswith(words("stated", "signature", "ours"), 0, place)
    told = text.startswith(words("stated", "signature", "behind_child"), end) or acts(text, end)
    return ours and told and word_class(name)[:1] not in NO_CHILD


@cache
def _of_child() -> re.Pattern[str]:
    return re.compile(either(words("stated", "signature", "of_child")))


def find_neighbouring_families(shadow: Shadow) -> Iterator[Find]:
    """三楼顾家, 隔壁刘家, 隔壁老谭: which home, then a surname."""
    text = shadow.text
    for found in _families().finditer(text):
        old = text[found.start()] == "老"
        start, end = (found.start(), found.end()) if old else (found.start() - 1, found.start())
        if start < 0 or not _is_home(shadow, start):
            continue
        surname = text[end - 1 : end]
        word = old and is_everyday(text[end - 1 : end + 1])
        if surname_at(surname, 0) == surname and not is_function(surname) and not word:
            yield _unsure(start, end)


@cache
def _families() -> re.Pattern[str]:
    no = members(words("stated", "signature", "no_family"))
    return re.compile(rf"家(?!{no})|老{HAN}")


def _is_home(shadow: Shadow, end: int) -> bool:
    """Whether words end here that say which home: 三楼, 隔壁."""
    homes = words("stated", "signature", "homes")
    return (
        shadow.text.endswith(homes, 0, end)
        or FLOOR.search(shadow.digits, max(0, end - 5), end) is not None
    )
