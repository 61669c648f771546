"""Measure all, print the tables and keep them in content/about/bench.md."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table
from tests.bench import cube, rounding, site, suppression
from tests.bench.measure import machine

PAGE = Path(__file__).parents[2] / "content" / "about" / "bench.md"
HEAD = """---
title: 性能测量
description: 大小和速度的测量结果，带机器和日期。
section: about
---

# 性能测量

由`scripts/bench`测量并写在这里。机器有快有慢，看比值。测量日期{date}，机器{machine}。
"""


def main() -> None:
    """Run every bench; progress on the console."""
    console = Console()
    with console.status("一千万条记录"):
        parts = [_cube()]
    with console.status("生成网站"):
        parts.append(_site())
    with console.status("小数舍入"):
        parts.append(_rounding())
    with console.status("隐藏和攻击"):
        parts.append(_suppression())
    for title, head, rows in parts:
        table = Table(*head, title=title)
        for row in rows:
            table.add_row(*row)
        console.print(table)
    PAGE.write_text(
        HEAD.format(date=datetime.now(UTC).date(), machine=machine())
        + "".join(_markdown(*part) for part in parts),
        "utf-8",
    )


Part = tuple[str, list[str], list[list[str]]]


def _cube() -> Part:
    ours, bare = cube.measure()
    rows = [
        ["言路：读取、检查、清点", f"{ours.wall:.1f}", f"{ours.cpu:.1f}", f"{ours.peak:.0f}"],
        ["DuckDB直接写SQL", f"{bare.wall:.1f}", f"{bare.cpu:.1f}", f"{bare.peak:.0f}"],
        ["比值（目标：时间≤1.5，内存≤2048）", f"{ours.wall / bare.wall:.2f}", "", ""],
    ]
    return "一千万条记录数成立方", ["做法", "秒", "CPU秒", "内存MiB"], rows


def _site() -> Part:
    ours, plain, pages = site.measure()
    rows = [
        ["言路：全站，含核对", f"{ours.wall:.1f}", f"{ours.cpu:.1f}", f"{ours.peak:.0f}"],
        [
            "Material自带搜索，同样的页",
            f"{plain.wall:.1f}",
            f"{plain.cpu:.1f}",
            f"{plain.peak:.0f}",
        ],
        ["比值（希望CPU≤1.0）", "", f"{ours.cpu / plain.cpu:.2f}", ""],
    ]
    return f"生成参考网站（{pages}页）", ["做法", "秒", "CPU秒", "内存MiB"], rows


def _rounding() -> Part:
    rows = [
        [
            r.name,
            str(r.published),
            f"{r.mean:.3f}",
            str(r.largest),
            str(r.small),
            f"{r.seconds:.2f}",
        ]
        for r in rounding.measure()
    ]
    head = ["表", "公布的数", "平均相差", "最大相差", "1至4的数", "秒"]
    return "小数舍入（基数5，八把密钥里最差的；十倍的表一把）", head, rows


def _suppression() -> Part:
    rows = [
        [
            h.name,
            str(h.hidden),
            f"{h.ratio:.2f}" if h.ratio else "–",
            str(h.exact),
            str(h.narrow),
            str(h.undecided),
            f"{h.suppressing:.1f}",
            f"{h.attacking:.1f}",
        ]
        for h in suppression.measure()
    ]
    head = [
        "表",
        "隐藏的格",
        "与GaussSuppression之比（目标≤1.25）",
        "推出确切的",
        "只剩一两个可能的",
        "没有判断完的",
        "隐藏秒",
        "攻击秒",
    ]
    title = "隐藏（阈值5，0也藏；攻击的人知道哪些格小于5，只有syn_m1的不知道）"
    return title, head, rows


def _markdown(title: str, head: list[str], rows: list[list[str]]) -> str:
    lines = [head, [":---", *["---:"] * (len(head) - 1)], *rows]
    body = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    return f"\n## {title}\n\n{body}\n"


if __name__ == "__main__":
    main()
