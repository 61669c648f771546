"""`yanlu guard`: nothing of a person, no key and no case file gets into the repository."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from yanlu.errors import InputError
from yanlu.founding.hooks import install
from yanlu.intake.guard import refusals
from yanlu.settings import Portal, open_portal
from yanlu.worktree import Brought, committed, pushed, staged, top

_SHOWN = 30  # sentences; a screen holds no more


@click.command()
@click.option("--staged", "is_staged", is_flag=True, help="看下一次提交要带进来的。")
@click.option(
    "--pushed", "is_pushed", is_flag=True, help="看要推送的提交；钩子把它们写在标准输入。"
)
@click.option("--since", metavar="提交", help="看这个提交以后的每一次提交，后来删去的也算。")
@click.option(
    "--install", "installs", is_flag=True, help="装上提交前、推送前的检查，每台电脑一次。"
)
def guard(is_staged: bool, is_pushed: bool, since: str | None, installs: bool) -> None:
    """看有没有案件文件、密钥、收件库和个人信息要进仓库。

    只说哪个文件、第几行、是哪一种，不说内容。有就退出码为 1，钩子因此不让提交。
    """
    if [is_staged, is_pushed, since is not None, installs].count(True) != 1:
        raise InputError("请从 --staged、--pushed、--since、--install 里选一种。")
    folder = top(Path.cwd())
    if installs:
        for sentence in install(folder):
            click.echo(sentence, err=True)
        click.echo("提交前和推送前的检查已经装上。")
        return
    _judge(open_portal(folder), _brought(folder, since, is_pushed=is_pushed))


def _brought(folder: Path, since: str | None, *, is_pushed: bool) -> Sequence[Brought]:
    if since is not None:
        return committed(folder, "HEAD", [since])
    if is_pushed:
        return pushed(folder, sys.stdin.read().splitlines())
    return staged(folder)


def _judge(portal: Portal, brought: Sequence[Brought]) -> None:
    told = [
        sentence
        for one in brought
        for sentence in refusals(one.path, one.content, one.before, portal)
    ]
    if not told:
        return
    click.echo("有不能进仓库的内容：", err=True)
    for sentence in told[:_SHOWN]:
        click.echo(f"  · {sentence}", err=True)
    if len(told) > _SHOWN:
        click.echo(f"  · 还有 {len(told) - _SHOWN} 处。", err=True)
    click.echo("已经提交过的，见手册“出了事”。", err=True)
    sys.exit(1)
