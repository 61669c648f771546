"""Few records and ten times as many on each engine: what a row costs, and what starting costs.

Each engine gets sizes between which its slope is larger than what starting it varies by.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import duckdb
import psycopg
from tests.bench import cube

from doubles.postgres import Server, postgres_server
from doubles.spark import spark_cluster
from yanlu.settings import open_portal
from yanlu.stats.count import count_events
from yanlu.stats.read import open_cases

MILLIONS = {"duckdb": (3, 30), "postgres": (1, 10), "spark": (3, 30)}
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
            rows = [
                [NAMES[engine], *_line(partial(_seconds, folder, server, cluster, engine), *sizes)]
                for engine, sizes in MILLIONS.items()
            ]
    head = ["引擎", "百万条", "秒", "百万条", "秒", "每多一百万条秒", "开始以前秒"]
    return "同样的记录在三种引擎上（时间是时间类型，两个核）", head, rows


def _line(seconds: Callable[[int], float], few: int, many: int) -> list[str]:
    """Both times, the slope and where it begins; none where starting hides the slope."""
    seconds(few)  # the first time, an engine loads itself from the disk
    small, large = seconds(few), seconds(many)
    each = (large - small) / (many - few)
    slope = [f"{each:.2f}", f"{small - each * few:.1f}"] if each > 0 else ["–", "–"]
    return [f"{few}", f"{small:.1f}", f"{many}", f"{large:.1f}", *slope]


def _seconds(folder: Path, server: Server, cluster: str, engine: str, millions: int) -> float:
    records = millions * 1_000_000
    path, table = folder / f"{records}.parquet", f"cases{records}"
    if not path.is_file():
        cube.generate(path, records)
    if engine == "postgres":
        _load(path, server, table)
    places = {
        "duckdb": str(path),
        "postgres": f"{server.url()}#{table}",
        "spark": f"{cluster}#{path}",
    }
    return _counted(places[engine], records)


def _load(path: Path, server: Server, table: str) -> None:
    """Copy the file into PostgreSQL, as a nightly job would."""
    rows = path.with_suffix(".csv")
    duckdb.sql(f"copy (from '{path}') to '{rows}' (format csv, header false)")
    moments = "received timestamp, due timestamp, replied timestamp"
    columns = f"id text, {moments}, region text, topic text, channel text"
    with psycopg.connect(server.url()) as connection, connection.cursor() as cursor:
        cursor.execute(f"drop table if exists {table}")
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
