"""What may not stand in any text that people write into a file: markup, scripts, conflicts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_CONFLICT = re.compile(r"^(?:<{7}|>{7}|\|{7})(?: |$)|^={7}$", re.MULTILINE)
_MARKUP = re.compile(
    r"</?[a-z][a-z0-9-]*(?:\s[^<>]*)?/?>|<[!?]|<(?:script|style|iframe|img|svg|object|embed)\b"
    r"|\b(?:javascript|vbscript)\s*:|\bdata:[a-z]+/|\bon[a-z]{3,20}\s*=\s*[\"']",
    re.IGNORECASE,
)


def text_faults(text: str) -> Iterator[str]:
    """What is wrong with one text, and in which of its lines; none of its words is told."""
    if found := _CONFLICT.search(text):
        where = _line(text, found.start())
        yield (
            f"{where}文字里有合并冲突留下的标记（<<<<<<<、=======、>>>>>>>），请选定一份，删去标记"
        )
    if found := _MARKUP.search(text):
        yield f"{_line(text, found.start())}文字里有 HTML 标签或者脚本，请删去，只留文字"


def _line(text: str, place: int) -> str:
    return f"第 {text.count(chr(10), 0, place) + 1} 行的" if "\n" in text else ""


def texts(part: Any) -> Iterator[str]:
    """Every text in a head, however deep."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, Mapping):
        for value in part.values():
            yield from texts(value)
    elif isinstance(part, Sequence):
        for value in part:
            yield from texts(value)
