"""What staff see before a release is written: what was read, what was dropped, what is public."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from yanlu.cli.costs import aligned
from yanlu.cli.questions import short
from yanlu.settings import Portal
from yanlu.stats.publish import Prepared
from yanlu.stats.sheet import Understood
from yanlu.workbooks.rows import letter

_NAMED = 5  # rows that are named of each kind; a clerk looks at some of them


def understood_lines(prepared: Prepared) -> Iterator[str]:
    """Where the records were found, and every row that was not counted, by reason."""
    counted, month = prepared.counted, prepared.released.release.month
    if prepared.understood is not None:
        yield from _sheet_lines(prepared.understood)
    yield f"读了 {counted.records} 条记录。"
    if counted.outside:
        yield f"其中 {counted.outside} 条在{month.title}没有事件，不算在内。"


def _sheet_lines(understood: Understood) -> Iterator[str]:
    found = understood.found
    header, where = found.header, found.grid.place
    rows = (
        f"{header.first}、{header.last} 行" if header.first < header.last else f"{header.last} 行"
    )
    yield f"用对照表 {found.name}：{where}，列名在第 {rows}，记录到第 {understood.last} 行。"
    yield (
        "；".join(
            f"{short(ours)}是 {letter(column)} 列“{header.names[column]}”"
            for ours, column in found.columns.items()
        )
        + "。"
    )
    if found.unread:
        yield f"没有读取的列：{'、'.join(found.unread)}。"
    for why, numbers in understood.dropped.items():
        first = "、".join(map(str, numbers[:_NAMED])) + ("……" if len(numbers) > _NAMED else "")
        yield f"没有算的{why} {len(numbers)} 行：第 {first} 行。"
    if understood.hidden:
        yield f"隐藏的工作表 {understood.hidden} 张，没有读。"
    if understood.since_1904:
        yield "这个工作簿的日期从 1904 年算起，已经照此换算。"


def public_lines(portal: Portal, prepared: Prepared) -> Iterator[str]:
    """What will be public, and nothing else: released figures, by event and channel."""
    release, codes = prepared.released.release, portal.codes
    total = sum(n for cell, n in release.counts.items() if cell.event == "received")
    yield (
        f"{release.month.title}第 {release.version} 版：{len(release.counts)} 个非零格，"
        f"收到 {total} 件（舍入后，含内部记录）。"
    )
    yield "将要公布的数（都是舍入以后的）："
    sums: Counter[tuple[str, str]] = Counter()
    for cell, count in release.counts.items():
        sums[cell.event, cell.channel] += count
    channels = [c for c in codes["channels"].groups if any(c == channel for _, channel in sums)]
    events = [event for event in codes["events"].rows if any(event == e for e, _ in sums)]
    yield from aligned(
        [
            ("", *(codes["channels"].title(channel) for channel in channels)),
            *(
                (codes["events"].title(event), *(f"{sums[event, c]}" for c in channels))
                for event in events
            ),
        ]
    )
