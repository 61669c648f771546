"""Style sheet, images and the scripts: few files."""

from __future__ import annotations

import hashlib
import re
import shutil
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Assets:
    """Addresses relative to the root of the site."""

    css: str


def write_assets(theme: Path, site: Path) -> Assets:
    """Join `theme/assets/css/*.css` in order of name; copy the images and the scripts."""
    for kind in ("img", "js"):
        shutil.copytree(theme / "assets" / kind, site / "assets" / kind)
    return Assets(
        css=_join(sorted((theme / "assets" / "css").glob("*.css")), site, "css"),
    )


def _join(parts: list[Path], site: Path, kind: str) -> str:
    text = _without_spaces("\n".join(part.read_text("utf-8") for part in parts))
    name = f"assets/site.{hashlib.sha256(text.encode()).hexdigest()[:10]}.{kind}"
    (site / name).write_text(text, "utf-8", newline="")
    return name


def _without_spaces(css: str) -> str:
    """The same rules in fewer bytes; no string in our sheets holds two spaces, `{` or `;`."""
    bare = re.sub(r"\s+", " ", re.sub(r"/\*.*?\*/", "", css, flags=re.S))
    return re.sub(r" ?([{};,]) ?|(:) ", r"\1\2", bare).replace(";}", "}").strip()
