"""The server of the intake with nothing behind it: a body is read, a page of one size answered.

As a program: `python -m tests.bench.bare PORT BYTES`. What the same machine gives at the very most.
"""

from __future__ import annotations

import sys

from starlette.types import Receive, Scope, Send

from yanlu.intake.web.server import Face, run


def main() -> None:
    """Serve until killed."""
    port, size = map(int, sys.argv[1:])
    page = b"x" * size
    head = [(b"content-type", b"text/html"), (b"content-length", b"%d" % size)]

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        while (await receive()).get("more_body"):
            pass
        await send({"type": "http.response.start", "status": 200, "headers": head})
        await send({"type": "http.response.body", "body": page})

    run([Face(app, port)], lambda: print("ready", flush=True), lambda: True, lambda: None)


if __name__ == "__main__":
    main()
