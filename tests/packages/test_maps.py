"""A map of the office's own is drawn only as shapes, and only with the number of its review."""

from __future__ import annotations

from pathlib import Path

import pytest

from yanlu.errors import PackageError
from yanlu.packages.maps import LARGEST, map_faults, read_map
from yanlu.settings import Portal, open_portal

CODES = frozenset({"north", "south"})
NORTH, SOUTH = '<path id="north" d="M0 0H9V9z"/>', '<polygon id="south" points="0,9 9,9 9,18"/>'


def _map(folder: Path, inside: str, head: str = 'viewBox="0 0 9 18"') -> Path:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" {head}>{inside}</svg>'
    (folder / "map.svg").write_text(svg, "utf-8")
    return folder


def test_regions_are_found_by_their_codes_and_the_rest_is_drawn_around_them(tmp_path: Path) -> None:
    river = '<g><title>河</title><polyline points="0 0 3\n3"/></g>'
    found = read_map(_map(tmp_path, NORTH + SOUTH + river), CODES, "示S(2026)001号")
    assert {name: shape.geometry for name, shape in found.regions.items()} == {
        "north": "M0 0H9V9z",
        "south": "0,9 9,9 9,18",
    }
    assert [shape.geometry for shape in found.around] == ["0 0 3 3"]


@pytest.mark.parametrize(
    ("inside", "words"),
    [
        (NORTH, "缺少这些地区的形状（id 写地区代码）：south"),
        (NORTH + NORTH + SOUTH, "有一个地区的形状写了两个"),
        (NORTH + SOUTH + "<script>alert(1)</script>", "不能用的元素 script"),
        (NORTH + SOUTH + "<style>*{fill:red}</style>", "不能用的元素 style"),
        (NORTH + SOUTH + '<image href="https://a.example/"/>', "不能用的元素 image"),
        (NORTH + SOUTH + '<path d="M0 0" onclick="x()"/>', "不能用的属性 onclick"),
        (NORTH + SOUTH + '<path d="url(#x)"/>', "有一个 path 没有形状，或者写了别的"),
        (NORTH + "<path", "不是完整的 SVG"),
        ("<path d='M0 0'/>" * (LARGEST // 15), "每个读者都要下载"),
    ],
)
def test_anything_but_shapes_of_every_region_is_refused(
    tmp_path: Path, inside: str, words: str
) -> None:
    with pytest.raises(PackageError) as refusal:
        read_map(_map(tmp_path, inside), CODES, "示S(2026)001号")
    assert words in str(refusal.value)


def test_a_map_without_a_size_or_with_entities_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PackageError, match="没有 viewBox"):
        read_map(_map(tmp_path, NORTH + SOUTH, head=""), CODES, "1")
    bomb = '<!DOCTYPE svg [<!ENTITY a "aaaa">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>'
    (tmp_path / "map.svg").write_text(bomb, "utf-8")
    with pytest.raises(PackageError, match="文档类型"):
        read_map(tmp_path, CODES, "1")


def test_a_map_without_its_number_is_not_published_and_a_number_needs_its_map(
    portal: Portal,
) -> None:
    settings = portal.data / "office.toml"
    _map(portal.data, NORTH)
    assert "没有审图号的地图不能公布" in str(next(map_faults(portal)))
    settings.write_text(f'{settings.read_text("utf-8")}\n[map]\nreview_number = "1"\n', "utf-8")
    assert "缺少这些地区的形状" in str(next(map_faults(open_portal(portal.folder))))
    (portal.data / "map.svg").unlink()
    assert "却没有这个文件" in str(next(map_faults(open_portal(portal.folder))))
