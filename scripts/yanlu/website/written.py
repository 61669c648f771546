"""Written pages: those of the last build that are as they were, and those that MkDocs makes.

A page whose source is the same is not made again, unless a file that its links were looked up
among came or went. Where no page has to be made, MkDocs is not even loaded.
"""

from __future__ import annotations

import logging
from collections.abc import Container, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from yanlu.errors import BuildError
from yanlu.settings import Office
from yanlu.website.output import Output
from yanlu.website.register.kept import digest
from yanlu.website.remembered import Remembered
from yanlu.website.shell import Frame

if TYPE_CHECKING:
    from yanlu.website.mkdocs_half import Half

_ASKS = ("\ntemplate: ", "\ncatalogue: ")  # in the head of a page that shows what is in `extra`
MISSING = "404.html"


class Finished(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A page without its footer, its anchors, and those of other pages that it asks for.

    `asked` are the page, the anchor, and the link as it is written; `sought` are the files that
    links were held against, and whether they were there.
    """

    html: str
    anchors: list[str]
    asked: list[tuple[str, str, str]]
    sought: dict[str, bool]


class Plan(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Where what is on the site goes, by where it comes from: pages, and all other files."""

    pages: dict[str, str]
    others: dict[str, str]


@dataclass(frozen=True)
class Written:
    """What the pages are made of.

    `docs` are known by their paths; the templates lie in `theme`; `extra` is what some pages
    show beside their own words.
    """

    config: Path
    office: Office
    docs: Mapping[str, str | bytes]
    theme: Path
    frame: Frame
    extra: Mapping[str, Any]

    @cached_property
    def half(self) -> Half:
        """MkDocs with all of this, which takes an eighth of a second."""
        from yanlu.website.mkdocs_half import Half

        return Half(self)

    @cached_property
    def mark(self) -> bytes:
        """Of what all pages show; of the footer only its place."""
        shown = {**self.frame.shell, "built": "", "commit": "", "changed": False}
        return digest(self.config.read_bytes(), msgspec.json.encode(shown))

    @cached_property
    def places(self) -> bytes:
        """A short name for the paths of all files."""
        return digest(msgspec.json.encode(sorted(self.docs)))

    @cached_property
    def asked(self) -> bytes:
        """All of `extra`, as bytes."""
        return msgspec.json.encode(self.extra)


def build_pages(written: Written, output: Output, *, cache: Path | None, mark: str) -> None:
    """Write all pages.

    `cache` is where finished pages may be kept; `mark` stands for program, theme and settings.

    Raises:
        BuildError: a page that cannot be built, a link or an anchor that leads nowhere.
    """
    marked = digest(mark.encode(), written.mark).hex()
    plans = Remembered(cache, "plan", marked, Plan)
    pages = Remembered(cache, "pages", marked, Finished)
    with _said() as said:
        try:
            plan = plans.get("", written.places, lambda: written.half.plan)
            said += _write(written, plan, pages, output)
        except BuildError as error:
            raise _refusal(said or [str(error)]) from None
    if said:
        raise _refusal(said)
    plans.finish()
    pages.finish()


def _refusal(said: list[str]) -> BuildError:
    listed = "\n".join(f"  · {line}" for line in said)
    return BuildError(f"页面没有生成。请按下面的提示改正：\n{listed}")


def _write(
    written: Written, plan: Plan, kept: Remembered[Finished], output: Output
) -> Iterator[str]:
    """Write everything; answers anchors that are not there."""
    for source, place in plan.others.items():
        content = written.docs[source]
        output.put(place, content.encode() if isinstance(content, str) else content)
    finished: dict[str, Finished] = {}
    for source in (*plan.pages, MISSING):
        key = _key(written, source)
        before = kept.before(source)
        if before and not _leads_as_before(before[1], written.docs):
            kept.forget(source)
        page = kept.get(source, key, partial(_finished, written, source))
        place = plan.pages.get(source, MISSING)
        output.put(place, written.frame.finished(page.html).encode())
        finished[source] = page
    return _lost_anchors(finished)


def _key(written: Written, source: str) -> bytes:
    content = written.docs.get(source, "")
    text = content if isinstance(content, str) else content.decode("utf-8", "replace")
    asks = any(word in text for word in _ASKS)
    return digest(text.encode(), written.asked if asks else b"")


def _leads_as_before(page: Finished, docs: Container[str]) -> bool:
    return all((place in docs) == there for place, there in page.sought.items())


def _finished(written: Written, source: str) -> Finished:
    return written.half.missing() if source == MISSING else written.half.finished(source)


def _lost_anchors(finished: Mapping[str, Finished]) -> Iterator[str]:
    for place, page in finished.items():
        for to, anchor, link in page.asked:
            if to in finished and anchor not in finished[to].anchors:
                yield f"{place} 里的链接“{link}”：那一页没有“#{anchor}”这个标题。"


@contextmanager
def _said() -> Iterator[list[str]]:
    """Collect MkDocs' warnings, which are about pages and links, instead of printing them."""
    lines: list[str] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: lines.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("mkdocs")
    propagate, logger.propagate = logger.propagate, False
    logger.addHandler(handler)
    try:
        yield lines
    finally:
        logger.removeHandler(handler)
        logger.propagate = propagate
