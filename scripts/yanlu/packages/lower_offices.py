"""`data/sources.toml`: the lower offices whose published figures this office collects and adds up.

All that one reports is counted under one region of ours, so no two may have regions that overlap.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import SplitResult, urlsplit

import msgspec

from yanlu.errors import SettingsError
from yanlu.packages.plain import text_faults
from yanlu.settings import Codes, Text, read_toml

FILE = "sources.toml"  # in data/
Id = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
_NUMBERED = re.compile(r"\[source\[(\d+)\](?:\.([\w.]+))?\]")
_MARKED = re.compile(r"[|\[\]<>*_`#\\\n\r\t]")
_KEY = re.compile(r"[^\s+]+\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44}")


class _Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: Id
    name: Text
    region: Text
    address: Text
    log_key: Text
    series: Literal["statistics", "rollup"] = "statistics"
    topics: dict[Text, Text] = {}  # msgspec copies it for each
    channels: dict[Text, Text] = {}


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    source: tuple[_Source, ...] = ()


@dataclass(frozen=True)
class LowerOffice:
    """One that publishes with Yanlu itself.

    `region` is a code of ours; `address` ends with a slash where it is one, else it is a folder,
    relative to ours; `series` is the name of its packages before the month. `topics` and
    `channels` lead from its groups to ours, where they differ.
    """

    id: str
    name: str
    region: str
    address: str
    log_key: str
    series: str = "statistics"
    topics: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_remote(self) -> bool:
        """Whether it is read over a network, and not from a folder."""
        return "://" in self.address


def read_lower_offices(data: Path, codes: Mapping[str, Codes]) -> Sequence[LowerOffice]:
    """All lower offices, in the order of the file; none where there is no such file.

    Regions that overlap are no fault here: `overlaps` names them, and the others go on.

    Raises:
        SettingsError: a setting is missing, unknown or wrong; the message names office and setting.
    """
    path = data / FILE
    if not path.is_file():
        return ()
    try:
        told = read_toml(path, _File).source
    except SettingsError as error:
        raise SettingsError(f"data/{_NUMBERED.sub(_numbered, str(error))}") from None
    offices = [_office(one) for one in told]
    for fault in _faults(offices, codes):
        raise SettingsError(fault)
    return offices


def _numbered(place: re.Match[str]) -> str:
    setting = f" {place[2]}" if place[2] else ""
    return f"第 {int(place[1]) + 1} 个 [[source]]{setting} "


def _office(told: _Source) -> LowerOffice:
    address = told.address
    if "://" in address and not address.endswith("/"):
        address += "/"
    return LowerOffice(
        told.id,
        told.name,
        told.region,
        address,
        told.log_key,
        told.series,
        told.topics,
        told.channels,
    )


def _faults(offices: Sequence[LowerOffice], codes: Mapping[str, Codes]) -> Iterator[str]:
    """What is wrong with each, as sentences that name it."""
    ids, keys = set[str](), set[str]()
    for office in offices:
        where = f"data/{FILE} 的 {office.id}："
        if office.id in ids:
            yield f"{where}有两个单位用了这个 id。id 是文件夹的名字，各不相同，以后也不改。"
        if office.region not in codes["regions"]:
            yield f"{where}region（{office.region}）不是 data/codes/regions.csv 里的代码。"
        if not _KEY.fullmatch(office.log_key):
            yield (
                f"{where}log_key 不是公钥。请向该单位要它的公开记录的公钥，"
                "像“名字+八位数字和字母+base64”，并用电话等另一条路核对。"
            )
        if office.log_key in keys:
            yield f"{where}log_key 与前面另一个单位的一样。每个单位的公开记录有自己的公钥。"
        for what in _name_faults(office.name):
            yield f"{where}name {what}"
        for what in _address_faults(office.address):
            yield f"{where}address {what}"
        yield from _unmapped(where, "topics", office.topics, codes["topics"].groups)
        yield from _unmapped(where, "channels", office.channels, codes["channels"].groups)
        ids.add(office.id)
        keys.add(office.log_key)


def _unmapped(
    where: str, name: str, mapped: Mapping[str, str], groups: Collection[str]
) -> Iterator[str]:
    for theirs, ours in mapped.items():
        if ours not in groups:
            yield (
                f"{where}{name} 里 {theirs} 对应的 {ours} 不是 data/codes/{name}.csv 里"
                "第一级的代码。"
            )


def _name_faults(name: str) -> Iterator[str]:
    """A name is frozen in packages, and stands in tables and sentences of pages."""
    yield from (f"{what}。" for what in text_faults(name))
    if _MARKED.search(name):
        yield "里有换行，或者有 | [ ] < > * _ ` # \\ 这样的符号：网页会把它们当作格式。请只写名称。"


def _address_faults(address: str) -> Iterator[str]:
    if "://" not in address:
        return
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or not address.isascii():
        yield "的写法不对：只能有英文字母、数字和符号，像 https://yanlu.example.gov.cn/。"
    elif parts.scheme not in ("http", "https") or parts.query or parts.fragment or "@" in address:
        yield "应当是 https:// 开头的网址，没有用户名，也没有 ? 和 #；或者是一个文件夹。"
    elif parts.scheme == "http" and not is_loopback(parts):
        yield "应当以 https:// 开头：http:// 的内容在路上能被换掉、拦住，只许用在本机。"


def is_loopback(parts: SplitResult) -> bool:
    """Whether an address is one of this very machine."""
    host = parts.hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def overlaps(offices: Sequence[LowerOffice], regions: Codes) -> Mapping[str, Sequence[str]]:
    """Offices that claim a region which another claims too, by id, with the ids of the others.

    A region is claimed with all that lies in it. Nobody can tell which of them is right.
    """
    claimed: dict[str, list[str]] = {}
    for office in offices:
        claimed.setdefault(office.region, []).append(office.id)
    found: dict[str, list[str]] = {}
    for office in offices:
        for region in upwards(office.region, regions):
            for other in claimed.get(region, ()):
                if other != office.id and other not in found.setdefault(office.id, []):
                    found[office.id].append(other)
                    found.setdefault(other, []).append(office.id)
    return {office: others for office, others in found.items() if others}


def upwards(region: str, regions: Codes) -> Iterator[str]:
    """A region and all in which it lies."""
    seen = set[str]()
    while region and region not in seen:
        seen.add(region)
        yield region
        region = regions.rows[region].get("parent", "") if region in regions else ""
