"""The door to MkDocs: everything but the bulletins.

MkDocs is driven page by page, so that a page whose source is the same as in the last build is
not made again. Which pages there are belongs to the mark: links are looked up among them.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec
from mkdocs.commands.build import get_context
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort, MkDocsException
from mkdocs.structure.files import File, Files, InclusionLevel, set_exclusions
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page, _ExtractTitleTreeprocessor, _RelativePathTreeprocessor
from mkdocs.structure.toc import get_toc

from yanlu.errors import BuildError
from yanlu.settings import Office
from yanlu.templates import Environment
from yanlu.website.output import Output
from yanlu.website.register.kept import digest
from yanlu.website.remembered import Remembered
from yanlu.website.shell import FOOTER, Frame
from yanlu.website.shortcuts import Markdown, anchors, one_markdown

_ASKS = ("\ntemplate: ", "\ncatalogue: ")  # in the head of a page that shows what is in `extra`
_MISSING = "404.html"


class _Finished(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A page without its footer, its anchors, and those of other pages that it asks for.

    `asked` are the page, the anchor, and the link as it is written.
    """

    html: str
    anchors: list[str]
    asked: list[tuple[str, str, str]]


def build_pages(
    config: Path,
    office: Office,
    *,
    docs: Mapping[str, str | bytes],
    theme: Path,
    output: Output,
    frame: Frame,
    extra: Mapping[str, Any],
    cache: Path | None,
    mark: str,
) -> None:
    """Build `docs`, which are known by their paths, with the templates in `theme`.

    `extra` is what some pages show beside their own words. `cache` is where finished pages may
    be kept; `mark` stands for program, theme and settings.

    Raises:
        BuildError: a page that cannot be built, a link or an anchor that leads nowhere.
    """
    with _said() as said:
        try:
            loaded = load_config(
                str(config),
                site_dir=str(output.site),
                site_name=office.site,
                site_url=office.base_url,
            )
            loaded.theme.dirs[:0] = [str(theme / "mkdocs"), str(theme)]  # and theme/shell/
            half = _Half(loaded, docs, frame, extra)
            marked = digest(mark.encode(), config.read_bytes(), half.mark()).hex()
            kept = Remembered(cache, "pages", marked, _Finished)
            said += half.write(kept, output)
        except (Abort, MkDocsException) as error:
            raise _refusal(said or [str(error)]) from None
    if said:
        raise _refusal(said)
    kept.finish()


def _refusal(said: list[str]) -> BuildError:
    listed = "\n".join(f"  · {line}" for line in said)
    return BuildError(f"页面没有生成。请按下面的提示改正：\n{listed}")


@dataclass
class _Half:
    """All pages of one build."""

    config: MkDocsConfig
    docs: Mapping[str, str | bytes]
    frame: Frame
    extra: Mapping[str, Any]
    files: Files = field(init=False)
    env: Environment = field(init=False)

    @cached_property
    def markdown(self) -> Markdown:
        """The converter, made when the first page is."""
        return one_markdown(self.config.markdown_extensions, self.config.mdx_configs)

    def __post_init__(self) -> None:
        self.files, self.env = Files([]), self.config.theme.get_env()
        for place, content in self.docs.items():
            self.files.append(self._file(place, content))
        set_exclusions(self.files, self.config)
        around = {"shell": self.frame.shell, "header": self.frame.header, "footer": FOOTER}
        self.config.extra = {**self.extra, **around}  # type: ignore[assignment] # MkDocs says how it is declared

    def _file(self, place: str, content: str | bytes) -> File:
        file = File(place, None, self.config.site_dir, self.config.use_directory_urls)
        if isinstance(content, str):
            file.content_string = content
        else:
            file.content_bytes = content
        return file

    def mark(self) -> bytes:
        """Of what all pages show or lead to; of the footer only its place."""
        shown = {**self.frame.shell, "built": "", "commit": "", "changed": False}
        places = sorted(file.src_uri for file in self.files)
        return digest(msgspec.json.encode([shown, places]))

    def write(self, kept: Remembered[_Finished], output: Output) -> list[str]:
        """Write everything; answers anchors that are not there."""
        for file in self.files:
            included = file.inclusion.is_included()  # type: ignore[no-untyped-call]
            if included and not file.is_documentation_page():
                output.put(file.dest_uri, file.content_bytes)
        output.put(_MISSING, self.frame.finished(self._rendered(_MISSING, None)).encode())
        extra = msgspec.json.encode(self.extra)
        finished: dict[str, _Finished] = {}
        for file in self.files.documentation_pages(inclusion=InclusionLevel.is_included):
            source = file.content_string
            more = extra if any(word in source for word in _ASKS) else b""
            key = digest(source.encode(), more)
            page = kept.get(file.src_uri, key, lambda file=file: self._finish(file))  # type: ignore[misc]
            output.put(file.dest_uri, self.frame.finished(page.html).encode())
            finished[file.src_uri] = page
        return list(_lost_anchors(finished))

    def _finish(self, file: File) -> _Finished:
        page = Page(None, file, self.config)
        page.read_source(self.config)
        links = self._convert(page)
        html = self._rendered(page.meta.get("template", "main.html"), page)
        asked = [
            (to.src_uri, anchor, link)
            for to, found in links.links_to_anchors.items()
            for anchor, link in found.items()
        ]
        return _Finished(html, sorted(anchors(page.content or "")), asked)

    def _convert(self, page: Page) -> _RelativePathTreeprocessor:
        """What `Page.render` does, with one converter for all pages; answers what it links to."""
        links = _RelativePathTreeprocessor(page.file, self.files, self.config)
        heading = _ExtractTitleTreeprocessor()
        for step in (links, heading):
            step._register(self.markdown)  # noqa: SLF001 - in place of those of the page before
        page.content = self.markdown.reset().convert(page.markdown or "")
        page.toc = get_toc(getattr(self.markdown, "toc_tokens", []))
        page._title_from_render = heading.title  # noqa: SLF001 - as `Page.render` leaves it
        return links

    def _rendered(self, template: str, page: Page | None) -> str:
        nothing = Navigation([], [])  # our menu is the shell's, and no page lists all others
        context = get_context(nothing, (), self.config, page)
        return self.env.get_template(template).render(context)


def _lost_anchors(finished: Mapping[str, _Finished]) -> Iterator[str]:
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
