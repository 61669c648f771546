"""Ever more records to a cube: what a row costs, beside bare SQL."""

from __future__ import annotations

import math
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.bench import cube
from tests.bench.measure import Cost, run

ROOT = Path(__file__).parents[2]
SIZES = (1_000_000, 10_000_000, 100_000_000)
WAN = 10_000  # a reader in Chinese counts in these


@dataclass(frozen=True)
class Counted:
    """How many records, and what they cost us and bare SQL."""

    records: int
    ours: Cost
    bare: Cost

    @property
    def ratio(self) -> float:
        """Our wall time for one second of bare SQL."""
        return self.ours.wall / self.bare.wall


def count(records: int) -> Counted:
    """One file of so many records, counted by us and by bare SQL, one after the other."""
    with tempfile.TemporaryDirectory(prefix="yanlu-bench-") as aside:
        path = Path(aside) / "records.parquet"
        cube.generate(path, records)
        ours, bare = (
            run("-m", "tests.bench.cube", which, str(path), str(records), folder=ROOT)
            for which in ("ours", "bare")
        )
    return Counted(records, ours, bare)


def by_size() -> tuple[str, list[str], list[list[str]]]:
    """Records to a cube on DuckDB."""
    done = [count(records) for records in SIZES]
    rows = [
        [
            f"{one.records // WAN}",
            f"{one.ours.wall:.1f}",
            f"{one.ours.cpu:.1f}",
            f"{one.ours.peak:.0f}",
            f"{one.bare.wall:.1f}",
            f"{one.bare.cpu:.1f}",
            f"{one.bare.peak:.0f}",
            f"{one.ratio:.2f}",
            _slope(before, one),
        ]
        for before, one in zip([None, *done], done, strict=False)
    ]
    head = [
        "万条记录",
        "秒",
        "CPU秒",
        "内存MiB（≤4096）",
        "裸SQL秒",
        "裸SQL的CPU秒",
        "裸SQL的内存MiB",
        "时间之比（一亿条时≤1.30）",
        "条数十倍，时间几倍（≤10）",
    ]
    return "案件记录数成立方：DuckDB，一个进程", head, rows


def _slope(before: Counted | None, one: Counted) -> str:
    """How many times the time grows when the records grow tenfold."""
    if before is None:
        return "–"
    grown = math.log(one.ours.wall / before.ours.wall) / math.log(one.records / before.records)
    return f"{10**grown:.1f}"
