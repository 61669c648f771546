"""What stands in written pages in place of `<!-- name -->`: forms, addresses, days.

And links that begin at the root of the site, `](/register/)`: they lead to pages that are not
written but made, and get the folder below which the site lies.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
from markupsafe import escape

from yanlu.deadlines.rules import Rule, read_rules
from yanlu.deadlines.words import length
from yanlu.errors import BuildError
from yanlu.guidance.offices import Office, read_offices, read_types
from yanlu.guidance.owed import Counted, read_situations
from yanlu.packages.open_calls import open_calls
from yanlu.receipts.office import checking_keys
from yanlu.settings import Codes, Portal
from yanlu.templates import Environment, environment

_MARK = re.compile(r"<!-- ([a-z0-9-]+) -->")
_FROM_ROOT = re.compile(r"(?<=\]\()/(?=[a-z])")
_ANSWER = "<!-- answer -->"  # stays: the intake puts its own pages there
_COARSE = ("city", "district")  # where something happened is asked no finer
_PAGES = (
    "form",
    "check",
    "urgent",
    "ways",
    "report",
    "batches",
    "keys",
    "records",
    "origin",
    "post",
    "paper",
    "owed-card",
    "online",
    "receipt-check",
)


def inserts(portal: Portal, theme: Path, day: date) -> Mapping[str, str]:
    """Everything that a page may ask for, by the name in its mark.

    `offices-<type>` are counters in full, `phones-<type>` those for the whole region in one
    line, `days-<rule>` how long a deadline is; `root` begins a link to a page that MkDocs does
    not make.
    """
    settings = portal.settings
    rules = read_rules(portal.data, settings.deadlines.profile)
    facts = {
        "root": settings.office.root,
        "office": msgspec.to_builtins(settings),
        "values": {},
        "faults": {},
        "fault": "",
        "choices": form_choices(portal, day),
        "owed": _owed(portal.data, rules),
        **checking_keys(portal),
    }
    jinja = environment(theme / "suggest")
    return {
        "answer": _ANSWER,
        "root": settings.office.root,
        "deadlines": f'<a href="{settings.office.root}guide/deadlines/">哪天到期</a>',
        "office": str(escape(settings.office.name)),
        "notice": str(escape(settings.office.notice)),
        "telephone": str(escape(settings.contact.telephone)),
        "contact-days": str(settings.intake.contact_days),
        "text-days": str(settings.intake.text_days),
        **{f"days-{code}": length(rule) for code, rule in rules.items()},
        **{name: _solid(jinja.get_template(f"{name}.html").render(facts)) for name in _PAGES},
        **_offices(portal.data, jinja, settings.office.region),
    }


def _offices(data: Path, jinja: Environment, region: str) -> dict[str, str]:
    """The counters and telephones of each type that the code list knows, also where none is."""
    offices, template = read_offices(data), jinja.get_template("offices.html")
    of = {kind: [o for o in offices if o.type == kind] for kind in read_types(data).rows}
    return {
        **{f"offices-{kind}": _solid(template.render(offices=own)) for kind, own in of.items()},
        **{f"phones-{kind}": _phones(own, region) for kind, own in of.items()},
    }


def root_links(text: str, root: str) -> str:
    """Let links of a written page that begin at the root of the site begin at its own `root`."""
    return _FROM_ROOT.sub(root, text)


def fill(docs: Mapping[str, str | bytes], parts: Mapping[str, str]) -> dict[str, str | bytes]:
    """Put the parts into all pages, which are known by their paths.

    Raises:
        BuildError: a page asks for something that there is not.
    """
    return {
        place: _filled(place, text, parts) if isinstance(text, str) else text
        for place, text in docs.items()
    }


def _filled(place: str, text: str, parts: Mapping[str, str]) -> str:
    if not place.endswith(".md"):
        return text
    unknown = set(_MARK.findall(text)) - parts.keys()
    if unknown:
        raise BuildError(
            f"content/{place} 里的 <!-- {min(unknown)} --> 没有对应的内容，可能写错了名字。"
        )
    return _MARK.sub(lambda mark: parts[mark[1]], text)


def form_choices(portal: Portal, day: date) -> dict[str, list[dict[str, str]]]:
    """What may be chosen in the form: topics of the first level, districts, open calls."""
    topics, regions = portal.codes["topics"], portal.codes["regions"]
    coarse = [code for code, row in regions.rows.items() if row["level"] in _COARSE]
    return {
        "topics": _options(topics, topics.groups, day),
        "regions": _options(regions, coarse, day),
        "calls": [
            {"code": call.front["id"], "title": call.front["title"]}
            for call in open_calls(portal.data, day)
        ],
    }


def _options(codes: Codes, among: Sequence[str], day: date) -> list[dict[str, str]]:
    in_force = codes.in_force(day)
    return [{"code": code, "title": codes.title(code)} for code in among if code in in_force]


def _phones(offices: Sequence[Office], region: str) -> str:
    """Names and telephones of the counters that are there for the whole region, in one line."""
    told = [
        f"{office.name}，{office.telephone}，{office.hours}"
        for office in offices
        if office.region == region and office.telephone
    ]
    return str(escape("；".join(told) or "请打便民热线问"))


def _owed(data: Path, rules: Mapping[str, Rule]) -> list[dict[str, Any]]:
    """What begins on a day that the reader knows, one line each, for the card."""
    return [
        {
            "starts_at": situation.starts_at,
            "own": step.own,
            "name": rules[step.rule].name,
            "length": length(rules[step.rule]),
            "basis": rules[step.rule].basis,
        }
        for situation in read_situations(data)
        for step in situation.steps
        if step.counted is Counted.CHOSEN and step.rule in rules
    ]


def _solid(html: str) -> str:
    """Raw HTML in a Markdown page ends at a blank line: so it has none."""
    return "\n".join(line for line in html.splitlines() if line.strip())
