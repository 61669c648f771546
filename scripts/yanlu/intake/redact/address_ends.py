"""How far an address that was found goes on: 门304, 东头, 商铺, and 8号大院 before it."""

from __future__ import annotations

import re
from functools import cache

from yanlu.intake.redact.address_parts import lead, more, read
from yanlu.intake.redact.dwellings import tail_pattern
from yanlu.intake.redact.lists import HAN, choice, words
from yanlu.intake.redact.placenames import REACH, is_generic, places, proper
from yanlu.intake.redact.shadow import Find, Shadow

LANE = re.compile(rf"({HAN}{{0,5}}?)([^\W\d](?:巷|胡同|弄)|[前后老东西南北正横顺里]街)\Z")


def widened(shadow: Shadow, find: Find) -> Find:
    """The same address with the parts that belong to it on both sides."""
    start, end = find.start, find.end
    behind = _behind().match(read(shadow), end)
    end = behind.end() if behind else end
    start -= max(_lane(shadow, start), lead(shadow, start))
    start -= _quarter(shadow, start)
    start -= lead(shadow, start)
    return Find(start, end, find.kind, find.certain)


def _quarter(shadow: Shadow, start: int) -> int:
    """The name of a quarter between a word for living and its houses, whatever it is."""
    found = _lives().search(shadow.text, max(0, start - REACH), start)
    name = proper(found[1]) if found else ""
    public = name.endswith((*places("streets"), *words("addresses", "parts", "public")))
    return 0 if public or is_generic(name) else len(name)


def _lane(shadow: Shadow, start: int) -> int:
    """The lane before its houses: so small a street leads to a door: 后街, 建新巷."""
    found = LANE.search(shadow.text, max(0, start - REACH), start)
    if not found or not shadow.digits[start : start + 1].isalnum():
        return 0
    return len(found[2]) + (len(proper(found[1], found[2])) if found[1] else 0)


@cache
def _lives() -> re.Pattern[str]:
    return re.compile(rf"{choice(places('residence'))}[在于:]?((?:{HAN}|[0-9a-z]){{2,8}})\Z")


@cache
def _behind() -> re.Pattern[str]:
    """More numbers with their units, a room, and what the door is called."""
    unit = choice(words("addresses", "parts", "behind"))
    named = choice(words("addresses", "parts", "named"))
    number = rf"[a-z]?[0-9十百]{{1,4}}\s?{unit}"
    room = r"[\-–—.·、/]?\s?[a-z]?[0-9]{3,4}(?![0-9年月日元路米个万:.])(?:室|房)?"
    room += r"|[0-9]{1,2}(?:-[0-9]{1,4}){1,3}(?![0-9年月])"
    branch = r"\s?[\-–—之]\s?[0-9]{1,2}(?![0-9])(?:号|室)?|[0-9]{1,2}[a-h](?![a-z0-9])"
    inside = rf"[(](?:{HAN}|[0-9a-z#]){{1,6}}[)](?:\s?[0-9a-z]{{1,3}}f?[\-–—][0-9]{{2,4}})?"
    told = rf"(?<=门)0(?![0-9口])|[\s内里后]?{tail_pattern()}(?![点面票锁禁窗口子])|号房"
    told += rf"|{HAN}{{0,2}}宿舍[0-9]{{3,4}}|(?<=号院)内"
    apart = r"(?:(?<=[\-–—][0-9])|(?<=[\-–—]\s[0-9]))(?:\s[0-9](?![0-9])){1,3}"  # 7-2-5 0 1
    apart += r"(?!\s?[年月日元路米个万人户:.%])"
    side = rf"[东西南北中左右]+[头户手侧边门](?!口)|[东西南北左右](?!{HAN})|[东西南北左右](?=的)"
    part = rf"\s?[\-–—.·,、/]?\s?(?:{number}|{named})|{room}|{branch}|{told}|{inside}|{apart}"
    several = r"\s?[、,和与及]\s?第?[0-9十]{1,3}\s?(?:组|小?队|社|户|号楼|栋|幢|号)"
    return re.compile(rf"(?:{part}|{several}|{more()}|[a-z](?![a-z0-9])|{side})+")
