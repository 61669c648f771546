"""`yanlu disclosure`: protect a table of one's own, or attack one before others do."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import click

from yanlu.cli.progress import steps
from yanlu.disclosure.audit.attack import Finding
from yanlu.disclosure.audit.identities import Identity, read_identities
from yanlu.disclosure.audit.judge import Verdict, judge
from yanlu.disclosure.audit.knowledge import Rounding, Suppression
from yanlu.disclosure.audit.space import Key, Space, make_space, place
from yanlu.disclosure.crossing import refuse_sparse
from yanlu.disclosure.hierarchy import TOTAL, Relation
from yanlu.disclosure.rounding import round_leaves
from yanlu.disclosure.suppression import released_cells, suppress_worthwhile
from yanlu.disclosure.tables import (
    HIDDEN,
    VALUE,
    Leaves,
    Rows,
    read_leaves,
    read_relations,
    read_rows,
    write_table,
)
from yanlu.errors import SettingsError, TableError
from yanlu.settings import open_portal, read_key_file

_LISTED = 200  # cells of one kind that a verdict names
_COUNT_OF_INSIDER = "n"
PUBLIC_ORDER = b"yanlu/public/1"  # for trials: anyone can repeat it

LEAF = click.argument("leaf", type=click.Path(path_type=Path))
COUNT = click.option("--count", required=True, help="哪一列是件数。")
HIER = click.option(
    "--hier",
    multiple=True,
    metavar="维度=H.csv",
    help="一个维度的层次文件，列名 child,parent，有交叠的层次再加 group。不写的维度只有合计。",
)
OUT = click.option(
    "--out", required=True, type=click.Path(path_type=Path), help="写到哪个文件（OUT.csv）。"
)


@click.group()
def disclosure() -> None:
    """披露控制：给一张表的小数做保护，或者像外人那样检查它守不守得住。"""


@disclosure.command("round")
@LEAF
@COUNT
@HIER
@click.option(
    "--base", default=5, show_default=True, type=click.IntRange(3, 100), help="舍入基数。"
)
@click.option("--key", type=click.Path(path_type=Path), help="本单位的密钥文件（64 位十六进制）。")
@OUT
def round_(
    leaf: Path, count: str, hier: Sequence[str], base: int, key: Path | None, out: Path
) -> None:
    """小数舍入：LEAF.csv 里 1 至 base-1 的数改成 0 或 base，合计处处相等。"""
    key = key or _key_of_environment()
    _refuse_overwriting(out, leaf, *_paths(hier).values(), *([key] if key else []))
    leaves = _leaves(leaf, count, hier)
    _tell_assumed(leaves)
    refuse_sparse(leaves.counts, leaves.cells, leaves.hierarchies, base=base)
    rounded = round_leaves(leaves, base=base, key=_key(key))
    with _whole(out) as file:
        write_table(file, leaves.hierarchies, rounded)
    click.echo(f"读了 {len(leaves.counts)} 个最细的格，写了 {rounded.size} 个数，在 {out.name}。")


@disclosure.command("suppress")
@LEAF
@COUNT
@HIER
@click.option(
    "--threshold",
    default=5,
    show_default=True,
    type=click.IntRange(3, 1000),
    help="小于它的数都藏起来。",
)
@click.option(
    "--released",
    multiple=True,
    type=click.Path(path_type=Path),
    help="已经公布过的表（OUT.csv 的格式）：里面的数收不回来，要当作已知。",
)
@OUT
def suppress_(
    leaf: Path, count: str, hier: Sequence[str], threshold: int, released: Sequence[Path], out: Path
) -> None:
    """隐藏：小于阈值的数空着，另外再空几格，让人推不出来；其余照实。"""
    _refuse_overwriting(out, leaf, *_paths(hier).values(), *released)
    leaves = _leaves(leaf, count, hier)
    _tell_assumed(leaves)
    known = released_cells(leaves, [_rows(path) for path in released])
    with steps() as report:
        hidden = suppress_worthwhile(
            leaves, threshold=threshold, released=known, report=_told(report, "挑选要隐藏的格")
        )
    with _whole(out) as file:
        write_table(file, leaves.hierarchies, hidden.values)
    click.echo(
        f"公布 {hidden.values.size} 个数，其中隐藏 {hidden.small + hidden.others} 个"
        f"（小于 {threshold} 的 {hidden.small} 个，为保护它们另藏 {hidden.others} 个），"
        f"在 {out.name}。"
    )


@disclosure.command()
@click.argument("tables", nargs=-1, required=True, type=click.Path(path_type=Path))
@HIER
@click.option("--rounded", type=click.IntRange(3, 100), help="表是舍入过的，基数是多少。")
@click.option("--threshold", type=click.IntRange(3, 1000), help="表有隐藏的格，阈值是多少。")
@click.option(
    "--zeros",
    type=click.Choice(["shown", "hidden"]),
    help="隐藏的表里，0 照写（shown）还是和小的数一起藏（hidden，不写就是它）。",
)
@click.option(
    "--exact",
    multiple=True,
    type=click.Path(path_type=Path),
    help="谁都数得出来的数（例如公开的网页），照实的。",
)
@click.option(
    "--identity",
    multiple=True,
    type=click.Path(path_type=Path),
    help="各表之间的等式（列名 identity,sign 和维度）。",
)
@click.option(
    "--insider",
    type=click.Path(path_type=Path),
    help="真实的 LEAF.csv（件数列叫 n）：假设读者还知道哪些格小于阈值。只在本单位用。",
)
def audit(
    tables: Sequence[Path],
    hier: Sequence[str],
    rounded: int | None,
    threshold: int | None,
    zeros: str | None,
    exact: Sequence[Path],
    identity: Sequence[Path],
    insider: Path | None,
) -> None:
    """像外人那样攻击一张或几张公布的表：推得出小的数吗？

    退出码：0 推不出；1 推得出（列出是哪些格，不写出数）；2 输入有错；3 没有判断完。
    """
    if (rounded is None) == (threshold is None):
        raise TableError("请写明表是舍入过的（--rounded 基数）还是有隐藏的格（--threshold 阈值）。")
    if rounded and (zeros or insider):
        raise TableError(
            "--zeros 和 --insider 只用于隐藏的表（--threshold），不能和 --rounded 同用。"
        )
    trees = _trees(hier)
    read = {path: _rows(path) for path in (*tables, *exact)}
    _refuse_blanks([read[path] for path in tables] if rounded else [], [read[p] for p in exact])
    _refuse_half_a_dimension([read[p] for p in tables], [read[p] for p in exact], trees)
    space = make_space(list(read.values()), trees)
    known = _identities(identity)
    _tell_unknown(known, space)
    small = _small(insider, hier, space, threshold or 0) if insider else None
    rule = Rounding(rounded) if rounded else Suppression(threshold or 0, zeros == "shown", small)
    with steps() as report:
        verdict = judge(
            [place(read[path], space) for path in tables],
            space,
            rule,
            exact=[place(read[path], space) for path in exact],
            identities=known,
            report=_told(report, "攻击"),
        )
    sys.exit(_say(verdict, space))


def _say(verdict: Verdict, space: Space) -> int:
    """Tell the verdict; answers the exit code."""
    for words, keys in (
        ("写着不该公布的小数", verdict.shown),
        ("可以推出确切的数", verdict.of(Finding.EXACT)),
        ("推到只剩一两个可能", verdict.of(Finding.NARROW)),
        ("没有判断完", verdict.of(Finding.UNDECIDED)),
    ):
        for key in keys[:_LISTED]:
            click.echo(f"{_named(key, space)}：{words}")
        if len(keys) > _LISTED:
            click.echo(f"……{words}的一共 {len(keys)} 格")
    if verdict.leaks:
        click.echo("泄露：请不要公布这些表。")
        return 1
    for gap in verdict.gaps:
        click.echo(f"说明：{gap}")
    if not verdict.decided:
        click.echo("没有发现泄露，但有的格没有判断完，不能当作安全。")
        return 3
    click.echo("安全：没有一个小的数推得出来。")
    return 0


def _named(key: Key, space: Space) -> str:
    return "，".join(f"{d}={code}" for d, code in zip(space.dimensions, key, strict=True))


def _small(path: Path, hier: Sequence[str], space: Space, threshold: int) -> frozenset[Key]:
    """The cells that lie below the threshold in truth."""
    leaves = _leaves(path, _COUNT_OF_INSIDER, hier)
    return frozenset(space.below_threshold(leaves, threshold))


def _identities(paths: Sequence[Path]) -> list[Identity]:
    found = []
    for path in paths:
        with _open(path) as file:
            found += read_identities(file, path.name)
    return found


def _rows(path: Path) -> Rows:
    with _open(path) as file:
        return read_rows(file, path.name, VALUE, blanks=True)


def _refuse_blanks(rounded: Sequence[Rows], exact: Sequence[Rows]) -> None:
    """An empty cell where none can be: most likely the wrong file, or the wrong option."""
    for rows in rounded:
        if (rows.numbers == HIDDEN).any():
            raise TableError(
                f"{rows.name} 有空着的格，舍入过的表没有这样的格。隐藏过的表请用 --threshold 检查。"
            )
    for rows in exact:
        if (rows.numbers == HIDDEN).any():
            raise TableError(f"{rows.name} 有空着的格：--exact 里只写谁都数得出来的数。")


def _refuse_half_a_dimension(
    tables: Sequence[Rows], exact: Sequence[Rows], trees: Mapping[str, Sequence[Relation]]
) -> None:
    """A dimension that no table has: without a hierarchy nobody knows what its codes leave out."""
    known = {dimension for rows in tables for dimension in rows.dimensions} | trees.keys()
    for rows in exact:
        for dimension, codes in zip(rows.dimensions, rows.codes, strict=True):
            if dimension not in known and set(codes) != {TOTAL}:
                raise TableError(
                    f"{rows.name} 的 {dimension} 这一列，别的表都没有。"
                    f"请用 --hier {dimension}=文件 写明它一共有哪些代码。"
                )


def _tell_unknown(identities: Sequence[Identity], space: Space) -> None:
    """Codes that only an identity has: right for what is not published, or mistyped."""
    used = {axis.name: axis.used for axis in space.axes}
    said = {
        f"{dimension}={code}"
        for identity in identities
        for dimension, codes in identity.codes.items()
        for code in codes - used.get(dimension, codes)
    }
    for name in sorted(said):
        click.echo(f"--identity 里的 {name} 不在任何一张表里，当作不知道的数。", err=True)


def _told(report: Callable[[str], None], what: str) -> Callable[[float], None]:
    return lambda share: report(f"{what}：{share:.0%}")


def _refuse_overwriting(out: Path, *read: Path) -> None:
    """The key and the hierarchies are read too, and a key that is overwritten is lost."""
    if any(out.resolve() == path.resolve() for path in read):
        raise TableError(f"--out 与读入的 {out.name} 是同一个文件，没有写。请换一个名字。")


def _tell_assumed(leaves: Leaves) -> None:
    """What the file leaves open: codes that it does not list, dimensions with one code."""
    for dimension, codes in leaves.unlisted.items():
        click.echo(
            f"维度 {dimension}：层次文件里有 {codes} 个最细的代码在表里一行也没有，都当作 0。"
            "不是 0、只是没有统计的，请从层次文件里删去。",
            err=True,
        )
    for hierarchy in leaves.hierarchies:
        if not hierarchy.groups:
            click.echo(f"维度 {hierarchy.name}：表里只有一个代码，不写上级代码和合计。", err=True)


def _leaves(path: Path, count: str, hier: Sequence[str]) -> Leaves:
    trees = _trees(hier)
    with _open(path) as file:
        return read_leaves(file, path.name, count, trees)


def _trees(hier: Sequence[str]) -> dict[str, list[Relation]]:
    trees = {}
    for dimension, path in _paths(hier).items():
        with _open(path) as file:
            trees[dimension] = read_relations(file, path.name)
    return trees


def _paths(hier: Sequence[str]) -> dict[str, Path]:
    """The hierarchy file of each dimension."""
    paths: dict[str, Path] = {}
    for said in hier:
        dimension, sign, name = said.partition("=")
        if not sign or not dimension or not name or dimension in paths:
            raise TableError("--hier 要写成 维度=文件，每个维度一次，例如 --hier region=H.csv。")
        paths[dimension] = Path(name)
    return paths


def _key_of_environment() -> Path | None:
    name = os.environ.get("YANLU_KEY_FILE")
    return Path(name) if name else None


def _key(path: Path | None) -> bytes:
    if path is not None:
        key = read_key_file(path)
        _refuse_in_git(path, key)
        return key
    click.echo(
        "没有给密钥：难分先后的格按公开的次序挑选，只可以试用。"
        "要公布的表请加 --key（见 yanlu disclosure round --help）。",
        err=True,
    )
    return PUBLIC_ORDER


def _refuse_in_git(path: Path, key: bytes) -> None:
    """A key in a work tree is soon a key in git; only the reference office's is public."""
    folders = path.resolve().parents
    tracked = any((folder / ".git").exists() for folder in folders)
    if tracked and not any(_published(folder, key) for folder in folders):
        raise SettingsError("舍入密钥放在了仓库里。请把它移到仓库之外，再更换一把新的密钥。")


def _published(folder: Path, key: bytes) -> bool:
    """Whether the folder is a portal whose settings make this very key public."""
    if not (folder / "data" / "office.toml").is_file():
        return False
    return open_portal(folder).settings.disclosure.public_test_key == key.hex()


@contextmanager
def _open(path: Path) -> Iterator[TextIO]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            yield file
    except FileNotFoundError:
        raise TableError(f"没有找到文件 {path.name}。") from None
    except (IsADirectoryError, PermissionError):
        raise TableError(f"{path.name} 打不开：不是文件，或者没有权限。") from None


@contextmanager
def _whole(path: Path) -> Iterator[TextIO]:
    """A file that takes its place when all of it is written, or not at all.

    A device or a pipe is written to as it is: nothing may take its place.
    """
    special = path.exists() and not path.is_file()
    aside = path if special else path.with_name(f".{path.name}.writing")
    try:
        with aside.open("w", encoding="utf-8", newline="") as file:
            yield file
        if not special:
            aside.replace(path)
    except OSError:
        raise TableError(f"{path.name} 写不进去。请检查文件夹是否存在、磁盘是否已满。") from None
    finally:
        if not special:
            aside.unlink(missing_ok=True)
