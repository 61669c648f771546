"""`yanlu federation`: from county to city to province, by what each has published."""

from __future__ import annotations

import click

from yanlu.cli.rolling import roll_up


@click.group()
def federation() -> None:
    """上下级：收集下级单位公布的数据包，汇总，向上报告。"""


federation.add_command(roll_up)
