"""What staff answered, written into `data/mappings/`: reviewed like all that is published."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from yanlu.errors import SettingsError
from yanlu.packages.write import write_whole
from yanlu.settings import Portal, read_toml
from yanlu.stats.mapping import CODED, Columns, Dates, Ignored, SheetShape, Values
from yanlu.stats.mapping import Mapping as Mapped
from yanlu.stats.sheet import Found
from yanlu.workbooks.days import YEAR_FIRST


def new_mapping(
    portal: Portal, shape: SheetShape, columns: Mapping[str, str], others: Sequence[str]
) -> Mapped:
    """A mapping for a sheet that is new; what it says to readers can be edited afterwards."""
    office, licence = portal.settings.office.name, portal.settings.licence.name
    return Mapped(
        title="案件记录",
        source=f"{office}的业务系统（不含姓名、住址、电话和内容）",
        terms=f"以{licence}发布。",
        note="按时、逾期，按业务系统里登记的期限算。",
        columns=msgspec.convert(columns, Columns),
        dates=Dates(YEAR_FIRST),
        ignore=Ignored(tuple(dict.fromkeys(others))),
        values=Values({}, {}, {}),
        sheet=shape,
    )


def write_mapping(path: Path, mapping: Mapped) -> None:
    """Write a new mapping; one that is there already is not touched."""
    if path.exists():
        raise SettingsError(f"data/mappings/{path.name} 已经有了。请用 --mapping 另写一个名字。")
    path.parent.mkdir(exist_ok=True)
    write_whole(path, mapping_text(mapping))


def mapping_text(mapping: Mapped) -> str:
    """The mapping as a TOML file."""
    lines = ["# 由 yanlu stats publish 问过以后写成。可以改，改完运行 yanlu check。"]
    plain = msgspec.to_builtins(mapping)
    lines += [_line(key, plain[key]) for key in ("title", "source", "terms", "note")]
    for section in ("sheet", "columns", "dates"):
        set_keys = {key: value for key, value in plain[section].items() if value is not None}
        lines += ["", f"[{section}]", *(_line(key, value) for key, value in set_keys.items())]
    ignored = [f"  {_text(name)}," for name in mapping.ignore.columns]
    lines += ["", "# 不读取的列。", "[ignore]", "columns = [", *ignored, "]"]
    for column in CODED:
        lines += ["", f"[values.{column}]"]
        lines += [_line(_text(k), v) for k, v in (getattr(mapping.values, column) or {}).items()]
    return "\n".join(lines) + "\n"


def remember_codes(path: Path, column: str, codes: Mapping[str, str]) -> None:
    """Add source values and their codes to one section of a mapping file, and change nothing else.

    Raises:
        SettingsError: the file is written in a way in which they cannot be added.
    """
    added = "".join(f"{_text(value)} = {_text(code)}\n" for value, code in codes.items())
    _add(path, rf"^\[values\.{column}\][^\n]*\n", added, f"[values.{column}]\n{added}")


def remember_ignored(path: Path, names: Sequence[str]) -> None:
    """Add names to the columns that are not read, and change nothing else in the file.

    Raises:
        SettingsError: the file is written in a way in which they cannot be added.
    """
    added = "".join(f"\n  {_text(name)}," for name in names)
    begun = r"^\[ignore\]\s*\ncolumns\s*=\s*\["
    _add(path, begun, added, f"[ignore]\ncolumns = [{added}\n]\n")


def path_of(portal: Portal, found: Found) -> Path:
    """The file of a mapping."""
    return portal.data / "mappings" / f"{found.name}.toml"


def _add(path: Path, begun: str, added: str, section: str) -> None:
    """Put lines where their section has begun, else a section of its own at the end."""
    text = path.read_text("utf-8")
    text, times = re.subn(begun, lambda found: found[0] + added, text, count=1, flags=re.MULTILINE)
    _rewrite(path, text if times else f"{text.rstrip()}\n\n{section}")


def _rewrite(path: Path, text: str) -> None:
    aside = path.with_suffix(".new")
    aside.write_text(text, "utf-8", newline="")
    try:
        read_toml(aside, Mapped)
    except SettingsError:
        raise SettingsError(
            f"data/mappings/{path.name} 的写法没有办法自动添加，请手工添加后再运行。"
        ) from None
    else:
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


def _line(key: str, value: object) -> str:
    return f"{key} = {_text(value) if isinstance(value, str) else value}"


def _text(value: str) -> str:
    """A TOML string: JSON's rules are the same, but for one character that it must escape too."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
