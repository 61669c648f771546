"""A million records, and three, on each engine: what a row costs, and what starting costs."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import duckdb
import psycopg
from tests.bench import cube

from doubles.postgres import Server, postgres_server
from doubles.spark import spark_cluster
from yanlu.settings import open_portal
from yanlu.stats.count import count_events
from yanlu.stats.read import open_cases

SIZES = (1_000_000, 3_000_000)
NAMES = {
    "duckdb": "DuckDB，Parquet文件",
    "postgres": "PostgreSQL，一个表",
    "spark": "Spark，一个工作节点",
}


def by_engine() -> tuple[str, list[str], list[list[str]]]:
    """The line through two sizes: seconds a million records, and seconds before the first."""
    with tempfile.TemporaryDirectory(prefix="yanlu-bench-") as aside, postgres_server() as server:
        folder = Path(aside)
        with spark_cluster(folder) as cluster:
            small, large = (_seconds(folder, server, cluster, size) for size in SIZES)
    rows = [[NAMES[engine], *_line(small[engine], large[engine])] for engine in NAMES]
    head = ["引擎", "一百万条秒", "三百万条秒", "每多一百万条秒", "开始以前秒"]
    return "同样的记录在三种引擎上（时间是时间类型，两个核）", head, rows


def _line(small: float, large: float) -> list[str]:
    """Both times, the slope and where it begins; none where starting hides the slope."""
    each = (large - small) / (SIZES[1] - SIZES[0]) * 1_000_000
    start = small - each * SIZES[0] / 1_000_000
    slope = [f"{each:.2f}", f"{start:.1f}"] if each > 0 else ["–", "–"]
    return [f"{small:.1f}", f"{large:.1f}", *slope]


def _seconds(folder: Path, server: Server, cluster: str, records: int) -> dict[str, float]:
    path = folder / f"{records}.parquet"
    cube.generate(path, records)
    table = f"cases{records}"
    _load(path, server, table)
    places = {
        "duckdb": str(path),
        "postgres": f"{server.url()}#{table}",
        "spark": f"{cluster}#{path}",
    }
    return {engine: _counted(place, records) for engine, place in places.items()}


def _load(path: Path, server: Server, table: str) -> None:
    """Copy the file into PostgreSQL, as a nightly job would."""
    rows = path.with_suffix(".csv")
    duckdb.sql(f"copy (from '{path}') to '{rows}' (format csv, header false)")
    moments = "received timestamp, due timestamp, replied timestamp"
    columns = f"id text, {moments}, region text, topic text, channel text"
    with psycopg.connect(server.url()) as connection, connection.cursor() as cursor:
        cursor.execute(f"create table {table} ({columns})")
        with cursor.copy(f"copy {table} from stdin (format csv)") as copy, rows.open("rb") as file:
            while block := file.read(1 << 20):
                copy.write(block)
        cursor.execute(f"analyze {table}")
    rows.unlink()


def _counted(place: str, records: int) -> float:
    began = time.perf_counter()
    with open_cases(place, cube.MAPPING) as cases:
        codes = open_portal(cube.ROOT).codes
        counted = count_events(cases, cube.MAPPING, codes, cube.MONTH, cube.NOW)
    assert counted.records == records
    return time.perf_counter() - began
