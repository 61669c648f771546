"""The headers that a web server has to send with every page of the site."""

from __future__ import annotations

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
        "base-uri 'none'; script-src 'self'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}

# Of the finished site: the search alone says of itself that it fetches something. A header that
# stands over all pages can only name the most.
SITE_HEADERS = {
    **HEADERS,
    "Content-Security-Policy": (f"{HEADERS['Content-Security-Policy']}; connect-src 'self'"),
}
