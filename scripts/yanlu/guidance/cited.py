"""Whether cited articles exist, and whether a page's head lists the laws that its text cites."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from yanlu.guidance.citations import Citation, citations, written
from yanlu.guidance.laws import PLACE, Law, Laws, version_of
from yanlu.guidance.pages import Page

_LIST = "laws"
_Listed = Mapping[Law, set[int]]


@dataclass(frozen=True)
class Shelf:
    """The laws that may be cited, and the day for which a page speaks."""

    laws: Laws
    day: date


def page_faults(page: Page, shelf: Shelf) -> Iterator[str]:
    """Sentences on one page: what its text cites, what its head lists, and both together."""
    said = list(citations(page.text, page.first))
    heads = [(line, list(_item(line, item))) for line, item in page.lists.get(_LIST, ())]
    for line, cited in heads:
        if len(cited) != 1 or not cited[0].law or not cited[0].articles:
            yield (
                f"{page.place} 第 {line} 行：laws 的一项读不懂。"
                "请写成“- 《法名》（年份） 第几条、第几条”，一部法一行。"
            )
    listed = [citation for _, cited in heads for citation in cited]
    yield from text_faults(page.place, listed, shelf)
    yield from text_faults(page.place, _versioned(said, listed), shelf)
    if _LIST in page.lists:
        yield from _disagreements(page.place, said, _by_law(listed, shelf.laws), shelf.laws)
    else:
        yield from _unlisted(page, said, shelf.laws)


def text_faults(place: str, cited: Iterable[Citation], shelf: Shelf) -> Iterator[str]:
    """Sentences on citations that name their law."""
    for citation in cited:
        if citation.law and citation.articles:
            for fault in _citation_faults(citation, shelf):
                yield f"{place} 第 {citation.line} 行：{fault}"


def table_faults(place: str, rows: Sequence[Mapping[str, str]], shelf: Shelf) -> Iterator[str]:
    """Sentences on a table: on its columns law, version and article, and on any other cell."""
    for line, row in enumerate(rows, 2):
        yield from dict.fromkeys(text_faults(place, row_citations(line, row), shelf))


def row_citations(line: int, row: Mapping[str, str]) -> Iterator[Citation]:
    """What one row of a table cites; `line` is where it stands in the file."""
    law, version, article = (row.get(name) or "" for name in ("law", "version", "article"))
    for cell in (f"{law}（{version}）{article}", *row.values()):
        for citation in citations(str(cell or "")):
            yield Citation(line, citation.law, citation.version, citation.articles)


def uncounted(cited: Iterable[Citation], laws: Laws) -> set[Law]:
    """Laws among those cited of which nobody has counted the articles."""
    found = (laws.find(c.law, c.version) for c in cited if c.articles)
    return {law for law in found if law and law.articles is None}


def _citation_faults(citation: Citation, shelf: Shelf) -> Iterator[str]:
    law = shelf.laws.find(citation.law, citation.version)
    if law is None:
        yield _unknown(citation, shelf.laws)
        return
    last = law.articles or max(citation.articles)
    for article in citation.articles:
        if not 1 <= article <= last:
            yield f"{law.title}只有{last}条，没有{written(article)}。请对照条文改正。"
    if law.ends and law.ends < shelf.day:
        yield f"{law.title}{law.ends}以后已经失效。请改用现行的一版。"
    if law.begins and law.begins > shelf.day:
        yield f"{law.title}{law.begins}才施行。请引用今天有效的一版。"


def _unknown(citation: Citation, laws: Laws) -> str:
    known = "、".join(law.title for law in laws.versions(citation.law))
    if not known:
        return f"{PLACE} 里没有《{citation.law}》。请核对法名；名称没有错的，在那张表里添一行。"
    if not version_of(citation.version):
        return f"引用《{citation.law}》的条文没有写是哪一版。请写成{known}。"
    return f"{PLACE} 里没有《{citation.law}》的这一版，有的是{known}。请核对年份，或者添一行。"


def _item(line: int, item: str) -> Iterator[Citation]:
    for citation in citations(item):
        yield Citation(line, citation.law, citation.version, citation.articles)


def _versioned(said: Iterable[Citation], listed: Sequence[Citation]) -> Iterator[Citation]:
    """A law that the head lists need not be named with its version every time."""
    versions = {citation.law: citation.version for citation in listed}
    for citation in said:
        version = citation.version
        if not version_of(version):
            version = versions.get(citation.law, version)
        yield Citation(citation.line, citation.law, version, citation.articles)


def _by_law(listed: Iterable[Citation], laws: Laws) -> dict[Law, set[int]]:
    found: dict[Law, set[int]] = {}
    for citation in listed:
        if law := laws.find(citation.law, citation.version):
            found.setdefault(law, set()).update(citation.articles)
    return found


def _disagreements(
    place: str, said: Sequence[Citation], listed: _Listed, laws: Laws
) -> Iterator[str]:
    """Articles that only the text or only the head has."""
    versions = [Citation(0, law.name, law.version, ()) for law in listed]
    bare = {article for citation in said if not citation.law for article in citation.articles}
    cited: dict[Law, set[int]] = {}
    everywhere = set[int]().union(*listed.values())
    for citation in _versioned(said, versions):
        law = laws.find(citation.law, citation.version) if citation.law else None
        if law:
            cited.setdefault(law, set()).update(citation.articles)
        lost = set(citation.articles) - (listed.get(law, set()) if law else everywhere)
        if lost and (law or not citation.law):
            yield (
                f"{place} 第 {citation.line} 行：正文引了{_names(lost)}，头部的 laws 里没有。"
                "请核对条号，再补进 laws。"
            )
    for law, numbers in listed.items():
        if idle := numbers - cited.get(law, set()) - bare:
            yield (
                f"{place}：头部的 laws 列了{law.title}{_names(idle)}，正文没有引用。"
                "请在“依据”里写明，或者从 laws 里删去。"
            )


def _unlisted(page: Page, said: Sequence[Citation], laws: Laws) -> Iterator[str]:
    """A page without a list: in the guide it needs one, elsewhere a law for bare articles."""
    cited = [citation for citation in said if citation.articles]
    if page.guide and cited:
        yield f"{page.place}：正文引了条文，头部没有 laws。请在头部列出每部法和条号。"
        return
    known = [law for citation in said for law in laws.versions(citation.law)]
    most = max((law.articles or 999 for law in known), default=0)
    for citation in cited:
        if not citation.law and max(citation.articles) > most:
            why = "本页提到的法都没有这一条" if known else "没有写是哪部法"
            yield (
                f"{page.place} 第 {citation.line} 行：{_names(citation.articles)}，{why}。"
                "请写成“《法名》（年份）第几条”。"
            )


def _names(numbers: Iterable[int]) -> str:
    return "、".join(map(written, sorted(numbers)))
