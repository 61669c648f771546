"""All data sets of the site in one catalogue: a page, and the same for programs in three standards.

`datapackage.json` at the root names every file of every data set (Data Package 2.0); DCAT, as
`dcat.jsonld`, is what national and city portals collect; schema.org, inside the page, is what
search engines for data read.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from yanlu.model import chinese_day
from yanlu.packages.quarters import read_descriptors
from yanlu.settings import Portal
from yanlu.templates import environment
from yanlu.website.editions import Edition
from yanlu.website.front import front_matter
from yanlu.website.guidance import offices
from yanlu.website.guidance.build import directory_package
from yanlu.website.quarters import ADDRESS as QUARTERS
from yanlu.website.rollups import rollup_editions

ADDRESS = "data/catalogue/"
WHOLE, DCAT = "datapackage.json", f"{ADDRESS}dcat.jsonld"
_TITLE = "数据目录"
_DESCRIPTION = "本站的全部数据集：说的是什么，哪一天发布，在哪里下载，程序怎样读。"
_INLINE = 24  # data sets inside the page, the newest; all are in the files
_CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_EU = "http://publications.europa.eu/resource/authority/"  # the code lists that DCAT-AP asks for
_MEDIA = "https://www.iana.org/assignments/media-types/"


@dataclass(frozen=True)
class Dataset:
    """A data package of the site; `page` tells of it, `issued` is "" where it has no day.

    `address` is its folder, `begins` the first day that it tells of ("": it tells of no time).
    """

    slug: str
    address: str
    page: str
    issued: str
    begins: str
    descriptor: Mapping[str, Any]

    @property
    def ends(self) -> str:
        """The last day that it tells of."""
        return str(self.descriptor.get("cutoff", ""))


def datasets(portal: Portal, editions: Sequence[Edition]) -> list[Dataset]:
    """Releases of months, roll-ups, packages of quarters, the directory; the newest first."""
    months = [
        Dataset(
            edition.anchor,
            edition.address,
            f"data/{edition.month}/",
            edition.listing.issued.isoformat(),
            f"{edition.month}-01",
            edition.descriptor,
        )
        for edition in editions
    ]
    rolled = [
        Dataset(
            f"rollup-{edition.anchor}",
            edition.address,
            edition.told,
            edition.listing.issued.isoformat(),
            f"{edition.month}-01",
            edition.descriptor,
        )
        for edition in rollup_editions(portal)
    ]
    quarters = [
        Dataset(name, f"data/releases/{name}/", QUARTERS, told["issued"], _first_day(name), told)
        for name, told in read_descriptors(portal.data).items()
    ]
    directory = directory_package(portal)
    return [
        *months,
        *rolled,
        *quarters,
        Dataset("offices", offices.ADDRESS, offices.ADDRESS, "", "", directory),
    ]


def _first_day(quarter: str) -> str:
    year, number = quarter.split("-q")
    return f"{year}-{3 * int(number) - 2:02d}-01"


def catalogue_page(portal: Portal, sets: Sequence[Dataset], templates: Path) -> tuple[str, str]:
    """The page as (path relative to the root, Markdown)."""
    rows = [
        {
            "slug": one.slug,
            "title": one.descriptor["title"],
            "description": one.descriptor["description"],
            "page": one.page,
            "address": one.address,
            "issued": chinese_day(date.fromisoformat(one.issued)) if one.issued else "",
            "files": one.descriptor["resources"],
        }
        for one in sets
    ]
    body = environment(templates).get_template("catalogue.md").render(
        root=portal.settings.office.root, sets=rows, licence=portal.settings.licence,
        whole=WHOLE, dcat=DCAT,
    )  # fmt: skip
    head = front_matter(title=_TITLE, description=_DESCRIPTION, section="data", catalogue=True)
    return f"{ADDRESS}index.md", f"{head}# {_TITLE}\n\n{body}\n"


def catalogue_data(portal: Portal, sets: Sequence[Dataset]) -> Iterator[tuple[str, str]]:
    """The files for programs as (path relative to the root, text)."""
    yield WHOLE, _text(_whole(portal, sets))
    yield DCAT, _text(_dcat(portal, sets))


def schema_org(portal: Portal, sets: Sequence[Dataset]) -> str:
    """The newest data sets for search engines, fit to stand inside a page."""
    office, base = portal.settings.office, portal.settings.office.base_url
    who = {"@type": "GovernmentOrganization", "name": office.name, "url": base}
    told = {
        "@context": "https://schema.org",
        "@type": "DataCatalog",
        "@id": f"{base}{ADDRESS}",
        "name": f"{office.site}：{_TITLE}",
        "description": _DESCRIPTION,
        "url": f"{base}{ADDRESS}",
        "inLanguage": "zh-Hans",
        "publisher": who,
        "dataset": [_dataset(base, one) for one in sets[:_INLINE]],
    }
    return json.dumps(told, ensure_ascii=False).replace("<", "\\u003c")


def _dataset(base: str, one: Dataset) -> dict[str, Any]:
    descriptor = one.descriptor
    when = {"datePublished": one.issued} if one.issued else {}
    span = {"temporalCoverage": f"{one.begins}/{one.ends}"} if one.begins else {}
    return {
        "@type": "Dataset",
        "@id": f"{base}{ADDRESS}#{one.slug}",
        "name": descriptor["title"],
        "description": descriptor["description"],
        "url": f"{base}{one.page}",
        "license": descriptor["licenses"][0]["path"],
        "isAccessibleForFree": True,
        **when,
        **span,
        "distribution": [
            {
                "@type": "DataDownload",
                "encodingFormat": file["mediatype"],
                "contentUrl": f"{base}{one.address}{file['path']}",
                "contentSize": f"{file['bytes']} B",
                "sha256": file["hash"].removeprefix("sha256:"),
            }
            for file in descriptor["resources"][:1]  # the table; code lists go along with it
        ],
    }


def _whole(portal: Portal, sets: Sequence[Dataset]) -> dict[str, Any]:
    """One data package of all: every file under a name and a path of its own."""
    office, licence = portal.settings.office, portal.settings.licence
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "all",
        "title": f"{office.site}：全部数据",
        "description": f"{_DESCRIPTION}{office.notice}",
        "homepage": f"{office.base_url}{ADDRESS}",
        "licenses": [{"name": licence.name, "title": licence.title, "path": licence.path}],
        "resources": [
            _resource(one, resource) for one in sets for resource in one.descriptor["resources"]
        ],
    }


def _resource(one: Dataset, resource: Mapping[str, Any]) -> dict[str, Any]:
    schema = dict(resource["schema"])
    keys = schema.get("foreignKeys", [])
    if keys:  # they name other files of their own package
        schema["foreignKeys"] = [
            {**key, "reference": {**key["reference"], "resource": _name(one, key["reference"])}}
            for key in keys
        ]
    name, path = f"{one.slug}.{resource['name']}", f"{one.address}{resource['path']}"
    return {**resource, "name": name, "path": path, "schema": schema}


def _name(one: Dataset, reference: Mapping[str, Any]) -> str:
    return f"{one.slug}.{reference['resource']}" if reference["resource"] else ""


def _dcat(portal: Portal, sets: Sequence[Dataset]) -> dict[str, Any]:
    """A catalogue in the terms of DCAT-AP 3: what it calls mandatory, and most of the rest."""
    settings, base = portal.settings, portal.settings.office.base_url
    who = {"@id": base, "@type": "foaf:Agent", "foaf:name": settings.office.name}
    return {
        "@context": _CONTEXT,
        "@id": f"{base}{ADDRESS}",
        "@type": "dcat:Catalog",
        "dct:title": _said(f"{settings.office.site}：{_TITLE}"),
        "dct:description": _said(_DESCRIPTION),
        "dct:publisher": who,
        "dct:language": _id(f"{_EU}language/ZHO"),
        "dct:license": _id(settings.licence.path),
        "foaf:homepage": _id(f"{base}{ADDRESS}"),
        "dcat:dataset": [_dcat_dataset(base, one, settings.office.name) for one in sets],
    }


def _dcat_dataset(base: str, one: Dataset, office: str) -> dict[str, Any]:
    descriptor = one.descriptor
    licence = descriptor["licenses"][0]["path"]
    issued = {"dct:issued": _date(one.issued)} if one.issued else {}
    span = {"@type": "dct:PeriodOfTime", "dcat:startDate": _date(one.begins),
            "dcat:endDate": _date(one.ends)}  # fmt: skip
    return {
        "@id": f"{base}{ADDRESS}#{one.slug}",
        "@type": "dcat:Dataset",
        "dct:title": _said(descriptor["title"]),
        "dct:description": _said(descriptor["description"]),
        "dct:identifier": one.slug,
        "dct:publisher": _id(base),
        "dct:accessRights": _id(f"{_EU}access-right/PUBLIC"),
        "dcat:theme": _id(f"{_EU}data-theme/GOVE"),
        "dcat:landingPage": _id(f"{base}{one.page}"),
        "dcat:contactPoint": {
            "@type": "vcard:Organization",
            "vcard:fn": office,
            "vcard:hasURL": _id(f"{base}about/contact/"),
        },
        **issued,
        **({"dct:temporal": span} if one.begins else {}),
        "dcat:distribution": [
            _distribution(f"{base}{one.address}", file, licence) for file in descriptor["resources"]
        ],
    }


def _distribution(folder: str, file: Mapping[str, Any], licence: str) -> dict[str, Any]:
    return {
        "@id": f"{folder}{file['path']}",
        "@type": "dcat:Distribution",
        "dct:title": _said(file["schema"]["title"]),
        "dct:license": _id(licence),
        "dcat:accessURL": _id(f"{folder}{file['path']}"),
        "dcat:downloadURL": _id(f"{folder}{file['path']}"),
        "dcat:mediaType": _id(f"{_MEDIA}{file['mediatype']}"),
        "dcat:byteSize": {"@value": str(file["bytes"]), "@type": "xsd:nonNegativeInteger"},
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": _id("http://spdx.org/rdf/terms#checksumAlgorithm_sha256"),
            "spdx:checksumValue": {
                "@value": file["hash"].removeprefix("sha256:"),
                "@type": "xsd:hexBinary",
            },
        },
    }


def _id(address: str) -> dict[str, str]:
    return {"@id": address}


def _said(words: str) -> dict[str, str]:
    return {"@value": words, "@language": "zh-Hans"}


def _date(day: str) -> dict[str, str]:
    return {"@value": day, "@type": "xsd:date"}


def _text(told: Mapping[str, Any]) -> str:
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"
