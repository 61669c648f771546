"""systemd units, log rotation and accounts of the manual, read by the programs that obey them."""

from __future__ import annotations

import configparser
import getpass
import grp
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from doubles.front import FILES
from doubles.manual import page, unknown
from doubles.nginx import PLACES
from yanlu.receipts.office import intake_key_file, key_file

PAGE = page("hosting")
SERVICES = sorted(FILES.glob("*.service"))
TIMERS = sorted(FILES.glob("*.timer"))
ACCOUNTS = ("yanlu-intake", "yanlu-site", "yanlu-seal")
SIX_MONTHS = 184  # days, where they are longest
EXPOSED = 2.5  # of ten, as `systemd-analyze security` counts; a unit without a word has 9.6


def _settings(unit: Path) -> configparser.RawConfigParser:
    """The last value of each setting, as systemd would take those that are set once."""
    read = configparser.RawConfigParser(strict=False)
    read.optionxform = str  # type: ignore[assignment]
    read.read(unit, "utf-8")
    return read


def _commands(unit: Path) -> list[str]:
    return re.findall(r"^Exec\w+=\+?(.*)$", unit.read_text("utf-8"), re.MULTILINE)


@pytest.fixture(scope="module")
def units(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All units in a folder, their programs of our own in places that are there."""
    folder = tmp_path_factory.mktemp("units")
    for unit in (*SERVICES, *TIMERS):
        text = unit.read_text("utf-8")
        for program in ("/opt/yanlu/bin/yanlu", "/usr/sbin/nginx"):
            text = text.replace(program, "/bin/true")
        (folder / unit.name).write_text(text, "utf-8")
    return folder


def test_systemd_understands_every_line_of_every_unit(units: Path) -> None:
    names = [units / unit.name for unit in (*SERVICES, *TIMERS)]
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *names], capture_output=True, text=True,
        check=False, env={**os.environ, "SYSTEMD_UNIT_PATH": f"{units}:"},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.stem)
def test_each_service_may_do_little_on_the_machine(unit: Path) -> None:
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager",
         f"--threshold={EXPOSED * 10:.0f}", unit],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout.splitlines()[-1]
    service = _settings(unit)["Service"]
    assert service["User"] in ACCOUNTS
    assert service["LimitCORE"] == "0"
    if service["User"] != "yanlu-site":
        assert (service["UMask"], service["MemorySwapMax"]) == ("0077", "0")


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.stem)
def test_each_service_works_in_a_folder_that_its_account_alone_may_enter(unit: Path) -> None:
    service = _settings(unit)["Service"]
    folder = str(Path(service["WorkingDirectory"]).parent)
    made = (FILES / "yanlu-tmpfiles.conf").read_text("utf-8").splitlines()
    assert f"d {folder} 0700 {service['User']} {service['User']}" in made


def test_keys_of_the_two_that_promise_and_seal_lie_with_two_accounts() -> None:
    named = {unit.stem: unit.read_text("utf-8") for unit in SERVICES}
    sealing, taking = named["yanlu-seal"], named["yanlu-intake"]
    assert "YANLU_LOG_KEY_FILE=/var/lib/yanlu-seal/" in sealing
    assert "YANLU_INTAKE_KEY_FILE=/etc/yanlu/" in taking
    assert not any("LOG_KEY" in text for stem, text in named.items() if stem != "yanlu-seal")
    assert "StateDirectoryMode=0700" in sealing


@pytest.mark.parametrize(("variable", "reads"), [("LOG", key_file), ("INTAKE", intake_key_file)])
def test_the_variables_of_the_units_are_those_that_the_program_reads(
    variable: str, reads: Callable[[], Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "key").write_text("00" * 32)
    (tmp_path / "key").chmod(0o600)
    monkeypatch.setenv(f"YANLU_{variable}_KEY_FILE", str(tmp_path / "key"))
    assert reads() == tmp_path / "key"


OURS = [line for unit in SERVICES for line in _commands(unit) if "/yanlu " in line]


@pytest.mark.parametrize("line", OURS)
def test_every_command_of_a_unit_exists_with_the_options_that_it_names(line: str) -> None:
    assert unknown(line.replace("/opt/yanlu/bin/yanlu", "yanlu")) == []


def test_each_timer_has_its_service_and_the_page_names_every_file() -> None:
    assert {timer.stem for timer in TIMERS} < {unit.stem for unit in SERVICES}
    assert set(re.findall(r"\(files/([^)]+)\)", PAGE)) == {path.name for path in FILES.iterdir()}
    enabled = re.search(r"systemctl enable --now (.*)", PAGE)
    assert enabled
    assert {timer.name for timer in TIMERS} < set(enabled[1].split())
    site = (FILES / "yanlu-nginx.conf").read_text("utf-8")
    assert f"{'零一二三四'[site.count('yanlu.shili.example')]}处`yanlu.shili.example`" in PAGE


def test_the_accounts_can_be_made_and_nobody_can_sign_in_by_them(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    done = subprocess.run(
        ["systemd-sysusers", f"--root={tmp_path}", FILES / "yanlu-sysusers.conf"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    made = (tmp_path / "etc" / "passwd").read_text("utf-8").splitlines()
    assert {line.split(":")[0] for line in made} == set(ACCOUNTS)
    assert {line.split(":")[-1] for line in made} == {"/usr/sbin/nologin"}


def _rotate(folder: Path, *options: str) -> None:
    program = shutil.which("logrotate", path=f"{os.environ['PATH']}:/usr/sbin")
    program = program or str(PLACES[-1] / "usr/sbin/logrotate")
    state = f"--state={folder / 'state'}"
    subprocess.run([program, state, *options, folder / "rules"], check=True, capture_output=True)


def test_the_log_of_connections_is_kept_for_six_months_and_then_deleted(tmp_path: Path) -> None:
    """Real rotation: what is older than 190 days goes, what is younger stays, whatever it is."""
    logs = tmp_path / "log"
    logs.mkdir(mode=0o750)
    group = grp.getgrgid(os.getgid()).gr_name
    rules = (FILES / "yanlu-logrotate").read_text("utf-8")
    rules = rules.replace("/var/log/yanlu", str(logs)).replace("invoke-rc.d nginx rotate", "true")
    rules = rules.replace("root adm", f"{getpass.getuser()} {group}")
    (tmp_path / "rules").write_text(rules, "utf-8")
    (tmp_path / "rules").chmod(0o644)
    (logs / "connections.log").write_text("today\n")
    now = datetime.now(UTC)
    for days in (SIX_MONTHS, 188, 193):
        then = now - timedelta(days=days)
        old = logs / f"connections.log-{then:%Y%m%d}.gz"
        old.write_bytes(b"")
        os.utime(old, (then.timestamp(), then.timestamp()))
    _rotate(tmp_path, "--force")
    kept = {path.name for path in logs.iterdir()}
    assert {f"connections.log-{now - timedelta(days=days):%Y%m%d}.gz" for days in (184, 188)} < kept
    assert f"connections.log-{now - timedelta(days=193):%Y%m%d}.gz" not in kept
    assert (logs / "connections.log").read_text() == ""
    assert (logs / "connections.log").stat().st_mode & 0o777 == 0o640


def test_rotation_keeps_more_files_than_six_months_have_days() -> None:
    rules = (FILES / "yanlu-logrotate").read_text("utf-8")
    for word in ("rotate", "maxage"):
        found = re.search(rf"^\s+{word} (\d+)$", rules, re.MULTILINE)
        assert found
        assert SIX_MONTHS < int(found[1]) < 200
    assert not re.search(r"^\s+(?:size|minsize|maxsize)", rules, re.MULTILINE)


def test_the_log_of_the_service_has_a_term_too() -> None:
    journal = _settings(FILES / "yanlu-journald.conf")["Journal"]
    assert journal["MaxRetentionSec"] == "7day"
    for unit in SERVICES:
        if _settings(unit)["Service"]["User"] == "yanlu-intake":
            assert _settings(unit)["Service"]["LogNamespace"] == "yanlu"
