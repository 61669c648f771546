"""Who made a browser send this, as far as it says."""

from __future__ import annotations

import pytest
from starlette.datastructures import Headers

from yanlu.intake.web.origin import is_foreign

OURS = "https://yanlu.example"
TABLE = [
    ({}, False),
    ({"sec-fetch-site": "same-origin"}, False),
    ({"sec-fetch-site": "none"}, False),
    ({"sec-fetch-site": "same-site"}, True),
    ({"sec-fetch-site": "cross-site", "origin": OURS}, True),
    ({"origin": "null"}, False),
    ({"origin": OURS}, False),
    ({"origin": "http://127.0.0.1:8000", "host": "127.0.0.1:8000"}, False),
    ({"origin": "http://127.0.0.1:8001", "host": "127.0.0.1:8000"}, True),
    ({"origin": "https://yanlu.example.evil.example", "host": "yanlu.example"}, True),
    ({"origin": "https://[", "host": "yanlu.example"}, True),
]


@pytest.mark.parametrize(("headers", "foreign"), TABLE)
def test_only_our_own_pages_may_send(headers: dict[str, str], foreign: bool) -> None:
    assert is_foreign(Headers(headers), OURS) is foreign
