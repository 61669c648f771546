"""What can go wrong between us and a forge, switched on for one request at a time."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Fault:
    """Something that happens once, to the first request that `on` finds after `skip` others.

    `on` is searched in `METHOD path`. With `effect` the request is carried out all the same,
    only its answer is lost. Then either a `status` is answered in place of the true one, or
    the connection is dropped, or the true answer comes late or altered.
    """

    on: str
    skip: int = 0
    effect: bool = False
    status: int = 0
    message: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    drop: bool = False
    delay: float = 0.0
    alter: Callable[[Any], Any] | None = None


@dataclass
class Script:
    """The faults that are still to come."""

    faults: list[Fault] = field(default_factory=list)

    def next(self, request: str) -> Fault | None:
        """The fault of a request, which is then over."""
        for fault in self.faults:
            if re.search(fault.on, request):
                if fault.skip == 0:
                    self.faults.remove(fault)
                    return fault
                fault.skip -= 1
        return None
