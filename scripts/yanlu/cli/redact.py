"""`yanlu intake redact`: what a text would look like in public, and who must look at it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import click

from yanlu.errors import IntakeError
from yanlu.intake.redact import Redaction, kinds, official_numbers
from yanlu.intake.redact import redact as redact_text

UNREADABLE = "编码既不是 UTF-8 也不是 GB18030，或者前后不一致。请另存为 UTF-8 文本后再试。"


@click.command()
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True), default="-")
@click.option(
    "--json", "as_json", is_flag=True, help="输出 JSON：遮盖后的文字、位置、是否要看原文。"
)
@click.option("--lines", is_flag=True, help="一行一条文字，逐行输出 JSON，行数不变。")
def redact(file: Path, as_json: bool, lines: bool) -> None:
    """遮盖一段文字里能认出个人的内容；不写 FILE 或写 - 就从标准输入读取。

    遮盖后的文字写到标准输出；遮盖了几处、是否要由人看原文写到标准错误，其中不含原文。
    """
    keep = official_numbers(Path.cwd() / "data")
    with _opened(file) as source:
        if lines:
            for text in _each_line(source):
                click.echo(_as_json(redact_text(text, keep)))
            return
        result = redact_text(_decoded(source.read(), None)[0], keep)
    click.echo(_as_json(result) if as_json else result.redacted)
    if not as_json:
        for sentence in _account(result):
            click.echo(sentence, err=True)


def _opened(file: Path) -> IO[bytes]:
    try:
        return click.open_file(str(file), "rb")
    except FileNotFoundError:
        raise IntakeError(f"没有找到文件 {file}。请检查路径。") from None
    except IsADirectoryError:
        raise IntakeError(f"{file} 是文件夹。请指定一个文本文件。") from None


def _as_json(result: Redaction) -> str:
    spans = [
        {"start": span.start, "end": span.end, "class": span.kind, "certain": span.certain}
        for span in result.spans
    ]
    shown = {"redacted": result.redacted, "spans": spans, "needs_person": result.needs_person}
    return json.dumps(shown, ensure_ascii=False)


def _account(result: Redaction) -> Iterator[str]:
    """What was masked and marked, in numbers, and what the reviewer has to do."""
    counts = Counter(span.kind for span in result.spans)
    for masked, verb in ((True, "已遮盖"), (False, "请留意（没有遮盖）")):
        found = (kind for kind in kinds().values() if counts[kind.code] and kind.masked is masked)
        shown = [f"{kind.title} {counts[kind.code]} 处" for kind in found]
        if shown:
            yield f"{verb}：{'、'.join(shown)}。"
    if not counts:
        yield "没有发现能认出个人的内容。"
    yield (
        "需要由人对照原文审看。"
        if result.needs_person
        else "不必看原文，由人确认遮盖后的文字即可。"
    )


def _each_line(source: IO[bytes]) -> Iterator[str]:
    """Lines as they come; the first one that is not ASCII settles the encoding."""
    encoding: str | None = None
    for line in source:
        text, encoding = _decoded(line.rstrip(b"\r\n"), encoding)
        yield text


def _decoded(content: bytes, encoding: str | None) -> tuple[str, str | None]:
    """The text, and the encoding that it must have been in."""
    if content.isascii():
        return content.decode("ascii"), encoding
    for candidate in (encoding,) if encoding else ("utf-8", "gb18030"):
        try:
            text = content.decode(candidate)
        except UnicodeDecodeError:
            continue
        return text.removeprefix("\ufeff"), candidate
    raise IntakeError(UNREADABLE)
