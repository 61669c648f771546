"""`yanlu federation`: a level above others collects, adds up, and reports further up."""

from __future__ import annotations

import click

from yanlu.cli.main import FEDERATION, Verbs


@click.group(cls=Verbs, verbs=FEDERATION)
def federation() -> None:
    """上下级：收集下级公布的数据包，汇总，向上一级报告。"""
