"""Whether a request comes from our own pages, as far as the browser tells."""

from __future__ import annotations

from starlette.datastructures import Headers


def is_foreign(headers: Headers, origin: str) -> bool:
    """Whether the browser says that another site made it send this; `origin` is our own.

    `Origin: null` says nothing: our own pages forbid the referrer, and then browsers write
    it on every form (Fetch standard, "append a request Origin header"). What has neither
    header is judged by its nonce alone.
    """
    site = headers.get("sec-fetch-site", "none")
    if site not in ("same-origin", "none"):
        return True
    said = headers.get("origin", "null")
    return said not in ("null", origin) and said.partition("://")[2] != headers.get("host")
