"""The page on which a browser checks a receipt, and its copy for the reader's own disk.

The copy is one file that fetches nothing: a page that lies is found out by one that was saved
before. Its policy names the hash of the only script and the only style that it may use.
"""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

import msgspec

from yanlu.receipts.office import checking_keys
from yanlu.settings import Portal
from yanlu.templates import environment

SAVED = "check/receipt/saved.htm"  # by its ending no page of the site
_SPARE = "assets/js/vendor/noble-ed25519.js"  # Ed25519, for browsers that have none of their own
_PARTS = ("hash", "notes", "log", "events", "receipt", "page")  # each needs only those before it
_MODULE = re.compile(r"^import .*\n|^export ", re.MULTILINE)


def write_saved_check(portal: Portal, theme: Path, site: Path) -> None:
    """Write the copy for the reader's disk: with the style sheet of the site, in one file."""
    script, style = _script(theme), _style(site)
    spare = base64.b64encode((theme / _SPARE).read_bytes()).decode()
    facts = {
        **checking_keys(portal),
        "root": portal.settings.office.base_url,  # links lead from the disk to the site
        "office": msgspec.to_builtins(portal.settings),
        "spare": f"data:text/javascript;base64,{spare}",
        "saved": True,
        "script": script,
        "style": style,
        "hashes": {"script": _hash(script), "style": _hash(style)},
    }
    page = environment(theme / "suggest").get_template("receipt-saved.html").render(facts)
    (site / SAVED).write_text(page, "utf-8", newline="")


def _script(theme: Path) -> str:
    """The modules of the check as one."""
    folder = theme / "assets" / "js" / "receipt"
    parts = [(folder / f"{part}.js").read_text("utf-8") for part in _PARTS]
    return "".join(_MODULE.sub("", part) for part in parts)


def _style(site: Path) -> str:
    (sheet,) = (site / "assets").glob("site.*.css")
    return sheet.read_text("utf-8")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
