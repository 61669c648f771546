"""A figure as a drawing: which of its columns are drawn, and in which way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from yanlu.packages.maps import Map
from yanlu.templates import Environment, grouped
from yanlu.website import charts
from yanlu.website.figures import Drawing, Figure
from yanlu.website.table import Kind, Measure, Name, Share, Value

# Light-theme colours of the four series, for a drawing that is opened on its own; on a
# page the style sheet's tokens take their place.
COLOURS = ("#1a5a86", "#2a664a", "#7d5200", "#a8321f")


def draw(figure: Figure, jinja: Environment, approved: Map | None = None) -> str:
    """The drawing as SVG, with its title and what it shows in words.

    Regions are drawn on the `approved` map where the office has one.
    """
    way = figure.drawing
    if way is Drawing.TILES and approved is not None:
        way, facts = Drawing.MAP, _map(figure, approved)
    else:
        facts = _DRAWN[way](figure)
    description = f"{figure.description}。{facts.pop('note', '')}下面的表里有同样的数字。"
    return (
        jinja.get_template(f"{way}.svg")
        .render(
            id=f"chart-{figure.name}",
            title=f"{figure.title}（{figure.period}）",
            description=description,
            **facts,
        )
        .strip()
    )


def _bars(figure: Figure) -> dict[str, Any]:
    rows = _sized(figure)
    return {"bars": charts.bars(rows), "height": len(rows) * charts.BAR_STEP + 4}


def _tiles(figure: Figure) -> dict[str, Any]:
    tiles, step = charts.tiles(_sized(figure))
    return {
        "tiles": tiles,
        "step": step,
        "column": charts.COLUMN,
        "height": _rows(len(tiles)) * step,
        "note": "格子按代码表的顺序排列，不是地图；底下的短线和颜色的深浅都是件数。",
    }


def _map(figure: Figure, approved: Map) -> dict[str, Any]:
    position = _position(figure, figure.drawn[0])
    rows = [(row[0], _size(row[position]), _words(row[position])) for row in figure.table.rows]
    largest = max(size for _, size, _ in rows)
    return {
        "map": approved,
        "regions": [
            {
                "shape": approved.regions[name.code],
                "band": charts.band(size, largest),
                "said": f"{name}：{words}",
            }
            for name, size, words in rows
            if isinstance(name, Name)
        ],
        "keys": [
            {"x": 25 * i, "said": f"≤{grouped(round(largest * (i + 1) / 4))}"} for i in range(4)
        ],
        "drawn": charts.MAP_HEIGHT,
        "height": charts.MAP_HEIGHT + 56,
        "note": "颜色的深浅是件数，分四档，每档是最多的四分之一。",
    }


def _multiples(figure: Figure) -> dict[str, Any]:
    panels, step = charts.panels([_panel(figure, row) for row in figure.table.rows])
    return {
        "panels": panels,
        "column": charts.COLUMN,
        "reach": charts.PANEL + 6,
        "height": _rows(len(panels)) * step,
        "note": "每格一条线，都从零画起，用同一个刻度；箭头两边是第一个月和最后一个月。",
    }


def _panel(figure: Figure, row: tuple[Value, ...]) -> tuple[str, list[int], list[str]]:
    positions = [_position(figure, name) for name in figure.drawn]
    titles = [figure.table.columns[position].title for position in positions]
    values = [value for p in positions if isinstance(value := row[p], int)]
    said = [f"{row[0]}，{t}：{grouped(v)}件" for t, v in zip(titles, values, strict=True)]
    return str(row[0]), values, said


def _ranges(figure: Figure) -> dict[str, Any]:
    panels, step = charts.range_panels([_range_panel(figure, row) for row in figure.table.rows])
    return {
        "panels": panels,
        "column": charts.COLUMN,
        "height": _rows(len(panels)) * step,
        "note": (
            "每格一个单位，按名单的次序；下面的线是0，上面的线是100%。点是按时率，"
            "竖的粗线是舍入使它不能确定的范围。"
        ),
    }


def _range_panel(
    figure: Figure, row: tuple[Value, ...]
) -> tuple[str, tuple[str, str], list[charts.Shared]]:
    shares = [_shared(figure, row, name) for name in figure.drawn]
    last = shares[-1]
    if last is None:
        return str(row[0]), ("不计算", ""), shares
    share, low, high, _ = last
    sure = f"{low:.1f}–{high:.1f}%" if (low, high) != (share, share) else "范围不详"
    return str(row[0]), (f"{share:.1f}%", sure), shares


def _shared(figure: Figure, row: tuple[Value, ...], name: str) -> charts.Shared:
    """A share with its range; where that is not known, the share stands alone."""
    at = _position(figure, name)
    share, low, high = (_percent(row[at + n]) for n in range(3))
    if share is None:
        return None
    title = figure.table.columns[at].title
    said = f"{row[0]}，{title}：{share:.1f}%"
    if low is None or high is None:
        return share, share, share, said
    return share, low, high, f"{said}（{low:.1f}–{high:.1f}%）"


def _percent(value: Value) -> float | None:
    if isinstance(value, Share):
        return None if value.percent is None else float(value.percent)
    return float(value.value) if isinstance(value, Measure) and value.value is not None else None


def _rows(count: int) -> int:
    return -(-count // charts.COLUMNS)


def _stack(figure: Figure) -> dict[str, Any]:
    positions = [_position(figure, name) for name in figure.drawn]
    rows = [
        (
            str(row[0]),
            [_gap(row[position]) for position in positions],
            [_words(row[position]) for position in positions],
        )
        for row in figure.table.rows
    ]
    return {
        "stacks": charts.stacks(rows),
        "names": [figure.table.columns[p].title.removesuffix("占比") for p in positions],
        "classes": ("s1", "hatch", "ground"),
        "fills": (COLOURS[0], f"url(#chart-{figure.name}-hatch)", "#ffffff"),
        "height": 30 + len(rows) * charts.BAR_STEP,
    }


def _lines(figure: Figure) -> dict[str, Any]:
    series = [_series(figure, _position(figure, name)) for name in figure.drawn]
    sizes = [value for one in series for value in one.values if value is not None]
    shares = figure.table.columns[_position(figure, figure.drawn[0])].kind is Kind.SHARE
    top = 100.0 if shares else charts.axis_top(max(sizes, default=1))
    unit = "%" if shares else ""
    return {
        "lines": charts.lines(series, top),
        "grid": [
            charts.Grid(charts.height(top * part, top), f"{grouped(round(top * part))}{unit}")
            for part in (0, 0.5, 1)
        ],
        "ticks": charts.ticks(figure.months),
        "height": charts.LINE_HEIGHT,
        "right": charts.LINE_RIGHT,
        "colours": COLOURS,
    }


def _series(figure: Figure, position: int) -> charts.Series:
    label = figure.table.columns[position].title
    values = [row[position] for row in figure.table.rows]
    said = [f"{row[0]}：{label}{_words(row[position])}" for row in figure.table.rows]
    return charts.Series(label, list(map(_gap, values)), said, _words(values[-1]))


_DRAWN: Mapping[Drawing, Callable[[Figure], dict[str, Any]]] = {
    Drawing.BARS: _bars,
    Drawing.LINES: _lines,
    Drawing.MULTIPLES: _multiples,
    Drawing.RANGES: _ranges,
    Drawing.STACK: _stack,
    Drawing.TILES: _tiles,
}


def _sized(figure: Figure) -> list[tuple[str, float, str]]:
    position = _position(figure, figure.drawn[0])
    return [(str(row[0]), _size(row[position]), _words(row[position])) for row in figure.table.rows]


def _position(figure: Figure, name: str) -> int:
    return [column.name for column in figure.table.columns].index(name)


def _size(value: Value) -> float:
    if isinstance(value, Share):
        return float(value.percent or 0)
    return float(value) if isinstance(value, int) else 0.0


def _gap(value: Value) -> float | None:
    return None if isinstance(value, Share) and value.percent is None else _size(value)


def _words(value: Value) -> str:
    return grouped(value) if isinstance(value, int) else str(value)
