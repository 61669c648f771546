"""The page of what was published, as the public log has it, and the log itself as files."""

from __future__ import annotations

import json
from bisect import bisect
from collections.abc import Iterable, Iterator
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from yanlu.errors import BuildError
from yanlu.packages.read import listed, release_folder
from yanlu.packages.rollups import listed_rollups, rollup_folder
from yanlu.receipts.lines import KeyLine, Public, ReleaseLine, SiteLine
from yanlu.receipts.log import Log, log_faults, read_log
from yanlu.receipts.office import log_key, log_policy
from yanlu.receipts.policies import Policy
from yanlu.receipts.releases import read_pending, release_faults, waiting
from yanlu.receipts.restarting import NAME, former_logs
from yanlu.receipts.rules import days
from yanlu.receipts.serving import site_files
from yanlu.settings import Portal
from yanlu.templates import environment
from yanlu.website.front import front_matter

ADDRESS = "data/published/"
SUMS = "SHA256SUMS"  # of a built site: its files
PACKAGES = (  # where they lie, below a portal's folder
    "data/statistics/**", "data/quarters/**", "data/rollups/**",
)  # fmt: skip
_FILE = "datapackage.json"
_GROUP = 4  # digits that are read out together
_SITES = 30  # are shown, the newest first; all are in the log
_TITLE = "发布登记"
_DESCRIPTION = (
    "公布过的每个数据包、每一版网站的指纹，登记在一份只能添加、谁都可以核对的公开记录里。"
)


def published(data: Path) -> list[ReleaseLine]:
    """A line for every data package that is out, in the order of their dates.

    Before them, for every log that was given up.
    """
    given_up = [former.line for former in former_logs(data)]
    return [*given_up, *(_line(content) for _, _, content in sorted(_descriptors(data)))]


def _descriptors(data: Path) -> Iterator[tuple[date, str, bytes]]:
    for entry in listed(data):
        folder = release_folder(data, entry.month, entry.version)
        yield entry.issued, str(folder), (folder / "datapackage.json").read_bytes()
    for entry in listed_rollups(data):
        folder = rollup_folder(data, entry.month, entry.version)
        yield entry.issued, str(folder), (folder / "datapackage.json").read_bytes()
    for folder in (data / "quarters").glob("*"):
        content = (folder / "datapackage.json").read_bytes()
        yield date.fromisoformat(json.loads(content)["issued"]), str(folder), content


def _line(content: bytes) -> ReleaseLine:
    told = json.loads(content)
    return ReleaseLine(told["name"], told["version"], sha256(content).hexdigest(), len(content))


def published_faults(portal: Portal) -> Iterator[str]:
    """What is wrong with the log, or with a package that it names.

    Raises:
        LogError: a file of the log cannot be read at all.
    """
    log = read_log(portal.data)
    faults = list(log_faults(log, log_key(portal)))
    yield from faults
    for former in former_logs(portal.data):
        yield from former.faults()
    read_pending(portal.data)
    if not faults:
        yield from release_faults(log, published(portal.data))


def refuse_broken_log(portal: Portal) -> None:
    """A site shows the log, or is not built.

    Raises:
        BuildError: the log does not say what was signed.
        LogError: it cannot be read at all.
    """
    faults = list(published_faults(portal))
    if faults:
        raise BuildError(
            f"公开记录有 {len(faults)} 处问题，没有生成网站。请运行 yanlu check 查看，例如：\n"
            f"  · {faults[0]}"
        )


def write_log(portal: Portal, site: Path) -> None:
    """Write `/log/`, the log as anyone reads it; nothing before it was sealed first.

    Logs that were given up lie below it, as far as they are trusted.
    """
    logs = {"log": (read_log(portal.data), log_policy(portal))}
    for former in former_logs(portal.data):
        logs[f"log/former-{former.number}"] = (former.log, Policy(former.signers))
    for folder, (log, policy) in logs.items():
        for place, content in site_files(log, policy):
            path = site / folder / place
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)


def published_files(
    portal: Portal, templates: Path, *, archived: bool
) -> Iterator[tuple[str, str]]:
    """The page as (path relative to the root, Markdown).

    `archived` tells that the site offers the sources that it was built from.
    """
    log, settings = read_log(portal.data), portal.settings
    rows = list(_rows(log, waiting(log, published(portal.data), read_pending(portal.data))))
    releases = (row for row in rows if isinstance(row["line"], ReleaseLine))
    body = (
        environment(templates)
        .get_template("published.md")
        .render(
            root=settings.office.root,
            log=f"{settings.office.base_url}log/",
            key=settings.receipts.log_key,
            origin=log_key(portal).name,
            office=settings.office.name,
            promises=settings.receipts.intake_key,
            demonstration=bool(settings.receipts.public_test_log_key),
            archived=archived,
            state=_state(log),
            releases=[{**row, **_named(portal, row["line"])} for row in releases],
            sites=[row for row in rows if isinstance(row["line"], SiteLine)][: -_SITES - 1 : -1],
            most=_SITES,
            keys=[row for row in rows if isinstance(row["line"], KeyLine)],
        )
    )
    head = front_matter(title=_TITLE, description=_DESCRIPTION, section="data")
    yield f"{ADDRESS}index.md", f"{head}# {_TITLE}\n\n{body}\n"


def _state(log: Log) -> dict[str, Any] | None:
    """What is printed of the newest checkpoint."""
    if not log.size:
        return None
    day = max(days(log.entries))
    root, note = log.tree.root(log.size).hex(), log.notes[log.size]
    return {
        "day": day,
        "size": log.size,
        "root": root,
        "groups": [root[at : at + _GROUP] for at in range(0, len(root), _GROUP)],
        "signatures": [f"{one.name}，{one.id.hex()}" for one in note.signatures],
    }


def _rows(log: Log, left: Iterable[Public]) -> Iterator[dict[str, Any]]:
    """Public lines with their places and the days on which they were sealed; others wait."""
    begun = days(log.entries)
    dates, starts = list(begun), list(begun.values())
    for at, line in log.public:
        yield {"line": line, "at": at, "day": dates[bisect(starts, at) - 1]}
    for line in left:
        yield {"line": line, "at": None, "day": None}


def _named(portal: Portal, line: ReleaseLine) -> dict[str, str]:
    """How readers know a package, where it lies, and why it was published anew."""
    kind, _, period = line.name.partition("-")
    if line.name.startswith(NAME):
        number = line.name.removeprefix(NAME)
        title = f"第{number}份旧的公开记录，最后一个可信的检查点"
        return {"title": title, "address": f"log/former-{number}/checkpoint", "why": ""}
    if kind == "quarter":
        year, number = period.split("-q")
        title = f"{year}年第{number}季度，没有公布的建议和评价"
        return {"title": title, "address": f"data/releases/{period}/{_FILE}", "why": ""}
    return _month_named(portal, line, kind, period)


_KINDS = {"statistics": ("releases", "统计"), "rollup": ("rollups", "汇总")}  # address and title


def _month_named(portal: Portal, line: ReleaseLine, kind: str, period: str) -> dict[str, str]:
    """The same of the package of a month: our own, or one that was added up."""
    out = listed(portal.data) if kind == "statistics" else listed_rollups(portal.data)
    entry = {(str(e.month), str(e.version)): e for e in out}.get((period, line.version))
    why = portal.codes["revisions"].title(entry.why) if entry and entry.why else ""
    folder, title = _KINDS[kind]
    address = f"data/{folder}/{period}/v{line.version}/{_FILE}" if entry else ""
    year, month = period.split("-")
    named = f"{year}年{int(month)}月{title}，第{line.version}版"
    return {"title": named, "address": address, "why": why}
