"""The hooks of git that ask `yanlu guard` before anything is committed or leaves the computer."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from yanlu.worktree import hooks_folder

_MARK = "# yanlu-guard"  # in the second line of each hook of ours, whatever its version


def install(folder: Path) -> list[str]:
    """Put the hooks where git looks for them; sentences on those that somebody else has put there.

    What is ours is brought up to date; another hook is left as it is.

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
        target.write_bytes(hook.read_bytes())
        target.chmod(0o755)
    return told


def missing(folder: Path) -> list[str]:
    """Names of hooks that do not ask `yanlu guard`."""
    place, ours = hooks_folder(folder), Path(str(files(__package__) / "hooks"))
    return [
        hook.name
        for hook in sorted(ours.iterdir())
        if not (place / hook.name).is_file()
        or "yanlu" not in (place / hook.name).read_text("utf-8", errors="replace")
    ]


def _foreign(target: Path, hook: Path) -> str:
    asks = next(line for line in hook.read_text("utf-8").splitlines() if "exec yanlu" in line)
    command = asks.partition("exec ")[2]
    return f"{target} 已经有一个别的钩子，没有动它。请在它里面加一行：{command} || exit 1"
