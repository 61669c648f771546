"""`yanlu build`: the site from the repository, if all in it is fit to be read by everybody."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click

from yanlu.cli.looks import Report, look_at, name_of, place_of
from yanlu.cli.passed import Memory, Passed, day_of, passed, refuse_committed
from yanlu.cli.progress import steps
from yanlu.errors import BuildError
from yanlu.git import in_repository
from yanlu.model import Month
from yanlu.packages.check import check_data
from yanlu.packages.heads import first_bytes
from yanlu.packages.suggestions import suggestion_files
from yanlu.register.check import linked_faults
from yanlu.register.dates import date_faults
from yanlu.register.history import merged_into_gone, taken_back
from yanlu.settings import Portal, open_portal
from yanlu.sources import has_head, head_of, unpacked
from yanlu.templates import TemplateSyntaxError
from yanlu.website.build import Built, build_site

_SHOWN = 20  # faults; a screen holds no more
_LOOKS = (50_000, 20, 20)  # of the garbage collector: what a build makes mostly stays to its end


@click.command()
@click.option("--out", type=click.Path(path_type=Path), help="放到哪个文件夹（默认 public）。")
@click.option(
    "--source",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="网站上的 source.tar，旁边要有 source.json：由它们再做一遍那个网站。",
)
def build(out: Path | None, source: Path | None) -> None:
    """由 data/ 和 content/ 生成整个网站。"""
    gc.set_threshold(*_LOOKS)
    here = Path.cwd()
    if source is None:
        build_fit(open_portal(here), out or here / "public")
        return
    with unpacked(source) as folder:
        build_fit(open_portal(folder), here / (out or "public"))


def build_fit(portal: Portal, out: Path) -> None:
    """Check, build and say what was built.

    Raises:
        BuildError: something may not be on a site, or cannot be.
    """
    with steps() as report:
        built = _checked(portal, out, report)
    changed = "，另有未提交的改动" if built.head.changed else ""
    click.echo(
        f"已生成 {built.pages} 个页面，核对了 {built.tables} 张表；"
        f"内容以提交 {built.head.short} 为准{changed}，在 {out.name}/。"
    )


def refit(portal: Portal, out: Path) -> Built:
    """Check and build in silence, after a change.

    Raises:
        BuildError: as `build_fit`.
    """
    return _checked(portal, out, lambda _: None)


def _checked(portal: Portal, out: Path, report: Report) -> Built:
    refuse_committed(portal.folder)
    report("找改过的建议")
    head = head_of(portal.folder) if has_head(portal.folder) else None
    _refuse_unfit(portal, day_of(head), report)
    try:
        return build_site(portal, out.resolve(), report=report, head=head)
    except TemplateSyntaxError as error:
        raise BuildError(
            f"没有生成网站。theme/ 里的模板 {error.name} 第 {error.lineno} 行写得不对"
            f"（{error.message}）。请改正，或者从 git 里恢复。"
        ) from None


def _refuse_unfit(portal: Portal, day: date, report: Report) -> None:
    """A site is read by everybody: what `yanlu check` would only report stops it here.

    What passed before is not looked at again, but it must still go together with the rest.

    Raises:
        BuildError: a text tells who wrote it, a path or an answer is none, files do not go
            together or take back what was published; nothing is quoted.
    """
    now = Month(day.year, day.month)
    memory = Memory(portal.folder, now)
    before = memory.read()
    files = {place_of(portal.data, path): path for path in suggestion_files(portal.data)}
    held = {place: before[place] for place, file in files.items() if _same(before, place, file)}
    fresh = [files[place] for place in files if place not in held]
    looks = look_at(portal.data, fresh, now, report)
    fit = {**held, **passed(looks)}
    places = {*looks, *before} - held.keys() if before else None
    back = list(taken_back(portal.folder, places, now)) if in_repository(portal.folder) else []
    links = {place: entry.link for place, entry in fit.items()}
    gone = merged_into_gone(portal.folder, links) if in_repository(portal.folder) else ()
    told = [*map(str, [*back, *linked_faults(portal.data, links), *gone])]
    told += [fault for look in looks.values() for fault in look.faults]
    others = [] if memory.rest_passed else _other_faults(portal.data)
    told += [*others, *map(str, date_faults(portal.data, day))]
    if told:
        wrong = {fault.file for fault in back}
        right = {place: fit[place] for place in fit if place not in wrong}
        memory.keep({**before, **right}, rest=not others)
        broken = list(map(str, check_data(portal.data, fresh)))  # what else follows from it
        raise BuildError(_listed(broken or told))
    if fit != before or not memory.rest_passed:
        memory.keep(fit, rest=True)


def _other_faults(data: Path) -> list[str]:
    from yanlu.intake import rescan  # loads the word lists, half a second

    return list(rescan.other_faults(data))


def _same(before: Passed, place: str, file: Path) -> bool:
    return place in before and before[place].name == name_of(first_bytes(file))


def _listed(told: Sequence[str]) -> str:
    lines = [f"  · {one}" for one in told[:_SHOWN]]
    if len(told) > _SHOWN:
        lines.append("  · 其余的请运行 yanlu check 查看。")
    return "\n".join([f"data/ 有 {len(told)} 处问题，没有生成网站：", *lines])
