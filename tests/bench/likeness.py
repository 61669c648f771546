"""The likeliest earlier suggestions for a new one: recall, and what the search costs.

Fifty thousand made-up suggestions, each of one matter: a place, a thing there, what is wrong
with it. Most have neighbours that differ
in one of the three alone. The new ones
say the matters of some of them once more, in other words and another order.
"""

from __future__ import annotations

import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import accumulate, product

from tests.bench.measure import own_peak

from yanlu.intake.likeness import Proposal, gathered

SIZE, ASKED, SHOWN = 50_000, 100, 5
_PLACES, _WORDS = 2_000, 8_000  # how many there are to choose from
_PADDING = (8, 5)  # sentences of so many words around what is told
_KINDS = ("路", "街", "小区", "村")
_THINGS = {  # a thing: what others call it
    "路灯": "照明的灯", "斑马线": "人行横道", "公交站": "公共汽车站台", "垃圾桶": "垃圾箱",
    "下水道": "排水管道", "健身器材": "锻炼的设施", "停车位": "泊车的地方", "盲道": "盲人走的步道",
    "红绿灯": "交通信号灯", "绿化带": "路边的绿地", "公共厕所": "公厕", "过街天桥": "人行天桥",
    "井盖": "窨井盖子", "电动车棚": "电瓶车棚子", "菜市场": "农贸市场", "社区食堂": "老年人助餐点",
    "图书角": "阅览室", "路牌": "指路的标志", "护栏": "隔离栏杆", "自行车道": "非机动车道",
    "儿童乐园": "孩子玩的游乐场", "消防通道": "救火车走的通道", "楼道": "单元楼梯间",
    "广场": "文化活动场地", "河堤": "河边的堤岸",
}  # fmt: skip
_WRONG = {  # what is wrong: two ways to say it, with what ought to be done
    "坏了很久": (
        "坏了很久没有人修，大家都很不方便，建议安排人来检修，再定一个巡查的办法",
        "损坏好几个月了，报过也不见维修，希望派师傅来看看，以后按时检查",
    ),
    "数量太少": (
        "数量太少不够用，早晚高峰的时候更紧张，建议根据住的人数再增加几处",
        "配得不足，一到上下班就挤，能否按居民多少多设一些",
    ),
    "位置不好": (
        "位置设得不合理，老人和孩子要绕很远，建议重新选一个近一点的地方",
        "所在的地点不方便，腿脚不好的要走很多冤枉路，请考虑挪到附近",
    ),
    "没人打扫": (
        "长期没有人打扫，夏天气味很重，蚊虫也多，建议增加保洁的次数",
        "卫生很差，天热的时候又臭又招苍蝇，希望清洁的师傅来得勤一些",
    ),
    "被人占用": (
        "经常被占用堆放杂物，别人没有办法使用，建议加强管理，放上提示的牌子",
        "总有东西堆在那里，想用的用不上，请有关方面管一管，立个告示",
    ),
}
Matter = tuple[str, str, str]


class Retold(StrEnum):
    """How the same matter is written about once more."""

    SAME = "同样的话，夹在别的话里"
    OTHER = "换一种说法，换个次序"
    RENAMED = "换一种说法，东西也换个叫法"


@dataclass(frozen=True)
class Likeness:
    """How often the right one is among the first five, and what that takes."""

    characters: int  # of all texts
    recall: Mapping[Retold, float]
    query: Mapping[Retold, float]  # CPU milliseconds
    index: float  # CPU seconds, once a command
    peak: float  # MiB of the process


def measure() -> Likeness:
    """Gather all earlier texts, then ask for some of their matters in other words."""
    language = Language(random.Random(5))  # noqa: S311 - the same texts in every run
    matters = language.matters()
    earlier = [Proposal(str(n), language.said(matter)) for n, matter in enumerate(matters)]
    asked = language.chance.sample(range(SIZE), ASKED)
    recall, query = {}, {}
    began = time.process_time()
    with gathered(earlier) as texts:
        index = time.process_time() - began
        for how in Retold:
            new = [language.retold(matters[n], how) for n in asked]
            began = time.process_time()
            found = [texts.likeliest(text, SHOWN) for text in new]
            query[how] = 1000 * (time.process_time() - began) / ASKED
            hits = sum(
                str(n) in [one.name for one in few] for n, few in zip(asked, found, strict=True)
            )
            recall[how] = hits / ASKED
    characters = sum(len(one.text) for one in earlier)
    return Likeness(characters, recall, query, index, own_peak())


@dataclass(frozen=True)
class Language:
    """Two-character words of chance, a few of them as common as in any language (Zipf's law)."""

    chance: random.Random

    def word(self) -> str:
        """A new word."""
        return "".join(chr(self.chance.randrange(0x4E00, 0x57C4)) for _ in range(2))

    @cached_property
    def words(self) -> tuple[Sequence[str], Sequence[float]]:
        """All words of the language, and their sums of frequency."""
        shares = accumulate(1 / rank for rank in range(1, _WORDS + 1))
        return [self.word() for _ in range(_WORDS)], list(shares)

    def matters(self) -> list[Matter]:
        """What is written about: all that is wrong anywhere, and of that as many as asked for."""
        places = [self.word() + self.chance.choice(_KINDS) for _ in range(_PLACES)]
        return self.chance.sample(list(product(places, _THINGS, _WRONG)), SIZE)

    def said(self, matter: Matter) -> str:
        """A text about it."""
        place, thing, wrong = matter
        return self._around(f"{place}的{thing}{_WRONG[wrong][0]}", f"{place}的{thing}")

    def retold(self, matter: Matter, how: Retold) -> str:
        """The same matter in a new text."""
        if how is Retold.SAME:
            return self.said(matter)
        place, thing, wrong = matter
        called = _THINGS[thing] if how is Retold.RENAMED else thing
        trouble, wish = _WRONG[wrong][1].split("，", 1)
        return self._around(f"{wish}。我说的是{place}那边，{called}{trouble}", called)

    def _around(self, told: str, about: str) -> str:
        """What is told, among sentences that have nothing to do with it."""
        sentences, length = _PADDING
        words, shares = self.words
        parts = [told, f"说的就是{about}"]
        parts += [
            "".join(self.chance.choices(words, cum_weights=shares, k=length))
            for _ in range(sentences)
        ]
        self.chance.shuffle(parts)
        return "。".join(parts)
