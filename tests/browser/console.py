"""What a browser says while it shows a page."""

from __future__ import annotations

from playwright.sync_api import Page


def complaints(page: Page) -> list[str]:
    """What the browser complains of, but for its own line about a page that is missing."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("requestfailed", lambda request: said.append(request.url))
    return said
