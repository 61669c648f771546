"""What web servers are told: one set of headers, in every form that they read."""

from __future__ import annotations

import re
from pathlib import Path

from conftest import ROOT
from yanlu.guidance.moved import Move
from yanlu.headers import CSP, HEADERS, OVER_TLS, SITE_HEADERS
from yanlu.settings import Office, open_portal
from yanlu.website.hosting import CACHED, host_headers, write_hosting

OFFICE = open_portal(ROOT).settings.office
MOVES = [Move("guide/rules/", "guide/process/", "2026-11-29")]


def _told(text: str) -> dict[str, str]:
    """A file of headers as static hosts read it: a path, then its headers, indented."""
    path, *lines = text.splitlines()
    assert path == "/*"
    pairs = (re.fullmatch(r"  ([A-Za-z-]+): (\S.*)", line) for line in lines)
    return {pair[1]: pair[2] for pair in pairs if pair}


def test_static_hosts_and_nginx_are_told_the_same_headers(tmp_path: Path) -> None:
    write_hosting(tmp_path, OFFICE, MOVES)
    nginx = (tmp_path / "_nginx.conf").read_text("utf-8")
    added = dict(re.findall(r'^add_header (\S+) "(.*)" always;$', nginx, re.M))
    told = _told((tmp_path / "_headers").read_text("utf-8"))
    assert told == added == host_headers(OFFICE) == {**SITE_HEADERS, **OVER_TLS, **CACHED}
    assert (tmp_path / "_redirects").read_text("utf-8") == "/guide/rules/ /guide/process/ 301\n"
    assert "location = /guide/rules/ { return 301 /guide/process/; }" in nginx


def test_transport_security_is_promised_only_behind_tls() -> None:
    plain: Office = open_portal(ROOT).settings.office
    plain = type(plain)(
        name=plain.name, site=plain.site, tagline=plain.tagline, region=plain.region,
        base_url="http://intranet.example/",
    )  # fmt: skip
    assert not OVER_TLS.keys() & host_headers(plain).keys()
    assert not OVER_TLS.keys() & HEADERS.keys()  # what the preview and the intake send


def test_the_policy_names_nobody_but_the_site_itself() -> None:
    rules = [rule.split() for rule in SITE_HEADERS[CSP].split(";")]
    sources = {source for name, *sources in rules for source in sources}
    assert sources == {"'none'", "'self'", "'script'"}
    assert rules[0] == ["default-src", "'none'"]
    names = [name for name, *_ in rules]
    assert len(names) == len(set(names))
    assert {"frame-ancestors", "base-uri", "form-action", "require-trusted-types-for"} <= {*names}
