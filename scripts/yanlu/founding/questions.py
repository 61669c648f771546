"""The ten questions that a new portal is made of, and what may be answered to each.

An answer is one line of text. It is put into TOML, CSV and Markdown as it is, so it may hold no
sign that means something there. What an answer cannot be is said in a sentence for a clerk.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from yanlu.errors import SettingsError

_SPECIAL = re.compile(r'["\\<>,`|{}\x00-\x1f\x7f]')
_OFFICE = re.compile(r"(?:人民建议征集|信访|政务|人民来访).*$")
_CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_URL = re.compile(r"https?://[^/?#\s:]+(?::\d+)?/(?:[^?#\s]+/)?")
_LONGEST = 200  # characters of an answer
CHANNELS: Mapping[str, str] = {"电话": "phone", "网上": "online", "来信": "letter", "来访": "visit"}


@dataclass(frozen=True)
class Region:
    """The place for which an office works, or one below it."""

    code: str
    name: str


@dataclass(frozen=True)
class Contact:
    """Where the office can be reached without the site."""

    address: str
    postcode: str
    telephone: str
    hours: str


@dataclass(frozen=True)
class Identifier:
    """A registration that the footer shows."""

    label: str
    value: str


@dataclass(frozen=True)
class Place:
    """Where reviews happen; `host` is "local" for the repository itself."""

    host: str
    api_base: str = ""
    owner: str = ""
    name: str = ""


@dataclass(frozen=True)
class Question:
    """One question: its name in a file of answers, the words, an example, what stands by default.

    `read` turns an answer into what it means, or raises SettingsError with the reason. `default`
    is made of what was answered before, as text by name.
    """

    name: str
    asks: str
    example: str
    default: Callable[[Mapping[str, str]], str]
    read: Callable[[str], Any]


def plain(answer: str) -> str:
    """An answer without blanks around it.

    Raises:
        SettingsError: it is empty, too long, or holds a sign that files need for themselves.
    """
    text = answer.strip()
    if not text:
        raise SettingsError("不能空着。")
    if len(text) > _LONGEST:
        raise SettingsError(f"太长了，请写在{_LONGEST}个字以内。")
    if _SPECIAL.search(text):
        raise SettingsError("里面有不能用的符号（英文逗号、双引号、尖括号等），请换成中文的标点。")
    return text


def regions(answer: str) -> tuple[Region, ...]:
    """The office's region, then those below it: `青川市=qingchuan；东城区=dongcheng`."""
    read = tuple(_region(part, place) for place, part in enumerate(_parts(answer)))
    for what, of in {"代码": {r.code for r in read}, "名称": {r.name for r in read}}.items():
        if len(of) < len(read):
            raise SettingsError(f"有两个地区的{what}一样，请改成不一样的。")
    return read


def _region(part: str, place: int) -> Region:
    name, _, code = map(str.strip, part.partition("="))
    code = code or ("all" if place == 0 else f"district-{place}")
    if not name or not _CODE.fullmatch(code):
        raise SettingsError("每个地区写“名称=代码”，代码只用小写字母、数字和连字符。")
    return Region(code, name)


def address(answer: str) -> str:
    """The address of the site, with a slash at the end."""
    text = plain(answer)
    text = text if text.endswith("/") else f"{text}/"
    if not _URL.fullmatch(text):
        raise SettingsError(
            "网址以 https:// 开头，不带问号和井号，例如 https://jianyi.example.cn/。"
        )
    return text


def contact(answer: str) -> Contact:
    """Address, postcode, telephone and hours, in this order."""
    parts = _parts(answer)
    if len(parts) != 4:
        raise SettingsError("要写四项：地址；邮编；电话；时间，用分号隔开。")
    if not re.fullmatch(r"[0-9]{6}", parts[1]):
        raise SettingsError("邮编（第二项）是六位半角数字。")
    return Contact(*parts)


def identifiers(answer: str) -> tuple[Identifier, ...]:
    """Registrations: `网站标识码=…；ICP备案=…`."""
    pairs = [tuple(map(str.strip, part.partition("=")[::2])) for part in _parts(answer)]
    if not all(label and value for label, value in pairs):
        raise SettingsError("每一项写“名称=号码”，用分号隔开。")
    return tuple(Identifier(label, value) for label, value in pairs)


def channels(answer: str) -> tuple[str, ...]:
    """Codes of channels; that by which the site itself takes letters in is one of them."""
    names = [name for name in re.split(r"[、；;\s]+", plain(answer)) if name]
    if not set(names) <= CHANNELS.keys() or "网上" not in names:
        raise SettingsError(f"从{'、'.join(CHANNELS)}里选，用顿号隔开；“网上”必须有。")
    return tuple(code for name, code in CHANNELS.items() if name in names)


def days(answer: str) -> int:
    """In how many days every suggestion is answered."""
    text = plain(answer).removesuffix("天").removesuffix("日")
    if not re.fullmatch(r"[1-9]\d{0,2}", text):
        raise SettingsError("写一个天数，1到999。")
    return int(text)


def forge(answer: str) -> Place:
    """`本机`, or the address of a repository on a GitHub."""
    text = plain(answer)
    if text in ("本机", "local"):
        return Place("local")
    split = urlsplit(text)
    parts = split.path.removesuffix(".git").strip("/").split("/")
    if split.scheme != "https" or not split.hostname or len(parts) != 2 or not all(parts):
        raise SettingsError("写“本机”，或者仓库的网址，例如 https://git.example.gov.cn/单位/仓库。")
    api = "https://api.github.com" if split.hostname == "github.com" else ""
    return Place(split.hostname, api or f"https://{split.hostname}/api/v3", *parts)


def package(answer: str) -> str:
    """Where pip finds the wheel: a path, or an address."""
    text = plain(answer)
    if text.startswith("-") or re.search(r"\s", text) or not text.endswith(".whl"):
        raise SettingsError("写安装包的位置或者网址，以 .whl 结尾，中间没有空格。")
    return text


def _parts(answer: str) -> list[str]:
    parts = [part.strip() for part in re.split("[；;]", plain(answer))]
    return [part for part in parts if part]


def _region_of(before: Mapping[str, str]) -> str:
    """What stands before the kind of office in its name."""
    return f"{_OFFICE.sub('', before['name']) or before['name']}=all"


def questions(folder: str, wheel: str) -> tuple[Question, ...]:
    """All ten, in their order; `folder` is that of the portal, `wheel` the name of the package."""
    return (
        Question(
            "name", "单位叫什么", "青川市人民建议征集办公室", lambda _: "", plain
        ),
        Question(
            "region", "管哪里，下面有哪些区县（名称=代码，用分号隔开，本级写在最前）",
            "青川市=qingchuan；东城区=dongcheng；西城区=xicheng", _region_of, regions,
        ),
        Question(
            "address", "网站的网址", "https://jianyi.qingchuan.gov.cn/",
            lambda _: "http://127.0.0.1:8000/", address,
        ),
        Question(
            "contact", "怎样找到您：地址；邮编；电话；时间",
            "人民路1号；628100；0839-0000000；工作日9:00–17:00",
            lambda _: "地址请打12345问；000000；12345；工作日9:00–17:00", contact,
        ),
        Question(
            "identifiers", "页脚上的备案号（名称=号码，用分号隔开）",
            "网站标识码=5108220001；ICP备案=蜀ICP备00000000号",
            lambda _: "网站标识码=申请中", identifiers,
        ),
        Question(
            "channels", f"收哪几种（从{'、'.join(CHANNELS)}里选，用顿号隔开）", "电话、网上、来信",
            lambda _: "、".join(CHANNELS), channels,
        ),
        Question(
            "days", "登记了的建议，承诺多少天以内答复（全国没有统一的期限）", "30",
            lambda _: "60", days,
        ),
        Question(
            "forge", "在哪里审核：写“本机”，或者仓库的网址", "https://git.qingchuan.gov.cn/jianyi/portal",
            lambda _: "本机", forge,
        ),
        Question(
            "keys", "密钥放在哪个文件夹（要在仓库之外；已经有的密钥照用，不重做）",
            "/home/office/yanlu-keys", lambda _: f"{folder}-keys", plain,
        ),
        Question(
            "wheel", "软件从哪里安装（安装包的位置或者网址）",
            f"https://soft.example.gov.cn/{wheel}",
            lambda _: f"wheels/{wheel}", package,
        ),
    )  # fmt: skip
