"""The raw export of sixty thousand rows to a cube, against openpyxl that only reads its cells."""

from __future__ import annotations

import shutil
import sys
import tempfile
from datetime import datetime
from pathlib import Path

from openpyxl import load_workbook
from tests.bench.measure import Cost, run

from doubles.exports import messy_rows, write_export
from yanlu.model import Month
from yanlu.settings import open_portal
from yanlu.stats.publish import Order, prepare

ROOT = Path(__file__).parents[2]
RECORDS = 60_000
NOW = datetime.fromisoformat("2026-01-01T00:00:00")
MAPPING = """
title = "bench"
source = "generated"
terms = "none"
note = "none"
[sheet]
header_rows = 2
[columns]
id = "信访件编号"
received = "登记/日期"
due = "办理/期限"
replied = "办理/答复日期"
region = "问题/属地"
topic = "问题/内容分类"
channel = "信访形式"
[ignore]
columns = [
  "序号", "信访人/姓名", "信访人/证件号码", "信访人/联系电话", "信访人/住址", "概况", "办理/承办人",
]
[dates]
format = "年月日"
[values.region]
"多彻斯特" = "dorchester"
"南端" = "south-end"
"后湾" = "back-bay"
[values.topic]
"路灯不亮" = "lighting.outages"
"噪声扰民" = "noise.other"
"垃圾清运" = "waste.bulk"
[values.channel]
"来电" = "phone.call"
"网站" = "online.site"
"窗口" = "visit.counter"
"""


def made(folder: str) -> None:
    """Write the export, in a process of its own: a child begins with the memory of its parent."""
    write_export(Path(folder) / "cases.xlsx", messy_rows(RECORDS, 2024, 3))


def ours(folder: str) -> None:
    """What `yanlu stats publish` does before it writes."""
    order = Order(f"{folder}/cases.xlsx", Month(2024, 3))
    prepared = prepare(open_portal(Path(folder)), order, now=NOW, report=lambda _: None)
    assert prepared.counted.records == RECORDS


def bare(folder: str) -> None:
    """Every cell of every sheet, and nothing done with it."""
    for sheet in load_workbook(f"{folder}/cases.xlsx", read_only=True).worksheets:
        for _ in sheet.iter_rows(values_only=True):
            pass


def measure() -> tuple[Cost, Cost]:
    """Ours and bare reading of the same workbook."""
    with tempfile.TemporaryDirectory(prefix="yanlu-bench-") as aside:
        folder = Path(aside)
        shutil.copytree(ROOT / "data" / "codes", folder / "data" / "codes")
        shutil.copy(ROOT / "data" / "office.toml", folder / "data")
        (folder / "data" / "mappings").mkdir()
        (folder / "data" / "mappings" / "export.toml").write_text(MAPPING, "utf-8")
        kinds = ("made", "ours", "bare")
        _, own, plain = (run("-m", "tests.bench.export", one, aside, folder=ROOT) for one in kinds)
    return own, plain


_KINDS = {"made": made, "ours": ours, "bare": bare}

if __name__ == "__main__":
    _KINDS[sys.argv[1]](sys.argv[2])
