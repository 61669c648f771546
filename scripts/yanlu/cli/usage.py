"""What click refuses on a command line, in words of our own.

Click speaks English, and quotes what was typed: that may be a code or a name, so nothing that was
typed is said again, but names of options.
"""

from __future__ import annotations

import re
from typing import Any

import click
from click.exceptions import NoArgsIsHelpError, NoSuchCommand

_HAN = re.compile("[\u4e00-\u9fff]")
_OPTION = re.compile("--?[a-z-]+")
_PIECES = {"[OPTIONS]": "[选项]", "COMMAND [ARGS]...": "命令 …", "[ARGS]...": "…"}


class Misused(click.ClickException):
    """A command line that cannot be followed: what is wrong, how to write it, where help is."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        """Say it, on standard error."""
        click.echo(self.format_message(), file=file, err=file is None)


class InOurWords(click.Group):
    """The outermost group: whatever click refuses below it is said by `Misused`."""

    def make_context(self, *given: Any, **named: Any) -> click.Context:
        """As click does."""
        try:
            return super().make_context(*given, **named)
        except click.UsageError as error:
            raise _said(error) from None

    def invoke(self, ctx: click.Context) -> Any:
        """As click does."""
        try:
            return super().invoke(ctx)
        except click.UsageError as error:
            raise _said(error) from None
        except (click.Abort, KeyboardInterrupt):
            raise click.exceptions.Exit(_stopped()) from None


def _stopped() -> int:
    click.echo("\n已经停下，没有做完。", err=True)
    return 1


def _said(error: click.UsageError) -> click.ClickException:
    if isinstance(error, NoArgsIsHelpError):
        return error  # it only shows the help
    lines = [f"{wrong(error)}。"]
    if error.ctx is not None:
        path = error.ctx.command_path
        pieces = error.ctx.command.collect_usage_pieces(error.ctx)
        usage = " ".join(_PIECES.get(piece, piece) for piece in pieces)
        lines += [f"用法：{path} {usage}", f"说明：{path} --help"]
    return Misused("\n".join(lines))


def wrong(error: click.UsageError) -> str:
    """What is wrong with a command line, in one sentence without its full stop."""
    if isinstance(error, click.MissingParameter):
        lacks = f"缺少 {_name(error)}" if error.param else "缺少一个参数"
        return f"{lacks}：{rule}" if (rule := _rule(error.param)) else lacks
    if isinstance(error, click.BadParameter):
        own = error.message.rstrip("。") if _HAN.match(error.message) else ""  # click quotes first
        return f"{_name(error)} 写得不对：{_rule(error.param) or own or '请对照说明'}"
    if isinstance(error, click.NoSuchOption):
        named = f" {error.option_name} " if _OPTION.fullmatch(error.option_name) else ""
        return f"没有{named}这个选项{_meant(error.possibilities)}"
    if isinstance(error, NoSuchCommand):
        return f"没有这个命令{_meant(error.possibilities)}"
    if isinstance(error, click.BadOptionUsage):
        return f"选项 {error.option_name} 后面要写的值没有写，或者多写了"
    return "参数的个数不对，多写了或者少写了；中间有空格的，请加上引号"


def _meant(possibilities: Any) -> str:
    return f"，是不是 {'、'.join(sorted(possibilities))}" if possibilities else ""


def _name(error: click.BadParameter) -> str:
    """The option or argument, as it is written in the help."""
    param = error.param
    if isinstance(param, click.Option):
        return max(param.opts, key=len)
    return param.make_metavar(error.ctx).strip("[].") if param and error.ctx else "参数"


def _rule(param: click.Parameter | None) -> str:
    """What may be written there; "" where anything may."""
    kind = param.type if param else None
    if isinstance(kind, click.DateTime):
        return "要写成 2026-09-18 这样的日子，并且真有这一天"
    if isinstance(kind, click.Choice):
        return f"只能写其中一个：{'、'.join(map(str, kind.choices))}"
    if isinstance(kind, click.IntRange):
        least = f"，最小 {kind.min}" if kind.min is not None else ""
        return f"要写一个整数{least}" + (f"，最大 {kind.max}" if kind.max is not None else "")
    if isinstance(kind, click.types.IntParamType):
        return "要写一个整数"
    return _place(kind) if isinstance(kind, click.Path) else ""


def _place(kind: click.Path) -> str:
    what = "文件夹" if not kind.file_okay else "文件" if not kind.dir_okay else "文件或者文件夹"
    return f"要写一个已经有的、能读的{what}" if kind.exists else f"要写一个{what}的位置"
