"""What protection costs is shown by a dry run, on the terminal and nowhere else."""

from __future__ import annotations

from unicodedata import east_asian_width

import pytest

from conftest import Writes, record, run_yanlu, snapshot
from yanlu.cli.costs import WARNING, cost_lines
from yanlu.disclosure.cost import Cost
from yanlu.settings import Portal
from yanlu.stats.trial import Trial, Tried

NEAR = Cost(cells=1200, changed=400, totals=900, size=60.0, mean=1.25, largest=6)
FAR = Cost(cells=80, changed=80, totals=60, size=8.0, mean=2.5, largest=11)


def _lines(*costs: Cost) -> list[str]:
    words = ("现在的分法", "“渠道”合并成 2 项", "不分“地区”")
    return list(cost_lines(Trial([Tried(w, c) for w, c in zip(words, costs, strict=True)])))


def _columns(line: str) -> int:
    return sum(2 if east_asian_width(letter) in "WFA" else 1 for letter in line)


def test_the_table_is_aligned_though_its_words_are_chinese() -> None:
    _, header, *rows = _lines(NEAR, FAR, NEAR)[:5]
    assert len({_columns(line) for line in (header, *rows)}) == 1
    assert rows[0].split() == ["现在的分法", "1200", "400", "33%", "1.25", "6", "60.0"]


ADVICE = {
    "the crossing of the release": ((NEAR, NEAR, NEAR), "建议：用现在的分法"),
    "a coarser one": ((FAR, FAR, NEAR), "建议：不分“地区”"),
    "none": ((FAR, FAR, FAR), "建议：不要这样发布"),
}


@pytest.mark.parametrize("name", ADVICE)
def test_the_advice_says_what_to_do(name: str) -> None:
    costs, words = ADVICE[name]
    assert words in "\n".join(_lines(*costs))


def test_a_dry_run_shows_the_cost_and_where_it_must_stay_and_writes_nothing(
    portal: Portal, write_records: Writes
) -> None:
    path = write_records([record(i) for i in range(40)])
    before = snapshot(portal.folder.parent)
    publish = ("stats", "publish", str(path), "--month", "2024-03")
    tried = run_yanlu(portal.folder, *publish, "--dry-run")
    assert snapshot(portal.folder.parent) == before
    assert "保护的代价" in tried.stdout
    assert WARNING in tried.stdout
    assert "建议" in tried.stdout
    done = run_yanlu(portal.folder, *publish)
    assert "代价" not in done.stdout + done.stderr
    assert "建议" not in done.stdout + done.stderr
    written = b"".join(snapshot(portal.folder).values()).decode(errors="replace")
    assert "平均相差" not in written
