"""`yanlu carry`: proposals to another network and back, by a file on a removable disk."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import click

from yanlu.cli.check import check_portal
from yanlu.errors import IntakeError
from yanlu.git import branch_head, is_ancestor
from yanlu.intake.forge.bundles import (
    Carried,
    carried_before,
    carry_in,
    carry_out,
    open_proposals,
)
from yanlu.intake.forge.local import HOST
from yanlu.intake.guard import refusals
from yanlu.settings import Portal, open_portal
from yanlu.worktree import check_out, committed

_SHOWN = 30  # sentences; a screen holds no more
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
    """Write the file, once it was looked at what leaves, and say what to do with it."""
    _refuse_forge(portal)

    def judge(folder: Path, heads: Mapping[str, str]) -> None:
        _refuse_guarded(portal, folder, heads, carried_before(portal.folder))

    names = carry_out(portal.folder, portal.settings.forge.branch, file, judge)
    waiting = f"和等着审核的 {len(names)} 批：{'、'.join(names)}" if names else "，没有等着审核的"
    yield f"已写进 {file}，里面是主分支{waiting}。"
    yield (
        "里面的文件、文件名和提交说明都查过，没有收件库、密钥，也没有查得出来的个人信息。"
        "拷到另一边；等着审核的在那边读一遍，"
        "合并到主分支，再用 yanlu carry out 或者 git bundle create 打包带回来。"
    )


def carried_in(portal: Portal, file: Path, closed: Sequence[str]) -> Iterator[str]:
    """Take the file in, once it was looked at and checked, and say what became of each proposal."""
    _refuse_forge(portal)
    main = portal.settings.forge.branch
    here = branch_head(portal.folder, main) or ""
    known = [here, *open_proposals(portal.folder, main).values()]

    def judge(aside: Path, heads: Mapping[str, str]) -> None:
        with tempfile.TemporaryDirectory(prefix="yanlu-carried-") as place:
            there = open_portal(check_out(aside, heads[main], Path(place)))
            _refuse_guarded(there, aside, heads, known)
            if not is_ancestor(aside, heads[main], here):
                _refuse(check_portal(there).faults)

    done = carry_in(portal.folder, main, file, judge, closed)
    yield from _told(done, closed)


def _refuse_guarded(
    portal: Portal, folder: Path, heads: Mapping[str, str], known: Sequence[str]
) -> None:
    """What `yanlu guard` would not let in or out, of commits that are not known."""
    told: list[str] = []
    for name, commit in heads.items():
        told += refusals(replace(committed(folder, commit, known), branches=[name]), portal)
        known = [*known, commit]
    _refuse(told)


def _refuse(told: Sequence[str]) -> None:
    if told:
        more = f"\n  · 还有 {len(told) - _SHOWN} 处。" if len(told) > _SHOWN else ""
        listed = "".join(f"\n  · {sentence}" for sentence in told[:_SHOWN])
        raise IntakeError(
            f"有不能带的，没有改动：{listed}{more}\n请先改好；已经提交过的，见手册“出了事”。"
        )


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
