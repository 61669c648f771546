"""A writer's contact being replaced, in a process of its own that is killed on the way.

As a program: `python correcting_process.py STORE SECRET MOMENT`. SECRET is that of the receipt, in
hexadecimal. Killed after one of its commits: `announced` (the new key is beside the old one),
`recorded` (the record holds the new contact, and the old key still counts), `exchanged` (all of it
is written, and the old key may be in a log).
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

from doubles import stores
from intake.loop import DAY, OFFICE_KEY, WORD
from yanlu.intake import rights
from yanlu.intake.entry import Contact
from yanlu.intake.seal import AGE
from yanlu.intake.store import erasure
from yanlu.intake.store.database import opened

MOMENTS = ("announced", "recorded", "exchanged")  # in the order in which the commits return


def main() -> None:
    """Correct the contact, up to then."""
    folder, secret, moment = sys.argv[1:]
    stores.redirect()
    commits: list[Any] = []
    write = erasure.write

    def writing(connection: Any, act: Any) -> Any:
        done = write(connection, act)
        commits.append(connection)
        if MOMENTS[len(commits) - 1] == moment:
            os.kill(os.getpid(), signal.SIGKILL)
        return done

    erasure.write = writing  # type: ignore[assignment]
    sealer = rights.Sealer(AGE, str(OFFICE_KEY.to_public()))
    with opened(Path(folder)) as store:
        rights.correct_contact(
            store, sealer, bytes.fromhex(secret), WORD, Contact("13800001111"), DAY
        )


if __name__ == "__main__":
    main()
