"""`yanlu guard`: nothing of a person, no key and no case file gets into the repository."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import click

from yanlu.errors import InputError
from yanlu.founding.hooks import install, program
from yanlu.intake.guard import refusals
from yanlu.settings import Portal, open_portal
from yanlu.worktree import Coming, committed, pushed, said, staged, top

_SHOWN = 30  # sentences; a screen holds no more


@click.command()
@click.option("--staged", "is_staged", is_flag=True, help="看下一次提交要带进来的。")
@click.option(
    "--message",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="看这个文件里写的提交说明；钩子给出它。",
)
@click.option(
    "--pushed", "is_pushed", is_flag=True, help="看要推送的提交；钩子把它们写在标准输入。"
)
@click.option("--since", metavar="提交", help="看这个提交以后的每一次提交，后来删去的也算。")
@click.option("--branch", metavar="名字", help="和 --since 一起：连这个分支的名字也看。")
@click.option(
    "--install", "installs", is_flag=True, help="装上提交前、推送前的检查，每台电脑一次。"
)
def guard(
    is_staged: bool,
    message: Path | None,
    is_pushed: bool,
    since: str | None,
    branch: str | None,
    installs: bool,
) -> None:
    """看有没有案件文件、密钥、收件库和个人信息要进仓库。

    文件、文件名、提交说明、分支的名字都看，不管文件叫什么、用哪种编码。
    只说在哪里、是哪一种，不说内容。有就退出码为 1，钩子因此不让提交。
    """
    asked = [is_staged, message is not None, is_pushed, since is not None, installs]
    if asked.count(True) != 1:
        raise InputError("请从 --staged、--message、--pushed、--since、--install 里选一种。")
    folder = top(Path.cwd())
    if installs:
        for sentence in install(folder, program()):
            click.echo(sentence, err=True)
        click.echo("提交前和推送前的检查已经装上。")
    elif message:
        _judge(open_portal(folder), said(message.read_bytes()))
    elif since is not None:
        coming = committed(folder, "HEAD", [since])
        _judge(open_portal(folder), replace(coming, branches=[branch] if branch else []))
    else:
        pushes = sys.stdin.read().splitlines() if is_pushed else []
        _judge(open_portal(folder), pushed(folder, pushes) if is_pushed else staged(folder))


def _judge(portal: Portal, coming: Coming) -> None:
    told = list(refusals(coming, portal))
    if not told:
        return
    click.echo("有不能进仓库的内容：", err=True)
    for sentence in told[:_SHOWN]:
        click.echo(f"  · {sentence}", err=True)
    if len(told) > _SHOWN:
        click.echo(f"  · 还有 {len(told) - _SHOWN} 处。", err=True)
    click.echo("已经提交过的，见手册“出了事”。", err=True)
    sys.exit(1)
