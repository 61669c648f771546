"""Lines of our own; of whatever else would be printed, its kind alone."""

from __future__ import annotations

import io
import json
import subprocess
import sys

from yanlu.intake.web.log import Log, size_class

PLANTED = "13912345678"
PROGRAM = f"""
import asyncio, logging, sys, threading
from yanlu.intake.web.log import Log, silence

def fail():
    raise ValueError("{PLANTED}")

class Last:
    def __del__(self):
        fail()

async def forgotten():
    task = asyncio.create_task(asyncio.to_thread(fail))
    await asyncio.sleep(0.1)
    del task

silence(Log(sys.stderr))
thread = threading.Thread(target=fail)
thread.start()
thread.join()
Last()
asyncio.run(forgotten())
logging.getLogger("other").warning("{PLANTED} %s", "{PLANTED}")
logging.getLogger("other").info("{PLANTED}")
"""


def test_errors_nobody_catches_are_told_by_their_kind() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True
    )
    assert PLANTED not in done.stdout + done.stderr
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [(line.get("source"), line.get("error")) for line in lines] == [
        ("thread", "ValueError"),
        ("finaliser", "ValueError"),
        ("asyncio", "ValueError"),
        ("other", None),
    ]


def test_a_line_is_one_object_whatever_its_facts_hold() -> None:
    stream = io.StringIO()
    Log(stream).say("answer", route="a\nb", status=200)
    assert [json.loads(line) for line in stream.getvalue().splitlines()] == [
        {"event": "answer", "route": "a\nb", "status": 200}
    ]


def test_sizes_are_told_in_classes() -> None:
    assert [size_class(n) for n in (0, 1, 1024, 1025, 65536, 65537)] == [
        "0", "1k", "1k", "4k", "64k", "large",
    ]  # fmt: skip
