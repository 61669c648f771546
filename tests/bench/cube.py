"""Ten million records to a cube, against bare DuckDB SQL over the same file."""

from __future__ import annotations

import sys
import tempfile
from datetime import datetime
from pathlib import Path

import duckdb
import msgspec
from tests.bench.measure import Cost, run

from yanlu.model import Month
from yanlu.settings import open_portal
from yanlu.stats.count import count_events
from yanlu.stats.mapping import Mapping
from yanlu.stats.read import open_cases

ROOT = Path(__file__).parents[2]
RECORDS = 10_000_000
RUNS = 3
MONTH = Month(2024, 3)
NOW = datetime.fromisoformat("2026-01-01T00:00:00")
MAPPING = msgspec.convert(
    {
        "title": "bench",
        "source": "generated",
        "terms": "none",
        "note": "none",
        "columns": {
            name: name
            for name in ("id", "received", "due", "replied", "region", "topic", "channel")
        },
        "dates": {"format": "%Y-%m-%d %H:%M:%S"},
    },
    Mapping,
)

# A year of records; places, topics and channels with a long tail (rank ~ u^3), one in four
# without a limit, one in six without a reply, as in the reference office's records.
GENERATE = """
copy (
  select 'A' || lpad((i * 7919 % {n})::varchar, 9, '0') as id,
    received,
    case when r1 > 0.25 then received + to_hours((r2 * 720)::bigint) end as due,
    case when r3 > 0.16 then received + to_hours((r4 * r4 * 900)::bigint) end as replied,
    regions[1 + (r5 * r5 * r5 * len(regions))::bigint % len(regions)] as region,
    topics[1 + (r6 * r6 * r6 * len(topics))::bigint % len(topics)] as topic,
    channels[1 + (r7 * r7 * r7 * len(channels))::bigint % len(channels)] as channel
  from (
    select i, timestamp '2024-01-01' + to_seconds((random() * 31536000)::bigint) as received,
      random() r1, random() r2, random() r3, random() r4, random() r5, random() r6, random() r7,
      {regions} as regions, {topics} as topics, {channels} as channels
    from range({n}) t(i)
  )
) to '{path}' (format parquet)
"""

BARE = """
with m as (select timestamp '2024-03-01' as a, timestamp '2024-04-01' as b)
select region, topic, channel, count(*),
  sum((received >= a and received < b)::int),
  sum((replied >= a and replied < b and replied <= due)::int),
  sum((replied >= a and replied < b and replied > due)::int),
  sum((replied >= a and replied < b and due is null)::int),
  sum((due >= a and due < b and (replied is null or replied > due))::int)
from '{path}', m group by all
"""
DISTINCT = "select count(distinct id) from '{path}'"


def generate(path: Path, records: int) -> None:
    """Write so many records."""
    codes = open_portal(ROOT).codes
    lists = {
        name: "[" + ", ".join(f"'{code}'" for code in codes[name].leaves) + "]"
        for name in ("regions", "topics", "channels")
    }
    engine = duckdb.connect()
    engine.execute("select setseed(0.42)")
    engine.execute("set threads = 1")  # so that the seed gives the same records
    engine.execute(GENERATE.format(n=records, path=path, **lists))


def ours(path: str, records: int) -> None:
    """What `yanlu stats publish` does before it rounds."""
    with open_cases(path, MAPPING) as cases:
        counted = count_events(cases, MAPPING, open_portal(ROOT).codes, MONTH, NOW)
    assert counted.records == records


def bare(path: str, records: int) -> None:
    """The same events and the same check for repeated numbers, by hand."""
    engine = duckdb.connect()
    engine.execute(BARE.format(path=path)).fetchall()
    assert engine.execute(DISTINCT.format(path=path)).fetchall() == [(records,)]


def measure() -> tuple[Cost, Cost]:
    """Medians of ours and of bare SQL, turn by turn in one run."""
    with tempfile.TemporaryDirectory(prefix="yanlu-bench-") as aside:
        path = Path(aside) / "records.parquet"
        generate(path, RECORDS)
        pairs = [
            [
                run("-m", "tests.bench.cube", which, str(path), str(RECORDS), folder=ROOT)
                for which in _KINDS
            ]
            for _ in range(RUNS)
        ]
    own, sql = zip(*pairs, strict=True)
    return _median(own), _median(sql)


def _median(costs: tuple[Cost, ...]) -> Cost:
    return sorted(costs, key=lambda cost: cost.wall)[len(costs) // 2]


_KINDS = {"ours": ours, "bare": bare}

if __name__ == "__main__":
    _KINDS[sys.argv[1]](sys.argv[2], int(sys.argv[3]))
