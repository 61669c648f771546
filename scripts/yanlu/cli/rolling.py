"""`yanlu federation roll-up`: what is in the sum, what is not and why, and what will be public."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import click

from yanlu.cli.progress import steps
from yanlu.federation.rolling import Prepared, prepare, write
from yanlu.model import CHINA, Month, RollUp
from yanlu.packages.rollups import COLLECTED
from yanlu.settings import Portal, open_portal

_NAMED = 20  # offices of a kind that are named; all are in coverage.csv
_ALIKE = 3  # places that are called alike, and offices that have one, as examples


@click.command("roll-up")
@click.option("--month", required=True, help="哪个月，例如 2026-10。")
@click.option("--dry-run", is_flag=True, help="只试算，不写入。")
def roll_up(month: str, dry_run: bool) -> None:
    """把下级单位和本单位公布过的一个月加起来，写成数据包。

    只用公布过的数；写入以前，把各单位的表和汇总放在一起检查，推得出小的数就不写。
    先运行 yanlu federation collect；本单位的记录先用 yanlu stats publish 发布。
    """
    portal = open_portal(Path.cwd())
    today = datetime.now(CHINA).date()
    with steps() as report:
        prepared = prepare(portal, Month.parse(month), today=today, report=report)
    for line in (*_coverage_lines(prepared), *_public_lines(portal, prepared)):
        click.echo(line)
    if prepared.released is None:
        return
    if dry_run:
        click.echo("这是试算，什么都没有写入 data/rollups/。")
        return
    folder = write(portal, prepared, today=today)
    if folder:
        click.echo(f"已写入 {folder.relative_to(portal.folder)}/。请检查后用 git 提交。")


def _coverage_lines(prepared: Prepared) -> Iterator[str]:
    """How many are in the sum; each that is not, with the reason."""
    told = prepared.told
    yield f"{told.words}算进来了。"
    left = [one for one in told.coverage if one.status != COLLECTED]
    for one in left[:_NAMED]:
        yield f"  · 没有 {one.name}（{one.id}）：{one.reason}。"
    if len(left) > _NAMED:
        yield f"  · ……没有算进来的一共 {len(left)} 个，都写在 coverage.csv 里。"
    for one in told.partly[:_NAMED]:
        yield f"  · 在内，可是它自己也缺：{one.name}（{one.id}），{one.gaps}。"
    for name, detail in prepared.details.items():
        yield f"注意 {name}：{detail}"
    yield from _doubt_lines(prepared)
    if prepared.own:
        yield f"本单位自己的统计：第 {prepared.own.release.version} 版。"
    else:
        yield "本单位自己没有发布这个月的统计，只有下级单位的。"


def _doubt_lines(prepared: Prepared) -> Iterator[str]:
    """Places that are called alike: only who knows them can tell whether they are the same."""
    if not prepared.doubts:
        return
    shown = "；".join(
        f"{place}（{'、'.join(offices[:_ALIKE])}{'等' if len(offices) > _ALIKE else ''}）"
        for place, offices in prepared.doubts[:_ALIKE]
    )
    yield (
        f"注意：有 {len(prepared.doubts)} 个地方，不止一个单位报，名称相同：{shown}。"
        "看不出是不是同一个，都算进来了。是同一个的，请只由一个单位报；不是的，"
        "请各单位在 regions.csv 的 maps_to 里写上行政区划代码，就不再说。"
    )


def _public_lines(portal: Portal, prepared: Prepared) -> Iterator[str]:
    """What will be public, and that it was attacked first."""
    if prepared.released is None:
        yield f"用到的数据包与第 {prepared.version} 版汇总相同，没有变化，没有写入。"
        return
    rollup = prepared.released.rollup
    yield "各单位的表和汇总放在一起检查过：没有一个小的数推得出来。"
    why = f"，原因：{portal.codes['revisions'].title(rollup.why)}" if rollup.why else ""
    yield f"{rollup.month.title}汇总第 {rollup.version} 版{why}。"
    yield "将要公布的数（都由公布过的数加起来；与网页一样，只数群众反映的）："
    yield from _sums(portal, rollup)


def _sums(portal: Portal, rollup: RollUp) -> Iterator[str]:
    """What citizens sent, by region in the order of the code list; then what offices noted."""
    regions, channels = portal.codes["regions"], portal.codes["channels"]
    sums: Counter[tuple[str, str]] = Counter()
    noted: Counter[tuple[str, str]] = Counter()
    for cell, count in rollup.counts.items():
        is_theirs = channels.rows[cell.channel]["writer"] == "citizen"
        (sums if is_theirs else noted)["", cell.event] += count
        sums[cell.region, cell.event] += count if is_theirs else 0
    counted = {region for region, _ in sums}
    named = [(code, regions.title(code)) for code in regions.rows if code in counted]
    for code, title in (*named[:_NAMED], ("", "合计")):
        yield f"  {title}：{_events(portal, sums, code)}"
        if len(named) > _NAMED and code == named[_NAMED - 1][0]:
            yield f"  ……一共 {len(named)} 个地区"
    if noted:
        told = _events(portal, noted, "")
        yield f"另有内部记录（工作人员和设备登记的），在 cube.csv 里，不加进上面的数：{told}"


def _events(portal: Portal, sums: Counter[tuple[str, str]], region: str) -> str:
    events = portal.codes["events"]
    return "，".join(f"{events.title(event)} {sums[region, event]}" for event in events.rows)
