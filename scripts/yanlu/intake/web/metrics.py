"""Counts for those who run the service, in the text format of Prometheus (version 0.0.4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

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
    """The counters and the gauges of the moment (name → value) as text."""
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
    "yanlu_oldest_unpublished_seconds": "Age of the oldest submission that is not public yet.",
    "yanlu_free_bytes": "Free space on the disk of the store.",
    "yanlu_writer_alive": "Whether the thread that writes runs.",
}


def _gauges(gauges: Mapping[str, float]) -> Iterator[str]:
    for name, value in gauges.items():
        yield from _head(name, "gauge", _TOLD[name])
        yield f"{name} {value}"


def _head(name: str, kind: str, told: str) -> Iterator[str]:
    yield f"# HELP {name} {told}"
    yield f"# TYPE {name} {kind}"
