"""`yanlu carry`: proposals to another network and back, by a file on a removable disk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from yanlu.errors import IntakeError
from yanlu.intake.forge.bundles import Carried, carry_in, carry_out
from yanlu.intake.forge.local import HOST
from yanlu.settings import Portal, open_portal

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.group()
def carry() -> None:
    """两个网不相通的：把等着审核的一批打成一个文件带过去，审完再带回来。"""


@carry.command("out")
@click.argument("file", metavar="文件", type=_FILE)
def out(file: Path) -> None:
    """把主分支和等着审核的各批写进一个文件，放在移动盘上。"""
    for said in carried_out(open_portal(Path.cwd()), file):
        click.echo(said)


@carry.command("in")
@click.argument("file", metavar="文件", type=_FILE)
@click.option("--closed", multiple=True, help="那边不要了的一批：分支的名字。可以写几次。")
def in_(file: Path, closed: Sequence[str]) -> None:
    """把那边审完的带回来。只往前走，对不上就不动。"""
    for said in carried_in(open_portal(Path.cwd()), file, closed):
        click.echo(said)


def carried_out(portal: Portal, file: Path) -> Iterator[str]:
    """Write the file, and say what to do with it."""
    _refuse_forge(portal)
    names = carry_out(portal.folder, portal.settings.forge.branch, file)
    waiting = f"和等着审核的 {len(names)} 批：{'、'.join(names)}" if names else "，没有等着审核的"
    yield f"已写进 {file}，里面是主分支{waiting}。"
    yield (
        "里面只有遮盖过、确认过的文字，没有收件库。拷到另一边；等着审核的在那边读一遍，"
        "合并到主分支，再用 yanlu carry out 或者 git bundle create 打包带回来。"
    )


def carried_in(portal: Portal, file: Path, closed: Sequence[str]) -> Iterator[str]:
    """Take the file in, and say what became of each proposal."""
    _refuse_forge(portal)
    done = carry_in(portal.folder, portal.settings.forge.branch, file, closed)
    yield from _told(done, closed)


def _told(done: Carried, closed: Sequence[str]) -> Iterator[str]:
    yield "主分支往前走了。" if done.moved else "主分支没有变。"
    for names, said in (
        (done.merged, "合并了，就是公布了；收件库半分钟里跟着走"),
        (done.edited, "那边改过、还没有合并，以改过的为准"),
        (closed, "那边不要了，里面的各条等您重新确认"),
        (done.absent, "没有带回来：还在审核的不用管；那边不要了的，再带一次，写明是哪一批"),
    ):
        if names:
            yield f"{'、'.join(names)}：{said}。"


def _refuse_forge(portal: Portal) -> None:
    if portal.settings.forge.host != HOST:
        raise IntakeError(
            "这个单位用的是代码托管平台（data/office.toml 的 [forge]），在那里审核，不用打包。"
        )
