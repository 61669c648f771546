"""The manual for staff as its readers use it: commands to type, and blocks to run as they stand."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from conftest import ROOT
from yanlu.cli.main import yanlu

ABOUT = ROOT / "content" / "about"
PAGES = (
    *("intake", "intake-postgres", "desk", "receipts", "register", "preview"),
    *("hosting", "keys", "restore", "incident", "assessment"),
)
_BLOCK = re.compile(r"^```[^\n]*\n(.*?)^```", re.DOTALL | re.MULTILINE)
_INLINE = re.compile(r"`(yanlu [^`\n]+)`")
_CONTINUED = re.compile(r"\\\n\s*")
_LINE = re.compile(r"^(?:[A-Z_]+=\S+ )?(yanlu .*)$", re.MULTILINE)


def page(name: str) -> str:
    """A page of the manual, as it is written."""
    return (ABOUT / f"{name}.md").read_text("utf-8")


def typed(name: str) -> Iterator[str]:
    """Every command of ours that a page tells people to type."""
    text = page(name)
    yield from _INLINE.findall(_BLOCK.sub("", text))
    for block in _BLOCK.findall(text):
        yield from _LINE.findall(_CONTINUED.sub(" ", block))


def unknown(line: str) -> list[str]:
    """What a command line names that there is not: a command, or options."""
    _, *words = shlex.split(line)
    command: click.Command = yanlu
    while isinstance(command, click.Group):
        if not words or re.search(r"\W", words[0].replace("-", "")):
            return []  # the group as a whole: `yanlu review …`
        found = command.get_command(click.Context(command), words[0])
        if found is None:
            return words[:1]
        command, words = found, words[1:]
    known = {option for parameter in command.params for option in parameter.opts}
    return [word for word in words if word.startswith("--") and word not in known]


def block(name: str, mark: str) -> str:
    """The commands that stand under a mark on a page."""
    found = re.search(rf"^```[^\n]*\.{mark} \}}\n(.*?)^```", page(name), re.DOTALL | re.MULTILINE)
    assert found, (name, mark)
    return found[1]


def run(commands: str, folder: Path, *, there: Mapping[str, Path] = {}, **named: str) -> str:
    """Run commands as they stand and answer what they say; `there` are folders, in their places."""
    for place, real in there.items():
        commands = commands.replace(place, str(real))
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", "-euc", commands],
        cwd=folder, capture_output=True, text=True, check=False,
        env={**os.environ, "PATH": path, "FILTER_BRANCH_SQUELCH_WARNING": "1", **named},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout
