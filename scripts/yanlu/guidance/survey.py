"""All that `yanlu check` has to say of the words that people read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from yanlu.guidance.checked import age_faults, age_notes, row_age_faults
from yanlu.guidance.citations import citations
from yanlu.guidance.cited import Shelf, page_faults, row_citations, table_faults, text_faults
from yanlu.guidance.cited import uncounted as _uncounted
from yanlu.guidance.claims import claim_faults
from yanlu.guidance.foreign import foreign_faults
from yanlu.guidance.laws import PLACE
from yanlu.guidance.links import Site, cell_link_faults, link_faults
from yanlu.guidance.pages import Page, read_page
from yanlu.guidance.reading import reading_notes

Rows = Sequence[Mapping[str, str]]


@dataclass(frozen=True)
class Words:
    """Texts by place: pages of `content/`, templates of the theme; rows of tables by place.

    `site` is what links may lead to.
    """

    pages: Mapping[str, str]
    templates: Mapping[str, str]
    tables: Mapping[str, Rows]
    site: Site


def survey_faults(words: Words, shelf: Shelf) -> Iterator[str]:
    """Sentences on what must not be published so, in the order of files."""
    for page in _pages(words):
        yield from page_faults(page, shelf)
        yield from age_faults(page, shelf.day)
        yield from link_faults(page, words.site)
        yield from foreign_faults(page)
        yield from claim_faults(page.place, page.text, page.first)
        yield from claim_faults(page.place, "\n".join(page.head.values()), 2)
    for place, text in words.templates.items():
        yield from text_faults(place, citations(text), shelf)
        yield from claim_faults(place, text)
    for place, rows in words.tables.items():
        yield from table_faults(place, rows, shelf)
        yield from row_age_faults(place, rows, shelf.day)
        yield from cell_link_faults(place, rows, words.site)
        yield from _cells(place, rows)


def survey_notes(words: Words, shelf: Shelf) -> Iterator[str]:
    """Reminders: pages that are due for a look, or hard to read; laws that nobody has counted."""
    for page in _pages(words):
        yield from age_notes(page, shelf.day)
        yield from reading_notes(page)
    texts = chain(words.pages.values(), words.templates.values())
    cited = [citation for text in texts for citation in citations(text)]
    for rows in words.tables.values():
        cited += [citation for row in rows for citation in row_citations(0, row)]
    for law in sorted(_uncounted(cited, shelf.laws), key=lambda law: law.title):
        yield (
            f"{PLACE}：{law.title}没有写有多少条，只查了法名和版本，没有查条号。"
            "请对照全文数一遍，填进 articles。"
        )


def _pages(words: Words) -> Iterable[Page]:
    return (read_page(place, text) for place, text in words.pages.items())


def _cells(place: str, rows: Rows) -> Iterator[str]:
    for line, row in enumerate(rows, 2):
        for cell in row.values():
            yield from claim_faults(place, str(cell or ""), line)
