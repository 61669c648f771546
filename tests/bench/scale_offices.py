"""The part of `scale` that collects from thousands of offices."""

from __future__ import annotations

from tests.bench import collect


def collecting() -> tuple[str, list[str], list[list[str]]]:
    """All offices of the country, a year of each: taken in, taken in again, added up."""
    done = collect.measure()
    whole = done.first.wall + done.rolled.wall
    rows = [
        [words, f"{cost.wall:.0f}", f"{cost.cpu:.0f}", f"{cost.peak:.0f}"]
        for words, cost in (
            ("收集，核对", done.first),
            ("没有新的，再收一次（≤20秒）", done.again),
            ("汇总12个月，每月攻一遍", done.rolled),
        )
    ]
    rows.append(["收集、核对、汇总一共（≤600秒）", f"{whole:.0f}", "", ""])
    title = f"{done.offices}个单位，{done.packages}个数据包，每个单位的公开记录{done.lines}行"
    return title, ["做法", "秒", "CPU秒", "内存MiB（≤1024）"], rows
