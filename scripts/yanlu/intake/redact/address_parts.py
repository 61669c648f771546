"""The grammar of addresses: numbers with units, doors, and what stands on both sides.

新区五巷9号301房, 77号附3, 干货厅27号档, 5趟房东头. Words and points are in `data/chains.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from yanlu.intake.redact.lists import HAN, choice, members, table, words
from yanlu.intake.redact.shadow import Shadow

SIDE = "[东西南北中前后上下左右里外正]"
OLD = "新老东西南北中前后上下左右"  # 新二巷, 北三排
SPLIT = "附特吊临甲乙丙丁戊"  # 特5号, 乙5号
FIGURES = r"(?:[a-z]{0,2}-?[0-9]{1,5}[a-z]?|[0-9]?[十百廿卅][0-9]?十?[0-9]?|[a-z甲乙丙丁戊])"
BEFORE = rf"(?:[{SPLIT}]\s?|(?<![楼地街桥车船门])[{OLD}]{{1,2}}(?=[0-9十廿第]))?(?:第|负|倒数第)?"
NUM = rf"{BEFORE}{FIGURES}(?:\s?[\-–—之]\s?[0-9]{{1,4}}){{0,2}}"
DASH = r"\s?[\-–—~]\s?"
LATER = r"(?![0-9年月日元路米个万:.%人号线条公]|次(?!卧))"
DOOR = rf"[a-z]?[0-9]{{1,3}}{DASH}[0-9]{{2,4}}{LATER}"  # 3-502
STAIR = (  # 2-3-502, A-12-03, 3-2-7东
    rf"[a-z]?[0-9]{{1,3}}{DASH}[0-9]{{1,2}}{DASH}(?:[0-9]{{3,4}}{LATER}|[0-9]{{1,2}}(?=[-–—]?[东西南北左右中]))"
    rf"|[0-9]{{1,3}}(?:{DASH}[0-9]{{1,2}}){{3}}(?![0-9])|[a-z]{DASH}[0-9]{{1,2}}{DASH}[0-9]{{2,4}}{LATER}"
)
FLOORED = r"[1-9][0-9]?(?:0[1-9]|[1-3][0-9])[a-z]?"  # 206, 1203
ROOM = (
    rf"(?:[a-z][0-9]?{DASH}[0-9]{{2,4}}|[0-9]{{1,2}}(?:{DASH}[0-9]{{1,4}}){{1,2}}"
    rf"|[a-z]?[0-9]{{0,2}}(?:0[1-9]|[1-9][0-9])|[0-9]{{1,2}}[a-h]){LATER}"
)
NTH = r"从?[东西南北左右里外前后]数第[0-9十]{1,2}个?[家户间门排栋]"
TAIL = (
    rf"{NTH}|附[0-9]{{1,3}}号?|之[0-9]{{1,2}}|[甲乙丙丁戊](?![醛方肝型级类等])"
    rf"|[东西南北中左右]{{1,2}}[0-9]{{0,2}}(?!{HAN})"
    r"|(?<=[楼层梯])[东西南北左右](?![面边方侧门头风京城下上])|(?<=号楼)[上下](?!面)"
    r"|[靠临朝][街南北东西路河]那?[间户屋]"
)
GATE = "(?<=号)门(?![口前诊面卫票外内])"
HEADS = re.compile(  # where a chain may begin
    rf"(?:[0-9a-z十百廿卅甲乙丙丁戊第负倒]|[{SPLIT}](?=\s?[0-9a-z十])|[{OLD}](?=[{OLD}]?[0-9十廿第]))"
    r"(?<![0-9a-z.].)"
)
NUMERAL = re.compile("(?<=[0-9])[一二三四五六七八九两]")
LONGEST_LEAD = 12  # characters


def weights(section: str) -> Mapping[str, int]:
    """The points of each word of a section."""
    rows = table("chains")[section].items()
    return {word: int(points) for points, group in rows for word in group}


@cache
def part() -> re.Pattern[str]:
    """One part of a chain; its last group says what it is."""
    units, sided, named = (choice(weights(key)) for key in ("units", "sided", "named"))
    return re.compile(
        rf"{NUM}\s?(?P<units>{units})|{SIDE}{{1,2}}(?P<sided>{sided})(?!口)|(?P<named>{named})"
        rf"|(?P<tail>{TAIL})|(?P<gate>{GATE})|(?P<stair>{STAIR})|(?P<door>{DOOR})|(?P<room>{ROOM})"
    )


@cache
def chain() -> re.Pattern[str]:
    """A number with its unit, a door with dashes, or a room behind its house, and more."""
    first = rf"{NUM}\s?{choice(weights('units'))}|{STAIR}|{DOOR}|(?<=[楼舍寓]){FLOORED}{LATER}"
    return re.compile(rf"(?:{first}){more()}*")


@cache
def more() -> str:
    """Another part."""
    return rf"(?:[\s\-–—·.的/]?(?:{re.sub(r'[?]P<[a-z]+>', '?:', part().pattern)}))"


@cache
def _leads() -> re.Pattern[str]:
    halls, sided, named, who, rooms = (
        choice(words("chains", "leads", key)) for key in ("halls", "sided", "named", "who", "rooms")
    )
    goods, wards = (members(words("chains", "leads", key)) for key in ("goods", "wards"))
    quarter = rf"(?<=[村屯寨庄])村|(?:(?<![养敬])[新老横]|{SIDE}){{1,2}}{sided}"
    lead = rf"{quarter}|{goods}{HAN}?{halls}|{who}{rooms}|{named}|{wards}(?:{HAN}|[0-9]){{0,3}}科"
    units = choice(set(weights("units")) - set(words("chains", "leads", "not")))
    return re.compile(rf"(?:{lead}|(?<![0-9a-z]){NUM}\s?{units}\s?)+\Z")


def lead(shadow: Shadow, start: int) -> int:
    """How many characters before a number name its hall, its quarter or its house: 干货厅, 北楼."""
    found = _leads().search(shadow.digits, max(0, start - LONGEST_LEAD), start)
    return len(found[0]) if found else 0


def read(shadow: Shadow) -> str:
    """The text with its numerals as digits, but 两 in 5栋201两年了 left as it is."""
    if not NUMERAL.search(shadow.text):
        return shadow.digits
    kept = {found.start() for found in NUMERAL.finditer(shadow.text)}
    return "".join(shadow.text[at] if at in kept else char for at, char in enumerate(shadow.digits))
