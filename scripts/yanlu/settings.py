"""What the office has decided: `data/office.toml`, the code lists and the private key.

Files are read once and typed at the point of reading; an unknown, missing or empty
setting is refused by name.
"""

from __future__ import annotations

import csv
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Annotated, TypeVar
from urllib.parse import urlsplit

import msgspec

from yanlu.errors import SettingsError, stopped
from yanlu.overlay import in_data

Text = Annotated[str, msgspec.Meta(min_length=1, pattern=r"\S")]
BaseUrl = Annotated[str, msgspec.Meta(pattern=r"^https?://[^/?#]+/([^?#]+/)?$")]
HexKey = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$")]
Shape = TypeVar("Shape", bound=msgspec.Struct)


class Office(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Names by which readers know the office and its site; `base_url` ends with a slash.

    `hosts` are those of other sites of this government, links to which no text need mask.
    """

    name: Text
    site: Text
    tagline: Text
    region: Text
    base_url: BaseUrl
    hosts: tuple[Text, ...] = ()
    notice: str = ""

    @property
    def root(self) -> str:
        """The path under which the whole site lies, `/` or `/some/sub-path/`."""
        return urlsplit(self.base_url).path


class Contact(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the office can be reached without this site.

    `freepost`: where letters go without a stamp, as the envelope names it; "" where there is none.
    `online`: the official site that takes petitions (《信访工作条例》 (2022) art. 18 has it
    published); "" where there is none.
    """

    address: Text
    postcode: Text
    telephone: Text
    hours: Text
    freepost: str = ""
    online: Annotated[str, msgspec.Meta(pattern=r"^(https?://\S+)?$")] = ""


class Identifier(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One registration that a Chinese public site must show in its footer."""

    label: Text
    value: Text


class Footer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The identifiers and the host organ; a site without them is not built."""

    host: Text
    identifiers: Annotated[tuple[Identifier, ...], msgspec.Meta(min_length=1)]


class Deadlines(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which profile of `codes/deadlines.csv` holds here."""

    profile: Text


class Disclosure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Rounding base, smallest denominator of a rate, and the reference office's public key."""

    base: Annotated[int, msgspec.Meta(ge=3, le=100)]
    rate_minimum: Annotated[int, msgspec.Meta(ge=10)]
    public_test_key: HexKey | None = None


class Licence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Terms of the published data, as the Data Package standard writes them."""

    name: Text
    title: Text
    path: Text


class ForgeApp(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The numbers of a GitHub App and of its installation; its private key is in no repository."""

    id: Annotated[int, msgspec.Meta(ge=1)]
    installation: Annotated[int, msgspec.Meta(ge=1)]


class Forge(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where reviews happen: `host` is "local" for the repository itself, else a declared host.

    `branch` is the main one. `api_base`, `owner` and `name` say where a GitHub repository is;
    with `app` it is worked on as a GitHub App, without it by the token of an account.
    """

    host: Text
    branch: Text = "main"
    api_base: str = ""
    owner: str = ""
    name: str = ""
    app: ForgeApp | None = None


class Intake(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long is kept what people send, when it goes into review, and to whom it is sealed.

    Days count from the answer (or the end). `batch_weekday`: Monday is 0; without it, any day.
    `age_recipient`: the public half of the office's key, as age-keygen(1) prints it;
    `public_test_identity`: the private half, which only the reference office gives away.
    """

    contact_days: Annotated[int, msgspec.Meta(ge=1)]
    text_days: Annotated[int, msgspec.Meta(ge=1)]
    batch_least: Annotated[int, msgspec.Meta(ge=1)]
    age_recipient: Text
    batch_weekday: Annotated[int, msgspec.Meta(ge=0, le=6)] | None = None
    public_test_identity: Text | None = None


class Witness(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who signs that a checkpoint of the log was seen: a short name without spaces, and a key."""

    name: Text
    key: Text


class Map(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The number (审图号) under which the office's map, `data/map.svg`, was approved."""

    review_number: Text


class Guard(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """SHA-256 of PDF files that a person has read from end to end, so that they may be in git."""

    checked: tuple[HexKey, ...]


class Receipts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The public log: its key, and how many event lines each day has, set for a year.

    `log_key`: the public half, as `yanlu receipts key` prints it; the log has its name.
    `intake_key`: that of the key which signs the promises of receipts.
    `former_log_key`: the one before, which signs beside it for a while. `witnesses` sign what they
    have seen; a checkpoint counts from `quorum` of them on.
    `public_test_log_key`, `public_test_intake_key`: the secret halves, which only the reference
    office gives away.
    """

    log_key: Text
    intake_key: Text
    events_per_day: Annotated[int, msgspec.Meta(ge=1, le=9999)]
    former_log_key: Text | None = None
    witnesses: tuple[Witness, ...] = ()
    quorum: Annotated[int, msgspec.Meta(ge=0)] = 0
    public_test_log_key: HexKey | None = None
    public_test_intake_key: HexKey | None = None


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`data/office.toml`."""

    reference: bool
    office: Office
    contact: Contact
    footer: Footer
    deadlines: Deadlines
    disclosure: Disclosure
    licence: Licence
    forge: Forge
    intake: Intake
    receipts: Receipts
    map: Map | None = None
    guard: Guard | None = None


Row = Mapping[str, str]


@dataclass(frozen=True)
class Codes:
    """One code list: its rows by code, in the order of the file."""

    name: str
    rows: Mapping[str, Row]

    def __contains__(self, code: str) -> bool:
        return code in self.rows

    def title(self, code: str) -> str:
        """The Chinese name of a code."""
        return self.rows[code]["name"]

    def group(self, code: str) -> str:
        """The code's group on the first level (itself, where it is a group)."""
        return self.rows[code].get("parent") or code

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """Codes of the first level."""
        return tuple(code for code, row in self.rows.items() if not row.get("parent"))

    @cached_property
    def branches(self) -> tuple[str, ...]:
        """Codes that other rows name as their parent."""
        parents = {row.get("parent") for row in self.rows.values()}
        return tuple(code for code in self.rows if code in parents)

    @cached_property
    def leaves(self) -> tuple[str, ...]:
        """Codes that no other row names as its parent."""
        branches = frozenset(self.branches)
        return tuple(code for code in self.rows if code not in branches)

    def children(self, code: str) -> tuple[str, ...]:
        """Codes directly below `code`."""
        return tuple(child for child, row in self.rows.items() if row.get("parent") == code)

    def in_force(self, day: date) -> tuple[str, ...]:
        """Codes that may be used on `day`, in the order of the file."""
        return tuple(code for code, row in self.rows.items() if _in_force(row, day))


def _in_force(row: Row, day: date) -> bool:
    begins, ends = row.get("valid_from") or "", row.get("valid_to") or "9999"
    return begins <= day.isoformat() <= ends


@dataclass(frozen=True)
class Portal:
    """An office's repository: its folder and what it has decided there."""

    folder: Path
    settings: Settings

    @property
    def data(self) -> Path:
        """`data/`: all that is published, as reviewed files."""
        return self.folder / "data"

    @cached_property
    def codes(self) -> Mapping[str, Codes]:
        """The code lists that statistics are made of."""
        return {
            name: read_codes(self.data / "codes" / f"{name}.csv")
            for name in ("regions", "topics", "channels", "events", "revisions")
        }


def open_portal(folder: Path) -> Portal:
    """Read the settings of the portal in `folder`."""
    path = folder / "data" / "office.toml"
    if not path.is_file():
        raise SettingsError(
            f"在 {folder} 里没有找到 data/office.toml。请在门户仓库的顶层文件夹里运行命令。"
        )
    portal = Portal(folder, read_toml(path, Settings))
    _refuse_public_keys(portal.settings)
    return portal


def _refuse_public_keys(settings: Settings) -> None:
    """Keys that everybody knows protect nobody."""
    if settings.reference:
        return
    if settings.disclosure.public_test_key:
        raise SettingsError(
            "data/office.toml：只有参考单位可以使用公开的测试密钥。"
            "请删去 public_test_key，把本单位的密钥放在仓库之外（见 YANLU_KEY_FILE）。"
        )
    if settings.intake.public_test_identity:
        raise SettingsError(
            "data/office.toml：只有参考单位可以公开私钥。请删去 public_test_identity，"
            "用 age-keygen 另外生成一对钥匙，把公开的那一半写进 age_recipient。"
        )
    if settings.receipts.public_test_log_key:
        raise SettingsError(
            "data/office.toml：只有参考单位可以公开签名密钥。请删去 public_test_log_key，"
            "另外生成一把放在仓库之外，用 yanlu receipts key 把公开的那一半写进 log_key。"
        )
    if settings.receipts.public_test_intake_key:
        raise SettingsError(
            "data/office.toml：只有参考单位可以公开签名密钥。请删去 public_test_intake_key，"
            "另外生成一把放在仓库之外，"
            "用 yanlu receipts key --intake 把公开的那一半写进 intake_key。"
        )


def read_toml(path: Path, shape: type[Shape]) -> Shape:
    """Read a TOML file as `shape`; faults name the file and the setting."""
    try:
        return msgspec.convert(tomllib.loads(path.read_text("utf-8-sig")), type=shape)
    except UnicodeDecodeError:
        raise SettingsError(f"{path.name}：不是 UTF-8 编码。请另存为 UTF-8。") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path.name}：不是正确的 TOML 文件（{stopped(error)}）。") from None
    except msgspec.ValidationError as error:
        raise SettingsError(f"{path.name}：{_said(str(error))}。") from None


def _said(error: str) -> str:
    """Msgspec's sentence about a setting, for a clerk."""
    place = re.search(r"`\$\.?(.*?)`$", error)
    where = f"[{place[1]}] " if place and place[1] else ""
    named = re.search(r"field `(\w+)`", error)
    if named:
        what = "不认识这一项" if "unknown" in error else "缺少这一项"
        return f"{where}{named[1]}：{what}，请对照说明改正"
    return f"{where}为空、类型不对或者超出范围，请改正"


def read_codes(path: Path) -> Codes:
    """Read one code list; a missing file or a repeated code is refused.

    A list of a portal, in `data/codes/`, may be the shipped one.
    """
    if path.parent.name == "codes":
        path = in_data(path.parents[1], f"codes/{path.name}")
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except FileNotFoundError:
        raise SettingsError(f"缺少代码表 data/codes/{path.name}。") from None
    codes = Codes(path.stem, {row["code"]: row for row in rows})
    if len(codes.rows) < len(rows):
        raise SettingsError(f"data/codes/{path.name}：有重复的代码。请运行 yanlu check 查看行号。")
    return codes


def settings_faults(portal: Portal) -> list[str]:
    """Settings that name a code which is in no list."""
    office, deadlines = portal.settings.office, portal.settings.deadlines
    faults = []
    if office.region not in portal.codes["regions"]:
        faults.append("data/office.toml 的 office.region：不是 data/codes/regions.csv 里的代码。")
    rows = read_codes(portal.data / "codes" / "deadlines.csv").rows.values()
    if deadlines.profile not in {row["profile"] for row in rows}:
        faults.append("data/office.toml 的 deadlines.profile：data/codes/deadlines.csv 里没有它。")
    return faults


def read_key(portal: Portal) -> bytes:
    """The office's 32-byte disclosure key: private, and never in git.

    It comes from the file that `YANLU_KEY_FILE` names (64 hexadecimal digits); the
    reference office alone publishes its key.
    """
    public = portal.settings.disclosure.public_test_key
    if public:
        return bytes.fromhex(public)
    path = os.environ.get("YANLU_KEY_FILE")
    if not path or not Path(path).is_file():
        raise SettingsError(
            "没有找到本单位的舍入密钥。它是 yanlu new 建的 rounding.key，放在仓库之外。请先运行"
            " export YANLU_KEY_FILE=它的位置，再运行一次。"
            "已经发布过统计的，不要另做一把：以后的更正就对不上了。"
        )
    if Path(path).resolve().is_relative_to(portal.folder.resolve()):
        raise SettingsError("舍入密钥放在了仓库里。请把它移到仓库之外，再更换一把新的密钥。")
    return read_key_file(Path(path))


def read_key_file(path: Path) -> bytes:
    """A 32-byte key from a file of 64 hexadecimal digits."""
    try:
        key = bytes.fromhex(path.read_text("ascii", errors="replace").strip())
    except OSError:
        raise SettingsError(f"密钥文件 {path.name} 打不开。") from None
    except ValueError:
        key = b""
    if len(key) != 32:
        raise SettingsError(
            f"密钥文件 {path.name} 不是 64 位十六进制的密钥（可用 openssl rand -hex 32 生成）。"
        )
    return key
