"""Counts in the text format that monitoring reads."""

from __future__ import annotations

from yanlu.intake.web.metrics import Counters, written


def test_counts_and_gauges_are_lines_that_prometheus_reads() -> None:
    counters = Counters(accepted=3)
    counters.refused["flood"] += 2
    text = written(counters, {"yanlu_queue_depth": 0})
    assert "\nyanlu_accepted_total 3\n" in text
    assert '\nyanlu_refused_total{reason="flood"} 2\n' in text
    assert text.endswith("yanlu_queue_depth 0\n")
    told = [line.split()[2] for line in text.splitlines() if line.startswith("# TYPE")]
    assert len(told) == len(set(told))


def test_waits_fall_into_growing_buckets() -> None:
    counters = Counters()
    for seconds in (0.001, 0.005, 0.3, 60.0):
        counters.committed(seconds)
    text = written(counters, {})
    assert 'yanlu_commit_seconds_bucket{le="0.005"} 2' in text
    assert 'yanlu_commit_seconds_bucket{le="0.5"} 3' in text
    assert 'yanlu_commit_seconds_bucket{le="10"} 3' in text
    assert 'yanlu_commit_seconds_bucket{le="+Inf"} 4' in text
    assert "yanlu_commit_seconds_count 4" in text
    assert "yanlu_commit_seconds_sum 60.306000" in text


def test_gauges_of_one_name_stand_under_one_head() -> None:
    text = written(Counters(), {'yanlu_alarm{of="disk"}': 0, 'yanlu_alarm{of="forge"}': 1})
    assert text.count("# TYPE yanlu_alarm gauge") == 1
    assert text.endswith('yanlu_alarm{of="disk"} 0\nyanlu_alarm{of="forge"} 1\n')
