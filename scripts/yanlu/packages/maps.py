"""`data/map.svg`: the office's own map of its regions, where it has one that was approved.

A map that is shown to the public must have passed review, and shows its number (审图号). Yanlu
ships none and draws a grid in its place. Of the file only shapes are taken: nothing that runs,
loads or styles.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from defusedxml import DefusedXmlException, ElementTree

from yanlu.errors import PackageError
from yanlu.packages.faults import Fault
from yanlu.settings import Portal

PLACE = "map.svg"
LARGEST = 200_000  # bytes: every reader of a statistics page loads it
_SVG = "{http://www.w3.org/2000/svg}"
_SHAPES = {"path": "d", "polygon": "points", "polyline": "points"}
_GROUPS = frozenset({"svg", "g", "title", "desc"})
_ALLOWED = frozenset({"id", "d", "points", "viewBox", "version", "width", "height"})
_GEOMETRY = re.compile(r"[MmLlHhVvCcSsQqTtAaZz0-9eE+\-., \t\r\n]+")
_BOX = re.compile(r"-?[0-9.]+( -?[0-9.]+){3}")
_TODO = "请让制图的人照《给工作人员：读我》的“地图”改，或者删去地图，用方格"


@dataclass(frozen=True)
class Shape:
    """One outline: the SVG element, the attribute that holds its geometry, and the geometry."""

    element: str
    attribute: str
    geometry: str


@dataclass(frozen=True)
class Map:
    """The shapes of an approved map: of regions by their codes, and what lies around them.

    `box` is the `viewBox`; `number` is the number of the review (审图号).
    """

    box: str
    regions: Mapping[str, Shape]
    around: tuple[Shape, ...]
    number: str


def read_map(data: Path, codes: frozenset[str], number: str) -> Map:
    """The map of an office whose regions have these codes.

    Raises:
        PackageError: there is none, or it holds something else than shapes, or a region is missing.
    """
    root = _parsed(data / PLACE)
    for element in root.iter():
        _refuse_more(element)
    if not _BOX.fullmatch(root.get("viewBox", "")):
        raise PackageError("第一行的 svg 没有 viewBox（四个数），不知道有多大")
    shapes = [(element.get("id"), _shape(element)) for element in root.iter() if _is_shape(element)]
    named = [name for name, _ in shapes if name in codes]
    if missing := sorted(codes - set(named)):
        raise PackageError(f"缺少这些地区的形状（id 写地区代码）：{'、'.join(missing)}")
    if len(set(named)) < len(named):
        raise PackageError("有一个地区的形状写了两个；几块的合成一个 path")
    regions = {name: shape for name, shape in shapes if name in codes}
    around = tuple(shape for name, shape in shapes if name not in codes)
    return Map(root.get("viewBox"), regions, around, number)


def office_map(portal: Portal) -> Map | None:
    """The map of this office; None: it has none, and regions are drawn as a grid.

    Raises:
        PackageError: as `read_map`.
    """
    approved, leaves = portal.settings.map, portal.codes["regions"].leaves
    return read_map(portal.data, frozenset(leaves), approved.review_number) if approved else None


def map_faults(portal: Portal) -> Iterator[Fault]:
    """What is wrong with the map; nothing where there is none and none is spoken of."""
    approved = portal.settings.map
    if approved is None and (portal.data / PLACE).is_file():
        what = "有地图，office.toml 的 [map] 却没有写审图号（review_number）"
        yield Fault(f"data/{PLACE}", 0, "", what, "没有审图号的地图不能公布")
    elif approved is not None:
        try:
            office_map(portal)
        except PackageError as error:
            yield Fault(f"data/{PLACE}", 0, "", str(error), _TODO)


def _parsed(path: Path) -> Any:
    try:
        content = path.read_bytes()
    except OSError:
        raise PackageError("office.toml 写了 [map]，却没有这个文件") from None
    if len(content) > LARGEST:
        raise PackageError(f"超过 {LARGEST // 1000} kB，每个读者都要下载；请简化边界")
    try:
        root = ElementTree.fromstring(content, forbid_dtd=True)
    except (ElementTree.ParseError, DefusedXmlException, ValueError):
        raise PackageError("不是完整的 SVG，或者有文档类型、实体") from None
    if root.tag != f"{_SVG}svg":
        raise PackageError("不是 SVG")
    return root


def _refuse_more(element: Any) -> None:
    """Let pass what only draws: no script, style, link, image or text."""
    name = element.tag.removeprefix(_SVG) if isinstance(element.tag, str) else ""
    if name not in _GROUPS | _SHAPES.keys():
        raise PackageError(f"有不能用的元素 {name[:20]}；只能有 svg、g、path、polygon、polyline")
    if strange := sorted(set(element.attrib) - _ALLOWED):
        raise PackageError(
            f"有不能用的属性 {strange[0][:20]}；只能有 {'、'.join(sorted(_ALLOWED))}"
        )
    if _is_shape(element) and not _GEOMETRY.fullmatch(element.get(_SHAPES[name], "")):
        raise PackageError(f"有一个 {name} 没有形状，或者写了别的")


def _is_shape(element: Any) -> bool:
    return element.tag.removeprefix(_SVG) in _SHAPES


def _shape(element: Any) -> Shape:
    name = element.tag.removeprefix(_SVG)
    geometry = " ".join(element.get(_SHAPES[name]).split())
    return Shape(name, _SHAPES[name], geometry)
