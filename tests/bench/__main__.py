"""Measure what is named, or all; print the tables and keep them in content/about/bench.md.

The page has a section for each bench, with the day and the machine of its last run.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from rich.console import Console
from rich.table import Table
from tests.bench import (
    counting,
    cube,
    export,
    intake,
    judges,
    likeness,
    log,
    preview,
    receipt,
    register,
    rounding,
    scale_engines,
    scale_intake,
    scale_offices,
    search,
    site,
    suppression,
    zensical,
)
from tests.bench.kept import Part, keep
from tests.bench.measure import machine


def main() -> None:
    """Run benches and keep their tables as soon as each is done."""
    console, asked = Console(), sys.argv[1:] or [*_BENCHES]
    named = [name for one in asked for name in _TOGETHER.get(one, (one,))]
    if unknown := set(named) - _BENCHES.keys():
        known = "、".join([*_BENCHES, *_TOGETHER])
        sys.exit(f"没有叫{'、'.join(sorted(unknown))}的测量。有：{known}。")
    for words, measured in (_BENCHES[name] for name in named):
        on = f"测量日期{datetime.now(UTC).date()}，机器{machine()}。"
        with console.status(words):
            parts = [measure() for measure in measured]
        for title, head, rows in parts:
            table = Table(*head, title=title)
            for row in rows:
                table.add_row(*row)
            console.print(table)
        keep(words, on, parts, [title for title, _ in _BENCHES.values()])


def _cube() -> Part:
    ours, bare = cube.measure()
    rows = [
        ["言路：读取、检查、清点", f"{ours.wall:.1f}", f"{ours.cpu:.1f}", f"{ours.peak:.0f}"],
        ["DuckDB直接写SQL", f"{bare.wall:.1f}", f"{bare.cpu:.1f}", f"{bare.peak:.0f}"],
        ["比值（目标：时间≤1.5，内存≤2048）", f"{ours.wall / bare.wall:.2f}", "", ""],
    ]
    return "一千万条记录数成立方", ["做法", "秒", "CPU秒", "内存MiB"], rows


def _export() -> Part:
    ours, bare = export.measure()
    rows = [
        [words, f"{cost.wall:.1f}", f"{cost.cpu:.1f}", f"{cost.peak:.0f}"]
        for words, cost in (
            ("言路：认出列，挑出记录，检查、清点、舍入", ours),
            ("openpyxl只读每一格", bare),
        )
    ]
    return "六万行的导出表（15列，日期有八种写法）", ["做法", "秒", "CPU秒", "内存MiB"], rows


def _site() -> Part:
    done = site.measure()
    costs = {
        "言路：从头生成全站，含核对": done.ours,
        "Material自带搜索（jieba切分），同样的页": done.plain,
        **{f"言路：改了{words}以后": cost for words, cost in done.again.items()},
        **{f"同上，开着yanlu serve：改了{words}": cost for words, cost in done.served.items()},
    }
    whole = {
        "言路：从头生成全站，含核对": done.plain,
        "Material自带搜索（jieba切分），同样的页": done.plain,
    }
    rows = []
    for words, cost in costs.items():
        share = cost.cpu / whole.get(words, done.ours).cpu
        rows.append(
            [words, f"{cost.wall:.1f}", f"{cost.cpu:.2f}", f"{cost.peak:.0f}", f"{share:.2f}"]
        )
    head = [
        "做法",
        "秒",
        "CPU秒",
        "内存MiB",
        "CPU之比（全站比Material≤0.35；改了一处比全站：指引、数据≤0.1，公告、建议≤0.2）",
    ]
    return f"生成网站（{done.pages}页）", head, rows


def _preview() -> Part:
    first, again = preview.measure()
    rows = [
        [words, f"{cost.wall:.1f}", f"{cost.cpu:.1f}", f"{cost.peak:.0f}"]
        for words, cost in (("第一次预览（≤20秒）", first), ("以后每一次（≤20秒）", again))
    ]
    return "一千页的网站，改了一页以后", ["做法", "秒", "CPU秒", "内存MiB"], rows


def _register() -> Part:
    done = register.measure()
    share = done.again.cpu / done.full.cpu
    limits = {
        "全部重新生成（CPU秒≤150，内存≤1024）": done.full,
        f"改一个文件以后（≤15%：{100 * share:.0f}%）": done.again,
        "yanlu check（≤60秒）": done.check,
        "yanlu check --since HEAD~1（≤5秒）": done.since,
    }
    rows = [
        [words, f"{cost.wall:.1f}", f"{cost.cpu:.1f}", f"{cost.peak:.0f}"]
        for words, cost in limits.items()
    ]
    return f"台账：{register.SIZE}条建议", ["做法", "秒", "CPU秒", "内存MiB"], rows


def _likeness() -> Part:
    done = likeness.measure()
    rows = [
        [
            how,
            f"{done.recall[how]:.2f}",
            f"{done.query[how]:.0f}",
            f"{done.index:.1f}",
            f"{done.peak:.0f}",
        ]
        for how in likeness.Retold
    ]
    title = (
        f"找相近的：{likeness.SIZE}条，每条平均{done.characters // likeness.SIZE}字，"
        f"各问{likeness.ASKED}条"
    )
    head = ["新的一条", "在前五条里的", "每问一条CPU毫秒", "每次先编索引CPU秒", "内存MiB"]
    return title, head, rows


def _search() -> Part:
    rows = [
        [
            str(done.pages),
            f"{done.cpu:.1f}",
            f"{done.files}（{done.kilobytes / 1000:.1f}）",
            f"{done.median / 1000:.1f}",
            f"{done.costs[done.worst][0] / 1000:.1f}（{done.worst}）",
            str(max(requests for _, requests in done.costs.values())),
            f"{done.recall:.3f}",
            f"{done.precision:.3f}",
        ]
        for done in search.measure()
    ]
    head = [
        "页",
        "编索引CPU秒",
        "文件（压缩后MB）",
        "第一次找到：一半的词≤kB",
        "最多的词kB（1000页≤40，5000页≤50）",
        "请求最多",
        "找全（1.00）",
        "找准（≥0.99）",
    ]
    return f"搜索：{len(search.QUERIES)}个词，几乎不能压缩的文字", head, rows


def _judges() -> Part:
    rows = [
        [
            one.kind,
            str(one.html_validate),
            str(one.vnu),
            *(str(one.scores.get(name, "–")) for name in judges.CATEGORIES),
        ]
        for one in judges.measure()
    ]
    head = [
        "页面",
        "html-validate（0）",
        "vnu（0）",
        "Lighthouse性能（100，最大的一页≥98）",
        "无障碍（100）",
        "规范（100）",
        "搜索引擎（100）",
    ]
    return "每种页面各一页；Lighthouse按手机，不是满分的测三次取中间", head, rows


def _weights() -> Part:
    done = judges.weigh()
    rows = [
        ["第一次打开一个小页面，压缩后kB（≤20）", f"{done.sent / 1000:.1f}"],
        ["同上，请求（≤5）", str(done.requests)],
        *(
            [f"{size}页时，去掉正文最重的一页（≤6000字节）", str(shell)]
            for size, shell in done.shells.items()
        ),
    ]
    return "小页面有多重", ["量什么", "多少"], rows


def _zensical() -> Part:
    done = zensical.measure()
    rows = [
        ["两边都有的页面", str(done.pages)],
        ["正文一字不差的", str(done.pages - len(done.other))],
        ["只差在Zensical自己加的题目", str(len(done.titled))],
        ["别的差别（0）", "、".join(sorted({*done.other} - {*done.titled})) or "0"],
        ["只有一边有的（0）", "、".join(done.missing) or "0"],
        ["Zensical生成的CPU秒", f"{done.cost.cpu:.1f}"],
    ]
    return f"Zensical {done.version}，同样的Markdown和mkdocs.yml", ["量什么", "多少"], rows


def _log() -> Part:
    done = log.measure()
    costs = {
        "重新计算、检查、封存一天（≤20秒，≤1024）": done.seal,
        "做成网站上的全部文件": done.serve,
    }
    rows = [
        [words, f"{cost.wall:.1f}", f"{cost.cpu:.1f}", f"{cost.peak:.0f}"]
        for words, cost in costs.items()
    ]
    title = f"公开记录：{done.size}行，{done.checkpoints}个检查点"
    return title, ["做法", "秒", "CPU秒", "内存MiB"], rows


def _receipt() -> Part:
    done = receipt.measure()
    row = [f"{done.lines}", f"{done.kilobytes:.0f}", f"{done.median:.0f}", f"{done.slowest:.0f}"]
    head = ["行", "要下载kB（压缩后，≤1500）", "一般毫秒（≤1000）", "最慢毫秒"]
    return "浏览器核对一份回执：一年的记录", head, [row]


def _rounding() -> Part:
    rows = [
        [
            r.name,
            str(r.published),
            f"{r.mean:.3f}",
            str(r.largest),
            f"{r.one_way[0]:.2f}",
            str(r.one_way[1]),
            str(r.small),
            f"{r.seconds:.2f}",
            f"{r.process.wall:.1f}",
            f"{r.process.peak:.0f}",
        ]
        for r in rounding.measure()
    ]
    head = [
        "表",
        "公布的数",
        "平均相差",
        "最大相差",
        "只分一个维度的合计：平均",
        "最大",
        "1至4的数",
        "舍入秒",
        "整个命令秒",
        "内存MiB",
    ]
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


def _intake() -> Part:
    rows = [
        [
            str(number),
            f"{rate.looked:.0f}",
            f"{rate.accepted:.0f}",
            f"{rate.bare:.0f}",
            f"{rate.ratio:.3f}",
            f"{rate.half:.0f}",
            f"{rate.most:.0f}",
            f"{rate.cold:.0f}（{rate.cold_ratio:.3f}）",
        ]
        for number, rate in enumerate(intake.measure(), start=1)
    ]
    head = [
        "轮",
        "每秒看一遍（遮盖）",
        "每秒收件（封存、写稳）",
        "每秒裸写行数",
        "收件与裸写之比（≥0.05，目标0.15）",
        "一半≤毫秒",
        "99%≤毫秒（≤300）",
        "收件时再遮盖一遍的每秒（之比）",
    ]
    title = f"收件：{intake.CONNECTIONS}个连接，与同一分钟里裸写SQLite（64行一次提交）相比"
    return title, head, rows


def _slow_clients() -> Part:
    done = intake.slow()
    rows = [[str(done.clients), str(done.open), f"{done.health * 1000:.0f}"]]
    return "慢的连接：一分钟", ["连接", "一分钟后还开着的（0）", "健康检查最慢毫秒（<1000）"], rows


def _crashes() -> Part:
    rows = [
        [str(n), str(r.acknowledged), str(r.missing), str(r.twice), str(r.changed)]
        for n, r in enumerate(intake.crashes(), start=1)
    ]
    head = ["轮", "给出的回执", "丢失（0）", "重复（0）", "重交后变了的（0）"]
    return "满负荷时SIGKILL", head, rows


def _attacked() -> Part:
    done = intake.attacked()
    shown = "，".join(f"{status or '断开'}：{count}" for status, count in done.statuses.items())
    rows = [[str(done.requests), str(len(done.faults)), f"{done.grown:.1f}", shown]]
    return "恶意请求", ["请求", "5xx或原样反射（0）", "内存增长MiB", "状态"], rows


_BENCHES: Mapping[str, tuple[str, Sequence[Callable[[], Part]]]] = {
    "cube": ("一千万条记录", [_cube]),
    "counting": ("一亿条记录", [counting.by_size]),
    "engines": ("三种引擎", [scale_engines.by_engine]),
    "offices": ("三千个单位", [scale_offices.collecting]),
    "burst": ("突然涌来", [scale_intake.burst_minute]),
    "several": ("几个收件服务", [scale_intake.one_and_several, scale_intake.killed]),
    "export": ("导出的表", [_export]),
    "site": ("生成网站", [_site]),
    "preview": ("先看再公布", [_preview]),
    "judges": ("网页的评判", [_judges]),
    "weights": ("网页有多重", [_weights]),
    "zensical": ("换成Zensical", [_zensical]),
    "search": ("搜索", [_search]),
    "register": ("两万条建议", [_register]),
    "likeness": ("找相近的建议", [_likeness]),
    "log": ("公开记录", [_log, _receipt]),
    "rounding": ("小数舍入", [_rounding]),
    "suppression": ("隐藏和攻击", [_suppression]),
    "intake": ("收件", [_intake, _slow_clients, _crashes, _attacked]),
}
# Several under one name, each with a day and a load of its own: together they take half an hour.
_TOGETHER = {"scale": ("counting", "engines", "offices", "burst", "several")}

if __name__ == "__main__":
    main()
