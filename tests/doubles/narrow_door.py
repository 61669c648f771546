"""The service in a process of its own, under terms that only tests give it.

As a program: `python narrow_door.py --port P --metrics-port P --store DIR NAME=VALUE …`, in
the office's folder. `floor`: bytes that must stay free; `burst`: letters at once; `seconds`:
for a body; `mask`: `broken` makes the mask fail with the text itself in the error; `site`:
`beside` serves the built site on the same port.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

import stores

from yanlu.headers import HEADERS
from yanlu.intake.rates import Allowance
from yanlu.intake.redact import Redaction
from yanlu.intake.store.database import FLOOR
from yanlu.intake.web import limits
from yanlu.intake.web.app import intake_app, intake_paths
from yanlu.intake.web.health import metrics_app
from yanlu.intake.web.log import Log, silence
from yanlu.intake.web.server import Face, run
from yanlu.intake.web.service import Bounds, Service, Website, opened_service
from yanlu.intake.web.site import beside, site_app
from yanlu.settings import open_portal
from yanlu.website.inserts import form_choices


def _broken(text: str) -> Redaction:
    raise RuntimeError(f"cannot mask {text}")


def _altered(service: Service, mask: str | None) -> Service:
    return replace(service, desk=replace(service.desk, mask=_broken)) if mask else service


def main() -> None:
    """Serve."""
    stores.redirect()
    given = argparse.ArgumentParser()
    for name, kind in (("--port", int), ("--metrics-port", int), ("--store", Path)):
        given.add_argument(name, type=kind)
    given.add_argument("terms", nargs="*")
    named = given.parse_args()
    terms = dict(term.split("=") for term in named.terms)
    portal, log = open_portal(Path.cwd()), Log(sys.stderr)
    silence(log)
    website = Website(Path("public"), HEADERS, form_choices)
    limits.SECONDS = float(terms.get("seconds", limits.SECONDS))
    burst = int(terms.get("burst", 20))
    tight = Bounds(int(terms.get("floor", FLOOR)), Allowance(burst, 60, 2))
    with opened_service(portal, named.store, website, log, tight) as opened:
        service = _altered(opened, terms.get("mask"))
        app = intake_app(service)
        if terms.get("site") == "beside":
            app = beside(app, intake_paths("/"), site_app(website.folder, "/", HEADERS))
        faces = [
            Face(app, named.port),
            Face(metrics_app(service), named.metrics_port),
        ]
        run(faces, lambda: print("已经就绪", flush=True), service.alive, service.end)


if __name__ == "__main__":
    main()
