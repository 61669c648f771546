"""Counts for those who run the service, in the text format of Prometheus (version 0.0.4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby

EDGES = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@dataclass
class Counters:
    """What was counted since the start; nothing tells one request from another."""

    accepted: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    commits: Counter[float] = field(default_factory=Counter)
    seconds: float = 0.0

    def committed(self, seconds: float) -> None:
        """A record is durable after so many seconds."""
        self.commits[next((edge for edge in EDGES if seconds <= edge), float("inf"))] += 1
        self.seconds += seconds


def written(counters: Counters, gauges: Mapping[str, float]) -> str:
    """The counters and the gauges of the moment as text.

    A gauge's name may end in a label, `name{label="…"}`; those of one name stand together.
    """
    return "\n".join([*_counters(counters), *_histogram(counters), *_gauges(gauges), ""])


def _counters(counters: Counters) -> Iterator[str]:
    yield from _head("yanlu_accepted_total", "counter", "Submissions that are durable.")
    yield f"yanlu_accepted_total {counters.accepted}"
    yield from _head("yanlu_refused_total", "counter", "Requests not taken, by reason.")
    for reason, count in sorted(counters.refused.items()):
        yield f'yanlu_refused_total{{reason="{reason}"}} {count}'


def _histogram(counters: Counters) -> Iterator[str]:
    name = "yanlu_commit_seconds"
    yield from _head(name, "histogram", "From the wish to store a record until it is durable.")
    total = 0
    for edge in EDGES:
        total += counters.commits[edge]
        yield f'{name}_bucket{{le="{edge:g}"}} {total}'
    total += counters.commits[float("inf")]
    yield f'{name}_bucket{{le="+Inf"}} {total}'
    yield f"{name}_sum {counters.seconds:.6f}"
    yield f"{name}_count {total}"


_TOLD = {
    "yanlu_queue_depth": "Records that wait for their transaction.",
    "yanlu_unpublished": "Submissions on their way to the public, by state.",
    "yanlu_oldest_unpublished_seconds": "Age of the oldest, or of a claim not sent on, in days.",
    "yanlu_overdue_days": "Days beyond the office's own periods, for what is furthest beyond.",
    "yanlu_worker_round_age_seconds": "Since a worker of any process began a round (1970: none).",
    "yanlu_forge_failed_tries": "Failed tries of the frozen batch that has most of them.",
    "yanlu_forge_pause_seconds": "Until the forge is asked again for a frozen batch.",
    "yanlu_backup_age_seconds": "Since the last good backup (1970: none).",
    "yanlu_alarms_read_age_seconds": "Since a program last read this page (1970: none).",
    "yanlu_backup_failure_age_seconds": "Since a backup last failed (1970: none).",
    "yanlu_alarm": "1 where a person must look: the log has the words.",
    "yanlu_free_bytes": "Free space on the disk of the store.",
    "yanlu_writer_alive": "Whether the thread that writes runs.",
}


def _gauges(gauges: Mapping[str, float]) -> Iterator[str]:
    for family, members in groupby(gauges.items(), lambda gauge: gauge[0].partition("{")[0]):
        yield from _head(family, "gauge", _TOLD[family])
        for name, value in members:
            yield f"{name} {value}"


def _head(name: str, kind: str, told: str) -> Iterator[str]:
    yield f"# HELP {name} {told}"
    yield f"# TYPE {name} {kind}"
