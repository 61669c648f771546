"""`yanlu review answer`: those who wrote to a call are answered together, with its result."""

from __future__ import annotations

from pathlib import Path

import click

from yanlu.cli.replying import key_option
from yanlu.cli.review import WITH_FILE, act_of, at_office, by_option, read_text, store_option
from yanlu.intake.office import StoreGiven


@click.command()
@click.argument("name", metavar="CALL")
@click.argument("only", metavar="[ID]...", nargs=-1)
@click.option("--outcome", required=True, help="结果代码，见 data/codes/outcomes.csv。")
@click.option("--reason", required=True, help="理由，一两句，会公布。")
@click.option("--text", "file", required=True, type=WITH_FILE, help="写好回复的文件。")
@click.option("--body", help="答复的单位代码；不写就是征集的单位。")
@click.option("--conversion", help="采纳了的：转化途径的代码，见 data/codes/conversions.csv。")
@key_option
@by_option
@store_option
def answer(
    name: str, only: tuple[str, ...], outcome: str, reason: str, file: Path, body: str | None,
    conversion: str | None, private: Path | None, by: str, folder: StoreGiven | None,
) -> None:  # fmt: skip
    """公布了结果的征集：一次答复还没有答复的每一条，回复里指向结果。

    写了 ID 的，只答复这几条：各组的结果不一样时，一组一组来。
    """
    # loads frictionless, which reviewing does not need
    from yanlu.cli.answers import answer_call
    from yanlu.register.together import Answer

    given = Answer(outcome, reason, read_text(file), body or "", conversion)
    with at_office(folder) as (portal, store):
        for said in answer_call(portal, store, name, only, given, act_of(by), private):
            click.echo(said)
