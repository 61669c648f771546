"""What collecting and adding up cost, with ever more offices."""

from __future__ import annotations

from tests.bench import collect

_SCALES = (300, 1000, collect.OFFICES)  # of which the slope on paper is told


def collecting() -> tuple[str, list[str], list[list[str]]]:
    """Ever more offices up to all of the country, a year of each: taken in, again, added up."""
    done = [collect.measure(offices) for offices in _SCALES]
    rows = [_row(one) for one in done]
    head = [
        "单位",
        "收集、核对秒",
        "CPU秒",
        "内存MiB（≤1024）",
        "没有新的，再收一次秒（3000个≤20）",
        "CPU秒",
        "汇总12个月，每月攻一遍秒",
        "CPU秒",
        "内存MiB（≤1024）",
        "收集、核对、汇总秒（3000个≤600）",
    ]
    return f"各单位12个月的数据包，每个单位的公开记录{done[-1].lines}行", head, rows


def _row(done: collect.Measured) -> list[str]:
    first, again, rolled = done.first, done.again, done.rolled
    told = (first.wall, first.cpu, first.peak, again.wall, again.cpu)
    told += (rolled.wall, rolled.cpu, rolled.peak, first.wall + rolled.wall)
    return [str(done.offices), *(f"{one:.0f}" for one in told)]
