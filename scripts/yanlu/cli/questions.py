"""Questions about an export that was never seen before, asked once on the terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

import click

from yanlu.cli.progress import Steps
from yanlu.settings import Codes, Portal
from yanlu.stats.grid import File, Grid
from yanlu.stats.guess import Proposal, proposal
from yanlu.stats.header import Header, head, headers, is_record
from yanlu.stats.sheet import Found
from yanlu.stats.unknown import Unknown
from yanlu.workbooks.rows import letter, place

CALLED = {
    "id": "编号（一件一个，不重复）",
    "received": "收到的日期",
    "due": "办理期限（没有这一列就写“无”）",
    "replied": "答复的日期",
    "region": "地区",
    "topic": "主题",
    "channel": "渠道",
}
_NONE = "无"
_ANSWERS = {
    **dict.fromkeys(("", "y", "yes", "是", "对", "写"), True),
    **dict.fromkeys(("n", "no", "不", "否", "不是", "不对"), False),
}
_LISTED = 12  # codes that are named where an answer was none of them


@dataclass(frozen=True)
class Questions:
    """A person at a terminal; every question has a proposal, and Enter takes it."""

    portal: Portal
    steps: Steps

    def layout(self, file: File, proposal: Proposal | None) -> Proposal:
        """Which sheet, which rows of names, which column is what."""
        with self.steps.aside():
            click.echo("第一次见到这种表，先问几个问题。答案记在 data/mappings/ 里，以后不再问。")
            click.echo("直接按回车，就用方括号里的。")
            given = _at_place(file, proposal)
            if given.complete:
                click.echo("各列这样理解：")
                for ours in (ours for ours in CALLED if ours in given.columns):
                    click.echo(f"  {short(ours)}：{_column(given, given.columns[ours])}")
                if agreed("对吗？", default=True):
                    return given
            return replace(given, columns=_columns(given))

    def unread(self, names: Sequence[str]) -> bool:
        """Whether columns that were not there before are rightly not read."""
        with self.steps.aside():
            click.echo(f"导出的表多了 {len(names)} 列：{'、'.join(names)}。")
            return agreed("不读取这些列，以后也不再问，对吗？", default=True)

    def codes(self, found: Found, column: str, unknown: Sequence[Unknown]) -> Mapping[str, str]:
        """The code of each value that has none; those that nobody gives one stay without."""
        codes, word = self.portal.codes[f"{column}s"], short(column)
        called = [one for one in unknown if one.code]
        with self.steps.aside():
            click.echo(f"{word}一列有 {len(unknown)} 个取值还没有代码。")
            taken = called if called and _confirmed(called, codes) else []
            given = {one.value: one.code for one in taken}
            for one in unknown:
                if one not in taken:
                    code = _code(found, column, one, codes)
                    given |= {one.value: code} if code else {}
        return given


def agreed(words: str, *, default: bool) -> bool:
    """Yes or no, in Chinese or by a letter; Enter is `default`. Click would complain in English."""
    while True:
        answer = _typed(f"{words}[{'Y/n' if default else 'y/N'}]")
        if answer.lower() in _ANSWERS:
            return default if not answer else _ANSWERS[answer.lower()]
        click.echo("请答 y（是）或者 n（不是）。")


def _typed(words: str) -> str:
    answer: str = click.prompt(words, default="", show_default=False)
    return answer.strip()


def short(ours: str) -> str:
    """What a column holds, in a word."""
    return CALLED[ours].partition("（")[0]


def _column(given: Proposal, column: int) -> str:
    samples = given.samples.get(column, ())
    like = f"，常见的是{'、'.join(samples)}" if samples else ""
    return f"{letter(column)} 列“{given.header.names[column]}”{like}"


def _at_place(file: File, offered: Proposal | None) -> Proposal:
    """The sheet and the rows of names, as proposed or as told."""
    if offered is not None:
        where = f"{offered.grid.place}第 {offered.header.last} 行"
        if offered.header.first < offered.header.last:
            where = f"{offered.grid.place}第 {offered.header.first}、{offered.header.last} 两行"
        if agreed(f"列名在{where}，对吗？", default=True):
            return offered
    grid = _grid(file)
    return proposal(grid, _header(grid))


def _grid(file: File) -> Grid:
    if len(file.visible) == 1:
        return file.visible[0]
    numbers = {str(grid.position): grid for grid in file.visible}
    while (told := _typed("案件记录在第几张工作表？")) not in numbers:
        click.echo(f"请写一个数：{'、'.join(numbers)}。")
    return numbers[told]


def _header(grid: Grid) -> Header:
    """The rows of names, as told; asked again while they cannot be names."""
    possible = {(str(one.first), str(one.last)): one for one in headers(head(grid.read(None)))}
    while True:
        first = _typed("列名从第几行开始？")
        last = _typed("到第几行为止？（一行或者两行；只有一行的，按回车）")
        header = possible.get((first, last or first))
        if header is None:
            click.echo("那里不是列名：行是空的，或者不是一行、两行。请再看一看。")
        elif is_record(header):
            click.echo("那一行有日期或者长的号码，像是一条记录。请再看一看。")
        else:
            return header


def _columns(given: Proposal) -> dict[str, int]:
    told = {}
    for ours, words in CALLED.items():
        column = _told(given, ours, words)
        if column:
            told[ours] = column
    return told


def _told(given: Proposal, ours: str, words: str) -> int:
    """The column of one question, 0 where there is none."""
    letters = {letter(column): column for column in given.header.names}
    proposed = letter(given.columns[ours]) if ours in given.columns else ""
    if not proposed and ours == "due":
        proposed = _NONE
    if ours in given.columns:
        words = f"{words}是哪一列？（{_column(given, given.columns[ours])}）"
    else:
        words = f"{words}是哪一列？"
    while True:
        answer = _typed(f"{words}[{proposed}]" if proposed else words) or proposed
        if ours == "due" and answer == _NONE:
            return 0
        column = letters.get(answer.upper())
        if column is not None:
            return column
        shown = "、".join(f"{key}（{given.header.names[c]}）" for key, c in letters.items())
        click.echo(f"请写一列的字母。有：{shown}。")


def _confirmed(called: Sequence[Unknown], codes: Codes) -> bool:
    click.echo("这些和代码表里的名称一样：")
    for one in called:
        click.echo(f"  {one.value} → {codes.title(one.code)}（{one.code}），{one.count} 条")
    return agreed("对吗？", default=True)


def _code(found: Found, column: str, one: Unknown, codes: Codes) -> str:
    """The code that a person gives one value; empty where none is given."""
    cell = place(one.row, found.columns[column])
    words = f"{short(column)}“{one.value}”（{one.count} 条）" if one.shown else f"{cell}的取值"
    if not one.value:
        words = f"{short(column)}空着的（{one.count} 条，首见{cell}）"
    elif not one.shown:
        click.echo(
            f"{cell}的取值只有 {one.count} 条，这里不显示。请在表里看：是{short(column)}的名称，"
            "才写代码；是人名、住址、号码的，按回车，改好表再来。"
        )
    while True:
        answer = _typed(f"{words}是哪个代码或者名称？")
        if not answer or answer in codes:
            return answer
        named = {codes.title(code): code for code in codes.rows}
        if answer in named:
            return named[answer]
        near = get_close_matches(answer, [*named, *codes.rows], _LISTED, 0.3)
        click.echo(f"没有这个代码。{'相近的有' if near else '有'}：{_few(near or [*named])}。")


def _few(names: Sequence[str]) -> str:
    return "、".join(names[:_LISTED]) + ("……" if len(names) > _LISTED else "")
