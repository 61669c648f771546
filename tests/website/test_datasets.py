"""The catalogue: every data set can be found, by people and by programs of three standards."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from frictionless import Package
from rdflib import DCTERMS, RDF, Graph, Namespace
from rdflib.term import Node

from yanlu.packages.schemas import TABLES

DCAT = Namespace("http://www.w3.org/ns/dcat#")
BASE = "https://yanlu.shili.example/"


@pytest.fixture(scope="module")
def whole(site: Path) -> dict[str, Any]:
    """The data package of all."""
    told: dict[str, Any] = json.loads((site / "datapackage.json").read_text("utf-8"))
    return told


def test_frictionless_finds_no_fault_in_the_package_of_all(
    site: Path, whole: dict[str, Any]
) -> None:
    assert Package.from_descriptor(whole, basepath=str(site)).validate().valid


def test_the_package_of_all_names_every_file_of_every_package(
    site: Path, whole: dict[str, Any]
) -> None:
    places = {path.parent.relative_to(site) for path in site.rglob("*/datapackage.json")}
    files = {
        path.relative_to(site).as_posix()
        for place in places
        for path in site.glob(f"{place}/*.csv")
    }
    assert {one["path"] for one in whole["resources"]} == files
    for one in whole["resources"]:
        digest = hashlib.sha256((site / one["path"]).read_bytes()).hexdigest()
        assert one["hash"] == f"sha256:{digest}"


def test_dcat_tells_of_each_data_set_what_the_profile_calls_mandatory(
    site: Path, whole: dict[str, Any]
) -> None:
    """Read by a parser of RDF: title and description of all, an address of each file."""
    graph = Graph().parse(site / "data/catalogue/dcat.jsonld", format="json-ld")
    (catalogue,) = graph.subjects(RDF.type, DCAT.Catalog)
    sets = set(graph.objects(catalogue, DCAT.dataset))
    slugs = {one["name"].partition(".")[0] for one in whole["resources"]}
    assert {str(graph.value(one, DCTERMS.identifier)) for one in sets} == slugs
    for one in (catalogue, *sets):
        assert graph.value(one, DCTERMS.title)
        assert graph.value(one, DCTERMS.description)
        assert graph.value(one, DCTERMS.publisher)
    assert _files(graph, sets) == {BASE + one["path"] for one in whole["resources"]}


def _files(graph: Graph, sets: set[Node]) -> set[str]:
    files = [file for one in sets for file in graph.objects(one, DCAT.distribution)]
    assert all(graph.value(file, DCAT.accessURL) for file in files)
    return {str(graph.value(file, DCAT.downloadURL)) for file in files}


def test_the_page_tells_search_engines_of_data_sets_whose_pages_and_files_are_there(
    site: Path,
) -> None:
    text = (site / "data/catalogue/index.html").read_text("utf-8")
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.S)
    told = json.loads(block)
    assert told["@type"] == "DataCatalog"
    for one in told["dataset"]:
        assert 50 <= len(one["description"]) <= 5000  # what Google asks of a data set
        assert (site / one["url"].removeprefix(BASE) / "index.html").is_file()
        anchor = one["@id"].removeprefix(f"{BASE}data/catalogue/#")
        assert f'id="{anchor}"' in text
        for file in one["distribution"]:
            assert (site / file["contentUrl"].removeprefix(BASE)).is_file()


def test_every_page_tells_who_passes_it_on_its_title_and_fetches_nothing_for_it(
    site: Path,
) -> None:
    """Title, type and description of Open Graph; its address is the canonical one."""
    for page in site.rglob("*.html"):
        text = page.read_text("utf-8")
        shared = dict(re.findall(r'property="og:(\w+)" content="([^"]*)"', text))
        assert shared["type"] == "website"
        assert f"<title>{shared['title']}" in text
        assert ("description" in shared) == (page.name != "404.html"), page
        assert "image" not in shared


def test_feeds_are_named_in_the_head_of_every_page(site: Path) -> None:
    for page in site.rglob("*.html"):
        for feed in re.findall(
            r'rel="alternate" type="application/atom\+xml"[^>]* href="/([^"]+)"',
            page.read_text("utf-8"),
        ):
            assert (site / feed).is_file()


def test_the_dictionary_leads_from_its_head_to_every_table(site: Path) -> None:
    text = (site / "data" / "dictionary" / "index.html").read_text("utf-8")
    index, _, rest = text.partition("<article>")[2].partition("<h2")
    headed = re.findall(r'<h3 id="((?:table|codes)-[\w-]+)"', rest)
    assert {f"table-{name}" for name in ("cube", *TABLES)} <= set(headed)
    assert re.findall(r'href="#((?:table|codes)-[\w-]+)"', index) == headed
