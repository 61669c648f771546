"""The manual for staff: what it tells people to type is what there is."""

from __future__ import annotations

import re
import tomllib

import click
import msgspec
import pytest

from conftest import ROOT
from doubles.front import FILES
from doubles.manual import PAGES, page, typed, unknown
from yanlu.cli.main import yanlu
from yanlu.intake.posting import APP_KEY_FILE, TOKEN_FILE
from yanlu.intake.web.app import MACHINES, intake_paths
from yanlu.settings import ForgeApp
from yanlu.templates import theme_folder

MANUAL = page("intake")
TYPED = sorted({line for name in PAGES for line in typed(name)})


@pytest.mark.parametrize("line", TYPED)
def test_every_command_of_the_manual_exists_with_the_options_that_it_names(line: str) -> None:
    assert unknown(line) == []


def test_a_command_or_an_option_that_there_is_not_would_be_found() -> None:
    assert unknown("yanlu intake nothing") == ["nothing"]
    assert unknown("yanlu review open 编号 --nothing --why 审看") == ["--nothing"]


def test_the_manual_of_the_desk_names_its_command_and_its_pages() -> None:
    told = page("desk")
    command = yanlu.get_command(click.Context(yanlu), "desk")
    assert command is not None
    known = {option: parameter for parameter in command.params for option in parameter.opts}
    assert {"--port", "--store"} <= known.keys() & set(re.findall(r"`(--\w+)`", told))
    assert f"端口{known['--port'].default}" in told
    base = (theme_folder(ROOT) / "desk" / "base.html").read_text("utf-8")
    assert all(f"“{name}”" in told for name in re.findall(r"<a href=.*?>(.*?)</a>", base))


def test_the_web_servers_of_the_manual_pass_on_what_the_service_answers() -> None:
    paths = intake_paths("/") - MACHINES
    nginx = (FILES / "yanlu-nginx.conf").read_text("utf-8")
    (caddy,) = re.findall(r"```[^\n]*\.proxy \}\n(.*?)```", MANUAL, re.S)
    place = re.search(r"location ~ (\S+) \{", nginx)
    assert place is not None
    assert all(re.search(place[1], path) for path in paths)
    assert not re.search(place[1], "/suggest/write/")
    assert "X-Forwarded-For $remote_addr" in nginx
    asked = re.search(r"@intake path (.*)", caddy)
    assert asked is not None
    assert set(asked[1].split()) == paths


def test_the_manual_names_the_settings_by_which_a_forge_is_signed_in_to() -> None:
    assert f"export {TOKEN_FILE}=" in MANUAL
    assert f"export {APP_KEY_FILE}=" in MANUAL
    written = re.search(r"```[^\n]*\.app \}\n\[forge\.app\]\n(.*?)```", MANUAL, re.S)
    assert written is not None
    assert msgspec.convert(tomllib.loads(written[1]), ForgeApp).installation
