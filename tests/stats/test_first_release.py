"""From the raw export of an office's system to a first release, by what the manual says alone."""

from __future__ import annotations

import csv
import gzip
import re
import shlex
import subprocess
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

import click
import pytest

from conftest import HEADER, MAPPING, ROOT, Writes, commit_all, record, snapshot
from doubles.exports import CHANNELS, PERSONS, REGIONS, TOPICS, Cell, messy_rows, write_export
from doubles.terminal import type_into
from yanlu.cli.progress import Steps
from yanlu.cli.questions import Questions
from yanlu.errors import InputError
from yanlu.model import Event, Month
from yanlu.packages.read import read_release
from yanlu.settings import Portal
from yanlu.stats.grid import File
from yanlu.stats.guess import Proposal
from yanlu.stats.publish import Order, Prepared, prepare
from yanlu.stats.remember import remember_codes
from yanlu.stats.sheet import Found
from yanlu.stats.source import Asks
from yanlu.stats.unknown import Unknown
from yanlu.workbooks.days import year_first

MARCH = Month(2024, 3)
LATER = datetime.fromisoformat("2024-09-01T12:00:00")
RECORDS = 60_000
# What is not in the code lists under its own name; every other question is answered by Enter.
CODES = {**REGIONS, **TOPICS}
GROUPS = {"来电": "phone", "网站": "online", "窗口": "visit"}


@pytest.fixture
def office(portal: Portal) -> Portal:
    """A portal that has not met any export yet."""
    (portal.data / "mappings" / "small.toml").unlink()
    return portal


def _typed() -> list[str]:
    """The commands of the manual for a first release, in their order, but for the key's.

    The reference office has its key in its settings.
    """
    manual = (ROOT / "content" / "about" / "publish.md").read_text("utf-8")
    blocks = re.findall(r"```(?:sh| \{ \.sh \.sample \})\n(.*?)```", manual, re.S)
    key, known, published = (block.splitlines() for block in blocks[:3])
    assert key[0].startswith("export YANLU_KEY_FILE=")
    return [*known, *published]


def _answer(screen: str) -> str:
    """What a clerk answers to the last question: the code, where the name is not that of one."""
    question = screen.rsplit("\n", 1)[-1]
    if "写入数据包" in question:
        return "y"
    asked = re.search(r"“(.+)”（\d+ 条）是哪个代码", question)
    return CODES[asked[1]] if asked else ""


def _received(rows: Iterable[Sequence[Cell]]) -> Counter[tuple[str, str, str]]:
    """An independent count, from the rows that were written."""
    counted: Counter[tuple[str, str, str]] = Counter()
    for row in rows:
        if len(row) == 15 and str(row[1]).startswith("XF") and "2024-03" in year_first(row[8]):
            place, topic, channel = (str(row[column]) for column in (9, 10, 7))
            group = TOPICS[topic].partition(".")[0]
            counted[REGIONS[place], group, GROUPS[channel]] += 1
    return counted


def _persons(text: str) -> list[str]:
    return [person for person in (*PERSONS, "金丝雀", "李承办") if person in text]


def test_a_raw_export_of_sixty_thousand_rows_becomes_a_release_that_holds_no_person(
    office: Portal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No count is below the base here, so that what is published must be the true counts.

    On a machine where git knows nobody yet.
    """
    monkeypatch.setenv("HOME", str(tmp_path))
    rows = [*messy_rows(RECORDS, 2024, 3)]
    path = write_export(tmp_path / "张金丝雀.xlsx", rows)
    commit_all(office.folder)
    screen = ""
    for line in _typed():
        words = shlex.split(line.replace("案件.xlsx", str(path)).replace("2026-10", "2024-03"))
        code, seen = type_into(office.folder, _answer, *words)
        assert code == 0, seen
        screen += seen
    release = read_release(office.data, MARCH, 1)
    received = {
        (cell.region, cell.topic, cell.channel): count
        for cell, count in release.counts.items()
        if cell.event is Event.RECEIVED
    }
    assert received == _received(rows)
    assert "没有算的合计行 7 行" in screen
    assert "没有算的重复的列名 12 行" in screen
    assert "没有算的标题、说明和填表人 2 行" in screen
    assert "没有算的空行 1 行" in screen
    assert "隐藏的工作表 1 张，没有读" in screen
    assert f"读了 {RECORDS} 条记录" in screen
    assert "检查通过" in screen
    listed = ["git", "cat-file", "--batch-all-objects", "--batch"]
    held = subprocess.run(listed, cwd=office.folder, capture_output=True, check=True).stdout
    assert b"datapackage.json" in held
    written = held + b"".join(snapshot(office.folder).values())
    assert _persons(written.decode(errors="replace")) == []
    assert _persons(screen) == []


class Clerk:
    """Takes what is proposed, and knows the codes that are called otherwise."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def layout(self, file: File, proposal: Proposal | None) -> Proposal:  # noqa: ARG002
        self.asked.append("layout")
        assert proposal is not None
        return proposal

    def unread(self, names: Sequence[str]) -> bool:
        self.asked += names
        return True

    def codes(
        self,
        found: Found,  # noqa: ARG002
        column: str,
        unknown: Sequence[Unknown],
    ) -> Mapping[str, str]:
        self.asked.append(column)
        return {one.value: one.code or CODES[one.value] for one in unknown}


def _prepared(office: Portal, path: Path, month: Month, clerk: Asks | None) -> Prepared:
    order = Order(str(path), month)
    return prepare(office, order, now=LATER, report=lambda _: None, asks=clerk)


@pytest.fixture
def march(tmp_path: Path) -> Path:
    return write_export(tmp_path / "march.xlsx", messy_rows(900, 2024, 3))


def test_the_same_layout_is_recognised_next_month_without_a_question(
    office: Portal, march: Path, tmp_path: Path
) -> None:
    """Next month one more title stands above the names."""
    clerk = Clerk()
    _prepared(office, march, MARCH, clerk)
    assert clerk.asked == ["layout", "region", "topic", "channel"]
    learned = snapshot(office.data)
    rows = [("2024年4月",), *messy_rows(900, 2024, 4, seed=1)]
    april = write_export(tmp_path / "april.xlsx", rows)
    prepared = _prepared(office, april, Month(2024, 4), None)
    assert prepared.counted.records == 900
    assert prepared.understood is not None
    assert prepared.understood.found.header.last == 5
    assert snapshot(office.data) == learned


def test_a_new_column_whose_name_is_a_record_is_neither_asked_about_nor_kept(
    office: Portal, march: Path
) -> None:
    clerk = Clerk()
    _prepared(office, march, MARCH, clerk)
    learned = snapshot(office.data)
    rows = [*messy_rows(900, 2024, 4)]
    rows[2] = [*rows[2], "张金丝雀13912345678"]
    odd = write_export(march.parent / "april.xlsx", rows)
    with pytest.raises(InputError, match="列的列名里有日期、号码") as refusal:
        _prepared(office, odd, Month(2024, 4), clerk)
    assert "1391" not in str(refusal.value)
    assert snapshot(office.data) == learned


def test_without_a_terminal_it_says_what_is_missing_and_gives_a_draft_that_works(
    office: Portal, march: Path
) -> None:
    with pytest.raises(InputError) as refusal:
        _prepared(office, march, MARCH, None)
    said, _, draft = str(refusal.value).partition("data/mappings/cases.toml：\n")
    assert "请在终端里运行同样的命令" in said
    assert snapshot(office.data / "mappings") == {}
    assert _persons(draft) == []
    channels = dict(zip(CHANNELS, ("phone.call", "online.site", "visit.counter"), strict=True))
    for column, codes in {"region": REGIONS, "topic": TOPICS, "channel": channels}.items():
        lines = "".join(f'"{value}" = "{code}"\n' for value, code in codes.items())
        draft = draft.replace(f"[values.{column}]\n", f"[values.{column}]\n{lines}")
    (office.data / "mappings" / "cases.toml").write_text(draft, "utf-8")
    assert _prepared(office, march, MARCH, None).counted.records == 900


def test_a_no_leaves_no_release_but_what_was_answered(office: Portal, march: Path) -> None:
    publish = ("stats", "publish", str(march), "--month", "2024-03")
    code, screen = type_into(
        office.folder, lambda seen: "" if "写入数据包" in seen else _answer(seen), "yanlu", *publish
    )
    assert code == 0
    assert "没有写入。" in screen
    assert not (office.data / "statistics").exists()
    assert [path.name for path in (office.data / "mappings").iterdir()] == ["cases.toml"]


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig"])
def test_an_export_as_csv_is_read_like_one_as_xlsx(
    office: Portal, march: Path, tmp_path: Path, encoding: str
) -> None:
    path = tmp_path / "cases.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows(messy_rows(900, 2024, 3))
    packed = tmp_path / "cases.csv.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    as_csv = _prepared(office, path, MARCH, Clerk())
    assert as_csv.counted == _prepared(office, packed, MARCH, None).counted
    assert as_csv.counted == _prepared(office, march, MARCH, None).counted


def test_a_new_column_is_asked_about_once_and_refused_where_nobody_can_answer(
    office: Portal, write_records: Writes
) -> None:
    mapping = MAPPING.replace("[dates]", "[sheet]\nheader_rows = 1\n\n[dates]")
    (office.data / "mappings" / "small.toml").write_text(mapping, "utf-8")
    rows = [[*record(number), "x"] for number in range(40)]
    path, clerk = write_records(rows, header=[*HEADER, "满意度"]), Clerk()
    with pytest.raises(InputError, match="对照表里没有写：满意度"):
        _prepared(office, path, MARCH, None)
    _prepared(office, path, MARCH, clerk)
    assert clerk.asked == ["满意度"]
    assert _prepared(office, path, MARCH, None).counted.records == 40


def test_a_mapping_keeps_its_comments_when_a_code_is_added(tmp_path: Path) -> None:
    path = tmp_path / "boston311.toml"
    before = (ROOT / "data" / "mappings" / "boston311.toml").read_text("utf-8")
    path.write_text(before, "utf-8")
    remember_codes(path, "channel", {'新"渠道': "phone.call"})
    after = path.read_text("utf-8")
    assert after.replace('"新\\"渠道" = "phone.call"\n', "") == before


def test_a_value_that_few_records_have_is_pointed_to_and_never_shown(
    office: Portal,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A name that was typed into the column of the place."""
    monkeypatch.setattr(click, "prompt", lambda text, **_: click.echo(text) or _answer(text))
    rows = [[*row] for row in messy_rows(900, 2024, 3)]
    rows[99][9] = PERSONS[0]
    path = write_export(tmp_path / "cases.xlsx", rows)
    with pytest.raises(InputError) as refusal:
        _prepared(office, path, MARCH, Questions(office, Steps()))
    screen = capsys.readouterr().out
    assert "第 100 行 J 列的取值只有 1 条，这里不显示" in screen
    assert _persons(screen + str(refusal.value)) == []
    assert _persons((office.data / "mappings" / "cases.toml").read_text("utf-8")) == []


def test_a_number_of_a_person_is_not_even_asked_about(office: Portal, tmp_path: Path) -> None:
    rows = [[*row] for row in messy_rows(900, 2024, 3)]
    for row in rows[90:100]:
        row[9] = PERSONS[2]
    clerk = Clerk()
    with pytest.raises(InputError, match="1 个取值在对照表里没有地区代码") as refusal:
        _prepared(office, write_export(tmp_path / "cases.xlsx", rows), MARCH, clerk)
    assert "region" in clerk.asked
    assert _persons(str(refusal.value)) == []


def test_a_column_that_is_no_list_of_codes_is_not_asked_about_value_by_value(
    office: Portal, tmp_path: Path
) -> None:
    """The column of case numbers is called that of the place, and the clerk says yes to it."""
    rows = [[*row] for row in messy_rows(900, 2024, 3)]
    for row in rows:
        if len(row) == 15 and str(row[1]).startswith("XF"):
            row[9] = f"{row[1]}号"
    clerk = Clerk()
    with pytest.raises(InputError, match="有 900 种取值没有代码，不像一张代码表"):
        _prepared(office, write_export(tmp_path / "cases.xlsx", rows), MARCH, clerk)
    assert clerk.asked == ["layout"]


def test_two_columns_of_one_name_leave_no_mapping_behind(office: Portal, tmp_path: Path) -> None:
    rows = [[*row] for row in messy_rows(900, 2024, 3)]
    rows[2][6] = "信访形式"
    with pytest.raises(InputError, match="G、H 列都叫“信访形式”"):
        _prepared(office, write_export(tmp_path / "cases.xlsx", rows), MARCH, Clerk())
    assert snapshot(office.data / "mappings") == {}
