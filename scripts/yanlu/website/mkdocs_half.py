"""The door to MkDocs: everything but the bulletins."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.exceptions import Abort, MkDocsException

from yanlu.errors import BuildError
from yanlu.settings import Office


def build_pages(
    config: Path, office: Office, *, docs: Path, theme: Path, site: Path, extra: Mapping[str, Any]
) -> None:
    """Build `docs` into `site` with the templates in `theme`.

    Raises:
        BuildError: a page that cannot be built, a link or an anchor that leads nowhere.
    """
    with _said() as said:
        try:
            loaded = load_config(
                str(config),
                docs_dir=str(docs),
                site_dir=str(site),
                site_name=office.site,
                site_url=office.base_url,
                extra=dict(extra),
            )
            loaded.theme.dirs.insert(0, str(theme))
            build(loaded)
        except (Abort, MkDocsException) as error:
            listed = "\n".join(f"  · {line}" for line in said) or str(error)
            raise BuildError(f"页面没有生成。请按下面的提示改正：\n{listed}") from None


@contextmanager
def _said() -> Iterator[list[str]]:
    """Collect MkDocs' warnings, which are about pages and links, instead of printing them."""
    lines: list[str] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: lines.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("mkdocs")
    propagate, logger.propagate = logger.propagate, False
    logger.addHandler(handler)
    try:
        yield lines
    finally:
        logger.removeHandler(handler)
        logger.propagate = propagate
