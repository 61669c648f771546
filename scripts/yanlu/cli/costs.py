"""The table of what protection costs, for the terminal and for nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from unicodedata import east_asian_width

from yanlu.disclosure.cost import TOLERABLE
from yanlu.stats.trial import Trial, Tried

HEADER = ("分法", "非零格", "改动的格", "占非零格", "合计平均相差", "最多相差", "平均合计")
WARNING = "这几个数能把舍入还原，只可以在这台电脑上看：不要放进 git、邮件或者报告。"
LIMIT = f"{TOLERABLE:.0%}"


def cost_lines(trial: Trial) -> Iterator[str]:
    """What staff see: a table, a recommendation, and where these figures must stay."""
    yield "保护的代价（合计指每种事件按一个或两个维度的合计）："
    yield from aligned([HEADER, *(_row(tried) for tried in trial.tried)])
    yield _advice(trial)
    yield WARNING


def _row(tried: Tried) -> tuple[str, ...]:
    cost = tried.cost
    share = cost.changed / max(1, cost.cells)
    numbers = (f"{cost.cells}", f"{cost.changed}", f"{share:.0%}")
    return (tried.words, *numbers, f"{cost.mean:.2f}", f"{cost.largest}", f"{cost.size:.1f}")


def _advice(trial: Trial) -> str:
    best = trial.recommended
    if best is None:
        return (
            f"建议：不要这样发布。这几种分法的合计，平均相差都超过平均合计的{LIMIT}。"
            "请把几个月合在一起，或者在 data/codes/ 里合并地区、主题或渠道。"
        )
    why = f"合计的平均相差不超过平均合计的{LIMIT}，分得又最细"
    if best is trial.tried[0]:
        return f"建议：用现在的分法（{why}）。"
    return f"建议：{best.words}（{why}）。请在 data/codes/ 里合并代码，再试算一次。"


def aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Words to the left, numbers to the right; a Chinese letter is two columns wide."""
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        gaps = [" " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)]
        numbers = [gap + cell for gap, cell in zip(gaps[1:], row[1:], strict=True)]
        yield "  ".join(["", row[0] + gaps[0], *numbers])


def _width(text: str) -> int:
    return sum(2 if east_asian_width(letter) in "WFA" else 1 for letter in text)
