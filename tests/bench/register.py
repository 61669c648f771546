"""The register with 20,000 suggestions: built, built again after one change, and checked."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.measure import Cost, run

from yanlu.packages.suggestions import Suggestion, suggestion_path, write_suggestion
from yanlu.settings import read_codes

ROOT = Path(__file__).parents[2]
SIZE = 20_000
MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made there
LEFT_OUT = ("statistics", "suggestions")  # of data/: what is measured is the register alone
STAMP = "2026-11-20T08:00:00+08:00"
LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"
ANSWERED = ("replied", "promised", "promise-overdue", "carried-out", "closed")
WAYS = {  # paths, and how many in a hundred take them
    ("received",): 2,
    ("screened", "registered"): 5,
    ("screened", "registered", "forwarded"): 6,
    ("screened", "registered", "forwarded", "returned"): 1,
    ("screened", "registered", "forwarded", "returned", "forwarded", "handling"): 3,
    ("screened", "registered", "forwarded", "handling"): 14,
    ("screened", "registered", "forwarded", "handling", "replied"): 10,
    ("screened", "registered", "forwarded", "handling", "replied", "restudied"): 1,
    ("screened", "registered", "forwarded", "handling", "replied", "promised"): 15,
    ("screened", "registered", "forwarded", "handling", "replied", "promised",
     "promise-overdue"): 2,
    ("screened", "registered", "forwarded", "handling", "replied", "promised", "carried-out"): 14,
    ("screened", "registered", "forwarded", "handling", "replied", "closed"): 20,
    ("screened", "merged"): 5,
    ("screened", "registered", "withdrawn"): 2,
}  # fmt: skip
TAKEN_UP = ("promised", "promise-overdue", "carried-out")
SENTENCES = (
    "早晚高峰这一段路很挤，骑车的和走路的挤在一起，老人过马路要等两个灯。",
    "路口的灯坏了三个月，晚上从公交站走回家的人只能用手机照着路。",
    "小区门口的垃圾桶下午就满了，夏天味道大，一楼的住户不敢开窗。",
    "学校放学的半个小时，接孩子的车把整条街停满，急救车也进不来。",
    "公园里的石板松动，下过雨有积水，跑步的人和推婴儿车的人都绕着走。",
    "建议先在最要紧的两处试一个季度，数一数有没有用，再决定要不要全面铺开。",
    "可以请街道、物业和住户代表一起定方案，花多少钱、谁来管，都贴在公告栏里。",
    "别的区已经这样做了，办法不复杂，关键是有人定期去看、坏了有人修。",
)
TITLES = ("路口加一盏灯", "把坏了的石板换掉", "放学时段错开停车", "垃圾分两次收", "公交站加座椅")
REPLY = (
    "我们到现场看了三次，量了路面的宽度，也数了早晚高峰各一个小时的人和车。",
    "按现在的宽度，可以把非机动车道加宽到两米，需要挪动四根灯杆，预算已经列入下一年度。",
    "- 十二月底前完成设计，图纸贴在街道办事处门口。\n- 明年三月底前完成施工，施工时留出便道。",
    "没有采纳的部分，是因为地下有燃气管道，不能开挖；等管道改造时一起做。",
)


@dataclass(frozen=True)
class Measured:
    """Builds and checks of one portal."""

    full: Cost
    again: Cost
    check: Cost
    since: Cost


def suggestions(size: int, codes: Path, seed: int = 7) -> Iterator[Suggestion]:
    """Suggestions in every state, the same ones for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - not a secret
    lists = {name: list(read_codes(codes / f"{name}.csv").rows) for name in ("regions", "bodies")}
    lists["topics"] = list(read_codes(codes / "topics.csv").groups)
    lists["conversions"] = list(read_codes(codes / "conversions.csv").rows)
    numbers = chance.sample(range(32**8), size)
    ids = ["".join(LETTERS[number >> 5 * place & 31] for place in range(8)) for number in numbers]
    target = ""
    for ident in ids:
        made = _suggestion(ident, target, lists, chance)
        if made.front["fate"] not in ("merged", "withdrawn"):
            target = ident
        yield made


def _suggestion(
    ident: str, target: str, lists: dict[str, list[str]], chance: random.Random
) -> Suggestion:
    way = ["received", *chance.choices(list(WAYS), list(WAYS.values()))[0]]
    way = list(dict.fromkeys(way)) if way[:2] == ["received", "received"] else way
    if way[-1] == "merged" and not target:
        way = way[:-1]
    lead = chance.choice(lists["bodies"])
    begin = chance.randrange(2020 * 12, 2026 * 12 + 4)
    front: dict[str, Any] = {
        "id": ident,
        "topic": chance.choice(lists["topics"]),
        "region": chance.choice(lists["regions"]),
        "month": _month(begin),
        "fate": way[-1],
        "publication": "removed" if way[-1] == "withdrawn" else "summary",
        "bodies": {"lead": lead},
        "history": [_step(state, begin + place // 2, lead) for place, state in enumerate(way)],
    }
    if way[-1] == "merged":
        front["merged_into"] = target
    answered = "replied" in way
    if answered:
        front |= _answer(way, begin, lead, lists, chance)
    if way[-1] == "withdrawn":
        return Suggestion(front)
    text = "\n\n".join(chance.sample(SENTENCES, chance.randint(3, 6)))
    reply = "\n\n".join(REPLY[: chance.randint(2, 4)]) if answered else ""
    return Suggestion(front, chance.choice(TITLES), text, reply)


def _answer(
    way: Sequence[str], begin: int, lead: str, lists: dict[str, list[str]], chance: random.Random
) -> dict[str, Any]:
    if way[-1] not in TAKEN_UP:
        outcome = chance.choice(("not-adopted", "kept-for-reference"))
        return {"outcome": outcome, "reason": "现在的路面太窄，挪不出地方；等管道改造时再看。"}
    promise = {"what": "加宽非机动车道，挪动四根灯杆", "body": lead, "by": "2027-03-31"}
    if way[-1] == "carried-out":
        promise |= {"by": f"{_month(begin + 6)}-28", "evidence": "https://www.shili.example/done"}
    if way[-1] == "promise-overdue":
        promise |= {"by": f"{_month(begin + 3)}-28"}
    return {
        "outcome": chance.choice(("adopted", "partly-adopted")),
        "reason": "现场看过，办法可行，先做最要紧的两处。",
        "conversion": chance.choice(lists["conversions"]),
        "promises": [promise],
    }


def _step(state: str, month: int, lead: str) -> dict[str, str]:
    step = {"state": state, "month": _month(month)}
    if state in ("registered", "forwarded", "returned", "handling", *ANSWERED):
        step["body"] = lead
    if state in ("returned", "merged"):
        step["note"] = "这一段路由另一个单位管，请重新确定。"
    return step


def _month(number: int) -> str:
    return f"{number // 12}-{number % 12 + 1:02d}"


def write_portal(folder: Path, size: int = SIZE) -> None:
    """The reference portal without statistics, and with so many suggestions, in git."""
    for name in ("content", "theme", "mkdocs.yml", ".gitignore"):
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, folder / name)
    shutil.copytree(ROOT / "data", folder / "data", ignore=shutil.ignore_patterns(*LEFT_OUT))
    for suggestion in suggestions(size, folder / "data" / "codes"):
        path = folder / "data" / suggestion_path(suggestion.front)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(write_suggestion(suggestion), "utf-8")
    start(folder)
    commit(folder)


def start(folder: Path) -> None:
    """Make it a repository."""
    _git(folder, "init", "-q")


def change_one(folder: Path) -> None:
    """One more sentence in one text, owned up to in its head, and the commit of it."""
    path = next(
        path
        for path in sorted((folder / "data" / "suggestions").rglob("*.md"))
        if "fate: handling" in (text := path.read_text("utf-8")) and "\namended:" not in text
    )
    mark = "\namended:\n- {month: 2026-11, what: 加了一句。}\n---\n\n"
    text = path.read_text("utf-8").replace("\n---\n\n", mark, 1)
    path.write_text(f"{text}\n还有一句。\n", "utf-8")
    commit(folder)


def commit(folder: Path) -> None:
    """Commit all, on a day that is not today."""
    _git(folder, "add", "-A")
    _git(folder, "-c", "gc.auto=0", "commit", "-q", "-m", "bench")


def _git(folder: Path, *arguments: str) -> None:
    stamps = {"GIT_AUTHOR_DATE": STAMP, "GIT_COMMITTER_DATE": STAMP}
    who = ("-c", "user.name=bench", "-c", "user.email=bench@yanlu.invalid")
    subprocess.run(["git", *who, *arguments], cwd=folder, env={**os.environ, **stamps}, check=True)


def measure(size: int = SIZE) -> Measured:
    """What it costs to build all, to build after one change, and to check.

    In memory where the machine offers it: a new folder and a new file take ext4 up to half a
    millisecond each, twenty thousand times, and that is no cost of the program.
    """
    place = str(MEMORY) if MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="yanlu-bench-", dir=place) as aside:
        folder = Path(aside)
        write_portal(folder, size)
        yanlu = ("-c", "from yanlu.cli import main; main()")
        full = run(*yanlu, "build", folder=folder)
        change_one(folder)
        again = run(*yanlu, "build", folder=folder)
        check = run(*yanlu, "check", folder=folder)
        since = run(*yanlu, "check", "--since", "HEAD~1", folder=folder)
    return Measured(full, again, check, since)
