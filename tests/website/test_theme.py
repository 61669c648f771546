"""The shell: one for both halves, and a shadowed file that cannot change unnoticed."""

from __future__ import annotations

import gzip
import hashlib
import re
from importlib.resources import files
from pathlib import Path

from yanlu.headers import CSP, HEADERS, PAGE

# base.html of mkdocs-material 9.8.1, which theme/mkdocs/base.html takes the place of. When
# this fails, read what changed there, then write the new hash here.
SHADOWED = "8536d352b0093623df9e0032894f321cbe264b15a9b48cdd962583772455dadb"


def test_the_shadowed_template_is_the_one_that_was_read() -> None:
    original = files("material").joinpath("templates", "base.html").read_bytes()
    assert hashlib.sha256(original).hexdigest() == SHADOWED


# The scripts of built pages, and where they stand.
VIEW = '<script src="/assets/js/view.js"></script>'
SCRIPT = '<script src="/assets/js/{}.js" defer></script>'
DEADLINES, DIRECTORY, FINDER, SEARCH = map(
    SCRIPT.format, ("deadlines", "directory", "finder", "search")
)
CHECK = '<script type="module" src="/assets/js/receipt/page.js"></script>'
# @noble/ed25519 3.2.0, index.js as its authors published it: for browsers without Ed25519.
SPARE = "a4f631d1876b5d9e43a86cd71194ca27b5e1451edf4ba4db9a418f40a475569a"


def _shell(page: Path) -> tuple[str, str]:
    text = page.read_text("utf-8")
    header = re.search(
        r'<a class="skip".*?</header>\s*<aside class="notice".*?</aside>', text, re.S
    )
    footer = re.search(r"<footer.*?</footer>", text, re.S)
    assert header
    assert footer
    return header[0], footer[0]


def test_header_and_footer_are_the_same_in_both_halves_letter_for_letter(site: Path) -> None:
    shells = {_shell(page) for page in site.rglob("*.html")}
    assert len(shells) == 1


def test_every_menu_entry_leads_to_a_page(site: Path) -> None:
    header, _ = _shell(site / "index.html")
    for address in re.findall(r'href="/([^"#]*)"', header):
        assert (site / address / "index.html").is_file(), address


def test_every_page_holds_the_script_of_the_view_and_no_style_or_anything_from_elsewhere(
    site: Path,
) -> None:
    for page in site.rglob("*.html"):
        text = page.read_text("utf-8")
        assert text.index(VIEW) < text.index('<link rel="stylesheet"'), page
        text = text.replace(VIEW, "", 1)
        if page.parent.parent in (site / "guide" / "deadlines", site / "guide" / "owed"):
            text = text.replace(DEADLINES, "", 1)
        if page == site / "guide" / "find" / "quick" / "index.html":
            text = text.replace(FINDER, "", 1)
        if page.parent == site / "guide" / "offices":
            text = text.replace(DIRECTORY, "", 1)
        if page == site / "check" / "receipt" / "index.html":
            text = text.replace(CHECK, "", 1)
        if page == site / "search" / "index.html":
            text = text.replace(SEARCH, "", 1)
        if page == site / "data" / "catalogue" / "index.html":
            text = text.replace('<script type="application/ld+json">', "", 1)  # data, never run
        assert not re.search(r"<script|<style|\sstyle=|\son\w+=|javascript:", text), page
        loaded = re.findall(r'<(?:img|link|source|iframe)[^>]+(?:src|href)="([^"]+)"', text)
        elsewhere = [a for a in loaded if re.match(r"\w+:|//", a)]
        assert all(a.startswith("https://yanlu.shili.example/") for a in elsewhere), page


def test_nothing_of_the_stock_theme_is_shipped(site: Path) -> None:
    names = sorted(path.name for path in (site / "assets").iterdir())
    assert names[:2] == ["img", "js"]
    assert len(names) == 3


def test_the_scripts_are_few_small_and_ask_nobody(site: Path) -> None:
    scripts = sorted((site / "assets" / "js").glob("*.js"))
    names = ["deadlines.js", "directory.js", "finder.js", "search.js", "view.js", "work.js"]
    assert [script.name for script in scripts] == names
    for script in scripts:
        text = script.read_text("utf-8")
        assert len(gzip.compress(text.encode(), 6)) <= 2_500
        assert not re.search(
            r"XMLHttp|WebSocket|Beacon|Worker|import\b|eval|cookie|innerHTML", text
        )
        assert ("Storage" in text) == (script.name == "view.js")  # which remembers the view
        assert ("fetch" in text) == (script.name == "search.js")  # which asks for its index


def test_the_scripts_that_check_a_receipt_load_nothing_else(site: Path) -> None:
    scripts = sorted((site / "assets" / "js" / "receipt").iterdir())
    texts = {script.stem: script.read_text("utf-8") for script in scripts}
    assert set(texts) == {"events", "hash", "log", "notes", "page", "receipt"}
    assert len(gzip.compress("".join(texts.values()).encode(), 6)) <= 7_500
    for name, text in texts.items():
        assert set(re.findall(r'from "([^"]+)"', text)) <= {f"./{other}.js" for other in texts}
        assert not re.search(r"XMLHttp|WebSocket|Beacon|Worker|eval|cookie|Storage|innerHTML", text)
        assert ("fetch" in text) == (name == "page")  # the log, and what the office shows
        assert ("import(" in text) == (name == "notes")  # the spare, where it is needed


def test_the_spare_for_old_browsers_is_the_published_one(site: Path) -> None:
    spare = (site / "assets" / "js" / "vendor" / "noble-ed25519.js").read_bytes()
    assert hashlib.sha256(spare).hexdigest() == SPARE


def test_every_page_repeats_the_policy_for_hosts_that_send_no_headers(site: Path) -> None:
    for page in site.rglob("*.html"):
        told = re.findall(
            r'http-equiv="Content-Security-Policy" content="([^"]+)"', page.read_text()
        )
        assert told == [PAGE], page
    assert "require-trusted-types-for 'script'; trusted-types 'none'" in PAGE
    assert "connect-src" not in HEADERS[CSP]  # where letters are taken, no script asks anybody


def test_the_style_sheet_is_small_and_loads_nothing(site: Path) -> None:
    (sheet,) = (site / "assets").glob("site.*.css")
    text = sheet.read_text("utf-8")
    assert len(gzip.compress(text.encode(), 6)) <= 6_000
    assert "@import" not in text
    assert "url(" not in text


def test_every_page_without_its_article_stays_under_six_kilobytes(site: Path) -> None:
    """On every page, with the list of its headings: that stands beside the article."""
    shells = {
        page.relative_to(site): re.sub(
            r"<article\b.*?</article>", "", page.read_text("utf-8"), flags=re.S
        )
        for page in site.rglob("*.html")
    }
    assert len(shells) > 400
    assert {page for page, shell in shells.items() if len(shell.encode()) > 6_000} == set()


def test_no_list_of_headings_grows_with_the_data(site: Path) -> None:
    lists = {
        place: re.findall(
            r'<nav class="contents".*?</nav>', (site / place / "index.html").read_text("utf-8")
        )
        for place in ("data/catalogue", "data/releases", "data/downloads", "data/dictionary")
    }
    assert not [place for place, found in lists.items() if "2015" in "".join(found)]
    assert sum("".join(found).count("<li>") for found in lists.values()) < 15
