"""Dwellings that are told by what they are: a bed of a ward, a room of an inn, 七巷十三号.

What stands before or behind a number says that it leads to one person's place; a person must
look at all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from yanlu.intake.redact.houses import is_public
from yanlu.intake.redact.lists import HAN, choice, words
from yanlu.intake.redact.placenames import proper
from yanlu.intake.redact.shadow import Find, Shadow
from yanlu.intake.redact.words import is_everyday, is_thing

NUM = r"(?:[a-z]?-?[0-9]{1,4}[a-z]?|[0-9]?[十百廿卅][0-9]?十?[0-9]?|[甲乙丙丁戊己庚辛a-z])"
SIDE = "[东西南北中上下左右前后里外]"
BEFORE = 10  # characters in which a word for living stands
CLAUSE = 26  # characters behind a word for living in which the address lies
# Asked for speed.
LANE = re.compile(r"[0-9十廿甲乙丙丁戊a-z][巷弄舍排栋幢委]|[子堂街弄][0-9]|门牌|[0-9]分场")
STOP = re.compile(r"[,。;!?\n]")
PITCH = re.compile(r"(?:摊位|摊子|铺位|铺子|档口|店铺|店面|门面|柜台)(?:就|都)?(?:在|是|位于)")
# 12栋302三年了: where the numeral behind a room is no part of it.
BEFORE_YEARS = re.compile(
    r"(?<![0-9a-z])[0-9a-z]{1,2}\s?(?:[栋幢座]|号楼|单元)\s?[0-9]{3,4}(?=[一二三四五六七八九十两几半])"
)
NTH = re.compile(
    r"(?:倒数)?(?:第[0-9十]{1,3}|最后一?|头一?)个?"
    rf"(?:家|户|间|门|院子|院|棚子|窝棚|排|栋|铺子?)(?!{HAN}*(?:公司|店))"
)


def find_dwellings(shadow: Shadow) -> Iterator[Find]:
    """Beds, rooms of inns, lanes and plates with numbers, and what follows 住."""
    text = shadow.digits
    for found in _beds().finditer(text) if "床" in text else ():
        yield _unsure(found.start(), found.end())
    for found in _inns().finditer(text):
        near = STOP.split(shadow.text[max(0, found.start() - BEFORE) : found.start()])[-1]
        name = proper(near, found["inn"])
        if name and (found["room"] or _lives().search(near)):
            yield _unsure(found.start() - len(name), found.end())
    for found in _rows().finditer(text):
        yield _unsure(*found.span("row"))
    for found in _lanes().finditer(text) if LANE.search(text) else ():
        if "舍" in found[0] or "排" in found[0] or not is_public(shadow.text[: found.start()]):
            yield _unsure(found.start(), found.end())


def _unsure(start: int, end: int) -> Find:
    return Find(start, end, "address", certain=False)


@cache
def _beds() -> re.Pattern[str]:
    kinds = "[呼消心神骨肾血内外妇儿产肿康泌烧精感]"
    ward = (
        rf"(?:[0-9a-z]{{1,3}}号?楼)?{kinds}{HAN}{{0,5}}?科|[0-9]{{1,2}}病区|[0-9]{{1,4}}病?[室房]"
    )
    return re.compile(rf"(?:{ward})(?:[0-9]{{1,2}}病?[区室房])?[加第]?[0-9]{{1,3}}号?床(?!位)")


@cache
def _lives() -> re.Pattern[str]:
    return re.compile(rf"{choice(words('addresses', 'dwellings', 'living'))}(?![院户建房宿宅])")


@cache
def _inns() -> re.Pattern[str]:
    inn = choice(words("addresses", "dwellings", "inns"))
    room = r"[a-z]?[0-9]{3,4}(?![0-9元年月日米路人个张份%.])(?P<room>号?房间?|[号室]间?)?"
    return re.compile(rf"(?P<inn>{inn})(?:[0-9a-z]{{1,2}}[栋号座]?楼?)?{room}")


@cache
def _rows() -> re.Pattern[str]:
    """靠山屯北沟第五家, 新民村上街子15号."""
    no_house = choice(words("addresses", "groups", "no_house"))
    number = rf"{HAN}{{1,4}}?[0-9]{{1,3}}号(?!{no_house}|楼|公告|文件|提案)"
    return re.compile(rf"[村屯寨塆](?P<row>{HAN}{{2,3}}{NTH.pattern}|{number})")


@cache
def _lanes() -> re.Pattern[str]:
    """石牌七巷十三号, 南巷子12-1号, 上村门牌66号."""
    number = rf"{NUM}(?:\s?[\-之—]\s?[0-9]{{1,3}})?\s?号(?:之[0-9])?"
    lane = rf"(?<={HAN})(?<![0-9第]){NUM}[纵横支]?[巷弄]{SIDE}?{number}"
    plate = rf"门牌号?码?[是为]?\s?{number}"
    called = rf"(?<=巷子|弄堂|老街|里弄|后街|前街|正街|顺街|横街){number}"
    rows = rf"(?<=宿舍|.院|.区|.场|.厂|.矿|.舍|.村){NUM}[排栋幢委]{NUM}[号户门室组]"
    dorm = rf"(?<!{HAN}食)(?<![0-9a-z]){NUM}舍[0-9]{{3,4}}|{NUM}分场{NUM}队"
    sided = rf"(?<=[村屯寨庄])(?:村?{SIDE}[头边面]?){NUM}[排巷弄]{number}"
    return re.compile(f"{sided}|{lane}|{plate}|{called}|{rows}|{dorm}")


def find_lodgings(shadow: Shadow) -> Iterator[Find]:
    """Behind a word for living: units with numbers, whatever they are, and what belongs to them."""
    for cue in _lives().finditer(shadow.text):
        stop = STOP.search(shadow.text, cue.end(), cue.end() + CLAUSE)
        end = stop.start() if stop else min(len(shadow.text), cue.end() + CLAUSE)
        found = _chain().search(shadow.digits, cue.end(), end)
        if found and not is_public(shadow.text[cue.end() : found.start()]):
            yield _unsure(found.start(), found.end())
        yield from _parts(shadow, cue.end(), end)
    for stall in _stall().finditer(shadow.digits) if "我在" in shadow.text else ():
        yield _unsure(*stall.span("stall"))
    for stall in _pitch().finditer(shadow.digits) if PITCH.search(shadow.text) else ():
        yield _unsure(*stall.span("stall"))
    for room in BEFORE_YEARS.finditer(shadow.text):
        yield _unsure(*room.span())


@cache
def _chain() -> re.Pattern[str]:
    unit = choice(words("addresses", "dwellings", "units"))
    tail = tail_pattern()
    part = rf"(?:{SIDE}{{0,2}}第?吊?负?{NUM}(?:\s?[\-–—]\s?[0-9]{{1,4}}){{0,2}}\s?{unit}{SIDE}?)"
    side = rf"{HAN}{{0,2}}{SIDE}?[尾头口底边角]|{SIDE}{{1,2}}[侧边头口]|{HAN}{{2,4}}院[里内]"
    nth = rf"(?:{side})?(?:{NTH.pattern}|{HAN}{{0,2}}[窑洞0]第?{NUM}[孔眼]窑?|第{NUM}[孔眼]窑)"
    lane = rf"(?:{NUM}[横纵直支]?[路街巷弄]|老[街巷])[尾头口]?{NTH.pattern}"
    bare = r"(?<=[路街巷弄])\s?[0-9]{1,4}(?:-[0-9]{1,4}){1,2}(?![0-9年月路元%])"
    several = rf"{part}(?:[\s\-·,的]?{part})+(?:[\s\-内]?{tail})*"
    return re.compile(rf"(?:{lane}|{bare}|{several}|{part}[\s\-内的]?{tail}+|{nth})")


@cache
def _stall() -> re.Pattern[str]:
    """我在农贸市场三楼36号摆摊."""
    trade = choice(words("addresses", "dwellings", "trade"))
    unit = choice(words("addresses", "dwellings", "units"))
    part = rf"负?{NUM}\s?{unit}"
    end = rf"(?:(?:{part})+|{tail_pattern()})"
    return re.compile(rf"我在{HAN}{{2,12}}?(?P<stall>(?:{HAN}{{1,2}}区)?{part}{end}?){trade}")


@cache
def _pitch() -> re.Pattern[str]:
    """摊位在市场肉食厅27号."""
    unit = choice(words("addresses", "dwellings", "units"))
    stall = rf"(?P<stall>(?:{HAN}{{2}}[厅区棚馆]|[东西南北中a-z]区)?(?:{NUM}\s?{unit})+)"
    return re.compile(rf"{PITCH.pattern}{HAN}{{0,10}}?{stall}(?!线)")


@cache
def tail_pattern() -> str:
    """What is no number and ends an address: 天台, 东屋, 临街铺面."""
    ends = choice(words("addresses", "dwellings", "ends"))
    sided = choice(words("addresses", "dwellings", "side_ends"))
    kind = "临街|沿街|半|老|小|大|最"
    return rf"(?:(?:{SIDE}{{1,2}}|{kind})?{ends}|{SIDE}{{1,2}}{sided})"


def _parts(shadow: Shadow, start: int, end: int) -> Iterator[Find]:
    """Behind a village: a part that goes by a name, at the end of the clause: 石门坎, 老鸹窝社."""
    found = _part().match(shadow.text, start, end)
    name = found["part"] if found else ""
    known = is_everyday(name) or (found and not found["village"] and is_thing(name[:2]))
    if found and not known:
        yield _unsure(found.start("part"), found.end())


@cache
def _part() -> re.Pattern[str]:
    ends = choice(words("addresses", "dwellings", "parts"))
    house = rf"(?:{NUM}\s?[号户])?"
    behind = rf"(?={HAN}?(?!{HAN})|最|的|里)"
    return re.compile(
        rf"(?P<village>{HAN}{{1,12}}?[村屯寨])?(?P<part>{HAN}{{1,4}}?{ends}(?:组|社|队)?){house}{behind}"
    )
