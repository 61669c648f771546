"""A package of a lower office, held against the line that was sealed of it and against ourselves.

frictionless, which the office asked before it published, takes 0.2 seconds for each. Here a
package has its seal, its descriptor the agreed shape, and what is counted is looked at line by
line: it costs a hundredth of that, and asks more than a schema can.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cache
from hashlib import sha256
from typing import Any

import msgspec

from yanlu.errors import FederationError, InputError, quoted
from yanlu.federation.lists import CODE, LARGEST_LIST, code_list, lines_of, refuse_markup
from yanlu.federation.series import DESCRIPTOR, Series
from yanlu.federation.states import Announced
from yanlu.model import Cell, Event, Month
from yanlu.packages.lower_offices import LowerOffice, upwards
from yanlu.packages.plain import text_faults, texts
from yanlu.packages.read import Listing
from yanlu.packages.schemas import Validator, load_schema, validator
from yanlu.settings import Codes, Portal

LARGEST, LARGEST_COUNTS = 2_000_000, 20_000_000  # bytes of a descriptor, and of the counts
_HEADER = [*Cell._fields, "count"]
_COUNT = re.compile("[1-9][0-9]{0,9}")
_HASH = re.compile("sha256:[0-9a-f]{64}")
_RESOURCE = {"name", "path", "format", "mediatype", "encoding", "schema", "bytes", "hash"}
_SAID = ("title", "description", "licenses", "sources", "why")
_NATIONAL = re.compile(r"(?<!\d)\d{6}(?:\d{3}){0,2}(?!\d)")  # of a county, a town, a village
_ZEROS = ((12, "000"), (9, "000"), (6, "00"), (4, "00"))  # stand for all that lies in it
_TITLES = {"regions": "地区", "topics": "主题", "channels": "渠道"}


@dataclass(frozen=True)
class Ours:
    """What the packages of all lower offices must agree with.

    `claimed` names, for each region of ours that a lower office reports, the region that it has
    in `data/sources.toml`.
    """

    base: int
    codes: Mapping[str, Codes]
    claimed: Mapping[str, str]

    @classmethod
    def of(cls, portal: Portal, offices: Sequence[LowerOffice]) -> Ours:
        """Those of a portal, with the regions that its lower offices report."""
        claimed = _claimed(offices, portal.codes["regions"])
        return cls(portal.settings.disclosure.base, portal.codes, claimed)


def _claimed(offices: Sequence[LowerOffice], regions: Codes) -> Mapping[str, str]:
    """For each region of ours in one that a lower office reports, that one."""
    reported = {office.region for office in offices}
    above = {code: upwards(code, regions) for code in regions.rows}
    found = {
        code: next((one for one in path if one in reported), "") for code, path in above.items()
    }
    return {code: region for code, region in found.items() if region}


@dataclass(frozen=True)
class Sealed:
    """A table as a descriptor names it."""

    name: str
    path: str
    size: int
    digest: str


@dataclass(frozen=True)
class Described:
    """A package by its descriptor, which agrees with the sealed line."""

    listing: Listing
    tables: Mapping[str, Sealed]


def month_of(announced: Announced) -> Month:
    """The month in the name of a package.

    Raises:
        FederationError: there is none.
    """
    name = announced.line.name
    try:
        return Month.parse(name.partition("-")[2])
    except InputError:
        raise FederationError(f"{name} 不是一个月的数据包。") from None


def refuse_early(announced: Announced, day: date) -> None:
    """Let only a month pass that was over on a day.

    Raises:
        FederationError: it was not.
    """
    month = month_of(announced)
    if day <= month.end:
        raise FederationError(
            f"{month.title}到{month.end.isoformat()}才过完，{day.isoformat()}就登记了它的统计：不是整月的数。"
            "请告诉该单位：过完以后再发布一版（yanlu stats publish --revise）。"
        )


def is_sealed(content: bytes, size: int, digest: str) -> bool:
    """Whether a file is the very one of this size and SHA-256 sum."""
    return len(content) == size and sha256(content).hexdigest() == digest


def described(content: bytes, announced: Announced, series: Series) -> Described:
    """What a descriptor says, once it is clear that it is the sealed one of its month.

    Raises:
        FederationError: it is another, or says something else than it must.
    """
    line = announced.line
    if not is_sealed(content, line.size, line.digest):
        raise FederationError(
            f"{DESCRIPTOR} 与公开记录里登记的不同：签名以后改过。"
            "请告诉该单位从 git 里恢复，再收一次。"
        )
    told = _shaped(content, series)
    month, version = month_of(announced), announced.number[0]
    if told["period"] != str(month) or told["cutoff"] != month.end.isoformat():
        raise FederationError(
            f"登记的是 {month}，里面写的却是 {told['period']}（到 {quoted(told['cutoff'])} 为止）。"
            "请告诉该单位，更正以后再发布一版。"
        )
    if told["name"] != line.name or told["version"] != line.version:
        raise FederationError(
            "里面写的名字或者版本与登记的不同。请告诉该单位，更正以后再发布一版。"
        )
    if (told.get("revises"), bool(told.get("why"))) != (version - 1 or None, version > 1):
        raise FederationError("没有写对它更正的是哪一版、为什么（revises、why）。")
    _refuse_said({name: told.get(name, "") for name in _SAID})
    base = told["method"]["base"]
    listing = Listing(month, version, announced.day, told.get("why") or "", base)
    return Described(listing, _tables(told["resources"], series))


def _shaped(content: bytes, series: Series) -> dict[str, Any]:
    """What a descriptor says; msgspec reads UTF-8 alone, and no text that cannot be written as it.

    Raises:
        FederationError: it is no JSON, or of another shape.
    """
    try:
        told: dict[str, Any] = msgspec.json.decode(content)
        fits = _shape(series.shape).is_valid(told)
    except (ValueError, RecursionError):
        raise FederationError(
            f"{DESCRIPTOR} 不是正确的 JSON，有写不成 UTF-8 的文字，或者一层套一层太深。"
        ) from None
    if not fits:
        raise FederationError(f"{DESCRIPTOR} 的内容不全，或者不符合约定。")
    return told


@cache
def _shape(name: str) -> Validator:
    return validator(load_schema(name))


def _refuse_said(told: Mapping[str, Any]) -> None:
    try:
        said = "\n".join(texts(told))
    except RecursionError:
        raise FederationError(f"{DESCRIPTOR} 一层套一层太深。") from None
    for what in text_faults(said):
        raise FederationError(f"{DESCRIPTOR} {what}。")


def refuse_other_base(listing: Listing, base: int) -> None:
    """Let in only what is rounded as ours is.

    Raises:
        FederationError: it is not.
    """
    if listing.base != base:
        raise FederationError(
            f"舍入基数是 {quoted(listing.base)}，别的单位和我们用的都是 {base}：加在一起，"
            "小的数会露出来。已经公布的月份换不了基数，汇总里只能缺它；"
            "请该单位从还没有公布的月份起，改用同样的基数。"
        )


def _tables(resources: list[dict[str, Any]], series: Series) -> dict[str, Sealed]:
    """The tables by name: all that there must be, each sealed."""
    found = {}
    for told in resources:
        name, seal, size = told["name"], str(told.get("hash", "")), told.get("bytes", 0)
        if told["path"] != f"{name}.csv" or told.keys() - _RESOURCE or not _HASH.fullmatch(seal):
            raise FederationError(f"{DESCRIPTOR} 里 {name} 的文件名、校验值或者别的写法不对。")
        most = LARGEST_COUNTS if name == "cube" else LARGEST_LIST
        if not isinstance(size, int) or not 0 < size <= most:
            raise FederationError(
                f"{name}.csv 登记的大小是 {quoted(size)} 个字节，最多可以有 {most:,} 个，没有取。"
            )
        found[name] = Sealed(name, told["path"], size, seal.removeprefix("sha256:"))
    if found.keys() != set(series.tables):
        raise FederationError(f"{DESCRIPTOR} 里的表与约定的不同。")
    return found


def refuse_altered(table: Sealed, content: bytes) -> None:
    """Let only the very bytes pass that the descriptor names.

    Raises:
        FederationError: they are others.
    """
    if not is_sealed(content, table.size, table.digest):
        raise FederationError(
            f"{table.path} 与发布时的校验值不符：发布以后改过。"
            "请告诉该单位从 git 里恢复，再收一次。"
        )


def check_tables(
    tables: Mapping[str, bytes], month: Month, office: LowerOffice, ours: Ours
) -> None:
    """What is counted, held against its own code lists and against ours.

    A package of an office counts in its smallest regions, one that was added up in any.

    Raises:
        FederationError: the first thing that does not hold.
    """
    own = {name: code_list(name, tables[name]) for name in ("regions", "topics", "channels")}
    for name in tables.keys() - {"cube", *own}:
        refuse_markup(name, tables[name])
    used = _used(tables["cube"], ours.base)
    regions = own["regions"]
    allowed: dict[str, Collection[str]] = {
        "regions": regions.leaves if office.series == "statistics" else regions.rows,
        "topics": own["topics"].groups,
        "channels": own["channels"].groups,
    }
    for name, codes in allowed.items():
        # as a set: a list of 50,000 would be gone through each time
        _refuse_stale(name, used[name], frozenset(codes), own[name], month)
    _refuse_unmapped("topics", used["topics"], office.topics, ours.codes["topics"], month)
    _refuse_unmapped("channels", used["channels"], office.channels, ours.codes["channels"], month)
    for code in sorted(used["regions"]):
        _refuse_foreign(code, own["regions"], office, ours)


def _used(content: bytes, base: int) -> dict[str, set[str]]:
    """The codes with which a cube counts, by their lists."""
    found: dict[str, set[str]] = {"regions": set(), "topics": set(), "channels": set()}
    before: list[str] = []
    for number, row in _rows(content):
        if len(row) != len(_HEADER) or not _COUNT.fullmatch(row[-1]):
            raise FederationError(f"cube.csv 第 {number} 行写法不对。")
        if int(row[-1]) < base:
            raise FederationError(f"cube.csv 第 {number} 行的数小于 {base}：没有经过舍入。")
        cell = row[:-1]
        if cell <= before:
            raise FederationError(f"cube.csv 第 {number} 行重复，或者没有按次序排。")
        if cell[3] not in _EVENTS:
            raise FederationError(f"cube.csv 第 {number} 行的事件不是约定的。")
        before = cell
        for name, code in zip(found, cell, strict=False):
            found[name].add(code)
    return found


_EVENTS = frozenset(map(str, Event))


def _rows(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """The rows below the header, with their numbers in the file."""
    with suppress(UnicodeDecodeError, csv.Error):  # what is left of it is no such table
        rows = csv.reader(lines_of(content), strict=True)
        if next(rows, []) == _HEADER:
            yield from enumerate(rows, 2)
            return
    raise FederationError("cube.csv 不是约定的表：应当是地区、主题、渠道、事件、件数。")


def _refuse_stale(
    name: str, used: Collection[str], allowed: Collection[str], own: Codes, month: Month
) -> None:
    """Let only codes pass that the package's own list has, on the right level, in that month."""
    for code in sorted(used):
        if code not in allowed:
            raise FederationError(
                f"{_TITLES[name]}“{_shown(code)}”不在它自己带的 {name}.csv 里，或者不是那一级的："
                "数和代码表不是同一版的。请告诉该单位，用同一版的代码表再发布一版。"
            )
        if not in_use(own.rows[code], month):
            raise FederationError(
                f"{_TITLES[name]}“{_shown(code)}”在 {month} 没有在用"
                f"（{name}.csv 的 valid_from、valid_to）：用了另一版的代码。"
                "请告诉该单位，更正以后再发布一版。"
            )


def _refuse_unmapped(
    name: str, used: Collection[str], mapped: Mapping[str, str], ours: Codes, month: Month
) -> None:
    for code in sorted(used):
        target = mapped.get(code, code)
        if target not in ours.groups or not in_use(ours.rows[target], month):
            raise FederationError(
                f"{_TITLES[name]}“{_shown(code)}”在 {month} 没有对应我们的{_TITLES[name]}。"
                f"请在 data/sources.toml 的 [source.{name}] 写明对应哪一个，再收一次。"
            )


def _refuse_foreign(code: str, own: Codes, office: LowerOffice, ours: Ours) -> None:
    """Let no office count a place that is another's: by our list, or by its national code."""
    regions = ours.codes["regions"]
    owner = ours.claimed.get(code, office.region)
    if owner != office.region and own.title(code) == regions.title(code):
        raise FederationError(
            f"地区“{code}”归 {owner}，由另一个单位报，它却算了进来。请两个单位核对，只由一个报。"
        )
    home = national(regions.rows[office.region])
    for number in national(own.rows[code]) if home else ():
        if not number.startswith(tuple(home)):
            raise FederationError(
                f"地区“{code}”的行政区划代码不在 {office.region} 里，它却算了进来。"
                "请与真正管那里的单位核对，只由一个报。"
            )


def national(row: Mapping[str, str]) -> list[str]:
    """With what the national codes of all that lies in a region begin."""
    return [_beginning(code) for code in _NATIONAL.findall(row.get("maps_to") or "")]


def _beginning(code: str) -> str:
    for length, zeros in _ZEROS:
        if len(code) == length and code.endswith(zeros):
            code = code.removesuffix(zeros)
    return code


def in_use(row: Mapping[str, str], month: Month) -> bool:
    """Whether a code was valid on a day of the month."""
    ends = row.get("valid_to") or "9999"
    return row["valid_from"] <= month.end.isoformat() and month.start.isoformat() <= ends


def _shown(code: str) -> str:
    """A code that may be said again."""
    return code[:40] if CODE.fullmatch(code) else "（写法不对）"
