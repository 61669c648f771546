"""The hooks of git that ask `yanlu guard` before anything is committed or leaves the computer."""

from __future__ import annotations

import os
import re
import shlex
import sys
from importlib.resources import files
from pathlib import Path

from yanlu.worktree import hooks_folder

_PROGRAM = "program=yanlu\n"  # in each hook, as it is shipped
_MARK = "# yanlu-guard"  # in the second line of each hook of ours, whatever its version


def program() -> str:
    """Where the `yanlu` is that runs now; "" where it cannot be told, as in a test."""
    besides = Path(sys.argv[0]), Path(sys.executable).with_name("yanlu")
    found = (path.absolute() for path in besides if path.name == "yanlu" and path.is_file())
    return str(next(found, ""))


def install(folder: Path, yanlu: str) -> list[str]:
    """Put the hooks where git looks for them; sentences on those that somebody else has put there.

    What is ours is brought up to date; another hook is left as it is. `yanlu` is the program that
    they run: services and desktops have other paths than the terminal of who installed them.

    Raises:
        HistoryError: no repository.
    """
    place = hooks_folder(folder)
    place.mkdir(parents=True, exist_ok=True)
    told = []
    for hook in sorted(Path(str(files(__package__) / "hooks")).iterdir()):
        target = place / hook.name
        if target.exists() and _MARK not in target.read_text("utf-8", errors="replace"):
            told.append(_foreign(target, hook))
            continue
        target.write_text(_filled(hook.read_text("utf-8"), yanlu), "utf-8")
        target.chmod(0o755)
    return told


def _filled(hook: str, yanlu: str) -> str:
    return hook.replace(_PROGRAM, f"program={shlex.quote(yanlu or 'yanlu')}\n")


def missing(folder: Path) -> list[str]:
    """Names of hooks that do not ask `yanlu guard`, or ask a program that is not there any more."""
    place, ours = hooks_folder(folder), Path(str(files(__package__) / "hooks"))
    return [hook.name for hook in sorted(ours.iterdir()) if not _asks(place / hook.name)]


def _asks(hook: Path) -> bool:
    text = hook.read_text("utf-8", errors="replace") if hook.is_file() else ""
    named = re.search(r"^program=(.+)$", text, re.MULTILINE) if _MARK in text else None
    path = Path(*shlex.split(named[1])) if named else Path("yanlu")
    return "yanlu" in text and (not path.is_absolute() or os.access(path, os.X_OK))


def _foreign(target: Path, hook: Path) -> str:
    asked = hook.read_text("utf-8").partition('exec "$one" ')[2].splitlines()[0]
    return f"{target} 已经有一个别的钩子，没有动它。请在它里面加一行：yanlu {asked} || exit 1"
