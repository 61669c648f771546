"""Dates written as text, read on an engine that has no strict reader of its own.

DuckDB's `try_strptime` answers NULL where a text is no date. PostgreSQL's `to_timestamp` stops
at 30 February and skips what it does not expect, and Spark's reads other letters. So both look
first, with one regular expression, whether the text is a date in the stated format, and convert
only such a text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import ibis

from yanlu.errors import InputError

_ANY = {
    "%Y": "[1-9][0-9]{3}",
    "%m": "[0-9]{1,2}",
    "%d": "[0-9]{1,2}",
    "%H": "(?:[01]?[0-9]|2[0-3])",
    "%I": "(?:0?[1-9]|1[0-2])",
    "%M": "[0-5]?[0-9]",
    "%S": "[0-5]?[0-9]",
    "%f": "[0-9]{1,6}",
    "%p": "[AaPp][Mm]",
}
_SPACE = "[ \t\r\n]+"
_LEAP = "(?:[1-9][0-9](?:0[48]|[2468][048]|[13579][26])|(?:[2468][048]|[13579][26])00)"
_MONTHS = (  # the days that there are: in long, in short months, in February, in leap years
    {"%m": "(?:0?[13578]|1[02])", "%d": "(?:0?[1-9]|[12][0-9]|3[01])"},
    {"%m": "(?:0?[469]|11)", "%d": "(?:0?[1-9]|[12][0-9]|30)"},
    {"%m": "0?2", "%d": "(?:0?[1-9]|1[0-9]|2[0-8])"},
    {"%m": "0?2", "%d": "29", "%Y": _LEAP},
)
_POSTGRES = {
    "%Y": "YYYY",
    "%m": "MM",
    "%d": "DD",
    "%H": "HH24",
    "%I": "HH12",
    "%M": "MI",
    "%S": "SS",
    "%f": "US",
    "%p": "PM",
}


@ibis.udf.scalar.builtin(  # type: ignore[untyped-decorator]
    name="to_timestamp", signature=(("string", "string"), "timestamp('UTC')")
)
def _to_timestamp(text: str, pattern: str) -> datetime:  # type: ignore[empty-body]
    """PostgreSQL's, in a session whose time zone is UTC."""


def written_moment(text: Any, pattern: str, engine: str) -> Any:
    """The moment that `text` writes in strptime's `pattern`; NULL where it does not fit.

    `engine`: Ibis' name of the engine that reads.

    Raises:
        InputError: a pattern with letters other than numbers and AM/PM.
    """
    pieces = _pieces(pattern)
    exists = "|".join(f"^{_shape(pieces, {**_ANY, **months})}$" for months in _MONTHS)
    dated = ibis.ifelse(text.re_search(exists), text, ibis.null("string"))
    return _on_postgres(dated, pieces) if engine == "postgres" else _by_parts(dated, pieces)


def _pieces(pattern: str) -> list[str]:
    """Letters with their percent sign, runs of spaces, and the words between them."""
    pieces = re.findall(r"%.|\s+|[^%\s]+", pattern)
    for piece in pieces:
        if piece.startswith("%") and piece != "%%" and piece not in _ANY:
            raise InputError(
                f"日期写法里的 {piece} 在数据库和集群上不能读。请在来源里把这一列换成"
                "不带时区的时间类型，或者先导出成 CSV、Parquet 再运行。"
            )
    return pieces


def _shape(pieces: list[str], parts: Mapping[str, str]) -> str:
    """A regular expression of these pieces; of numbers side by side all but the last are full."""
    shape = ""
    for piece, following in zip(pieces, [*pieces[1:], ""], strict=True):
        if piece not in parts:
            shape += _SPACE if piece.isspace() else re.escape(piece.replace("%%", "%"))
        elif following in parts.keys() - {"%p"}:
            full = parts[piece].replace("{1,", "{")
            shape += full.replace("0?", "0").replace("]?", "]")
        else:
            shape += parts[piece]
    return shape


def _on_postgres(dated: Any, pieces: list[str]) -> Any:
    """Its own conversion, of a text that is known to be a date."""
    words = (_POSTGRES.get(piece) or _quoted(piece) for piece in pieces)
    return _to_timestamp(dated, "".join(words)).cast("timestamp")


def _quoted(piece: str) -> str:
    return " " if piece.isspace() else '"{}"'.format(piece.replace("%%", "%").replace('"', '\\"'))


def _by_parts(dated: Any, pieces: list[str]) -> Any:
    """The parts put in the order of the standard, which every engine casts."""
    letters = [piece for piece in pieces if piece in _ANY]
    shape = f"^{_shape(pieces, {letter: f'({part})' for letter, part in _ANY.items()})}$"
    groups = {letter: number for number, letter in enumerate(letters, start=1)}
    hour = groups.get("%H", groups.get("%I"))
    numbers = [groups["%Y"], groups["%m"], groups["%d"], hour, groups.get("%M"), groups.get("%S")]
    parts = [f"${number}" if number else "00" for number in [*numbers, groups.get("%f")]]
    moment = dated.re_replace(shape, "{}-{}-{} {}:{}:{}.{}".format(*parts)).cast("timestamp")
    if "%p" not in groups:
        return moment
    afternoon = dated.re_extract(shape, groups["%p"]).upper() == "PM"
    twelve = dated.re_extract(shape, groups["%I"]) == "12"  # the first hour of its half
    return moment + _half_day(afternoon) - _half_day(twelve)


def _half_day(when: Any) -> Any:
    return ibis.ifelse(when, ibis.interval(hours=12), ibis.interval(hours=0))
