"""What may be sent: so many bytes, within so many seconds, in so many fields."""

from __future__ import annotations

import asyncio

from starlette.requests import Request

from yanlu.intake.web.refusals import Refused

SIZE = 64 << 10  # bytes of a body
SECONDS = 15.0  # from the end of the head to the end of the body, however it trickles
FIELDS = 60
COMMIT_SECONDS = 10.0  # for the store to say that a record is durable


async def whole_body(request: Request) -> bytes:
    """The body, if it comes soon enough and is small enough; what it says of its length counts too.

    Raises:
        Refused: `large` or `slow`; the rest of the body is not waited for, and the server
            closes the connection.
    """
    declared = request.headers.get("content-length", "0")
    if not declared.isdecimal() or int(declared) > SIZE:
        raise Refused("large")
    body = bytearray()
    try:
        async with asyncio.timeout(SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > SIZE:
                    raise Refused("large")
    except TimeoutError:
        raise Refused("slow") from None
    request.state.size = len(body)
    return bytes(body)
