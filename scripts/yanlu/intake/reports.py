"""What readers report of the site: a mistake, or something of a person that is seen there.

个人信息保护法 (2021) 第四十六条, 第四十七条: what is wrong is corrected, what ought not to be
public is taken down. Nobody need say who they are. What was written is sealed at once and goes a
while after staff have settled it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from urllib.parse import unquote, urlsplit

from yanlu.errors import StoreError
from yanlu.intake.accept import Desk, new_id
from yanlu.intake.entry import Faults, clean
from yanlu.intake.notes import noted
from yanlu.intake.review import Act
from yanlu.intake.seal import Suite
from yanlu.intake.store.database import Connection, Store, change, rows, write_act
from yanlu.receipts.keyed import keyed_hash

FIELDS = ("about", "page", "said", "contact")
LONGEST: Mapping[str, int] = {"page": 300, "said": 1000, "contact": 120}
KEPT = 30  # days for which a settled report is kept, in case the reader asks


class About(StrEnum):
    """What is reported; what is seen of a person goes before everything else."""

    PERSONAL = "personal"
    MISTAKE = "mistake"


@dataclass(frozen=True)
class Report:
    """One report as it was sent. Raw: it exists in memory only."""

    about: About
    page: str  # below the root of the site; empty: none was named
    said: str
    contact: str


def read_report(
    fields: Mapping[str, str], root: str, is_page: Callable[[str], bool]
) -> Report | Faults:
    """A report from the fields of its form, or all that is wrong with it.

    `is_page` tells whether there is a page at an address below `root`.
    """
    values = {name: clean(fields.get(name, ""), name == "said") for name in FIELDS}
    page = _below(values["page"], root)
    said = {
        name: f"最多{limit}个字，现在是{len(values[name])}个。请写短一些。"
        for name, limit in LONGEST.items()
        if len(values[name]) > limit
    }
    if values["about"] not in tuple(About):
        said["about"] = "请选一项：看到了个人信息，还是内容有错。"
    if "page" not in said and page and not is_page(page):
        said["page"] = "没有找到这一页。请照浏览器上面的地址抄，或者空着，在下面写是哪一页。"
    if not page and not values["said"]:
        said.setdefault("said", "请至少写一样：是哪一页，或者看到了什么。")
    if said:
        return Faults({name: said[name] for name in FIELDS if name in said})
    return Report(About(values["about"]), page, values["said"], values["contact"])


def _below(typed: str, root: str) -> str:
    """The address of a page below the root: without host, query and place on the page."""
    try:
        path = unquote(urlsplit(typed).path if "://" in typed else re.split("[?#]", typed)[0])
    except ValueError:
        return typed
    return path.removeprefix(root).lstrip("/") or ("index.html" if typed else "")


def file_report(store: Store, desk: Desk, report: Report, day: date) -> bool:
    """Keep a report durably; answers whether it is another than those of the same day.

    Raises:
        StoreError: it could not be written.
    """
    told = json.dumps({"said": report.said, "contact": report.contact}, ensure_ascii=False)
    facts = (day.isoformat(), report.about, report.page)
    row = (
        new_id(),
        *facts,
        desk.suite.name,
        desk.suite.seal(told.encode(), [desk.recipient]),
        keyed_hash(desk.key, b"yanlu/v1/report" + "\0".join((*facts, told)).encode()),
    )
    query = (
        "INSERT INTO report (id, day, about, page, suite, sealed, alike) "
        "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (alike) DO NOTHING"
    )
    return bool(write_act(store, lambda main: change(main, query, row)))


def open_reports(main: Connection) -> list[dict[str, Any]]:
    """What staff have not settled: what is seen of a person first, then the oldest."""
    query = "SELECT * FROM report WHERE settled IS NULL ORDER BY about <> 'personal', day, id"
    return rows(main, query)


def unsealed_report(store: Store, suite: Suite, name: str, private: str) -> Mapping[str, str]:
    """What was written, and how the reader may be reached.

    Raises:
        StoreError: there is no such report.
        IntakeError: the key does not open it.
    """
    told: Mapping[str, str] = json.loads(suite.unseal(_held(store, name)["sealed"], private))
    return told


def settle(store: Store, name: str, note: str, act: Act) -> None:
    """Staff have done with it; `note` says what they did.

    Raises:
        IntakeError: the note tells of somebody.
        StoreError: there is no such report, or it was settled before.
    """
    did = noted(note)

    def close(main: Connection) -> None:
        query = "UPDATE report SET settled = ?, by = ?, note = ? WHERE id = ? AND settled IS NULL"
        if not change(main, query, (act.day.isoformat(), act.by, did, name)):
            _held(store, name)
            raise StoreError(f"{name} 已经办完了，没有改动。")

    write_act(store, close)


def forget_settled(main: Connection, limit: date) -> int:
    """Delete what was settled on `limit` or before; `secure_delete` overwrites it."""
    return change(main, "DELETE FROM report WHERE settled <= ?", (limit.isoformat(),))


def _held(store: Store, name: str) -> Mapping[str, Any]:
    found: Sequence[Mapping[str, Any]] = rows(
        store.main, "SELECT * FROM report WHERE id = ?", (name,)
    )
    if not found:
        raise StoreError(f"没有编号为 {name} 的报告。请用 yanlu review reports 看有哪些。")
    return found[0]
