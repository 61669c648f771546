"""Replies to suggestions as a workbook, which a body without git can fill in and send back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from yanlu.packages.forms import Column, codes_of, headings_of
from yanlu.packages.returned import Filled, read_rows, refuse_faults
from yanlu.packages.suggestions import Suggestion
from yanlu.workbooks.forms import Table, write_form
from yanlu.workbooks.opening import opened

NAME, TITLE = "replies", "回复"
_PROMISES = "承诺"
_ANSWER = ("outcome", "reason", "reply")  # without which there is no reply
_NOTES = (
    "等着回复的建议，一行一条。空着的行不算，可以分几次填、分给几个单位填。",
    "“题目”只给您看，改了也不算。别的列名不要改；带下拉箭头的格，从里面选。",
    "采纳和部分采纳的，选转化途径；承诺做什么、到哪一天，写在“承诺”那一张，一行一个。",
    "回复里称呼写信人，一律写“您”。格子里换行按 Alt+Enter，空一行另起一段。",
    "填好以后保存成 .xlsx，由有仓库的人运行 yanlu template --read 文件名，再运行 yanlu check。",
)


@dataclass(frozen=True)
class Reply:
    """One row that was filled in; `conversion` "" where none was chosen.

    `promises` are as in the head of a suggestion. `row` is where it stands in the sheet.
    """

    row: int
    id: str
    outcome: str
    reason: str
    conversion: str
    body: str
    text: str
    promises: Sequence[Mapping[str, str]]


def replies_workbook(data: Path, waiting: Sequence[Suggestion]) -> bytes:
    """The workbook: a row for each suggestion that waits for its reply, and one of promises."""
    replies, promises = _columns(data)
    rows = [
        [one.front["id"], one.title, "", "", "", one.front["bodies"]["lead"], ""] for one in waiting
    ]
    tables = [
        Table(TITLE, headings_of(NAME, replies), rows),
        Table(_PROMISES, headings_of("replies.promises", promises), []),
    ]
    return write_form(tables, _NOTES)


def read_replies(data: Path, path: Path) -> list[Reply]:
    """The rows that were filled in; of those left blank, none.

    Raises:
        InputError: cells that cannot be a reply; all are named in one message.
    """
    replies, promises = _columns(data)
    faults: dict[str, list[str]] = {TITLE: [], _PROMISES: []}
    with opened(path) as book:
        rows = read_rows(book, path.name, TITLE, replies, faults[TITLE])
        owed = read_rows(book, path.name, _PROMISES, promises, faults[_PROMISES])
    filled = [row for row in rows if any(row.texts[n] for n in (*_ANSWER, "conversion"))]
    faults[TITLE] += _row_faults(filled)
    faults[_PROMISES] += _strangers(owed, {row.texts["id"] for row in filled})
    refuse_faults(path.name, faults)
    made = defaultdict(list)
    for row in owed:
        texts = dict(row.texts)
        made[texts.pop("id")].append(texts)
    return [_reply(row, made[row.texts["id"]]) for row in filled]


def _reply(row: Filled, promises: Sequence[Mapping[str, str]]) -> Reply:
    told = row.texts
    text = told["reply"].replace("\r\n", "\n").strip()
    return Reply(
        row.number, told["id"], told["outcome"], told["reason"], told["conversion"], told["body"],
        text, promises,
    )  # fmt: skip


def _row_faults(rows: Sequence[Filled]) -> Iterator[str]:
    seen = set[str]()
    for row in rows:
        missing = [title for name, title in _NEEDED.items() if not row.texts[name]]
        if missing:
            yield f"第 {row.number} 行：没有写{'、'.join(missing)}。写全，或者整行空着。"
        if row.texts["id"] in seen:
            yield f"第 {row.number} 行：编号与上面的一行相同。"
        seen.add(row.texts["id"])


def _strangers(rows: Sequence[Filled], known: set[str]) -> Iterator[str]:
    for row in rows:
        if row.texts["id"] not in known:
            yield f"第 {row.number} 行的编号，在“{TITLE}”里没有回复。"


_NEEDED = {"outcome": "结果", "reason": "理由", "body": "答复的单位", "reply": "回复"}


def _columns(data: Path) -> tuple[list[Column], list[Column]]:
    """The columns of the two sheets."""
    bodies = codes_of(data, "bodies")
    named = Column("id", "编号", "公开编号，照原样留着", "string", True, {})
    replies = [
        named,
        Column("title", "题目", "只给您看，不读回来", "string", False, {}),
        Column("outcome", "结果", "采纳、部分采纳、不采纳，或者留作参考", "string", False,
               codes_of(data, "outcomes")),
        Column("reason", "理由", "一两句，本人看得到", "string", False, {}),
        Column("conversion", "转化途径", "采纳和部分采纳的要选", "string", False,
               codes_of(data, "conversions")),
        Column("body", "答复的单位", "现在承办的单位，不对的改", "string", False, bodies),
        Column("reply", "回复", "看了什么、打算怎么办，不办的为什么", "string", False, {}),
    ]  # fmt: skip
    promises = [
        named,
        Column("what", "做什么", "一句话，写到能看出做没做", "string", True, {}),
        Column("body", "谁做", "单位的代码", "string", True, bodies),
        Column("by", "到哪一天", "做完的日子", "date", True, {}),
    ]
    return replies, promises
