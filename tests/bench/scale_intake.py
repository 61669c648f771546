"""The parts of `scale` that take letters in: a burst, several processes, what is killed."""

from __future__ import annotations

from tests.bench import burst, several
from tests.bench.kept import Part

_PARTS = {"process": "一个收件服务", "database": "数据库", "link": "到数据库的连接"}


def burst_minute() -> Part:
    """A minute of letters on two cores, and then more people than there are places for."""
    done, crowd = burst.measure(), burst.crowded()
    spent = "，".join(f"{name} {micro:.0f}" for name, micro in done.cpu.items())
    told = "，".join(f"{status}：{n}" for status, n in sorted(crowd.volley.statuses.items()))
    rows = [
        ["收下，件每秒（≥1000）", f"{done.minute.rate:.0f}"],
        ["÷ 只读不存的同样的服务", f"{done.ratio:.2f}"],
        ["最慢的一件，秒", f"{done.minute.slowest['200']:.2f}"],
        ["每件的CPU，微秒", spent],
        ["给过的回执，库里缺的（0）", f"{done.acknowledged}，缺{done.missing}"],
        [f"{burst.CROWD}个连接一起来，各种答复", told],
        ["其中挂着没有答复的（0），库里缺的（0）", f"{crowd.volley.hung}，缺{crowd.missing}"],
        ["这时多用的内存，MiB", f"{crowd.grown:.0f}"],
    ]
    return "突然涌来：一分钟，SQLite，一个收件服务", ["量的", "结果"], rows


def one_and_several() -> Part:
    """Four processes on PostgreSQL beside one on SQLite."""
    done = several.compare()
    rows = [
        ["一个收件服务，SQLite", f"{done.files:.0f}"],
        [f"{several.PROCESSES}个收件服务，PostgreSQL", f"{done.server:.0f}"],
        ["后者 ÷ 前者", f"{done.ratio:.2f}"],
    ]
    return "几个收件服务共用一个库，件每秒", ["做法", "结果"], rows


def killed() -> Part:
    """Ten kills of each part, under load."""
    rows = [
        [
            _PARTS[one.part],
            f"{one.kills}",
            f"{one.acknowledged}",
            f"{one.missing}",
            f"{one.refused}",
        ]
        for one in several.kills()
    ]
    head = ["杀掉的", "次", "给过的回执", "库里缺的（0）", "照实说没有收下的"]
    return "PostgreSQL，收件时杀掉各处", head, rows
