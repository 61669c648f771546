"""What a new portal holds: the office's own data, pages and settings, and nothing that is shipped.

`starter/` holds the files; those that end with `.in` are templates, and `dot-` at the beginning
of a name stands for `.`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

from yanlu.errors import SettingsError
from yanlu.overlay import found
from yanlu.settings import read_codes
from yanlu.templates import environment

_STARTER = Path(str(files(__package__) / "starter"))
_TEMPLATE = ".in"
_PROFILE = "own"
_SINCE = "2022-05-01"  # codes hold from the Regulations on: months before today are published too
_PROMISES: Mapping[str, Mapping[str, str]] = {
    "suggestion-reply": {
        "name": "答复建议",
        "starts_at": "登记之日",
        "who": "承办单位",
        "applies_to": "登记了的建议；条例没有规定建议的答复期限，这是本单位自己的承诺",
    },
    "rating-change": {
        "name": "修改评价",
        "starts_at": "第一次评价之日",
        "who": "写信人",
        "applies_to": "对回复的评价；每次回复只评价一次，这期间可以改",
    },
}
_RATING_DAYS = 30


@dataclass(frozen=True)
class Publics:
    """The public halves of an office's keys, as `data/office.toml` has them."""

    age_recipient: str
    log_key: str
    intake_key: str


def portal_files(
    answers: Mapping[str, Any], publics: Publics, day: date, folder: Path
) -> Mapping[str, bytes]:
    """All files of a new portal in `folder`, by path; `answers` are what the questions read.

    Raises:
        SettingsError: the package carries no portal, as in a checkout of the software.
    """
    region, *below = answers["region"]
    facts = {
        **answers,
        "region": asdict(region),
        "contact": asdict(answers["contact"]),
        "identifiers": list(map(asdict, answers["identifiers"])),
        "forge": asdict(answers["forge"]),
        "base_url": answers["address"],
        "profile": _PROFILE,
        "publics": asdict(publics),
        "day": day.isoformat(),
        "since": _SINCE,
    }
    made = {
        "data/codes/regions.csv": _regions([region, *below]),
        "data/codes/channels.csv": _channels(answers["channels"]),
        "data/codes/deadlines.csv": _deadlines(answers["days"], day, folder),
    }
    return {**_starter(facts), **made}


def _starter(facts: Mapping[str, Any]) -> dict[str, bytes]:
    jinja = environment(_STARTER)
    made = {}
    for path in sorted(_STARTER.rglob("*")):
        place = path.relative_to(_STARTER).as_posix()
        name = place.replace("dot-", ".").removesuffix(_TEMPLATE)
        if path.suffix == _TEMPLATE:
            made[name] = f"{jinja.get_template(place).render(facts)}\n".encode()
        elif path.is_file():
            made[name] = path.read_bytes()
    return made


def _regions(known: Sequence[Any]) -> bytes:
    head = ("code", "name", "parent", "level", "maps_to", "valid_from", "valid_to")
    first, *others = known
    rows = [(first.code, first.name, "", "city", "", _SINCE, "")]
    rows += [(one.code, one.name, first.code, "district", "", _SINCE, "") for one in others]
    return _table(head, rows)


def _channels(chosen: Sequence[str]) -> bytes:
    """The rows of the chosen groups; what the office notes down itself is always one."""
    codes = read_codes(_STARTER / "data" / "codes" / "channels.csv")
    kept = [row for code, row in codes.rows.items() if codes.group(code) in (*chosen, "internal")]
    return _table(list(kept[0]), [list(row.values()) for row in kept])


def _deadlines(days: int, day: date, folder: Path) -> bytes:
    """The national periods as they are shipped, and the office's own promises beside them."""
    path = found(folder, "data/codes/deadlines.csv")
    if not path.is_file():
        raise SettingsError(
            "这里的 yanlu 是软件的源代码，不是安装包，不能用来建门户。"
            "请先用 pip 装上 yanlu 的安装包（.whl），再运行它的 yanlu new。"
        )
    national = [row for row in read_codes(path).rows.values() if row["profile"] == "national"]
    lengths = {"suggestion-reply": days, "rating-change": _RATING_DAYS}
    shared = {
        **dict.fromkeys(national[0], ""),
        "unit": "calendar",
        "law": "本站的公开承诺",
        "version": str(day.year),
        "profile": _PROFILE,
        "enabled": "true",
        "valid_from": day.isoformat(),
    }
    own = [
        {**shared, **promise, "code": f"{_PROFILE}.{code}", "length": str(lengths[code])}
        for code, promise in _PROMISES.items()
    ]
    return _table(list(national[0]), [list(row.values()) for row in [*national, *own]])


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows([head, *rows])
    return text.getvalue().encode()
