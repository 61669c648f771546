"""`yanlu`: one verb for each thing that staff do."""

from __future__ import annotations

import gc
import os
import sys
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from importlib.resources import files
from typing import Any

import click

from yanlu.cli.usage import InOurWords
from yanlu.errors import YanluError

# A verb is loaded when it is asked for: reading a table needs no site generator, masking a
# text no web server. What only holds other verbs stands here, for it must not load any.
VERBS = {
    "serve": "serve",
    "desk": "desk.command",
    "build": "site",
    "check": "check",
    "preview": "preview",
    "stats": "stats",
    "template": "template",
    "disclosure": "disclosure",
    "intake": "main",
    "review": "review",
    "carry": "carrying",
    "register": "register",
    "deadlines": "deadlines",
    "receipts": "receipts",
    "federation": "federation",
    "new": "new",
    "guard": "guard",
    "doctor": "doctor",
}
INTAKE = {
    "serve": "intake",
    "redact": "redact",
    "add": "paper",
    "counts": "books",
    "backup": "backups",
    "restore": "backups",
    "migrate": "migrating",
}
REVIEW = {  # beside those in cli/review.py
    "reply": "replying",
    "answer": "answering",
    "likely": "merging",
    "merge": "merging",
    "urgent": "marks",
    "archive": "marks",
    "second": "persons",
    "signers": "persons",
    "openings": "persons",
    "propose": "proposing",
    "number": "export",
    "export": "export",
    "letter": "letters",
    "reports": "reporting",
    "report": "reporting",
    "settle": "reporting",
}

FEDERATION = {
    "collect": "collecting",
    "roll-up": "rolling",
    "report": "upward",
}


class Verbs(click.Group):
    """Verbs by name, each in a module of its own (`verbs`: name → module), beside its own."""

    def __init__(self, *given: Any, verbs: Mapping[str, str], **named: Any) -> None:
        super().__init__(*given, **named)
        self.verbs = verbs

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All verbs, in the order of the work."""
        return [*super().list_commands(ctx), *self.verbs]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The verb, loaded now."""
        verb: click.Command | None
        if cmd_name in self.verbs:
            module = import_module(f"yanlu.cli.{self.verbs[cmd_name]}")
            verb = getattr(module, cmd_name.replace("-", "_"))
        else:
            verb = super().get_command(ctx, cmd_name)
        if verb:
            _illustrate(verb, _examples(), (*ctx.command_path.split()[1:], cmd_name))
        return verb


@cache
def _examples() -> Mapping[str, Any]:
    """Examples of commands, by their names."""
    return tomllib.loads(files("yanlu.cli").joinpath("examples.toml").read_text("utf-8"))


def _illustrate(verb: click.Command, examples: Mapping[str, Any], names: Sequence[str]) -> None:
    """Give a command its example to show below its help, or each of a group's its own."""
    if isinstance(verb, click.Group):
        for name, one in verb.commands.items():
            _illustrate(one, examples, (*names, name))
        return
    for name in names:
        examples = examples.get(name, {})
    if isinstance(examples, str):
        verb.epilog = f"\b\n例如：\n  {examples}"


class Yanlu(InOurWords, Verbs):
    """All verbs; what click refuses of any of them is said in our words."""


@click.group(cls=Yanlu, verbs=VERBS, context_settings={"help_option_names": ["-h", "--help"]})
def yanlu() -> None:
    """言路：把群众反映了什么、办得怎么样，如实公布出来。"""


@click.group(cls=Verbs, verbs=INTAKE)
def intake() -> None:
    """收件：网上提的建议，和来信、来电、来访登记的。"""


def main() -> None:
    """Run the command; refusals are sentences, anything unforeseen names its kind only.

    The message of an unforeseen error may quote a record, so it is never printed; staff
    who look for the fault set YANLU_TRACE on a machine where that is allowed.
    """
    try:
        yanlu(prog_name="yanlu")
    except YanluError as refusal:
        click.echo(str(refusal), err=True)
        sys.exit(refusal.exit_code)
    except Exception as error:
        if os.environ.get("YANLU_TRACE"):
            raise
        click.echo(
            f"程序出错了（{type(error).__name__}），没有写入任何东西。"
            "为了不泄露记录内容，这里不显示细节；请把刚才的命令（不含数据）告诉开发者。",
            err=True,
        )
        sys.exit(70)
    finally:
        gc.freeze()  # else Python looks through everything once more on its way out
