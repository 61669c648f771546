"""The door to MkDocs, which is driven page by page: everything but the bulletins."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from mkdocs.commands.build import get_context
from mkdocs.config import load_config
from mkdocs.exceptions import Abort, MkDocsException
from mkdocs.structure.files import File, Files, set_exclusions
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page, _ExtractTitleTreeprocessor, _RelativePathTreeprocessor
from mkdocs.structure.toc import get_toc

from yanlu.errors import BuildError
from yanlu.website.shell import FOOTER
from yanlu.website.shortcuts import anchors, one_markdown
from yanlu.website.written import MISSING, Finished, Plan

if TYPE_CHECKING:
    from yanlu.website.written import Written


class Half:
    """MkDocs with all written pages, none of which is made before it is asked for.

    Raises:
        BuildError: `mkdocs.yml` is not as it must be.
    """

    def __init__(self, written: Written) -> None:
        with _refused():
            config = load_config(
                str(written.config),
                site_name=written.office.site,
                site_url=written.office.base_url,
            )
        theme, frame = written.theme, written.frame
        config.theme.dirs[:0] = [str(theme / "mkdocs"), str(theme)]  # and theme/shell/
        around = {"shell": frame.shell, "header": frame.header, "footer": FOOTER}
        config.extra = {**written.extra, **around}  # type: ignore[assignment] # MkDocs says how it is declared
        self._config, self._env = config, config.theme.get_env()
        self._env.auto_reload = False  # no template changes while a site is made
        self._files = Files([self._file(*doc) for doc in written.docs.items()])
        set_exclusions(self._files, config)
        self._markdown = one_markdown(config.markdown_extensions, config.mdx_configs)

    def _file(self, place: str, content: str | bytes) -> File:
        file = File(place, None, self._config.site_dir, self._config.use_directory_urls)
        if isinstance(content, str):
            file.content_string = content
        else:
            file.content_bytes = content
        return file

    @property
    def plan(self) -> Plan:
        """What goes where."""
        plan = Plan({}, {})
        for file in self._files:
            if file.inclusion.is_included():  # type: ignore[no-untyped-call]
                kind = plan.pages if file.is_documentation_page() else plan.others
                kind[file.src_uri] = file.dest_uri
        return plan

    def finished(self, place: str) -> Finished:
        """The page that is made of a file.

        Raises:
            BuildError: it cannot be made.
        """
        file = self._files.src_uris[place]
        page = Page(None, file, self._config)
        with _refused():
            page.read_source(self._config)
            sought = _Sought(self._files)
            links = self._convert(page, sought)
        html = self._rendered(page.meta.get("template", "main.html"), page)
        asked = [
            (to.src_uri, anchor, link)
            for to, found in links.links_to_anchors.items()
            for anchor, link in found.items()
        ]
        return Finished(html, sorted(anchors(page.content or "")), asked, sought.found)

    def missing(self) -> Finished:
        """The page for addresses that are none."""
        return Finished(self._rendered(MISSING, None), [], [], {})

    def _convert(self, page: Page, sought: _Sought) -> _RelativePathTreeprocessor:
        """What `Page.render` does, with one converter for all pages; answers what it links to."""
        links = _RelativePathTreeprocessor(page.file, sought, self._config)  # type: ignore[arg-type]
        heading = _ExtractTitleTreeprocessor()
        for step in (links, heading):
            step._register(self._markdown)  # noqa: SLF001 - in place of those of the page before
        page.content = self._markdown.reset().convert(page.markdown or "")
        page.toc = get_toc(getattr(self._markdown, "toc_tokens", []))
        page._title_from_render = heading.title  # noqa: SLF001 - as `Page.render` leaves it
        return links

    def _rendered(self, template: str, page: Page | None) -> str:
        nothing = Navigation([], [])  # our menu is the shell's, and no page lists all others
        context = get_context(nothing, (), self._config, page)
        return self._env.get_template(template).render(context)


class _Sought:
    """All files, for MkDocs to look up links among; `found` says which it asked for."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self.found: dict[str, bool] = {}

    def get_file_from_path(self, path: str) -> File | None:
        file = self._files.get_file_from_path(path)
        self.found[PurePosixPath(path).as_posix()] = file is not None
        return file


@contextmanager
def _refused() -> Iterator[None]:
    try:
        yield
    except (Abort, MkDocsException) as error:
        raise BuildError(str(error)) from None
