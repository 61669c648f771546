"""The headers of every answer, strict by default: the one place from which all servers have them.

The preview and the intake send them themselves; for nginx and for static hosts they are written
into files (`website.hosting`); a page repeats the policy in its head for hosts that send none.
"""

from __future__ import annotations

CSP = "Content-Security-Policy"
# Only our own files, and no markup made by a script (Trusted Types).
STRICT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
FETCHING = "; connect-src 'self'"

# In the head of every page of the site. Only the search fetches anything, its index; no other
# script asks anybody (tests/website/test_theme.py). Judges of pages fetch robots.txt by it.
PAGE = f"{STRICT}{FETCHING}"

# Of every answer of the intake. `frame-ancestors` holds in a header alone (CSP 3, 6.4.2).
HEADERS = {
    CSP: f"{STRICT}; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Permissions-Policy": ", ".join(
        f"{name}=()"
        for name in (
            *("accelerometer", "autoplay", "browsing-topics", "camera", "display-capture"),
            *("fullscreen", "geolocation", "gyroscope", "magnetometer", "microphone", "midi"),
            *("payment", "usb"),
        )
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

# Of the finished site: a header that stands over all pages can only name the most; what a page
# says in its head may be stricter, and a browser keeps to both.
SITE_HEADERS = {**HEADERS, CSP: f"{HEADERS[CSP]}{FETCHING}"}

# Only where answers go through TLS: RFC 6797, 7.2. One year.
OVER_TLS = {"Strict-Transport-Security": "max-age=31536000"}
