"""Which suggestions go out together, and as which files: frozen once, the same for ever."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from yanlu.errors import PackageError, StoreError
from yanlu.intake.consent import allowed, exceeds, stands
from yanlu.intake.delivery import Delivery, deliver
from yanlu.intake.forge.port import Batch
from yanlu.intake.leads import is_public, lead_of, must_wait
from yanlu.intake.pages import keep_replies, kept_replies
from yanlu.intake.persons import Decision, is_expected
from yanlu.intake.store.database import Connection, change, rows
from yanlu.intake.store.records import happen, history
from yanlu.model import CHINA, Fate
from yanlu.packages.suggestions import (
    Suggestion,
    read_suggestion,
    suggestion_path,
    write_suggestion,
)

BOT = "publisher"  # who does what the program does, in histories
_GROUPED = 8  # symbols of chance in a batch's name
Title = Callable[[str], str]
Pages = Mapping[str, Suggestion | None]  # by id, of those that were published (pages.py)


@dataclass(frozen=True)
class Policy:
    """On which weekday (Monday is 0; None: any) a batch goes out, and from how many items on.

    Few items on an odd day would tell who was at the counter the day before.
    """

    weekday: int | None
    least: int

    def is_day(self, day: date) -> bool:
        """Whether batches go out on this day."""
        return self.weekday is None or day.weekday() == self.weekday


def ready(
    main: Connection, policy: Policy, day: date, there: Mapping[str, str]
) -> list[dict[str, Any]]:
    """What would go out on this day; tombstones do not wait until there are enough of them.

    Whoever takes something back has a right to see it gone; that is worth more than a crowd to
    hide in.
    """
    if not policy.is_day(day):
        return []
    approved = rows(main, "SELECT * FROM submission WHERE delivery = 'approved' ORDER BY id")
    found = [
        record
        for record in approved
        if _is_up_to_date(main, record, there) and not _waits(main, record)
    ]
    if len(found) >= policy.least:
        return found
    return [record for record in found if exceeds(record, stands(record))]


def _waits(main: Connection, record: Mapping[str, Any]) -> bool:
    """A pointer to a page that has vanished, or a text that one person alone has confirmed.

    A tombstone points to nothing, has no text, and never waits.
    """
    alone = is_expected(main, record["id"], Decision.RELEASE)
    return (alone or must_wait(main, record)) and not exceeds(record, stands(record))


def _is_up_to_date(main: Connection, record: Mapping[str, Any], there: Mapping[str, str]) -> bool:
    """Whether a file may be proposed for a record: a text over none that it has not read.

    A tombstone may stand over whatever its record has published, unless that is behind.
    """
    query = "SELECT 1 FROM restored WHERE submission = ?"
    if record["id"] in there and rows(main, query, (record["id"],)):
        return False
    read = there.get(record["id"], record["seen"]) == record["seen"]
    return read or exceeds(record, stands(record))


def freeze(
    main: Connection,
    policy: Policy,
    day: date,
    base: str,
    group: Title,
    there: Mapping[str, str],
    pages: Pages,
) -> list[str]:
    """Make a batch of all that is approved, in the caller's transaction, if one may go today.

    `group` gives the topic group of a topic code. `base` is the main branch's commit, and
    `there` the content names of the files in it by id: none of them is written over unread.
    `pages` is what stands in those that are written anew: what was approved since they were read
    waits for the next round. Answers a sentence for each that is left out because it cannot be
    written: it holds no other up.
    """
    due = [r for r in ready(main, policy, day, there) if not r["head"] or r["id"] in pages]
    files, faults = _files(main, due, group, pages, day)
    if files:
        _freeze(main, day, base, files)
    for record in due:
        page = pages.get(record["id"])
        if record["id"] in files and page and page.title and record["erased"] is None:
            keep_replies(main, record["id"], page, day.isoformat(), BOT)
    return faults


def _files(
    main: Connection, found: Sequence[Mapping[str, Any]], group: Title, pages: Pages, day: date
) -> tuple[dict[str, tuple[str, str]], list[str]]:
    """Path and content by id, and what is wrong with the others."""
    files, faults = {}, []
    for record in found:
        try:
            files[record["id"]] = _file(main, record, group, pages, day)
        except (StoreError, PackageError) as error:
            faults.append(f"{record['id']} 不能成批：{error}。请用 yanlu review show 查看。")
    return files, faults


def _freeze(main: Connection, day: date, base: str, files: Mapping[str, tuple[str, str]]) -> None:
    name = f"{day.isoformat()}-{secrets.token_hex(_GROUPED // 2)}"
    frozen = {
        "id": name,
        "base": base,
        "moment": datetime.combine(day, datetime.min.time(), CHINA).isoformat(),
        "title": f"建议 {day.isoformat()}：{len(files)} 条",
        "body": _body(text for _, text in files.values()),
        "message": f"Propose suggestions of batch {name}",
        "files": dict(files.values()),
    }
    values = (name, json.dumps(frozen, ensure_ascii=False), Delivery.FROZEN)
    change(main, "INSERT INTO batch (id, frozen, delivery) VALUES (?, ?, ?)", values)
    for member in files:
        deliver(main, member, Delivery.APPROVED, Delivery.FROZEN)
        change(main, "UPDATE submission SET batch = ? WHERE id = ?", (name, member))
        happen(main, member, day.isoformat(), "frozen", by=BOT)


_BODY = """这一批由收件程序提出，内容已经由工作人员确认过一遍。

合并以前请再读一遍：有没有还能看出是谁写的地方；摘要写得准不准。可以直接在这个分支上修改，以修改后的为准。
不公布的，关闭这个审核就行，收件库会记为“被退回”。
"""


_STONES = """
其中 {} 条没有正文，是写信人撤回、删除或者缩小了公布范围的，合并就是撤下。
这几条不能不合并；关闭了，程序会再提出来。
"""


def _body(texts: Iterable[str]) -> str:
    stones = sum(read_suggestion(one).front["publication"] == "removed" for one in texts)
    return _BODY + (_STONES.format(stones) if stones else "")


def thaw(frozen: str) -> Batch:
    """The batch as it was frozen, byte for byte; once it is settled there is none any more."""
    said: dict[str, Any] = json.loads(frozen)
    files = {path: text.encode() for path, text in said.pop("files").items()}
    return Batch(**{**said, "moment": datetime.fromisoformat(said["moment"]), "files": files})


def members(main: Connection, batch: str) -> Sequence[Mapping[str, Any]]:
    """The submissions of a batch."""
    return rows(main, "SELECT * FROM submission WHERE batch = ? ORDER BY id", (batch,))


def _file(
    main: Connection, record: Mapping[str, Any], group: Title, pages: Pages, day: date
) -> tuple[str, str]:
    suggestion = _suggestion(main, record, group, pages, day)
    return f"data/{suggestion_path(suggestion.front)}", write_suggestion(suggestion)


def _suggestion(
    main: Connection, record: Mapping[str, Any], group: Title, pages: Pages, day: date
) -> Suggestion:
    """What the public may know: codes, months, and the text that a person confirmed."""
    if exceeds(record, stands(record)):
        return _tombstone(main, record, group)
    text = json.loads(record["confirmed"] or "{}")
    if text.get("publication") not in allowed(record):
        raise StoreError("本人没有同意这样公布，或者还没有人确认过文字")
    if record["head"]:
        return _come_back(main, record, text, pages[record["id"]], day)
    head = {**_head(main, record, group), "publication": text["publication"]}
    return Suggestion(head, text["title"], text["text"])


def _come_back(
    main: Connection,
    record: Mapping[str, Any],
    text: Mapping[str, str],
    stone: Suggestion | None,
    day: date,
) -> Suggestion:
    """In the place of a tombstone: its head as git has it, another text, and the reply."""
    head = {**json.loads(record["head"]), "publication": text["publication"]}
    head["amended"] = [*head.get("amended", ()), _came_back(day)]
    reply, earlier = kept_replies(main, record["id"])
    if stone and stone.reply:  # written into the tombstone meanwhile
        reply, earlier = stone.reply, tuple(stone.earlier)
    if "outcome" in head and not reply:
        raise StoreError(
            "撤下的那一页有回复，收件库里没有留下它。请用 yanlu review return 收回，"
            "照从前的文件直接修改 data/suggestions/ 里的那一份"
        )
    return Suggestion(head, text["title"], text["text"], reply, earlier)


def _came_back(day: date) -> dict[str, str]:
    """What the page says of it: without that, nothing that was taken down is published again."""
    return {"month": f"{day:%Y-%m}", "what": "撤下以后，换上了重新确认的文字。"}


def _tombstone(main: Connection, record: Mapping[str, Any], group: Title) -> Suggestion:
    """The head that was last published, its fate brought up to date, and no text."""
    head = json.loads(record["head"] or "null") or _head(main, record, group)
    steps = [_step(h) for h in history(main, record["id"]) if h["what"] == "withdrawn"]
    fate = {"fate": "withdrawn", "history": [*head["history"], *steps]} if steps else {}
    return Suggestion({**head, **fate, "publication": "removed"})


def _head(main: Connection, record: Mapping[str, Any], group: Title) -> dict[str, Any]:
    # what was taken back and confirmed again was registered once, as last confirmed
    last = {h["what"]: h for h in history(main, record["id"]) if h["what"] in _PUBLIC}
    happenings = list(last.values())
    lead = _public_lead(main, record) if record["fate"] == Fate.MERGED else None
    return {
        "id": record["id"],
        "topic": group(record["topic"]),
        "region": record["region"],
        "month": record["day"][:7],
        "fate": record["fate"],
        "publication": record["wish"],
        "bodies": {"lead": _lead(happenings)},
        "history": [_step(h) for h in happenings],
        **({"call": record["call"]} if record["call"] else {}),
        **({"merged_into": lead} if lead else {}),
    }


_PUBLIC = frozenset({"received", "screened", "registered", "merged"})


def _public_lead(main: Connection, record: Mapping[str, Any]) -> str:
    """To what a merged one points; that another suggestion is there at all may be no secret."""
    lead = lead_of(main, record)
    if lead is None or not is_public(lead):
        raise StoreError("并入的那一条不公布，或者已经撤回")
    return str(lead["id"])


def _lead(happenings: Sequence[Mapping[str, Any]]) -> str:
    bodies = [h["body"] for h in happenings if h["body"]]
    if not bodies:
        raise StoreError("还没有登记承办单位")
    return str(bodies[-1])


def _step(happening: Mapping[str, Any]) -> dict[str, str]:
    step = {"state": happening["what"], "month": happening["day"][:7]}
    is_merger = happening["what"] == Fate.MERGED and happening["note"]
    reason = {"note": happening["note"]} if is_merger else {}
    return {**step, **({"body": happening["body"]} if happening["body"] else {}), **reason}
