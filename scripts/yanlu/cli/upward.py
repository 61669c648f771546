"""`yanlu federation report`: the report of art. 41, sealed; nothing plain touches a disk."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click

from yanlu.errors import InputError, IntakeError
from yanlu.federation.gather import gather
from yanlu.federation.upward import Drafted, blanks, draft, packed
from yanlu.federation.words import UnreadableError, words
from yanlu.git import would_be_in_git
from yanlu.intake.export import write_privately
from yanlu.intake.seal import AGE
from yanlu.model import CHINA, Month
from yanlu.settings import Portal, open_portal
from yanlu.templates import theme_folder


@click.command()
@click.option("--from", "first", required=True, help="从哪个月起，例如 2026-01。")
@click.option("--to", "last", required=True, help="到哪个月止，例如 2026-12。")
@click.option(
    "--out", "folder", type=click.Path(path_type=Path, file_okay=False),
    help="写到哪个文件夹，不能在 git 仓库里。",
)  # fmt: skip
@click.option(
    "--recipient", "recipients", multiple=True, metavar="AGE公钥",
    help="封给谁：对方的 age 公钥，可以写几次。不写的，封给本单位自己，用来填写。",
)  # fmt: skip
@click.option(
    "--text", "finished", type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="填好的报告，代替草稿封进去；要和 --recipient 一起用。",
)  # fmt: skip
@click.option("--show", is_flag=True, help="只在终端里看草稿，什么也不写。")
def report(
    first: str,
    last: str,
    folder: Path | None,
    recipients: Sequence[str],
    finished: Path | None,
    show: bool,
) -> None:
    """起草《信访工作条例》第四十一条的报告，附数据包，封存以后写成一个文件。

    报给本级党委和政府、上一级信访部门，不公布。只用公布过的数；公布的文件里没有的，留着空由人填。
    """
    portal = open_portal(Path.cwd())
    drafted = draft(
        gather(portal, Month.parse(first), Month.parse(last)),
        theme_folder(portal.folder),
        datetime.now(CHINA).date(),
    )
    if show:
        _show(drafted)
        return
    keys = _keys(portal, recipients, finished)
    place = _place(portal, folder, str(drafted.descriptor["name"]))
    texts = {finished.name: _finished(finished)} if finished else {}
    write_privately(place, AGE.seal(packed(drafted, texts), keys))
    for line in _told(portal, place, drafted, recipients, finished):
        click.echo(line)


def _show(drafted: Drafted) -> None:
    if not sys.stdout.isatty():
        raise InputError("--show 只在终端里显示，不能写进文件，也不能交给别的程序。")
    click.echo(drafted.text)
    click.echo("以上是草稿，什么也没有写。")


def _keys(portal: Portal, recipients: Sequence[str], finished: Path | None) -> Sequence[str]:
    """To whom it is sealed: those named, else the office, which has the blanks to fill."""
    if finished and not recipients:
        raise InputError("填好的报告要写明封给谁：--recipient 后面写对方的 age 公钥。")
    for number, key in enumerate(recipients, 1):
        try:
            AGE.refuse_bad_key(key)
        except IntakeError:
            raise InputError(
                f"第 {number} 个 --recipient 不是 age 公钥（以 age1 开头）。"
                "请向对方要 age-keygen 印出来的“public key”那一行，用电话核对。"
            ) from None
    return recipients or [portal.settings.intake.age_recipient]


def _place(portal: Portal, folder: Path | None, name: str) -> Path:
    if folder is None:
        raise InputError("请用 --out 写明写到哪个文件夹；只在终端里看，用 --show。")
    if not folder.is_dir():
        raise InputError(f"没有文件夹 {folder}。请先建好。")
    if would_be_in_git(folder) or folder.resolve().is_relative_to(portal.folder.resolve()):
        raise InputError(
            f"{folder} 在仓库里，没有写：报告不公布。请用 --out 换一个仓库之外的文件夹。"
        )
    place = folder / f"{name}.zip.age"
    if place.exists() or place.is_symlink():
        raise InputError(f"{place} 已经有了，没有覆盖。请先移走旧的，或者换一个文件夹。")
    return place


def _finished(path: Path) -> bytes:
    """The report as people have finished it; one with open blanks is given back."""
    if would_be_in_git(path.absolute().parent):
        raise InputError(f"{path.name} 在仓库里，没有封：报告不公布。请移到仓库之外，别提交。")
    content = path.read_bytes()
    try:
        left = blanks(words(content))
    except UnreadableError:
        raise InputError(
            f"{path.name} 里的字读不出来，没有封：不知道还有没有【】没有填。"
            "请用 WPS 或者 Word 打开，另存为 .docx，再运行一次。"
            "PDF、RTF、旧的 .doc 和 .wps、只有图片的，都读不出。"
        ) from None
    if left:
        raise InputError(
            f"{path.name} 还有 {left} 处【】没有填，没有封。请填好，或者删去那一处；"
            "开着修订的，先接受修订。"
        )
    return content


def _told(
    portal: Portal,
    place: Path,
    drafted: Drafted,
    recipients: Sequence[str],
    finished: Path | None,
) -> list[str]:
    lines = [f"已写到 {place}，封给{f'{len(recipients)}把公钥' if recipients else '本单位自己'}。"]
    if finished is None:
        lines.append(
            f"里面是草稿（report.html 用 WPS 打开）和数据包；"
            f"有 {blanks(drafted.text)} 处【】要人填。"
        )
        lines.append("打开：age -d -i 私钥文件 -o 报告.zip 文件名，在加了密的磁盘上做。")
        lines.append("填好以后，用 --text 和 --recipient 再封一次报出去，把没有封的删去。")
    else:
        lines.append("里面是填好的报告和数据包。请把没有封的删去。")
    if portal.settings.intake.public_test_identity and not recipients:
        lines.append("注意：这是演示用的单位，私钥是公开的，谁都打得开。")
    return lines
