"""Run a program and say what it cost."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

_UNCOMPILED = "PYTHONDONTWRITEBYTECODE"
_LAUNCHED = Path(__file__).with_name("launched.py")


@dataclass(frozen=True)
class Cost:
    """Wall and CPU seconds, and the largest memory in MiB."""

    wall: float
    cpu: float
    peak: float


def run(*arguments: str, folder: Path) -> Cost:
    """Run Python with these arguments in a process of its own, which keeps what it compiles.

    So do the shells of staff. Where an environment forbids it, a program in a work tree is
    compiled anew each time, and the libraries, which were compiled when installed, are not.
    """
    kept = {name: value for name, value in os.environ.items() if name != _UNCOMPILED}
    done = subprocess.run(
        [sys.executable, "-S", str(_LAUNCHED), sys.executable, *arguments],
        cwd=folder,
        stdout=subprocess.PIPE,
        env={**kept, "NO_MKDOCS_2_WARNING": "1"},
        check=True,
    )
    status, *cost = json.loads(done.stdout)
    if status:
        raise RuntimeError(f"{arguments} failed")
    return Cost(*cost)


def own_peak() -> float:
    """The largest memory of this process so far, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def machine() -> str:
    """Cores, processor and load, for the foot of a table."""
    names = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    ]
    name = names[0] if names else "unknown processor"
    return f"{os.cpu_count()} cores, {name}, load {os.getloadavg()[0]:.1f}"
